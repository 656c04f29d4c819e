# SPDX-License-Identifier: Apache-2.0
"""Which of Xero's records can be what a write made: those that were changed since. No I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from xero_connection.client import Request
from xero_connection.meanings import unexpected
from xero_connection.readback import CLOCKS, UNDATED, changed_at, records_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.operation import ReadBack

_PAGE: Final = 1000
_MOST_PAGES: Final = 10
_PART_OF_A_RECORD: Final = re.compile(r"(/([A-Za-z]+)/[^/]+)/[A-Za-z]+")


@dataclass
class Search:
    """A look through the records that were changed since a write was sent."""

    read_back: ReadBack
    since: datetime
    page: int = 1

    records: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What was found, by id."""
    seen: set[str] = field(default_factory=set)
    """The ids of all that was listed."""
    ended: bool = False
    """Whether there is no more of it."""

    def request(self) -> Request:
        """Return the call for the next page."""
        moment = (self.since - CLOCKS).astimezone(UTC).replace(tzinfo=None)
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

    def take(self, document: Any) -> None:
        """Take a page.

        Raises:
            UnavailableError: it is none.
        """
        before = len(self.seen)
        try:
            page = document.get(self.read_back.collection) or []
            found = {str(record[self.read_back.id_field]): record for record in page}
        except (AttributeError, KeyError, TypeError):
            raise unexpected(self.request()) from None
        self.seen |= found.keys()
        # Some lists cannot be asked for what has changed since, and give all.
        self.records |= {one: found[one] for one in found if self._is_new(found[one])}
        # Xero may give fewer than were asked for; a list without pages answers the same each time.
        pages = (document.get("pagination") or {}).get("pageCount")
        last = self.page >= pages if isinstance(pages, int) else len(self.seen) == before
        self.page += 1
        self.ended = last or not page

    def _is_new(self, record: Mapping[str, Any]) -> bool:
        changed = changed_at(record)
        return changed >= self.since - CLOCKS or changed == UNDATED

    @property
    def hopeless(self) -> bool:
        """Whether so much has changed since that the search is given up."""
        return self.page > _MOST_PAGES


@dataclass
class SearchInside(Search):
    """A look through the parts of the record that one was to be added to."""

    path: str = ""
    holder: str = ""
    """The collection that the record itself is of."""

    def request(self) -> Request:
        """Return the call for the record."""
        return Request(method="GET", path=self.path)

    def take(self, document: Any) -> None:
        """Take the record.

        Raises:
            UnavailableError: it is none.
        """
        self.ended = True
        try:
            (record,) = records_in(document, self.holder)
            changed = record["UpdatedDateUTC"]
            # A part has no date of its own; it is no younger than its record's last change.
            parts = [
                {**part, "UpdatedDateUTC": changed}
                for part in records_in(record, self.read_back.collection)
                if changed_at(record) >= self.since - CLOCKS
            ]
            self.records = {str(part[self.read_back.id_field]): part for part in parts}
        except (KeyError, ValueError):
            raise unexpected(self.request()) from None


def search_for(read_back: ReadBack, request: Request, since: datetime) -> Search:
    """Return the search for what a write has made."""
    inside = None if read_back.path else _PART_OF_A_RECORD.fullmatch(request.path)
    if inside is None:
        return Search(read_back, since)
    return SearchInside(read_back, since, path=inside[1], holder=inside[2])
