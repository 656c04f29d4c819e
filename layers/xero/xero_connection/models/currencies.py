# SPDX-License-Identifier: Apache-2.0
"""Currencies: those that an organisation deals in.

https://developer.xero.com/documentation/api/accounting/currencies
"""

from __future__ import annotations

from pydantic import Field

from xero_connection.fields import Currency as CurrencyCode
from xero_connection.fields import Document, Record


class Currency(Document):
    """A currency as it is sent."""

    Code: CurrencyCode = Field(description="Three letters, such as EUR.")
    Description: str | None = Field(default=None, description="Its name.")


class CurrencyRecord(Currency, Record):
    """A currency as Xero answers it."""

    Code: str
