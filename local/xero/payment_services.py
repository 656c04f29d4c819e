# SPDX-License-Identifier: Apache-2.0
"""How payment services are made; there is no way to change or delete one.

Rules: https://developer.xero.com/documentation/api/accounting/paymentservices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import reading
from local.xero.replies import ValidationError

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Document

_TEXTS = ("PaymentServiceName", "PaymentServiceUrl", "PayNowText")
SHAPE: reading.Shape = dict.fromkeys(("PaymentServiceID", *_TEXTS), reading.text)


def find(books: Books, key: str) -> Document | None:
    """Find a payment service by id."""
    return books.shelves["PaymentServices"].get(key.lower())


def write(writing: Writing, element: Document, _: Document | None) -> Document:
    """Make a payment service.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    service: Document = {name: reading.text(element, name) for name in _TEXTS}
    problems = []
    if not service["PaymentServiceName"]:
        problems.append("Payment service name must be specified")
    if not service["PaymentServiceUrl"].startswith(("http://", "https://")):
        problems.append("Payment service URL must be a valid URL")
    if problems:
        raise ValidationError(*problems)
    service |= {
        "PaymentServiceID": writing.make_id(),
        "PaymentServiceType": "Custom",
        "PayNowText": service["PayNowText"] or "Pay by credit card",
    }
    writing.books.put("PaymentServices", [service])
    writing.changed("PaymentServices", service, created=True)
    return service
