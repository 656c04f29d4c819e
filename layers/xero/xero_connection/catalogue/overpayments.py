# SPDX-License-Identifier: Apache-2.0
"""Overpayments: money received or spent beyond what was due.

https://developer.xero.com/documentation/api/accounting/overpayments
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from xero_connection.allocations import ListCredits, allocations
from xero_connection.endpoint import Endpoint
from xero_connection.fields import OneOf, Query
from xero_connection.filters import Where
from xero_connection.models.overpayments import OverpaymentRecord
from xero_connection.operation import Call
from xero_connection.resources import RESOURCES
from xero_connection.trigger import triggers

_KIND = Endpoint(
    resource="overpayments",
    noun="overpayment",
    collection="Overpayments",
    record=OverpaymentRecord,
    read=RESOURCES["overpayments"].scopes,
    write=("accounting.payments",),
    example_id="eb603ec9-7e3c-5438-a072-df83f0248035",
    query={"unitdp": "4"},
)

# Xero separates several by commas.
_Number = Annotated[str, Field(pattern=r"^[^,]+$", max_length=255)]
_Type = Annotated[str, OneOf("RECEIVE-OVERPAYMENT", "SPEND-OVERPAYMENT", "AROVERPAYMENT")]


class ListOverpayments(ListCredits):
    """Which overpayments to list."""

    types: Annotated[list[_Type] | None, Where("Type")] = Field(
        default=None, min_length=1, description="Only of these types: received, spent."
    )
    references: Annotated[list[_Number] | None, Query("References")] = Field(
        default=None, min_length=1, description="Only with these references."
    )


OPERATIONS = (
    *triggers("overpayments"),
    _KIND.list(
        ListOverpayments,
        covers=("getOverpayments",),
        example={"statuses": ["AUTHORISED"], "types": ["RECEIVE-OVERPAYMENT"], "page_size": 20},
        counter_examples=(
            ({"statuses": ["DRAFT"]}, "input.statuses.0"),
            ({"references": ["A,B"]}, "input.references.0"),
        ),
        advice=(
            "AUTHORISED ones have RemainingCredit to allocate. A bank transaction of the same type "
            "makes one."
        ),
    ),
    _KIND.get(
        covers=("getOverpayment",),
        # Xero takes no unitdp here.
        call=Call(method="GET", path="/Overpayments/{overpayment_id}", collection="Overpayments"),
        advice="RemainingCredit is left of it; Allocations and Payments say where the rest went.",
    ),
    *allocations(
        _KIND, create="createOverpaymentAllocations", delete="deleteOverpaymentAllocations"
    ),
)
