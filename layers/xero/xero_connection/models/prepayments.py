# SPDX-License-Identifier: Apache-2.0
"""Prepayments: money received or spent before there is an invoice or bill for it.

https://developer.xero.com/documentation/api/accounting/prepayments
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID  # noqa: TC003 - models are read at run time

from pydantic import Field

from xero_connection.models.allocations import ExcessRecord


class PrepaymentRecord(ExcessRecord):
    """A prepayment as Xero answers it."""

    of_xero: ClassVar[str] = "Prepayment"
    PrepaymentID: UUID
    Type: str | None = Field(
        default=None,
        description="RECEIVE-PREPAYMENT, SPEND-PREPAYMENT, ARPREPAYMENT or APPREPAYMENT.",
    )
    InvoiceNumber: str | None = Field(default=None, description="Of money received alone.")
    Reference: str | None = Field(default=None, description="The same as InvoiceNumber.")
    BrandingThemeID: UUID | None = Field(default=None, description="Of money received alone.")
