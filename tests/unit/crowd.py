# SPDX-License-Identifier: Apache-2.0
"""Hours of callers of one organisation in virtual time, and a Xero with its limits.

Each caller is a copy of a function: it takes the steps of `booking` with some milliseconds between
them, so that others come in between, calls Xero, and learns from the answer.
"""

import heapq
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from xero_connection.booking import Look, Pause, Ticket, entering
from xero_connection.errors import RateLimitedError
from xero_connection.lessons import Said, lessons
from xero_connection.limits import MINUTE, Share

from tests.unit.ledger import Limits

START = 1_800_000_000_000
Durations = Callable[[Random], int]


@dataclass
class Xero:
    """Fixed minutes of a phase of its own, a day, and five calls at once."""

    phase: int
    day: int = 1_000_000
    minute: int = 60
    at_once: int = 5
    number: int = 0
    used: int = 0
    ends: list[int] = field(default_factory=list)
    refusals: list[tuple[int, str]] = field(default_factory=list)
    """When which limit was met by the callers; not those of other programs."""

    def call(self, now: int, took: int, *, ours: bool = True) -> Said:
        """Answer a call that arrives now and takes so long."""
        number = (now + self.phase) // MINUTE
        if number != self.number:
            self.number, self.used = number, 0
        self.ends = [end for end in self.ends if end > now]
        left = self.minute - self.used
        if len(self.ends) >= self.at_once:
            return self._refuse("concurrent", now, 1, ours=ours, minute=left)
        if not self.day:
            return self._refuse("day", now, 3600, ours=ours, minute=left)
        if not left:
            wait = -(-(MINUTE - (now + self.phase) % MINUTE) // 1000)
            return self._refuse("minute", now, wait, ours=ours, minute=0)
        self.used += 1
        self.day -= 1
        self.ends.append(now + took)
        return Said(minute=left - 1, day=self.day, app=9_000)

    def _refuse(self, limit: str, now: int, wait: float, *, ours: bool, minute: int) -> Said:
        if ours:
            self.refusals.append((now, limit))
        return Said(refused=limit, retry_after=wait, minute=minute, day=self.day)


@dataclass
class Crowd:
    """Everybody who calls one organisation."""

    seed: int
    durations: Durations = lambda chance: chance.randint(50, 3000)
    day: int = 1_000_000
    now: int = START
    limits: Limits = field(default_factory=Limits)
    served: Counter[str] = field(default_factory=Counter)
    put_off: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By caller and limit."""
    waits: dict[str, list[int]] = field(default_factory=dict)
    """Milliseconds from wish to call, by caller."""
    lessons: int = 0
    _due: list[tuple[int, int, Callable[[], None]]] = field(default_factory=list)
    _count: int = 0
    _warm: list[int] = field(default_factory=list)
    """What the last calls of copies that are waiting for work took."""

    def __post_init__(self) -> None:
        """Draw Xero's minutes."""
        self.chance = Random(self.seed)  # noqa: S311 - plays dice, guards nothing
        self.xero = Xero(phase=self.chance.randrange(MINUTE), day=self.day)

    # What tests set up

    def come(self, who: str, share: Share, *, a_minute: float, patience: int = 25_000) -> None:
        """Have callers of a kind come at random."""

        def again() -> None:
            self._call(who, share, patience, lambda: None)
            self._after(self._gap(a_minute), again)

        self._after(self._gap(a_minute), again)

    def work(self, who: str, share: Share, *, workers: int, patience: int = 45_000) -> None:
        """Have so many callers call one time after the other, without end."""

        def again() -> None:
            pause = self.chance.randint(1, 300)
            self._after(pause, lambda: self._call(who, share, patience, again))

        for _ in range(workers):
            again()

    def others(
        self, *, a_minute: float, from_minute: float = 0, to_minute: float = math.inf
    ) -> None:
        """Have another program call, which knows nothing of this one."""

        def again() -> None:
            if self.now < START + to_minute * MINUTE:
                self._call_otherwise()
                self._after(self._gap(a_minute), again)

        self._after(from_minute * MINUTE + self._gap(a_minute), again)

    def bursts_of_others(self, calls: int, *, every_minutes: int) -> None:
        """Have another program make so many calls within four seconds now and then."""

        def again() -> None:
            for _ in range(calls):
                self._after(self.chance.randint(0, 4_000), self._call_otherwise)
            self._after(every_minutes * MINUTE, again)

        self._after(self.chance.randrange(every_minutes * MINUTE), again)

    def run(self, *, minutes: float) -> None:
        """Let time go by."""
        end = self.now + round(minutes * MINUTE)
        while self._due and self._due[0][0] <= end:
            self.now, _, step = heapq.heappop(self._due)
            step()
        self.now = end

    # What tests ask

    @property
    def calls(self) -> int:
        """How many calls Xero has got."""
        return self.served.total() + len(self.xero.refusals)

    def refused(self, limit: str, *, after_minutes: float = 0) -> int:
        """Return how many calls met a limit of Xero's."""
        since = START + round(after_minutes * MINUTE)
        return sum(1 for at, one in self.xero.refusals if one == limit and at >= since)

    def waited(self, who: str, part: float) -> int:
        """Return how long so many of a kind's calls waited at the most."""
        return sorted(self.waits[who])[int(part * (len(self.waits[who]) - 1))]

    # What goes on

    def _call_otherwise(self) -> None:
        self.xero.call(self.now, self.chance.randint(50, 1000), ours=False)

    def _gap(self, a_minute: float) -> int:
        return round(self.chance.expovariate(a_minute / MINUTE))

    def _after(self, milliseconds: float, step: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._due, (self.now + round(milliseconds), self._count, step))

    def _call(self, who: str, share: Share, patience: int, then: Callable[[], None]) -> None:
        begun = self.now
        # Some copies start cold, others have just made a call.
        warm = self._warm and self.chance.random() < 0.7
        steps = entering(
            "an-organisation",
            share,
            now=lambda: self.now,
            latest=begun + patience,
            took=self._warm.pop() if warm else None,
            chance=self.chance.random,
        )

        def go_on(answer: Any = None) -> None:
            try:
                step = steps.send(answer)
            except StopIteration as end:
                self.waits.setdefault(who, []).append(self.now - begun)
                self._send(who, end.value, then)
                return
            except RateLimitedError as error:
                self.put_off[who, error.details["limit"]] += 1
                self._after(1000 * min(60, error.retry_after or 0), then)
                return
            if isinstance(step, Pause):
                self._after(step.seconds * 1000, go_on)
            elif isinstance(step, Look):
                self._through_table(lambda: (self.limits.row, self.limits.app), go_on)
            else:
                self._through_table(lambda: self.limits.write(step), go_on)

        go_on()

    def _through_table(self, ask: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Ask the table, and hand over its answer some milliseconds later."""

        def there() -> None:
            answer = ask()
            self._after(self.chance.randint(1, 8), lambda: then(answer))

        self._after(self.chance.randint(1, 8), there)

    def _send(self, who: str, ticket: Ticket, then: Callable[[], None]) -> None:
        way = self.chance.randint(10, 60)
        took = max(1, self.durations(self.chance) - way)

        def arrive() -> None:
            said = self.xero.call(self.now, took)
            self._after(20 if said.refused else took, lambda: answered(said))

        def answered(said: Said) -> None:
            for write in lessons(ticket, said, ended=self.now):
                self.lessons += 1
                self.limits.write(write)
            if not said.refused:
                self.served[who] += 1
                self._warm.append(self.now - ticket.start)
            then()

        self._after(way, arrive)
