# SPDX-License-Identifier: Apache-2.0
"""Bank transfers: money moved between two of an organisation's own bank accounts.

https://developer.xero.com/documentation/api/accounting/banktransfers
"""

from __future__ import annotations

from typing import ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.fields import Amount as Money
from xero_connection.fields import Day, Document, Rate, Record, refusal
from xero_connection.models.bank_transactions import BankAccountReference


class TrackingReference(Document):
    """An option of a tracking category by their ids."""

    whole: ClassVar[bool] = False
    TrackingCategoryID: UUID
    TrackingOptionID: UUID


class BankTransfer(Document):
    """A bank transfer as it is sent; there is no way to change one."""

    FromBankAccount: BankAccountReference | None = None
    ToBankAccount: BankAccountReference | None = None
    Amount: Money | None = Field(
        default=None, gt=0, description="In the currency of the account that it leaves."
    )
    Date: Day | None = Field(default=None, description="Left out: today where the books are.")
    Reference: str | None = Field(
        default=None,
        max_length=255,
        description="Text of your own, by which the transfer is known again.",
    )
    FromIsReconciled: bool | None = Field(
        default=None, description="True only where no bank statement line will be matched with it."
    )
    ToIsReconciled: bool | None = Field(
        default=None, description="True only where no bank statement line will be matched with it."
    )
    FromTracking: list[TrackingReference] | None = Field(default=None, max_length=2)
    ToTracking: list[TrackingReference] | None = Field(default=None, max_length=2)

    @model_validator(mode="after")
    def _moves(self) -> Self:
        if self.FromBankAccount is not None and self.FromBankAccount == self.ToBankAccount:
            raise refusal("Name another account than FromBankAccount", "ToBankAccount")
        return self


class BankTransferRecord(BankTransfer, Record):
    """A bank transfer as Xero answers it."""

    BankTransferID: UUID | None = None
    Status: str | None = Field(default=None, description="AUTHORISED or DELETED.")
    CurrencyRate: Rate | None = None
    FromBankTransactionID: UUID | None = Field(
        default=None, description="The bank transaction of the account that it leaves."
    )
    ToBankTransactionID: UUID | None = Field(
        default=None, description="The bank transaction of the account that it reaches."
    )
    HasAttachments: bool | None = None
    CreatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")


class BankTransferDelete(Document):
    """A bank transfer that is to be deleted."""

    whole: ClassVar[bool] = False
    BankTransferID: UUID
    # A fixed value of the model goes along; only the id is asked for.
    Status: str = Field(default="DELETED", pattern="^DELETED$")
