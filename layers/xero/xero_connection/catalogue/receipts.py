# SPDX-License-Identifier: Apache-2.0
"""Receipts of classic expense claims: what somebody has paid for the organisation.

https://developer.xero.com/documentation/api/accounting/receipts
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from xero_connection.endpoint import Endpoint
from xero_connection.fields import Day, OneOf
from xero_connection.filters import Where
from xero_connection.lists import ModifiedSinceInput
from xero_connection.models.lines import ContactReference, LineItem  # noqa: TC001 - pydantic reads it
from xero_connection.models.receipts import CLASSIC, Receipt, ReceiptRecord, UserReference
from xero_connection.operation import ReadBack

if TYPE_CHECKING:
    from collections.abc import Mapping

_RECEIPTS = Endpoint(
    resource="receipts",
    noun="receipt",
    collection="Receipts",
    record=ReceiptRecord,
    read=("accounting.classicexpenses.read", "accounting.classicexpenses"),
    write=("accounting.classicexpenses",),
    example_id="a26a01e6-62f0-5876-b87c-6c5cfa457c95",
    query={"unitdp": "4"},
    each_query=False,
)


class NewReceipt(Receipt):
    """A receipt that does not exist yet."""

    Date: Day
    Contact: ContactReference = Field(description="Who was paid.")
    LineItems: list[LineItem] = Field(min_length=1)
    User: UserReference = Field(description="Who has paid.")


class ListReceipts(ModifiedSinceInput):
    """Which receipts to list."""

    status: Annotated[
        str | None,
        OneOf("DRAFT", "SUBMITTED", "AUTHORISED", "DECLINED", "VOIDED"),
        Where("Status"),
    ] = Field(default=None, description="Only in this status.")
    date_from: Annotated[Day | None, Where("Date", ">=")] = Field(
        default=None, description="Only of this day or later."
    )
    date_to: Annotated[Day | None, Where("Date", "<=")] = Field(
        default=None, description="Only of this day or earlier."
    )


def new_receipt(_: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new receipt is known from all others."""
    return ("Contact", "User", "Date", "Reference", "LineAmountTypes", "LineItems")


_LINE = {"Description": "Taxi", "Quantity": 1, "UnitAmount": 24.5, "AccountCode": "493"}
_EXAMPLE: dict[str, Any] = {
    "Contact": {"Name": "Harbour Cabs"},
    "User": {"UserID": "80fce929-7ab5-507c-9734-21241ec7fde0"},
    "Date": "2026-11-19",
    "Reference": "Cab to the airport",
    "LineItems": [_LINE],
}

OPERATIONS = (
    _RECEIPTS.create(
        NewReceipt,
        _EXAMPLE,
        summary="Create a draft receipt for a classic expense claim.",
        covers=("createReceipt",),
        counter_examples=(
            (
                {"receipt": {one: _EXAMPLE[one] for one in _EXAMPLE if one != "User"}},
                "input.receipt.User",
            ),
            ({"receipt": _EXAMPLE | {"LineItems": []}}, "input.receipt.LineItems"),
            ({"receipt": _EXAMPLE | {"Status": "AUTHORISED"}}, "input.receipt.Status"),
            (
                {"receipt": _EXAMPLE | {"LineItems": [_LINE | {"DiscountRate": 5}]}},
                "input.receipt.LineItems.0.DiscountRate",
            ),
        ),
        read_back=ReadBack(
            path="/Receipts",
            collection="Receipts",
            id_field="ReceiptID",
            identity=new_receipt,
            unfilled=("Reference",),
            parts_apart=True,
            query=_RECEIPTS.query,
        ),
        advice=(
            f"{CLASSIC} Look up the user and the account codes first; create_expense_claim "
            "submits it. There is no way back through Xero's API: a person deletes it in Xero."
        ),
    ),
    _RECEIPTS.update(
        Receipt,
        {"Reference": "Cab to the airport and back"},
        summary="Change a draft receipt.",
        covers=("updateReceipt",),
        counter_examples=(
            (
                {"receipt_id": _RECEIPTS.example_id, "receipt": {"ReceiptNumber": "2"}},
                "input.receipt.ReceiptNumber",
            ),
            ({"receipt": {"Reference": "A"}}, "input.receipt_id"),
        ),
        idempotency="key",
        destructive=True,
        advice=(
            f"{CLASSIC} Send LineItems whole, each with its LineItemID, or not at all. There is no "
            "undo: get the receipt first where it may have to be put back."
        ),
    ),
    _RECEIPTS.get(covers=("getReceipt",), advice=CLASSIC),
    _RECEIPTS.list(
        ListReceipts,
        covers=("getReceipts",),
        example={"status": "DRAFT"},
        counter_examples=(({"status": "PAID"}, "input.status"), ({"page": 2}, "input.page")),
        advice=f"{CLASSIC} Xero gives them all at once: narrow the list by date or modified_since.",
    ),
)
