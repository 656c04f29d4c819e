# SPDX-License-Identifier: Apache-2.0
"""The webhook function on fakes that fail, and take their time, as they are told; and its clock."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from xero_connection.backlog import Replay
from xero_connection.bus import Refusal
from xero_connection.deliveries import Deliveries
from xero_connection.events import event_id
from xero_connection.receiver import CALL_SECONDS, TABLE_CALL_SECONDS, Receiver
from xero_connection.repeats import Marks

KEY = "a-webhook-key"
REFUSED = {"statusCode": 401, "body": ""}
KEPT = {"statusCode": 200, "body": ""}
EVENT = {
    "resourceId": "6f7594f2",
    "eventDateUtc": "2026-11-22T01:15:39.902",
    "eventType": "UPDATE",
    "eventCategory": "INVOICE",
    "tenantId": "c2cc9b6e",
}
ONE_EVENT = json.dumps({"events": [EVENT], "firstEventSequence": 1}).encode()


class DownError(Exception):
    """A service failed."""


def delivery(
    body: bytes = ONE_EVENT,
    *,
    key: str = KEY,
    encoded: bool = False,
    name: str = "x-xero-signature",
) -> dict[str, Any]:
    digest = hmac.new(key.encode(), body, hashlib.sha256).digest()
    return {
        "headers": {"content-type": "application/json", name: b64encode(digest).decode()},
        "body": b64encode(body).decode() if encoded else body.decode(),
        "isBase64Encoded": encoded,
    }


def body_of(*resources: str) -> bytes:
    """Return a body with an event about each of the resources."""
    events = [EVENT | {"resourceId": one} for one in resources]
    return json.dumps({"events": events, "firstEventSequence": 1}).encode()


@dataclass
class Keys:
    """WebhookKeySecret: `kept` is what memory has, `now` what Secrets Manager would say."""

    now: str
    kept: str | None = None
    name: str = "the-webhook-key-secret"
    fresh_reads: int = 0
    before: Callable[[], None] = lambda: None

    def read(self, *, fresh: bool = False) -> str:
        """Return the text that memory or Secrets Manager has."""
        self.before()
        self.fresh_reads += fresh
        return self.now if fresh or self.kept is None else self.kept


@dataclass
class Message:
    """A message of a queue."""

    text: str
    group: str
    number: int
    once: str | None = None
    """By which the queue knows it again for five minutes, where not by its text."""


@dataclass
class World:
    """A receiver and a replay, and what they do to the bus, the table, the queues and the log."""

    keys: Keys = field(default_factory=lambda: Keys(json.dumps({"current": KEY})))
    bus_refuses: Callable[[dict[str, Any]], bool] = lambda _: False
    never: Callable[[dict[str, Any]], bool] = lambda _: False
    bus_seconds: float = 0
    table_down: bool = False
    table_seconds: float = 0
    queue_down: bool = False
    queue_seconds: float = 0
    dies_before_marking: bool = False
    bus: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    noted: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: int = 0
    """How often the table was asked to note something."""
    queue: list[Message] = field(default_factory=list)
    dead_letters: list[Message] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    now: float = 1000.0
    milliseconds: int = 10_000

    def __post_init__(self) -> None:
        """Start a copy of the function."""
        self.deliveries = self.another_copy()

    def another_copy(self) -> Deliveries:
        """Return what a copy of the function has noted so far: nothing."""
        moment = datetime(2026, 11, 22, tzinfo=UTC).timestamp()
        return Deliveries(
            self,
            clock=self.clock,
            now=lambda: datetime.fromtimestamp(moment + self.now, tz=UTC),
        )

    def receive(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a delivery."""
        receiver = Receiver(
            key_secret=self.keys,
            marks=self.marks,
            deliveries=self.deliveries,
            publish=self.publish,
            park=self._sender(self.queue),
            log=self.record,
            clock=self.clock,
        )
        return receiver.receive(event)

    def replay(self) -> None:
        """Hand over what is in the queue once, as Lambda does, and delete what is done with."""
        replay = Replay(
            marks=self.marks,
            publish=self.publish,
            bury=self._sender(self.dead_letters),
            observer=self,  # type: ignore[arg-type]
            clock=self.clock,
        )
        records = [
            {
                "messageId": str(one.number),
                "body": one.text,
                "attributes": {"MessageGroupId": one.group},
            }
            for one in self.queue
        ]
        answer = replay.handle(records, self)
        again = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        self.queue[:] = [one for one in self.queue if str(one.number) in again]

    @property
    def backlog(self) -> list[Any]:
        """What the messages in the queue say."""
        return [json.loads(one.text) for one in self.queue]

    @property
    def published(self) -> list[str]:
        """The resources of the events that the bus has taken, in order."""
        return [json.loads(entry["Detail"])["resource_id"] for entry in self.bus]

    @property
    def marks(self) -> Marks:
        """The marks, on the table."""
        return Marks(self, now=lambda: self.now)

    def clock(self) -> float:
        """Return the time."""
        return self.now

    def get_remaining_time_in_millis(self) -> int:
        """Return what Lambda says."""
        return self.milliseconds

    def record(self, **fields: Any) -> None:
        """Keep a line of the log, without what is not said."""
        self.lines.append({name: value for name, value in fields.items() if value is not None})

    def failure(self, error: Exception) -> None:
        """Keep an unforeseen exception."""
        self.lines.append({"outcome": "failed", "reason": type(error).__name__})

    def publish(self, entries: list[dict[str, Any]], *, until: float) -> list[Refusal]:
        """Be the bus, whose calls take their time and begin no later than `until`."""
        waiting, hopeless = list(entries), []
        for _ in range(3):
            if not waiting or self.now >= until:
                break
            self.now += self.bus_seconds
            hopeless += [entry for entry in waiting if self.never(entry)]
            refused = [entry for entry in waiting if self.bus_refuses(entry)]
            self.bus += [entry for entry in waiting if entry not in refused + hopeless]
            waiting = [entry for entry in refused if entry not in hopeless]
        return [
            Refusal(entry, for_good=entry in hopeless)
            for entry in entries
            if entry in waiting + hopeless
        ]

    def present(self, keys: Sequence[str], *, until: float) -> tuple[set[str], bool]:
        """Be the table that is asked."""
        assert len(set(keys)) == len(keys) > 0
        if self.now >= until:
            return set(), False
        self.now += self.table_seconds
        return (set(), False) if self.table_down else (self.rows.keys() & set(keys), True)

    def put(self, keys: Sequence[str], *, expires_at: int, until: float) -> None:
        """Be the table that is written to."""
        assert len(set(keys)) == len(keys) > 0
        if self.dies_before_marking:
            raise DownError
        if self.now < until:
            self.now += self.table_seconds
            self.rows |= {} if self.table_down else dict.fromkeys(keys, expires_at)

    def advance(self, key: str, number: int, *, expires_at: int, until: float) -> int | None:
        """Be the table that keeps the highest number."""
        assert expires_at > self.now
        if self.now >= until:
            return None
        self.now += self.table_seconds
        before = self.numbers.get(key)
        if self.table_down or (before is not None and before >= number):
            return None
        self.numbers[key] = number
        return before

    def note(
        self, key: str, texts: Mapping[str, str], *, first: str, over: str, until: float
    ) -> None:
        """Be the table that keeps texts."""
        if self.now >= until:
            return
        self.notes += 1
        self.now += self.table_seconds
        if not self.table_down:
            row = self.noted.setdefault(key, {})
            row |= {name: text for name, text in texts.items() if name != first or name not in row}
            row.pop(over, None)

    def hang(self) -> None:
        """Have every service take as long as its caller lets it, and then fail."""
        self.bus_refuses = lambda _: True
        self.bus_seconds = self.queue_seconds = CALL_SECONDS
        self.table_seconds = TABLE_CALL_SECONDS
        self.table_down = self.queue_down = True
        self.keys.before = self._secret_hangs

    def _secret_hangs(self) -> None:
        self.now += CALL_SECONDS

    def _sender(self, messages: list[Message]) -> Any:
        def send(text: str, *, group: str, once: str | None = None) -> None:
            self.now += self.queue_seconds
            if self.queue_down:
                raise DownError
            # What is known within five minutes is kept once.
            if (once or text) not in {one.once or one.text for one in messages}:
                numbers = [one.number for one in (*self.queue, *self.dead_letters)]
                messages.append(Message(text, group, 1 + max(numbers, default=0), once))

        return send


def ids(entries: Sequence[dict[str, Any]]) -> list[str]:
    """Return the entries' event ids."""
    return [event_id(entry) for entry in entries]
