# SPDX-License-Identifier: Apache-2.0
"""Reports through the query function: whole, flattened, refused."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from xero_connection.errors import InputError, NotFoundError, ScopeError

from tests.functions.records import invoice

if TYPE_CHECKING:
    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("flat-reports")


def test_a_flat_report_has_the_figures_of_the_whole_one(stack: Stack) -> None:
    dates = {"from_date": "2026-01-01", "to_date": "2026-12-31"}
    whole = stack.read("reports/get_profit_and_loss", dates)
    flat = stack.read("reports/get_profit_and_loss", {**dates, "flat": True})

    cells = [
        cell["Value"]
        for part in whole["report"]["Rows"]
        for row in part.get("Rows", [])
        for cell in row["Cells"][1:]
    ]
    assert [Decimal(str(one["amount"])) for one in flat["rows"]] == list(map(Decimal, cells))
    assert "Rows" not in flat["report"]
    assert whole["rows"] is None
    assert {one["section"] for one in flat["rows"]} >= {"Income", "Less Operating Expenses"}
    assert {one["period"] for one in flat["rows"]} == {"31 Dec 2026"}


def test_an_aged_report_names_the_document_of_each_figure(stack: Stack) -> None:
    document = invoice(Status="AUTHORISED")
    made = stack.act("invoices/create_invoice", {"invoice": document})["invoice"]
    given = {"contact_id": made["Contact"]["ContactID"], "flat": True}
    rows = stack.read("reports/get_aged_receivables", given)["rows"]

    due = [
        one["amount"]
        for one in rows
        if one["ids"].get("invoiceID") == made["InvoiceID"] and one["period"] == "Due"
    ]
    assert [Decimal(str(one)) for one in due] == [Decimal(str(made["AmountDue"]))]


@pytest.mark.parametrize(
    "name",
    [
        "get_balance_sheet",
        "get_trial_balance",
        "get_bank_summary",
        "get_executive_summary",
        "get_budget_summary",
    ],
)
def test_each_report_is_there(stack: Stack, name: str) -> None:
    assert stack.read(f"reports/{name}", {"flat": True})["rows"]


def test_what_was_published_is_listed_and_got(stack: Stack) -> None:
    (published,) = stack.read("reports/list_reports")["reports"]
    given = {"report_id": published["ReportID"], "flat": True}
    (row,) = stack.read("reports/get_report", given)["rows"]
    assert row["account"] == "Tax collected"
    assert stack.read("reports/get_ten_ninety_nine")["ten_ninety_nines"] == []
    with pytest.raises(NotFoundError):
        stack.read("reports/get_report", {"report_id": "BAS-1"})


def test_dates_that_go_backwards_are_refused(stack: Stack) -> None:
    with pytest.raises(InputError, match=r"input\.to_date"):
        stack.read("reports/get_bank_summary", {"from_date": "2026-11-22", "to_date": "2026-11-21"})


def test_a_token_without_the_reports_scope_says_which_is_missing(stack: Stack) -> None:
    token = stack.log_in("accounting.invoices")
    stack.fill(token={"access_token": token, "expires_at": "2099-01-01T00:00:00Z"})
    with pytest.raises(ScopeError) as caught:
        stack.read("reports/get_balance_sheet")

    assert caught.value.details["scopes"] == ["accounting.reports.balancesheet.read"]
