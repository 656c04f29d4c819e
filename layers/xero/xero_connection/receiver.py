# SPDX-License-Identifier: Apache-2.0
"""Receives Xero's webhook deliveries: a genuine one is kept before it is answered.

What is genuine and what it says is decided in `webhooks`; bus, table and queue are passed in.
"""

from __future__ import annotations

import time
from base64 import b64decode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from xero_connection.deliveries import NO_KEY, NO_SIGNATURE, WRONG_SIGNATURE
from xero_connection.documents import read_json
from xero_connection.parcels import Parcel, body_parcels, entry_parcels
from xero_connection.webhooks import UnreadableError, missed_entry, read_delivery, signer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xero_connection.deliveries import Deliveries
    from xero_connection.repeats import Marks

KEY_HINT: Final = '{"current": "<the webhook key from Xero\'s developer portal>"}'

# Xero waits 5 s; with everything hanging the answer leaves within 4 s of the start. A call of
# Secrets Manager, the bus or the queue takes at most CALL_SECONDS, one of the table at most
# TABLE_CALL_SECONDS, and each step below begins no call after its moment:
#   the key, read at most twice           0.0 + 0.8 + 0.8 = 1.6
#   what was received before, until 1.7   1.7 + 0.5       = 2.2
#   the bus, until 2.3                    2.3 + 0.8       = 3.1
#   the queue, until 3.1                  3.1 + 0.8       = 3.9
#   marking, until 3.1                    3.1 + 0.5       = 3.6
#   noting that it was genuine, until 3.1 3.1 + 0.5       = 3.6
# A delivery that is not genuine needs the key, and the note of it: 1.6 + 0.5 = 2.1.
# Where the queue's moment has passed, the delivery is not kept and Xero is told so.
CALL_SECONDS: Final = 0.8
TABLE_CALL_SECONDS: Final = 0.5
_ASK_UNTIL: Final = 1.7
_PUBLISH_UNTIL: Final = 2.3
_PARK_UNTIL: Final = 3.1
_MARK_UNTIL: Final = 3.1


class NotKeptError(Exception):
    """There was no time left to keep a delivery; Xero delivers it again."""


class Secret(Protocol):
    """A secret that is read often and changes seldom."""

    name: str

    def read(self, *, fresh: bool = False) -> str:
        """Return its text, not from memory where `fresh`."""


class Refusal(Protocol):
    """What the bus did not take."""

    @property
    def entry(self) -> dict[str, Any]:
        """The entry."""

    @property
    def for_good(self) -> bool:
        """Whether it never will."""


class Publish(Protocol):
    """Puts entries on the bus, as `bus.Bus.put` does."""

    def __call__(self, entries: list[dict[str, Any]], *, until: float) -> Sequence[Refusal]:
        """Return what it refused; begin no call after `until`."""


class Send(Protocol):
    """Puts a message on a queue, as `aws.Queue.send` does."""

    def __call__(self, text: str, *, group: str) -> None:
        """Send the text within a message group."""


class Receiver:
    """The webhook function's work, one delivery at a time."""

    def __init__(
        self,
        *,
        key_secret: Secret,
        marks: Marks,
        deliveries: Deliveries,
        publish: Publish,
        park: Send,
        log: Callable[..., None],
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take what the work is done with.

        Args:
            key_secret: holds `{"current": …, "previous": …}`.
            marks: tells which events the bus has taken before.
            deliveries: notes whether deliveries are genuine.
            publish: puts entries on the bus and returns what it refused.
            park: keeps a parcel in the backlog queue.
            log: writes the line about a delivery.
            clock: the one that `marks`, `deliveries` and `publish` look at too.
            now: the time.
        """
        self._key_secret = key_secret
        self._marks = marks
        self._deliveries = deliveries
        self._publish = publish
        self._park = park
        self._log = log
        self._clock = clock
        self._now = now

    def receive(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return API Gateway's answer to a delivery: 200 kept, 401 not genuine; always empty.

        An exception means that it is not known to be kept; API Gateway makes it a 500, after which
        Xero delivers again.
        """
        start = self._clock()
        body = raw_body(event)
        signature = header(event, "x-xero-signature")
        if body is None or not signature:
            return self._refused(NO_SIGNATURE, start, body)
        keys = self._keys(fresh=False) or self._keys(fresh=True)
        if not keys:
            hint = f"put {KEY_HINT} into the secret {self._key_secret.name}"
            return self._refused(NO_KEY, start, body, hint=f": {hint}")
        # A key changed a moment ago is tried too; the secret limits how often it is asked.
        key = signer(body, signature=signature, keys=keys) or signer(
            body, signature=signature, keys=self._keys(fresh=True)
        )
        if key is None:
            return self._refused(WRONG_SIGNATURE, start, body)
        try:
            delivery = read_delivery(body)
        except UnreadableError:
            # Refusing what Xero has signed would make it switch the webhook off in the end.
            self._keep(body_parcels(body), start)
            self._deliveries.genuine(key, intent=False, until=start + _MARK_UNTIL)
            self._log(outcome="unreadable", bytes=len(body))
            return answer(200)
        missed = self._marks.missed_before(delivery.sequence, until=start + _ASK_UNTIL)
        entries = list(delivery.entries)
        if missed:
            entries.append(missed_entry(missed.start, missed.stop, now=self._now()))
        fresh = self._marks.fresh(entries, until=start + _ASK_UNTIL)
        refused = [
            refusal.entry for refusal in self._publish(fresh.entries, until=start + _PUBLISH_UNTIL)
        ]
        self._keep(entry_parcels(refused), start)
        if not delivery.complete:
            self._keep(body_parcels(body), start)
        # What is parked is not marked: a mark always says that the bus has it. Should Xero repeat
        # it first, it is published then, and left out of the backlog's replay.
        self._marks.add(without(fresh.entries, refused), until=start + _MARK_UNTIL)
        intent = delivery.complete and not delivery.entries
        self._deliveries.genuine(key, intent=intent, until=start + _MARK_UNTIL)
        self._log(
            outcome="kept" if delivery.complete else "partly unreadable",
            reason=None if fresh.sure else "the table did not tell which events are repeated",
            bytes=len(body),
            events=len(delivery.entries),
            repeated=fresh.repeated,
            missed=len(missed) or None,
            parked=len(refused),
        )
        return answer(200)

    def _refused(
        self, reason: str, start: float, body: bytes | None, *, hint: str = ""
    ) -> dict[str, Any]:
        self._deliveries.refused(reason, until=start + _MARK_UNTIL)
        self._log(outcome="refused", reason=reason + hint, bytes=len(body or b""))
        return answer(401)

    def _keep(self, parcels: list[Parcel], start: float) -> None:
        for parcel in parcels:
            if self._clock() >= start + _PARK_UNTIL:
                raise NotKeptError
            self._park(parcel.text, group=parcel.group)

    def _keys(self, *, fresh: bool) -> list[str]:
        try:
            document = read_json(self._key_secret.read(fresh=fresh))
        except ValueError:
            document = {}
        named = document if isinstance(document, dict) else {}
        keys = [named.get("current"), named.get("previous")]
        return [key.strip() for key in keys if isinstance(key, str) and key.strip()]


def raw_body(event: Mapping[str, Any]) -> bytes | None:
    """Return the body's bytes as Xero sent them, or None where they cannot be had."""
    body = event.get("body") or ""
    try:
        return b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except ValueError:
        return None


def header(event: Mapping[str, Any], name: str) -> str | None:
    """Return a header, whatever case the gateway has left its name in."""
    headers = event.get("headers") or {}
    return next((text for key, text in headers.items() if key.lower() == name), None)


def answer(status: int) -> dict[str, Any]:
    """Return an answer with an empty body; Xero refuses any other."""
    return {"statusCode": status, "body": ""}


def without(
    entries: Sequence[dict[str, Any]], refused: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the entries that the bus has taken: those that are not among the refused ones."""
    left_over = {id(entry) for entry in refused}
    return [entry for entry in entries if id(entry) not in left_over]
