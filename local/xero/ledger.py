# SPDX-License-Identifier: Apache-2.0
"""What the documents of an organisation come to, account by account.

Allocations and currencies other than the organisation's are left out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from local.xero.totals import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from local.xero.books import Books
    from local.xero.wire import Document

_APPROVED = ("AUTHORISED", "PAID")
_DEBTORS, _CREDITORS, _TAX = "DEBTORS", "CREDITORS", "GST"


@dataclass(frozen=True, slots=True)
class Posting:
    """A debit on an account, or a credit where the amount is below zero."""

    day: date
    code: str
    amount: Decimal


def postings(books: Books) -> Iterator[Posting]:
    """Yield what each approved document does to each account; together they come to zero."""
    for invoice in books.invoices.values():
        if invoice["Status"] in _APPROVED:
            sale = invoice["Type"] == "ACCREC"
            owed = _system(books, _DEBTORS if sale else _CREDITORS)
            yield from _document(books, invoice, owed, 1 if sale else -1)
    for note in books.shelves["CreditNotes"].values():
        if note["Status"] in _APPROVED:
            sale = note["Type"] == "ACCRECCREDIT"
            owed = _system(books, _DEBTORS if sale else _CREDITORS)
            yield from _document(books, note, owed, -1 if sale else 1)
    for payment in books.shelves["Payments"].values():
        if payment["Status"] == "AUTHORISED" and payment.get("Invoice"):
            sale = payment["Invoice"]["Type"] == "ACCREC"
            amount = payment["Amount"] if sale else -payment["Amount"]
            yield Posting(payment["Date"], payment["Account"]["Code"], amount)
            owed = _system(books, _DEBTORS if sale else _CREDITORS)
            yield Posting(payment["Date"], owed, -amount)
    yield from _bank(books)
    for journal in books.shelves["ManualJournals"].values():
        if journal["Status"] == "POSTED":
            yield from _entries(books, journal)


def _entries(books: Books, journal: Document) -> Iterator[Posting]:
    """Yield a manual journal's lines, and the tax on them."""
    inclusive = journal["LineAmountTypes"] == "Inclusive"
    for line in journal["JournalLines"]:
        net = line["LineAmount"] - (line["TaxAmount"] if inclusive else ZERO)
        yield Posting(journal["Date"], line["AccountCode"], net)
        if line["TaxAmount"]:
            yield Posting(journal["Date"], _system(books, _TAX), line["TaxAmount"])


def balances(books: Books, *, first: date | None = None, last: date) -> dict[str, Decimal]:
    """Return the sum of each account's postings within some days, by code."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in postings(books):
        if (first is None or one.day >= first) and one.day <= last:
            found[one.code] += one.amount
    return dict(found)


def _bank(books: Books) -> Iterator[Posting]:
    for transaction in books.shelves["BankTransactions"].values():
        moved = transaction["Type"].endswith("-TRANSFER")
        if transaction["Status"] == "AUTHORISED" and not moved:
            sign = 1 if transaction["Type"].startswith("RECEIVE") else -1
            yield from _document(books, transaction, transaction["BankAccount"]["Code"], sign)
    for transfer in books.shelves["BankTransfers"].values():
        if transfer["Status"] == "AUTHORISED":
            for side, sign in (("From", -1), ("To", 1)):
                code = transfer[f"{side}BankAccount"]["Code"]
                yield Posting(transfer["Date"], code, sign * transfer["Amount"])


def _document(books: Books, record: Document, other: str, sign: int) -> Iterator[Posting]:
    """Yield a document's total on one account, against its lines and their tax."""
    inclusive = record["LineAmountTypes"] == "Inclusive"
    rest = record["Total"] - record["TotalTax"]
    for line in record["LineItems"]:
        net = line["LineAmount"] - (line["TaxAmount"] if inclusive else ZERO)
        rest -= net
        if line.get("AccountCode"):
            yield Posting(record["Date"], line["AccountCode"], -sign * net)
        else:
            rest += net
    yield Posting(record["Date"], other, sign * record["Total"])
    if record["TotalTax"]:
        yield Posting(record["Date"], _system(books, _TAX), -sign * record["TotalTax"])
    if rest:
        # A line without an account, or cents that lines and total differ by.
        yield Posting(record["Date"], _system(books, "ROUNDING"), -sign * rest)


def _system(books: Books, name: str) -> str:
    accounts = books.shelves["Accounts"].values()
    return next(str(one["Code"]) for one in accounts if one.get("SystemAccount") == name)
