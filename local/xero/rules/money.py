# SPDX-License-Identifier: Apache-2.0
"""The rules of what settles documents: payments, and credit that is allocated to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from local.xero import allocations, batch_payments, by_id, credit_notes, payment_services, payments
from local.xero.writable import Writable

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.writable import Route

WRITABLE = {
    "CreditNotes": Writable(
        credit_notes.find,
        credit_notes.SHAPE,
        credit_notes.match,
        credit_notes.write,
        flag="HasErrors",
        dates=credit_notes.DATES,
    ),
    "Payments": by_id.writable("Payments", payments.SHAPE, payments.write, dates=payments.DATES),
    "BatchPayments": Writable(
        batch_payments.find,
        batch_payments.SHAPE,
        batch_payments.match,
        batch_payments.write,
        dates=batch_payments.DATES,
    ),
    "PaymentServices": Writable(
        payment_services.find,
        payment_services.SHAPE,
        None,
        payment_services.write,
    ),
}
ROUTES: dict[tuple[str, str], Route] = allocations.routes()


def seed(writing: Writing) -> None:
    """Put a payment service, and a batch payment of a part of a bill, some days ago."""
    writing = replace(writing, now=writing.now - timedelta(days=6))
    service = {
        "PaymentServiceName": "Harbour Lane Pay",
        "PaymentServiceUrl": "https://pay.example.com/?amount=[AMOUNT]",
    }
    payment_services.write(writing, service, None)
    bills = (one for one in writing.books.invoices.values() if one["Type"] == "ACCPAY")
    bill = next(one for one in bills if one["Status"] == "AUTHORISED")
    batch = {
        "Account": {"Code": "090"},
        "Date": bill["Date"].isoformat(),
        "Details": "First instalment",
        "Payments": [{"Invoice": {"InvoiceID": bill["InvoiceID"]}, "Amount": "100.00"}],
    }
    batch_payments.write(writing, batch, None)
