# SPDX-License-Identifier: Apache-2.0
"""How invoices and bills are matched and written: status, contact, lines, sums.

Rules: https://developer.xero.com/documentation/api/accounting/invoices. Lines are read in
`lines`; how an invoice is shown is in `invoice_views`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import contacts, lines, reading, resources, totals
from local.xero.replies import ValidationError, XeroError, not_found
from local.xero.wire import Document, is_id

if TYPE_CHECKING:
    from local.xero.books import Books, Writing

TYPES = ("ACCREC", "ACCPAY")
STATUSES = ("DRAFT", "SUBMITTED", "DELETED", "AUTHORISED", "PAID", "VOIDED")
LINE_AMOUNT_TYPES = ("Exclusive", "Inclusive", "NoTax")
_TRANSITIONS = {
    "DRAFT": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "SUBMITTED": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "AUTHORISED": ("AUTHORISED", "VOIDED"),
}
_FIRST_STATUSES = ("DRAFT", "SUBMITTED", "AUTHORISED")
_TEXTS = ("InvoiceNumber", "Reference", "Url", "CurrencyCode", "BrandingThemeID")
DATES = ("Date", "DueDate", "ExpectedPaymentDate", "PlannedPaymentDate")
_LONGEST = 255
_SUMS = {
    "SubTotal": "The document sub total does not equal the sum of the lines.",
    "TotalTax": "The document tax total does not equal the sum of the tax on the lines.",
    "Total": "The document total does not equal the sum of the lines.",
}
"""Sums that may be sent, and what is said where the lines come to others."""
SHAPE: reading.Shape = {
    **dict.fromkeys(("InvoiceID", *_TEXTS), reading.text),
    **dict.fromkeys(DATES, reading.day),
    "Type": reading.one_of(TYPES),
    "Status": reading.one_of(STATUSES),
    "LineAmountTypes": reading.one_of(LINE_AMOUNT_TYPES),
    **dict.fromkeys(("CurrencyRate", *_SUMS), reading.number),
    "SentToContact": reading.boolean,
    "Contact": reading.inside(contacts.SHAPE),
    "LineItems": reading.each(lines.SHAPE),
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
    choice = reading.choice(element, "LineAmountTypes", LINE_AMOUNT_TYPES)
    status = _next_status(existing, asked)
    invoice = dict(existing) if existing else _blank(writing, kind)
    if kind and kind != invoice["Type"]:
        raise ValidationError("The type of an invoice cannot be changed")
    invoice["Status"] = status
    invoice["LineAmountTypes"] = choice or invoice["LineAmountTypes"]
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
    taxed_anew = not existing or existing["LineAmountTypes"] != invoice["LineAmountTypes"]
    reader = lines.LineReader(
        writing,
        sale=invoice["Type"] == "ACCREC",
        approved=invoice["Status"] in ("SUBMITTED", "AUTHORISED"),
        line_amount_types=invoice["LineAmountTypes"],
        taxed_anew=taxed_anew,
        problems=problems,
    )
    sent, kept = reading.elements(element, "LineItems"), invoice["LineItems"]
    invoice["LineItems"] = reader.check_again(kept) if sent is None else reader.read(sent, kept)
    _add_up(invoice)
    for name, message in _SUMS.items():
        if reading.number(element, name) not in (None, invoice[name]):
            problems.append(message)
    _check(writing, invoice, existing, problems)
    contact = contact_of(writing, invoice, element, problems)
    if problems:
        raise ValidationError(*problems)
    invoice["Contact"] = (
        contacts.write(writing, reading.nested(element, "Contact"), None)
        if contact is None
        else contact
    )
    if invoice["Type"] == "ACCREC" and not invoice["InvoiceNumber"]:
        invoice["InvoiceNumber"] = writing.books.next_number()


def _add_up(invoice: Document) -> None:
    sums = totals.add_up(invoice["LineItems"], invoice["LineAmountTypes"])
    invoice["SubTotal"] = sums.sub_total
    invoice["TotalTax"] = sums.total_tax
    invoice["Total"] = sums.total
    invoice["IsDiscounted"] = bool(sums.total_discount)
    if sums.total_discount:
        invoice["TotalDiscount"] = sums.total_discount
    else:
        invoice.pop("TotalDiscount", None)
    balance(invoice)


def _check(
    writing: Writing, invoice: Document, existing: Document | None, problems: list[str]
) -> None:
    if not invoice["LineItems"] and (existing is None or invoice["Status"] != "DRAFT"):
        problems.append("One or more line items must be specified")
    if invoice["Status"] != "DRAFT":
        if "DueDate" not in invoice:
            problems.append("The document DueDate field must be specified.")
        if any(not line.get("Description") for line in invoice["LineItems"]):
            problems.append("Description must be specified for every line item")
    if len(invoice["InvoiceNumber"]) > _LONGEST or len(invoice["Reference"]) > _LONGEST:
        problems.append(f"Invoice number and reference have at most {_LONGEST} characters")
    if invoice["CurrencyCode"] not in writing.books.shelves["Currencies"]:
        problems.append(f"Organisation is not subscribed to currency {invoice['CurrencyCode']}")
    if invoice["Type"] == "ACCREC" and invoice["InvoiceNumber"]:
        same = writing.books.sales_invoice(invoice["InvoiceNumber"])
        if same is not None and same is not existing:
            problems.append("Invoice # must be unique.")


def contact_of(
    writing: Writing, invoice: Document, element: Document, problems: list[str]
) -> Document | None:
    """Return a document's contact, or None where a new one of the sent name is to be made."""
    sent = reading.nested(element, "Contact")
    contact_id, name = reading.text(sent, "ContactID"), reading.text(sent, "Name")
    contact: Document | None = invoice.get("Contact")
    if contact_id:
        contact = writing.books.contacts.get(contact_id.lower())
        if contact is None:
            problems.append(f"The contact {contact_id} could not be found")
    elif sent:
        contact = contacts.match(writing.books, sent)
        if contact is None and not name:
            problems.append("A contact must be specified for this type of transaction")
    elif contact is None:
        problems.append("A contact must be specified for this type of transaction")
    if contact and contact["ContactStatus"] != "ACTIVE" and contact is not invoice.get("Contact"):
        problems.append(
            "The contact with the specified contact details has been archived. The contact must "
            "be un-archived before creating new invoices or credit notes."
        )
    return contact


def _keep(writing: Writing, invoice: Document, existing: Document | None) -> Document:
    invoice["UpdatedDateUTC"] = writing.now
    resources.BY_NAME["Invoices"].spell(invoice)
    role = "IsCustomer" if invoice["Type"] == "ACCREC" else "IsSupplier"
    if invoice["Status"] in ("SUBMITTED", "AUTHORISED"):
        invoice["Contact"][role] = True
    if existing is None:
        writing.books.invoices[invoice["InvoiceID"]] = invoice
        writing.books.created_by[invoice["InvoiceID"]] = writing.client_id
        writing.changed("Invoices", invoice, created=True)
        return invoice
    existing.clear()
    existing.update(invoice)
    writing.changed("Invoices", existing, created=False)
    return existing
