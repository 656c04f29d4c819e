# SPDX-License-Identifier: Apache-2.0
"""Documents to ask with, and a connection's books before an operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xero_connection.catalogue import find

from local.xero import resources

if TYPE_CHECKING:
    from tests.functions.stack import Stack

LINE = {"Description": "Standing desk", "Quantity": 1, "UnitAmount": 120.5, "AccountCode": "200"}


def contact(**changes: Any) -> dict[str, Any]:
    """A contact that does not exist yet."""
    return {"Name": "Gannet & Sons", "EmailAddress": "books@gannet.example"} | changes


def invoice(**changes: Any) -> dict[str, Any]:
    """A sales invoice that may be approved."""
    return {
        "Contact": {"Name": "Larkspur Interiors"},
        "LineItems": [LINE],
        "Date": "2026-11-22",
        "DueDate": "2026-12-20",
    } | changes


def new_contact(stack: Stack, **changes: Any) -> dict[str, Any]:
    """Create a contact and return it."""
    given = {"contact": contact(**changes)}
    created: dict[str, Any] = stack.act("contacts/create_contact", given)["contact"]
    return created


def new_payment(stack: Stack, **changes: Any) -> dict[str, Any]:
    """Pay an approved invoice of its own in full, and return the payment."""
    due = new_invoice(stack, Status="AUTHORISED")
    payment = {
        "Invoice": {"InvoiceID": due["InvoiceID"]},
        "Account": {"Code": "090"},
        "Amount": str(due["AmountDue"]),
        "Date": "2026-11-22",
    } | changes
    key = f"payment-{len(stack.xero.log)}"
    answer = stack.act("payments/create_payment", {"payment": payment}, idempotency_key=key)
    created: dict[str, Any] = answer["payment"]
    return created


def new_invoice(stack: Stack, **changes: Any) -> dict[str, Any]:
    """Create an invoice, under a key of its own, and return it."""
    key = f"invoice-{len(stack.xero.log)}"
    given = {"invoice": invoice(**changes)}
    created: dict[str, Any] = stack.act("invoices/create_invoice", given, idempotency_key=key)[
        "invoice"
    ]
    return created


def record_of(stack: Stack, kind: str) -> dict[str, Any]:
    """Return a record of a kind that is there, as attachments and notes name it."""
    (book,) = stack.xero.books.values()
    name = "".join(part.capitalize() for part in kind.split("_"))
    return {"resource": kind, "record_id": next(iter(book.shelves[name]))}


def kinds_of(operation: str) -> list[str]:
    """Return the kinds that an operation is for and that the simulated Xero has."""
    (closed,) = find(operation).input.model_fields["resource"].metadata
    names = {name.lower() for name in resources.BY_NAME}
    return [one for one in closed.values if one.replace("_", "") in names]


def of_invoice(stack: Stack) -> dict[str, Any]:
    return {"resource": "invoices", "record_id": new_invoice(stack)["InvoiceID"]}
