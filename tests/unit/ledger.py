# SPDX-License-Identifier: Apache-2.0
"""The table's rows about limits in memory, which change as DynamoDB changes them."""

import operator
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from xero_connection.booking import Attempt, Look, Pause, Ticket, entering
from xero_connection.lessons import Said, lessons
from xero_connection.limits import App, Row, Share, Sum, Write, believed

_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass
class Limits:
    """An organisation's row and the app's."""

    row: Row | None = None
    app: App = field(default_factory=App)
    writes: int = 0
    in_vain: int = 0
    """Writes whose condition was not met."""

    def write(self, write: Write) -> Attempt:
        """Change a row if its condition is met."""
        self.writes += 1
        if write.app:
            self.app = replace(self.app, **_changed(asdict(self.app), write))
            return Attempt(done=True, row=None)
        before = self.row
        known = asdict(before or Row())
        met = before is None
        if not write.new:
            met = before is not None and all(
                _COMPARISONS[sign](known[name], than) for name, sign, than in write.only_if
            )
        if not met:
            self.in_vain += 1
            return Attempt(done=False, row=before)
        self.row = replace(before or Row(), **_changed(known, write))
        return Attempt(done=True, row=before)


@dataclass
class Ledger:
    """Budgets on such rows, with a clock that waiting moves."""

    clock: Callable[[], float]
    sleep: Callable[[float], None]
    limits: dict[str, Limits] = field(default_factory=dict)

    def enter(self, tenant_id: str, share: Share, *, patience: float) -> Ticket:
        """Wait for a place."""
        limits = self.limits.setdefault(tenant_id, Limits())
        steps = entering(
            tenant_id,
            share,
            now=self._now,
            latest=self._now() + round(max(0, patience) * 1000),
            took=None,
            chance=lambda: 0,
        )
        answer: Any = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration as end:
                ticket: Ticket = end.value
                return ticket
            answer = None
            if isinstance(step, Pause):
                self.sleep(step.seconds)
            elif isinstance(step, Look):
                answer = (limits.row, limits.app)
            else:
                answer = limits.write(step)

    def leave(self, ticket: Ticket, told: Said) -> None:
        """Learn from an answer."""
        for write in lessons(ticket, told, ended=self._now()):
            self.limits[ticket.tenant_id].write(write)

    def left(self, tenant_id: str) -> dict[str, int]:
        """Return the calls that are left."""
        return believed(self.limits.get(tenant_id, Limits()).row, now=self._now())

    def _now(self) -> int:
        return round(self.clock() * 1000)


def _changed(known: dict[str, int], write: Write) -> dict[str, Any]:
    """Return what a write sets, all of it from what was there before."""
    return {
        name: _value(known, value) for name, value in write.sets.items() if name != "expires_at"
    }


def _value(known: dict[str, int], value: int | Sum) -> int:
    if not isinstance(value, Sum):
        return value
    other = known[value.other] if isinstance(value.other, str) else value.other
    return known[value.attribute] + other
