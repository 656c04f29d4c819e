# SPDX-License-Identifier: Apache-2.0
"""Sees to it that a request for an action is carried out once, however often it is asked for.

The row under its idempotency key is taken before anything is sent, and answers when all is done.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import uuid4

from xero_connection.driving import resolves
from xero_connection.errors import IdempotencyError, OutcomeUnknownError, UnavailableError
from xero_connection.outcomes import Outcome, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from xero_connection.client import Request
    from xero_connection.errors import XeroConnectionError

# What an invocation keeps for itself at its end, and what clocks differ by.
_AFTER_THE_END: Final = 5.0
_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 2.0


class Rows(Protocol):
    """Outcomes, as `outcome_rows.OutcomeRows` keeps them."""

    def put(self, outcome: Outcome, *, instead_of: Outcome | None) -> bool:
        """Keep an outcome in the place of what was known to be there; tell whether it could."""

    def get(self, key: str) -> Outcome | None:
        """Return what is kept of a request."""

    def claim(self, record_id: str, key: str, *, expires_at: int) -> bool:
        """Return whether a record can be what a request has made."""

    def claim_all(self, record_ids: Iterable[str], key: str, *, expires_at: int) -> None:
        """Note what a request has made."""


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
        if self.rows.put(mine, instead_of=None):
            return mine
        pause = _FIRST_PAUSE
        while True:
            there = self.rows.get(key)
            taken = self._take(mine, there)
            if taken:
                return taken
            if there and there.until > self.now():
                if self.now() + pause > now + patience:
                    raise UnavailableError(
                        "Another invocation is at work on this very request.",
                        retry_after=max(1.0, round(there.until - self.now())),
                        details={"idempotency_key": key},
                        advice="Repeat it with the same idempotency key to hear how it ended.",
                    )
                self.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    def _take(self, mine: Outcome, there: Outcome | None) -> Outcome | None:
        """Return the outcome that this invocation goes on with, None where it cannot yet.

        Raises:
            IdempotencyError: the key belongs to another request.
        """
        if there is None:
            return mine if self.rows.put(mine, instead_of=None) else None
        if there.owner == mine.owner:
            return mine  # The table took it, and its answer got lost on the way.
        if there.state != "open" and there.fingerprint != mine.fingerprint:
            raise IdempotencyError(
                "This idempotency key was used for another request.",
                details={"idempotency_key": mine.key},
            )
        if there.state == "done":
            return there
        if there.state == "working" and there.until > self.now():
            return None
        resumed = replace(
            mine, generation=there.generation, steps=there.steps, elements=there.elements
        )
        return resumed if self.rows.put(resumed, instead_of=there) else None

    def save(self, outcome: Outcome) -> None:
        """Keep how far a request has come.

        Raises:
            UnavailableError: it cannot be kept, or another invocation has taken the request over.
        """
        if not self.rows.put(outcome, instead_of=outcome):
            raise UnavailableError("Another invocation has taken this request over.")

    def claim(self, outcome: Outcome, record_id: str) -> bool:
        """Return whether a record in Xero can be what a request has made.

        Raises:
            UnavailableError: the table does not tell.
        """
        return self.rows.claim(record_id, outcome.key, expires_at=outcome.expires_at)

    def made(self, outcome: Outcome, record_ids: Iterable[str]) -> None:
        """Note what a request has made, so that it is never taken for another's.

        Raises:
            UnavailableError: it cannot be noted.
        """
        self.rows.claim_all(record_ids, outcome.key, expires_at=outcome.expires_at)

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
        left = replace(outcome, state="open", until=0.0, steps=[], generation=generation)
        self.rows.put(left, instead_of=outcome)

    def leave(self, outcome: Outcome, error: XeroConnectionError) -> None:
        """Keep what a failure has left, for the next who asks.

        Raises:
            UnavailableError: it cannot be kept; it counts as under way until this invocation's
                time is up, and as unknown after that.
        """
        left = replace(outcome, until=0.0, steps=list(outcome.steps))
        last = left.steps[-1] if left.steps else None
        if last and last.key and not last.answered:
            if resolves(error):
                left.refused()
            elif last.fresh and not isinstance(error, OutcomeUnknownError):
                left.steps.pop()
        if not left.begun:
            left = replace(left, state="open", steps=[], fingerprint="")
        self.rows.put(left, instead_of=outcome)
