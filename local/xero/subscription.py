# SPDX-License-Identifier: Apache-2.0
"""The app's webhook: where it goes, whether it is on, and which delivery is due when.

Deliveries go out in order, one at a time; a failed one is repeated at once and then at
intervals, and after a day of failures the webhook is switched off.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from local.xero import webhooks

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from local.xero.config import SimulatorConfig
    from local.xero.webhooks import Outcome
    from local.xero.wire import Document

GIVE_UP_AFTER = timedelta(hours=24)
LARGEST_BATCH = 500
NOT_PROVEN = "Intent to receive required"
_REMEMBERED = 1000


@dataclass(slots=True)
class Delivery:
    """One body, sent until it is accepted."""

    body: bytes
    signature: str
    url: str
    events: int
    due: datetime
    attempts: int = 0
    first_attempt: datetime | None = None


@dataclass(slots=True)
class Subscription:
    """The state of the one webhook that an app has."""

    config: SimulatorConfig
    url: str = ""
    key: str = ""
    status: str = NOT_PROVEN
    _pending: list[Document] = field(default_factory=list)
    _pending_due: datetime | None = None
    _queue: deque[Delivery] = field(default_factory=deque)
    _sequence: int = 0
    _history: deque[Document] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def configure(self, url: str, key: str) -> None:
        """Set another address or key; intent to receive has to be shown anew."""
        self.url, self.key, self.status = url, key, NOT_PROVEN
        self.forget()

    def sign_with(self, key: str) -> None:
        """Sign with another key from now on; what waits to be repeated keeps its signature."""
        self.key = key

    def forget(self) -> None:
        """Drop what has not been delivered, and the history."""
        self._pending.clear()
        self._pending_due = None
        self._queue.clear()
        self._history.clear()

    def proven(self, *, passed: bool) -> None:
        """Switch on or off by the outcome of an intent to receive."""
        self.status = "OK" if passed else NOT_PROVEN

    def switch(self, *, on: bool) -> None:
        """Switch on or off by hand, without an intent to receive.

        What waits stays and is sent later. What happens while it is off is never sent and takes
        no number, since Xero numbers the events that it sends to the app: no gap tells of it.
        """
        self.status = "OK" if on else "Disabled"

    def lose(self, events: int, now: datetime) -> None:
        """Number so many events as if they had been sent and lost on the way."""
        self._close_batch(now)
        self._sequence += events

    @property
    def on(self) -> bool:
        """Tell whether events are gathered and sent."""
        return bool(self.url) and self.status in ("OK", "Retry")

    def tell(self, events: Iterable[Document], now: datetime) -> None:
        """Gather events for the next batch; without a webhook that is on they are lost."""
        if not self.on:
            return
        self._pending += events
        if self._pending and self._pending_due is None:
            self._pending_due = now + timedelta(seconds=self.config.webhook_window)

    def send(self, events: list[Document], now: datetime, *, copies: int = 1) -> None:
        """Queue these events as one body of their own, the same body as often as wanted."""
        self._close_batch(now)
        self._enqueue(events, now, copies)

    def next_due(self) -> datetime | None:
        """Return when there is something to send, None where nothing waits."""
        if not self.on:
            return None
        return self._queue[0].due if self._queue else self._pending_due

    def take(self, now: datetime) -> Delivery | None:
        """Return the delivery that is due, counting the attempt."""
        if not self.on:
            return None
        if not self._queue and self._pending_due and self._pending_due <= now:
            self._close_batch(now)
        if not self._queue or self._queue[0].due > now:
            return None
        delivery = self._queue[0]
        delivery.attempts += 1
        delivery.first_attempt = delivery.first_attempt or now
        return delivery

    def settle(self, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        """Take note of how an attempt ended: done, to be repeated, or the end of the webhook."""
        self._history.append(
            {
                "events": delivery.events,
                "attempt": delivery.attempts,
                "status": outcome.status,
                "body_empty": outcome.body_empty,
                "seconds": round(outcome.seconds, 3),
                "accepted": outcome.accepted,
            }
        )
        if not self._queue or self._queue[0] is not delivery:
            return  # the webhook was set up anew meanwhile
        if outcome.accepted:
            self._queue.popleft()
            self.status = "OK"
            return
        self.status = "Retry"
        at_once = delivery.attempts == 1
        wait = 0.0 if at_once else self.config.webhook_retry
        delivery.due = now + timedelta(seconds=wait)
        if delivery.first_attempt and now - delivery.first_attempt >= GIVE_UP_AFTER:
            self.status = "Disabled"

    def describe(self) -> Document:
        """Return the state without the key."""
        return {
            "url": self.url,
            "status": self.status,
            "sequence": self._sequence,
            "waiting_events": len(self._pending) + sum(one.events for one in self._queue),
            "attempts": list(self._history),
        }

    def _close_batch(self, now: datetime) -> None:
        while self._pending:
            events, self._pending = self._pending[:LARGEST_BATCH], self._pending[LARGEST_BATCH:]
            self._enqueue(events, now, 1)
        self._pending_due = None

    def _enqueue(self, events: list[Document], now: datetime, copies: int) -> None:
        body = webhooks.body(events, self._sequence + 1)
        self._sequence += len(events)
        signature = webhooks.sign(body, key=self.key)
        self._queue.extend(
            Delivery(body, signature, self.url, len(events), now) for _ in range(copies)
        )
