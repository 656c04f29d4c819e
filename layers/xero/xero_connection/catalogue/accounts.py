# SPDX-License-Identifier: Apache-2.0
"""Accounts: the chart of accounts.

https://developer.xero.com/documentation/api/accounting/accounts
"""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from xero_connection.fields import ListOutput, Record
from xero_connection.lists import ModifiedSinceInput
from xero_connection.operation import Call, Operation
from xero_connection.resources import RESOURCES
from xero_connection.trigger import triggers


class AccountRecord(Record):
    """An account as Xero answers it."""

    AccountID: UUID
    Code: str | None = Field(default=None, description="What line items name in AccountCode.")
    Name: str
    Type: str = Field(description="BANK, REVENUE, EXPENSE and so on.")
    Status: str | None = None
    Class: str | None = Field(
        default=None, description="ASSET, EQUITY, EXPENSE, LIABILITY or REVENUE."
    )
    TaxType: str | None = Field(default=None, description="Tax that its lines start with.")
    Description: str | None = None
    EnablePaymentsToAccount: bool | None = None
    ShowInExpenseClaims: bool | None = None
    BankAccountNumber: str | None = None
    BankAccountType: str | None = None
    CurrencyCode: str | None = None
    SystemAccount: str | None = None
    ReportingCode: str | None = None
    ReportingCodeName: str | None = None
    HasAttachments: bool | None = None
    AddToWatchlist: bool | None = None
    UpdatedDateUTC: str | None = None


class AccountsOutput(ListOutput):
    """The accounts."""

    accounts: list[AccountRecord]


OPERATIONS = (
    *triggers("accounts"),
    Operation(
        id="accounts/list_accounts",
        kind="query",
        summary="List the chart of accounts.",
        input=ModifiedSinceInput,
        output=AccountsOutput,
        example={"where": 'Class=="REVENUE"', "order": "Code ASC"},
        call=Call(method="GET", path="/Accounts", collection="Accounts"),
        scopes=RESOURCES["accounts"].scopes,
        advice="Take Code from here for AccountCode in line items.",
    ),
)
