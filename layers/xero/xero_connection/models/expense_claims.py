# SPDX-License-Identifier: Apache-2.0
"""Classic expense claims: receipts that somebody wants to have paid back.

https://developer.xero.com/documentation/api/accounting/expenseclaims
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field

from xero_connection.fields import Amount, Day, Document, OneOf, Record
from xero_connection.models.receipts import UserReference


class ReceiptReference(Document):
    """A receipt by id."""

    of_xero: ClassVar[str] = "Receipt"
    whole: ClassVar[bool] = False
    ReceiptID: UUID


class ExpenseClaim(Document):
    """An expense claim as it is sent."""

    User: UserReference | None = Field(default=None, description="Who claims.")
    Receipts: list[ReceiptReference] | None = Field(
        default=None, description="Draft receipts of this user."
    )
    Status: Annotated[str, OneOf("SUBMITTED", "AUTHORISED", "VOIDED", "DELETED")] | None = Field(
        default=None,
        description=(
            "AUTHORISED approves a submitted claim, DELETED takes it back; VOIDED ends an "
            "approved one that is not paid."
        ),
    )


class ExpenseClaimRecord(ExpenseClaim, Record):
    """An expense claim as Xero answers it."""

    ExpenseClaimID: UUID | None = None
    Payments: list[dict[str, Any]] | None = None
    Total: Amount | None = None
    AmountDue: Amount | None = None
    AmountPaid: Amount | None = None
    PaymentDueDate: Day | None = Field(default=None, description="Day by which it is to be paid.")
    ReportingDate: Day | None = Field(default=None, description="Day for which it counts.")
    ReceiptID: UUID | None = None
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
