# SPDX-License-Identifier: Apache-2.0
"""Bank transfers: money moved between two of an organisation's own bank accounts.

https://developer.xero.com/documentation/api/accounting/banktransfers
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID  # noqa: TC003 - pydantic reads it

from pydantic import Field

from xero_connection.elements import MOST, answer_for_each
from xero_connection.endpoint import Endpoint
from xero_connection.fields import Amount as Money
from xero_connection.fields import Body, Day, Input, Query
from xero_connection.filters import Where
from xero_connection.lists import ModifiedSinceInput
from xero_connection.models.bank_transactions import BankAccountReference  # noqa: TC001 - pydantic reads it
from xero_connection.models.bank_transfers import (
    BankTransfer,
    BankTransferDelete,
    BankTransferRecord,
)
from xero_connection.operation import Batch, Call, Operation, ReadBack
from xero_connection.resources import RESOURCES
from xero_connection.trigger import triggers

if TYPE_CHECKING:
    from collections.abc import Mapping

_TRANSFERS = Endpoint(
    resource="bank_transfers",
    noun="bank_transfer",
    collection="BankTransfers",
    record=BankTransferRecord,
    read=RESOURCES["bank_transfers"].scopes,
    write=("accounting.banktransactions",),
    example_id="9df1ed84-50d5-50ef-83c9-9b3d28157c3c",
    # Xero takes summarizeErrors here where transfers are deleted, not where they are made.
    each_query=False,
    bare=("POST",),
)


class NewBankTransfer(BankTransfer):
    """A bank transfer that does not exist yet."""

    FromBankAccount: BankAccountReference
    ToBankAccount: BankAccountReference
    Amount: Money = Field(gt=0, description="In the currency of the account that it leaves.")


class DeleteBankTransfers(Input):
    """Bank transfers to delete."""

    bank_transfers: Annotated[list[BankTransferDelete], Body("BankTransfers")] = Field(
        min_length=1, max_length=MOST, description=f"1 to {MOST} bank transfers by their ids."
    )


class ListBankTransfers(ModifiedSinceInput):
    """Which bank transfers to list."""

    from_account_id: Annotated[UUID | None, Where("FromBankAccount.AccountID")] = Field(
        default=None, description="Only from this bank account."
    )
    to_account_id: Annotated[UUID | None, Where("ToBankAccount.AccountID")] = Field(
        default=None, description="Only to this bank account."
    )
    date_from: Annotated[Day | None, Where("Date", ">=")] = Field(
        default=None, description="Only of this day or later."
    )
    date_to: Annotated[Day | None, Where("Date", "<=")] = Field(
        default=None, description="Only of this day or earlier."
    )
    include_deleted: Annotated[bool | None, Query("includeDeleted")] = Field(
        default=None, description="Deleted transfers too."
    )


def new_bank_transfer(_: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new bank transfer is known from all others."""
    return ("FromBankAccount", "ToBankAccount", "Amount", "Date", "Reference")


_EXAMPLE = {
    "FromBankAccount": {"Code": "090"},
    "ToBankAccount": {"Code": "091"},
    "Amount": 750.25,
    "Date": "2026-11-20",
    "Reference": "To savings, November",
}


def _without(name: str) -> dict[str, Any]:
    return {one: value for one, value in _EXAMPLE.items() if one != name}


OPERATIONS = (
    *triggers("bank_transfers"),
    _TRANSFERS.create(
        NewBankTransfer,
        _EXAMPLE,
        summary="Record money moved between two bank accounts of the organisation.",
        covers=("createBankTransfer",),
        counter_examples=(
            ({"bank_transfer": _without("Amount")}, "input.bank_transfer.Amount"),
            ({"bank_transfer": _EXAMPLE | {"Amount": 0}}, "input.bank_transfer.Amount"),
            (
                {"bank_transfer": _EXAMPLE | {"ToBankAccount": {"Code": "090"}}},
                "input.bank_transfer.ToBankAccount",
            ),
            (
                {"bank_transfer": _EXAMPLE | {"FromBankAccount": {}}},
                "input.bank_transfer.FromBankAccount",
            ),
            ({"bank_transfer": _EXAMPLE | {"Status": "DELETED"}}, "input.bank_transfer.Status"),
        ),
        read_back=ReadBack(
            path="/BankTransfers",
            collection="BankTransfers",
            id_field="BankTransferID",
            identity=new_bank_transfer,
            unfilled=("Reference",),
            query={"includeDeleted": "true"},
        ),
        undo=(_TRANSFERS.undo("delete_bank_transfer", "AUTHORISED"),),
        advice=(
            "Both are accounts of type BANK. It makes a bank transaction in each of them. It "
            "cannot be changed later, only deleted. Give a Reference of your own, by which it is "
            "known again."
        ),
    ),
    _TRANSFERS.become(
        "delete_bank_transfer",
        "Delete a bank transfer, and its bank transaction in each account.",
        {"Status": "DELETED"},
        covers=("deleteBankTransfer",),
        counter_examples=(({"bank_transfer_id": "To savings"}, "input.bank_transfer_id"),),
        destructive=True,
        advice=(
            "There is no way back but to create it anew. One that is reconciled on either side "
            "stays until a person takes that back in Xero."
        ),
    ),
    Operation(
        id="bank_transfers/delete_bank_transfers",
        kind="action",
        summary="Delete many bank transfers, each of which succeeds or fails by itself.",
        input=DeleteBankTransfers,
        output=answer_for_each("bank_transfers", "bank_transfer", BankTransferRecord),
        example={
            "bank_transfers": [
                {"BankTransferID": _TRANSFERS.example_id},
                {"BankTransferID": "b7e9696f-45d0-523a-8cdc-1454a69a211c"},
            ]
        },
        covers=("deleteBankTransfers",),
        counter_examples=(
            ({"bank_transfers": []}, "input.bank_transfers"),
            ({"bank_transfers": [{}]}, "input.bank_transfers.0.BankTransferID"),
            (
                {
                    "bank_transfers": [
                        {"BankTransferID": _TRANSFERS.example_id, "Status": "AUTHORISED"}
                    ]
                },
                "input.bank_transfers.0.Status",
            ),
        ),
        call=Call(
            method="POST",
            path="/BankTransfers",
            collection="BankTransfers",
            query={"summarizeErrors": "false"},
        ),
        batch=Batch(elements="bank_transfers", record_key="bank_transfer"),
        scopes=_TRANSFERS.write,
        idempotency="natural",
        destructive=True,
        advice="Look at ok of each. There is no way back but to create them anew.",
    ),
    _TRANSFERS.get(
        covers=("getBankTransfer",),
        advice="A bank transaction of type SPEND-TRANSFER or RECEIVE-TRANSFER is a side of one.",
    ),
    _TRANSFERS.list(
        ListBankTransfers,
        covers=("getBankTransfers",),
        example={"date_from": "2026-01-01", "order": "Date DESC"},
        counter_examples=(
            ({"page": 2}, "input.page"),
            ({"date_from": "yesterday"}, "input.date_from"),
        ),
        advice=(
            "Xero gives them all at once: narrow the list by date or modified_since. Deleted ones "
            "are left out unless include_deleted is true."
        ),
    ),
)
