# SPDX-License-Identifier: Apache-2.0
"""Operations that read bank transactions."""

from __future__ import annotations

from xero_connection.catalogue.bank_transactions.shapes import (
    BANK_TRANSACTIONS,
    ListBankTransactions,
)

READING = (
    BANK_TRANSACTIONS.get(
        summary="Get a bank transaction by its id, with all lines.",
        covers=("getBankTransaction",),
        advice=(
            "A prepayment or overpayment has the id of its own in PrepaymentID or OverpaymentID."
        ),
    ),
    BANK_TRANSACTIONS.list(
        ListBankTransactions,
        summary="List bank transactions, a page at a time.",
        covers=("getBankTransactions",),
        example={"type": "SPEND", "date_from": "2026-01-01", "order": "Date DESC"},
        counter_examples=(
            ({"type": "PAYMENT"}, "input.type"),
            ({"date_to": "31/12/2026"}, "input.date_to"),
            ({"contact_id": "Swiftlet"}, "input.contact_id"),
            ({"reference": ""}, "input.reference"),
        ),
        advice=(
            "Those of transfers and deleted ones are among them, unless type and status leave them "
            "out. Payments of invoices and bills are not: see list_payments."
        ),
    ),
)
