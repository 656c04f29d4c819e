# SPDX-License-Identifier: Apache-2.0
"""Accounts: the chart of accounts.

https://developer.xero.com/documentation/api/accounting/accounts
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, model_validator

from xero_connection.endpoint import Endpoint
from xero_connection.fields import refusal
from xero_connection.filters import Where
from xero_connection.lists import ModifiedSinceInput
from xero_connection.models.accounts import (
    Account,
    AccountClass,
    AccountRecord,
    AccountStatus,
    AccountType,
)
from xero_connection.operation import ReadBack
from xero_connection.resources import RESOURCES
from xero_connection.trigger import triggers

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_BANKS_ONLY = ("BankAccountNumber", "BankAccountType", "CurrencyCode")


class NewAccount(Account):
    """An account that does not exist yet."""

    Name: str = Field(min_length=1, max_length=150, description="Unique.")
    Type: AccountType = Field(description="What kind of account it is; Xero knows its Class by it.")

    @model_validator(mode="after")
    def _is_what_its_type_needs(self) -> Self:
        if self.Type == "BANK":
            if self.BankAccountNumber is None:
                raise refusal("A BANK account needs its number", "BankAccountNumber")
            if self.Description is not None:
                raise refusal("A BANK account has no description", "Description")
            return self
        if self.Code is None:
            raise refusal("All but BANK accounts need a code", "Code")
        for name in _OF_BANKS_ONLY:
            if getattr(self, name) is not None:
                raise refusal("Only BANK accounts have it", name)
        return self


class ListAccounts(ModifiedSinceInput):
    """Which accounts to list."""

    types: Annotated[list[AccountType] | None, Where("Type")] = Field(
        default=None, min_length=1, description="Only of these types, such as BANK."
    )
    classes: Annotated[list[AccountClass] | None, Where("Class")] = Field(
        default=None, min_length=1, description="Only of these classes, such as REVENUE."
    )
    statuses: Annotated[list[AccountStatus] | None, Where("Status")] = Field(
        default=None, min_length=1, description="Only in these statuses."
    )


def new_account(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new account is known from all others."""
    return ("Code",) if document.get("Code") else ("Name",)


_ACCOUNTS = Endpoint(
    resource="accounts",
    noun="account",
    collection="Accounts",
    record=AccountRecord,
    read=RESOURCES["accounts"].scopes,
    write=("accounting.settings",),
    example_id="e33b2889-0253-5ea1-b23c-28144d5bbf96",
    read_back=ReadBack(
        path="/Accounts", collection="Accounts", id_field="AccountID", identity=new_account
    ),
    each_query=False,
    bare=("PUT",),
)
_RENT = {"Code": "470", "Name": "Storage Rent", "Type": "EXPENSE", "TaxType": "INPUT"}


def _refused(path: str, **changes: Any) -> tuple[dict[str, Any], str]:
    """Return the example with other fields, without those that are None."""
    changed = {**_RENT, **changes}
    account = {name: value for name, value in changed.items() if value is not None}
    return {"account": account}, f"input.account.{path}"


OPERATIONS = (
    *triggers("accounts"),
    _ACCOUNTS.create(
        NewAccount,
        _RENT,
        covers=("createAccount",),
        counter_examples=(
            _refused("Name", Name=None),
            _refused("Name", Name="A" * 151),
            _refused("Type", Type="RENT"),
            _refused("Code", Code=None),
            _refused("Code", Code="A" * 11),
            _refused("BankAccountNumber", BankAccountNumber="02-0908-0765432-10"),
            _refused("CurrencyCode", CurrencyCode="EUR"),
            _refused("BankAccountNumber", Type="BANK"),
            _refused("Description", Type="BANK", BankAccountNumber="02-09", Description="Ours"),
            _refused("Status", Status="ARCHIVED"),
        ),
        undo=(_ACCOUNTS.undo("delete_account", "ACTIVE"),),
        advice=(
            "Code and Name are unique. All but BANK accounts need a Code; a BANK account needs its "
            "BankAccountNumber. One call takes one account."
        ),
    ),
    _ACCOUNTS.update(
        Account,
        {"Name": "Funds from the Owner"},
        covers=("updateAccount",),
        counter_examples=(
            ({"account_id": "200", "account": {"Name": "Sales"}}, "input.account_id"),
            (
                {"account_id": _ACCOUNTS.example_id, "account": {"Class": "REVENUE"}},
                "input.account.Class",
            ),
        ),
        advice=(
            "Send only what changes. A system account, one with SystemAccount, is Xero's own and "
            "cannot be changed; archive_account and restore_account change the status. There is no "
            "undo: get the account first where it may have to be put back."
        ),
    ),
    _ACCOUNTS.become(
        "archive_account",
        "Archive an account, so that nothing new can be booked on it.",
        {"Status": "ARCHIVED"},
        covers=("updateAccount",),
        destructive=True,
        undo=(_ACCOUNTS.undo("restore_account", "ARCHIVED"),),
        advice=(
            "Choose it for an account that was used; one that never was can be deleted. System "
            "accounts stay."
        ),
    ),
    _ACCOUNTS.become(
        "restore_account",
        "Make an archived account one that can be booked on again.",
        {"Status": "ACTIVE"},
        covers=("updateAccount",),
        undo=(_ACCOUNTS.undo("archive_account", "ACTIVE"),),
        advice="Find archived accounts with list_accounts and statuses ARCHIVED.",
    ),
    _ACCOUNTS.delete(
        summary="Delete an account that nothing was ever booked on.",
        covers=("deleteAccount",),
        advice=(
            "Xero refuses it for an account that is in use, and for its own; archive_account does "
            "for the first. There is no way back."
        ),
    ),
    _ACCOUNTS.get(
        covers=("getAccount",),
        advice="Use list_accounts where only the code or the name is known.",
    ),
    _ACCOUNTS.list(
        ListAccounts,
        summary="List the chart of accounts.",
        covers=("getAccounts",),
        example={"classes": ["REVENUE"], "statuses": ["ACTIVE"], "order": "Code ASC"},
        counter_examples=(
            ({"types": ["CASH"]}, "input.types.0"),
            ({"classes": []}, "input.classes"),
            ({"statuses": ["VOIDED"]}, "input.statuses.0"),
        ),
        advice="Take Code from here for AccountCode in line items.",
    ),
)
