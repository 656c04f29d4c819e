# SPDX-License-Identifier: Apache-2.0
"""How manual journals are written, posted and voided, and what their lines must hold.

Rules: https://developer.xero.com/documentation/api/accounting/manualjournals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import by_id, journals, lines, reading, totals, traded
from local.xero.replies import ValidationError

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.wire import Document

_STATUSES = ("DRAFT", "POSTED", "DELETED", "VOIDED", "ARCHIVED")
_NEXT = {"DRAFT": ("DRAFT", "POSTED", "DELETED"), "POSTED": ("VOIDED",)}
_LEAST_LINES = 2
_LINE: reading.Shape = {
    **dict.fromkeys(("AccountCode", "AccountID", "Description", "TaxType"), reading.text),
    **dict.fromkeys(("LineAmount", "TaxAmount"), reading.number),
    "Tracking": lines.SHAPE["Tracking"],
    "IsBlank": reading.boolean,
}
SHAPE: reading.Shape = {
    **dict.fromkeys(("ManualJournalID", "Narration", "Url"), reading.text),
    "Date": reading.day,
    "LineAmountTypes": reading.one_of(traded.LINE_AMOUNT_TYPES),
    "Status": reading.one_of(_STATUSES),
    "ShowOnCashBasisReports": reading.boolean,
    "JournalLines": reading.each(_LINE),
}


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Create a manual journal, change a draft, post it, or end it.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    asked = reading.choice(element, "Status", _STATUSES)
    record = dict(existing) if existing else _blank(writing)
    before = record["Status"]
    status = asked or before
    if status not in _NEXT.get(before, ()) or (existing is None and status == "DELETED"):
        raise ValidationError(f"The status '{status}' cannot be applied to the document")
    record |= {"Status": status, "UpdatedDateUTC": writing.now}
    if status in {"DRAFT", "POSTED"}:
        _fill(writing, record, element)
    kept = by_id.keep(writing, "ManualJournals", record, existing)
    if status in {"POSTED", "VOIDED"}:
        journals.post_manual_journal(writing, kept, back=status == "VOIDED")
    return kept


def _blank(writing: Writing) -> Document:
    return {
        "ManualJournalID": writing.make_id(),
        "Narration": "",
        "Status": "DRAFT",
        "Date": writing.today,
        "LineAmountTypes": "NoTax",
        "JournalLines": [],
        "ShowOnCashBasisReports": True,
        "HasAttachments": False,
    }


def _fill(writing: Writing, record: Document, element: Document) -> None:
    problems: list[str] = []
    record |= {
        name: value for name in ("Narration", "Url") if (value := reading.text(element, name))
    }
    record["Date"] = reading.day(element, "Date") or record["Date"]
    choice = reading.choice(element, "LineAmountTypes", traded.LINE_AMOUNT_TYPES)
    record["LineAmountTypes"] = choice or record["LineAmountTypes"]
    if "ShowOnCashBasisReports" in element:
        record["ShowOnCashBasisReports"] = reading.boolean(element, "ShowOnCashBasisReports")
    sent = reading.elements(element, "JournalLines")
    record["JournalLines"] = [
        _line(writing, one, record["LineAmountTypes"], problems)
        for one in (record["JournalLines"] if sent is None else sent)
    ]
    if not record["Narration"]:
        problems.append("Narration must be specified")
    if len(record["JournalLines"]) < _LEAST_LINES:
        problems.append("A manual journal must have at least two lines")
    _check_balance(record, problems)
    if problems:
        raise ValidationError(*problems)


def _line(
    writing: Writing, sent: Document, line_amount_types: str, problems: list[str]
) -> Document:
    books = writing.books
    account_id, code = reading.text(sent, "AccountID"), reading.text(sent, "AccountCode")
    if code or not account_id:
        account = books.account(code)
    else:
        account = books.shelves["Accounts"].get(account_id.lower())
    if account is None or account["Type"] == "BANK" or account.get("SystemAccount"):
        problems.append(f"Account code '{code}' is not a valid code for this document.")
    tax_type = reading.text(sent, "TaxType") or "NONE"
    if line_amount_types == "NoTax":
        tax_type = "NONE"
    rate = books.tax_rate(tax_type)
    if rate is None:
        problems.append(
            f"The TaxType code {tax_type} does not exist or cannot be used for this type of "
            "transaction."
        )
    amount = totals.round_to(reading.number(sent, "LineAmount") or 0, 2)
    percent = rate["EffectiveRate"] if rate else totals.ZERO
    tracking = [lines.find_tracking(books, one) for one in reading.elements(sent, "Tracking") or []]
    return {
        "LineAmount": amount,
        "AccountCode": account["Code"] if account else code,
        "AccountID": account["AccountID"] if account else "",
        "Description": reading.text(sent, "Description"),
        "TaxType": tax_type,
        "TaxAmount": totals.line_tax(amount, percent, line_amount_types),
        "Tracking": [one for one in tracking if one],
        "IsBlank": reading.boolean(sent, "IsBlank"),
    }


def _check_balance(record: Document, problems: list[str]) -> None:
    on_top = record["LineAmountTypes"] == "Exclusive"
    amounts = [
        line["LineAmount"] + (line["TaxAmount"] if on_top else totals.ZERO)
        for line in record["JournalLines"]
    ]
    debits = sum((one for one in amounts if one > 0), totals.ZERO)
    credited = sum((one for one in amounts if one < 0), totals.ZERO)
    if debits + credited:
        problems.append(
            f"The total debits ({totals.told(debits)}) must equal total credits "
            f"({totals.told(credited)})"
        )
