# SPDX-License-Identifier: Apache-2.0
"""History: what was done with a record, and the notes that people and programs left on it.

https://developer.xero.com/documentation/api/accounting/historyandnotes
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from xero_connection.fields import Record


class HistoryEntryRecord(Record):
    """One entry of a record's history as Xero answers it."""

    of_xero: ClassVar[str] = "HistoryRecord"

    Changes: str | None = Field(
        default=None, description="What was done: Created, Approved, Note and the like."
    )
    DateUTC: str | None = Field(default=None, description="When; ISO 8601 in UTC.")
    Details: str | None = Field(default=None, description="What exactly, or the note.")
    User: str | None = Field(
        default=None, description="Who; System Generated where it was done through the API."
    )
