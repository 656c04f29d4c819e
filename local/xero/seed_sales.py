# SPDX-License-Identifier: Apache-2.0
"""Fills orders, quotes, templates of repeating invoices and contact groups by their own rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from local.xero import chart, groups, orders, quotes, repeating, seed_documents

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.chart import DocumentRow
    from local.xero.wire import Document

_MONTH = timedelta(days=30)


def write(writing: Writing) -> None:
    """Put some of each on the shelves, told back from the writing's time."""
    for row in chart.PURCHASE_ORDERS:
        _order(writing, row)
    for row in chart.QUOTES:
        at, element = _document(writing, row)
        expiry = (at.today + _MONTH).isoformat()
        quotes.write(at, element | {"Status": row.status, "ExpiryDate": expiry}, None)
    for row in chart.REPEATING_INVOICES:
        _template(writing, row)
    for name, members in chart.CONTACT_GROUPS:
        group = groups.write(writing, {"Name": name}, None)
        groups.join(group, [writing.books.contact_named(one) or {} for one in members])


def _document(writing: Writing, row: DocumentRow) -> tuple[Writing, Document]:
    """Return the time at which a row's document was written, and the document as it was sent."""
    at = replace(writing, now=writing.now - timedelta(days=row.days_ago))
    return at, {
        "Contact": {"Name": row.contact},
        "Date": at.today.isoformat(),
        "LineItems": [seed_documents.line(*one) for one in row.lines],
    }


def _order(writing: Writing, row: DocumentRow) -> None:
    at, element = _document(writing, row)
    first_status = "AUTHORISED" if row.status == "BILLED" else row.status
    delivery = (at.today + _MONTH).isoformat()
    sent = row.status != "DRAFT"
    made = orders.write(
        at,
        element | {"Status": first_status, "DeliveryDate": delivery, "SentToContact": sent},
        None,
    )
    if row.status != first_status:
        orders.write(at, {"Status": row.status}, made)


def _template(writing: Writing, row: DocumentRow) -> None:
    at, element = _document(writing, row)
    schedule = {
        "Period": 1,
        "Unit": "MONTHLY",
        "DueDate": 20,
        "DueDateType": "OFFOLLOWINGMONTH",
        "StartDate": element.pop("Date"),
    }
    element |= {"Type": row.kind, "Status": row.status, "Schedule": schedule}
    repeating.write(at, element, None)
