# SPDX-License-Identifier: Apache-2.0
"""Branding themes: how documents look, and the payment services that their readers may pay with.

https://developer.xero.com/documentation/api/accounting/brandingthemes
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from xero_connection.fields import Record


class BrandingThemeRecord(Record):
    """A branding theme as Xero answers it."""

    BrandingThemeID: UUID
    Name: str | None = None
    LogoUrl: str | None = Field(default=None, description="Where the logo's image is.")
    Type: str | None = Field(default=None, description="Always INVOICE.")
    SortOrder: int | None = Field(default=None, description="Its place; 0 is the usual theme.")
    CreatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")


class ThemePaymentServiceRecord(Record):
    """A payment service of a branding theme as Xero answers it."""

    of_xero: ClassVar[str] = "PaymentService"
    PaymentServiceID: UUID
    PaymentServiceName: str | None = None
    PaymentServiceUrl: str | None = Field(default=None, description="Where one pays.")
    PayNowText: str | None = Field(default=None, description="What the button says.")
    PaymentServiceType: str | None = Field(
        default=None, description="Custom for those made through the API."
    )
