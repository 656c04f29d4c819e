# SPDX-License-Identifier: Apache-2.0
"""What was received before: events that Xero repeats are told from new ones, and missed ones seen.

An event is marked after the bus took it and never before: what ends in between repeats it, and
loses nothing. A table that does not answer is one in which nothing is marked.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from xero_connection.events import event_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MARK_SECONDS: Final = 3 * 24 * 3600
"""How long a mark is kept: Xero repeats a delivery for 24 hours, and people repeat it after them.

https://developer.xero.com/documentation/guides/webhooks/configuring-your-server
"""
_PREFIX: Final = "event#"
_LAST: Final = _PREFIX + "sequence"


class Table(Protocol):
    """Keys that are kept for a while, as `table.Table` keeps them."""

    def present(self, keys: Sequence[str], *, until: float) -> tuple[set[str], bool]:
        """Return which of the keys are there, and whether that is known of all of them."""

    def put(self, keys: Sequence[str], *, expires_at: int, until: float) -> None:
        """Put the keys, as far as it goes."""

    def advance(self, key: str, number: int, *, expires_at: int, until: float) -> int | None:
        """Put a number in the place of a lower one, and return that one where there was one."""


class Fresh(NamedTuple):
    """What is left to publish."""

    entries: list[dict[str, Any]]
    repeated: int
    """How many were left out."""
    sure: bool
    """Whether the table told of every event."""


class Marks:
    """The marks of the events that the bus has taken."""

    def __init__(self, table: Table, *, now: Callable[[], float] = time.time) -> None:
        """Take the table, and the clock that tells seconds since 1970."""
        self._table = table
        self._now = now

    def fresh(self, entries: Iterable[dict[str, Any]], *, until: float) -> Fresh:
        """Return the entries whose event is not marked, each event once."""
        given = list(entries)
        by_id: dict[str, dict[str, Any]] = {}
        for entry in given:
            by_id.setdefault(event_id(entry), entry)
        keys = [_PREFIX + one for one in by_id]
        marked, sure = self._table.present(keys, until=until) if keys else (set[str](), True)
        left = [entry for one, entry in by_id.items() if _PREFIX + one not in marked]
        return Fresh(entries=left, repeated=len(given) - len(left), sure=sure)

    def missed_before(self, sequence: range, *, until: float) -> range:
        """Return the places in Xero's sequence, up to this delivery's, that nobody received.

        A delivery that Xero repeats comes with places from before and misses none. One that comes
        before its time looks as if others were missed; to look for them costs little.
        """
        if not sequence:
            return range(0)
        expires_at = int(self._now()) + MARK_SECONDS
        last = self._table.advance(_LAST, sequence[-1], expires_at=expires_at, until=until)
        return range(0) if last is None else range(last + 1, sequence[0])

    def add(self, entries: Iterable[dict[str, Any]], *, until: float) -> None:
        """Mark the events of entries that the bus has taken."""
        keys = [_PREFIX + event_id(entry) for entry in entries]
        if keys:
            self._table.put(keys, expires_at=int(self._now()) + MARK_SECONDS, until=until)
