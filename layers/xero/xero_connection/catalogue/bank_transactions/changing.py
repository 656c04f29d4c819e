# SPDX-License-Identifier: Apache-2.0
"""Operations that change bank transactions that are there."""

from __future__ import annotations

from xero_connection.catalogue.bank_transactions.shapes import BANK_TRANSACTIONS, LINE
from xero_connection.models.bank_transactions import BankTransaction

_ID = BANK_TRANSACTIONS.example_id

DELETE = BANK_TRANSACTIONS.undo("delete_bank_transaction", "AUTHORISED")

CHANGING = (
    BANK_TRANSACTIONS.update(
        BankTransaction,
        {"Reference": "Card 4471, parcels"},
        covers=("updateBankTransaction",),
        counter_examples=(
            ({"bank_transaction": {"Reference": "A"}}, "input.bank_transaction_id"),
            (
                {"bank_transaction_id": _ID, "bank_transaction": {"Total": 10}},
                "input.bank_transaction.Total",
            ),
            (
                {"bank_transaction_id": _ID, "bank_transaction": {"Status": "DELETED"}},
                "input.bank_transaction.Status",
            ),
            (
                {
                    "bank_transaction_id": _ID,
                    "bank_transaction": {"LineItems": [LINE | {"DiscountRate": 5}]},
                },
                "input.bank_transaction.LineItems.0.DiscountRate",
            ),
        ),
        idempotency="key",
        destructive=True,
        advice=(
            "Only SPEND and RECEIVE can be changed, and not once they are reconciled. Send "
            "LineItems whole, each with its LineItemID, or not at all. There is no undo: get the "
            "transaction first where it may have to be put back."
        ),
    ),
    BANK_TRANSACTIONS.become(
        "delete_bank_transaction",
        "Delete a bank transaction.",
        {"Status": "DELETED"},
        covers=("updateBankTransaction",),
        counter_examples=(({"bank_transaction_id": "Card 4471"}, "input.bank_transaction_id"),),
        destructive=True,
        advice=(
            "There is no way back but to create it anew. One that is reconciled stays until a "
            "person takes that back in Xero. An overpayment or prepayment that it made goes with "
            "it, as long as nothing of it was used. Delete a transfer with delete_bank_transfer."
        ),
    ),
)
