# SPDX-License-Identifier: Apache-2.0
"""Quotes: what a customer is offered, before there is an invoice.

https://developer.xero.com/documentation/api/accounting/quotes
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from xero_connection.fields import Amount, Currency, Day, Document, OneOf, Rate, Record
from xero_connection.models.lines import ContactReference, ContactShown, LineItem, LineItemRecord


class Quote(Document):
    """A quote as it is sent."""

    QuoteID: UUID | None = Field(default=None, description="Xero's id of an existing quote.")
    QuoteNumber: str | None = Field(
        default=None,
        min_length=1,
        max_length=255,
        description="Unique; Xero gives the next one where left out.",
    )
    Contact: ContactReference | None = None
    LineItems: Sequence[LineItem] | None = Field(
        default=None, description="All lines: Xero deletes those that are left out of an update."
    )
    Date: Day | None = None
    ExpiryDate: Day | None = None
    # Spelled in capitals, unlike those of all other documents.
    LineAmountTypes: Annotated[str, OneOf("EXCLUSIVE", "INCLUSIVE", "NOTAX")] | None = Field(
        default=None, description="EXCLUSIVE where left out of a new quote."
    )
    Status: Annotated[str, OneOf("DRAFT", "SENT", "ACCEPTED", "DECLINED", "INVOICED")] | None = (
        Field(default=None, description="DRAFT where left out of a new quote.")
    )
    Reference: str | None = Field(default=None, max_length=4000)
    Title: str | None = Field(default=None, max_length=100)
    Summary: str | None = Field(default=None, max_length=3000)
    Terms: str | None = Field(default=None, max_length=4000)
    BrandingThemeID: UUID | None = None
    CurrencyCode: Currency | None = Field(default=None, description="A code from list_currencies.")
    CurrencyRate: Rate | None = None


class QuoteRecord(Quote, Record):
    """A quote as Xero answers it."""

    Contact: ContactShown | None = None
    LineItems: list[LineItemRecord] | None = None
    DateString: str | None = None
    ExpiryDateString: str | None = None
    SubTotal: Amount | None = Field(default=None, description="Total without tax.")
    TotalTax: Amount | None = None
    Total: Amount | None = None
    TotalDiscount: Amount | None = None
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
