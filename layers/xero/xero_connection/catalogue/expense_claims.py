# SPDX-License-Identifier: Apache-2.0
"""Classic expense claims: receipts that somebody wants to have paid back.

https://developer.xero.com/documentation/api/accounting/expenseclaims
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID  # noqa: TC003 - pydantic reads it

from pydantic import Field

from xero_connection.endpoint import Endpoint
from xero_connection.fields import OneOf
from xero_connection.filters import Where
from xero_connection.lists import ModifiedSinceInput
from xero_connection.models.expense_claims import (
    ExpenseClaim,
    ExpenseClaimRecord,
    ReceiptReference,
)
from xero_connection.models.receipts import CLASSIC, UserReference
from xero_connection.operation import ReadBack

if TYPE_CHECKING:
    from collections.abc import Mapping

_CLAIMS = Endpoint(
    resource="expense_claims",
    noun="expense_claim",
    collection="ExpenseClaims",
    record=ExpenseClaimRecord,
    read=("accounting.classicexpenses.read", "accounting.classicexpenses"),
    write=("accounting.classicexpenses",),
    example_id="94221a4b-8d55-5209-9885-3e83f1a05b74",
    each_query=False,
)


class NewExpenseClaim(ExpenseClaim):
    """An expense claim that does not exist yet."""

    User: UserReference = Field(description="Who claims.")
    Receipts: list[ReceiptReference] = Field(
        min_length=1, description="Draft receipts of this user."
    )
    Status: Annotated[str, OneOf("SUBMITTED", "AUTHORISED")] | None = Field(
        default=None, description="SUBMITTED where left out."
    )


class ListExpenseClaims(ModifiedSinceInput):
    """Which expense claims to list."""

    status: Annotated[
        str | None,
        OneOf("SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED"),
        Where("Status"),
    ] = Field(default=None, description="Only in this status.")
    user_id: Annotated[UUID | None, Where("User.UserID")] = Field(
        default=None, description="Only of this user."
    )


def new_expense_claim(_: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new expense claim is known: a receipt is in one claim alone."""
    return ("User", "Receipts")


_EXAMPLE: dict[str, Any] = {
    "User": {"UserID": "80fce929-7ab5-507c-9734-21241ec7fde0"},
    "Receipts": [{"ReceiptID": "a26a01e6-62f0-5876-b87c-6c5cfa457c95"}],
}

OPERATIONS = (
    _CLAIMS.create(
        NewExpenseClaim,
        _EXAMPLE,
        summary="Submit a classic expense claim of draft receipts.",
        covers=("createExpenseClaims",),
        counter_examples=(
            ({"expense_claim": _EXAMPLE | {"Receipts": []}}, "input.expense_claim.Receipts"),
            ({"expense_claim": _EXAMPLE | {"Status": "PAID"}}, "input.expense_claim.Status"),
            ({"expense_claim": _EXAMPLE | {"Total": 40}}, "input.expense_claim.Total"),
        ),
        read_back=ReadBack(
            path="/ExpenseClaims",
            collection="ExpenseClaims",
            id_field="ExpenseClaimID",
            identity=new_expense_claim,
            parts_apart=True,
        ),
        advice=(
            f"{CLASSIC} Create the receipts first. There is no undo ready: a submitted claim is "
            "taken back by update_expense_claim with Status DELETED, an approved one with VOIDED."
        ),
    ),
    _CLAIMS.update(
        ExpenseClaim,
        {"Status": "AUTHORISED"},
        summary="Approve, take back or void a classic expense claim, or change its receipts.",
        covers=("updateExpenseClaim",),
        counter_examples=(
            (
                {
                    "expense_claim_id": _CLAIMS.example_id,
                    "expense_claim": {"Status": "PAID"},
                },
                "input.expense_claim.Status",
            ),
            (
                {
                    "expense_claim_id": _CLAIMS.example_id,
                    "expense_claim": {"AmountPaid": 40},
                },
                "input.expense_claim.AmountPaid",
            ),
        ),
        destructive=True,
        advice=(
            f"{CLASSIC} Receipts replace those that are there. There is no way back from any of "
            "these statuses."
        ),
    ),
    _CLAIMS.get(covers=("getExpenseClaim",), advice=CLASSIC),
    _CLAIMS.list(
        ListExpenseClaims,
        covers=("getExpenseClaims",),
        example={"status": "SUBMITTED"},
        counter_examples=(({"status": "DRAFT"}, "input.status"), ({"page": 2}, "input.page")),
        advice=f"{CLASSIC} Xero gives them all at once: narrow the list by modified_since.",
    ),
)
