# SPDX-License-Identifier: Apache-2.0
"""How credit notes are matched and written: status, contact, lines, sums.

Rules: https://developer.xero.com/documentation/api/accounting/creditnotes. What they settle is
in `allocations`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import invoices, reading, resources, totals, traded
from local.xero.replies import ValidationError, XeroError, not_found
from local.xero.wire import Document, is_id

if TYPE_CHECKING:
    from local.xero.books import Books, Writing

TYPES = ("ACCRECCREDIT", "ACCPAYCREDIT")
DATES = ("Date", "DueDate")
_TEXTS = ("CreditNoteNumber", "Reference", "CurrencyCode", "BrandingThemeID")
_LONGEST = 255
SHAPE: reading.Shape = {
    **traded.SHAPE,
    **dict.fromkeys(("CreditNoteID", *_TEXTS), reading.text),
    **dict.fromkeys(DATES, reading.day),
    "Type": reading.one_of(TYPES),
    "Status": reading.one_of(invoices.STATUSES),
    "LineAmountTypes": reading.one_of(traded.LINE_AMOUNT_TYPES),
    "CurrencyRate": reading.number,
    "SentToContact": reading.boolean,
}


def find(books: Books, key: str) -> Document | None:
    """Find a credit note by id or number."""
    return books.find("CreditNotes", key)


def match(books: Books, element: Document) -> Document | None:
    """Find the credit note that a posted element means: by id, or a customer's by number.

    Raises:
        XeroError: there is an id, and no credit note has it (404).
    """
    if note_id := reading.text(element, "CreditNoteID"):
        found = books.shelves["CreditNotes"].get(note_id.lower()) if is_id(note_id) else None
        if found is None:
            raise XeroError(not_found())
        return found
    if reading.text(element, "Type") == "ACCPAYCREDIT":
        return None
    return _customers(books, reading.text(element, "CreditNoteNumber"))


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Create a credit note, or change an existing one in place.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    kind = reading.choice(element, "Type", TYPES)
    status = _next_status(existing, reading.choice(element, "Status", invoices.STATUSES))
    note = dict(existing) if existing else _blank(writing, kind)
    if kind and kind != note["Type"]:
        raise ValidationError("The type of a credit note cannot be changed")
    note["Status"] = status
    if status == "VOIDED":
        note["RemainingCredit"] = totals.ZERO
    elif status != "DELETED":
        _fill(writing, note, element, existing)
    return _keep(writing, note, existing)


def _next_status(existing: Document | None, asked: str) -> str:
    if existing and (existing["Allocations"] or existing["Payments"]):
        raise ValidationError(
            "This document cannot be edited as it has a payment or credit note allocated to it."
        )
    return invoices.next_status(existing["Status"] if existing else "", asked, "Credit note")


def _blank(writing: Writing, kind: str) -> Document:
    if not kind:
        raise ValidationError("The credit note type must be specified")
    return {
        "Type": kind,
        "CreditNoteID": writing.make_id(),
        "CreditNoteNumber": "",
        "Reference": "",
        "Allocations": [],
        "Payments": [],
        "AppliedAmount": totals.ZERO,
        "CurrencyRate": 1,
        "CurrencyCode": writing.books.organisation["BaseCurrency"],
        "SentToContact": False,
        "HasAttachments": False,
        "HasErrors": False,
        "LineAmountTypes": "Exclusive",
        "LineItems": [],
        "Date": writing.today,
    }


def _fill(writing: Writing, note: Document, element: Document, existing: Document | None) -> None:
    problems: list[str] = []
    note |= {name: value for name in _TEXTS if (value := reading.text(element, name))}
    note |= {name: day for name in DATES if (day := reading.day(element, name))}
    note["CurrencyRate"] = reading.number(element, "CurrencyRate") or note["CurrencyRate"]
    approved = note["Status"] in ("SUBMITTED", "AUTHORISED")
    if approved and "SentToContact" in element:
        note["SentToContact"] = reading.boolean(element, "SentToContact")
    sale = note["Type"] == "ACCRECCREDIT"
    rules = traded.Rules(sale=sale, approved=approved, discounts=False)
    traded.fill_lines(writing, note, element, existing, rules, problems)
    note["RemainingCredit"] = note["Total"]
    _check(writing, note, existing, problems)
    traded.fill_contact(writing, note, element, problems)
    if sale and not note["CreditNoteNumber"]:
        note["CreditNoteNumber"] = _next_number(writing.books)


def _check(
    writing: Writing, note: Document, existing: Document | None, problems: list[str]
) -> None:
    if max(len(note["CreditNoteNumber"]), len(note["Reference"])) > _LONGEST:
        problems.append(f"Credit note number and reference have at most {_LONGEST} characters")
    traded.check_currency(writing, note, problems)
    same = _customers(writing.books, note["CreditNoteNumber"])
    if note["Type"] == "ACCRECCREDIT" and same is not None and same is not existing:
        problems.append("Credit note # must be unique.")


def _customers(books: Books, number: str) -> Document | None:
    found = books.shelves["CreditNotes"].found_by("number", number)
    return next((one for one in found if one["Type"] == "ACCRECCREDIT"), None)


def _next_number(books: Books) -> str:
    shelf = books.shelves["CreditNotes"]
    while True:
        shelf.serial += 1
        number = f"CN-{shelf.serial:04d}"
        if _customers(books, number) is None:
            return number


def _keep(writing: Writing, note: Document, existing: Document | None) -> Document:
    note["UpdatedDateUTC"] = writing.now
    resources.BY_NAME["CreditNotes"].spell(note)
    if existing is None:
        writing.books.put("CreditNotes", [note])
        writing.changed("CreditNotes", note, created=True)
        return note
    existing.update(note)
    writing.changed("CreditNotes", existing, created=False)
    return existing
