# SPDX-License-Identifier: Apache-2.0
"""Fills credit notes, bank transactions and transfers, and manual journals.

They name the contacts and accounts that `seed` wrote before; what follows from a
document elsewhere in the books (allocations, reports) is left out.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from local.xero import chart, lines, resources, totals

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.chart import DocumentRow, JournalRow, TransferRow
    from local.xero.wire import Document

_MONTH = timedelta(days=30)
BANK, _SAVINGS = "090", "091"


def write(writing: Writing) -> None:
    """Put some records of each of these kinds on the shelves, told back from the writing's time."""
    for row in chart.CREDIT_NOTES:
        _keep(writing, "CreditNotes", _credit_note(writing, row))
    for row in chart.BANK_TRANSACTIONS:
        _write_bank_transaction(writing, row)
    for transfer in chart.BANK_TRANSFERS:
        _write_bank_transfer(writing, transfer)
    for journal in chart.MANUAL_JOURNALS:
        _keep(writing, "ManualJournals", _manual_journal(writing, journal))


def line(what: str, quantity: int) -> Document:
    """Return a line as it would be sent: of an item, or of an account at its usual price."""
    if price := chart.ACCOUNT_PRICES.get(what):
        names = {code: name for code, name, *_ in chart.ACCOUNTS}
        return {
            "Description": names[what],
            "AccountCode": what,
            "Quantity": quantity,
            "UnitAmount": price,
        }
    return {"ItemCode": what, "Quantity": quantity}


def _keep(writing: Writing, name: str, record: Document) -> None:
    resource = resources.BY_NAME[name]
    shelf = writing.books.shelves[name]
    shelf.serial += 1
    record = {resource.id_field: writing.make_id()} | record
    if resource.number:
        field, spelling = resource.number
        record[field] = spelling.format(shelf.serial)
    resource.spell(record)
    writing.books.put(name, [record])


def _traded(writing: Writing, row: DocumentRow) -> Document:
    """Return what every document with a contact and lines has."""
    written = writing.now - timedelta(days=row.days_ago)
    line_amount_types = "NoTax" if "OVERPAYMENT" in row.kind else "Exclusive"
    reader = lines.LineReader(
        writing,
        sale=row.kind.startswith(("ACCREC", "RECEIVE")),
        approved=True,
        line_amount_types=line_amount_types,
        taxed_anew=True,
        problems=[],
    )
    read = reader.read([line(*one) for one in row.lines], [])
    sums = totals.add_up(read, line_amount_types)
    return {
        "Type": row.kind,
        "Status": row.status,
        "Contact": writing.books.contact_named(row.contact),
        "Date": writing.books.today(written),
        "Reference": "",
        "LineAmountTypes": line_amount_types,
        "LineItems": read,
        "SubTotal": sums.sub_total,
        "TotalTax": sums.total_tax,
        "Total": sums.total,
        "CurrencyCode": writing.books.organisation["BaseCurrency"],
        "CurrencyRate": 1,
        "HasAttachments": False,
        "UpdatedDateUTC": written,
    }


def _credit(record: Document) -> Document:
    """Return a document that pays for others, of which nothing has been used."""
    remaining = totals.ZERO if record["Status"] == "VOIDED" else record["Total"]
    return record | {"RemainingCredit": remaining, "Allocations": [], "Payments": []}


def _credit_note(writing: Writing, row: DocumentRow) -> Document:
    return _credit(_traded(writing, row)) | {"SentToContact": False, "HasErrors": False}


def _write_bank_transaction(writing: Writing, row: DocumentRow) -> None:
    """Write a payment at the bank, and the prepayment or overpayment that it makes."""
    record = _traded(writing, row)
    kind = row.kind.partition("-")[2].capitalize()
    if kind:
        made = _credit(record) | {f"{kind}ID": writing.make_id()}
        _keep(writing, f"{kind}s", made)
        record[f"{kind}ID"] = made[f"{kind}ID"]
    record |= {
        "BankAccount": writing.books.account(BANK),
        "IsReconciled": row.days_ago > _MONTH.days,
    }
    _keep(writing, "BankTransactions", record)


def _write_bank_transfer(writing: Writing, row: TransferRow) -> None:
    """Write a transfer and its two sides."""
    written = writing.now - timedelta(days=row.days_ago)
    transfer: Document = {
        "Status": row.status,
        "Date": writing.books.today(written),
        "Amount": row.amount,
        "CurrencyRate": 1,
        "Reference": "",
        "HasAttachments": False,
        "CreatedDateUTC": written,
    }
    for side, kind, code in (("From", "SPEND", BANK), ("To", "RECEIVE", _SAVINGS)):
        account = writing.books.account(code)
        transaction = {
            "BankTransactionID": writing.make_id(),
            "Type": f"{kind}-TRANSFER",
            "Status": row.status,
            "BankAccount": account,
            "Date": writing.books.today(written),
            "Reference": "",
            "IsReconciled": False,
            "LineAmountTypes": "NoTax",
            "LineItems": [],
            "SubTotal": row.amount,
            "TotalTax": totals.ZERO,
            "Total": row.amount,
            "CurrencyCode": writing.books.organisation["BaseCurrency"],
            "HasAttachments": False,
            "UpdatedDateUTC": written,
        }
        _keep(writing, "BankTransactions", transaction)
        transfer |= {
            f"{side}BankAccount": account,
            f"{side}BankTransactionID": transaction["BankTransactionID"],
            f"{side}IsReconciled": False,
            f"{side}Tracking": [],
        }
    _keep(writing, "BankTransfers", transfer)


def _manual_journal(writing: Writing, row: JournalRow) -> Document:
    written = writing.now - timedelta(days=row.days_ago)
    entries = []
    for code, amount in row.entries:
        account = writing.books.account(code) or {}
        entries.append(
            {
                "LineAmount": amount,
                "AccountCode": code,
                "AccountID": account["AccountID"],
                "Description": row.narration,
                "TaxType": "NONE",
                "TaxAmount": totals.ZERO,
                "Tracking": [],
                "IsBlank": False,
            }
        )
    return {
        "Narration": row.narration,
        "Status": row.status,
        "Date": writing.books.today(written),
        "LineAmountTypes": "NoTax",
        "JournalLines": entries,
        "ShowOnCashBasisReports": True,
        "HasAttachments": False,
        "UpdatedDateUTC": written,
    }
