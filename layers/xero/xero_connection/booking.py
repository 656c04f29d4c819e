# SPDX-License-Identifier: Apache-2.0
"""How one call gets its place in an organisation's timetable, step by step.

What has to be read, written or waited for is left to whoever takes the steps (`budgets`), and so is
the time. Times are milliseconds since 1970.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from xero_connection.errors import RateLimitedError
from xero_connection.limits import (
    AT_ONCE,
    FIRST_SPACING,
    LEAST_SPACING,
    MOST_SPACING,
    Booking,
    plan,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from xero_connection.limits import App, Row, Share, Write

# Whoever waits for a new minute comes within its first two seconds, not all at once.
_SPREAD: Final = 2_000
_TRIES: Final = 12
# Whoever has waited longer for a place looks whether it is still one.
_LONG_WAIT: Final = 1_000
# Of calls that overlap the long ones count, and those are few: what they teach is forgotten slowly.
_FORGETTING: Final = 32


class Look(NamedTuple):
    """To be read: the organisation's row, or None, and the app's; answered with both."""


class Pause(NamedTuple):
    """To be waited."""

    seconds: float


class Attempt(NamedTuple):
    """How a write ended, and the row that it met."""

    done: bool
    row: Row | None


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """The leave to make one call."""

    tenant_id: str
    start: int
    row: Row
    """As it was when the call was booked, with it and none booked later, but for what was learned
    until it could begin."""
    app: App


def entering(
    tenant_id: str,
    share: Share,
    *,
    now: Callable[[], int],
    latest: int,
    took: int | None,
    chance: Callable[[], float],
) -> Generator[Look | Write | Pause, Any, Ticket]:
    """Book a call and wait until it may begin; yields what is to be done and wants its outcome.

    Args:
        tenant_id: the organisation.
        share: whose call it is.
        now: tells the time.
        latest: when the call may begin at the latest.
        took: milliseconds that the caller's last call took, where it has made one.
        chance: random numbers from 0 to 1, so that not all come at once.

    Raises:
        RateLimitedError: there is no place before `latest`.
    """
    while True:
        booked = now()
        ticket = yield from _booked(tenant_id, share, now, latest, took, chance)
        wait = ticket.start - now()
        if wait > 0:
            yield Pause(wait / 1000)
        if wait < _LONG_WAIT:
            return ticket
        row, _ = yield Look()
        held = _held(ticket, row, share, booked=booked, now=now()) if row else ticket
        if held:
            return held


def _booked(
    tenant_id: str,
    share: Share,
    now: Callable[[], int],
    latest: int,
    took: int | None,
    chance: Callable[[], float],
) -> Generator[Look | Write | Pause, Any, Ticket]:
    row, app = yield Look()
    for attempt in range(_TRIES):
        while True:
            moment = now()
            drift = _drift(row, took)
            latest = max(latest, moment)  # What may begin at once is not kept waiting.
            place = plan(row, app, share, now=moment, latest=latest, drift=drift)
            if isinstance(place, Booking):
                break
            if place.until > latest:
                raise _used_up(place.limit, place.until - moment)
            spread = _SPREAD if place.limit == "minute" else share.ahead or FIRST_SPACING
            until = min(latest, place.until + spread * chance())
            yield Pause(max(1, until - moment) / 1000)
            row, app = yield Look()
        done, row = yield place.write
        if done:
            # Others may have moved on since the row was read: the place is that of the row met.
            met = plan(row, app, share, now=moment, latest=latest, drift=drift)
            place = met if isinstance(met, Booking) else place
            return Ticket(tenant_id=tenant_id, start=place.start, row=place.row, app=app)
        if attempt:
            yield Pause(attempt * chance() * FIRST_SPACING / 1000)
            row, app = yield Look()
    raise _used_up("concurrent", 1_000)


def _held(ticket: Ticket, row: Row, share: Share, *, booked: int, now: int) -> Ticket | None:
    """Return the ticket as it is after what was learned meanwhile; None if it is one no more."""
    if row.refused >= booked and now < row.minute_end:
        return None
    if row.minute_end != ticket.row.minute_end:
        return ticket
    since = ticket.row.minute_left - row.minute_left
    known = replace(row, minute_left=ticket.row.minute_left, day_left=row.day_left + since)
    return replace(ticket, row=known) if known.free >= share.minute + known.care else None


def _drift(row: Row | None, took: int | None) -> int:
    """Return by how much the spacing is to change after a call that took so long."""
    if row is None or took is None:
        return 0
    # One of the five is left to other programs where there are any.
    at_once = AT_ONCE - 1 - bool(row.care)
    wanted = min(max(took // at_once, LEAST_SPACING), MOST_SPACING)
    if wanted >= row.spacing:
        return min(wanted - row.spacing, row.spacing // 4)
    return -math.ceil((row.spacing - wanted) / _FORGETTING)


def _used_up(limit: str, wait: int) -> RateLimitedError:
    return RateLimitedError(
        f"Xero's {limit} limit is used up.",
        retry_after=float(max(1, math.ceil(wait / 1000))),
        details={"limit": limit},
    )
