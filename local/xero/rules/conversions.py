# SPDX-License-Identifier: Apache-2.0
"""What the books begin with: a chart of accounts that takes the place of the one that is there.

Rules: https://developer.xero.com/documentation/api/accounting/setup. What is on the accounts then
is checked, and shows nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import reading
from local.xero.envelopes import head
from local.xero.replies import ValidationError, json_reply
from local.xero.rules import accounts, uses

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Document, Request, Response

_FIRST_YEAR = 2007
_LAST_MONTH = 12
_SHAPE: reading.Shape = {
    "ConversionDate": reading.inside({"Month": reading.number, "Year": reading.number}),
    "ConversionBalances": reading.each(
        {
            "AccountCode": reading.text,
            "Balance": reading.number,
            "BalanceDetails": reading.each(
                {
                    "Balance": reading.number,
                    "CurrencyCode": reading.text,
                    "CurrencyRate": reading.number,
                }
            ),
        }
    ),
    "Accounts": reading.each({**accounts.SHAPE, "SystemAccount": reading.text}),
}


def post(writing: Writing, request: Request, _: list[str]) -> Response:
    """Take a setup, and answer with what has become of the accounts, in numbers."""
    body = reading.body(request)
    reading.check(body, _SHAPE)
    sent = reading.elements(body, "Accounts")
    if problems := _problems(writing.books, body, sent or []):
        raise uses.refusal(body, "; ".join(problems))
    counted = _replace(writing, sent) if sent else {"Present": False}
    summary = {"Accounts": counted, "Organisation": {"Present": False}}
    return json_reply(head(writing) | {"ImportSummary": summary})


def _problems(books: Books, body: Document, sent: list[Document]) -> list[str]:
    problems = []
    if date := reading.nested(body, "ConversionDate"):
        month, year = reading.number(date, "Month"), reading.number(date, "Year")
        if month is None or not 1 <= month <= _LAST_MONTH:
            problems.append("The month is a number from 1 to 12")
        if year is None or year < _FIRST_YEAR:
            problems.append("The year is greater than 2006")
    known = {reading.text(one, "Code") for one in sent}
    for one in reading.elements(body, "ConversionBalances") or []:
        code = reading.text(one, "AccountCode")
        if code not in known and books.account(code) is None:
            problems.append(f"Account code '{code}' is not a valid code")
    return problems


def _replace(writing: Writing, sent: list[Document]) -> Document:
    """Write the accounts that were sent, and take away those left out that nothing needs."""
    shelf = writing.books.shelves["Accounts"]
    counts = dict.fromkeys(("New", "Updated", "Deleted", "Locked", "System", "Errored"), 0)
    for element in sent:
        found = writing.books.account(reading.text(element, "Code"))
        if found and found.get("SystemAccount"):
            continue
        try:
            accounts.write(writing, element, found)
        except ValidationError:
            counts["Errored"] += 1
        else:
            counts["Updated" if found else "New"] += 1
    kept = {reading.text(one, "Code") for one in sent}
    for account in list(shelf.values()):
        if account.get("SystemAccount"):
            counts["System"] += 1
        elif account.get("Code") in kept:
            continue
        elif account["Type"] == "BANK" or uses.of_account(writing.books, account):
            counts["Locked"] += 1
        else:
            del shelf[account["AccountID"]]
            counts["Deleted"] += 1
    changed = counts["New"] + counts["Updated"]
    return counts | {"Total": len(shelf), "NewOrUpdated": changed, "Present": True}
