# SPDX-License-Identifier: Apache-2.0
"""How credit notes, prepayments and overpayments are allocated to invoices, and that undone.

Rules: https://developer.xero.com/documentation/api/accounting/creditnotes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import reading, references, resources, totals
from local.xero.envelopes import envelope
from local.xero.replies import (
    ValidationError,
    XeroError,
    json_reply,
    not_found,
    validation_exception,
)
from local.xero.settling import CREDITS, settle

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.wire import Document, Request, Response
    from local.xero.writable import Route

_SHAPE: reading.Shape = {
    "Amount": reading.number,
    "Date": reading.day,
    "Invoice": reading.inside({"InvoiceID": reading.text}),
}
_WORDS = {"CreditNote": "Credit Note"}
_NUMBERS = ("CreditNoteNumber",)


def routes() -> dict[tuple[str, str], Route]:
    """Return what answers the paths of the allocations of every kind of credit."""
    found: dict[tuple[str, str], Route] = {}
    for one, kind in CREDITS.items():
        found["PUT", f"{kind}/*/Allocations"] = _allocate_route(one)
        found["DELETE", f"{kind}/*/Allocations/*"] = _delete_route(one)
    return found


def _allocate_route(one: str) -> Route:
    def allocate(writing: Writing, request: Request, rest: list[str]) -> Response:
        credit = _credit(writing, one, rest[0])
        elements = reading.posted(request, "Allocations")
        for element in elements:
            reading.check(element, _SHAPE)
        shown, refused = [], []
        for element in elements:
            try:
                shown.append(_allocate(writing, one, credit, element))
            except ValidationError as error:
                messages = [{"Message": message} for message in error.messages]
                refused.append(
                    {"StatusAttributeString": "ERROR", "ValidationErrors": messages}
                    | {"Amount": totals.ZERO, "Date": writing.today, "Invoice": {}}
                    | {name: element[name] for name in ("Amount", "Invoice") if name in element}
                )
                shown.append(refused[-1])
        if refused and request.flag("summarizeErrors", default=True):
            return validation_exception(refused)
        return envelope(writing, "Allocations", shown)

    return allocate


def _delete_route(one: str) -> Route:
    def delete(writing: Writing, _: Request, rest: list[str]) -> Response:
        credit = _credit(writing, one, rest[0])
        found = [each for each in credit["Allocations"] if each["AllocationID"] == rest[2].lower()]
        if not found:
            raise XeroError(not_found())
        (allocation,) = found
        invoice = writing.books.invoices[allocation["Invoice"]["InvoiceID"]]
        credit["Allocations"] = [each for each in credit["Allocations"] if each is not allocation]
        _show_on_invoice(one, credit, invoice)
        settle(writing, CREDITS[one], credit, -allocation["Amount"], "AppliedAmount")
        settle(writing, "Invoices", invoice, -allocation["Amount"], "AmountCredited")
        return json_reply(allocation | {"IsDeleted": True})

    return delete


def _credit(writing: Writing, one: str, key: str) -> Document:
    credit = writing.books.shelves[CREDITS[one]].get(key.lower())
    if credit is None:
        raise XeroError(not_found())
    return credit


def _allocate(writing: Writing, one: str, credit: Document, element: Document) -> Document:
    invoice_id = reading.text(reading.nested(element, "Invoice"), "InvoiceID").lower()
    invoice = writing.books.invoices.get(invoice_id)
    if invoice is None:
        raise ValidationError("Invoice could not be found")
    amount = totals.round_to(reading.number(element, "Amount") or 0, 2)
    words = _WORDS.get(one, one)
    rules = {
        "Allocation amount must be greater than zero": amount > 0,
        f"{words} must be approved and not used up to be allocated": (
            credit["Status"] == "AUTHORISED"
        ),
        "The invoice you are trying to allocate to has already been paid off": (
            invoice["Status"] != "PAID"
        ),
        "Allocations can only be made to Authorised invoices": (
            invoice["Status"] in ("AUTHORISED", "PAID")
        ),
        f"{words} cannot be allocated to an incorrect invoice type": (
            credit["Type"].startswith(("ACCREC", "RECEIVE", "AR")) == (invoice["Type"] == "ACCREC")
        ),
        f"{words} cannot be allocated to an invoice of another contact": (
            credit["Contact"] is invoice["Contact"]
        ),
        f"{words} cannot be allocated to an invoice in another currency": (
            credit["CurrencyCode"] == invoice["CurrencyCode"]
        ),
        f"{words} cannot be allocated as amount is greater than amount outstanding": (
            amount <= invoice["AmountDue"]
        ),
        f"{words} cannot be allocated as amount is greater than its remaining credit": (
            amount <= credit["RemainingCredit"]
        ),
    }
    if broken := [message for message, kept in rules.items() if not kept]:
        raise ValidationError(*broken)
    allocation = {
        "AllocationID": writing.make_id(),
        "Amount": amount,
        "Date": reading.day(element, "Date") or writing.today,
        # As it stands on the credit, where it is a part of a record and no reference.
        "Invoice": references.show({"Invoice": invoice})["Invoice"],
    }
    credit["Allocations"] = [*credit["Allocations"], allocation]
    _show_on_invoice(one, credit, invoice)
    settle(writing, CREDITS[one], credit, amount, "AppliedAmount")
    settle(writing, "Invoices", invoice, amount, "AmountCredited")
    return allocation | {one: references.show({one: credit})[one]}


def _show_on_invoice(one: str, credit: Document, invoice: Document) -> None:
    """Have an invoice say what of a credit is allocated to it."""
    id_field = resources.BY_NAME[CREDITS[one]].id_field
    parts = [
        each
        for each in credit["Allocations"]
        if each["Invoice"]["InvoiceID"] == invoice["InvoiceID"]
    ]
    listed = [each for each in invoice[CREDITS[one]] if each[id_field] != credit[id_field]]
    if parts:
        said = {name: credit[name] for name in (id_field, *_NUMBERS, "Total") if name in credit}
        listed.append(
            said
            | {
                "AppliedAmount": sum((each["Amount"] for each in parts), totals.ZERO),
                "Date": max(each["Date"] for each in parts),
                "LineItems": [],
            }
        )
    invoice[CREDITS[one]] = listed
