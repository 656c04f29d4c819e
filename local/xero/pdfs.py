# SPDX-License-Identifier: Apache-2.0
"""Documents on paper: one small page each, as a PDF."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from local.xero import resources
from local.xero.replies import XeroError, not_found
from local.xero.wire import Document, Response

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.wire import Request

PRINTED = ("CreditNotes", "Invoices", "PurchaseOrders", "Quotes")
"""Kinds that Xero prints."""
_TYPE = "application/pdf"


def asked_for(name: str, request: Request) -> bool:
    """Tell whether a request for a record is one for its PDF."""
    return name in PRINTED and _TYPE in request.header("Accept")


def answer(name: str, writing: Writing, rest: list[str]) -> Response:
    """Answer with the PDF of the record that a path names.

    Raises:
        XeroError: there is no such record (404).
    """
    record = writing.books.find(name, rest[0])
    if record is None:
        raise XeroError(not_found())
    return pdf(name, record)


def pdf(name: str, record: Document) -> Response:
    """Answer with a record of a kind on one small page."""
    resource = resources.BY_NAME[name]
    number = record.get(resource.number[0] if resource.number else resource.id_field)
    words = [
        "Simulated Xero",
        f"{record.get('Type', name.removesuffix('s'))} {number}",
        f"Total {record['Total']} {record.get('CurrencyCode', '')}".rstrip(),
    ]
    return Response(HTTPStatus.OK, {"Content-Type": _TYPE}, _pdf_bytes(words))


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
