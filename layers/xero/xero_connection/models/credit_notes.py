# SPDX-License-Identifier: Apache-2.0
"""Credit notes: what is owed back to customers (ACCRECCREDIT) or by suppliers (ACCPAYCREDIT).

https://developer.xero.com/documentation/api/accounting/creditnotes
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.fields import Amount, Currency, Day, Document, OneOf, Rate
from xero_connection.models.allocations import Credit
from xero_connection.models.lines import ContactReference, LineItem, refuse_discounts


class CreditNote(Document):
    """A credit note as it is sent."""

    Type: Annotated[str, OneOf("ACCRECCREDIT", "ACCPAYCREDIT")] | None = Field(
        default=None, description="ACCRECCREDIT is of a customer, ACCPAYCREDIT of a supplier."
    )
    CreditNoteID: UUID | None = Field(default=None, description="Xero's id of an existing one.")
    CreditNoteNumber: str | None = Field(
        default=None,
        max_length=255,
        description="Of a customer's it is unique, and made where left out.",
    )
    Contact: ContactReference | None = None
    LineItems: list[LineItem] | None = Field(
        default=None, description="All lines: Xero deletes those that are left out of an update."
    )
    Date: Day | None = Field(default=None, description="Left out: today where the books are.")
    DueDate: Day | None = None
    LineAmountTypes: Annotated[str, OneOf("Exclusive", "Inclusive", "NoTax")] | None = None
    Reference: str | None = Field(default=None, max_length=255, description="Customers' only.")
    BrandingThemeID: UUID | None = None
    CurrencyCode: Currency | None = Field(default=None, description="A code from list_currencies.")
    CurrencyRate: Rate | None = Field(default=None, gt=0)
    Status: Annotated[str, OneOf("DRAFT", "SUBMITTED", "AUTHORISED")] | None = Field(
        default=None, description="DRAFT where left out; to void or delete has operations."
    )

    @model_validator(mode="after")
    def _has_no_discounts(self) -> Self:
        refuse_discounts(self.LineItems)
        return self


class CreditNoteRecord(CreditNote, Credit):
    """A credit note as Xero answers it."""

    of_xero: ClassVar[str] = "CreditNote"
    SentToContact: bool | None = Field(default=None, description="Marked as sent.")
    FullyPaidOnDate: Day | None = Field(default=None, description="When nothing was left of it.")
    CISDeduction: Amount | None = None
    CISRate: Rate | None = None
    InvoiceAddresses: list[dict[str, Any]] | None = None
