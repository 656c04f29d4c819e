# SPDX-License-Identifier: Apache-2.0
"""How bank transfers are made and deleted, with the bank transaction on either side.

Rules: https://developer.xero.com/documentation/api/accounting/banktransfers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import by_id, journals, lines, reading, totals
from local.xero.bank_transactions import BANK_ACCOUNT, bank_account
from local.xero.replies import ValidationError

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Document

_STATUSES = ("AUTHORISED", "DELETED")
_SIDES = {"From": "SPEND-TRANSFER", "To": "RECEIVE-TRANSFER"}
_MOST_TRACKING = 2
_TRACKING = reading.each(dict.fromkeys(("TrackingCategoryID", "TrackingOptionID"), reading.text))
SHAPE: reading.Shape = {
    **dict.fromkeys(("BankTransferID", "Reference"), reading.text),
    **{f"{side}BankAccount": BANK_ACCOUNT for side in _SIDES},
    **{f"{side}IsReconciled": reading.boolean for side in _SIDES},
    **{f"{side}Tracking": _TRACKING for side in _SIDES},
    "Amount": reading.number,
    "Date": reading.day,
    "Status": reading.one_of(_STATUSES),
}


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Make a transfer, or delete an existing one, which is all that can be done with it.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    status = reading.choice(element, "Status", _STATUSES)
    if existing is not None:
        return _delete(writing, existing, status)
    if status == "DELETED":
        raise ValidationError("A bank transfer cannot be created with the status DELETED")
    transfer = _read(writing, element)
    for side, kind in _SIDES.items():
        transfer[f"{side}BankTransactionID"] = _write_side(writing, transfer, side, kind)
    journals.post_transfer(writing, transfer)
    return by_id.keep(writing, "BankTransfers", transfer)


def _read(writing: Writing, element: Document) -> Document:
    books = writing.books
    problems: list[str] = []
    amount = totals.round_to(reading.number(element, "Amount") or 0, 2)
    if amount <= 0:
        problems.append("The amount of a bank transfer must be greater than zero")
    transfer: Document = {
        "BankTransferID": writing.make_id(),
        "Status": "AUTHORISED",
        "Date": reading.day(element, "Date") or writing.today,
        "Amount": amount,
        "Reference": reading.text(element, "Reference"),
        "CurrencyRate": 1,
        "HasAttachments": False,
        "CreatedDateUTC": writing.now,
    }
    for side in _SIDES:
        sent = reading.nested(element, f"{side}BankAccount")
        transfer[f"{side}BankAccount"] = bank_account(books, sent, problems)
        transfer[f"{side}IsReconciled"] = reading.boolean(element, f"{side}IsReconciled")
        transfer[f"{side}Tracking"] = _tracking(books, element, side, problems)
    if not problems and transfer["FromBankAccount"] is transfer["ToBankAccount"]:
        problems.append("A bank transfer is between two different bank accounts")
    if problems:
        raise ValidationError(*problems)
    return transfer


def _tracking(books: Books, element: Document, side: str, problems: list[str]) -> list[Document]:
    sent = reading.elements(element, f"{side}Tracking") or []
    if len(sent) > _MOST_TRACKING:
        problems.append("An account may have up to two tracking categories")
    found = [lines.find_tracking(books, one) for one in sent]
    if None in found:
        problems.append("The tracking category or option does not exist")
    return [one for one in found if one]


def _write_side(writing: Writing, transfer: Document, side: str, kind: str) -> str:
    """Make the bank transaction that a transfer is in one of its accounts, and return its id."""
    amount = transfer["Amount"]
    transaction: Document = {
        "BankTransactionID": writing.make_id(),
        "Type": kind,
        "Status": "AUTHORISED",
        "BankAccount": transfer[f"{side}BankAccount"],
        "Date": transfer["Date"],
        "Reference": transfer["Reference"],
        "IsReconciled": transfer[f"{side}IsReconciled"],
        "LineAmountTypes": "NoTax",
        "LineItems": [],
        "SubTotal": amount,
        "TotalTax": totals.ZERO,
        "Total": amount,
        "CurrencyCode": writing.books.organisation["BaseCurrency"],
        "HasAttachments": False,
        "UpdatedDateUTC": writing.now,
    }
    by_id.keep(writing, "BankTransactions", transaction)
    made: str = transaction["BankTransactionID"]
    return made


def _delete(writing: Writing, transfer: Document, status: str) -> Document:
    if transfer["Status"] == "DELETED":
        raise ValidationError("Bank transfer not of valid status for modification")
    if status != "DELETED":
        raise ValidationError("A bank transfer cannot be changed, only deleted")
    if any(transfer[f"{side}IsReconciled"] for side in _SIDES):
        raise ValidationError("A bank transfer that is reconciled cannot be deleted")
    transfer["Status"] = "DELETED"
    for side in _SIDES:
        found = by_id.find("BankTransactions", writing.books, transfer[f"{side}BankTransactionID"])
        # One that was made past the rules has none.
        if found is not None:
            found |= {"Status": "DELETED", "UpdatedDateUTC": writing.now}
            by_id.keep(writing, "BankTransactions", found, found)
    journals.post_transfer(writing, transfer, back=True)
    return by_id.keep(writing, "BankTransfers", transfer, transfer)
