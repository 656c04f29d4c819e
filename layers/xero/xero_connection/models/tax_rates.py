# SPDX-License-Identifier: Apache-2.0
"""Tax rates, each made of one component or more.

https://developer.xero.com/documentation/api/accounting/taxrates
"""

from __future__ import annotations

from pydantic import Field

from xero_connection.fields import Document, Record
from xero_connection.fields import Rate as Percentage


class TaxComponent(Document):
    """A part of a tax rate."""

    Name: str = Field(min_length=1)
    Rate: Percentage = Field(ge=0, decimal_places=4, description="Percentage, to four places.")
    IsCompound: bool | None = Field(
        default=None, description="Whether it is on top of the others; of one component at most."
    )
    IsNonRecoverable: bool | None = Field(
        default=None, description="Whether it cannot be claimed back; in Canada only."
    )


class TaxRate(Document):
    """A tax rate as it is sent."""

    Name: str | None = Field(
        default=None, min_length=1, description="For people, unique; documents name TaxType."
    )
    TaxComponents: list[TaxComponent] | None = Field(
        default=None, min_length=1, description="Replaces the components that Xero has."
    )
    ReportTaxType: str | None = Field(
        default=None,
        description="Where the tax return has it, such as OUTPUT; needed in AU, NZ and UK.",
    )


class TaxRateRecord(TaxRate, Record):
    """A tax rate as Xero answers it."""

    Name: str = Field(description="For people; documents name TaxType instead.")
    TaxType: str = Field(description="What line items name in TaxType, such as OUTPUT or TAX001.")
    Status: str | None = Field(default=None, description="ACTIVE, ARCHIVED, DELETED or PENDING.")
    EffectiveRate: Percentage | None = Field(default=None, description="Percentage.")
    DisplayTaxRate: Percentage | None = Field(default=None, description="Percentage.")
    CanApplyToAssets: bool | None = None
    CanApplyToEquity: bool | None = None
    CanApplyToExpenses: bool | None = None
    CanApplyToLiabilities: bool | None = None
    CanApplyToRevenue: bool | None = None
