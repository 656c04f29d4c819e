# SPDX-License-Identifier: Apache-2.0
"""Payments: money that settles invoices, bills, credit notes, prepayments and overpayments.

https://developer.xero.com/documentation/api/accounting/payments
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from xero_connection.fields import Amount as Money
from xero_connection.fields import Day, Document, Rate, Record, refusal


class PaidInvoice(Document):
    """The invoice or bill that is paid."""

    of_xero: ClassVar[str] = "Invoice"
    whole: ClassVar[bool] = False
    InvoiceID: UUID | None = None
    InvoiceNumber: str | None = Field(
        default=None, min_length=1, max_length=255, description="Of a sales invoice: it is unique."
    )


class PaidCreditNote(Document):
    """The credit note that is paid back."""

    of_xero: ClassVar[str] = "CreditNote"
    whole: ClassVar[bool] = False
    CreditNoteID: UUID | None = None
    CreditNoteNumber: str | None = Field(default=None, min_length=1, max_length=255)


class PaidPrepayment(Document):
    """The prepayment that is paid back."""

    of_xero: ClassVar[str] = "Prepayment"
    whole: ClassVar[bool] = False
    PrepaymentID: UUID | None = None


class PaidOverpayment(Document):
    """The overpayment that is paid back."""

    of_xero: ClassVar[str] = "Overpayment"
    whole: ClassVar[bool] = False
    OverpaymentID: UUID | None = None


class PaymentAccount(Document):
    """The account that the money comes to or goes from."""

    of_xero: ClassVar[str] = "Account"
    whole: ClassVar[bool] = False
    AccountID: UUID | None = None
    Code: str | None = Field(
        default=None, min_length=1, max_length=10, description="Code from list_accounts."
    )


class Payment(Document):
    """A payment as it is sent; there is no way to change one."""

    Invoice: PaidInvoice | None = None
    CreditNote: PaidCreditNote | None = None
    Prepayment: PaidPrepayment | None = None
    Overpayment: PaidOverpayment | None = None
    Account: PaymentAccount | None = None
    Date: Day | None = Field(default=None, description="Day on which the money moved.")
    CurrencyRate: Rate | None = Field(
        default=None, gt=0, description="Of documents in another currency than the books'."
    )
    Amount: Money | None = Field(
        default=None,
        gt=0,
        description="In the document's currency; not more than is due on it.",
    )
    Reference: str | None = Field(
        default=None, description="Text of your own, by which the payment is known again."
    )
    IsReconciled: bool | None = Field(
        default=None, description="True only where no bank statement line will be matched with it."
    )
    BankAmount: Money | None = Field(
        default=None, gt=0, description="In the currency of the bank account, where it is another."
    )
    BankAccountNumber: str | None = Field(default=None, description="Of the supplier who is paid.")
    Particulars: str | None = None
    Details: str | None = Field(
        default=None, description="What the supplier's bank statement is to show."
    )


class PaymentRecord(Payment, Record):
    """A payment as Xero answers it."""

    PaymentID: UUID | None = None
    BatchPaymentID: UUID | None = Field(
        default=None, description="The batch that it was paid in, and can only be deleted with."
    )
    BatchPayment: dict[str, Any] | None = None
    InvoiceNumber: str | None = Field(default=None, description="The same as in Invoice.")
    CreditNoteNumber: str | None = Field(default=None, description="The same as in CreditNote.")
    Code: str | None = Field(default=None, description="The same as in Account.")
    Status: str | None = Field(default=None, description="AUTHORISED or DELETED.")
    PaymentType: str | None = Field(default=None, description="ACCRECPAYMENT, ACCPAYPAYMENT, …")
    HasAccount: bool | None = None
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
    UpdatedDateUTCString: str | None = Field(default=None, description="The same.")


def refuse_unnamed(document: BaseModel, *names: str) -> None:
    """Refuse parts of a document that do not name a record by exactly one of their fields.

    Raises:
        ValidationError: one does not; it is named by its path.
    """
    for name in names:
        reference = getattr(document, name)
        known_by = type(reference).model_fields
        if sum(getattr(reference, one) is not None for one in known_by) != 1:
            raise refusal(f"Give {' or '.join(known_by)}", name)
