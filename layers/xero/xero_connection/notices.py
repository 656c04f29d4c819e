# SPDX-License-Identifier: Apache-2.0
"""What is said of problems: each once while it lasts, once when it is over, anew when it is back.

One row for each kind of problem holds what has been said. No I/O.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from xero_connection.documents import iso, to_json
from xero_connection.events import CONNECTION, entry, short_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from xero_connection.problems import Kind, Problem

SOLVED: Final = "connections/problem_solved"
_NOTHING_TO_DO: Final = "There is nothing to be done."


@dataclass(frozen=True, kw_only=True)
class Open:
    """A problem that was said and is not over."""

    stage: str
    since: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What has been said of one kind of problem."""

    turn: int = 0
    """How often that has changed. An event's id is made of it: what is said again, because the row
    could not be written, has the same id."""
    open: Mapping[str, Open] = field(default_factory=dict)
    """By what each is about."""

    def as_row(self) -> dict[str, str]:
        """Return the attributes of its row in the table."""
        held = {about: asdict(one) for about, one in self.open.items()}
        return {"turn": str(self.turn), "open": to_json(held)}


@dataclass(frozen=True, kw_only=True)
class Notice:
    """An event to be put on the bus, and what holds once it is there."""

    about: str
    entry: dict[str, Any]
    left: Open | None
    """None where the problem is over."""


def row_key(kind: Kind) -> str:
    """Return the key of the row about a kind of problem."""
    return f"alarm#{kind.name}"


def read_said(row: Mapping[str, str]) -> Said:
    """Return what a row holds; nothing was said where there is none."""
    if not row:
        return Said()
    held = json.loads(row["open"])
    return Said(turn=int(row["turn"]), open={about: Open(**one) for about, one in held.items()})


def due(kind: Kind, said: Said, found: Sequence[Problem], *, now: datetime) -> list[Notice]:
    """Return what is to be said of a kind of problem: what is over first.

    Args:
        kind: of problem.
        said: what has been said of it.
        found: the problems of the kind that there are.
        now: the time.
    """
    lasting = {problem.about for problem in found}
    over = [
        Notice(about=about, entry=_solved(kind, said, about, one, now), left=None)
        for about, one in said.open.items()
        if about not in lasting
    ]
    return over + [_told(kind, said, problem) for problem in found if _is_news(problem, said)]


def after(said: Said, notices: Iterable[Notice]) -> Said:
    """Return what has been said once the bus has taken some notices."""
    held, turn = dict(said.open), said.turn
    for notice in notices:
        turn = said.turn + 1
        if notice.left is None:
            del held[notice.about]
        else:
            held[notice.about] = notice.left
    return Said(turn=turn, open=held)


def _is_news(problem: Problem, said: Said) -> bool:
    before = said.open.get(problem.about)
    return problem.opens if before is None else problem.stage != before.stage


def _told(kind: Kind, said: Said, problem: Problem) -> Notice:
    before = said.open.get(problem.about)
    left = Open(
        stage=problem.stage,
        since=before.since if before else iso(problem.since),
        data=dict(problem.data),
    )
    detail = {
        "event_id": _id(kind, said, problem.about, "told"),
        "problem": kind.name,
        "message": problem.message,
        "advice": kind.advice,
        "since": left.since,
        **_data(left),
    }
    return Notice(about=problem.about, entry=entry(CONNECTION, kind.id, detail), left=left)


def _solved(kind: Kind, said: Said, about: str, one: Open, now: datetime) -> dict[str, Any]:
    detail = {
        "event_id": _id(kind, said, about, "solved"),
        "problem": kind.name,
        "message": f"This is over: {kind.summary}.",
        "advice": _NOTHING_TO_DO,
        "since": one.since,
        "solved_at": iso(now),
        **_data(one),
    }
    return entry(CONNECTION, SOLVED, detail)


def _data(one: Open) -> dict[str, Any]:
    """Return what the event says beside what every one says; null where it is not about that."""
    names = ("tenant_id", "resource", "ends_at", "days_left")
    return {name: one.data.get(name) for name in names}


def _id(kind: Kind, said: Said, about: str, what: str) -> str:
    return short_id("problem", kind.name, about, str(said.turn), what)
