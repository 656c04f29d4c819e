# SPDX-License-Identifier: Apache-2.0
"""Whether a write to what hangs on a record, a file or a note, is in Xero's books. No I/O."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from xero_connection.client import File, Request
from xero_connection.documents import read_moment
from xero_connection.readback import CLOCKS, records_in

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_A_RECORD: Final = re.compile(r"(/[A-Za-z]+/[0-9a-fA-F-]{36}/(?:Attachments|History))(/[^/]+)?")


def look_beside(request: Request) -> Request | None:
    """Return the call for what hangs on the record that a write is about, None for any other."""
    known = isinstance(request.body, File) or records_in(request.body, "HistoryRecords")
    found = _OF_A_RECORD.fullmatch(request.path) if known else None
    return Request(method="GET", path=found[1], api=request.api) if found else None


def shows_beside(request: Request, document: Any, *, sent_at: float) -> bool:
    """Return whether what was sent at a moment, in seconds since 1970, hangs on the record.

    A file is known by its name and its size. A note is known by its words; a second one of the same
    words that was written meanwhile would say nothing new.
    """
    if isinstance(request.body, File):
        sent = (unquote(request.path.rpartition("/")[2]), len(request.body.content))
        files = records_in(document, "Attachments")
        return sent in [(one.get("FileName"), one.get("ContentLength")) for one in files]
    since = datetime.fromtimestamp(sent_at, UTC) - CLOCKS
    sent_notes = [_words(one) for one in records_in(request.body, "HistoryRecords")]
    entries = records_in(document, "HistoryRecords")
    new = [_words(one) for one in entries if _written_at(one) >= since]
    return all(one in new for one in sent_notes)


def _words(entry: Mapping[str, Any]) -> list[str]:
    return str(entry.get("Details")).split()


def _written_at(entry: Mapping[str, Any]) -> datetime:
    try:
        return read_moment(entry["DateUTC"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)
