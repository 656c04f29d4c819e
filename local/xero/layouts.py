# SPDX-License-Identifier: Apache-2.0
"""How reports are laid out: rows of cells, and days as a person reads them."""

from __future__ import annotations

import calendar
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from local.xero.wire import Document


def header(*titles: str) -> Document:
    """Return the row that names the columns."""
    return {"RowType": "Header", "Cells": [{"Value": one} for one in titles]}


def section(title: str, rows: list[Document]) -> Document:
    """Return a section of rows."""
    return {"RowType": "Section", "Title": title, "Rows": rows}


def row(
    name: str,
    amounts: list[Decimal],
    about: tuple[str, str] | None = None,
    *,
    summary: bool = False,
) -> Document:
    """Return a row of amounts about something."""
    return line([name], amounts, about, summary=summary)


def line(
    texts: list[str],
    amounts: list[Decimal],
    about: tuple[str, str] | None = None,
    *,
    summary: bool = False,
) -> Document:
    """Return a row of texts and amounts."""
    marked = {"Attributes": [{"Value": about[1], "Id": about[0]}]} if about else {}
    values = [*texts, *(f"{one:.2f}" for one in amounts)]
    return {
        "RowType": "SummaryRow" if summary else "Row",
        "Cells": [{"Value": value} | marked for value in values],
    }


def earlier(day: date, months: int) -> date:
    """Return the day some months earlier, or that month's last."""
    return later(day, -months)


def later(day: date, months: int) -> date:
    """Return the day some months later, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def short(day: date) -> str:
    """Return a day as a column's heading says it."""
    return f"{day.day} {day:%b %Y}"


def long(day: date) -> str:
    """Return a day as a title says it."""
    return f"{day.day} {day:%B %Y}"
