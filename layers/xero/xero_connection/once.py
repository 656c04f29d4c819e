# SPDX-License-Identifier: Apache-2.0
"""Sees to it that a request for an action is carried out once, however often it is asked for.

The row under its idempotency key is taken before anything is sent, and answers when all is done.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import uuid4

from xero_connection.errors import IdempotencyError, UnavailableError
from xero_connection.outcomes import Outcome, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xero_connection.client import Request

# What an invocation has left for its answer when its time is up, and what clocks differ by.
_AFTER_THE_END: Final = 5.0
_FIRST_PAUSE: Final = 0.25
_FIRST_REPEAT: Final = (
    "That request may have been carried out, in part or as a whole: repeat it unchanged with this "
    "key until it is known. A new key could do it twice."
)
_LONGEST_PAUSE: Final = 2.0


class Rows(Protocol):
    """Outcomes, as `outcome_rows.OutcomeRows` keeps them."""

    def put(self, outcome: Outcome, *, instead_of: Outcome | None) -> bool:
        """Keep an outcome in the place of what was known to be there; tell whether it could."""

    def get(self, key: str) -> Outcome | None:
        """Return what is kept of a request."""

    def claim(self, record_ids: Sequence[str], key: str, *, expires_at: int) -> set[str]:
        """Take records for what a request has made; return those that are another's."""

    def makers(self, record_ids: Sequence[str]) -> dict[str, str]:
        """Return the keys of the requests that have made records, as far as they are known."""


@dataclass(frozen=True, kw_only=True)
class Once:
    """The requests that are known."""

    rows: Rows
    keep_seconds: float
    """How long an answer is kept."""
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def begin(
        self, key: str, fingerprint: str, first: Request, *, seconds: float, patience: float
    ) -> Outcome:
        """Return the outcome under a key: done, or this invocation's to go on with.

        Args:
            key: the request's idempotency key.
            fingerprint: of what is asked for.
            first: the first call it makes.
            seconds: until this invocation ends.
            patience: seconds to wait for another invocation that works on the same request.

        Raises:
            IdempotencyError: the key belongs to another request.
            UnavailableError: another invocation works on it; or the table does not answer.
        """
        now = self.now()
        mine = Outcome(
            key=key,
            owner=uuid4().hex,
            until=now + seconds + _AFTER_THE_END,
            fingerprint=fingerprint,
            expires_at=int(now + self.keep_seconds),
        )
        if first.writes:
            step = Step(key=mine.xero_key(1), sent_at=now, last_at=now, fresh=True)
            mine.steps.append(step)
        offered = mine
        there: Outcome | None = None
        while not self.rows.put(offered, instead_of=there):
            there = self._when_free(mine, now + patience)
            if there is None:
                offered = mine
            elif there.owner == mine.owner:
                return offered  # The table took it, and its answer got lost on the way.
            elif there.state == "done":
                return there
            else:
                # What was only read may be stale, and another request's.
                steps = there.steps if there.begun else []
                offered = replace(
                    mine, generation=there.generation, steps=steps, elements=there.elements
                )
                for step in offered.steps[-1:]:
                    # An invocation that was ended may have sent it until its last moment.
                    step.last_at = max(step.last_at, there.until)
        return offered

    def _when_free(self, mine: Outcome, end: float) -> Outcome | None:
        """Return what is kept under the key, as soon as no other invocation works on it.

        Raises:
            IdempotencyError: the key belongs to another request.
            UnavailableError: another invocation works on it until the end.
        """
        pause = _FIRST_PAUSE
        while True:
            there = self.rows.get(mine.key)
            if there is None or there.owner == mine.owner:
                return there
            now = self.now()
            if there.stands_for_another(mine.fingerprint, now=now):
                raise IdempotencyError(
                    "This idempotency key was used for another request.",
                    details={"idempotency_key": mine.key},
                    advice=None if there.state == "done" else _FIRST_REPEAT,
                )
            if there.is_free(now):
                return there
            if now + pause > end:
                raise UnavailableError(
                    "Another invocation is at work on this very request.",
                    retry_after=max(1.0, round(there.until - now)),
                    details={"idempotency_key": mine.key},
                    advice="Repeat it with the same idempotency key to hear how it ended.",
                )
            self.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def foresee(self, key: str, fingerprint: str) -> str:
        """Return what a request with this key would meet; nothing is changed.

        Returns:
            `new`: nothing of it is known; `done`: it would be replayed; `under_way`: it was begun
            and would be gone on with; `another_request`: it would be refused.

        Raises:
            UnavailableError: the table does not tell.
        """
        there = self.rows.get(key)
        now = self.now()
        if there is None or there.expires_at < now:
            return "new"
        if there.stands_for_another(fingerprint, now=now):
            return "another_request"
        if there.state == "done":
            return "done"
        under_way = there.begun or there.elements or not there.is_free(now)
        return "under_way" if under_way else "new"

    def save(self, outcome: Outcome) -> None:
        """Keep how far a request has come.

        Raises:
            UnavailableError: it cannot be kept, or another invocation has taken the request over.
        """
        if not self.rows.put(outcome, instead_of=outcome):
            raise UnavailableError("Another invocation has taken this request over.")

    def claim(self, outcome: Outcome, record_ids: Sequence[str]) -> set[str]:
        """Take records in Xero for what a request has made; return those that are another's.

        Raises:
            UnavailableError: the table does not tell of all of them.
        """
        return self.rows.claim(record_ids, outcome.key, expires_at=outcome.expires_at)

    def makers(self, record_ids: Sequence[str]) -> dict[str, str]:
        """Return the keys of the requests whose work records are, as far as that is known.

        Raises:
            UnavailableError: the table does not tell.
        """
        return self.rows.makers(record_ids)

    def end(self, outcome: Outcome, answer: dict[str, Any]) -> None:
        """Keep the answer; a repeat gets it.

        Raises:
            UnavailableError: it cannot be kept.
        """
        ended = replace(outcome, state="done", until=0.0, steps=[], elements={}, answer=answer)
        self.rows.put(ended, instead_of=outcome)

    def reopen(self, outcome: Outcome) -> None:
        """Have what Xero has not taken of a batch asked for again.

        Raises:
            UnavailableError: it cannot be kept.
        """
        generation = outcome.generation + 1
        left = replace(outcome, until=0.0, steps=[], generation=generation)
        self.rows.put(_opened(left), instead_of=outcome)

    def leave(self, outcome: Outcome) -> None:
        """Keep what a failure has left, for the next who asks.

        Raises:
            UnavailableError: it cannot be kept; it counts as under way until this invocation's
                time is up, and as unknown after that.
        """
        left = replace(outcome, until=0.0, steps=list(outcome.steps))
        if left.steps and left.steps[-1].fresh and not left.steps[-1].answered:
            left.steps.pop()
        if not left.begun:
            left = _opened(left)
        self.rows.put(left, instead_of=outcome)


def _opened(outcome: Outcome) -> Outcome:
    """Return an outcome whose place a corrected request may take, if it goes on with a batch."""
    return replace(outcome, state="open", steps=[], fingerprint=outcome.open_to)
