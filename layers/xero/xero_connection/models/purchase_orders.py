# SPDX-License-Identifier: Apache-2.0
"""Purchase orders: what is asked of a supplier, before there is a bill.

https://developer.xero.com/documentation/api/accounting/purchaseorders
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from xero_connection.fields import Amount, Currency, Day, Document, OneOf, Rate, Record
from xero_connection.models.lines import (
    ContactReference,
    ContactShown,
    LineItem,
    LineItemRecord,
    TaxTreatment,
)


class PurchaseOrder(Document):
    """A purchase order as it is sent."""

    PurchaseOrderID: UUID | None = Field(default=None, description="Xero's id of an existing one.")
    PurchaseOrderNumber: str | None = Field(
        default=None, min_length=1, description="Unique; Xero gives the next one where left out."
    )
    Contact: ContactReference | None = Field(
        default=None, description="The supplier, who has to be a contact already."
    )
    LineItems: Sequence[LineItem] | None = Field(
        default=None, description="All lines: Xero deletes those that are left out of an update."
    )
    Date: Day | None = Field(default=None, description="Left out: today where the books are.")
    DeliveryDate: Day | None = None
    LineAmountTypes: TaxTreatment | None = None
    Reference: str | None = None
    BrandingThemeID: UUID | None = None
    CurrencyCode: Currency | None = Field(default=None, description="A code from list_currencies.")
    CurrencyRate: Rate | None = None
    Status: Annotated[str, OneOf("DRAFT", "SUBMITTED", "AUTHORISED", "BILLED")] | None = Field(
        default=None, description="DRAFT where left out; to delete has an operation."
    )
    SentToContact: bool | None = Field(
        default=None, description="Shown as sent; of an approved or billed order alone."
    )
    DeliveryAddress: str | None = None
    AttentionTo: str | None = Field(default=None, description="Who receives the delivery.")
    Telephone: str | None = Field(default=None, description="Of who receives the delivery.")
    DeliveryInstructions: str | None = Field(default=None, max_length=500)
    ExpectedArrivalDate: Day | None = None


class PurchaseOrderRecord(PurchaseOrder, Record):
    """A purchase order as Xero answers it."""

    Contact: ContactShown | None = None
    LineItems: list[LineItemRecord] | None = None
    SubTotal: Amount | None = Field(default=None, description="Total without tax.")
    TotalTax: Amount | None = None
    Total: Amount | None = None
    TotalDiscount: Amount | None = None
    HasAttachments: bool | None = None
    Attachments: list[dict[str, Any]] | None = None
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
