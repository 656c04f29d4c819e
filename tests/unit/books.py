# SPDX-License-Identifier: Apache-2.0
"""The record side on fakes that fail as they are told: Xero's lists, table, bus, queues, clock.

An invocation can be ended at any of its calls, as Lambda may end it.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from hypothesis import strategies as st
from xero_connection.bus import Refusal
from xero_connection.client import NoAnswerError, Request, Response
from xero_connection.connection import TokenSource
from xero_connection.errors import UnavailableError
from xero_connection.events import detail_of
from xero_connection.recorder import Recorder
from xero_connection.resources import RESOURCES, Resource
from xero_connection.sweeper import Sweeper

from tests.unit.ledger import Ledger

TENANT = "c2cc9b6e-0000-4000-8000-000000000001"
START = datetime(2026, 11, 22, 1, 15, 39, tzinfo=UTC)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


class DeadError(BaseException):
    """The invocation was ended from outside; no handler of its own can see that."""


class DownError(Exception):
    """A queue failed."""


def uuid_of(name: str) -> UUID:
    """Return the id of the record that a test calls so."""
    return uuid5(UUID(int=0), name)


def xero_date(moment: datetime) -> str:
    """Return a moment as Xero's JSON has it."""
    return f"/Date({int(moment.timestamp() * 1000)}+0000)/"


@dataclass
class Clock:
    """The time, which only sleeping and working move."""

    now: float = START.timestamp()

    def __call__(self) -> float:
        """Return seconds since 1970."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Go forward."""
        self.now += seconds

    def moment(self) -> datetime:
        """Return the time as a moment."""
        return datetime.fromtimestamp(self.now, tz=UTC)


class FixedSecret:
    """TokenSecret with a token that lasts."""

    name = "the-token-secret"

    def __init__(self, scopes: Sequence[str] = (), tenants: Sequence[str] = (TENANT,)) -> None:
        """Say what the token may do, and where."""
        self.scopes = list(scopes)
        self.tenants = list(tenants)

    def read(self, *, fresh: bool = False) -> str:
        """Return its text."""
        assert fresh in (True, False)
        tenants = [{"tenant_id": one, "tenant_name": "A"} for one in self.tenants]
        return json.dumps({"access_token": "a-token", "scopes": self.scopes, "tenants": tenants})


@dataclass
class Xero:
    """Xero's lists of one organisation, which are asked as Xero is asked."""

    clock: Clock
    kinds: dict[str, dict[UUID, dict[str, Any]]] = field(default_factory=dict)
    """By collection; each record with its `UpdatedDateUTC` as a moment, where it has one."""
    before: Callable[[Request], Response | None] = lambda _: None
    """Called before each answer: may change records, answer itself, or raise."""
    requests: list[Request] = field(default_factory=list)
    tenants: list[str | None] = field(default_factory=list)
    largest_page: int = 1000
    says_pages: bool = True
    """Whether its lists tell how many pages there are."""
    order: str | None = None
    """The order that all lists have whatever is asked for; None for the one asked for."""
    headers: dict[str, str] = field(default_factory=dict)

    def put(self, resource: Resource, name: str, **fields: Any) -> dict[str, Any]:
        """Make or change the record that a test calls by a name, now."""
        records = self.kinds.setdefault(resource.collection, {})
        record = records.pop(uuid_of(name), {resource.id_field: str(uuid_of(name))})
        records[uuid_of(name)] = record | {"UpdatedDateUTC": self.clock.moment()} | fields
        return records[uuid_of(name)]

    def send(
        self, request: Request, *, token: str, tenant_id: str | None, timeout: float
    ) -> Response:
        """Answer a call."""
        assert token
        assert timeout > 0
        assert request.method == "GET"
        self.requests.append(request)
        self.tenants.append(tenant_id)
        return self.before(request) or self._answer(request)

    def _answer(self, request: Request) -> Response:
        _, collection, *rest = request.path.split("/")
        records = list(self.kinds.get(collection, {}).values())
        id_field = f"{collection[:-1]}ID"
        if rest:
            found = [one for one in records if one[id_field] == rest[0]]
            return (
                self.answer({collection: found})
                if found
                else Response(status=404, headers={}, body=b"gone")
            )
        asked = request.query
        if "IDs" in asked:
            wanted = asked["IDs"].split(",")
            records = [one for one in records if one[id_field] in wanted]
        if "where" in asked:
            wanted = re.findall(rf'{id_field}==Guid\("([^"]+)"\)', asked["where"])
            records = [one for one in records if one[id_field] in wanted]
        if since := request.headers.get("If-Modified-Since"):
            moment = datetime.fromisoformat(since).replace(tzinfo=UTC)
            records = [one for one in records if (one.get("UpdatedDateUTC") or moment) >= moment]
        records = self._ordered(records, id_field, asked.get("order", ""))
        document: dict[str, Any] = {}
        if "page" in asked:
            size = min(self.largest_page, int(asked.get("pageSize", 100)))
            start = size * (int(asked["page"]) - 1)
            pages = -(-len(records) // size)
            if self.says_pages and collection != "Quotes":
                document["pagination"] = {"pageCount": pages, "itemCount": len(records)}
            records = records[start : start + size]
        return self.answer(document | {collection: records})

    def _ordered(
        self, records: list[dict[str, Any]], id_field: str, asked: str
    ) -> list[dict[str, Any]]:
        order = self.order if self.order is not None else asked
        if "UpdatedDateUTC" not in order:
            # By their ids, so that a change moves nothing and what is new comes anywhere.
            return sorted(records, key=lambda one: str(one[id_field]))
        return sorted(
            records, key=lambda one: one.get("UpdatedDateUTC") or START, reverse="DESC" in order
        )

    def answer(self, document: Mapping[str, Any]) -> Response:
        """Return an answer with the time in it, as Xero's have it."""
        whole = {"DateTimeUTC": self.clock.moment(), **document}
        body = json.dumps(whole, default=xero_date).encode()
        return Response(status=200, headers=self.headers, body=body)


@dataclass
class Rows:
    """The table."""

    clock: Clock
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    turns: dict[str, tuple[str, float]] = field(default_factory=dict)
    before: Callable[[str], None] = lambda _: None
    """Called with the name of each call before it is done; may raise."""

    def get(self, keys: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return those there are."""
        self.before("get")
        return {key: dict(self.rows[key]) for key in keys if key in self.rows}

    def put(self, rows: Mapping[str, Mapping[str, str]]) -> None:
        """Put rows in the place of those there are."""
        self.before("put")
        assert all(isinstance(value, str) for row in rows.values() for value in row.values())
        self.rows |= {key: dict(row) for key, row in rows.items()}

    def take(self, key: str, *, owner: str, seconds: float) -> bool:
        """Return whether the turn is the owner's."""
        self.before("take")
        now = self.clock()
        holder, until = self.turns.get(key, (owner, 0.0))
        if holder != owner and until >= now:
            return False
        self.turns[key] = (owner, now + seconds)
        return True

    def give_back(self, key: str, *, owner: str) -> None:
        """End the owner's turn, if the table can be reached."""
        try:
            self.before("give_back")
        except UnavailableError:
            return
        if self.turns.get(key, ("", 0))[0] == owner:
            del self.turns[key]


@dataclass
class Message:
    """A message of the record queue."""

    text: str
    receives: int = 0


@dataclass
class Office:
    """The record and the sweep function's work, and all that they do it with."""

    clock: Clock = field(default_factory=Clock)
    secret: FixedSecret = field(default_factory=FixedSecret)
    resources: Sequence[Resource] = (RESOURCES["invoices"],)
    bus: list[dict[str, Any]] = field(default_factory=list)
    bus_refuses: Callable[[dict[str, Any]], bool] = lambda _: False
    never: Callable[[dict[str, Any]], bool] = lambda _: False
    queue: list[Message] = field(default_factory=list)
    before_queue: Callable[[], None] = lambda: None
    dead: list[tuple[str, str]] = field(default_factory=list)
    """Text and reason of each dead letter."""
    dead_down: bool = False
    lines: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 60
    aws_request_id: str = "an-invocation"

    def __post_init__(self) -> None:
        """Make what the clock drives."""
        self.xero = Xero(self.clock)
        self.rows = Rows(self.clock)
        self.budget = Ledger(self.clock, self.clock.sleep)

    # What tests do

    def tell(self, resource: Resource, name: str, event_type: str = "UPDATE") -> None:
        """Have a webhook tell of a record."""
        self.queue.append(Message(told_text(resource, name, event_type)))

    def work_off(self, messages: Sequence[Message] | None = None) -> None:
        """Hand over messages, all there are if none are chosen, and delete what is done with."""
        batch = list(self.queue if messages is None else messages)
        for one in batch:
            one.receives += 1
        sources = [
            {
                "messageId": str(number),
                "body": one.text,
                "attributes": {"ApproximateReceiveCount": str(one.receives)},
            }
            for number, one in enumerate(batch)
        ]
        answer = self.recorder.handle(sources, self)
        again = {int(one["itemIdentifier"]) for one in answer["batchItemFailures"]}
        done = {id(one) for number, one in enumerate(batch) if number not in again}
        self.queue[:] = [one for one in self.queue if id(one) not in done]

    def sweep(self, event: Any = None) -> Any:
        """Sweep once."""
        return self.sweeper.handle(event or {"source": "aws.events"}, self)

    @property
    def recorder(self) -> Recorder:
        """The record function's work."""
        return Recorder(
            tokens=self._tokens,
            send=self.xero.send,
            budget=self.budget,
            rows=self.rows,
            publish=self.publish,
            bury=self.bury,
            observer=self,  # type: ignore[arg-type]
            clock=self.clock,
            sleep=self.clock.sleep,
            now=self.clock.moment,
        )

    @property
    def sweeper(self) -> Sweeper:
        """The sweep function's work."""
        return Sweeper(
            resources=self.resources,
            tokens=self._tokens,
            send=self.xero.send,
            budget=self.budget,
            rows=self.rows,
            enqueue=self.enqueue,
            observer=self,  # type: ignore[arg-type]
            clock=self.clock,
            sleep=self.clock.sleep,
            now=self.clock.moment,
        )

    @property
    def _tokens(self) -> TokenSource:
        return TokenSource(self.secret, refresh=lambda *_: None, now=self.clock.moment)

    # What tests ask

    @property
    def names(self) -> list[str]:
        """The ids of the triggers that the bus has taken, in order."""
        return [entry["DetailType"] for entry in self.bus]

    @property
    def details(self) -> list[dict[str, Any]]:
        """What the events say, in order."""
        return list(map(detail_of, self.bus))

    @property
    def repeats(self) -> int:
        """How many events the bus was given more than once."""
        counted = Counter(one["event_id"] for one in self.details)
        return counted.total() - len(counted)

    # What the functions are given

    def get_remaining_time_in_millis(self) -> int:
        """Return what Lambda says."""
        return int(self.seconds * 1000)

    def publish(self, entries: list[dict[str, Any]], *, until: float) -> list[Refusal]:
        """Be the bus."""
        late = self.clock() >= until
        refused = [one for one in entries if late or self.bus_refuses(one) or self.never(one)]
        self.bus += [one for one in entries if one not in refused]
        return [Refusal(one, for_good=not late and self.never(one)) for one in refused]

    def bury(self, text: str, *, reason: str) -> None:
        """Be the dead letters."""
        assert reason
        if self.dead_down:
            raise DownError
        self.dead.append((text, reason))

    def enqueue(self, text: str) -> None:
        """Be the record queue."""
        self.before_queue()
        self.queue.append(Message(text))

    def record(self, **fields: Any) -> None:
        """Keep a line of the log, without what is not said."""
        self.lines.append({name: value for name, value in fields.items() if value is not None})

    def failure(self, error: Exception) -> None:
        """Keep an unforeseen exception."""
        self.lines.append({"outcome": "failed", "reason": type(error).__name__})


def told_text(resource: Resource, name: str, event_type: str = "UPDATE") -> str:
    """Return the message of a webhook's event, as EventBridge puts it on the queue."""
    detail = {
        "event_id": f"told-{name}",
        "tenant_id": TENANT,
        "resource": resource.name,
        "resource_id": str(uuid_of(name)),
        "event_type": event_type,
        "occurred_at": "2026-11-22T01:15:39Z",
    }
    return json.dumps({"source": "xero.webhooks", "detail": detail})


def no_answer(_: Request) -> Response:
    """Be a Xero that cannot be reached."""
    raise NoAnswerError(sent=True)


def table_down(_: str) -> None:
    """Be a table that is out."""
    raise UnavailableError("The table cannot be read.")


def later(seconds: float) -> timedelta:
    """Return so many seconds."""
    return timedelta(seconds=seconds)
