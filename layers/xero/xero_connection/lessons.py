# SPDX-License-Identifier: Apache-2.0
"""What Xero's answers teach about its limits: the change of a row that one showed to be wrong.

An answer that says what was believed changes nothing. Times are milliseconds. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xero_connection.limits import AT_ONCE, MINUTE, MINUTE_LIMIT, MOST_SPACING, Sum, Write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xero_connection.booking import Ticket
    from xero_connection.limits import Row

_HOUR: Final = 3_600_000
# As many calls of other programs may be unknown yet when the last of a minute are made.
_LEAST_CARE: Final = 4
# So near to a whole minute's calls that the minute must be a new one.
_FRESH: Final = 10
# With no more left than this some have to wait for the next minute.
_LITTLE: Final = 25
_SOON: Final = 5_000
# Of the end of a minute more is not learned from a call that took longer.
_LONGEST_ROUND: Final = 1_000
_DAY_TOLERANCE: Final = 50
_APP_SCARCE: Final = 500
_SCARCE_FOR: Final = 15_000

_Part = tuple[dict[str, int | Sum], list[tuple[str, str, int]]]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What an answer says of the limits."""

    minute: int | None = None
    day: int | None = None
    app: int | None = None
    """Calls left."""
    refused: str | None = None
    """The limit for which the call was refused: minute, day, app or concurrent."""
    retry_after: float = 0
    """Seconds until it would not be."""


def lessons(ticket: Ticket, said: Said, *, ended: int) -> list[Write]:
    """Return the changes of the organisation's row and the app's that an answer asks for.

    Args:
        ticket: of the call.
        said: what its answer said; nothing where it had none.
        ended: when it came.
    """
    sets: dict[str, int | Sum] = {}
    only_if: list[tuple[str, str, int]] = []
    for more, conditions in (
        *_of_minute(ticket, said, ended),
        *_of_day(ticket.row, said, ended),
        *_of_spacing(ticket, said, ended),
    ):
        sets |= more
        only_if += conditions
    writes = [Write(sets=sets, only_if=only_if)] if sets else []
    if said.refused == "app":
        until = ended + _milliseconds(said)
        writes.append(Write(sets={"closed_until": until, **_expiry(until)}, app=True))
    elif said.app is not None and said.app < _APP_SCARCE and ticket.app.scarce_until < ended:
        until = ended + _SCARCE_FOR
        writes.append(Write(sets={"scarce_until": until, **_expiry(until)}, app=True))
    return writes


def _of_minute(ticket: Ticket, said: Said, ended: int) -> Iterator[_Part]:
    row = ticket.row
    if said.refused == "minute":
        sets: dict[str, int | Sum] = {
            "minute_left": 0,
            "minute_limit": MINUTE_LIMIT,
            "minute_end": ended + _milliseconds(said),
            "late": 0,
            "others": 0,
            "care": max(row.care, _care(0)),
            "refused": ended,
            "doubt": 0,
        }
        # Those refused together have the same to say.
        yield sets, [("refused", "<", ticket.start)]
    if said.refused or said.minute is None:
        return
    # The header may count what began after the call, and what had begun may still be on its way.
    meanwhile = 1 + (ended - ticket.start) // max(1, row.spacing)
    others = row.minute_left - said.minute
    more = others - row.others
    same = ("minute_end", "=", row.minute_end)
    if more > max(meanwhile, min(AT_ONCE, said.minute // 4)):
        # Of many answers the one that shows most counts, in whatever order they come.
        yield _taken(row, said.minute, meanwhile, ended), [same, ("others", "<", others)]
    # At the edge of a minute an answer may speak of the next one.
    elif -more > AT_ONCE + meanwhile and ticket.start < row.edge:
        if said.minute < row.minute_limit - _FRESH:
            yield {"others": others}, [same, ("others", "=", row.others)]
        else:
            began = ticket.start + min(ended - ticket.start, _LONGEST_ROUND)
            yield _begun(row, said.minute, began), [same]


def _taken(row: Row, left: int, meanwhile: int, ended: int) -> dict[str, int | Sum]:
    """Return what changes when less is left of a minute than was believed."""
    others = row.minute_left - left
    if not row.doubt:
        # Another program uses the minute too, and has most likely used more of it since.
        others += min(meanwhile, AT_ONCE)
        return {"others": others, "care": max(row.care, _care(others))}
    if left > _LITTLE:
        return {"others": others}
    end = min(row.minute_end, ended + _SOON)
    return {"others": others, "minute_end": end, "doubt": Sum("doubt", -1)}


def _begun(row: Row, left: int, began: int) -> dict[str, int | Sum]:
    """Return what changes when so much is left that the minute must be a new one."""
    sets: dict[str, int | Sum] = {
        "minute_left": Sum("minute_left", left - row.minute_left),
        "minute_end": began + MINUTE,
        "late": 0,
        "others": 0,
        "doubt": 0,
    }
    return sets | ({"minute_limit": left + 1} if left >= row.minute_limit else {})


def _of_day(row: Row, said: Said, ended: int) -> Iterator[_Part]:
    only_if = [("day_until", "=", row.day_until)]
    if said.refused == "day":
        yield {"day_left": 0, "day_until": ended + _milliseconds(said)}, only_if
    if said.refused or said.day is None:
        return
    known = row.day_until > ended
    more = said.day - row.day_left
    tolerance = min(_DAY_TOLERANCE, max(AT_ONCE, said.day // 10))
    if not known or more > _DAY_TOLERANCE or -more > tolerance:
        yield {"day_left": said.day, "day_until": ended + _HOUR}, only_if


def _of_spacing(ticket: Ticket, said: Said, ended: int) -> Iterator[_Part]:
    spacing = ticket.row.spacing
    took = ended - ticket.start
    wanted = 0
    if said.refused == "concurrent":
        wanted = 2 * spacing
    elif not said.refused and took > AT_ONCE * spacing:
        # By little at a time, since one slow call takes one of the five and no more.
        wanted = min(took // 4, spacing + spacing // 4)
    more = min(wanted, MOST_SPACING) - spacing
    if more > 0:
        yield {"spacing": Sum("spacing", more)}, [("spacing", "<=", spacing)]


def _care(others: int) -> int:
    """Return how many calls of a minute to leave to programs that have made so many."""
    return _LEAST_CARE + others // 4


def _milliseconds(said: Said) -> int:
    return round(said.retry_after * 1000)


def _expiry(until: int) -> dict[str, int]:
    return {"expires_at": until // 1000 + 3600}
