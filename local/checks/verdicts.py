# SPDX-License-Identifier: Apache-2.0
"""What a check comes to, and the words that all checks share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from xero_connection.documents import read_moment

from local.checks.facts import Facts

Status = Literal["pass", "warn", "fail", "skip"]
WORST: dict[Status, int] = {"skip": 0, "pass": 1, "warn": 2, "fail": 3}


@dataclass(frozen=True)
class Verdict:
    """How something is."""

    status: Status
    found: str
    todo: str = ""
    """What to do, where it is not as it should be."""


@dataclass(frozen=True)
class Check:
    """One line of the table."""

    id: str
    title: str
    judge: Callable[[Facts], Verdict]


def passed(found: str) -> Verdict:
    """Return that all is well."""
    return Verdict("pass", found)


def warned(found: str, todo: str) -> Verdict:
    """Return that something should be looked at."""
    return Verdict("warn", found, todo)


def failed(found: str, todo: str) -> Verdict:
    """Return that something is broken."""
    return Verdict("fail", found, todo)


def skipped(found: str) -> Verdict:
    """Return that there is nothing to judge."""
    return Verdict("skip", found)


def together(verdicts: Iterable[Verdict], otherwise: Verdict) -> Verdict:
    """Return several verdicts as one, the worst first; `otherwise` where there is none."""
    several = sorted(verdicts, key=lambda one: -WORST[one.status])
    if not several:
        return otherwise
    todos = dict.fromkeys(one.todo for one in several if one.todo)
    return Verdict(several[0].status, " ".join(one.found for one in several), " ".join(todos))


def moment(text: str) -> datetime | None:
    """Return what a row says of a time, None where it says nothing that is one."""
    try:
        return read_moment(text) if text else None
    except (ValueError, OverflowError):
        return None


def ago(then: datetime, now: datetime) -> str:
    """Return how long ago something was, in words."""
    return "just now" if now - then < timedelta(seconds=5) else f"{lasting(now - then)} ago"


def lasting(span: timedelta) -> str:
    """Return a span of time in words, in its largest unit."""
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return counted(seconds // size, unit)
    return counted(seconds, "second")


def counted(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(names: Iterable[str]) -> str:
    """Return names as a list in a sentence."""
    return ", ".join(names)
