# SPDX-License-Identifier: Apache-2.0
"""Samples of bank transactions, journals and expenses, about records that the books begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.xero import resources
from tests.functions.records import new_invoice

if TYPE_CHECKING:
    from tests.functions.stack import Stack

# What a sample is about, by the name of its id: the shelf, and what the record is like.
AT_HAND: dict[str, tuple[str, dict[str, Any]]] = {
    "bank_transaction_id": ("BankTransactions", {"Type": "SPEND", "IsReconciled": False}),
    "bank_transfer_id": ("BankTransfers", {"Status": "AUTHORISED"}),
    "expense_claim_id": ("ExpenseClaims", {}),
    "linked_transaction_id": ("LinkedTransactions", {}),
    "manual_journal_id": ("ManualJournals", {"Status": "DRAFT"}),
    "receipt_id": ("Receipts", {"Status": "DRAFT"}),
}


def prepare(stack: Stack, name: str, given: dict[str, Any]) -> None:
    """Put the ids of records that are there into the sample of an operation."""
    for id_name, (shelf, like) in AT_HAND.items():
        if id_name in given:
            posted = {"Status": "POSTED"} if name == "void_manual_journal" else like
            given[id_name] = ids(stack, shelf, **posted)[0]
    if name == "delete_bank_transfers":
        transfers = ids(stack, "BankTransfers", Status="AUTHORISED")
        given["bank_transfers"] = [{"BankTransferID": one} for one in transfers]
    user = {"UserID": ids(stack, "Users")[0]}
    if name == "create_receipt":
        given["receipt"]["User"] = user
    if name == "create_expense_claim":
        drafts = ids(stack, "Receipts", Status="DRAFT")
        given["expense_claim"] = {"User": user, "Receipts": [{"ReceiptID": one} for one in drafts]}
    if name == "create_linked_transaction":
        linked = records(stack, "LinkedTransactions")[0]
        given["linked_transaction"] = {
            one: linked[one] for one in ("SourceTransactionID", "SourceLineItemID", "ContactID")
        }
    if name == "update_linked_transaction":
        contact = {"ContactID": records(stack, "LinkedTransactions")[0]["ContactID"]}
        target = new_invoice(stack, Contact=contact)["InvoiceID"]
        given["linked_transaction"] = contact | {"TargetTransactionID": target}


def ids(stack: Stack, shelf: str, **like: Any) -> list[str]:
    """Return the ids of the records like this that the books hold."""
    id_field = resources.BY_NAME[shelf].id_field
    return [str(one[id_field]) for one in records(stack, shelf, **like)]


def records(stack: Stack, shelf: str, **like: Any) -> list[dict[str, Any]]:
    """Return the records like this that the books hold."""
    held = next(iter(stack.xero.books.values())).shelves[shelf].values()
    return [one for one in held if all(one.get(name) == like[name] for name in like)]
