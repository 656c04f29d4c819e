# SPDX-License-Identifier: Apache-2.0
"""Overpayments: money received or spent beyond what was due.

https://developer.xero.com/documentation/api/accounting/overpayments
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID  # noqa: TC003 - models are read at run time

from pydantic import Field

from xero_connection.models.allocations import ExcessRecord


class OverpaymentRecord(ExcessRecord):
    """An overpayment as Xero answers it."""

    of_xero: ClassVar[str] = "Overpayment"
    OverpaymentID: UUID
    Type: str | None = Field(
        default=None, description="RECEIVE-OVERPAYMENT, SPEND-OVERPAYMENT or AROVERPAYMENT."
    )
    Reference: str | None = None
