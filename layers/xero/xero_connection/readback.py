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
_OF_A_LINE: Final = ("Description", "Quantity", "UnitAmount", "LineAmount", "AccountCode")
_ONE_RECORD = re.compile(r"/([A-Za-z]+)/[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def sent_documents(request: Request) -> tuple[str, list[Mapping[str, Any]]]:
    """Return the collection that a write is about, and the documents in it.

    Xero takes a single document without a collection around it too.
    """
    body = request.body if isinstance(request.body, dict) else {}
    for collection, documents in body.items():
        if isinstance(documents, list):
            return collection, documents
    return request.path.split("/")[1], [body] if body else []


def look_by_id(request: Request) -> Request | None:
    """Return the call for the record that a write changes, None where it names none by its id."""
    if request.method != "POST" or not _ONE_RECORD.fullmatch(request.path):
        return None
    return Request(method="GET", path=request.path, api=request.api, query=request.query)


def shows(request: Request, document: Any) -> bool:
    """Return whether the record that a write changes is as the write wanted it."""
    collection, documents = sent_documents(request)
    records = document.get(collection) or [] if isinstance(document, dict) else []
    return bool(documents) and bool(records) and contains(records[0], documents[0], whole=True)


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
    return bool(names) and all(contains(record.get(name), _kept(sent[name])) for name in names)


def _kept(sent: Any) -> Any:
    """Return of a document's lines what Xero keeps as it was sent; taxes it works out anew."""
    if not isinstance(sent, list):
        return sent
    return [{name: line[name] for name in _OF_A_LINE if name in line} for line in sent]


def is_young(record: Mapping[str, Any], now: datetime) -> bool:
    """Return whether a record was changed too lately to say whose work it is."""
    try:
        changed = read_moment(record["UpdatedDateUTC"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return False
    return now - changed < _YOUNG


def contains(have: Any, sent: Any, *, whole: bool = False) -> bool:
    """Return whether what was sent is in what the books have, which is always more.

    Args:
        have: what Xero shows.
        sent: a document or a part of it.
        whole: whether what Xero does not show is not there, as in a record asked for by its id; in
            a list it leaves members of a part out, which then say nothing.
    """
    match sent:
        case dict():
            shown = have if isinstance(have, dict) else {}
            return all(
                contains(shown.get(name), sent[name], whole=whole)
                for name in sent
                if whole or name in shown
            )
        case list():
            listed = have if isinstance(have, list) else []
            pairs = zip(listed, sent, strict=False)
            return len(listed) == len(sent) and all(contains(*one, whole=whole) for one in pairs)
        case None | "":
            return not have
        case _:
            return have is not None and bool(_plain(have) == _plain(sent))


def _plain(value: Any) -> Any:
    """Return a value as it is compared: Xero trims white space, and ids differ in case."""
    if isinstance(value, bool | int | float | Decimal):
        return value if isinstance(value, bool) else Decimal(str(value))
    return " ".join(str(value).split()).casefold()
