# SPDX-License-Identifier: Apache-2.0
"""What reports are asked with and answer."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.fields import Day, Input, OneOf, Output, Query, refusal
from xero_connection.models.reports import FlatRow, ReportRecord, TenNinetyNineRecord


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
