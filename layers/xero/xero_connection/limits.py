# SPDX-License-Identifier: Apache-2.0
"""An organisation's limits, shared by every copy of every function: who may call when.

Xero's rules: https://developer.xero.com/documentation/guides/oauth2/limits. What is known stands in
one row for each organisation and one for the app. `booking` takes a place by it, `lessons` corrects
it, `budgets` keeps it. Times are milliseconds since 1970. No I/O.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MINUTE: Final = 60_000
MINUTE_LIMIT: Final = 60
AT_ONCE: Final = 5
FIRST_SPACING: Final = 250
LEAST_SPACING: Final = 20
MOST_SPACING: Final = 4_000

# How fast `care` is given up: by one call in so long.
_FORGETTING: Final = 3 * MINUTE

# Of the end of Xero's minute only the second is known, and a call takes its time to get there: one
# begun so shortly before it counts in both minutes.
_EDGE: Final = 2_000
_KEPT_SECONDS: Final = 2 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Share:
    """What some of the callers may use of the limits."""

    minute: int = 0
    """Calls of a minute that they leave to others."""
    day: int = 0
    """Calls of a day that they leave to others."""
    ahead: int | None = None
    """Milliseconds that they book ahead at the most, so that nobody waits behind all of them."""


PEOPLE: Final = Share()
"""Whoever invokes a function and waits for its answer."""
EVENTS: Final = Share(minute=10, day=50)
"""Requests from the queue."""
BACKGROUND: Final = Share(minute=20, day=100, ahead=1_000)
"""Records and sweeps."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What is believed of an organisation, and the timetable of its calls."""

    minute_left: int = MINUTE_LIMIT
    """Of the minute that the last call booked begins in, if it were not for `others`."""
    minute_limit: int = MINUTE_LIMIT
    """Xero's 60, until an answer shows more."""
    minute_end: int = 0
    late: int = 0
    """Calls booked at the very end of that minute, which may count in the next."""
    day_left: int = 0
    day_until: int = 0
    """How long `day_left` is believed; from then on the day is not known and limits nothing."""
    others: int = 0
    """Calls that other programs have made in that minute, as far as answers showed them; below zero
    where some were booked here and not made."""
    care: int = 0
    """Calls of a minute that are left to other programs, since they lately made some."""
    next_start: int = 0
    """When the next call may begin."""
    spacing: int = FIRST_SPACING
    """Between two beginnings: a quarter of what calls take, so that no more than five overlap; a
    third beside other programs."""
    refused: int = 0
    """When Xero last said that the minute is used up."""
    doubt: int = 12
    """How often little that is left may yet be taken for the rest of the minute before, since Xero
    has never said when its minutes end."""

    @property
    def free(self) -> int:
        """What is left of the minute, as far as it is known."""
        return self.minute_left - self.others

    @property
    def edge(self) -> int:
        """From when on a call may count in the next minute too."""
        return self.minute_end - _EDGE


@dataclass(frozen=True, kw_only=True)
class App:
    """What is believed of the app's own minute, in which all organisations count."""

    closed_until: int = 0
    scarce_until: int = 0
    """So long it is left to those who wait for an answer."""


class Sum(NamedTuple):
    """What an attribute is set to: an attribute as it was, plus a number or another attribute."""

    attribute: str
    other: int | str


@dataclass(frozen=True, kw_only=True)
class Write:
    """A change of a row, made only if all of what is compared is so."""

    sets: Mapping[str, int | Sum]
    only_if: Sequence[tuple[str, str, int]] = ()
    """Attribute, comparison and number."""
    new: bool = False
    """Only if there is no row."""
    app: bool = False
    """Of the app's row instead of the organisation's."""


class Booking(NamedTuple):
    """A place in the timetable."""

    start: int
    row: Row
    """As it is then."""
    write: Write


class Wait(NamedTuple):
    """No place before a moment, and the limit that is the reason."""

    until: int
    limit: str


def plan(
    row: Row | None, app: App, share: Share, *, now: int, latest: int, drift: int = 0
) -> Booking | Wait:
    """Return the place of the next call in the timetable, or how long there is none.

    Args:
        row: of the organisation, if there is one.
        app: the app's row.
        share: whose call it is.
        now: the time.
        latest: when the call may begin at the latest.
        drift: by how much the spacing is to change.
    """
    known = row or Row()
    closed = app.closed_until if share.ahead is None else max(app.closed_until, app.scarce_until)
    if closed > now:
        return Wait(closed, "app")
    if known.day_until > now and known.day_left <= share.day:
        return Wait(known.day_until, "day")
    start = max(now, known.next_start)
    soon = latest if share.ahead is None else min(latest, now + share.ahead)
    if start > soon:
        return Wait(start - (share.ahead or 0), "concurrent")
    minute = _minute_of(known, start)
    if minute.free <= share.minute + minute.care:
        return Wait(minute.minute_end, "minute")
    booked = replace(
        minute,
        minute_left=minute.minute_left - 1,
        late=minute.late + (start >= minute.edge),
        day_left=known.day_left - (known.day_until > now),
        next_start=start + known.spacing,
        spacing=known.spacing + drift,
    )
    expires_at = now // 1000 + _KEPT_SECONDS
    if row is None:
        write = Write(sets={**asdict(booked), "expires_at": expires_at}, new=True)
    else:
        write = _change(row, booked, share, now=now, start=start, soon=soon)
        write = replace(write, sets={**write.sets, "expires_at": expires_at})
    return Booking(start, booked, write)


def believed(row: Row | None, *, now: int) -> dict[str, int]:
    """Return the calls that are left this minute and today, as far as that is known."""
    if row is None:
        return {}
    minute = _minute_of(row, max(now, row.next_start))
    left = {"minute_remaining": max(0, minute.free)}
    return left | ({"day_remaining": row.day_left} if row.day_until > now else {})


def _change(row: Row, booked: Row, share: Share, *, now: int, start: int, soon: int) -> Write:
    """Return the change that books a call, so that it still fits when others were quicker."""
    sets: dict[str, int | Sum] = {}
    only_if = [("minute_end", "=", row.minute_end)]
    if booked.minute_end == row.minute_end:
        sets["minute_left"] = Sum("minute_left", -1)
        only_if.append(("others", "=", row.others))
        only_if.append(("minute_left", ">", share.minute + row.care + row.others))
        if start >= booked.edge:
            sets["late"] = Sum("late", 1)
    else:
        for name in ("minute_left", "minute_end", "late", "others", "care"):
            sets[name] = getattr(booked, name)
    if row.day_until > now:
        sets["day_left"] = Sum("day_left", -1)
        only_if.append(("day_left", ">", share.day))
    if booked.spacing != row.spacing:
        sets["spacing"] = Sum("spacing", booked.spacing - row.spacing)
    if row.next_start >= now:
        # Added up by the table itself, so that of many bookings at once each gets its own place.
        sets["next_start"] = Sum("next_start", "spacing")
        last = (booked.minute_end if start >= booked.edge else booked.edge) - 1
        only_if += [("next_start", ">=", now), ("next_start", "<=", min(soon, last))]
    else:
        sets["next_start"] = Sum("spacing", now)
        only_if.append(("next_start", "<", now))
    return Write(sets=sets, only_if=only_if)


def _minute_of(row: Row, start: int) -> Row:
    """Return the row as it is in the minute in which a call begins."""
    if start < row.minute_end:
        return row
    if not row.minute_end:
        return replace(row, minute_left=row.minute_limit, minute_end=start + MINUTE)
    passed = (start - row.minute_end) // MINUTE
    left = row.minute_limit - (0 if passed else row.late)
    end = row.minute_end + (passed + 1) * MINUTE
    care = max(0, row.care - (end // _FORGETTING - row.minute_end // _FORGETTING))
    return replace(row, minute_left=left, minute_end=end, late=0, others=0, care=care)
