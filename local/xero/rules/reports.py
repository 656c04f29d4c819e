# SPDX-License-Identifier: Apache-2.0
"""The reports, computed from the organisation's own documents.

Layouts: https://developer.xero.com/documentation/api/accounting/reports. There are no
1099s, as in an organisation that pays no contractors; one tax report is published.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from local.xero import ledger
from local.xero.envelopes import envelope
from local.xero.layouts import (
    earlier,
    header,
    later,
    line,
    long,
    month_end,
    row,
    section,
    short,
)
from local.xero.replies import XeroError, not_found, post_data_invalid
from local.xero.totals import ZERO
from local.xero.wire import read_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from local.xero.books import Writing
    from local.xero.wire import Document, Request, Response
    from local.xero.writable import Route, Writable

WRITABLE: dict[str, Writable] = {}
PUBLISHED_ID = "ab5a7ec1-5e1a-5d13-9e86-1a8b0a2a6b4f"
"""Of the one report that the organisation has published."""

_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
_MOST_PERIODS = 12
_LONGEST_DAYS = 366
_SECTIONS = {
    "Bank": ("BANK",),
    "Current Assets": ("CURRENT", "INVENTORY", "PREPAYMENT"),
    "Fixed Assets": ("FIXED", "NONCURRENT"),
    "Current Liabilities": ("CURRLIAB", "LIABILITY"),
    "Non-Current Liabilities": ("TERMLIAB",),
}
_INCOME = {"Income": ("REVENUE", "SALES"), "Plus Other Income": ("OTHERINCOME",)}
_COSTS = {
    "Less Cost of Sales": ("DIRECTCOSTS",),
    "Less Operating Expenses": ("EXPENSE", "OVERHEADS"),
}

Balances = dict[str, Decimal]


def seed(writing: Writing) -> None:
    """Put nothing: reports are computed."""


def _profit_and_loss(writing: Writing, request: Request, _: list[str]) -> Response:
    first, last = _span(writing, request)
    spans = [
        (earlier(first, months), month_end(earlier(last, months)) if months else last)
        for months in _periods(request)
    ]
    columns = [ledger.balances(writing.books, first=one, last=end) for one, end in spans]
    rows = [header("", *(short(end) for _, end in spans))]
    profit = [ZERO] * len(columns)
    for sections, sign in ((_INCOME, -1), (_COSTS, -1)):
        for title, kinds in sections.items():
            shown = -sign if sections is _COSTS else sign
            sums, lines = _accounts(writing, kinds, columns, shown)
            rows.append(section(title, [*lines, row(f"Total {title}", sums, summary=True)]))
            own = sums if sections is _INCOME else [-one for one in sums]
            profit = [a + b for a, b in zip(profit, own, strict=True)]
    rows.append(section("", [row("Net Profit", profit)]))
    titles = f"{long(first)} to {long(last)}"
    return _report(writing, "ProfitAndLoss", "Profit and Loss", titles, rows)


def _balance_sheet(writing: Writing, request: Request, _: list[str]) -> Response:
    day = _day(request, "date") or writing.today
    days = [month_end(earlier(day, months)) if months else day for months in _periods(request)]
    columns = [ledger.balances(writing.books, last=one) for one in days]
    rows = [header("", *map(short, days)), section("Assets", [])]
    net = [ZERO] * len(columns)
    for title, kinds in _SECTIONS.items():
        owned = "Liabilities" not in title
        sums, lines = _accounts(writing, kinds, columns, 1 if owned else -1)
        rows.append(section(title, [*lines, row(f"Total {title}", sums, summary=True)]))
        net = [a + (b if owned else -b) for a, b in zip(net, sums, strict=True)]
    rows.append(section("", [row("Net Assets", net)]))
    rows.append(section("Equity", [row("Current Year Earnings", net)]))
    return _report(writing, "BalanceSheet", "Balance Sheet", f"As at {long(day)}", rows)


def _trial_balance(writing: Writing, request: Request, _: list[str]) -> Response:
    day = _day(request, "date") or writing.today
    month = ledger.balances(writing.books, first=day.replace(day=1), last=day)
    whole = ledger.balances(writing.books, last=day)
    rows = [header("Account", "Debit", "Credit", "YTD Debit", "YTD Credit")]
    for title, classes in (
        ("Revenue", ("REVENUE",)),
        ("Expenses", ("EXPENSE",)),
        ("Assets", ("ASSET",)),
        ("Liabilities", ("LIABILITY",)),
        ("Equity", ("EQUITY",)),
    ):
        lines = []
        for account in writing.books.shelves["Accounts"].values():
            moved = [one.get(account["Code"], ZERO) for one in (month, whole)]
            if account["Class"] in classes and any(moved):
                name = f"{account['Name']} ({account['Code']})"
                cells = [part for one in moved for part in (max(one, ZERO), max(-one, ZERO))]
                lines.append(row(name, cells, ("account", account["AccountID"])))
        rows.append(section(title, lines))
    sums = [
        sum((part for one in side.values() if (part := sign * one) > 0), ZERO)
        for side in (month, whole)
        for sign in (1, -1)
    ]
    rows.append(section("", [row("Total", sums, summary=True)]))
    return _report(writing, "TrialBalance", "Trial Balance", f"As at {long(day)}", rows)


def _bank_summary(writing: Writing, request: Request, _: list[str]) -> Response:
    first, last = _span(writing, request)
    before = ledger.balances(writing.books, last=first - timedelta(days=1))
    lines, sums = [], [ZERO] * 4
    for account in writing.books.shelves["Accounts"].values():
        if account["Type"] != "BANK":
            continue
        moved = [
            one.amount
            for one in ledger.postings(writing.books)
            if one.code == account["Code"] and first <= one.day <= last
        ]
        opening = before.get(account["Code"], ZERO)
        received = sum((one for one in moved if one > 0), ZERO)
        spent = -sum((one for one in moved if one < 0), ZERO)
        cells = [opening, received, spent, opening + received - spent]
        lines.append(row(account["Name"], cells, ("accountID", account["AccountID"])))
        sums = [a + b for a, b in zip(sums, cells, strict=True)]
    heading = ("Bank Accounts", "Opening Balance", "Cash Received", "Cash Spent", "Closing Balance")
    rows = [header(*heading), section("", [*lines, row("Total", sums, summary=True)])]
    titles = f"From {long(first)} to {long(last)}"
    return _report(writing, "BankSummary", "Bank Summary", titles, rows)


def _executive_summary(writing: Writing, request: Request, _: list[str]) -> Response:
    day = _day(request, "date") or writing.today
    ends = [month_end(day), month_end(earlier(day, 1))]
    months = [ledger.balances(writing.books, first=one.replace(day=1), last=one) for one in ends]
    income = _accounts(writing, ("REVENUE", "SALES", "OTHERINCOME"), months, -1)[0]
    costs = _accounts(writing, ("DIRECTCOSTS", "EXPENSE", "OVERHEADS"), months, 1)[0]
    profit = [a - b for a, b in zip(income, costs, strict=True)]
    rows = [
        header("", *(f"{one:%b %Y}" for one in ends)),
        section(
            "Profitability",
            [row("Income", income), row("Expenses", costs), row("Profit (loss)", profit)],
        ),
    ]
    titles = f"For the month of {day:%B %Y}"
    return _report(writing, "ExecutiveSummary", "Executive Summary", titles, rows)


def _budget_summary(writing: Writing, request: Request, _: list[str]) -> Response:
    day = _day(request, "date") or writing.today
    length = _whole(request, "timeframe", 1)
    if length not in {1, 3, 12}:
        raise post_data_invalid("The timeframe is 1, 3 or 12")
    count = _whole(request, "periods", 1)
    heading = [f"{later(day, length * place):%b-%y}" for place in range(count)]
    rows = [header("Account", *heading)]
    for title in ("Income", "Less Operating Expenses"):
        total = row(f"Total {title}", [ZERO] * count, summary=True)
        rows.append(section(title, [total]))
    return _report(writing, "BudgetSummary", "Budget Summary", f"Starting {long(day)}", rows)


def _aged(kind: str, name: str) -> Route:
    def route(writing: Writing, request: Request, _: list[str]) -> Response:
        contact = writing.books.contacts.get(request.param("contactId").lower())
        if contact is None:
            raise XeroError(not_found())
        day = _day(request, "date") or writing.today
        first, last = _day(request, "fromDate"), _day(request, "toDate") or day
        heading = ("Date", "Number", "Due Date", "", "Total", "Paid", "Credited", "Due")
        lines, sums = [], [ZERO] * 4
        for one in writing.books.invoices_of(contact):
            within = (first is None or one["Date"] >= first) and one["Date"] <= last
            if one["Type"] != kind or one["Status"] not in {"AUTHORISED", "PAID"} or not within:
                continue
            late = (day - one["DueDate"]).days
            texts = [
                f"{one['Date']} 00:00:00",
                one.get("InvoiceNumber", ""),
                f"{one['DueDate']} 00:00:00",
                f"{late} days overdue" if late > 0 and one["AmountDue"] else "",
            ]
            amounts = [one["Total"], one["AmountPaid"], one["AmountCredited"], one["AmountDue"]]
            lines.append(line(texts, amounts, ("invoiceID", one["InvoiceID"])))
            sums = [a + b for a, b in zip(sums, amounts, strict=True)]
        total = line(["Total", "", "", ""], sums, summary=True)
        rows = [header(*heading), section("", lines), section("", [total])]
        titles = f"Showing payments to {long(day)}"
        return _report(writing, name, name, titles, rows, contact["Name"])

    return route


def _none(writing: Writing, _: Request, __: list[str]) -> Response:
    return envelope(writing, "Reports", [])


def _published(writing: Writing, _: Request, rest: list[str]) -> Response:
    if rest and rest[0].lower() != PUBLISHED_ID:
        raise XeroError(not_found())
    report = {
        "ReportID": PUBLISHED_ID,
        "ReportName": "Sales Tax Report",
        "ReportType": "TaxReport",
        "ReportTitles": ["Sales Tax Report", writing.books.organisation["Name"]],
        "ReportDate": long(writing.today),
        "UpdatedDateUTC": writing.now,
        "Rows": [header("", "Amount"), section("Sales", [row("Tax collected", [ZERO])])],
    }
    if not rest:
        del report["Rows"]
    return envelope(writing, "Reports", [report])


def _accounts(
    writing: Writing, kinds: Iterable[str], columns: list[Balances], sign: int
) -> tuple[list[Decimal], list[Document]]:
    """Return the sums of the accounts of some types, and a row for each that has moved."""
    sums, lines = [ZERO] * len(columns), []
    for account in writing.books.shelves["Accounts"].values():
        amounts = [sign * one.get(account["Code"], ZERO) for one in columns]
        if account["Type"] in kinds and any(amounts):
            lines.append(row(account["Name"], amounts, ("account", account["AccountID"])))
            sums = [a + b for a, b in zip(sums, amounts, strict=True)]
    return sums, lines


def _report(
    writing: Writing, kind: str, name: str, dates: str, rows: list[Document], about: str = ""
) -> Response:
    report = {
        "ReportID": kind,
        "ReportName": name,
        "ReportType": kind,
        "ReportTitles": [name, about or writing.books.organisation["Name"], dates],
        "ReportDate": long(writing.today),
        "UpdatedDateUTC": writing.now,
        "Fields": [],
        "Rows": rows,
    }
    return envelope(writing, "Reports", [report])


def _span(writing: Writing, request: Request) -> tuple[date, date]:
    """Return the days asked for, or the present month's."""
    first, last = _day(request, "fromDate"), _day(request, "toDate")
    last = last or (month_end(first) if first else month_end(writing.today))
    first = first or last.replace(day=1)
    if last < first or (last - first).days > _LONGEST_DAYS:
        raise post_data_invalid("The dates of the report are not a span of up to a year")
    return first, last


def _periods(request: Request) -> list[int]:
    """Return how many months earlier each column is."""
    count = _whole(request, "periods", 0)
    if count > _MOST_PERIODS:
        raise post_data_invalid("The periods are 1 to 12")
    length = _MONTHS.get(request.param("timeframe") or "MONTH")
    if length is None:
        raise post_data_invalid("The timeframe is MONTH, QUARTER or YEAR")
    return [length * place for place in range(count + 1)]


def _whole(request: Request, name: str, default: int) -> int:
    text = request.param(name)
    if text and not text.isdecimal():
        raise post_data_invalid(f"The value of {name} is not a number")
    return int(text) if text else default


def _day(request: Request, name: str) -> date | None:
    try:
        return read_date(text) if (text := request.param(name)) else None
    except ValueError as error:
        raise post_data_invalid(f"The value of {name} is not a date") from error


_REPORTS: dict[str, Callable[[Writing, Request, list[str]], Response]] = {
    "ProfitAndLoss": _profit_and_loss,
    "BalanceSheet": _balance_sheet,
    "TrialBalance": _trial_balance,
    "BankSummary": _bank_summary,
    "ExecutiveSummary": _executive_summary,
    "BudgetSummary": _budget_summary,
    "AgedReceivablesByContact": _aged("ACCREC", "AgedReceivablesByContact"),
    "AgedPayablesByContact": _aged("ACCPAY", "AgedPayablesByContact"),
    "TenNinetyNine": _none,
}
ROUTES: dict[tuple[str, str], Route] = {
    **{("GET", f"Reports/{name}"): route for name, route in _REPORTS.items()},
    ("GET", "Reports"): _published,
    ("GET", "Reports/*"): _published,
}
