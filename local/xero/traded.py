# SPDX-License-Identifier: Apache-2.0
"""What documents with a contact and lines have alike: who they are with, and what they come to.

From invoices to receipts they are written with it; what is their own is in modules of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.xero import contacts, lines, reading, resources, totals
from local.xero.replies import ValidationError

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.wire import Document

LINE_AMOUNT_TYPES = ("Exclusive", "Inclusive", "NoTax")
_TREATMENTS = {one.upper(): one for one in LINE_AMOUNT_TYPES}
_SUMS = {
    "SubTotal": "The document sub total does not equal the sum of the lines.",
    "TotalTax": "The document tax total does not equal the sum of the tax on the lines.",
    "Total": "The document total does not equal the sum of the lines.",
}
"""Sums that may be sent, and what is said where the lines come to others."""
SHAPE: reading.Shape = {
    **dict.fromkeys(_SUMS, reading.number),
    "Contact": reading.inside(contacts.SHAPE),
    "LineItems": reading.each(lines.SHAPE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a document's lines must be like."""

    sale: bool
    approved: bool
    """True where lines must be whole: with an account, and a description."""
    discounts: bool | None = None
    """Whether lines may have discounts; where nothing is said, those of sales may."""
    empty: bool = False
    """Whether there may be no lines."""


def fill_lines(
    writing: Writing,
    record: Document,
    element: Document,
    existing: Document | None,
    rules: Rules,
    problems: list[str],
) -> None:
    """Set a document's lines and sums, from what was sent and what was there."""
    treatment = reading.text(element, "LineAmountTypes") or record["LineAmountTypes"]
    record["LineAmountTypes"] = treatment
    reader = lines.LineReader(
        writing,
        sale=rules.sale,
        approved=rules.approved,
        line_amount_types=_TREATMENTS[treatment.upper()],
        taxed_anew=not existing or existing["LineAmountTypes"] != treatment,
        problems=problems,
        discounts=rules.discounts,
    )
    sent, kept = reading.elements(element, "LineItems"), record["LineItems"]
    record["LineItems"] = reader.check_again(kept) if sent is None else reader.read(sent, kept)
    sums = totals.add_up(record["LineItems"], _TREATMENTS[treatment.upper()])
    record["SubTotal"] = sums.sub_total
    record["TotalTax"] = sums.total_tax
    record["Total"] = sums.total
    if sums.total_discount:
        record["TotalDiscount"] = sums.total_discount
    else:
        record.pop("TotalDiscount", None)
    problems += [
        message
        for name, message in _SUMS.items()
        if reading.number(element, name) not in (None, record[name])
    ]
    if not record["LineItems"] and not rules.empty:
        problems.append("One or more line items must be specified")
    if rules.approved and any(not line.get("Description") for line in record["LineItems"]):
        problems.append("Description must be specified for every line item")


def fill_contact(
    writing: Writing,
    record: Document,
    element: Document,
    problems: list[str],
    *,
    makes: bool = True,
) -> None:
    """Set who a document is with, a new contact where `makes` allows one and none has the name.

    Raises:
        ValidationError: there are problems, those named before among them; nothing was written.
    """
    contact = _find_contact(writing, record, element, problems, makes=makes)
    if problems:
        raise ValidationError(*dict.fromkeys(problems))
    record["Contact"] = (
        contacts.write(writing, reading.nested(element, "Contact"), None)
        if contact is None
        else contact
    )


def _find_contact(
    writing: Writing, record: Document, element: Document, problems: list[str], *, makes: bool
) -> Document | None:
    sent = reading.nested(element, "Contact")
    contact_id, name = reading.text(sent, "ContactID"), reading.text(sent, "Name")
    contact: Document | None = record.get("Contact")
    if contact_id:
        contact = writing.books.contacts.get(contact_id.lower())
        if contact is None:
            problems.append(f"The contact {contact_id} could not be found")
    elif sent:
        contact = contacts.match(writing.books, sent)
        if contact is None and not (name and makes):
            problems.append("A contact must be specified for this type of transaction")
    elif contact is None:
        problems.append("A contact must be specified for this type of transaction")
    if contact and contact["ContactStatus"] != "ACTIVE" and contact is not record.get("Contact"):
        problems.append(
            "The contact with the specified contact details has been archived. The contact must "
            "be un-archived before creating new invoices or credit notes."
        )
    return contact


def check_currency(writing: Writing, record: Document, problems: list[str]) -> None:
    """Note where the organisation does not have the document's currency."""
    if record["CurrencyCode"] not in writing.books.shelves["Currencies"]:
        problems.append(f"Organisation is not subscribed to currency {record['CurrencyCode']}")


def keep(writing: Writing, name: str, record: Document, existing: Document | None) -> Document:
    """Put a written record on its shelf, or in the place of what it was."""
    resource = resources.BY_NAME[name]
    record["UpdatedDateUTC"] = writing.now
    resource.spell(record)
    if existing is None:
        writing.books.put(name, [record])
        writing.changed(name, record, created=True)
        return record
    existing.clear()
    existing.update(record)
    writing.changed(name, existing, created=False)
    return existing


def next_number(writing: Writing, name: str) -> str:
    """Return the next free number of a kind and count it as used."""
    shelf = writing.books.shelves[name]
    field, spelling = resources.BY_NAME[name].number or ("", "{}")
    taken = {one.get(field) for one in shelf.values()}
    while True:
        shelf.serial += 1
        number = spelling.format(shelf.serial)
        if number not in taken:
            return number


def numbered(writing: Writing, name: str, number: str) -> Document | None:
    """Find the record of a kind by its number."""
    field = (resources.BY_NAME[name].number or ("",))[0]
    shelf = writing.books.shelves[name]
    return next((one for one in shelf.values() if one.get(field) == number), None)
