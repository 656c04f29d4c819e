# SPDX-License-Identifier: Apache-2.0
"""How far a sweep has come with one kind of record of one organisation. No I/O.

It goes along the dates of change, so that a place in it is a date and whatever stops it can go on
from there. Xero tells dates to the second, so a second is read again rather than left out.

Where dates are no way on, since one second has more than a page, it goes on by pages, newest first:
what changes meanwhile then moves others to later pages, which repeats some and leaves none out. It
moves itself to pages that are done with, so the next sweep goes on from when the pages began.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from xero_connection.documents import iso, read_moment
from xero_connection.resources import USUAL_PAGE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xero_connection.client import Request
    from xero_connection.resources import Resource

_SECOND: Final = timedelta(seconds=1)
# What Xero writes down late, or a clock of its own tells late, is still seen the next time.
_OVERLAP: Final = timedelta(minutes=2)
_FIRST_YEAR: Final = 1970
# Nothing changed before it; so everything is published, and nothing that is unknown called new.
_NEVER: Final = "1970-01-01T00:00:00Z"


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """Where to go on."""

    since: str = ""
    """What changed at this moment (UTC, to the second) or later is left; empty: all there is."""
    page: int = 1
    """Of what changed since then; 1 while it goes along the dates."""
    paged_at: str = ""
    """While it goes by pages: when that began."""
    baseline_until: str = ""
    """While the baseline is made: what changed until this moment belongs to it."""
    looked_at: str = field(default="", compare=False)
    """When it last came on; empty where it has not begun. It is no part of where to go on."""

    def request(self, resource: Resource) -> Request:
        """Return the next call."""
        return resource.changed_since(self.since, self.page, newest_first=bool(self.paged_at))

    def as_row(self) -> dict[str, str]:
        """Return the attributes of its row in the table."""
        return {name: str(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one call has brought."""

    records: Sequence[Mapping[str, Any]]
    baseline_until: str
    """As in `Cursor`, for these records."""
    cursor: Cursor
    """Where to go on once they are safe."""
    complete: bool
    """Whether there is nothing left for this time."""


def cursor_key(tenant_id: str, resource: Resource) -> str:
    """Return the key of the row that keeps a cursor."""
    return f"cursor#{tenant_id}#{resource.name}"


def kept_cursor(row: Mapping[str, str]) -> Cursor:
    """Return the cursor that a row of the table keeps."""
    return Cursor(
        since=row["since"],
        page=int(row["page"]),
        paged_at=row.get("paged_at", ""),
        baseline_until=row["baseline_until"],
    )


def without_baseline(now: datetime) -> Cursor:
    """Return the cursor of a list so long that Xero refuses to give it from the beginning.

    What was there already stays unknown, so that from now on no record can be said to be new.
    """
    return Cursor(since=_to_the_second(now - _OVERLAP), baseline_until=_NEVER)


def step(resource: Resource, cursor: Cursor, document: Any, *, now: datetime) -> Step:
    """Return what the answer to the cursor's call brings.

    Args:
        resource: the kind of record.
        cursor: where it was asked from.
        document: Xero's answer.
        now: the time here, for an answer that does not tell Xero's own.

    Raises:
        UnavailableError: the answer is none.
    """
    records = list(resource.records(document).values())
    answered = _moment(document.get("DateTimeUTC")) or now
    baseline_until = cursor.baseline_until or ("" if cursor.since else iso(answered))
    complete = _is_last(resource, cursor, document)
    if complete:
        began = _moment(cursor.paged_at) or answered
        stays = baseline_until if baseline_until == _NEVER else ""
        following = Cursor(since=_to_the_second(began - _OVERLAP), baseline_until=stays)
    else:
        following = replace(_next(cursor, records, answered), baseline_until=baseline_until)
    return Step(
        records=records,
        baseline_until=baseline_until,
        cursor=replace(following, looked_at=iso(now)),
        complete=complete,
    )


def _is_last(resource: Resource, cursor: Cursor, document: Mapping[str, Any]) -> bool:
    count = len(document.get(resource.collection, ()))
    if resource.page_size is None or not count:
        return True
    try:
        return bool(cursor.page >= document["pagination"]["pageCount"])
    except (KeyError, TypeError):
        # Pages may be smaller than they were asked to be.
        return count < USUAL_PAGE


def _next(cursor: Cursor, records: Sequence[Mapping[str, Any]], answered: datetime) -> Cursor:
    """Go on from the newest record's second, or by pages where that is no way on."""
    if cursor.paged_at:
        return replace(cursor, page=cursor.page + 1)
    dates = [_moment(record.get("UpdatedDateUTC")) for record in records]
    known = [date for date in dates if date]
    if len(known) == len(dates) and known == sorted(known):
        since = _to_the_second(known[-1] - _SECOND)
        # A page within one second does not show which way the list goes.
        if since > cursor.since and _to_the_second(known[0]) < _to_the_second(known[-1]):
            return Cursor(since=since)
    return replace(cursor, paged_at=iso(answered))


def _moment(text: Any) -> datetime | None:
    """Return a moment in UTC; Xero also writes dates of the year 1 where it has none."""
    try:
        moment = read_moment(text)
    except (OverflowError, TypeError, ValueError):
        return None
    return moment if moment.year >= _FIRST_YEAR else None


def _to_the_second(moment: datetime) -> str:
    """Return a moment as Xero takes it in If-Modified-Since.

    https://developer.xero.com/documentation/api/accounting/requests-and-responses
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
