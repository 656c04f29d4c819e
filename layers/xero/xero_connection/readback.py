# SPDX-License-Identifier: Apache-2.0
"""Whether a write is in Xero's books, read from what they hold. No I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from xero_connection.client import Request
from xero_connection.documents import read_moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xero_connection.operation import ReadBack

ABSENT: Final = "ABSENT"
"""`StatusAttributeString` of a document of a batch that is not in the books; Xero has no such."""

_PAGE: Final = 100
_MOST_PAGES: Final = 10
# Clocks differ, and Xero compares whole seconds.
_CLOCKS: Final = timedelta(seconds=60)
# What Xero has changed so lately may be the work of another request that is still under way.
_YOUNG: Final = timedelta(seconds=60)
_ONE_RECORD = re.compile(r"/([A-Za-z]+)/[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def sent_documents(request: Request) -> tuple[str, list[Mapping[str, Any]]]:
    """Return the collection that a write is about, and the documents in it."""
    body = request.body if isinstance(request.body, dict) else {}
    for collection, documents in body.items():
        if isinstance(documents, list):
            return collection, documents
    return "", []


def look_by_id(request: Request) -> Request | None:
    """Return the call for the record that a write changes, None where it names none by its id."""
    if request.method != "POST" or not _ONE_RECORD.fullmatch(request.path):
        return None
    return Request(method="GET", path=request.path, api=request.api, query=request.query)


def shows(request: Request, document: Any) -> bool:
    """Return whether the record that a write changes is as the write wanted it."""
    collection, documents = sent_documents(request)
    records = document.get(collection) or [] if isinstance(document, dict) else []
    return bool(documents) and bool(records) and contains(records[0], documents[0])


@dataclass
class Search:
    """A look through the records that were changed since a write was sent."""

    read_back: ReadBack
    since: datetime
    page: int = 1

    def request(self) -> Request:
        """Return the call for the next page."""
        moment = (self.since - _CLOCKS).astimezone(UTC).replace(tzinfo=None)
        return Request(
            method="GET",
            path=self.read_back.path,
            query={
                **self.read_back.query,
                "page": str(self.page),
                "pageSize": str(_PAGE),
                "order": f"{self.read_back.id_field} ASC",
            },
            headers={"If-Modified-Since": moment.isoformat(timespec="seconds")},
        )

    def take(self, document: Any) -> list[Mapping[str, Any]]:
        """Return the records of a page."""
        self.page += 1
        return list(document.get(self.read_back.collection) or [])

    def ended(self, records: Sequence[Any]) -> bool:
        """Return whether a page was the last."""
        return len(records) < _PAGE

    @property
    def hopeless(self) -> bool:
        """Whether so much has changed since that the search is given up."""
        return self.page > _MOST_PAGES


def is_same(read_back: ReadBack, record: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    """Return whether a record is what a document became."""
    names = [name for name in read_back.identity(sent) if sent.get(name) is not None]
    return bool(names) and all(contains(record.get(name), sent[name]) for name in names)


def is_young(record: Mapping[str, Any], now: datetime) -> bool:
    """Return whether a record was changed too lately to say whose work it is."""
    try:
        changed = read_moment(record["UpdatedDateUTC"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return False
    return now - changed < _YOUNG


def contains(have: Any, sent: Any) -> bool:
    """Return whether what was sent is in what the books have, which is always more.

    A part that Xero does not show at this place says nothing; one that it shows otherwise does.
    """
    match sent:
        case dict():
            shown = have if isinstance(have, dict) else {}
            return all(name not in shown or contains(shown[name], sent[name]) for name in sent)
        case list():
            listed = have if isinstance(have, list) else []
            return len(listed) == len(sent) and all(map(contains, listed, sent))
        case None:
            return not have
        case _:
            return bool(_plain(have) == _plain(sent))


def _plain(value: Any) -> Any:
    """Return a value as it is compared: Xero trims white space, and ids differ in case."""
    if isinstance(value, bool | int | float | Decimal):
        return value if isinstance(value, bool) else Decimal(str(value))
    return " ".join(str(value).split()).casefold()
