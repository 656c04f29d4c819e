# SPDX-License-Identifier: Apache-2.0
"""Items: what is bought and sold, with its usual prices and accounts.

https://developer.xero.com/documentation/api/accounting/items
"""

from __future__ import annotations

from typing import ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.fields import Amount, Document, Record, refusal
from xero_connection.fields import UnitPrice as Price


class SalesTerms(Document):
    """What a line of a sale starts with."""

    of_xero: ClassVar[str] = "Purchase"
    whole: ClassVar[bool] = False
    UnitPrice: Price | None = Field(default=None, description="To four places.")
    AccountCode: str | None = Field(default=None, description="Code from list_accounts.")
    TaxType: str | None = Field(default=None, description="TaxType from list_tax_rates.")


class PurchaseTerms(Document):
    """What a line of a purchase starts with."""

    of_xero: ClassVar[str] = "Purchase"
    UnitPrice: Price | None = Field(default=None, description="To four places.")
    AccountCode: str | None = Field(
        default=None, description="Code from list_accounts, where no stock is kept of the item."
    )
    COGSAccountCode: str | None = Field(
        default=None, description="Account of the cost of goods sold, where stock is kept."
    )
    TaxType: str | None = Field(default=None, description="TaxType from list_tax_rates.")


class Item(Document):
    """An item as it is sent."""

    Code: str = Field(
        min_length=1, max_length=30, description="Unique; Xero asks for it in a change too."
    )
    Name: str | None = Field(default=None, max_length=50)
    IsSold: bool | None = Field(
        default=None,
        description="True by default; false takes Description and SalesDetails away.",
    )
    IsPurchased: bool | None = Field(
        default=None,
        description="True by default; false takes PurchaseDescription and PurchaseDetails away.",
    )
    Description: str | None = Field(
        default=None, max_length=4000, description="What a line of a sale says."
    )
    PurchaseDescription: str | None = Field(
        default=None, max_length=4000, description="What a line of a purchase says."
    )
    SalesDetails: SalesTerms | None = None
    PurchaseDetails: PurchaseTerms | None = None
    InventoryAssetAccountCode: str | None = Field(
        default=None,
        description="INVENTORY account of the stock, which Xero then keeps count of.",
    )

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        for flag, lost in _LOST.items():
            given = [one for one in lost if getattr(self, one) is not None]
            if getattr(self, flag) is False and given:
                raise refusal(f"Xero takes it away where {flag} is false", given[0])
        bought = self.PurchaseDetails
        cogs = bought.COGSAccountCode if bought else None
        if cogs is not None and bought and bought.AccountCode is not None:
            raise refusal(
                "Give COGSAccountCode where stock is kept, else AccountCode", "PurchaseDetails"
            )
        return self


_LOST = {
    "IsSold": ("Description", "SalesDetails"),
    "IsPurchased": ("PurchaseDescription", "PurchaseDetails"),
}


class ItemRecord(Item, Record):
    """An item as Xero answers it."""

    ItemID: UUID
    IsTrackedAsInventory: bool | None = Field(default=None, description="Xero keeps its stock.")
    TotalCostPool: Amount | None = Field(
        default=None, description="What the stock is worth, at its average cost."
    )
    QuantityOnHand: Price | None = Field(default=None, description="The stock.")
    QuantityAvailable: Price | None = Field(
        default=None, description="The stock without what is promised to customers."
    )
    QuantityOnBackOrder: Price | None = Field(
        default=None, description="What was sold beyond the stock."
    )
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
