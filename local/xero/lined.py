# SPDX-License-Identifier: Apache-2.0
"""What bank transactions and receipts have alike: a contact, and lines that are added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import contacts, lines, reading, totals, traded
from local.xero.replies import ValidationError

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.wire import Document

SHAPE: reading.Shape = {
    "Contact": reading.inside(contacts.SHAPE),
    "LineItems": reading.each(lines.SHAPE),
    "LineAmountTypes": reading.one_of(traded.LINE_AMOUNT_TYPES),
    "Date": reading.day,
    "Reference": reading.text,
}
_DISCOUNTS = ("DiscountRate", "DiscountAmount")


def fill(
    writing: Writing, record: Document, element: Document, problems: list[str], *, sale: bool
) -> None:
    """Fill a record with what was sent of date, contact and lines, and add the lines up.

    Raises:
        ValidationError: there are problems, those named before among them; nothing was written.
    """
    before = record["LineAmountTypes"]
    asked = reading.choice(element, "LineAmountTypes", traded.LINE_AMOUNT_TYPES)
    record["LineAmountTypes"] = asked or before
    record["Date"] = reading.day(element, "Date") or record["Date"]
    sent, kept = reading.elements(element, "LineItems"), record["LineItems"]
    if any(line.get(name) is not None for line in sent or () for name in _DISCOUNTS):
        problems.append("Discounts are not supported on this type of document")
    reader = lines.LineReader(
        writing,
        sale=sale,
        approved=True,
        line_amount_types=record["LineAmountTypes"],
        taxed_anew=not kept or record["LineAmountTypes"] != before,
        problems=problems,
    )
    record["LineItems"] = reader.check_again(kept) if sent is None else reader.read(sent, kept)
    if not record["LineItems"]:
        problems.append("One or more line items must be specified")
    sums = totals.add_up(record["LineItems"], record["LineAmountTypes"])
    record |= {"SubTotal": sums.sub_total, "TotalTax": sums.total_tax, "Total": sums.total}
    contact = traded.find_contact(writing, record, element, problems)
    if problems:
        raise ValidationError(*problems)
    record["Contact"] = (
        contacts.write(writing, reading.nested(element, "Contact"), None)
        if contact is None
        else contact
    )
