# SPDX-License-Identifier: Apache-2.0
"""The simulator's answers are valid against the API description that Xero publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.xero import resources
from tests.published import description, problems
from tests.xero.conftest import SEEDED, invoice, load

if TYPE_CHECKING:
    from local.xero.wire import Response
    from tests.xero.conftest import Client

pytestmark = pytest.mark.promise("simulator-openapi")


def check(schema: str, response: Response) -> None:
    assert not problems(schema, load(response))


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("Organisation", "Organisations"),
        ("Accounts", "Accounts"),
        ("TaxRates", "TaxRates"),
        ("Currencies", "Currencies"),
        ("TrackingCategories", "TrackingCategories"),
        ("BrandingThemes", "BrandingThemes"),
        ("Items", "Items"),
        ("Users", "Users"),
        ("Contacts?includeArchived=true", "Contacts"),
        ("Contacts?page=1&summaryOnly=true", "Contacts"),
        ("Invoices", "Invoices"),
        ("Invoices?page=1&pageSize=1000", "Invoices"),
        *((name + query, name) for name in SEEDED for query in ("", "?page=1")),
        ("BankTransfers?includeDeleted=true", "BankTransfers"),
        ("Journals", "Journals"),
        ("Journals?offset=3&paymentsOnly=true", "Journals"),
        ("Journals/1", "Journals"),
        ("LinkedTransactions?page=1", "LinkedTransactions"),
        ("Receipts?unitdp=4", "Receipts"),
        ("ExpenseClaims", "ExpenseClaims"),
        ("BatchPayments", "BatchPayments"),
        ("PaymentServices", "PaymentServices"),
        ("Accounts/200", "Accounts"),
        ("Items/DESK", "Items"),
        ("Invoices/INV-0001", "Invoices"),
        ("Invoices/INV-0001/OnlineInvoice", "OnlineInvoices"),
        ("PurchaseOrders/PO-0001", "PurchaseOrders"),
        ("RepeatingInvoices", "RepeatingInvoices"),
        ("ContactGroups", "ContactGroups"),
        ("InvoiceReminders/Settings", "InvoiceReminders"),
    ],
)
def test_what_is_read_is_valid(client: Client, path: str, schema: str) -> None:
    response = client.api("GET", path)
    assert response.status == 200
    check(schema, response)


@pytest.mark.parametrize("summarize", ["true", "false"])
def test_what_is_written_is_valid(client: Client, summarize: str) -> None:
    query = {"summarizeErrors": summarize}
    check(
        "Contacts",
        client.api("PUT", "Contacts", {"Contacts": [{"Name": "Juniper"}]}, query=query),
    )
    made = client.api("PUT", "Invoices", {"Invoices": [invoice(Status="AUTHORISED")]}, query=query)
    check("Invoices", made)


def test_a_refused_element_is_valid(client: Client) -> None:
    wrong = {"Invoices": [invoice(Status="AUTHORISED", LineItems=[])]}
    check("Error", client.api("PUT", "Invoices", wrong))
    alone = client.api("PUT", "Invoices", wrong, query={"summarizeErrors": "false"})
    assert alone.status == 200
    check("Invoices", alone)


@pytest.mark.parametrize("name", SEEDED)
def test_a_single_record_is_valid(client: Client, name: str) -> None:
    id_field = resources.BY_NAME[name].id_field
    for record in client.read(name)[name]:
        check(name, client.api("GET", f"{name}/{record[id_field]}"))


def test_the_description_has_the_parameters_that_lists_honour() -> None:
    described = description()
    shared = described["components"]["parameters"]
    for resource in resources.ALL:
        parameters = {
            shared[one["$ref"].rpartition("/")[2]]["name"] if "$ref" in one else one["name"]
            for one in described["paths"][f"/{resource.name}"]["get"].get("parameters", [])
        }
        honoured = {
            "If-Modified-Since": resource.dated,
            "page": resource.paged,
            "pageSize": resource.sized,
            "unitdp": resource.unitdp,
        }
        assert {name for name, is_so in honoured.items() if is_so} == parameters & honoured.keys()
        assert resource.parameters.keys() <= parameters
        assert {f"{prefix}From" for prefix in resource.ranges} <= parameters
        shown_by = resource.hidden.unless if resource.hidden else ""
        assert not shown_by or shown_by in parameters
        assert resource.filtered or "where" not in parameters


def test_a_contacts_balances_are_valid(client: Client) -> None:
    name = client.read("Invoices/INV-0003")["Invoices"][0]["Contact"]["ContactID"]
    response = client.api("GET", f"Contacts/{name}")
    assert load(response)["Contacts"][0]["Balances"]["AccountsReceivable"]["Overdue"] > 0
    check("Contacts", response)
