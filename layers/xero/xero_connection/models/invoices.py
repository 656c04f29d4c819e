# SPDX-License-Identifier: Apache-2.0
"""Invoices: sales invoices (ACCREC) and bills (ACCPAY).

https://developer.xero.com/documentation/api/accounting/invoices
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.fields import (
    Amount,
    Day,
    Document,
    OneOf,
    Rate,
    Record,
    UnitPrice,
    refusal,
)
from xero_connection.money import line_amount


class ContactReference(Document):
    """The contact of a document. More than its id would change the contact itself."""

    of_xero: ClassVar[str] = "Contact"
    whole: ClassVar[bool] = False
    ContactID: UUID | None = None
    ContactNumber: str | None = Field(default=None, max_length=50)
    Name: str | None = Field(
        default=None, max_length=255, description="Matched exactly; created where there is none."
    )


class LineItemTracking(Document):
    """One tracking category and the option chosen in it."""

    TrackingCategoryID: UUID | None = None
    TrackingOptionID: UUID | None = None
    Name: str | None = Field(default=None, max_length=100)
    Option: str | None = None


class LineItem(Document):
    """One line of an invoice or bill."""

    LineItemID: UUID | None = Field(
        default=None, description="An existing line; a line sent without it is a new one."
    )
    Description: str | None = Field(default=None, max_length=4000)
    Quantity: UnitPrice | None = None
    UnitAmount: UnitPrice | None = Field(default=None, description="Price of one, to four places.")
    LineAmount: Amount | None = Field(
        default=None,
        description=(
            "Quantity times UnitAmount less the discount, to two places, and refused where it is "
            "not; best left out."
        ),
    )
    AccountCode: str | None = Field(default=None, description="Code from list_accounts.")
    AccountID: UUID | None = None
    ItemCode: str | None = None
    TaxType: str | None = Field(default=None, description="TaxType from list_tax_rates.")
    TaxAmount: Amount | None = Field(default=None, description="Where Xero's own is not wanted.")
    DiscountRate: Rate | None = Field(
        default=None, ge=0, le=100, description="Percentage; sales invoices only."
    )
    DiscountAmount: Amount | None = Field(
        default=None, description="Off the whole line, instead of a rate; sales invoices only."
    )
    Tracking: list[LineItemTracking] | None = Field(default=None, max_length=2)

    @model_validator(mode="after")
    def _has_one_discount(self) -> Self:
        # An existing line may come with both, as Xero has answered it.
        both = self.DiscountRate is not None and self.DiscountAmount is not None
        if both and self.LineItemID is None:
            raise refusal("Give DiscountRate or DiscountAmount, not both", "DiscountAmount")
        return self

    @model_validator(mode="after")
    def _comes_to_its_amount(self) -> Self:
        if self.LineAmount is None or self.Quantity is None or self.UnitAmount is None:
            return self
        discounts = [one for one in (self.DiscountRate, self.DiscountAmount) if one is not None]
        if self.LineItemID is not None and len(discounts) != 1:
            # Xero may have kept a discount of an existing line, or answered both rounded.
            return self
        expected = line_amount(
            self.Quantity,
            self.UnitAmount,
            discount_rate=self.DiscountRate,
            discount_amount=self.DiscountAmount,
        )
        if difference := self.LineAmount - expected:
            raise refusal(
                f"Xero would refuse it: it is {abs(difference):f} too "
                f"{'much' if difference > 0 else 'little'} for Quantity times UnitAmount less the "
                "discount, rounded to two places; correct it, or leave it out and Xero computes it",
                "LineAmount",
            )
        return self


class Invoice(Document):
    """An invoice or bill as it is sent."""

    Type: Annotated[str, OneOf("ACCREC", "ACCPAY")] | None = Field(
        default=None, description="ACCREC is a sales invoice, ACCPAY a bill."
    )
    InvoiceID: UUID | None = Field(default=None, description="Xero's id of an existing document.")
    Contact: ContactReference | None = None
    LineItems: list[LineItem] | None = Field(
        default=None, description="All lines: Xero deletes those that are left out of an update."
    )
    Date: Day | None = Field(default=None, description="Left out: today where the books are.")
    DueDate: Day | None = None
    LineAmountTypes: Annotated[str, OneOf("Exclusive", "Inclusive", "NoTax")] | None = None
    InvoiceNumber: str | None = Field(
        default=None, max_length=255, description="Unique for sales invoices, not for bills."
    )
    Reference: str | None = Field(default=None, max_length=255, description="Sales invoices only.")
    BrandingThemeID: UUID | None = None
    Url: str | None = Field(default=None, description="Link to the source document.")
    CurrencyCode: str | None = Field(default=None, description="Three-letter currency code.")
    CurrencyRate: Rate | None = None
    Status: Annotated[str, OneOf("DRAFT", "SUBMITTED", "AUTHORISED")] | None = Field(
        default=None, description="DRAFT where left out; to void or delete has operations."
    )
    SentToContact: bool | None = None
    ExpectedPaymentDate: Day | None = None
    PlannedPaymentDate: Day | None = None

    @model_validator(mode="after")
    def _discounts_sales_alone(self) -> Self:
        lines = (self.LineItems or []) if self.Type == "ACCPAY" else []
        for place, line in enumerate(lines):
            for name in ("DiscountRate", "DiscountAmount"):
                if getattr(line, name) is not None:
                    raise refusal(
                        "Xero has no discounts on bills: lower UnitAmount instead",
                        *("LineItems", place, name),
                    )
        return self


class InvoiceRecord(Invoice, Record):
    """An invoice or bill as Xero answers it."""

    SubTotal: Amount | None = Field(default=None, description="Total without tax.")
    TotalTax: Amount | None = None
    Total: Amount | None = None
    TotalDiscount: Amount | None = None
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
    InvoiceAddresses: list[dict[str, Any]] | None = None
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
