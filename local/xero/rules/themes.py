# SPDX-License-Identifier: Apache-2.0
"""The payment services of branding themes.

Rules: https://developer.xero.com/documentation/api/accounting/brandingthemes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import payment_services, reading
from local.xero.envelopes import envelope
from local.xero.replies import XeroError, not_found
from local.xero.rules import uses

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Document, Request, Response


def services(writing: Writing, _: Request, rest: list[str]) -> Response:
    """Answer with the payment services of a theme."""
    return envelope(writing, "PaymentServices", _of(writing.books, rest[0]))


def add_service(writing: Writing, request: Request, rest: list[str]) -> Response:
    """Let a theme have payment services that the organisation has."""
    held = _of(writing.books, rest[0])
    sent = reading.elements(reading.body(request), "PaymentServices")
    added = [_service(writing.books, one) for one in sent or []]
    held += [one for one in added if one not in held]
    return envelope(writing, "PaymentServices", added)


def seed(writing: Writing) -> None:
    """Give the first theme a payment service."""
    service = {
        "PaymentServiceName": "PayHarbour",
        "PaymentServiceUrl": "https://pay.example/harbour",
        "PayNowText": "Pay now",
    }
    first = next(iter(writing.books.shelves["BrandingThemes"]))
    writing.books.theme_services[first] = [payment_services.write(writing, service, None)]


def _of(books: Books, key: str) -> list[Document]:
    theme = books.find("BrandingThemes", key)
    if theme is None:
        raise XeroError(not_found())
    return books.theme_services.setdefault(theme["BrandingThemeID"], [])


def _service(books: Books, sent: Document) -> Document:
    found = payment_services.find(books, reading.text(sent, "PaymentServiceID"))
    if found is None:
        raise uses.refusal(sent, "The payment service does not exist")
    return found
