# SPDX-License-Identifier: Apache-2.0
"""Budgets, which people make in Xero alone: how they are shown, month by month.

Rules: https://developer.xero.com/documentation/api/accounting/budgets.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from local.xero import lists, resources
from local.xero.envelopes import envelope
from local.xero.replies import XeroError, not_found
from local.xero.wire import read_moment

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.wire import Document, Request, Response

_MONTHS = 12
_EXPECTED = (("200", Decimal(9500)), ("400", Decimal(400)), ("469", Decimal(1850)))


def listed(writing: Writing, request: Request, _: list[str]) -> Response:
    """Answer with the budgets, without their lines."""
    resource = resources.BY_NAME["Budgets"]
    found = lists.select(writing.books, resource, request, writing.client_id).records
    return envelope(writing, "Budgets", [one | {"BudgetLines": []} for one in found])


def one(writing: Writing, request: Request, rest: list[str]) -> Response:
    """Answer with a budget, with the months that are asked for."""
    budget = writing.books.find("Budgets", rest[0])
    if budget is None:
        raise XeroError(not_found())
    first, last = (read_moment(request.param(name)) for name in ("DateFrom", "DateTo"))
    begins, ends = f"{first:%Y-%m}" if first else "", f"{last:%Y-%m}" if last else "9999-12"
    shown = [
        line
        | {
            "BudgetBalances": [
                month for month in line["BudgetBalances"] if begins <= month["Period"] <= ends
            ]
        }
        for line in budget["BudgetLines"]
    ]
    return envelope(writing, "Budgets", [budget | {"BudgetLines": shown}])


def seed(writing: Writing) -> None:
    """Put the organisation's budget, and one of a tracking option, for this year."""
    region = next(iter(writing.books.shelves["TrackingCategories"].values()))
    option = region["Options"][0]
    tracked = {
        "TrackingCategoryID": region["TrackingCategoryID"],
        "TrackingOptionID": option["TrackingOptionID"],
        "Name": region["Name"],
        "Option": option["Name"],
    }
    for kind, description, share in (("OVERALL", "Overall Budget", 1), ("TRACKING", "Eastside", 4)):
        budget: Document = {
            "BudgetID": writing.make_id(),
            "Type": kind,
            "Description": description,
            "UpdatedDateUTC": writing.now,
            "Tracking": [tracked] if kind == "TRACKING" else [],
            "BudgetLines": [_line(writing, code, sum_ / share) for code, sum_ in _EXPECTED],
        }
        writing.books.put("Budgets", [budget])


def _line(writing: Writing, code: str, amount: Decimal) -> Document:
    account = writing.books.account(code)
    year = writing.today.year
    return {
        "AccountID": account["AccountID"] if account else None,
        "AccountCode": code,
        "BudgetBalances": [
            {"Period": f"{year}-{month:02d}", "Amount": amount, "Notes": ""}
            for month in range(1, _MONTHS + 1)
        ],
    }
