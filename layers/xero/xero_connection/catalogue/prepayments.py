# SPDX-License-Identifier: Apache-2.0
"""Prepayments: money received or spent before there is an invoice or bill for it.

https://developer.xero.com/documentation/api/accounting/prepayments
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from xero_connection.allocations import ListCredits, allocations
from xero_connection.endpoint import Endpoint
from xero_connection.fields import OneOf, Query
from xero_connection.filters import Where
from xero_connection.models.prepayments import PrepaymentRecord
from xero_connection.operation import Call
from xero_connection.resources import RESOURCES
from xero_connection.trigger import triggers

_KIND = Endpoint(
    resource="prepayments",
    noun="prepayment",
    collection="Prepayments",
    record=PrepaymentRecord,
    read=RESOURCES["prepayments"].scopes,
    write=("accounting.payments",),
    example_id="d5273429-1e59-5940-a52c-4dcc731ceae7",
    query={"unitdp": "4"},
)

# Xero separates several by commas.
_Number = Annotated[str, Field(pattern=r"^[^,]+$", max_length=255)]
_Type = Annotated[
    str, OneOf("RECEIVE-PREPAYMENT", "SPEND-PREPAYMENT", "ARPREPAYMENT", "APPREPAYMENT")
]


class ListPrepayments(ListCredits):
    """Which prepayments to list."""

    types: Annotated[list[_Type] | None, Where("Type")] = Field(
        default=None, min_length=1, description="Only of these types: received, spent."
    )
    invoice_numbers: Annotated[list[_Number] | None, Query("InvoiceNumbers")] = Field(
        default=None, min_length=1, description="Only with these numbers."
    )


OPERATIONS = (
    *triggers("prepayments"),
    _KIND.list(
        ListPrepayments,
        covers=("getPrepayments",),
        example={"statuses": ["AUTHORISED"], "types": ["RECEIVE-PREPAYMENT"], "page_size": 20},
        counter_examples=(
            ({"statuses": ["DRAFT"]}, "input.statuses.0"),
            ({"invoice_numbers": ["A,B"]}, "input.invoice_numbers.0"),
        ),
        advice=(
            "AUTHORISED ones have RemainingCredit to allocate. A bank transaction of the same type "
            "makes one."
        ),
    ),
    _KIND.get(
        covers=("getPrepayment",),
        # Xero takes no unitdp here.
        call=Call(method="GET", path="/Prepayments/{prepayment_id}", collection="Prepayments"),
        advice="RemainingCredit is left of it; Allocations and Payments say where the rest went.",
    ),
    *allocations(_KIND, create="createPrepaymentAllocations", delete="deletePrepaymentAllocations"),
)
