# SPDX-License-Identifier: Apache-2.0
"""Accounts: the lines of the chart of accounts.

https://developer.xero.com/documentation/api/accounting/accounts
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from xero_connection.fields import Currency, Document, OneOf, Record

AccountType = Annotated[
    str,
    OneOf(
        "BANK",
        "CURRENT",
        "CURRLIAB",
        "DEPRECIATN",
        "DIRECTCOSTS",
        "EQUITY",
        "EXPENSE",
        "FIXED",
        "INVENTORY",
        "LIABILITY",
        "NONCURRENT",
        "OTHERINCOME",
        "OVERHEADS",
        "PREPAYMENT",
        "REVENUE",
        "SALES",
        "TERMLIAB",
        "PAYG",
    ),
]
AccountClass = Annotated[str, OneOf("ASSET", "EQUITY", "EXPENSE", "LIABILITY", "REVENUE")]
AccountStatus = Annotated[str, OneOf("ACTIVE", "ARCHIVED", "DELETED")]


class Account(Document):
    """An account as it is sent."""

    Code: str | None = Field(
        default=None, min_length=1, max_length=10, description="What line items name, such as 200."
    )
    Name: str | None = Field(default=None, min_length=1, max_length=150, description="Unique.")
    Type: AccountType | None = Field(
        default=None, description="What kind of account it is; Xero knows its Class by it."
    )
    BankAccountNumber: str | None = Field(
        default=None, min_length=1, description="Of BANK accounts, which need it."
    )
    BankAccountType: Annotated[str, OneOf("BANK", "CREDITCARD", "PAYPAL")] | None = Field(
        default=None, description="Of BANK accounts only."
    )
    CurrencyCode: Currency | None = Field(
        default=None,
        description="Of BANK accounts only: a code from list_currencies.",
    )
    Description: str | None = Field(
        default=None, max_length=4000, description="Of all but BANK accounts."
    )
    TaxType: str | None = Field(
        default=None, description="Tax that its lines start with: TaxType from list_tax_rates."
    )
    EnablePaymentsToAccount: bool | None = Field(
        default=None, description="Whether payments may come to it though it is no BANK account."
    )
    ShowInExpenseClaims: bool | None = Field(
        default=None, description="Whether expense claims may name it."
    )
    AddToWatchlist: bool | None = Field(
        default=None, description="Whether Xero's dashboard shows it."
    )
    ReportingCode: str | None = Field(
        default=None, description="Where it stands in reports, such as REV.TRA.GOO."
    )


class AccountRecord(Account, Record):
    """An account as Xero answers it."""

    AccountID: UUID
    Name: str
    Type: AccountType = Field(description="BANK, REVENUE, EXPENSE and so on.")
    Status: AccountStatus | None = None
    Class: AccountClass | None = Field(
        default=None, description="ASSET, EQUITY, EXPENSE, LIABILITY or REVENUE."
    )
    SystemAccount: str | None = Field(
        default=None, description="What Xero itself needs it for; such an account stays as it is."
    )
    ReportingCodeName: str | None = None
    HasAttachments: bool | None = None
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
