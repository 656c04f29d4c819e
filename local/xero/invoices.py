# SPDX-License-Identifier: Apache-2.0
"""How invoices and bills are matched and written: status, dates, what is due.

Rules: https://developer.xero.com/documentation/api/accounting/invoices. The contact and the lines
are written in `traded`; how an invoice is shown is in `invoice_views`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import reading, totals, traded
from local.xero.replies import ValidationError, XeroError, not_found
from local.xero.wire import Document, is_id

if TYPE_CHECKING:
    from local.xero.books import Books, Writing

TYPES = ("ACCREC", "ACCPAY")
STATUSES = ("DRAFT", "SUBMITTED", "DELETED", "AUTHORISED", "PAID", "VOIDED")
_TRANSITIONS = {
    "DRAFT": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "SUBMITTED": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "AUTHORISED": ("AUTHORISED", "VOIDED"),
}
_FIRST_STATUSES = ("DRAFT", "SUBMITTED", "AUTHORISED")
_TEXTS = ("InvoiceNumber", "Reference", "Url", "CurrencyCode", "BrandingThemeID")
DATES = ("Date", "DueDate", "ExpectedPaymentDate", "PlannedPaymentDate")
_LONGEST = 255
SHAPE: reading.Shape = {
    **traded.SHAPE,
    **dict.fromkeys(("InvoiceID", *_TEXTS), reading.text),
    **dict.fromkeys(DATES, reading.day),
    "Type": reading.one_of(TYPES),
    "Status": reading.one_of(STATUSES),
    "LineAmountTypes": reading.one_of(traded.LINE_AMOUNT_TYPES),
    "CurrencyRate": reading.number,
    "SentToContact": reading.boolean,
}


def find(books: Books, key: str) -> Document | None:
    """Find an invoice by id or, as Xero allows in the path, by invoice number."""
    return books.invoices.get(key.lower()) or books.sales_invoice(key)


def match(books: Books, element: Document) -> Document | None:
    """Find the invoice that a posted element means: by id, or a sales invoice by number.

    Raises:
        XeroError: there is an id, and no invoice has it (404).
    """
    invoice_id = reading.text(element, "InvoiceID")
    if invoice_id:
        found = books.invoices.get(invoice_id.lower()) if is_id(invoice_id) else None
        if found is None:
            raise XeroError(not_found())
        return found
    number = reading.text(element, "InvoiceNumber")
    if not number or reading.text(element, "Type") == "ACCPAY":
        return None
    return books.sales_invoice(number)


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Create an invoice, or change an existing one in place.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    kind = reading.choice(element, "Type", TYPES)
    asked = reading.choice(element, "Status", STATUSES)
    status = _next_status(existing, asked)
    invoice = dict(existing) if existing else _blank(writing, kind)
    if kind and kind != invoice["Type"]:
        raise ValidationError("The type of an invoice cannot be changed")
    invoice["Status"] = status
    if status == "VOIDED":
        invoice["AmountDue"] = totals.ZERO
    elif status != "DELETED":
        # With a status that ends a document Xero takes no other change.
        _fill(writing, invoice, element, existing)
    return _keep(writing, invoice, existing)


def balance(invoice: Document) -> None:
    """Set what is due from what was paid and credited."""
    invoice["AmountDue"] = invoice["Total"] - invoice["AmountPaid"] - invoice["AmountCredited"]


def next_status(current: str, asked: str, words: str) -> str:
    """Return the status that a document gets, whose own is empty where it is new.

    Raises:
        ValidationError: there is no way from the one to the other.
    """
    if not current:
        if asked and asked not in _FIRST_STATUSES:
            raise ValidationError(f"{words} cannot be created with the status {asked}")
        return asked or "DRAFT"
    if (asked or current) not in _TRANSITIONS.get(current, ()):
        raise ValidationError(f"{words} not of valid status for modification")
    return asked or current


def _next_status(existing: Document | None, asked: str) -> str:
    status = next_status(existing["Status"] if existing else "", asked, "Invoice")
    if existing and (existing["AmountPaid"] or existing["AmountCredited"]):
        raise ValidationError(
            "This document cannot be edited as it has a payment or credit note allocated to it."
        )
    return status


def _blank(writing: Writing, kind: str) -> Document:
    if not kind:
        raise ValidationError("The invoice type must be specified")
    return {
        "Type": kind,
        "InvoiceID": writing.make_id(),
        "InvoiceNumber": "",
        "Reference": "",
        "Payments": [],
        "CreditNotes": [],
        "Prepayments": [],
        "Overpayments": [],
        "AmountPaid": totals.ZERO,
        "AmountCredited": totals.ZERO,
        "CurrencyRate": 1,
        "CurrencyCode": writing.books.organisation["BaseCurrency"],
        "SentToContact": False,
        "HasAttachments": False,
        "IsDiscounted": False,
        "LineAmountTypes": "Exclusive",
        "LineItems": [],
        "Date": writing.today,
    }


def _fill(
    writing: Writing, invoice: Document, element: Document, existing: Document | None
) -> None:
    problems: list[str] = []
    invoice |= {name: value for name in _TEXTS if (value := reading.text(element, name))}
    dates = {name: reading.day(element, name) for name in DATES}
    invoice |= {name: value for name, value in dates.items() if value is not None}
    if (rate := reading.number(element, "CurrencyRate")) is not None:
        invoice["CurrencyRate"] = rate
    if "SentToContact" in element:
        invoice["SentToContact"] = reading.boolean(element, "SentToContact")
    rules = traded.Rules(
        sale=invoice["Type"] == "ACCREC",
        approved=invoice["Status"] in ("SUBMITTED", "AUTHORISED"),
        empty=existing is not None and invoice["Status"] == "DRAFT",
    )
    traded.fill_lines(writing, invoice, element, existing, rules, problems)
    invoice["IsDiscounted"] = "TotalDiscount" in invoice
    balance(invoice)
    _check(writing, invoice, existing, problems)
    traded.fill_contact(writing, invoice, element, problems)
    if invoice["Type"] == "ACCREC" and not invoice["InvoiceNumber"]:
        invoice["InvoiceNumber"] = writing.books.next_number()


def _check(
    writing: Writing, invoice: Document, existing: Document | None, problems: list[str]
) -> None:
    if invoice["Status"] != "DRAFT" and "DueDate" not in invoice:
        problems.append("The document DueDate field must be specified.")
    if len(invoice["InvoiceNumber"]) > _LONGEST or len(invoice["Reference"]) > _LONGEST:
        problems.append(f"Invoice number and reference have at most {_LONGEST} characters")
    traded.check_currency(writing, invoice, problems)
    if invoice["Type"] == "ACCREC" and invoice["InvoiceNumber"]:
        same = writing.books.sales_invoice(invoice["InvoiceNumber"])
        if same is not None and same is not existing:
            problems.append("Invoice # must be unique.")


def _keep(writing: Writing, invoice: Document, existing: Document | None) -> Document:
    role = "IsCustomer" if invoice["Type"] == "ACCREC" else "IsSupplier"
    if invoice["Status"] in ("SUBMITTED", "AUTHORISED"):
        invoice["Contact"][role] = True
    if existing is None:
        writing.books.created_by[invoice["InvoiceID"]] = writing.client_id
    return traded.keep(writing, "Invoices", invoice, existing)
