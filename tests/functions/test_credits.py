# SPDX-License-Identifier: Apache-2.0
"""What operations on credit notes, overpayments and prepayments do to Xero's books, read back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.errors import InputError, ValidationError

from tests.functions.credit import credit_note, due_for, new_credit, new_credit_note
from tests.functions.records import LINE, new_invoice
from tests.functions.test_outcomes import KilledError, interrupted, later

if TYPE_CHECKING:
    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("one-declaration")
NOUNS = ("credit_note", "overpayment", "prepayment")
each_kind = pytest.mark.parametrize("noun", NOUNS)


def id_of(noun: str, credit: dict[str, Any]) -> dict[str, str]:
    return {f"{noun}_id": credit[noun.title().replace("_", "") + "ID"]}


def found(stack: Stack, noun: str, given: dict[str, str]) -> dict[str, Any]:
    record: dict[str, Any] = stack.read(f"{noun}s/get_{noun}", given)[noun]
    return record


def invoice(stack: Stack, due: dict[str, Any]) -> dict[str, Any]:
    return found(stack, "invoice", {"invoice_id": due["InvoiceID"]})


def allocation(due: dict[str, Any], amount: Any) -> dict[str, Any]:
    settled = {"InvoiceID": due["InvoiceID"]}
    return {"Invoice": settled, "Amount": str(amount), "Date": "2026-11-22"}


@each_kind
@pytest.mark.promise("undo")
def test_a_credit_settles_an_invoice_until_its_allocation_is_taken_back(
    stack: Stack, noun: str
) -> None:
    credit = new_credit(stack, noun)
    given, due, before = id_of(noun, credit), due_for(stack, credit), credit["RemainingCredit"]
    asked = given | {"allocation": allocation(due, "40.05")}
    answer = stack.ask("action", f"{noun}s/allocate_{noun}", asked)
    left = found(stack, noun, given)
    assert left["RemainingCredit"] == before - Decimal("40.05")
    assert left["AppliedAmount"] == Decimal("40.05")
    (listed,) = left["Allocations"]
    assert listed["AllocationID"] == answer["output"]["allocation"]["AllocationID"]
    settled = invoice(stack, due)
    assert settled["AmountDue"] == due["AmountDue"] - Decimal("40.05")
    assert settled["AmountCredited"] == Decimal("40.05")
    undone = stack.invoke("action", answer["undo"])
    assert undone["output"]["deleted"] is True
    assert found(stack, noun, given)["RemainingCredit"] == before
    assert found(stack, noun, given)["Allocations"] == []
    assert invoice(stack, due)["AmountDue"] == due["AmountDue"]


@each_kind
def test_more_than_is_left_of_a_credit_is_refused_and_changes_nothing(
    stack: Stack, noun: str
) -> None:
    credit = new_credit(stack, noun)
    given, due, before = id_of(noun, credit), due_for(stack, credit), credit["RemainingCredit"]
    asked = given | {"allocation": allocation(due, before + Decimal("0.01"))}
    with pytest.raises(ValidationError, match="remaining credit"):
        stack.act(f"{noun}s/allocate_{noun}", asked)
    assert found(stack, noun, given)["RemainingCredit"] == before
    assert invoice(stack, due)["AmountDue"] == due["AmountDue"]


@each_kind
@pytest.mark.promise("undo")
def test_a_credit_is_paid_back_and_the_refund_taken_back(stack: Stack, noun: str) -> None:
    credit = new_credit(stack, noun)
    given, before = id_of(noun, credit), credit["RemainingCredit"]
    kind = noun.title().replace("_", "")
    payment = {
        kind: {f"{kind}ID": given[f"{noun}_id"]},
        "Account": {"Code": "090"},
        "Amount": str(before),
        "Date": "2026-11-22",
    }
    answer = stack.ask("action", "payments/create_payment", {"payment": payment})
    used = found(stack, noun, given)
    assert (used["Status"], used["RemainingCredit"]) == ("PAID", 0)
    assert answer["output"]["payment"]["PaymentType"].startswith("AR")
    stack.invoke("action", answer["undo"])
    back = found(stack, noun, given)
    assert (back["Status"], back["RemainingCredit"]) == ("AUTHORISED", before)


@pytest.mark.promise("outcome-kept")
def test_an_allocation_that_is_asked_for_again_is_made_once(stack: Stack) -> None:
    credit = new_credit_note(stack, Status="AUTHORISED")
    given, due = id_of("credit_note", credit), due_for(stack, credit)
    asked = given | {"allocation": allocation(due, 10)}
    answers = [
        stack.ask("action", "credit_notes/allocate_credit_note", asked, idempotency_key="a")
        for _ in range(2)
    ]
    assert [one["replayed"] for one in answers] == [False, True]
    assert answers[0]["undo"] == answers[1]["undo"]
    assert len(found(stack, "credit_note", given)["Allocations"]) == 1


@pytest.mark.promise("undo")
@pytest.mark.parametrize(("status", "after"), [("DRAFT", "DELETED"), ("AUTHORISED", "VOIDED")])
def test_a_new_credit_note_is_taken_back_as_its_status_allows(
    stack: Stack, status: str, after: str
) -> None:
    given = {"credit_note": credit_note(Status=status)}
    answer = stack.ask("action", "credit_notes/create_credit_note", given)
    stack.invoke("action", answer["undo"])
    note = id_of("credit_note", answer["output"]["credit_note"])
    assert found(stack, "credit_note", note)["Status"] == after


def test_a_credit_note_is_approved_found_by_number_and_changed_by_it(stack: Stack) -> None:
    made = new_credit_note(stack, CreditNoteNumber="WEB-1")
    note = id_of("credit_note", made)
    changed = credit_note(CreditNoteNumber="WEB-1", Reference="Return 9", LineItems=[LINE, LINE])
    upserted = stack.act("credit_notes/upsert_credit_note", {"credit_note": changed})["credit_note"]
    assert (upserted["CreditNoteID"], upserted["Reference"]) == (made["CreditNoteID"], "Return 9")
    assert upserted["SubTotal"] == 2 * made["SubTotal"]
    approved = stack.act("credit_notes/approve_credit_note", note)["credit_note"]
    assert (approved["Status"], approved["RemainingCredit"]) == ("AUTHORISED", approved["Total"])
    number = {"credit_note_number": "WEB-1"}
    (one,) = stack.read("credit_notes/find_credit_note", number)["credit_notes"]
    assert one["CreditNoteID"] == made["CreditNoteID"]
    assert one["LineItems"]
    new = {"Reference": "Return 10"}
    stack.act("credit_notes/update_credit_note", note | {"credit_note": new})
    assert found(stack, "credit_note", note)["Reference"] == "Return 10"


def test_of_many_credit_notes_each_succeeds_or_fails_by_itself(stack: Stack) -> None:
    supplier = credit_note(Type="ACCPAYCREDIT", LineItems=[LINE | {"AccountCode": "400"}])
    notes = [credit_note(CreditNoteNumber="A"), credit_note(CreditNoteNumber="A"), supplier]
    answer = stack.act("credit_notes/create_credit_notes", {"credit_notes": notes})
    assert [one["ok"] for one in answer["credit_notes"]] == [True, False, True]
    again = stack.act("credit_notes/upsert_credit_notes", {"credit_notes": notes[:1]})
    first = answer["credit_notes"][0]["credit_note"]["CreditNoteID"]
    assert again["credit_notes"][0]["credit_note"]["CreditNoteID"] == first


def test_lists_are_narrowed_by_type_status_contact_and_day(stack: Stack) -> None:
    made = new_credit_note(stack, Date="2026-11-20", Status="AUTHORISED")
    narrow = {
        "types": ["ACCRECCREDIT"],
        "statuses": ["AUTHORISED", "PAID"],
        "contact_id": made["Contact"]["ContactID"],
        "date_from": "2026-11-20",
        "date_to": "2026-11-20",
    }
    listed = stack.read("credit_notes/list_credit_notes", narrow)["credit_notes"]
    assert [one["CreditNoteID"] for one in listed] == [made["CreditNoteID"]]
    for noun, kind in (("overpayments", "OVERPAYMENT"), ("prepayments", "PREPAYMENT")):
        given = {"types": [f"RECEIVE-{kind}"], "statuses": ["AUTHORISED"]}
        received = stack.read(f"{noun}/list_{noun}", given)[noun]
        assert {one["Type"] for one in received} == {f"RECEIVE-{kind}"}


@pytest.mark.promise("unknown-settled")
@pytest.mark.parametrize("carried_out", [True, False])
def test_an_allocation_that_was_cut_is_looked_for_in_its_credit(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, *, carried_out: bool
) -> None:
    credit = new_credit_note(stack, Status="AUTHORISED")
    given, due = id_of("credit_note", credit), due_for(stack, credit)
    asked = given | {"allocation": allocation(due, "12.5")}
    ask = partial(stack.ask, "action", "credit_notes/allocate_credit_note", asked)
    revive = interrupted(stack, monkeypatch, path="/Allocations", carried_out=carried_out)
    with pytest.raises(KilledError):
        ask(idempotency_key="cut")
    revive()
    later(stack, 3_600, "cut")
    books = stack.xero.books[stack.xero.tenant_id]
    books.shelves["CreditNotes"][credit["CreditNoteID"]]["UpdatedDateUTC"] -= timedelta(hours=1)
    answer = ask(idempotency_key="cut")
    (listed,) = found(stack, "credit_note", given)["Allocations"]
    made = answer["output"]["allocation"]
    assert (made["AllocationID"], made["Amount"]) == (listed["AllocationID"], Decimal("12.5"))
    stack.invoke("action", answer["undo"])
    assert found(stack, "credit_note", given)["Allocations"] == []


# Payments by number


def by_number(number: str, **changes: Any) -> dict[str, Any]:
    return {"invoice_number": number, "account": {"Code": "090"}} | changes


@pytest.mark.promise("undo")
def test_a_payment_by_number_pays_what_is_due_and_can_be_taken_back(stack: Stack) -> None:
    due = new_invoice(stack, Status="AUTHORISED")
    record = "payments/record_payment_for_invoice_number"
    number = due["InvoiceNumber"]
    part = stack.ask("action", record, by_number(number, amount="20.5"), idempotency_key="1")
    rest = stack.ask("action", record, by_number(number), idempotency_key="2")
    assert rest["output"]["payment"]["Amount"] == due["AmountDue"] - Decimal("20.5")
    assert invoice(stack, due)["Status"] == "PAID"
    with pytest.raises(InputError, match="Nothing is due") as caught:
        stack.act(record, by_number(number), idempotency_key="3")
    assert caught.value.details["problems"][0]["path"] == "input.invoice_number"
    for answer in (part, rest):
        stack.invoke("action", answer["undo"])
    assert invoice(stack, due)["AmountPaid"] == 0


def test_a_payment_by_number_is_refused_where_none_or_several_have_it(stack: Stack) -> None:
    record = "payments/record_payment_for_invoice_number"
    refused = stack.ask("action", record, by_number("INV-9999"), on_error="return")
    assert refused["error"]["type"] == "NotFoundError"
    due = new_invoice(stack, Status="AUTHORISED")
    books = stack.xero.books[stack.xero.tenant_id]
    twin = books.invoices[due["InvoiceID"]] | {"InvoiceID": "0cb10d7a-c36c-5a1d-8ae7-5245ca315cb7"}
    books.put("Invoices", [twin])
    refused = stack.ask("action", record, by_number(due["InvoiceNumber"]), on_error="return")
    assert refused["error"]["type"] == "InputError"
    assert len(refused["error"]["details"]["invoice_ids"]) == 2
    assert not any(one["path"].endswith("/Payments") for one in stack.sent())


# Batches and services


@pytest.mark.promise("undo")
def test_a_batch_pays_its_invoices_until_it_is_deleted(stack: Stack) -> None:
    dues = [new_invoice(stack, Status="AUTHORISED") for _ in range(2)]
    batch = {
        "Account": {"Code": "090"},
        "Date": "2026-11-22",
        "Payments": [
            {"Invoice": {"InvoiceID": one["InvoiceID"]}, "Amount": str(one["AmountDue"])}
            for one in dues
        ],
    }
    given = {"batch_payment": batch}
    answer = stack.ask("action", "batch_payments/create_batch_payment", given)
    made = answer["output"]["batch_payment"]
    assert (made["Type"], made["TotalAmount"]) == ("RECBATCH", sum(d["AmountDue"] for d in dues))
    assert {invoice(stack, one)["Status"] for one in dues} == {"PAID"}
    one = {"payment_id": made["Payments"][0]["PaymentID"]}
    with pytest.raises(ValidationError, match="batch"):
        stack.act("payments/delete_payment", one)
    listed = stack.read("batch_payments/list_batch_payments", {"date_from": "2026-11-22"})
    assert made["BatchPaymentID"] in [each["BatchPaymentID"] for each in listed["batch_payments"]]
    stack.invoke("action", answer["undo"])
    assert {invoice(stack, each)["AmountDue"] for each in dues} == {d["AmountDue"] for d in dues}
    gone = stack.read(
        "batch_payments/get_batch_payment", {"batch_payment_id": made["BatchPaymentID"]}
    )
    assert gone["batch_payment"]["Status"] == "DELETED"


def test_a_payment_service_is_created_and_listed(stack: Stack) -> None:
    service = {
        "PaymentServiceName": "Gannet Pay",
        "PaymentServiceUrl": "https://pay.gannet.example",
    }
    stack.act("payment_services/create_payment_service", {"payment_service": service})
    listed = stack.read("payment_services/list_payment_services")["payment_services"]
    assert "Gannet Pay" in [one["PaymentServiceName"] for one in listed]
