# SPDX-License-Identifier: Apache-2.0
"""What books begin with in Xero: a month, a chart of accounts, and what is on the accounts then.

https://developer.xero.com/documentation/api/accounting/setup
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from xero_connection.fields import Amount, Currency, Document, Rate, Record
from xero_connection.models.accounts import Account, AccountType


class ConversionMonth(Document):
    """The month with which the books begin in Xero."""

    of_xero: ClassVar[str] = "ConversionDate"
    Month: int = Field(ge=1, le=12)
    Year: int = Field(gt=2006, le=9999)


class CurrencyBalance(Document):
    """What is on an account in one currency."""

    of_xero: ClassVar[str] = "BalanceDetails"
    Balance: Amount = Field(description="Debit above zero, credit below.")
    CurrencyCode: Currency | None = Field(default=None, description="Where it is not the books'.")
    CurrencyRate: Rate | None = Field(
        default=None, gt=0, description="The day's by default, as XE has it."
    )


class OpeningBalance(Document):
    """What is on an account when the books begin."""

    of_xero: ClassVar[str] = "ConversionBalances"
    AccountCode: str = Field(min_length=1, max_length=10, description="Of list_accounts.")
    Balance: Amount = Field(description="Debit above zero, credit below.")
    BalanceDetails: list[CurrencyBalance] | None = Field(
        default=None, description="Where it is in several currencies."
    )


class SetupAccount(Account):
    """An account of the chart that the books begin with."""

    of_xero: ClassVar[str] = "Account"
    whole: ClassVar[bool] = False
    Code: str = Field(min_length=1, max_length=10, description="What line items name.")
    Name: str = Field(min_length=1, max_length=150)
    Type: AccountType
    SystemAccount: str | None = Field(
        default=None, description="What Xero itself needs it for, such as DEBTORS."
    )


class Setup(Document):
    """What the books begin with."""

    ConversionDate: ConversionMonth | None = None
    ConversionBalances: list[OpeningBalance] | None = Field(default=None, min_length=1)
    Accounts: list[SetupAccount] | None = Field(
        default=None, min_length=1, description="The whole chart, not only what is new."
    )


class AccountsSummary(Record):
    """What has become of the accounts, in numbers."""

    of_xero: ClassVar[str] = "ImportSummaryAccounts"
    Total: int | None = Field(default=None, description="All that the organisation has.")
    New: int | None = None
    Updated: int | None = None
    Deleted: int | None = None
    Locked: int | None = None
    System: int | None = Field(default=None, description="Those that Xero itself needs.")
    Errored: int | None = Field(default=None, description="Those that Xero has not taken.")
    Present: bool | None = Field(default=None, description="Whether any were sent.")
    NewOrUpdated: int | None = None


class OrganisationSummary(Record):
    """Whether anything was said of the organisation."""

    of_xero: ClassVar[str] = "ImportSummaryOrganisation"
    Present: bool | None = None


class ImportSummaryRecord(Record):
    """What has become of a setup."""

    Accounts: AccountsSummary | None = None
    Organisation: OrganisationSummary | None = None
