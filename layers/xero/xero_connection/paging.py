# SPDX-License-Identifier: Apache-2.0
"""Answers a list: one page or all of them, as much as an answer holds, and where it goes on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from xero_connection.errors import ResponseTooLargeError, TemporaryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xero_connection.lists import Listed

_MOST_BYTES: Final = 5_000_000
"""Of records in an answer, of which Lambda returns 6 MB."""
_SEPARATOR: Final = 2
# The next page may take longer than the slowest so far.
_SLOWER: Final = 1.5


@dataclass(frozen=True, kw_only=True)
class Lister:
    """A list operation as one invocation asks for it."""

    record_key: str
    """Under which an output holds the records."""
    ask: Callable[[Listed], dict[str, Any]]
    """Returns the output for one page."""
    shown: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    """Returns what of a record goes into the answer."""
    clock: Callable[[], float]
    deadline: float
    """By `clock`, when the answer must be there."""
    most_bytes: int = _MOST_BYTES

    def answer(self, asked: Listed) -> dict[str, Any]:
        """Return the output: records, `pagination`, `next_cursor` and `stopped_by`.

        Raises:
            ResponseTooLargeError: not even one record fits into an answer.
            XeroConnectionError: nothing could be listed.
        """
        if asked.count_only:
            return self._counted(asked)
        parcel = _Parcel(self)
        slowest = 0.0
        here = asked
        while True:
            began = self.clock()
            try:
                page = self.ask(here)
            except TemporaryError as error:
                if not parcel.records:
                    raise
                return parcel.ended(here.cursor_after(here.skipped), error.code)
            slowest = max(slowest, self.clock() - began)
            full_at = parcel.take(here, page)
            if full_at is not None:
                return parcel.ended(here.cursor_after(full_at), "size")
            following = here.following(page[self.record_key], page["pagination"])
            if following is None:
                return parcel.ended(None)
            if not getattr(asked, "all_pages", False):
                return parcel.ended(following.cursor_after())
            if self.clock() + _SLOWER * slowest > self.deadline:
                return parcel.ended(following.cursor_after(), "time")
            here = following

    def _counted(self, asked: Listed) -> dict[str, Any]:
        """Return an output without records that says how many there are.

        Raises:
            XeroConnectionError: not all could be counted.
        """
        here: Listed | None = asked.smallest()
        count = 0
        output: dict[str, Any] = {}
        while here is not None:
            page = self.ask(here)
            output = output or page
            said = here.paged(page["pagination"])["item_count"]
            if said is not None:
                count = said
                break
            count += len(page[self.record_key])
            here = here.following(page[self.record_key], page["pagination"])
        pagination = {**output["pagination"], "item_count": count}
        nothing: dict[str, Any] = {self.record_key: [], "next_cursor": None, "stopped_by": None}
        return {**output, "pagination": pagination, **nothing}


class _Parcel:
    """An answer while it is filled."""

    def __init__(self, lister: Lister) -> None:
        self.records: list[Any] = []
        self._lister = lister
        self._output: dict[str, Any] = {}
        self._room = lister.most_bytes

    def take(self, here: Listed, page: Mapping[str, Any]) -> int | None:
        """Take a page's records; return the place of the first that has no room.

        Raises:
            ResponseTooLargeError: the answer is empty, and not even one record fits.
        """
        self._output = self._output or {**page, "pagination": here.paged(page["pagination"])}
        records = page[self._lister.record_key]
        for place, record in enumerate(records[here.skipped :], here.skipped):
            one = self._lister.shown(record)
            self._room -= _size(one)
            if self._room < 0:
                if self.records:
                    return place
                raise ResponseTooLargeError(
                    "One record alone is larger than the 6 MB that Lambda returns."
                )
            self.records.append(one)
        return None

    def ended(self, cursor: str | None, why: str | None = None) -> dict[str, Any]:
        """Return the output, which goes on at a cursor."""
        listed = {self._lister.record_key: self.records}
        return {**self._output, **listed, "next_cursor": cursor, "stopped_by": why}


def _size(record: Any) -> int:
    """Return the bytes that Lambda writes for a record."""
    written = json.dumps(record, ensure_ascii=False, default=str)
    return len(written.encode(errors="surrogatepass")) + _SEPARATOR
