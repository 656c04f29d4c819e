# SPDX-License-Identifier: Apache-2.0
"""Whether a file or a note hangs on a record, decided from what Xero lists."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from xero_connection.beside import look_beside, shows_beside
from xero_connection.client import File, Request

RECORD = "/Invoices/6f7594f2-f059-4d56-9e67-47ac9733bfe9"
SENT_AT = datetime(2026, 11, 22, 1, 15, 39, tzinfo=UTC).timestamp()
FILE = Request(
    method="PUT",
    path=f"{RECORD}/Attachments/a%20b%25.txt",
    body=File(content=b"one", content_type="text/plain"),
)
NOTE = Request(
    method="PUT",
    path=f"{RECORD}/History",
    body={"HistoryRecords": [{"Details": "Called\n twice. "}]},
)


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        (FILE, f"{RECORD}/Attachments"),
        (NOTE, f"{RECORD}/History"),
        (Request(method="POST", path=RECORD, body={}), None),
        (Request(method="POST", path=f"{RECORD}/Email", body={}), None),
        (Request(method="PUT", path="/Attachments/a", body={}), None),
        (Request(method="PUT", path=f"{RECORD}/History", body={"Details": "Called."}), None),
    ],
)
def test_what_hangs_on_a_record_is_looked_for_there(request_: Request, path: str | None) -> None:
    look = look_beside(request_)

    assert (look.method, look.path) == ("GET", path) if look else path is None


@pytest.mark.parametrize(
    ("name", "size", "there"),
    [("a b%.txt", 3, True), ("a b%.txt", 4, False), ("a%20b%25.txt", 3, False)],
)
@pytest.mark.promise("file-once")
def test_a_file_is_known_by_its_name_and_its_size(name: str, size: int, *, there: bool) -> None:
    other = {"FileName": "b.txt", "ContentLength": 3}
    listed = {"Attachments": [other, {"FileName": name, "ContentLength": size}]}

    assert shows_beside(FILE, listed, sent_at=SENT_AT) is there


@pytest.mark.parametrize(
    ("entry", "there"),
    [
        ({"Details": "Called twice.", "DateUTC": "2026-11-22T01:15:40Z"}, True),
        ({"Details": "Called twice.", "DateUTC": "2026-11-22T01:15:00Z"}, True),
        # one of an earlier day
        ({"Details": "Called twice.", "DateUTC": "2026-11-21T01:15:40Z"}, False),
        ({"Details": "Called once.", "DateUTC": "2026-11-22T01:15:40Z"}, False),
        ({"Details": "Called twice."}, False),
        ({"Details": "Called twice.", "DateUTC": None}, False),
        ({"Details": "Called twice.", "DateUTC": "then"}, False),
    ],
)
def test_a_note_is_known_by_its_words_since_it_was_sent(
    entry: dict[str, Any], *, there: bool
) -> None:
    assert shows_beside(NOTE, {"HistoryRecords": [{}, entry]}, sent_at=SENT_AT) is there


@pytest.mark.parametrize("document", [None, [], {}, {"Attachments": 1}, {"HistoryRecords": ["a"]}])
def test_what_is_no_list_shows_nothing(document: Any) -> None:
    assert not shows_beside(FILE, document, sent_at=SENT_AT)
    assert not shows_beside(NOTE, document, sent_at=SENT_AT)
