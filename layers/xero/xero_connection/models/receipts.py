# SPDX-License-Identifier: Apache-2.0
"""Receipts of classic expense claims: what somebody has paid for the organisation.

https://developer.xero.com/documentation/api/accounting/receipts
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.fields import Amount, Day, Document, OneOf, Record
from xero_connection.models.lines import ContactReference, LineItem, refuse_discounts

CLASSIC: Final = (
    "Xero refuses classic expense claims to new apps and ends them in February 2027; where there "
    "is a choice, create a bill instead."
)
"""What is to be known of receipts and expense claims before anything is built on them."""


class UserReference(Document):
    """A user by id."""

    of_xero: ClassVar[str] = "User"
    whole: ClassVar[bool] = False
    UserID: UUID = Field(description="From list_users.")


class Receipt(Document):
    """A receipt as it is sent."""

    Date: Day | None = None
    Contact: ContactReference | None = Field(default=None, description="Who was paid.")
    LineItems: list[LineItem] | None = Field(
        default=None, description="All lines: Xero deletes those that are left out of an update."
    )
    User: UserReference | None = Field(default=None, description="Who has paid.")
    Reference: str | None = Field(
        default=None,
        max_length=255,
        description="Text of your own, by which the receipt is known again.",
    )
    LineAmountTypes: Annotated[str, OneOf("Exclusive", "Inclusive", "NoTax")] | None = None
    Status: Annotated[str, OneOf("DRAFT")] | None = Field(
        default=None, description="An expense claim takes it further."
    )

    @model_validator(mode="after")
    def _has_no_discounts(self) -> Self:
        refuse_discounts(self.LineItems)
        return self


class ReceiptRecord(Receipt, Record):
    """A receipt as Xero answers it."""

    ReceiptID: UUID | None = None
    ReceiptNumber: str | None = Field(
        default=None, description="Its place in the user's present claim."
    )
    SubTotal: Amount | None = Field(default=None, description="Total without tax.")
    TotalTax: Amount | None = None
    Total: Amount | None = None
    Url: str | None = Field(default=None, description="Link to the source document.")
    HasAttachments: bool | None = None
    Attachments: list[dict[str, Any]] | None = None
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
