# SPDX-License-Identifier: Apache-2.0
"""Credit notes, prepayments and overpayments: how they are written, allocated and paid back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.published import problems
from tests.xero.conftest import invoice, load

if TYPE_CHECKING:
    from local.xero.wire import Document
    from tests.xero.conftest import Client, Clock

UNKNOWN = "11111111-2222-3333-4444-555555555555"
KINDS = ("CreditNote", "Prepayment", "Overpayment")
EDITED = "This document cannot be edited as it has a payment or credit note allocated to it."


def note(**fields: Any) -> Document:
    """A customer's credit note that may be approved."""
    sale = invoice()
    del sale["DueDate"]
    return sale | {"Type": "ACCRECCREDIT"} | fields


def created(client: Client, **fields: Any) -> Document:
    made: Document = client.write("PUT", "CreditNotes", note(**fields))["CreditNotes"][0]
    return made


def credit_and_due(client: Client, one: str) -> tuple[str, Document, Document]:
    """Return an approved credit of a customer with its path, and a larger invoice."""
    if one == "CreditNote":
        credit = created(client, Status="AUTHORISED")
    else:
        where = f'Type=="RECEIVE-{one.upper()}"'
        credit = client.read(f"{one}s", where=where, page=1)[f"{one}s"][0]
    lines = [{"Description": "Desk", "Quantity": 9, "UnitAmount": 99, "AccountCode": "200"}]
    contact = {"ContactID": credit["Contact"]["ContactID"]}
    sale = invoice(Status="AUTHORISED", Contact=contact, LineItems=lines)
    due = client.write("PUT", "Invoices", sale)["Invoices"][0]
    return f"{one}s/{credit[f'{one}ID']}", credit, due


def allocation(due: Document, amount: Any) -> Document:
    settled = {"InvoiceID": due["InvoiceID"]}
    return {"Allocations": [{"Invoice": settled, "Amount": amount, "Date": "2026-11-21"}]}


def again(client: Client, path: str) -> Document:
    found: Document = client.read(path)[path.partition("/")[0]][0]
    return found


# Credit notes


def test_a_credit_note_has_a_number_its_totals_and_all_of_its_credit(client: Client) -> None:
    made = created(client, Status="AUTHORISED")
    assert (made["Total"], made["TotalTax"], made["RemainingCredit"]) == (277.15, 36.15, 277.15)
    assert made["CreditNoteNumber"].startswith("CN-")
    assert again(client, f"CreditNotes/{made['CreditNoteNumber']}")["LineItems"]
    other = created(client)
    assert other["CreditNoteNumber"] != made["CreditNoteNumber"]
    assert other["Status"] == "DRAFT"


def test_a_customers_number_finds_its_credit_note_and_a_suppliers_does_not(client: Client) -> None:
    first = created(client, CreditNoteNumber="A")
    assert client.messages("PUT", "CreditNotes", note(CreditNoteNumber="A")) == [
        "Credit note # must be unique."
    ]
    changed = client.write("POST", "CreditNotes", note(CreditNoteNumber="A", Reference="R"))
    assert changed["CreditNotes"][0]["CreditNoteID"] == first["CreditNoteID"]
    lines = [{"Description": "Paper", "UnitAmount": 10, "AccountCode": "400"}]
    supplier = note(Type="ACCPAYCREDIT", CreditNoteNumber="A", LineItems=lines)
    ids = {
        client.write("POST", "CreditNotes", supplier)["CreditNotes"][0]["CreditNoteID"]
        for _ in range(2)
    }
    assert len(ids | {first["CreditNoteID"]}) == 3


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"Type": None}, "The credit note type must be specified"),
        ({"Status": "PAID"}, "Credit note cannot be created with the status PAID"),
        ({"LineItems": []}, "One or more line items must be specified"),
        ({"Contact": None}, "A contact must be specified for this type of transaction"),
        ({"CurrencyCode": "JPY"}, "Organisation is not subscribed to currency JPY"),
        (
            {"Status": "AUTHORISED", "LineItems": [{"UnitAmount": 5, "AccountCode": "200"}]},
            "Description must be specified for every line item",
        ),
        (
            {"LineItems": [{"Description": "A", "UnitAmount": 5, "DiscountRate": 5}]},
            "Discounts are not supported on this type of document",
        ),
    ],
)
def test_a_credit_note_that_breaks_a_rule_is_refused(
    client: Client, fields: Document, message: str
) -> None:
    assert message in client.messages("PUT", "CreditNotes", note(**fields))


def test_a_credit_note_goes_the_way_of_an_invoice(client: Client) -> None:
    draft, approved = created(client), created(client, Status="AUTHORISED")
    for one, status in ((draft, "DELETED"), (approved, "VOIDED")):
        path = f"CreditNotes/{one['CreditNoteID']}"
        assert client.write("POST", path, {"Status": status})["CreditNotes"][0]["Status"] == status
        assert client.messages("POST", path, {"Status": "AUTHORISED"}) == [
            "Credit note not of valid status for modification"
        ]
    assert again(client, f"CreditNotes/{approved['CreditNoteID']}")["RemainingCredit"] == 0


# Allocations


@pytest.mark.parametrize("one", KINDS)
def test_an_allocation_counts_on_both_sides_until_it_is_deleted(
    client: Client, clock: Clock, one: str
) -> None:
    path, credit, due = credit_and_due(client, one)
    clock.forward(minutes=1)
    before = credit["RemainingCredit"]
    body = allocation(due, before)
    made = client.write("PUT", f"{path}/Allocations", body)["Allocations"][0]
    assert made[one][f"{one}ID"] == credit[f"{one}ID"]
    used, settled = again(client, path), again(client, f"Invoices/{due['InvoiceID']}")
    assert (used["Status"], used["RemainingCredit"], used["AppliedAmount"]) == ("PAID", 0, before)
    assert [each["AllocationID"] for each in used["Allocations"]] == [made["AllocationID"]]
    assert used["UpdatedDateUTCString"] == settled["UpdatedDateUTCString"] == "2026-11-22T01:16:39Z"
    assert settled["AmountCredited"] == before
    assert settled["AmountDue"] == pytest.approx(due["Total"] - before)
    (shown,) = settled[f"{one}s"]
    assert (shown[f"{one}ID"], shown["AppliedAmount"]) == (credit[f"{one}ID"], before)
    voided = {"Status": "VOIDED"}
    assert client.messages("POST", f"Invoices/{due['InvoiceID']}", voided) == [EDITED]
    gone = client.api("DELETE", f"{path}/Allocations/{made['AllocationID']}")
    assert (gone.status, load(gone)["IsDeleted"]) == (200, True)
    back, free = again(client, path), again(client, f"Invoices/{due['InvoiceID']}")
    assert (back["Status"], back["RemainingCredit"], back["Allocations"]) == (
        "AUTHORISED",
        before,
        [],
    )
    assert (free["AmountDue"], free["AmountCredited"], free[f"{one}s"]) == (due["Total"], 0, [])
    assert client.api("DELETE", f"{path}/Allocations/{made['AllocationID']}").status == 404


def test_an_invoice_that_a_credit_settles_whole_is_paid(client: Client) -> None:
    made = created(client, Status="AUTHORISED")
    due = client.write("PUT", "Invoices", invoice(Status="AUTHORISED"))["Invoices"][0]
    path = f"CreditNotes/{made['CreditNoteID']}"
    for amount in (200, 77.15):
        client.write("PUT", f"{path}/Allocations", allocation(due, amount))
    settled = again(client, f"Invoices/{due['InvoiceID']}")
    assert (settled["Status"], settled["AmountDue"]) == ("PAID", 0)
    assert [one["AppliedAmount"] for one in settled["CreditNotes"]] == [277.15]
    assert settled["FullyPaidOnDate"] == again(client, path)["FullyPaidOnDate"]
    assert client.messages("POST", path, {"Reference": "R"}) == [EDITED]


def test_an_allocation_that_breaks_a_rule_is_refused_and_changes_nothing(client: Client) -> None:
    path, credit, due = credit_and_due(client, "CreditNote")
    draft = client.write("PUT", "Invoices", invoice())["Invoices"][0]
    others = client.write(
        "PUT", "Invoices", invoice(Status="AUTHORISED", Contact={"Name": "Copperline Cafe"})
    )["Invoices"][0]
    lines = [{"Description": "Paper", "Quantity": 9, "UnitAmount": 99, "AccountCode": "400"}]
    bill = client.write(
        "PUT", "Invoices", invoice(Type="ACCPAY", Status="AUTHORISED", LineItems=lines)
    )["Invoices"][0]
    foreign = client.write(
        "PUT", "Invoices", invoice(Status="AUTHORISED", CurrencyCode="EUR", CurrencyRate=0.8)
    )["Invoices"][0]
    refused = [
        (due, 0, "Allocation amount must be greater than zero"),
        (due, 277.16, "amount is greater than its remaining credit"),
        ({"InvoiceID": UNKNOWN}, 5, "Invoice could not be found"),
        (draft, 5, "Allocations can only be made to Authorised invoices"),
        (others, 5, "an invoice of another contact"),
        (bill, 5, "an incorrect invoice type"),
        (foreign, 5, "an invoice in another currency"),
    ]
    for wrong, amount, words in refused:
        said = client.messages("PUT", f"{path}/Allocations", allocation(wrong, amount))
        assert words in " ".join(said)
    apart = client.write(
        "PUT",
        f"{path}/Allocations",
        {"Allocations": [*(allocation(due, each)["Allocations"][0] for each in (999, 5))]},
        query={"summarizeErrors": "false"},
    )["Allocations"]
    assert [bool(each.get("ValidationErrors")) for each in apart] == [True, False]
    assert again(client, path)["RemainingCredit"] == pytest.approx(credit["RemainingCredit"] - 5)
    unused = created(client)
    body = allocation(due, 5)
    assert client.messages("PUT", f"CreditNotes/{unused['CreditNoteID']}/Allocations", body) == [
        "Credit Note must be approved and not used up to be allocated"
    ]
    assert client.api("PUT", f"CreditNotes/{UNKNOWN}/Allocations", body).status == 404


# Refunds


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        ("CreditNote", "ARCREDITPAYMENT"),
        ("Prepayment", "ARPREPAYMENTPAYMENT"),
        ("Overpayment", "AROVERPAYMENTPAYMENT"),
    ],
)
def test_a_credit_is_paid_back_until_the_payment_is_deleted(
    client: Client, one: str, kind: str
) -> None:
    path, credit, _ = credit_and_due(client, one)
    before = credit["RemainingCredit"]
    named = {one: {f"{one}ID": credit[f"{one}ID"]}, "Account": {"Code": "090"}}
    assert client.messages("PUT", "Payments", named | {"Amount": before + 1}) == [
        "Payment amount exceeds the amount outstanding on this document"
    ]
    made = client.write("PUT", "Payments", named | {"Amount": before})["Payments"][0]
    assert made["PaymentType"] == kind
    used = again(client, path)
    assert (used["Status"], used["RemainingCredit"]) == ("PAID", 0)
    assert [each["PaymentID"] for each in used["Payments"]] == [made["PaymentID"]]
    client.write("POST", f"Payments/{made['PaymentID']}", {"Status": "DELETED"})
    back = again(client, path)
    assert (back["Status"], back["RemainingCredit"]) == ("AUTHORISED", before)
    assert back["Payments"] == []


@pytest.mark.promise("simulator-openapi")
@pytest.mark.parametrize("one", KINDS)
def test_what_is_allocated_paid_back_or_refused_is_valid(client: Client, one: str) -> None:
    path, credit, due = credit_and_due(client, one)
    answer = client.write("PUT", f"{path}/Allocations", allocation(due, 5))
    assert not problems("Allocations", answer)
    assert not problems("Error", load(client.api("PUT", f"{path}/Allocations", allocation(due, 0))))
    named = {one: {f"{one}ID": credit[f"{one}ID"]}, "Account": {"Code": "090"}, "Amount": 5}
    assert not problems("Payments", client.write("PUT", "Payments", named))
    assert not problems(f"{one}s", client.read(path))
    assert not problems("Invoices", client.read(f"Invoices/{due['InvoiceID']}"))
    made = answer["Allocations"][0]["AllocationID"]
    assert not problems("Allocation", load(client.api("DELETE", f"{path}/Allocations/{made}")))


@pytest.mark.promise("simulator-openapi")
def test_a_credit_note_that_is_written_or_refused_is_valid(client: Client) -> None:
    body = {"CreditNotes": [note(), note(LineItems=[])]}
    apart = client.write("PUT", "CreditNotes", body, query={"summarizeErrors": "false"})
    assert not problems("CreditNotes", apart)
    assert not problems("Error", load(client.api("PUT", "CreditNotes", body)))
