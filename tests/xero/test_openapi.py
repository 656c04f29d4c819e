# SPDX-License-Identifier: Apache-2.0
"""The simulator's answers are valid against the API description that Xero publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.published import problems
from tests.xero.conftest import invoice, load

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
        ("Accounts/200", "Accounts"),
        ("Items/DESK", "Items"),
        ("Invoices/INV-0001", "Invoices"),
        ("Invoices/INV-0001/OnlineInvoice", "OnlineInvoices"),
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


def test_a_contacts_balances_are_valid(client: Client) -> None:
    name = client.read("Invoices/INV-0003")["Invoices"][0]["Contact"]["ContactID"]
    response = client.api("GET", f"Contacts/{name}")
    assert load(response)["Contacts"][0]["Balances"]["AccountsReceivable"]["Overdue"] > 0
    check("Contacts", response)
