# SPDX-License-Identifier: Apache-2.0
"""How bank transactions are written: their types, what each makes, and when they can change.

Rules: https://developer.xero.com/documentation/api/accounting/banktransactions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import by_id, journals, reading, totals, traded
from local.xero.replies import ValidationError

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Document

_MONEY = ("SPEND", "RECEIVE")
_CREDITS = tuple(f"{side}-{kind}" for side in _MONEY for kind in ("OVERPAYMENT", "PREPAYMENT"))
_TRANSFERS = ("SPEND-TRANSFER", "RECEIVE-TRANSFER")
_STATUSES = ("AUTHORISED", "DELETED", "VOIDED")
BANK_ACCOUNT = reading.inside(dict.fromkeys(("AccountID", "Code"), reading.text))
SHAPE: reading.Shape = {
    **traded.SHAPE,
    **dict.fromkeys(("BankTransactionID", "Reference", "Url", "CurrencyCode"), reading.text),
    "Type": reading.one_of((*_MONEY, *_CREDITS, *_TRANSFERS)),
    "Status": reading.one_of(_STATUSES),
    "BankAccount": BANK_ACCOUNT,
    "LineAmountTypes": reading.one_of(traded.LINE_AMOUNT_TYPES),
    "Date": reading.day,
    "IsReconciled": reading.boolean,
    "CurrencyRate": reading.number,
}


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Record money spent or received, change or delete it.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    status = reading.choice(element, "Status", _STATUSES)
    kind = reading.text(element, "Type")
    if existing is None:
        record = _blank(writing, kind, status)
    else:
        _check_changeable(existing)
        if status == "DELETED":
            return _delete(writing, existing)
        if existing["Type"] not in _MONEY or kind not in {"", existing["Type"]}:
            raise ValidationError(
                "Only bank transactions of type SPEND and RECEIVE can be changed, without their "
                "type"
            )
        record = dict(existing)
    _fill(writing, record, element, existing)
    if existing is not None:
        journals.post_bank_transaction(writing, existing, back=True)
    elif record["Type"] in _CREDITS:
        _make_credit(writing, record)
    kept = by_id.keep(writing, "BankTransactions", record, existing)
    journals.post_bank_transaction(writing, kept)
    return kept


def bank_account(
    books: Books, sent: Document, problems: list[str], *, known: Document | None = None
) -> Document | None:
    """Return the bank account that an object names, the known one where it names none."""
    account_id, code = reading.text(sent, "AccountID"), reading.text(sent, "Code")
    if not account_id and not code:
        if known is None:
            problems.append("A bank account must be specified")
        return known
    if account_id:
        found = books.shelves["Accounts"].get(account_id.lower())
    else:
        found = books.account(code)
    if found is None or found["Status"] != "ACTIVE":
        problems.append("Bank account could not be found")
    elif found["Type"] != "BANK":
        problems.append("The account is not a bank account")
    return found


def _check_changeable(existing: Document) -> None:
    if existing["Status"] != "AUTHORISED":
        raise ValidationError("Bank transaction not of valid status for modification")
    if existing["IsReconciled"]:
        raise ValidationError(
            "This Bank Transaction cannot be edited as it has been reconciled with a "
            "Bank Statement."
        )


def _blank(writing: Writing, kind: str, status: str) -> Document:
    if not kind:
        raise ValidationError("The bank transaction type must be specified")
    if kind in _TRANSFERS:
        raise ValidationError("A transfer is made at the BankTransfers endpoint")
    if status not in {"", "AUTHORISED"}:
        raise ValidationError(f"A bank transaction cannot be created with the status {status}")
    return {
        "BankTransactionID": writing.make_id(),
        "Type": kind,
        "Status": "AUTHORISED",
        "Date": writing.today,
        "Reference": "",
        "IsReconciled": False,
        "CurrencyCode": writing.books.organisation["BaseCurrency"],
        "CurrencyRate": 1,
        "LineAmountTypes": "NoTax" if "OVERPAYMENT" in kind else "Exclusive",
        "LineItems": [],
        "HasAttachments": False,
    }


def _fill(writing: Writing, record: Document, element: Document, existing: Document | None) -> None:
    problems: list[str] = []
    sent = reading.nested(element, "BankAccount")
    account = bank_account(writing.books, sent, problems, known=record.get("BankAccount"))
    if account:
        record |= {
            "BankAccount": account,
            "CurrencyCode": account.get("CurrencyCode", record["CurrencyCode"]),
        }
    if "OVERPAYMENT" in record["Type"]:
        element = _overpaid(writing, record, element, problems)
    elif reading.text(element, "CurrencyCode") not in {"", record["CurrencyCode"]}:
        problems.append("The currency is that of the bank account")
    if record["Type"] in _MONEY and "Reference" in element:
        record["Reference"] = reading.text(element, "Reference")
    if url := reading.text(element, "Url"):
        record["Url"] = url
    if "IsReconciled" in element:
        record["IsReconciled"] = reading.boolean(element, "IsReconciled")
    record["CurrencyRate"] = reading.number(element, "CurrencyRate") or record["CurrencyRate"]
    record["Date"] = reading.day(element, "Date") or record["Date"]
    record["UpdatedDateUTC"] = writing.now
    received = record["Type"].startswith("RECEIVE")
    rules = traded.Rules(sale=received, approved=True, discounts=False)
    traded.fill_lines(writing, record, element, existing, rules, problems)
    traded.fill_contact(writing, record, element, problems)


def _overpaid(
    writing: Writing, record: Document, element: Document, problems: list[str]
) -> Document:
    """Return the element with its one line in the account of receivables or payables."""
    record["CurrencyCode"] = reading.text(element, "CurrencyCode") or record["CurrencyCode"]
    received = record["Type"].startswith("RECEIVE")
    control = journals.system_account(writing.books, "DEBTORS" if received else "CREDITORS")
    sent = reading.elements(element, "LineItems") or []
    if len(sent) > 1:
        problems.append("An overpayment has one line item")
    if any(reading.text(line, "AccountCode") not in {"", control["Code"]} for line in sent):
        problems.append(f"The line item of an overpayment has the account {control['Code']}")
    if reading.text(element, "LineAmountTypes") not in {"", "NoTax"}:
        problems.append("Overpayments have the LineAmountTypes NoTax")
    return element | {"LineItems": [line | {"AccountCode": control["Code"]} for line in sent]}


def _make_credit(writing: Writing, record: Document) -> None:
    """Make the overpayment or prepayment that a bank transaction of its type stands for."""
    kind = _credit_kind(record)
    left_out = {"BankTransactionID", "BankAccount", "IsReconciled", "Url"}
    credit = {name: value for name, value in record.items() if name not in left_out} | {
        f"{kind}ID": writing.make_id(),
        "RemainingCredit": record["Total"],
        "Allocations": [],
        "Payments": [],
    }
    by_id.keep(writing, f"{kind}s", credit)
    record[f"{kind}ID"] = credit[f"{kind}ID"]


def _credit_kind(record: Document) -> str:
    kind: str = record["Type"].partition("-")[2].capitalize()
    return kind


def _delete(writing: Writing, record: Document) -> Document:
    if record["Type"] in _TRANSFERS:
        raise ValidationError("A transfer is deleted at the BankTransfers endpoint")
    if record["Type"] in _CREDITS:
        _take_credit_back(writing, record)
    record |= {"Status": "DELETED", "UpdatedDateUTC": writing.now}
    journals.post_bank_transaction(writing, record, back=True)
    return by_id.keep(writing, "BankTransactions", record, record)


def _take_credit_back(writing: Writing, record: Document) -> None:
    kind = _credit_kind(record)
    credit = by_id.find(f"{kind}s", writing.books, str(record.get(f"{kind}ID")))
    if credit is None:
        return
    if credit["RemainingCredit"] != credit["Total"]:
        raise ValidationError(f"The {kind.lower()} of this bank transaction has been allocated")
    credit |= {
        "Status": "VOIDED",
        "RemainingCredit": totals.ZERO,
        "UpdatedDateUTC": writing.now,
    }
    by_id.keep(writing, f"{kind}s", credit, credit)
