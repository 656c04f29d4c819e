# SPDX-License-Identifier: Apache-2.0
"""The rules of what happens on bank accounts, of journals, and of classic expense claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import (
    bank_transactions,
    bank_transfers,
    expenses,
    journals,
    linked_transactions,
    manual_journals,
)
from local.xero.by_id import writable

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.wire import Document
    from local.xero.writable import Route

WRITABLE = {
    "BankTransactions": writable(
        "BankTransactions", bank_transactions.SHAPE, bank_transactions.write
    ),
    "BankTransfers": writable("BankTransfers", bank_transfers.SHAPE, bank_transfers.write),
    "ManualJournals": writable("ManualJournals", manual_journals.SHAPE, manual_journals.write),
    "LinkedTransactions": writable(
        "LinkedTransactions", linked_transactions.SHAPE, linked_transactions.write, ()
    ),
    "Receipts": writable("Receipts", expenses.RECEIPT, expenses.write_receipt),
    "ExpenseClaims": writable("ExpenseClaims", expenses.CLAIM, expenses.write_claim, ()),
}
ROUTES: dict[tuple[str, str], Route] = {
    ("GET", "Journals"): journals.listed,
    ("GET", "LinkedTransactions"): linked_transactions.listed,
    ("GET", "LinkedTransactions/*"): linked_transactions.one,
    ("DELETE", "LinkedTransactions/*"): linked_transactions.delete,
}
_RECEIPTS = (("Copperline Cafe", "420", "18.40"), ("Tamarind Travel", "493", "62.00"))


def seed(writing: Writing) -> None:
    """Put journals of what is seeded, a bill's line to bill on, and receipts, two in a claim."""
    _seed_journals(writing)
    _seed_linked(writing)
    made = [_seed_receipt(writing, *one) for one in (*_RECEIPTS, _RECEIPTS[0])]
    claimed = [{"ReceiptID": one["ReceiptID"]} for one in made[:2]]
    claim = {"User": made[0]["User"], "Receipts": claimed}
    expenses.write_claim(writing, claim, None)


def _seed_journals(writing: Writing) -> None:
    books = writing.books
    for invoice in books.invoices.values():
        if invoice["Status"] in {"AUTHORISED", "PAID"}:
            journals.post_invoice(writing, invoice)
    for record in books.shelves["BankTransactions"].values():
        if record["Status"] == "AUTHORISED" and "TRANSFER" not in record["Type"]:
            journals.post_bank_transaction(writing, record)
    for record in books.shelves["BankTransfers"].values():
        if record["Status"] == "AUTHORISED":
            journals.post_transfer(writing, record)
    for record in books.shelves["ManualJournals"].values():
        if record["Status"] == "POSTED":
            journals.post_manual_journal(writing, record)


def _seed_linked(writing: Writing) -> None:
    books = writing.books
    bills = [one for one in books.invoices.values() if one["Type"] == "ACCPAY"]
    for bill, name in zip(bills, ("Larkspur Interiors", "Northgate Dental"), strict=False):
        customer = books.contact_named(name) or {}
        linked_transactions.write(
            writing,
            {
                "SourceTransactionID": bill["InvoiceID"],
                "SourceLineItemID": bill["LineItems"][0]["LineItemID"],
                "ContactID": customer["ContactID"],
            },
            None,
        )


def _seed_receipt(writing: Writing, contact: str, code: str, amount: str) -> Document:
    user = next(iter(writing.books.shelves["Users"].values()))
    line = {"Description": "Receipt", "UnitAmount": amount, "AccountCode": code}
    element: Document = {
        "User": {"UserID": user["UserID"]},
        "Contact": {"Name": contact},
        "LineItems": [line],
    }
    return expenses.write_receipt(writing, element, None)
