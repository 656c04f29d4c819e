# SPDX-License-Identifier: Apache-2.0
"""Bursts of webhooks about records that change, while everything fails at random.

In the end it counts: nothing may be lost.
"""

import argparse
import json
import random
import secrets
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from local.console import Console
from local.deployed import here
from local.listener import Listener, listening
from local.machine import calls, control, xero_peer
from local.machine.aws_front import AwsFront
from local.machine.stack import Stack
from local.soak.havoc import Havoc
from local.xero import delivery

KINDS = {
    "Invoices": ("INVOICE", "Reference"),
    "Contacts": ("CONTACT", "ContactNumber"),
    "CreditNotes": ("CREDITNOTE", "Reference"),
    "Payments": ("PAYMENT", "Reference"),
}
"""Collection → the webhooks' category, and the field that is changed."""
SENDERS = 6
"""Deliveries at a time."""
PATIENCE_SECONDS = 240
MUST_BE_NONE = ("parked", "dead letters", "events lost", "last versions lost")

_DELIVERIES = (1, 1, 2, 5, 20, 100, 250)
"""Events in a delivery; which of them is drawn."""
_BURST = 800


@dataclass
class Sent:
    """What Xero's side has done."""

    events: set[tuple[str, datetime]] = field(default_factory=set)
    """Record and moment of each."""
    last: dict[str, str] = field(default_factory=dict)
    """Record → the mark of its last change."""
    again: int = 0
    """Deliveries repeated because the answer was not 200, or on purpose."""
    seconds: list[float] = field(default_factory=list)
    """How long each answer took."""


class Ear(threading.Thread):
    """Hears everything that is published, as it comes."""

    def __init__(self, listener: Listener) -> None:
        """Hear through the listener."""
        super().__init__(daemon=True)
        self._listener = listener
        self._stopping = threading.Event()
        self.webhooks: Counter[tuple[str, datetime]] = Counter()
        self.versions: Counter[str] = Counter()
        self.marks: set[str] = set()

    def run(self) -> None:
        """Listen until stopped."""
        while not self._stopping.is_set():
            self._listener.collect(1)
            for event in self._listener.events:
                self._hear(event["source"], event["detail"])
            self._listener.events.clear()

    def stop(self) -> None:
        """Listen no more."""
        self._stopping.set()
        self.join()

    def _hear(self, source: str, detail: Mapping[str, Any]) -> None:
        if source == "xero.webhooks":
            if "resource_id" in detail:
                moment = datetime.fromisoformat(detail["occurred_at"])
                self.webhooks[detail["resource_id"], moment] += 1
            return
        self.versions[detail["event_id"]] += 1
        record = detail.get("record", {})
        self.marks.update(record[name] for _, name in KINDS.values() if name in record)


class Xero:
    """Changes records and tells of it, as often as it takes."""

    def __init__(self, stack: Stack, chance: random.Random, records: int) -> None:
        """Make so many records."""
        self._stack = stack
        self._chance = chance
        self._moment = datetime.now(UTC).replace(microsecond=0)
        self._lock = threading.Lock()
        self.sent = Sent()
        self._ids = {one: self._make(one, records // len(KINDS)) for one in KINDS}

    def send(self, count: int) -> None:
        """Send so many events in bursts, each delivery until it is accepted."""
        left = count
        with ThreadPoolExecutor(SENDERS) as pool:
            while left:
                burst = min(left, self._chance.randint(1, _BURST))
                left -= burst
                bodies = list(self._deliveries(burst))
                # On the way some overtake others, and some come twice.
                self._chance.shuffle(bodies)
                bodies += self._chance.sample(bodies, len(bodies) // 10)
                list(pool.map(self._deliver, bodies))
                time.sleep(self._chance.uniform(0, 3))

    def ask(self, method: str, route: str, wish: Any = None) -> Any:
        """Ask one of the simulated Xero's own routes."""
        return xero_peer.request(self._stack.xero_url, method, f"/_simulator/{route}", wish)

    def _make(self, collection: str, count: int) -> list[str]:
        wish = {"resource": collection, "count": count, "quiet": True}
        ids: list[str] = self.ask("POST", "records", wish)["ids"]
        return ids

    def _deliveries(self, count: int) -> Iterator[bytes]:
        while count:
            collection = self._chance.choice(list(KINDS))
            ids = self._ids[collection]
            size = min(count, self._chance.choice(_DELIVERIES), len(ids))
            count -= size
            yield self._change(collection, self._chance.sample(ids, size))

    def _change(self, collection: str, ids: Sequence[str]) -> bytes:
        """Change records, and return the delivery that tells of it."""
        category, name = KINDS[collection]
        marks = {one: secrets.token_hex(8) for one in ids}
        records = [{f"{collection[:-1]}ID": one, name: mark} for one, mark in marks.items()]
        self.ask("POST", "records", {"resource": collection, "records": records, "quiet": True})
        self.sent.last |= marks
        events = []
        for one in ids:
            self._moment += timedelta(milliseconds=1)
            self.sent.events.add((one, self._moment))
            events.append(
                {
                    "resourceUrl": f"https://api.xero.com/api.xro/2.0/{collection}/{one}",
                    "resourceId": one,
                    "eventDateUtc": self._moment.isoformat(timespec="milliseconds")[:23],
                    "eventType": "UPDATE",
                    "eventCategory": category,
                    "tenantId": self._stack.tenant_id,
                    "tenantType": "ORGANISATION",
                }
            )
        return json.dumps({"events": events, "firstEventSequence": 1}).encode()

    def _deliver(self, body: bytes) -> None:
        signature = calls.signature(self._stack.webhook_key, body)
        while True:
            outcome = delivery.post(self._stack.webhook_url, body, signature)
            with self._lock:
                self.sent.seconds.append(outcome.seconds)
                if outcome.accepted:
                    return
                self.sent.again += 1
            time.sleep(0.5)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this soak can be told."""
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--records", type=int, default=2_000)


def soak(stack: Stack, front: AwsFront, console: Console, told: argparse.Namespace) -> int:
    """Do it, and return how much was lost."""
    pattern = {"source": ["xero.webhooks", "xero.records"]}
    with listening(here(stack), pattern) as listener:
        return _soak(stack, front, Ear(listener), console, told)


def _soak(
    stack: Stack, front: AwsFront, ear: Ear, console: Console, told: argparse.Namespace
) -> int:
    _hurry(stack)
    # Two of them, so that what is sent does not hang on how long a fault takes.
    chances = [random.Random(told.seed + one) for one in (0, 1)]  # noqa: S311 - guards nothing
    xero = Xero(stack, chances[0], told.records)
    havoc = Havoc(stack, front, chances[1], functions=("webhook", "record"))
    start = time.monotonic()
    ear.start()
    havoc.start()
    try:
        with console.step(f"{told.events} events, seed {told.seed}"):
            xero.send(told.events)
    finally:
        havoc.stop()
    sending = time.monotonic() - start
    with console.step("Until all queues are empty"):
        _drain(stack, xero, ear)
    ear.stop()
    figures = _figures(stack, xero, ear, sending=sending)
    console.heading("Soaked")
    for name, figure in figures.items():
        console.line(f"{name:<32}{figure:>8,}")
    console.heading("Faults")
    for name, times in sorted(havoc.done.items()):
        console.line(f"{name:<32}{times:>8,}")
    return sum(figures[one] for one in MUST_BE_NONE)


def _hurry(stack: Stack) -> None:
    """Have what failed come again sooner than on AWS, where it takes minutes."""
    control.gather(stack, "record", messages=500, seconds=1)
    control.come_again_after(stack, "backlog", 2)
    control.come_again_after(stack, "records", 10)
    # The turn of a copy that was ended lasts as long as the function may take.
    stack.account.client("lambda").update_function_configuration(
        FunctionName=stack.functions["record"], Timeout=25
    )


def _drain(stack: Stack, xero: Xero, ear: Ear) -> None:
    """Wait until nothing waits any more, or for so long that nothing more will come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if _waiting(stack) == 0 and not any(_lost(xero.sent, ear)):
            return
        time.sleep(0.5)


def _waiting(stack: Stack) -> int:
    return sum(control.waiting(stack, one) for one in ("backlog", "records"))


def _lost(sent: Sent, ear: Ear) -> tuple[int, int]:
    """Return how many events, and last versions of records, were not heard of."""
    return len(sent.events - ear.webhooks.keys()), len(set(sent.last.values()) - ear.marks)


def _figures(stack: Stack, xero: Xero, ear: Ear, *, sending: float) -> dict[str, int]:
    asked = [one for one in xero.ask("GET", "requests")["requests"] if "/api.xro/" in one["path"]]
    letters = [control.waiting(stack, f"{one}_dead_letters") for one in ("backlog", "record")]
    events_lost, versions_lost = _lost(xero.sent, ear)
    milliseconds = statistics.quantiles([1000 * one for one in xero.sent.seconds], n=100)
    return {
        "events sent": len(xero.sent.events),
        "deliveries": len(xero.sent.seconds) - xero.sent.again,
        "delivered again": xero.sent.again,
        "published as webhooks": len(ear.webhooks),
        "published again": ear.webhooks.total() - len(ear.webhooks),
        "records changed": len(xero.sent.last),
        "events of their versions": len(ear.versions),
        "with the same version again": ear.versions.total() - len(ear.versions),
        "parked": _waiting(stack),
        "dead letters": sum(letters),
        "events lost": events_lost,
        "last versions lost": versions_lost,
        "calls to Xero": len(asked),
        "seconds of sending": round(sending),
        "events a second": round(len(xero.sent.events) / sending),
        "answer after ms, median": round(milliseconds[49]),
        "99 of 100": round(milliseconds[98]),
        "longest": round(1000 * max(xero.sent.seconds)),
    }
