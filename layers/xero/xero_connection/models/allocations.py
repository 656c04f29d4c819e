# SPDX-License-Identifier: Apache-2.0
"""Allocations: credit that settles invoices; and what credit notes and payments in excess share.

https://developer.xero.com/documentation/api/accounting/creditnotes
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from xero_connection.fields import Amount as Money
from xero_connection.fields import Day, Document, Rate, Record
from xero_connection.models.lines import ContactReference, LineItem
from xero_connection.models.payments import PaymentRecord


class InvoiceReference(Document):
    """An invoice or bill by its id."""

    of_xero: ClassVar[str] = "Invoice"
    whole: ClassVar[bool] = False
    InvoiceID: UUID


class Allocation(Document):
    """A part of a credit that settles an invoice or bill."""

    Invoice: InvoiceReference
    Amount: Money = Field(
        gt=0,
        description="Not more than the credit's RemainingCredit nor the invoice's AmountDue.",
    )
    Date: Day = Field(description="Day on which it counts.")


class AllocationRecord(Allocation, Record):
    """An allocation as Xero answers it."""

    AllocationID: UUID | None = Field(default=None, description="By it the allocation is deleted.")
    CreditNote: dict[str, Any] | None = Field(default=None, description="Where it comes from.")
    Prepayment: dict[str, Any] | None = Field(default=None, description="Where it comes from.")
    Overpayment: dict[str, Any] | None = Field(default=None, description="Where it comes from.")
    IsDeleted: bool | None = None


class Credit(Record):
    """What Xero says of every document that can be allocated to others or paid back."""

    of_xero: ClassVar[str] = "Overpayment"
    SubTotal: Money | None = Field(default=None, description="Total without tax.")
    TotalTax: Money | None = None
    Total: Money | None = None
    RemainingCredit: Money | None = Field(
        default=None, description="What is neither allocated nor paid back."
    )
    AppliedAmount: Money | None = Field(default=None, description="What is allocated.")
    Allocations: list[AllocationRecord] | None = None
    Payments: list[PaymentRecord] | None = Field(
        default=None, description="Refunds: what was paid back of it."
    )
    HasAttachments: bool | None = None
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
    UpdatedDateUTCString: str | None = Field(default=None, description="The same.")


class ExcessRecord(Credit):
    """What overpayments and prepayments have alike; a bank transaction makes them."""

    of_xero: ClassVar[str] = "Overpayment"
    Contact: ContactReference | None = None
    Date: Day | None = None
    Status: str | None = Field(
        default=None, description="AUTHORISED, PAID when nothing is left of it, or VOIDED."
    )
    LineAmountTypes: str | None = None
    LineItems: list[LineItem] | None = None
    CurrencyCode: str | None = Field(default=None, description="Three-letter currency code.")
    CurrencyRate: Rate | None = None
    Attachments: list[dict[str, Any]] | None = None
