# SPDX-License-Identifier: Apache-2.0
"""Invoices: sales invoices (ACCREC) and bills (ACCPAY).

https://developer.xero.com/documentation/api/accounting/invoices
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.fields import Amount, Currency, Day, Document, OneOf, Rate, Record
from xero_connection.models.lines import (
    ContactReference,
    ContactShown,
    LineItem,
    LineItemRecord,
    TaxTreatment,
    refuse_discounts,
)


class InvoiceAddress(Document):
    """Where goods go from or to, for sales tax in the United States that Xero works out."""

    InvoiceAddressType: Annotated[str, OneOf("FROM", "TO")] | None = None
    AddressLine1: str | None = None
    AddressLine2: str | None = None
    AddressLine3: str | None = None
    AddressLine4: str | None = None
    City: str | None = None
    Region: str | None = Field(default=None, description="Region or state.")
    PostalCode: str | None = None
    Country: str | None = None


class Invoice(Document):
    """An invoice or bill as it is sent."""

    Type: Annotated[str, OneOf("ACCREC", "ACCPAY")] | None = Field(
        default=None, description="ACCREC is a sales invoice, ACCPAY a bill."
    )
    InvoiceID: UUID | None = Field(default=None, description="Xero's id of an existing document.")
    Contact: ContactReference | None = None
    LineItems: Sequence[LineItem] | None = Field(
        default=None, description="All lines: Xero deletes those that are left out of an update."
    )
    Date: Day | None = Field(default=None, description="Left out: today where the books are.")
    DueDate: Day | None = None
    LineAmountTypes: TaxTreatment | None = None
    InvoiceNumber: str | None = Field(
        default=None, max_length=255, description="Unique for sales invoices, not for bills."
    )
    Reference: str | None = Field(default=None, max_length=255, description="Sales invoices only.")
    BrandingThemeID: UUID | None = None
    Url: str | None = Field(default=None, description="Link to the source document.")
    CurrencyCode: Currency | None = Field(default=None, description="A code from list_currencies.")
    CurrencyRate: Rate | None = None
    Status: Annotated[str, OneOf("DRAFT", "SUBMITTED", "AUTHORISED")] | None = Field(
        default=None, description="DRAFT where left out; to void or delete has operations."
    )
    SentToContact: bool | None = Field(
        default=None, description="Shown as sent; of an approved document alone."
    )
    ExpectedPaymentDate: Day | None = Field(default=None, description="Of a sales invoice.")
    PlannedPaymentDate: Day | None = Field(default=None, description="Of a bill.")
    InvoiceAddresses: list[InvoiceAddress] | None = Field(
        default=None, description="For sales tax that Xero works out."
    )

    @model_validator(mode="after")
    def _discounts_sales_alone(self) -> Self:
        if self.Type == "ACCPAY":
            refuse_discounts(self.LineItems)
        return self


class InvoiceRecord(Invoice, Record):
    """An invoice or bill as Xero answers it."""

    Contact: ContactShown | None = None
    LineItems: list[LineItemRecord] | None = Field(
        default=None, description="Not in a list without a page, nor in a summary."
    )
    SubTotal: Amount | None = Field(default=None, description="Total without tax.")
    TotalTax: Amount | None = None
    Total: Amount | None = None
    TotalDiscount: Amount | None = None
    EnteredTotal: Amount | None = Field(default=None, description="As it stands on the paper.")
    RoundingAmount: Amount | None = Field(
        default=None, description="What EnteredTotal differs by from the lines."
    )
    AmountDue: Amount | None = None
    AmountPaid: Amount | None = None
    AmountCredited: Amount | None = None
    FullyPaidOnDate: Day | None = None
    CISDeduction: Amount | None = None
    CISRate: Rate | None = None
    IsDiscounted: bool | None = None
    HasAttachments: bool | None = None
    RepeatingInvoiceID: UUID | None = None
    Payments: list[dict[str, Any]] | None = None
    Prepayments: list[dict[str, Any]] | None = None
    Overpayments: list[dict[str, Any]] | None = None
    CreditNotes: list[dict[str, Any]] | None = None
    Attachments: list[dict[str, Any]] | None = None
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
    UpdatedDateUTCString: str | None = Field(default=None, description="The same.")


class InvoiceReminderRecord(Record):
    """Whether Xero reminds customers of what they owe."""

    Enabled: bool | None = None
