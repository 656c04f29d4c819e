# SPDX-License-Identifier: Apache-2.0
"""Replays the backlog: what the bus refused, or nobody could read, is tried again, oldest first.

What the bus refuses again stays in the queue, and all that came after it. What can never be
published goes to the dead letters, where a person finds it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from xero_connection.batches import to_come_again
from xero_connection.events import event_id
from xero_connection.parcels import UnreadableParcelError, entry_parcels, read_parcel
from xero_connection.receiver import without
from xero_connection.webhooks import UnreadableError, read_delivery

if TYPE_CHECKING:
    from collections.abc import Callable

    from xero_connection.observe import Observer
    from xero_connection.receiver import Publish
    from xero_connection.repeats import Marks

# Of what is left of the invocation, this much stays for what follows the bus: its last call, the
# marks, and a message to the dead letters.
_AFTER_THE_BUS: Final = 3.0
_FOR_MARKING: Final = 1.5
# Less than this for the bus itself, and a message is not begun.
_LEAST_SECONDS: Final = 1.0


class Context(Protocol):
    """What Lambda says about an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the invocation."""


class Bury(Protocol):
    """Puts a message among the dead letters, as `aws.Queue.send` does."""

    def __call__(self, text: str, *, group: str, once: str) -> None:
        """Put it there, once for the message it was; it may have died before with the same text."""


@dataclass(frozen=True, kw_only=True)
class Replay:
    """The webhook function's work for what waits in the backlog."""

    marks: Marks
    publish: Publish
    bury: Bury
    """Puts a message among the dead letters."""
    observer: Observer
    clock: Callable[[], float] = time.monotonic

    def handle(self, records: list[dict[str, Any]], context: Context) -> dict[str, Any]:
        """Return the messages that are to come again: in each group all from the first failure on.

        https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
        """
        held: set[str] = set()
        again = []
        for record in records:
            group = record["attributes"]["MessageGroupId"]
            if group in held or not self._handle_record(record, group, context):
                held.add(group)
                again.append(record)
        return to_come_again(again)

    def _handle_record(self, record: dict[str, Any], group: str, context: Context) -> bool:
        """Return whether the message is done with."""
        seconds = context.get_remaining_time_in_millis() / 1000 - _AFTER_THE_BUS
        if seconds < _LEAST_SECONDS:
            return False
        try:
            return self._replay(record, group, self.clock() + seconds)
        except Exception as error:  # noqa: BLE001 - one bad message must not hold up the others
            self.observer.failure(error)
            return False

    def _replay(self, record: dict[str, Any], group: str, until: float) -> bool:
        text, once = record["body"], record["messageId"]
        try:
            held = read_parcel(text)
            if isinstance(held, list):
                return self._publish(held, until, once)
            # A newer version may read what the one before it could not.
            delivery = read_delivery(held)
        except (UnreadableParcelError, UnreadableError):
            self.bury(text, group=group, once=once)
            self.observer.record(failed=True, outcome="unreadable", bytes=len(text))
            return True
        done = self._publish(delivery.entries, until, once)
        if done and not delivery.complete:
            self.bury(text, group=group, once=once)
        return done

    def _publish(self, entries: list[dict[str, Any]], until: float, once: str) -> bool:
        """Return whether the bus took, or can never take, each of the entries."""
        fresh = self.marks.fresh(entries, until=until)
        refused = self.publish(fresh.entries, until=until)
        taken = without(fresh.entries, [refusal.entry for refusal in refused])
        self.marks.add(taken, until=until + _FOR_MARKING)
        hopeless = [refusal.entry for refusal in refused if refusal.for_good]
        waiting = len(refused) - len(hopeless)
        if not waiting:
            # One at a time, so that a person deals with each by itself.
            for entry in hopeless:
                for number, parcel in enumerate(entry_parcels([entry])):
                    part = f"{once}-{event_id(entry)}-{number}"
                    self.bury(parcel.text, group=parcel.group, once=part)
        self.observer.record(
            failed=bool(refused),
            outcome="put off" if waiting else "replayed",
            events=len(entries),
            repeated=fresh.repeated,
            parked=len(refused),
        )
        return not waiting
