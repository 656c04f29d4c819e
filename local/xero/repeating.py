# SPDX-License-Identifier: Apache-2.0
"""How templates of repeating invoices and bills are made and deleted, which is all there is.

Rules: https://developer.xero.com/documentation/api/accounting/repeatinginvoices. No documents
come of them here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from local.xero import invoices, reading, traded
from local.xero.replies import ValidationError

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.wire import Document

NAME = "RepeatingInvoices"
STATUSES = ("DRAFT", "AUTHORISED", "DELETED")
_UNITS = ("WEEKLY", "MONTHLY")
_DUE = (
    "DAYSAFTERBILLDATE",
    "DAYSAFTERBILLMONTH",
    "DAYSAFTERINVOICEDATE",
    "DAYSAFTERINVOICEMONTH",
    "OFCURRENTMONTH",
    "OFFOLLOWINGMONTH",
)
_TEXTS = ("Reference", "BrandingThemeID", "CurrencyCode")
_FLAGS = ("ApprovedForSending", "SendCopy", "MarkAsSent", "IncludePDF")
_SCHEDULE: reading.Shape = {
    **dict.fromkeys(("Period", "DueDate"), reading.number),
    **dict.fromkeys(("StartDate", "EndDate", "NextScheduledDate"), reading.day),
    "Unit": reading.one_of(_UNITS),
    "DueDateType": reading.one_of(_DUE),
}
SHAPE: reading.Shape = {
    **traded.SHAPE,
    **dict.fromkeys(("RepeatingInvoiceID", *_TEXTS), reading.text),
    **dict.fromkeys(_FLAGS, reading.boolean),
    "Type": reading.one_of(invoices.TYPES),
    "Status": reading.one_of(STATUSES),
    "LineAmountTypes": reading.one_of(traded.LINE_AMOUNT_TYPES),
    "Schedule": reading.inside(_SCHEDULE),
}


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Make a template, or delete an existing one.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    status = reading.choice(element, "Status", STATUSES)
    if existing is not None:
        if status != "DELETED" or existing["Status"] == "DELETED":
            raise ValidationError("Repeating invoice status must be set to DELETED")
        existing["Status"] = status
        writing.changed(NAME, existing, created=False)
        return existing
    if status == "DELETED":
        raise ValidationError("A repeating invoice cannot be created with the status DELETED")
    return _make(writing, element, status or "DRAFT")


def _make(writing: Writing, element: Document, status: str) -> Document:
    problems: list[str] = []
    kind = reading.choice(element, "Type", invoices.TYPES)
    template_id = writing.make_id()
    template: Document = {
        "RepeatingInvoiceID": template_id,
        "ID": template_id,
        "Type": kind,
        "Status": status,
        "Schedule": _schedule(element, problems),
        "CurrencyCode": writing.books.organisation["BaseCurrency"],
        "LineAmountTypes": "Exclusive",
        "LineItems": [],
        "HasAttachments": False,
    }
    template |= {name: value for name in _TEXTS if (value := reading.text(element, name))}
    template |= {name: reading.boolean(element, name) for name in _FLAGS}
    rules = traded.Rules(sale=kind == "ACCREC", approved=status == "AUTHORISED")
    traded.fill_lines(writing, template, element, None, rules, problems)
    if not kind:
        problems.append("The invoice type must be specified")
    if template["ApprovedForSending"] and (kind, status) != ("ACCREC", "AUTHORISED"):
        problems.append("Only approved sales invoices can be approved for sending")
    traded.check_currency(writing, template, problems)
    traded.fill_contact(writing, template, element, problems)
    writing.books.put(NAME, [template])
    writing.changed(NAME, template, created=True)
    return template


def _schedule(element: Document, problems: list[str]) -> Document:
    """Return when documents are to be made, the first on the first day."""
    sent = reading.nested(element, "Schedule")
    needed = ("Period", "Unit", "DueDate", "DueDateType", "StartDate")
    problems += [f"Schedule {name} must be specified" for name in needed if sent.get(name) is None]
    read = {name: reader(sent, name) for name, reader in _SCHEDULE.items()}
    schedule = {
        name: int(value) if isinstance(value, Decimal) else value
        for name, value in read.items()
        if value not in (None, "")
    }
    if "StartDate" in schedule:
        schedule["NextScheduledDate"] = schedule["StartDate"]
    return schedule
