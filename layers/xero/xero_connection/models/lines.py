# SPDX-License-Identifier: Apache-2.0
"""What documents share: invoices, bills, orders, quotes and the like have lines and a contact.

https://developer.xero.com/documentation/api/accounting/invoices
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.fields import Amount, Document, OneOf, Rate, Record, UnitPrice, refusal
from xero_connection.money import line_amount

if TYPE_CHECKING:
    from collections.abc import Iterable

TaxTreatment = Annotated[str, OneOf("Exclusive", "Inclusive", "NoTax")]
"""Whether line amounts are without tax, with it, or free of it; Exclusive where left out."""


class ContactReference(Document):
    """The contact of a document. More than its id would change the contact itself."""

    of_xero: ClassVar[str] = "Contact"
    whole: ClassVar[bool] = False
    ContactID: UUID | None = None
    ContactNumber: str | None = Field(default=None, max_length=50)
    Name: str | None = Field(
        default=None, max_length=255, description="Matched exactly; created where there is none."
    )


class ContactShown(ContactReference, Record):
    """The contact as a document shows it; how much of it depends on how the document is asked."""

    of_xero: ClassVar[str] = "Contact"
    whole: ClassVar[bool] = False
    FirstName: str | None = None
    LastName: str | None = None
    EmailAddress: str | None = None
    ContactStatus: str | None = None


class LineItemTracking(Document):
    """One tracking category and the option chosen in it."""

    TrackingCategoryID: UUID | None = None
    TrackingOptionID: UUID | None = None
    Name: str | None = Field(default=None, max_length=100)
    Option: str | None = None


class TaxBreakdownComponent(Document):
    """The part of a line's sales tax that is one jurisdiction's."""

    TaxComponentId: UUID | None = None
    Type: (
        Annotated[
            str,
            OneOf(
                "SYSGST/USCOUNTRY",
                "SYSGST/USSTATE",
                "SYSGST/USCOUNTY",
                "SYSGST/USCITY",
                "SYSGST/USSPECIAL",
            ),
        ]
        | None
    ) = None
    Name: str | None = Field(default=None, description="Of the jurisdiction.")
    TaxPercentage: Rate | None = None
    TaxAmount: Amount | None = None
    TaxableAmount: Amount | None = None
    NonTaxableAmount: Amount | None = None
    ExemptAmount: Amount | None = None
    StateAssignedNo: str | None = Field(
        default=None, description="The number that the state has for the jurisdiction."
    )
    JurisdictionRegion: str | None = Field(default=None, description="Region in the country.")


class LineItem(Document):
    """One line of a document."""

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
        default=None, ge=0, le=100, description="Percentage; not on bills and credit notes."
    )
    DiscountAmount: Amount | None = Field(
        default=None, description="Off the whole line, instead of a rate; sales and quotes only."
    )
    Tracking: list[LineItemTracking] | None = Field(default=None, max_length=2)
    Taxability: (
        Annotated[str, OneOf("TAXABLE", "NON_TAXABLE", "EXEMPT", "PART_TAXABLE", "NOT_APPLICABLE")]
        | None
    ) = Field(default=None, description="Of sales tax in the United States that Xero works out.")
    SalesTaxCodeId: int | None = Field(
        default=None, description="Of sales tax in the United States that Xero works out."
    )
    TaxBreakdown: list[TaxBreakdownComponent] | None = Field(
        default=None, description="The same tax by jurisdiction."
    )

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


class LineItemItem(Record):
    """The item that a line is of."""

    ItemID: UUID | None = None
    Code: str | None = Field(default=None, max_length=30)
    Name: str | None = Field(default=None, max_length=50)


class LineItemRecord(LineItem, Record):
    """One line as Xero answers it."""

    Item: LineItemItem | None = Field(default=None, description="What ItemCode stands for.")
    RepeatingInvoiceID: UUID | None = Field(
        default=None, description="The template that the line comes from."
    )


def refuse_discounts(lines: Iterable[LineItem] | None) -> None:
    """Refuse new lines with a discount, in a document that has none by Xero's rules.

    An existing line may come as Xero has answered it.

    Raises:
        ValidationError: it names the field, from the document.
    """
    for place, line in enumerate(lines or ()):
        for name in ("DiscountRate", "DiscountAmount"):
            if line.LineItemID is None and getattr(line, name) is not None:
                raise refusal(
                    "Xero has no discounts here: lower UnitAmount instead", "LineItems", place, name
                )
