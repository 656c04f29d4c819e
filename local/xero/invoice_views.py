# SPDX-License-Identifier: Apache-2.0
"""How invoices leave: whole, in lists, as a link, by e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import contacts, resources, totals
from local.xero.replies import XeroError, validation_exception

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.wire import Document

_ONLINE_STATUSES = ("AUTHORISED", "PAID")
_SENDABLE_STATUSES = ("SUBMITTED", "AUTHORISED", "PAID")
_NOT_IN_SUMMARIES = ("LineItems", "Payments", "CreditNotes", "Prepayments", "Overpayments")


def show(invoice: Document, *, detailed: bool, unit_places: int) -> Document:
    """Return an invoice as it travels; without lines and the contact's details in a summary."""
    shown = invoice | {"HasErrors": False}
    contact = invoice["Contact"]
    if detailed:
        shown["Contact"] = contacts.show(contact, detailed=False)
        shown["LineItems"] = [
            line | {"UnitAmount": totals.round_to(line["UnitAmount"], unit_places)}
            for line in invoice["LineItems"]
        ]
        return shown
    for name in _NOT_IN_SUMMARIES:
        del shown[name]
    shown["Contact"] = {"ContactID": contact["ContactID"], "Name": contact["Name"]}
    return shown


def online_url(invoice: Document) -> str:
    """Return the address at which a customer would see the invoice.

    Raises:
        XeroError: it is a bill, or not approved (400).
    """
    if invoice["Type"] != "ACCREC" or invoice["Status"] not in _ONLINE_STATUSES:
        raise _refusal(invoice, "The invoice is not available online")
    return f"https://in.xero.com/{invoice['InvoiceID'].replace('-', '')[:20]}"


def email(writing: Writing, invoice: Document) -> None:
    """Mark the invoice as sent to its contact; no mail leaves this machine.

    Raises:
        XeroError: it is a bill, not yet submitted, or the contact has no address (400).
    """
    if invoice["Type"] != "ACCREC" or invoice["Status"] not in _SENDABLE_STATUSES:
        raise _refusal(invoice, "Invoice not of valid status for sending")
    if not invoice["Contact"]["EmailAddress"]:
        raise _refusal(invoice, "The contact has no email address")
    invoice["SentToContact"] = True
    invoice["UpdatedDateUTC"] = writing.now
    resources.BY_NAME["Invoices"].spell(invoice)
    writing.changed("Invoices", invoice, created=False)


def _refusal(invoice: Document, message: str) -> XeroError:
    element = {"InvoiceID": invoice["InvoiceID"], "ValidationErrors": [{"Message": message}]}
    return XeroError(validation_exception([element]))
