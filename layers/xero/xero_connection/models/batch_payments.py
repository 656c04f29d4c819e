# SPDX-License-Identifier: Apache-2.0
"""Batch payments: several invoices, or several bills, paid by one movement of the bank account.

https://developer.xero.com/documentation/api/accounting/batchpayments
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from xero_connection.fields import Amount as Money
from xero_connection.fields import Day, Document, Record
from xero_connection.models.allocations import InvoiceReference
from xero_connection.models.payments import PaymentAccount


class BatchedPayment(Document):
    """The part of a batch that pays one invoice or bill."""

    of_xero: ClassVar[str] = "Payment"
    whole: ClassVar[bool] = False
    Invoice: InvoiceReference
    Amount: Money = Field(gt=0, description="Not more than is due on it.")
    BankAccountNumber: str | None = Field(default=None, description="Of the supplier.")
    Reference: str | None = Field(default=None, max_length=12, description="New Zealand only.")
    Particulars: str | None = Field(default=None, max_length=12, description="New Zealand only.")
    Code: str | None = Field(default=None, max_length=12, description="New Zealand only.")
    Details: str | None = Field(
        default=None,
        max_length=18,
        description="What the supplier's bank statement is to show; not in New Zealand.",
    )


class BatchPayment(Document):
    """A batch payment as it is sent; there is no way to change one."""

    Account: PaymentAccount | None = None
    Date: Day | None = Field(default=None, description="Day on which the money moved.")
    Payments: list[BatchedPayment] | None = Field(
        default=None, description="All of sales invoices, or all of bills."
    )
    Reference: str | None = Field(default=None, max_length=255, description="New Zealand only.")
    Particulars: str | None = Field(default=None, max_length=12, description="New Zealand only.")
    Code: str | None = Field(default=None, max_length=12, description="New Zealand only.")
    Details: str | None = Field(
        default=None,
        max_length=18,
        description="Reference that goes to the bank; not in New Zealand.",
    )
    Narrative: str | None = Field(
        default=None, max_length=18, description="Shows on the statement line; in the UK only."
    )


class BatchPaymentRecord(BatchPayment, Record):
    """A batch payment as Xero answers it."""

    BatchPaymentID: UUID | None = None
    Type: str | None = Field(default=None, description="PAYBATCH of bills, RECBATCH of sales.")
    Status: str | None = Field(default=None, description="AUTHORISED or DELETED.")
    TotalAmount: Money | None = Field(default=None, description="What the payments come to.")
    Amount: Money | None = None
    DateString: str | None = None
    IsReconciled: bool | None = None
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
