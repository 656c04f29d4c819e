# SPDX-License-Identifier: Apache-2.0
"""Budgets: what each account is expected to come to in each month.

https://developer.xero.com/documentation/api/accounting/budgets
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from xero_connection.endpoint import Endpoint
from xero_connection.fields import Day, Input, Query
from xero_connection.lists import Listed
from xero_connection.models.budgets import BudgetRecord


class Months(Input):
    """Which months of a budget are asked for."""

    date_from: Annotated[Day | None, Query("DateFrom")] = Field(
        default=None, description="Only months from this day on."
    )
    date_to: Annotated[Day | None, Query("DateTo")] = Field(
        default=None, description="Only months up to this day."
    )


class OneBudget(Months):
    """One budget by its id."""

    budget_id: UUID


class ListBudgets(Listed, Months):
    """Which budgets to list."""

    ids: Annotated[list[UUID] | None, Query("IDs")] = Field(
        default=None, min_length=1, max_length=50, description="Only these, at most 50."
    )


_BUDGETS = Endpoint(
    resource="budgets",
    noun="budget",
    collection="Budgets",
    record=BudgetRecord,
    read=("accounting.budgets.read",),
    write=(),
    example_id="93adb462-f103-5666-876b-8d81245497ae",
)
_YEAR = {"date_from": "2026-01-01", "date_to": "2026-12-31"}

OPERATIONS = (
    _BUDGETS.get(
        input=OneBudget,
        summary="Get a budget by its id, with its amounts by account and month.",
        example={"budget_id": _BUDGETS.example_id, **_YEAR},
        covers=("getBudget",),
        counter_examples=(
            ({"budget_id": "2026"}, "input.budget_id"),
            ({"budget_id": _BUDGETS.example_id, "date_from": "2026-01"}, "input.date_from"),
        ),
        advice="Budgets are made and changed in Xero alone; use list_budgets to find the id.",
    ),
    _BUDGETS.list(
        ListBudgets,
        example=_YEAR,
        covers=("getBudgets",),
        counter_examples=(
            ({"ids": []}, "input.ids"),
            ({"where": 'Type=="OVERALL"'}, "input.where"),
        ),
        advice="One of Type OVERALL is the organisation's; the lines of each are in get_budget.",
    ),
)
