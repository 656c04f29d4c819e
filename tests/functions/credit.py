# SPDX-License-Identifier: Apache-2.0
"""Credits in a connection's books, and documents that they and batch payments settle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.functions.records import LINE, new_invoice

if TYPE_CHECKING:
    from tests.functions.stack import Stack

APPROVED = {"void_credit_note", "allocate_credit_note", "delete_credit_note_allocation"}
RECEIVED = {
    "overpayment": ("Overpayments", "RECEIVE-OVERPAYMENT"),
    "prepayment": ("Prepayments", "RECEIVE-PREPAYMENT"),
}


def credit_note(**changes: Any) -> dict[str, Any]:
    """A customer's credit note that may be approved."""
    return {
        "Type": "ACCRECCREDIT",
        "Contact": {"Name": "Larkspur Interiors"},
        "LineItems": [LINE],
        "Date": "2026-11-22",
    } | changes


def new_credit_note(stack: Stack, **changes: Any) -> dict[str, Any]:
    """Create a credit note, under a key of its own, and return it."""
    key = f"credit-note-{len(stack.xero.log)}"
    given = {"credit_note": credit_note(**changes)}
    answer = stack.act("credit_notes/create_credit_note", given, idempotency_key=key)
    created: dict[str, Any] = answer["credit_note"]
    return created


def new_credit(stack: Stack, noun: str) -> dict[str, Any]:
    """Return an approved credit of a customer, of one of the three kinds."""
    if noun == "credit_note":
        return new_credit_note(stack, Status="AUTHORISED")
    kind, received = RECEIVED[noun]
    books = stack.xero.books[stack.xero.tenant_id]
    return next(one for one in books.shelves[kind].values() if one["Type"] == received)


def due_for(stack: Stack, credit: dict[str, Any]) -> dict[str, Any]:
    """Create an approved invoice of a credit's contact, larger than the credit."""
    contact = {"ContactID": credit["Contact"]["ContactID"]}
    lines = [LINE | {"Quantity": 9}]
    return new_invoice(stack, Contact=contact, Status="AUTHORISED", LineItems=lines)


def prepare(stack: Stack, name: str, given: dict[str, Any]) -> None:
    """Put the ids of records that are there into the sample input of an operation."""
    for noun in ("credit_note", "overpayment", "prepayment"):
        if f"{noun}_id" not in given:
            continue
        id_field = f"{noun.title().replace('_', '')}ID"
        of_notes = noun == "credit_note" and name not in APPROVED
        credit = new_credit_note(stack) if of_notes else new_credit(stack, noun)
        given[f"{noun}_id"] = credit[id_field]
        if "allocation" in given or "allocation_id" in given:
            settled = {"Invoice": {"InvoiceID": due_for(stack, credit)["InvoiceID"]}}
            given["allocation"] = {"Amount": 40, "Date": "2026-11-22", **settled}
        if "allocation_id" in given:
            made = {f"{noun}_id": given[f"{noun}_id"], "allocation": given.pop("allocation")}
            answer = stack.act(f"{noun}s/allocate_{noun}", made)
            given["allocation_id"] = answer["allocation"]["AllocationID"]
    if "batch_payment_id" in given:
        books = stack.xero.books[stack.xero.tenant_id]
        given["batch_payment_id"] = next(iter(books.shelves["BatchPayments"]))
    for payment in given.get("batch_payment", {}).get("Payments", []):
        due = new_invoice(stack, Status="AUTHORISED")
        payment["Invoice"]["InvoiceID"] = due["InvoiceID"]
