# SPDX-License-Identifier: Apache-2.0
"""How far a sweep has come with one kind of record of one organisation. No I/O.

It goes along the dates of change, so that a place in it is a date and whatever stops it can go on
from there. Xero tells dates to the second, so a second is read again rather than left out.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from xero_connection.documents import iso

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xero_connection.client import Request
    from xero_connection.resources import Resource

_SECOND: Final = timedelta(seconds=1)
# What Xero writes down late, or a clock of its own tells late, is still seen the next time.
_OVERLAP: Final = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """Where to go on."""

    since: str = ""
    """What changed at this moment (UTC, to the second) or later is left; empty: all there is."""
    page: int = 1
    """Of what changed since then: above 1 where one second has more than a page."""
    baseline_until: str = ""
    """While the baseline is made: what changed until this moment belongs to it."""
    looked_at: str = ""
    """When it last came on; empty where it has not begun."""

    def request(self, resource: Resource) -> Request:
        """Return the next call."""
        return resource.changed_since(self.since, self.page)

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
        baseline_until=row["baseline_until"],
        looked_at=row["looked_at"],
    )


def without_baseline(now: datetime) -> Cursor:
    """Return the cursor of a list so long that Xero refuses to give it from the beginning."""
    return Cursor(since=_to_the_second(now - _OVERLAP))


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
    complete = _is_last(resource, cursor, document, len(records))
    if complete:
        following = Cursor(since=_to_the_second(answered - _OVERLAP))
    else:
        following = replace(_next(cursor, records), baseline_until=baseline_until)
    return Step(
        records=records,
        baseline_until=baseline_until,
        cursor=replace(following, looked_at=iso(now)),
        complete=complete,
    )


def _is_last(resource: Resource, cursor: Cursor, document: Mapping[str, Any], count: int) -> bool:
    if resource.page_size is None:
        return True
    if pagination := document.get("pagination"):
        # Pages may be smaller than they were asked to be; their count tells.
        return bool(cursor.page >= pagination["pageCount"])
    return count < resource.page_size


def _next(cursor: Cursor, records: Sequence[Mapping[str, Any]]) -> Cursor:
    """Go on from the newest record's second, or with the next page where that is no way on."""
    dates = [_moment(record.get("UpdatedDateUTC")) for record in records]
    known = [date for date in dates if date]
    if known and len(known) == len(dates) and known == sorted(known):
        since = _to_the_second(known[-1] - _SECOND)
        if since > cursor.since:
            return Cursor(since=since)
    return replace(cursor, page=cursor.page + 1)


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _to_the_second(moment: datetime) -> str:
    """Return a moment as Xero takes it in If-Modified-Since.

    https://developer.xero.com/documentation/api/accounting/requests-and-responses
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
