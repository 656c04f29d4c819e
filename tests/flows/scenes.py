# SPDX-License-Identifier: Apache-2.0
"""A stack, what was changed in its Xero and what was heard of it, for the flows of records."""

import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from local.deployed import here
from local.listener import Event, Listener, listening
from local.machine import calls, control, xero_peer
from local.machine.aws import Account
from local.machine.aws_front import AwsFront, serving
from local.machine.stack import Options, Stack, running
from tests.flows.conftest import ROOMY

PATIENCE_SECONDS = 60
QUEUES = ("backlog", "records", "sweeps")

_PAUSE_SECONDS = 0.03

# The field that is changed; the others are told apart by their Reference.
_MARKED = {
    "Contacts": "ContactNumber",
    "Items": "Description",
    "Accounts": "Description",
    "ManualJournals": "Narration",
}


@dataclass
class Scene:
    """A change is known by its mark, which it leaves in the record."""

    stack: Stack
    front: AwsFront
    listener: Listener
    sent: list[str] = field(default_factory=list)
    """The marks of the changes that are to be published."""
    repeatable: list[str] = field(default_factory=list)
    """Those on their way when what published them ended, or heard no answer."""
    _heard: dict[str, list[Event]] = field(default_factory=dict)
    _read: int = 0
    _moment: datetime = field(default_factory=lambda: datetime.now(UTC))

    def xero(self, method: str, route: str, wish: Any = None) -> Any:
        """Ask one of the simulated Xero's own routes."""
        return xero_peer.request(self.stack.xero_url, method, f"/_simulator/{route}", wish)

    def make(self, collection: str, count: int, **wish: Any) -> list[str]:
        """Make records, of which no webhook tells, and return their ids."""
        wish = {"resource": collection, "count": count, "quiet": True, **wish}
        ids: list[str] = self.xero("POST", "records", wish)["ids"]
        return ids

    def change(self, collection: str, *ids: str, quiet: bool = False, **fields: Any) -> list[str]:
        """Change records, or make one where none is named; return the changes' marks."""
        return [mark for mark, _ in self.changed(collection, *ids, quiet=quiet, **fields)]

    def changed(
        self, collection: str, *ids: str, quiet: bool = False, tenant_id: str = "", **fields: Any
    ) -> list[tuple[str, str]]:
        """Do the same, and return the records' ids too."""
        name, id_field = _MARKED.get(collection, "Reference"), f"{collection[:-1]}ID"
        marks = [secrets.token_hex(8) for _ in ids or [""]]
        named: list[dict[str, str]] = [{id_field: one} for one in ids] or [{}]
        written = [fields | one | {name: mark} for one, mark in zip(named, marks, strict=True)]
        wish: dict[str, Any] = {"resource": collection, "records": written, "quiet": quiet}
        if tenant_id:
            wish["tenant_id"] = tenant_id
        answer = self.xero("POST", "records", wish)
        self.sent += marks
        return list(zip(marks, answer["ids"], strict=True))

    def tell(self, *ids: str, category: str = "INVOICE") -> None:
        """Have Xero send a webhook about records."""
        events = [{"category": category, "resource_id": one} for one in ids]
        self.xero("POST", "webhook/send", {"events": events})

    def post(self, body: bytes) -> int:
        """Deliver a body as Xero would, and return the answer's status."""
        return calls.post_webhook(self.stack, body).status

    def body(self, *ids: str) -> bytes:
        """Return a delivery of events about invoices, each a millisecond after the one before."""
        events = []
        for one in ids:
            self._moment += timedelta(milliseconds=1)
            events.append(
                {
                    "resourceUrl": f"https://api.xero.com/api.xro/2.0/Invoices/{one}",
                    "resourceId": one,
                    "eventDateUtc": self._moment.isoformat(timespec="milliseconds")[:23],
                    "eventType": "UPDATE",
                    "eventCategory": "INVOICE",
                    "tenantId": self.stack.tenant_id,
                    "tenantType": "ORGANISATION",
                }
            )
        # Without a last number there is no gap to be told from the simulated Xero's own.
        return json.dumps({"events": events, "firstEventSequence": 1}).encode()

    def heard(self, *marks: str) -> list[Event]:
        """Return the events about changes."""
        return [event for mark in marks for event in self._heard.get(mark, ())]

    def wait_for(self, *marks: str) -> list[Event]:
        """Wait until something is heard of each change, and return it."""
        self.wait_until(lambda: all(mark in self._heard for mark in marks))
        return self.heard(*marks)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Listen until something holds."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < deadline
            if not self.listen():
                time.sleep(_PAUSE_SECONDS)

    def listen(self, seconds: int = 0) -> int:
        """Listen for so long at the most, and return how many events came."""
        events = self.listener.collect(seconds)
        come, self._read = events[self._read :], len(events)
        for event in come:
            record = event["detail"].get("record", {})
            for name in {"Reference", *_MARKED.values()} & record.keys():
                self._heard.setdefault(record[name], []).append(event)
        return len(come)

    def settle(self) -> None:
        """Wait until Xero has delivered everything and the queues are worked off."""
        self.wait_until(self._is_settled)
        while self.listen(1):
            pass

    def repeated(self, *apart_from: str) -> int:
        """Return how many events came more than once, apart from those about some changes."""
        apart = {event["detail"]["event_id"] for event in self.heard(*apart_from)}
        counted = Counter(event["detail"]["event_id"] for event in self.listener.events)
        return sum(count - 1 for one, count in counted.items() if one not in apart)

    def lost(self) -> set[str]:
        """Return the changes that nothing was heard of."""
        return set(self.sent) - self._heard.keys()

    def letters(self, queue: str = "record_dead_letters") -> list[dict[str, Any]]:
        """Take the dead letters there are."""
        sqs, url = self.stack.account.client("sqs"), self.stack.queues[queue]
        taken: list[dict[str, Any]] = []
        while messages := sqs.receive_message(
            QueueUrl=url, MessageAttributeNames=["All"], MaxNumberOfMessages=10
        ).get("Messages"):
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            taken += messages
        return taken

    def calls(self, path: str = "/Invoices") -> list[dict[str, Any]]:
        """Return the requests that Xero was asked for a list, or a record, of a kind."""
        log: list[dict[str, Any]] = self.xero("GET", "requests")["requests"]
        return [one for one in log if path in one["path"] and one["method"] == "GET"]

    def _is_settled(self) -> bool:
        webhook = self.xero("GET", "webhook")
        due = webhook["waiting_events"] if webhook["status"] in {"OK", "Retry"} else 0
        return not due and not any(control.waiting(self.stack, one) for one in QUEUES)


AnyScene = TypeVar("AnyScene", bound=Scene)


@contextmanager
def playing(directory: Path, kind: type[AnyScene], **simulated: Any) -> Iterator[AnyScene]:
    """Hold a stack behind a front, where nobody waits for long, while the block runs."""
    with ExitStack() as cleanup:
        fronts: list[AwsFront] = []

        def between(account: Account) -> str:
            fronts.append(cleanup.enter_context(serving(account)))
            return fronts[0].url

        settings = {**ROOMY, "webhook_window": 0.05, "webhook_retry": 0.5, **simulated}
        options = Options(simulated=settings, between=between)
        stack = cleanup.enter_context(running(directory, options))
        listener = cleanup.enter_context(listening(here(stack), {"source": ["xero.records"]}))
        control.gather(stack, "record", messages=10, seconds=0)
        for queue in QUEUES:
            control.come_again_after(stack, queue, 1)
        yield kind(stack, fronts[0], listener)
        fronts[0].mend()
