# SPDX-License-Identifier: Apache-2.0
"""How invoices leave: whole, in lists, as PDF, as a link, by e-mail."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from local.xero import contacts, resources, totals
from local.xero.replies import XeroError, validation_exception
from local.xero.wire import Document, Response

if TYPE_CHECKING:
    from local.xero.books import Writing

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


def pdf(invoice: Document) -> Response:
    """Answer with the invoice on one small page."""
    words = [
        "Simulated Xero",
        f"{invoice['Type']} {invoice['InvoiceNumber']}",
        f"Total {invoice['Total']} {invoice['CurrencyCode']}",
    ]
    return Response(HTTPStatus.OK, {"Content-Type": "application/pdf"}, _pdf_bytes(words))


def _refusal(invoice: Document, message: str) -> XeroError:
    element = {"InvoiceID": invoice["InvoiceID"], "ValidationErrors": [{"Message": message}]}
    return XeroError(validation_exception([element]))


def _pdf_bytes(words: list[str]) -> bytes:
    """Return a PDF of one page: five objects, their table, and a trailer."""
    safe = ["".join("\\" + one if one in "()\\" else one for one in text) for text in words]
    drawing = "BT /F1 12 Tf 72 760 Td 16 TL " + " T* ".join(f"({text}) Tj" for text in safe) + " ET"
    stream = drawing.encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %s >>"
        % b"<< /Font << /F1 5 0 R >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for index, one in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (index, one)
    table_at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table_at,
    )
    return bytes(out)
