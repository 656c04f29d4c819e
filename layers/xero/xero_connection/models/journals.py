# SPDX-License-Identifier: Apache-2.0
"""Journals: the entries of the general ledger, which each document makes when it counts.

https://developer.xero.com/documentation/api/accounting/journals
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from xero_connection.fields import Amount, Day, Record


class JournalLineRecord(Record):
    """One entry of a journal in one account."""

    JournalLineID: UUID | None = None
    AccountID: UUID | None = None
    AccountCode: str | None = None
    AccountType: str | None = None
    AccountName: str | None = None
    Description: str | None = None
    NetAmount: Amount | None = Field(
        default=None, description="Without tax; a debit is positive, a credit negative."
    )
    GrossAmount: Amount | None = Field(default=None, description="NetAmount and TaxAmount.")
    TaxAmount: Amount | None = None
    TaxType: str | None = None
    TaxName: str | None = None
    TrackingCategories: list[dict[str, Any]] | None = None


class JournalRecord(Record):
    """A journal as Xero answers it."""

    JournalID: UUID
    JournalNumber: int | None = Field(
        default=None, description="Rises with each journal that is made."
    )
    JournalDate: Day | None = Field(default=None, description="Day for which it counts.")
    CreatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
    Reference: str | None = None
    SourceID: UUID | None = Field(default=None, description="The document that made it.")
    SourceType: str | None = Field(
        default=None, description="What made it: ACCREC, ACCPAYPAYMENT, MANJOURNAL and so on."
    )
    JournalLines: list[JournalLineRecord] | None = None
