# SPDX-License-Identifier: Apache-2.0
"""Flattens a report of Xero's into one row for each figure. No I/O."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_AMOUNT: Final = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?|-?\d+(\.\d+)?")


def flat_rows(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each figure of a report with its section, account, period and exact amount.

    A cell in which Xero leaves nothing is left out.
    """
    return list(_of_rows(report.get("Rows") or [], [], ""))


def _of_rows(
    rows: Sequence[Mapping[str, Any]], heading: list[str], section: str
) -> Iterator[dict[str, Any]]:
    for row in rows:
        kind = row.get("RowType")
        cells = row.get("Cells") or []
        if kind == "Header":
            # A report may have a heading of its own in each section.
            heading[:] = [str(cell.get("Value") or "") for cell in cells]
        elif kind == "Section":
            yield from _of_rows(row.get("Rows") or [], heading, str(row.get("Title") or ""))
        elif cells:
            yield from _of_cells(cells, heading, section, total=kind == "SummaryRow")


def _of_cells(
    cells: Sequence[Mapping[str, Any]], heading: Sequence[str], section: str, *, total: bool
) -> Iterator[dict[str, Any]]:
    account = str(cells[0].get("Value") or "")
    for place, cell in enumerate(cells[1:], 1):
        value = str(cell.get("Value") or "").strip()
        if not value:
            continue
        is_amount = _AMOUNT.fullmatch(value)
        yield {
            "section": section,
            "account": account,
            "period": heading[place] if place < len(heading) else "",
            "amount": Decimal(value.replace(",", "")) if is_amount else None,
            "text": None if is_amount else value,
            "total": total,
            "ids": {
                str(one.get("Id")): str(one.get("Value")) for one in cell.get("Attributes") or []
            },
        }
