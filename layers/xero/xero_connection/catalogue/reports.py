# SPDX-License-Identifier: Apache-2.0
"""Reports: as Xero lays them out, or flattened to one row for each figure.

https://developer.xero.com/documentation/api/accounting/reports
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.client import Request
from xero_connection.errors import NotFoundError
from xero_connection.fields import Day, Input, OneOf, Output, Query, refusal, request_parts
from xero_connection.models.reports import FlatRow, ReportRecord, TenNinetyNineRecord
from xero_connection.operation import Call, Done, Operation
from xero_connection.reports import flat_rows

if TYPE_CHECKING:
    from xero_connection.operation import Flow


class ReportInput(Input):
    """A report, as Xero lays it out or flattened."""

    flat: bool = Field(
        default=False,
        description="One row for each figure, in rows, instead of Xero's layout in report.",
    )


class AtDate(ReportInput):
    """A report at the end of a day."""

    date: Annotated[Day | None, Query("date")] = Field(
        default=None, description="Its day; today where it is left out."
    )


class _Compared(Input):
    """What is compared with earlier periods."""

    periods: Annotated[int | None, Query("periods")] = Field(
        default=None, ge=1, le=12, description="How many earlier periods to compare with."
    )
    timeframe: Annotated[
        Annotated[str, OneOf("MONTH", "QUARTER", "YEAR")] | None, Query("timeframe")
    ] = Field(default=None, description="How long each of them is.")
    standard_layout: Annotated[bool | None, Query("standardLayout")] = Field(
        default=None, description="Xero's own layout, whatever the organisation has made of it."
    )


class _Cash(Input):
    """What can be had on a cash basis."""

    payments_only: Annotated[bool | None, Query("paymentsOnly")] = Field(
        default=None, description="On a cash basis: only what was paid."
    )


class BetweenDates(ReportInput):
    """A report over a span of days."""

    from_date: Annotated[Day | None, Query("fromDate")] = Field(
        default=None, description="First day; Xero's own choice where it is left out."
    )
    to_date: Annotated[Day | None, Query("toDate")] = Field(
        default=None, description="Last day; Xero's own choice where it is left out."
    )

    @model_validator(mode="after")
    def _goes_forward(self) -> Self:
        if self.from_date and self.to_date and self.to_date < self.from_date:
            raise refusal("It is before from_date", "to_date")
        return self


class OfContact(BetweenDates):
    """What is owed between the organisation and one contact."""

    contact_id: Annotated[UUID, Query("contactId")] = Field(description="The contact.")
    date: Annotated[Day | None, Query("date")] = Field(
        default=None, description="Shows what was paid until this day."
    )


class BalanceSheet(AtDate, _Compared, _Cash):
    """A balance sheet."""

    tracking_option_id: Annotated[UUID | None, Query("trackingOptionID1")] = Field(
        default=None, description="Only what has this tracking option."
    )
    tracking_option_id_2: Annotated[UUID | None, Query("trackingOptionID2")] = Field(
        default=None, description="And this one, of the other category."
    )


class ProfitAndLoss(BetweenDates, _Compared, _Cash):
    """A profit and loss report."""

    tracking_category_id: Annotated[UUID | None, Query("trackingCategoryID")] = Field(
        default=None, description="A column for each option of this tracking category."
    )
    tracking_category_id_2: Annotated[UUID | None, Query("trackingCategoryID2")] = Field(
        default=None, description="And for each of this one's."
    )
    tracking_option_id: Annotated[UUID | None, Query("trackingOptionID")] = Field(
        default=None, description="Only what has this option of the category."
    )
    tracking_option_id_2: Annotated[UUID | None, Query("trackingOptionID2")] = Field(
        default=None, description="And this one of the other category."
    )


class TrialBalance(AtDate, _Cash):
    """A trial balance."""


class BudgetSummary(AtDate):
    """A summary of the overall budget."""

    periods: Annotated[int | None, Query("periods")] = Field(
        default=None, ge=1, le=12, description="How many periods to show."
    )
    timeframe: Annotated[int | None, Query("timeframe")] = Field(
        default=None, description="Months in each of them: 1, 3 or 12."
    )

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if self.timeframe not in {None, 1, 3, 12}:
            raise refusal("Input should be 1, 3 or 12 months", "timeframe")
        return self


class OneReport(ReportInput):
    """A published report by its id."""

    report_id: str = Field(
        pattern=r"^[A-Za-z0-9-]+$", max_length=100, description="ReportID from list_reports."
    )


class TenNinetyNine(Input):
    """The 1099 reports of a year."""

    year: Annotated[int | None, Query("reportYear")] = Field(
        default=None, ge=2000, le=2100, description="The last one where it is left out."
    )


class ReportOutput(Output):
    """A report."""

    report: ReportRecord = Field(description="Without its Rows where it was to be flat.")
    rows: list[FlatRow] | None = Field(description="One for each figure, where it was to be flat.")


class ReportsOutput(Output):
    """Reports that the organisation has published."""

    reports: list[ReportRecord]


class TenNinetyNineOutput(Output):
    """A year's 1099 reports."""

    ten_ninety_nines: list[TenNinetyNineRecord]


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


_CONTACT = {"contact_id": "0cb10d7a-c36c-5a1d-8ae7-5245ca315cb6"}
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
