# SPDX-License-Identifier: Apache-2.0
"""The general ledger: the journals that documents make, and how they are listed.

Rules: https://developer.xero.com/documentation/api/accounting/journals. Made here are those of the
seeded invoices, of bank transactions, transfers and manual journals; others leave none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.xero import totals
from local.xero.by_id import keep
from local.xero.envelopes import envelope
from local.xero.wire import read_moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from local.xero.books import Books, Writing
    from local.xero.wire import Document, Request, Response

_PAGE = 100
_ACCRUED = ("ACCREC", "ACCPAY", "ACCRECCREDIT", "ACCPAYCREDIT")
_SOURCES = {
    "SPEND": "CASHPAID",
    "RECEIVE": "CASHREC",
    "SPEND-PREPAYMENT": "APPREPAYMENT",
    "RECEIVE-PREPAYMENT": "ARPREPAYMENT",
    "SPEND-OVERPAYMENT": "APOVERPAYMENT",
    "RECEIVE-OVERPAYMENT": "AROVERPAYMENT",
    "SPEND-TRANSFER": "TRANSFER",
    "RECEIVE-TRANSFER": "TRANSFER",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a journal says of one account; a debit is positive."""

    account: Document
    net: Decimal
    tax: Decimal = totals.ZERO
    tax_type: str = ""
    description: str = ""


def post(
    writing: Writing, source_type: str, source_id: str, record: Document, entries: Iterable[Entry]
) -> None:
    """Keep a journal of entries that come to zero, under the next number."""
    shelf = writing.books.shelves["Journals"]
    shelf.serial += 1
    journal: Document = {
        "JournalID": writing.make_id(),
        "JournalDate": record["Date"],
        "JournalNumber": shelf.serial,
        "CreatedDateUTC": writing.now,
        "Reference": record.get("Reference", ""),
        "SourceID": source_id,
        "SourceType": source_type,
        "JournalLines": [_line(writing, one) for one in entries if one.net or one.tax],
    }
    keep(writing, "Journals", journal)


def post_bank_transaction(writing: Writing, record: Document, *, back: bool = False) -> None:
    """Keep the journal of money spent or received, or of its being taken back."""
    spent = record["Type"].startswith("SPEND")
    entries = _entries(writing, record, spent is not back)
    total = -record["Total"] if spent is not back else record["Total"]
    entries.append(Entry(record["BankAccount"], total))
    source = _SOURCES[record["Type"]]
    post(writing, source, record["BankTransactionID"], record, entries)


def post_invoice(writing: Writing, record: Document) -> None:
    """Keep the journal of an approved invoice or bill."""
    bill = record["Type"] == "ACCPAY"
    control = system_account(writing.books, "CREDITORS" if bill else "DEBTORS")
    entries = _entries(writing, record, bill)
    entries.append(Entry(control, -record["Total"] if bill else record["Total"]))
    post(writing, record["Type"], record["InvoiceID"], record, entries)


def post_transfer(writing: Writing, record: Document, *, back: bool = False) -> None:
    """Keep the journal of a transfer, or of its being taken back."""
    amount = -record["Amount"] if back else record["Amount"]
    entries = (Entry(record["FromBankAccount"], -amount), Entry(record["ToBankAccount"], amount))
    post(writing, "TRANSFER", record["BankTransferID"], record, entries)


def post_manual_journal(writing: Writing, record: Document, *, back: bool = False) -> None:
    """Keep the journal of a posted manual journal, or of its being voided."""
    sign = -1 if back else 1
    entries = []
    for line in record["JournalLines"]:
        within = line["TaxAmount"] if record["LineAmountTypes"] == "Inclusive" else totals.ZERO
        account = writing.books.account(line["AccountCode"]) or {}
        entries.append(
            Entry(
                account,
                sign * (line["LineAmount"] - within),
                sign * line["TaxAmount"],
                line["TaxType"],
                line["Description"],
            )
        )
    entries += _tax(writing, entries)
    post(writing, "MANJOURNAL", record["ManualJournalID"], record, entries)


def system_account(books: Books, system: str) -> Document:
    """Return the account that Xero itself posts to."""
    accounts = books.shelves["Accounts"].values()
    return next(one for one in accounts if one.get("SystemAccount") == system)


def listed(writing: Writing, request: Request, _: list[str]) -> Response:
    """Answer with the journals above an offset, 100 at the most."""
    text = request.param("offset")
    offset = int(text) if text.isdecimal() else 0
    since = read_moment(request.header("If-Modified-Since"))
    shelf = writing.books.shelves["Journals"]
    found = [
        one
        for one in shelf.values()
        if one["JournalNumber"] > offset
        and (since is None or shelf.moment(one) >= since.replace(microsecond=0))
        and not (request.flag("paymentsOnly") and one["SourceType"] in _ACCRUED)
    ]
    found.sort(key=lambda one: int(one["JournalNumber"]))
    return envelope(writing, "Journals", found[:_PAGE])


def _entries(writing: Writing, record: Document, debit: bool) -> list[Entry]:  # noqa: FBT001
    """Return the entries of a document's lines, and of the tax on them."""
    sign = 1 if debit else -1
    entries = []
    for line in record["LineItems"]:
        account = writing.books.account(line.get("AccountCode", ""))
        if account is None:
            continue
        within = line["TaxAmount"] if record["LineAmountTypes"] == "Inclusive" else totals.ZERO
        entries.append(
            Entry(
                account,
                sign * (line["LineAmount"] - within),
                sign * line["TaxAmount"],
                line["TaxType"],
                line.get("Description", ""),
            )
        )
    return [*entries, *_tax(writing, entries)]


def _tax(writing: Writing, entries: list[Entry]) -> list[Entry]:
    tax = sum((one.tax for one in entries), totals.ZERO)
    return [Entry(system_account(writing.books, "GST"), tax)] if tax else []


def _line(writing: Writing, entry: Entry) -> Document:
    account = entry.account
    line: Document = {
        "JournalLineID": writing.make_id(),
        "AccountID": account["AccountID"],
        "AccountCode": account["Code"],
        "AccountType": account["Type"],
        "AccountName": account["Name"],
        "Description": entry.description,
        "NetAmount": entry.net,
        "GrossAmount": entry.net + entry.tax,
        "TaxAmount": entry.tax,
        "TrackingCategories": [],
    }
    rate = writing.books.tax_rate(entry.tax_type)
    return line | ({"TaxType": entry.tax_type, "TaxName": rate["Name"]} if rate else {})
