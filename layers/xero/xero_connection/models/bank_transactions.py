# SPDX-License-Identifier: Apache-2.0
"""Bank transactions: money spent and received that settles no invoice, bill or credit note.

https://developer.xero.com/documentation/api/accounting/banktransactions
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.fields import Amount, Currency, Day, Document, OneOf, Rate, Record, refusal
from xero_connection.models.lines import ContactReference, LineItem, refuse_discounts

_MONEY = ("SPEND", "RECEIVE")
_OVERPAYMENTS = ("SPEND-OVERPAYMENT", "RECEIVE-OVERPAYMENT")
_PREPAYMENTS = ("SPEND-PREPAYMENT", "RECEIVE-PREPAYMENT")


class BankAccountReference(Document):
    """A bank account by its id or its code."""

    of_xero: ClassVar[str] = "Account"
    whole: ClassVar[bool] = False
    AccountID: UUID | None = None
    Code: str | None = Field(
        default=None, min_length=1, max_length=10, description="Of an account of type BANK."
    )

    @model_validator(mode="after")
    def _is_named_once(self) -> Self:
        if (self.AccountID is None) is (self.Code is None):
            raise refusal("Give AccountID or Code")
        return self


class BankTransaction(Document):
    """A bank transaction as it is sent."""

    Type: Annotated[str, OneOf(*_MONEY, *_OVERPAYMENTS, *_PREPAYMENTS)] | None = Field(
        default=None,
        description=(
            "SPEND and RECEIVE; an OVERPAYMENT or PREPAYMENT makes credit with the contact too. "
            "A transfer between bank accounts is made by create_bank_transfer."
        ),
    )
    Contact: ContactReference | None = Field(default=None, description="Who was paid, or has paid.")
    LineItems: list[LineItem] | None = Field(
        default=None, description="All lines: Xero deletes those that are left out of an update."
    )
    BankAccount: BankAccountReference | None = None
    IsReconciled: bool | None = Field(
        default=None,
        description=(
            "True only where no bank statement line will be matched with it: what is reconciled "
            "cannot be deleted."
        ),
    )
    Date: Day | None = Field(default=None, description="Left out: today where the books are.")
    Reference: str | None = Field(
        default=None, max_length=255, description="Of SPEND and RECEIVE only."
    )
    CurrencyCode: Currency | None = Field(
        default=None,
        description="Of overpayments only; the others have their bank account's currency.",
    )
    CurrencyRate: Rate | None = Field(
        default=None, gt=0, description="Of another currency than the books'."
    )
    Url: str | None = Field(default=None, description="Link to the source document.")
    Status: Annotated[str, OneOf("AUTHORISED")] | None = Field(
        default=None, description="To delete has an operation."
    )
    LineAmountTypes: Annotated[str, OneOf("Exclusive", "Inclusive", "NoTax")] | None = Field(
        default=None, description="Exclusive where left out; an overpayment has NoTax."
    )

    @model_validator(mode="after")
    def _has_no_discounts(self) -> Self:
        refuse_discounts(self.LineItems)
        return self

    @model_validator(mode="after")
    def _is_as_its_type_allows(self) -> Self:
        if self.Type in {*_OVERPAYMENTS, *_PREPAYMENTS} and self.Reference is not None:
            raise refusal("Xero keeps a reference of SPEND and RECEIVE only", "Reference")
        if self.Type not in _OVERPAYMENTS:
            return self
        if self.LineItems is not None and len(self.LineItems) != 1:
            raise refusal("An overpayment has exactly one line", "LineItems")
        if self.LineAmountTypes not in {None, "NoTax"}:
            raise refusal("There is no tax on an overpayment: NoTax", "LineAmountTypes")
        return self


class BankTransactionRecord(BankTransaction, Record):
    """A bank transaction as Xero answers it."""

    BankTransactionID: UUID | None = None
    SubTotal: Amount | None = Field(default=None, description="Total without tax.")
    TotalTax: Amount | None = None
    Total: Amount | None = None
    PrepaymentID: UUID | None = Field(default=None, description="The prepayment that it made.")
    OverpaymentID: UUID | None = Field(default=None, description="The overpayment that it made.")
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
    HasAttachments: bool | None = None
