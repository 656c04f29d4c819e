# SPDX-License-Identifier: Apache-2.0
"""The kinds of records that are read only: how they are found, listed, paged and filtered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from local.xero import SimulatorConfig, XeroSimulator, resources
from local.xero.scopes import allows
from tests.xero.conftest import READ_ONLY, SEEDED, Client, load

if TYPE_CHECKING:
    from local.xero.wire import Document
    from tests.xero.conftest import Clock

UNKNOWN = "11111111-2222-3333-4444-555555555555"


def listed(client: Client, name: str, **query: Any) -> list[Document]:
    answer: list[Document] = client.read(name, **query)[name]
    return answer


def make(client: Client, name: str, *records: Document) -> list[str]:
    response = client.send("POST", "/_simulator/records", {"resource": name, "records": records})
    assert response.status == 200, response.body
    ids: list[str] = load(response)["ids"]
    return ids


def id_field(name: str) -> str:
    return resources.BY_NAME[name].id_field


@pytest.mark.parametrize("name", SEEDED)
def test_each_record_of_a_list_is_found_by_its_id(client: Client, name: str) -> None:
    everything = listed(client, name, page=1)
    assert len(everything) >= 2
    for one in everything:
        (found,) = client.read(f"{name}/{one[id_field(name)]}")[name]
        # One payment alone shows the whole of its invoice.
        assert one == found | ({"Invoice": one["Invoice"]} if name == "Payments" else {})
    assert client.api("GET", f"{name}/{UNKNOWN}").status == 404


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_is_read_only_is_not_written_to(client: Client, name: str) -> None:
    assert client.api("POST", name, {"Reference": "x"}).status == 404


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("CreditNotes", "CN-0001"),
        ("PurchaseOrders", "PO-0002"),
        ("Items", "chair"),
        ("Accounts", "200"),
    ],
)
def test_a_number_or_code_finds_a_record_too(client: Client, name: str, number: str) -> None:
    (found,) = client.read(f"{name}/{number}")[name]
    assert client.read(f"{name}/{found[id_field(name)]}")[name] == [found]


@pytest.mark.parametrize("name", SEEDED)
def test_page_and_page_size_count_where_xero_has_them(client: Client, name: str) -> None:
    count = len(listed(client, name, includeDeleted="true"))
    wish = {"resource": name, "count": 150 - count}
    client.send("POST", "/_simulator/records", wish)
    query = {"includeDeleted": "true"}
    whole = client.read(name, page=2, pageSize=40, **query)
    if name == "BankTransfers":
        assert ("pagination" in whole, len(whole[name])) == (False, 150)
        return
    if name == "Quotes":
        assert ("pagination" in whole, len(whole[name])) == (False, 50)
        return
    assert whole["pagination"] == {"page": 2, "pageSize": 40, "pageCount": 4, "itemCount": 150}
    assert len(whole[name]) == 40
    assert len(listed(client, name, page=1)) == 100


@pytest.mark.parametrize(
    ("name", "lines", "shown"),
    [
        ("CreditNotes", "LineItems", False),
        ("Prepayments", "LineItems", False),
        ("Overpayments", "LineItems", False),
        ("BankTransactions", "LineItems", False),
        ("PurchaseOrders", "LineItems", False),
        ("ManualJournals", "JournalLines", False),
        ("Quotes", "LineItems", True),
    ],
)
def test_a_list_without_page_leaves_the_lines_out(
    client: Client, name: str, lines: str, *, shown: bool
) -> None:
    first = listed(client, name)[0]
    assert bool(first[lines]) is shown
    assert listed(client, name, page=1)[0][lines]
    assert client.read(f"{name}/{first[id_field(name)]}")[name][0][lines]


def test_several_credit_notes_are_asked_for_by_id_in_a_filter(client: Client) -> None:
    ids = [one["CreditNoteID"] for one in listed(client, "CreditNotes")]
    for terms in (ids[1:3], [ids[1], ids[2].upper(), UNKNOWN]):
        where = " OR ".join(f'CreditNoteID==Guid("{one}")' for one in terms)
        found = listed(client, "CreditNotes", where=where, page=1)
        assert [one["CreditNoteID"] for one in found] == ids[1:3]
    both = f'CreditNoteID==Guid("{ids[0]}") OR Status=="VOIDED"'
    assert len(listed(client, "CreditNotes", where=both)) == 2


@pytest.mark.parametrize(
    ("name", "query", "count"),
    [
        ("CreditNotes", {"where": 'Type=="ACCPAYCREDIT"'}, 1),
        ("CreditNotes", {"where": 'Contact.Name=="Tamarind Travel" AND Total>0'}, 1),
        ("Payments", {"where": 'Invoice.InvoiceNumber=="INV-0001"'}, 1),
        ("BankTransactions", {"where": 'Type=="SPEND" AND Date<DateTime(2026,11,1)'}, 2),
        ("BankTransfers", {}, 2),
        ("BankTransfers", {"includeDeleted": "true"}, 3),
        ("BankTransfers", {"where": "Amount>1000"}, 1),
        ("ManualJournals", {"where": 'Status=="POSTED"'}, 1),
        ("PurchaseOrders", {"where": 'Status=="DRAFT"'}, 3),
        ("PurchaseOrders", {"Status": "DRAFT"}, 1),
        ("PurchaseOrders", {"DateFrom": "2026-11-06", "DateTo": "2026-11-06"}, 1),
        ("Quotes", {"where": 'Status=="DRAFT"'}, 3),
        ("Quotes", {"Status": "SENT"}, 1),
        ("Quotes", {"QuoteNumber": "QU-0002"}, 1),
        ("Quotes", {"ExpiryDateFrom": "2026-12-10"}, 2),
        ("Overpayments", {"References": "nothing"}, 0),
    ],
)
def test_a_list_is_narrowed_as_its_resource_allows(
    client: Client, name: str, query: dict[str, Any], count: int
) -> None:
    assert len(listed(client, name, **query)) == count


@pytest.mark.parametrize("name", [one for one in SEEDED if one != "BankTransfers"])
def test_changes_come_oldest_first(client: Client, clock: Clock, name: str) -> None:
    first, second, *_ = (one[id_field(name)] for one in listed(client, name))
    clock.forward(seconds=10)
    since = clock.now.strftime("%Y-%m-%dT%H:%M:%S")
    make(client, name, {id_field(name): second})
    clock.forward(seconds=1)
    make(client, name, {id_field(name): first})
    answer = client.api(
        "GET",
        name,
        query={"order": "UpdatedDateUTC ASC", "page": 1},
        headers={"If-Modified-Since": since},
    )
    assert [one[id_field(name)] for one in load(answer)[name]] == [second, first]


def test_a_changed_transfer_is_found_though_it_does_not_say_when(
    client: Client, clock: Clock
) -> None:
    transfer = listed(client, "BankTransfers")[0]
    assert "UpdatedDateUTC" not in transfer
    headers = {"If-Modified-Since": clock.now.isoformat()}
    assert load(client.api("GET", "BankTransfers", headers=headers))["BankTransfers"] == []
    make(client, "BankTransfers", {"BankTransferID": transfer["BankTransferID"], "Reference": "x"})
    (found,) = load(client.api("GET", "BankTransfers", headers=headers))["BankTransfers"]
    assert found == transfer | {"Reference": "x"}
    assert client.api("GET", "BankTransfers", query={"order": "UpdatedDateUTC"}).status == 400
    assert client.read("BankTransfers", order="CreatedDateUTC")


@pytest.mark.parametrize("name", ["TaxRates", "Currencies", "BrandingThemes"])
def test_lists_without_modified_since_ignore_it(client: Client, clock: Clock, name: str) -> None:
    headers = {"If-Modified-Since": (clock.now + timedelta(days=1)).isoformat()}
    assert load(client.api("GET", name, headers=headers))[name]


def test_a_304_answers_where_nothing_changed_if_the_simulator_is_set_so(clock: Clock) -> None:
    client = Client(XeroSimulator(SimulatorConfig(not_modified=True), clock=clock))
    client.log_in()
    headers = {"If-Modified-Since": clock.now.strftime("%Y-%m-%dT%H:%M:%S")}
    for name in (*SEEDED, "Contacts", "Invoices", "Items", "Accounts"):
        answer = client.api("GET", name, query={"page": 1}, headers=headers)
        assert (answer.status, answer.body) == (304, b"")
    make(client, "Items", {"Code": "SHELF"})
    answer = client.api("GET", "Items", headers=headers)
    assert [one["Code"] for one in load(answer)["Items"]] == ["SHELF"]
    assert client.read("Items", where='Code=="NONE"')["Items"] == []
    make(client, "Contacts", {"Name": "Juniper"})
    past_the_end = client.api("GET", "Contacts", query={"page": 2}, headers=headers)
    assert past_the_end.status == 200


@pytest.mark.parametrize(
    ("name", "two", "four"),
    [
        ("CreditNotes", 0.13, 0.1255),
        ("BankTransactions", 0.13, 0.1255),
        ("PurchaseOrders", 0.1255, 0.1255),
        ("Quotes", 0.13, 0.13),
    ],
)
def test_unit_amounts_have_the_decimals_asked_for(
    client: Client, name: str, two: float, four: float
) -> None:
    line = {"Description": "Tape", "Quantity": 1, "UnitAmount": 0.1255, "LineAmount": 0.13}
    (made,) = make(client, name, {"LineItems": [line]})
    for query, amount in (({}, two), ({"unitdp": 4}, four)):
        (found,) = client.read(f"{name}/{made}", **query)[name]
        assert found["LineItems"][0]["UnitAmount"] == amount
        assert listed(client, name, page=1, **query)[-1] == found


def test_an_items_prices_have_the_decimals_asked_for(client: Client) -> None:
    make(client, "Items", {"Code": "TAPE", "SalesDetails": {"UnitPrice": 0.1255}})
    assert client.read("Items/TAPE")["Items"][0]["SalesDetails"] == {"UnitPrice": 0.13}
    fine = client.read("Items/TAPE", unitdp=4)["Items"][0]
    assert fine["SalesDetails"] == {"UnitPrice": 0.1255}
    assert fine in client.read("Items", unitdp=4)["Items"]


def test_the_seeded_records_agree_with_each_other(client: Client) -> None:
    invoices = {one["InvoiceID"]: one for one in listed(client, "Invoices", page=1)}
    payments = listed(client, "Payments")
    assert len(payments) == sum(len(one["Payments"]) for one in invoices.values())
    for one in payments:
        (short,) = invoices[one["Invoice"]["InvoiceID"]]["Payments"]
        assert (short["PaymentID"], short["Amount"]) == (one["PaymentID"], one["Amount"])
        assert one["PaymentType"] == one["Invoice"]["Type"] + "PAYMENT"
        assert one["Account"]["Code"] == "090"
    at_the_bank = listed(client, "BankTransactions")
    for name in ("Prepayments", "Overpayments"):
        made = {one[id_field(name)] for one in listed(client, name)}
        assert made == {one[id_field(name)] for one in at_the_bank if id_field(name) in one}
    sides = {one["BankTransactionID"] for one in at_the_bank if "TRANSFER" in one["Type"]}
    transfers = listed(client, "BankTransfers", includeDeleted="true")
    assert sides == {
        one[f"{side}BankTransactionID"] for one in transfers for side in ("From", "To")
    }
    for name in ("CreditNotes", "BankTransactions", "PurchaseOrders", "Quotes"):
        for one in listed(client, name, page=1):
            assert one["Total"] == pytest.approx(one["SubTotal"] + one["TotalTax"])
    for one in listed(client, "ManualJournals", page=1):
        assert sum(line["LineAmount"] for line in one["JournalLines"]) == 0


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (
            "accounting.invoices",
            {
                *("CreditNotes", "PurchaseOrders", "Quotes", "Invoices", "Items"),
                *("LinkedTransactions", "RepeatingInvoices"),
            },
        ),
        ("accounting.payments", {"Payments", "BatchPayments", "Prepayments", "Overpayments"}),
        ("accounting.banktransactions", {"BankTransactions", "BankTransfers"}),
        ("accounting.manualjournals", {"ManualJournals"}),
        ("accounting.classicexpenses", {"ExpenseClaims", "Receipts"}),
        ("accounting.contacts", {"Contacts", "ContactGroups"}),
    ],
)
def test_a_scope_opens_its_resources_and_no_others(scope: str, names: set[str]) -> None:
    for granted, write in ((scope, False), (f"{scope}.read", False), (scope, True)):
        opened = {
            one for one in resources.BY_NAME if allows(frozenset([granted]), one, write=write)
        }
        assert opened == names
    assert not any(allows(frozenset([f"{scope}.read"]), one, write=True) for one in names)
