# SPDX-License-Identifier: Apache-2.0
"""Linked transactions: a line that was bought, billed on to a customer (a billable expense).

https://developer.xero.com/documentation/api/accounting/linkedtransactions
"""

from __future__ import annotations

from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.fields import Document, Record, refusal


class LinkedTransaction(Document):
    """A linked transaction as it is sent."""

    SourceTransactionID: UUID | None = Field(
        default=None, description="The bill, or the bank transaction of type SPEND."
    )
    SourceLineItemID: UUID | None = Field(default=None, description="The line of it.")
    ContactID: UUID | None = Field(
        default=None, description="The customer; the target's contact where there is a target."
    )
    TargetTransactionID: UUID | None = Field(
        default=None, description="The sales invoice with which it is billed on."
    )
    TargetLineItemID: UUID | None = Field(
        default=None, description="The line of that; several linked transactions may share one."
    )

    @model_validator(mode="after")
    def _names_the_target_of_a_line(self) -> Self:
        if self.TargetLineItemID is not None and self.TargetTransactionID is None:
            raise refusal("Name the invoice of the line too", "TargetTransactionID")
        return self


class LinkedTransactionRecord(LinkedTransaction, Record):
    """A linked transaction as Xero answers it."""

    LinkedTransactionID: UUID | None = None
    Status: str | None = Field(
        default=None,
        description="Follows from both documents: DRAFT, APPROVED, ONDRAFT, BILLED or VOIDED.",
    )
    Type: str | None = Field(default=None, description="BILLABLEEXPENSE.")
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
    SourceTransactionTypeCode: str | None = Field(default=None, description="ACCPAY or SPEND.")
