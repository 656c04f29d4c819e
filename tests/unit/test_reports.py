# SPDX-License-Identifier: Apache-2.0
"""A report in Xero's layout becomes rows of figures, none lost, none inexact."""

from decimal import Decimal
from typing import Any

import pytest
from xero_connection.reports import flat_rows

pytestmark = pytest.mark.promise("flat-reports")

ACCOUNT = [{"Id": "account", "Value": "041207d2-3d61-4e5d-8c1a-b9236955a71c"}]


def cell(value: Any, attributes: Any = None) -> dict[str, Any]:
    found = {"Value": value}
    return found | ({"Attributes": attributes} if attributes else {})


def report(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"ReportName": "Balance Sheet", "Rows": list(rows)}


HEADER = {
    "RowType": "Header",
    "Cells": [cell(""), cell("30 Apr 2026"), cell("31 Mar 2026")],
}


def test_each_figure_has_its_section_account_period_and_amount() -> None:
    bank = {
        "RowType": "Section",
        "Title": "Bank",
        "Rows": [
            {
                "RowType": "Row",
                "Cells": [cell("Savings", ACCOUNT), cell("-1850.00", ACCOUNT), cell("1,000.10")],
            },
            {"RowType": "SummaryRow", "Cells": [cell("Total Bank"), cell("-1850.00"), cell("")]},
        ],
    }
    empty = {"RowType": "Section", "Title": "Assets", "Rows": []}
    savings = {"section": "Bank", "account": "Savings", "text": None, "total": False}

    assert flat_rows(report(HEADER, empty, bank)) == [
        {
            **savings,
            "period": "30 Apr 2026",
            "amount": Decimal("-1850.00"),
            "ids": {"account": ACCOUNT[0]["Value"]},
        },
        {**savings, "period": "31 Mar 2026", "amount": Decimal("1000.10"), "ids": {}},
        {
            "section": "Bank",
            "account": "Total Bank",
            "period": "30 Apr 2026",
            "amount": Decimal("-1850.00"),
            "text": None,
            "total": True,
            "ids": {},
        },
    ]


def test_a_row_outside_of_any_section_is_kept() -> None:
    (row,) = flat_rows(report(HEADER, {"RowType": "Row", "Cells": [cell("Net"), cell("5.00")]}))

    assert (row["section"], row["amount"]) == ("", Decimal("5.00"))


@pytest.mark.parametrize(
    "text", ["305 days overdue", "2026-05-13 00:00:00", "12.5%", "1,23", "-", "NaN", "1e5"]
)
def test_what_is_no_amount_is_text(text: str) -> None:
    (row,) = flat_rows(report(HEADER, {"RowType": "Row", "Cells": [cell("A"), cell(text)]}))

    assert (row["amount"], row["text"]) == (None, text)


@pytest.mark.parametrize(
    "odd", [{}, {"Rows": None}, {"Rows": [{"RowType": "Section"}]}, {"Rows": [{"Cells": None}]}]
)
def test_a_report_without_figures_has_no_rows(odd: dict[str, Any]) -> None:
    assert flat_rows(odd) == []


def test_a_column_beyond_the_heading_has_no_name_and_is_kept() -> None:
    (row,) = flat_rows(report({"RowType": "Row", "Cells": [cell("A"), cell("7.25")]}))

    assert (row["period"], row["amount"]) == ("", Decimal("7.25"))
