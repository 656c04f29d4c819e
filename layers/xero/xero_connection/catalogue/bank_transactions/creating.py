# SPDX-License-Identifier: Apache-2.0
"""Operations that create bank transactions, or change those they match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xero_connection.catalogue.bank_transactions.changing import DELETE
from xero_connection.catalogue.bank_transactions.shapes import (
    BANK_TRANSACTIONS,
    LINE,
    SPENT,
    KnownTypeBankTransaction,
    NewBankTransaction,
    spent,
)
from xero_connection.operation import ReadBack

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONTENT = (
    "Type",
    "Contact",
    "BankAccount",
    "Date",
    "Reference",
    "CurrencyCode",
    "LineAmountTypes",
    "Url",
    "LineItems",
)
_CREDIT = {"Description": "Paid twice", "UnitAmount": 80, "Quantity": 1}
_OVERPAID = spent(Type="RECEIVE-OVERPAYMENT", LineItems=[_CREDIT], Reference=None)


def new_bank_transaction(_: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new bank transaction is known from all others: none has a number."""
    return _CONTENT


def matched_bank_transaction(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields one is known that may have been there before."""
    if document.get("BankTransactionID"):
        return tuple(name for name in document if name != "Status")
    return _CONTENT


def _read_back(identity: Any) -> ReadBack:
    return ReadBack(
        path="/BankTransactions",
        collection="BankTransactions",
        id_field="BankTransactionID",
        identity=identity,
        unfilled=("Reference", "Url"),
        query=BANK_TRANSACTIONS.query,
    )


_CREATED = _read_back(new_bank_transaction)
_MATCHED = _read_back(matched_bank_transaction)

CREATING = (
    BANK_TRANSACTIONS.create(
        NewBankTransaction,
        SPENT,
        summary="Record money that was spent or received at a bank account.",
        covers=("createBankTransactions",),
        counter_examples=(
            ({"bank_transaction": spent(Type=None)}, "input.bank_transaction.Type"),
            ({"bank_transaction": spent(Type="SPEND-TRANSFER")}, "input.bank_transaction.Type"),
            ({"bank_transaction": spent(Contact=None)}, "input.bank_transaction.Contact"),
            ({"bank_transaction": spent(BankAccount={})}, "input.bank_transaction.BankAccount"),
            ({"bank_transaction": spent(LineItems=[])}, "input.bank_transaction.LineItems"),
            (
                {"bank_transaction": spent(LineItems=[LINE | {"DiscountAmount": 1}])},
                "input.bank_transaction.LineItems.0.DiscountAmount",
            ),
            (
                {"bank_transaction": spent(Type="SPEND-PREPAYMENT")},
                "input.bank_transaction.Reference",
            ),
            (
                {"bank_transaction": _OVERPAID | {"LineItems": [_CREDIT, _CREDIT]}},
                "input.bank_transaction.LineItems",
            ),
            (
                {"bank_transaction": _OVERPAID | {"LineAmountTypes": "Inclusive"}},
                "input.bank_transaction.LineAmountTypes",
            ),
            (
                {"bank_transaction": spent(BankTransactionID=BANK_TRANSACTIONS.example_id)},
                "input.bank_transaction.BankTransactionID",
            ),
        ),
        read_back=_CREATED,
        undo=(DELETE,),
        advice=(
            "Use create_payment where an invoice or bill is paid, create_bank_transfer between "
            "bank accounts of one's own. Look up the contact, account codes and tax types first. "
            "An overpayment has one line, in the account of receivables or payables. Its undo "
            "deletes it, unless IsReconciled was set."
        ),
    ),
    BANK_TRANSACTIONS.create_many(
        NewBankTransaction,
        (SPENT, _OVERPAID),
        covers=("createBankTransactions",),
        counter_examples=(
            ({"bank_transactions": []}, "input.bank_transactions"),
            (
                {"bank_transactions": [SPENT, spent(BankAccount={"Code": ""})]},
                "input.bank_transactions.1.BankAccount.Code",
            ),
        ),
        read_back=_CREATED,
        undo=(DELETE,),
        advice=(
            "Look at ok of each. Give each a Reference of its own, by which it is known again. "
            "Each that is made has an undo of its own."
        ),
    ),
    BANK_TRANSACTIONS.upsert(
        KnownTypeBankTransaction,
        SPENT,
        summary="Create a bank transaction, or change the one with the same id.",
        covers=("updateOrCreateBankTransactions",),
        counter_examples=(
            ({"bank_transaction": spent(Type=None)}, "input.bank_transaction.Type"),
            ({"bank_transaction": spent(TotalTax=1)}, "input.bank_transaction.TotalTax"),
        ),
        idempotency="key",
        read_back=_MATCHED,
        destructive=True,
        advice=(
            "Without a BankTransactionID it is always a new one: bank transactions have no number "
            "to be matched by. There is no undo: what was there before is not known; use "
            "create_bank_transaction for a new one."
        ),
    ),
    BANK_TRANSACTIONS.upsert_many(
        KnownTypeBankTransaction,
        (SPENT, spent(Reference="Card 4472")),
        covers=("updateOrCreateBankTransactions",),
        idempotency="key",
        read_back=_MATCHED,
        destructive=True,
        advice=(
            "Look at ok of each. One without a BankTransactionID is always new. There is no undo: "
            "what was there before is not known."
        ),
    ),
)
