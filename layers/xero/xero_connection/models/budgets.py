# SPDX-License-Identifier: Apache-2.0
"""Budgets: what each account is expected to come to in each month.

https://developer.xero.com/documentation/api/accounting/budgets
"""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from xero_connection.fields import Amount as Money
from xero_connection.fields import Record
from xero_connection.models.tracking_categories import TrackingCategoryRecord


class BudgetBalance(Record):
    """What is expected of an account in one month."""

    Period: str | None = Field(default=None, description="The month, such as 2026-08.")
    Amount: Money | None = None
    UnitAmount: Money | None = None
    Notes: str | None = None


class BudgetLine(Record):
    """What is expected of an account."""

    AccountID: UUID | None = None
    AccountCode: str | None = None
    BudgetBalances: list[BudgetBalance] | None = None


class BudgetRecord(Record):
    """A budget as Xero answers it."""

    BudgetID: UUID
    Type: str | None = Field(
        default=None, description="OVERALL, or TRACKING where it is of tracking options."
    )
    Description: str | None = None
    Tracking: list[TrackingCategoryRecord] | None = Field(
        default=None, description="The options that it is of."
    )
    BudgetLines: list[BudgetLine] | None = None
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
