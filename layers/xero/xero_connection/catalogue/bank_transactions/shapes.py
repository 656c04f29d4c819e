# SPDX-License-Identifier: Apache-2.0
"""What bank transactions have in common, and what operations on them are asked with."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID  # noqa: TC003 - pydantic reads it

from pydantic import Field

from xero_connection.endpoint import Endpoint
from xero_connection.fields import Day, OneOf
from xero_connection.filters import Where
from xero_connection.lists import PagedInput
from xero_connection.models.bank_transactions import (
    BankAccountReference,
    BankTransaction,
    BankTransactionRecord,
)
from xero_connection.models.lines import ContactReference, LineItem  # noqa: TC001 - pydantic reads it
from xero_connection.resources import RESOURCES

BANK_TRANSACTIONS = Endpoint(
    resource="bank_transactions",
    noun="bank_transaction",
    collection="BankTransactions",
    record=BankTransactionRecord,
    read=RESOURCES["bank_transactions"].scopes,
    write=("accounting.banktransactions",),
    example_id="aa9aac4c-ec61-5851-b0fc-a41eb9b61999",
    # Without it Xero rounds unit prices to two places, in what it keeps and in what it answers.
    query={"unitdp": "4"},
)

_SENT: Final = (
    "SPEND",
    "RECEIVE",
    *("SPEND-OVERPAYMENT", "RECEIVE-OVERPAYMENT"),
    *("SPEND-PREPAYMENT", "RECEIVE-PREPAYMENT"),
)
_ANSWERED: Final = (*_SENT, "SPEND-TRANSFER", "RECEIVE-TRANSFER")


class NewBankTransaction(BankTransaction):
    """A bank transaction that does not exist yet."""

    Type: Annotated[str, OneOf(*_SENT)] = Field(
        description=(
            "SPEND and RECEIVE; an OVERPAYMENT or PREPAYMENT makes credit with the contact too. "
            "A transfer between bank accounts is made by create_bank_transfer."
        )
    )
    Contact: ContactReference = Field(description="Who was paid, or has paid.")
    LineItems: list[LineItem] = Field(min_length=1)
    BankAccount: BankAccountReference


class KnownTypeBankTransaction(NewBankTransaction):
    """A bank transaction that may exist, whole."""

    BankTransactionID: UUID | None = Field(
        default=None, description="Xero's id of an existing one; a new one without."
    )
    LineItems: list[LineItem] = Field(
        min_length=1, description="All lines: Xero deletes those that are left out of an update."
    )


class ListBankTransactions(PagedInput):
    """Which bank transactions to list."""

    type: Annotated[str | None, OneOf(*_ANSWERED), Where("Type")] = Field(
        default=None, description="Only of this type."
    )
    status: Annotated[str | None, OneOf("AUTHORISED", "DELETED", "VOIDED"), Where("Status")] = (
        Field(default=None, description="Only in this status.")
    )
    contact_id: Annotated[UUID | None, Where("Contact.ContactID")] = Field(
        default=None, description="Only of this contact."
    )
    bank_account_id: Annotated[UUID | None, Where("BankAccount.AccountID")] = Field(
        default=None, description="Only of this bank account."
    )
    reference: Annotated[str | None, Where("Reference")] = Field(
        default=None, min_length=1, description="Only with exactly this reference."
    )
    reconciled: Annotated[bool | None, Where("IsReconciled")] = Field(
        default=None, description="Only those that are reconciled, or only those that are not."
    )
    date_from: Annotated[Day | None, Where("Date", ">=")] = Field(
        default=None, description="Only of this day or later."
    )
    date_to: Annotated[Day | None, Where("Date", "<=")] = Field(
        default=None, description="Only of this day or earlier."
    )


LINE: Final = {
    "Description": "Courier, three parcels",
    "Quantity": 3,
    "UnitAmount": 14.5,
    "AccountCode": "425",
}
SPENT: Final = {
    "Type": "SPEND",
    "Contact": {"Name": "Swiftlet Couriers"},
    "BankAccount": {"Code": "090"},
    "LineItems": [LINE],
    "Date": "2026-11-20",
    "Reference": "Card 4471",
}


def spent(**changes: Any) -> dict[str, Any]:
    """Return the example with other fields, without those that are None."""
    changed = {**SPENT, **changes}
    return {name: value for name, value in changed.items() if value is not None}
