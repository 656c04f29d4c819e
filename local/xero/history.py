# SPDX-License-Identifier: Apache-2.0
"""What was done with each record, and the notes on it.

Rules: https://developer.xero.com/documentation/api/accounting/historyandnotes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from local.xero.wire import Document

LONGEST_NOTE = 2500
_BY_STATUS = {
    "ACCEPTED": "Accepted",
    "ARCHIVED": "Archived",
    "AUTHORISED": "Approved",
    "BILLED": "Billed",
    "DECLINED": "Declined",
    "DELETED": "Deleted",
    "INVOICED": "Invoiced",
    "PAID": "Paid",
    "POSTED": "Posted",
    "SENT": "Sent",
    "SUBMITTED": "Submitted",
    "VOIDED": "Voided",
}
"""What a change of status is called; any other change is an edit."""


@dataclass(slots=True)
class History:
    """The history of all records of an organisation."""

    _entries: dict[str, list[Document]] = field(default_factory=dict)
    """By the record's id, oldest first."""
    _statuses: dict[str, str] = field(default_factory=dict)
    """The status that each record was last seen with."""

    def seen(self, record_id: str, record: Document) -> None:
        """Take note of a record that is there from the start."""
        self._statuses[record_id] = _status(record)

    def changed(self, record_id: str, record: Document, at: datetime, *, created: bool) -> None:
        """Write down that a record was created or changed."""
        status = _status(record)
        other = status != self._statuses.get(record_id, status)
        what = "Created" if created else _BY_STATUS.get(status, "Edited") if other else "Edited"
        self._statuses[record_id] = status
        self.add(record_id, what, f"{what} through the Xero API", at)

    def add(self, record_id: str, what: str, details: str, at: datetime) -> Document:
        """Write an entry and return it."""
        entry: Document = {
            "Changes": what,
            "DateUTCString": at.strftime("%Y-%m-%dT%H:%M:%S"),
            "DateUTC": at,
            "User": "System Generated",
            "Details": details,
        }
        self._entries.setdefault(record_id, []).append(entry)
        return entry

    def of(self, record_id: str) -> Iterator[Document]:
        """Go through the entries of a record, newest first."""
        return reversed(self._entries.get(record_id, []))


def _status(record: Document) -> str:
    return str(record.get("Status") or record.get("ContactStatus") or "")
