# SPDX-License-Identifier: Apache-2.0
"""How accounts are written, and what of the chart stays as it is.

Rules: https://developer.xero.com/documentation/api/accounting/accounts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import chart, reading
from local.xero.envelopes import envelope
from local.xero.replies import ValidationError, XeroError, not_found
from local.xero.rules import uses

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Document, Request, Response

_LENGTHS = {"Code": 10, "Name": 150, "Description": 4000}
_OF_BANKS = ("BankAccountNumber", "BankAccountType", "CurrencyCode")
_TEXTS = (*_LENGTHS, *_OF_BANKS, "TaxType", "ReportingCode")
_FLAGS = ("EnablePaymentsToAccount", "ShowInExpenseClaims", "AddToWatchlist")
STATUSES = ("ACTIVE", "ARCHIVED", "DELETED")
SHAPE: reading.Shape = {
    **dict.fromkeys(("AccountID", *_TEXTS), reading.text),
    **dict.fromkeys(_FLAGS, reading.boolean),
    "Type": reading.one_of(chart.ACCOUNT_CLASSES),
    "Status": reading.one_of(STATUSES),
    "BankAccountType": reading.one_of(("BANK", "CREDITCARD", "PAYPAL", "NONE", "")),
}


def find(books: Books, key: str) -> Document | None:
    """Find an account by id, or by code."""
    return books.find("Accounts", key)


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Make an account, or change an existing one in place.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    if existing and existing.get("SystemAccount"):
        raise ValidationError("System accounts cannot be changed")
    account = dict(existing) if existing else _blank(writing)
    account |= {name: value for name in _TEXTS if (value := reading.text(element, name))}
    account |= {
        name: reading.boolean(element, name) for name in _FLAGS if element.get(name) is not None
    }
    account["Type"] = reading.choice(element, "Type", chart.ACCOUNT_CLASSES) or account["Type"]
    account["Status"] = reading.choice(element, "Status", STATUSES) or account["Status"]
    if problems := _problems(writing.books, account, existing):
        raise ValidationError(*problems)
    return keep(writing, account, existing)


def keep(writing: Writing, account: Document, existing: Document | None) -> Document:
    """Put an account that breaks no rule among the others, with what its type brings."""
    account["Class"] = chart.ACCOUNT_CLASSES[account["Type"]]
    account.setdefault("TaxType", _usual_tax(account["Class"]))
    if account["Type"] == "BANK":
        account.setdefault("BankAccountType", "BANK")
        account.setdefault("CurrencyCode", writing.books.organisation["BaseCurrency"])
    account["UpdatedDateUTC"] = writing.now
    if existing is None:
        writing.books.put("Accounts", [account])
    else:
        existing.update(account)
    kept = existing or account
    writing.changed("Accounts", kept, created=existing is None)
    return kept


def delete(writing: Writing, _: Request, rest: list[str]) -> Response:
    """Delete an account that nothing was booked on, and answer with what it was."""
    account = find(writing.books, rest[0])
    if account is None:
        raise XeroError(not_found())
    if account.get("SystemAccount"):
        raise uses.refusal(account, "System accounts cannot be deleted")
    if uses.of_account(writing.books, account):
        raise uses.refusal(account, "The account is in use and cannot be deleted; archive it")
    del writing.books.shelves["Accounts"][account["AccountID"]]
    gone = account | {"Status": "DELETED", "UpdatedDateUTC": writing.now}
    return envelope(writing, "Accounts", [gone])


def _blank(writing: Writing) -> Document:
    return {
        "AccountID": writing.make_id(),
        "Name": "",
        "Status": "ACTIVE",
        "Type": "",
        **dict.fromkeys(_FLAGS, False),
        "ReportingCode": "",
        "HasAttachments": False,
    }


def _usual_tax(account_class: str) -> str:
    return {"REVENUE": "OUTPUT", "EXPENSE": "INPUT"}.get(account_class, "NONE")


def _problems(books: Books, account: Document, existing: Document | None) -> list[str]:
    problems = [
        f"The {name} field must not be longer than {longest} characters."
        for name, longest in _LENGTHS.items()
        if len(account.get(name, "")) > longest
    ]
    others = [one for one in books.shelves["Accounts"].values() if one is not existing]
    is_bank = account["Type"] == "BANK"
    for name in ("Code", "Name"):
        value = account.get(name, "").lower()
        if value and any(value == one.get(name, "").lower() for one in others):
            problems.append(f"Please enter a unique {name}.")
        elif not value and not (is_bank and name == "Code"):
            problems.append(f"Please enter a {name}.")
    if not account["Type"]:
        problems.append("Please enter a Type.")
    if account["Status"] == "DELETED":
        problems.append("An account is deleted with DELETE")
    if existing and is_bank is not (existing["Type"] == "BANK"):
        problems.append("An account's type cannot become BANK, nor be BANK no more")
    problems += _problems_of_bank(account) if is_bank else _problems_of_others(account)
    tax_type = account.get("TaxType")
    if tax_type and books.tax_rate(tax_type) is None:
        problems.append(f"The TaxType code {tax_type} does not exist.")
    return problems


def _problems_of_bank(account: Document) -> list[str]:
    problems = []
    if not account.get("BankAccountNumber"):
        problems.append("Please enter a BankAccountNumber.")
    if account.get("Description"):
        problems.append("A bank account has no description")
    return problems


def _problems_of_others(account: Document) -> list[str]:
    if any(account.get(name) for name in _OF_BANKS):
        return ["Only bank accounts have a number, a bank account type and a currency"]
    return []
