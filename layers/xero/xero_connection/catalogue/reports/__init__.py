# SPDX-License-Identifier: Apache-2.0
"""Reports: as Xero lays them out, or flattened to one row for each figure.

https://developer.xero.com/documentation/api/accounting/reports
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xero_connection.catalogue.reports.shapes import (
    AtDate,
    BalanceSheet,
    BetweenDates,
    BudgetSummary,
    OfContact,
    OneReport,
    ProfitAndLoss,
    ReportInput,
    ReportOutput,
    ReportsOutput,
    TenNinetyNine,
    TenNinetyNineOutput,
    TrialBalance,
)
from xero_connection.client import Request
from xero_connection.errors import NotFoundError
from xero_connection.fields import request_parts
from xero_connection.operation import Call, Done, Operation
from xero_connection.reports import flat_rows

if TYPE_CHECKING:
    from xero_connection.operation import Flow


def _report(  # noqa: PLR0913 - what each of them has of its own
    name: str,
    summary: str,
    path: str,
    asked: type[ReportInput],
    *,
    scope: str,
    covers: str,
    example: dict[str, Any],
    advice: str,
    refused: tuple[tuple[dict[str, Any], str], ...] = (),
) -> Operation:
    def flow(given: ReportInput) -> Flow:
        parts = request_parts(given)
        request = Request(method="GET", path=path.format_map(parts.path), query=parts.query)
        answer = yield request
        if not answer.get("Reports"):
            raise NotFoundError("Xero answered without a report.")
        report = answer["Reports"][0]
        if not given.flat:
            return Done(output={"report": report, "rows": None})
        head = {name: part for name, part in report.items() if name != "Rows"}
        return Done(output={"report": head, "rows": flat_rows(report)})

    return Operation(
        id=f"reports/{name}",
        kind="query",
        summary=summary,
        input=asked,
        output=ReportOutput,
        example=example,
        counter_examples=(({**example, "flat": "rows"}, "input.flat"), *refused),
        covers=(covers,),
        flow=flow,
        scopes=(f"accounting.reports.{scope}.read",),
        advice=f"{advice} With flat each figure has its section, account and period.",
    )


_CONTACT = {"contact_id": "11e5006f-e5cc-58c0-bf95-b5789b5985b1"}
_YEAR = {"from_date": "2026-01-01", "to_date": "2026-11-22"}
_BACKWARDS = ({"from_date": "2026-11-22", "to_date": "2026-01-01"}, "input.to_date")

OPERATIONS = (
    _report(
        "get_profit_and_loss",
        "Get the profit and loss report of a span of days.",
        "/Reports/ProfitAndLoss",
        ProfitAndLoss,
        scope="profitandloss",
        covers="getReportProfitAndLoss",
        example={**_YEAR, "flat": True},
        refused=(
            _BACKWARDS,
            ({"periods": 13}, "input.periods"),
            ({"timeframe": "WEEK"}, "input.timeframe"),
        ),
        advice="Without dates it is the current month's.",
    ),
    _report(
        "get_balance_sheet",
        "Get the balance sheet at the end of a day.",
        "/Reports/BalanceSheet",
        BalanceSheet,
        scope="balancesheet",
        covers="getReportBalanceSheet",
        example={"date": "2026-11-22"},
        refused=(({"date": "22 November"}, "input.date"), ({"periods": 0}, "input.periods")),
        advice="Compare with earlier ones by periods and timeframe.",
    ),
    _report(
        "get_trial_balance",
        "Get the trial balance at the end of a day.",
        "/Reports/TrialBalance",
        TrialBalance,
        scope="trialbalance",
        covers="getReportTrialBalance",
        example={"date": "2026-11-22", "flat": True},
        advice="Its year to date begins with the organisation's financial year.",
    ),
    _report(
        "get_aged_receivables",
        "Get what a customer owes, by how long it is due.",
        "/Reports/AgedReceivablesByContact",
        OfContact,
        scope="aged",
        covers="getReportAgedReceivablesByContact",
        example=_CONTACT,
        refused=(({}, "input.contact_id"),),
        advice="One contact at a time; for all of them list_invoices with statuses AUTHORISED.",
    ),
    _report(
        "get_aged_payables",
        "Get what is owed to a supplier, by how long it is due.",
        "/Reports/AgedPayablesByContact",
        OfContact,
        scope="aged",
        covers="getReportAgedPayablesByContact",
        example=_CONTACT,
        refused=(({"contact_id": "Harbour"}, "input.contact_id"),),
        advice="One contact at a time; for all of them list_invoices with statuses AUTHORISED.",
    ),
    _report(
        "get_bank_summary",
        "Get what came to and went from each bank account.",
        "/Reports/BankSummary",
        BetweenDates,
        scope="banksummary",
        covers="getReportBankSummary",
        example=_YEAR,
        refused=(_BACKWARDS,),
        advice="Balances are the books', not the bank's.",
    ),
    _report(
        "get_executive_summary",
        "Get the month's key figures and ratios.",
        "/Reports/ExecutiveSummary",
        AtDate,
        scope="executivesummary",
        covers="getReportExecutiveSummary",
        example={"date": "2026-11-22"},
        advice="It compares the month of the date with the one before.",
    ),
    _report(
        "get_budget_summary",
        "Get a summary of the overall budget.",
        "/Reports/BudgetSummary",
        BudgetSummary,
        scope="budgetsummary",
        covers="getReportBudgetSummary",
        example={"date": "2026-11-22", "periods": 3, "timeframe": 1},
        refused=(({"timeframe": 2}, "input.timeframe"), ({"periods": 13}, "input.periods")),
        advice="For budgets by tracking use list_budgets.",
    ),
    _report(
        "get_report",
        "Get a report that the organisation has published, by its id.",
        "/Reports/{report_id}",
        OneReport,
        scope="taxreports",
        covers="getReportFromId",
        example={"report_id": "ab5a7ec1-5e1a-5d13-9e86-1a8b0a2a6b4f"},
        refused=(({"report_id": "../Invoices"}, "input.report_id"),),
        advice="Find the id with list_reports; it is for tax reports: GST and BAS.",
    ),
    Operation(
        id="reports/list_reports",
        kind="query",
        summary="List the tax reports that the organisation has published.",
        output=ReportsOutput,
        covers=("getReportsList",),
        call=Call(method="GET", path="/Reports", collection="Reports"),
        scopes=("accounting.reports.taxreports.read",),
        advice="GST in New Zealand, BAS in Australia; elsewhere the list is empty.",
    ),
    Operation(
        id="reports/get_ten_ninety_nine",
        kind="query",
        summary="Get the 1099 reports of a year.",
        input=TenNinetyNine,
        output=TenNinetyNineOutput,
        example={"year": 2025},
        counter_examples=(({"year": "last"}, "input.year"), ({"year": 1999}, "input.year")),
        covers=("getReportTenNinetyNine",),
        call=Call(method="GET", path="/Reports/TenNinetyNine", collection="Reports"),
        scopes=("accounting.reports.tenninetynine.read",),
        advice="For organisations in the United States alone.",
    ),
)
