# SPDX-License-Identifier: Apache-2.0
"""Tax rates.

https://developer.xero.com/documentation/api/accounting/taxrates
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from xero_connection.fields import ListOutput, Rate, Record
from xero_connection.lists import ListInput
from xero_connection.operation import Call, Operation


class TaxRateRecord(Record):
    """A tax rate as Xero answers it."""

    Name: str = Field(description="For people; documents name TaxType instead.")
    TaxType: str = Field(description="What line items name in TaxType, such as OUTPUT or TAX001.")
    Status: str | None = None
    EffectiveRate: Rate | None = Field(default=None, description="Percentage.")
    DisplayTaxRate: Rate | None = Field(default=None, description="Percentage.")
    ReportTaxType: str | None = None
    TaxComponents: list[dict[str, Any]] | None = None
    CanApplyToAssets: bool | None = None
    CanApplyToEquity: bool | None = None
    CanApplyToExpenses: bool | None = None
    CanApplyToLiabilities: bool | None = None
    CanApplyToRevenue: bool | None = None


class TaxRatesOutput(ListOutput):
    """The tax rates."""

    tax_rates: list[TaxRateRecord]


OPERATIONS = (
    Operation(
        id="tax_rates/list_tax_rates",
        kind="query",
        summary="List the tax rates.",
        input=ListInput,
        output=TaxRatesOutput,
        example={"where": 'Status=="ACTIVE"'},
        call=Call(method="GET", path="/TaxRates", collection="TaxRates"),
        scopes=("accounting.settings.read", "accounting.settings"),
        advice="Take TaxType from here for line items; its Name is refused there.",
    ),
)
