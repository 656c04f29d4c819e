# SPDX-License-Identifier: Apache-2.0
"""Manual journals: entries that a person makes in the general ledger directly.

https://developer.xero.com/documentation/api/accounting/manualjournals
"""

from __future__ import annotations

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.fields import Amount, Day, Document, OneOf, Record, refusal
from xero_connection.models.lines import LineItemTracking


class ManualJournalLine(Document):
    """One line of a manual journal."""

    LineAmount: Amount | None = Field(
        default=None, description="A debit is positive, a credit negative."
    )
    AccountCode: str | None = Field(
        default=None,
        description=(
            "Code from list_accounts. Xero refuses bank accounts and system accounts, such as "
            "accounts receivable and payable."
        ),
    )
    AccountID: UUID | None = None
    Description: str | None = Field(default=None, max_length=4000)
    TaxType: str | None = Field(
        default=None, description="TaxType from list_tax_rates; not where LineAmountTypes is NoTax."
    )
    TaxAmount: Amount | None = Field(default=None, description="Worked out by Xero.")
    Tracking: list[LineItemTracking] | None = Field(default=None, max_length=2)
    IsBlank: bool | None = Field(default=None, description="True of a line that says nothing.")


class ManualJournal(Document):
    """A manual journal as it is sent."""

    Narration: str | None = Field(default=None, min_length=1, description="What it is for.")
    JournalLines: list[ManualJournalLine] | None = Field(
        default=None,
        min_length=2,
        description=(
            "All lines: an update replaces those that are there. They come to zero; with "
            "LineAmountTypes Exclusive they do together with their tax."
        ),
    )
    Date: Day | None = Field(default=None, description="Left out: today where the books are.")
    LineAmountTypes: Annotated[str, OneOf("Exclusive", "Inclusive", "NoTax")] | None = Field(
        default=None, description="NoTax where left out."
    )
    Status: Annotated[str, OneOf("DRAFT", "POSTED")] | None = Field(
        default=None, description="DRAFT where left out; to void or delete has operations."
    )
    Url: str | None = Field(default=None, description="Link to the source document.")
    ShowOnCashBasisReports: bool | None = Field(default=None, description="True where left out.")

    @model_validator(mode="after")
    def _comes_to_zero(self) -> Self:
        lines = self.JournalLines or []
        if self.LineAmountTypes == "Exclusive" or (
            # A journal that is changed may be one with tax on top.
            self.LineAmountTypes is None and any(taxed(line) for line in lines)
        ):
            return self
        if left := sum(line.LineAmount for line in lines if line.LineAmount is not None):
            side = "debit" if left > 0 else "credit"
            raise refusal(
                f"The lines come to {abs(left):f} too much {side}: debits (positive) and credits "
                "(negative) have to come to zero together",
                "JournalLines",
            )
        return self


class ManualJournalRecord(ManualJournal, Record):
    """A manual journal as Xero answers it."""

    ManualJournalID: UUID | None = None
    HasAttachments: bool | None = None
    Attachments: list[dict[str, Any]] | None = None
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")


def taxed(line: ManualJournalLine) -> bool:
    """Return whether a line says that there is tax on it."""
    return line.TaxType not in {None, "NONE"} or bool(line.TaxAmount)
