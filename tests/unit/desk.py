# SPDX-License-Identifier: Apache-2.0
"""Actions on fakes: a Xero that keeps idempotency keys for six minutes, the table, and one clock.

Whoever uses them says what fails: `before` and `after` of each call may raise, also what ends the
invocation.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any

from botocore.exceptions import ClientError, EndpointConnectionError
from xero_connection.client import Request, Response
from xero_connection.connection import Connection, TokenSource
from xero_connection.documents import to_json
from xero_connection.fields import Body, Document, Input, Output, document
from xero_connection.invocation import Invocation
from xero_connection.jobs import Job, Jobs
from xero_connection.once import Once
from xero_connection.operation import Batch, Call, Done, Flow, Operation, ReadBack
from xero_connection.outcome_rows import OutcomeRows
from xero_connection.tokens import Tenant

from tests.unit.books import TENANT, Clock, FixedSecret, uuid_of, xero_date

KEEP_SECONDS = 24 * 3600
SECONDS = 57.0
"""How long an invocation has."""
XERO_KEEPS = 360.0
"""Seconds for which Xero keeps a key."""
DOWN = EndpointConnectionError(endpoint_url="x")


class Paper(Document):
    """A document; `Reference` `refuse…` is refused."""

    Reference: str | None = None
    Number: str | None = None
    Amount: Decimal | None = None


class OneInput(Input):
    """A document to send."""

    paper: Annotated[Paper, Body("Papers")]


class ChangeInput(OneInput):
    """A change to a record."""

    paper_id: str


class ManyInput(Input):
    """Documents to send."""

    papers: Annotated[list[Paper], Body("Papers")]


class LinesInput(Input):
    """Lines to add to a record."""

    paper_id: str
    line: str


class OneOutput(Output):
    """A record."""

    paper: dict[str, Any]


class ManyOutput(Output):
    """An answer for each document."""

    papers: list[dict[str, Any]]


READ_BACK = ReadBack(
    path="/Papers",
    collection="Papers",
    id_field="PaperID",
    identity=lambda _: ("Reference", "Number", "Amount"),
    unfilled=("Reference",),
)


def _operation(name: str, asked: type[Input], **more: Any) -> Operation:
    return Operation(
        id=f"papers/{name}",
        kind="action",
        summary="Do it.",
        input=asked,
        output=ManyOutput if "batch" in more else OneOutput,
        idempotency="key",
        **more,
    )


def _two(asked: OneInput) -> Flow:
    """Make a record, look at it, and make another beside it."""
    answer = yield Request(method="PUT", path="/Papers", body={"Papers": [document(asked.paper)]})
    first = answer["Papers"][0]["PaperID"]
    yield Request(method="GET", path=f"/Papers/{first}")
    beside = {"Reference": f"beside {first}"}
    answer = yield Request(method="PUT", path="/Papers", body={"Papers": [beside]})
    return Done(output={"paper": answer["Papers"][0], "first": first})


def _add_line(asked: LinesInput) -> Flow:
    """Add a line to those that are there."""
    path = f"/Papers/{asked.paper_id}"
    answer = yield Request(method="GET", path=path)
    lines = [*answer["Papers"][0].get("Lines", []), asked.line]
    answer = yield Request(method="POST", path=path, body={"Papers": [{"Lines": lines}]})
    return Done(output={"paper": answer["Papers"][0]})


_PUT = Call(method="PUT", path="/Papers", collection="Papers")
CREATE = _operation("create_paper", OneInput, call=_PUT, read_back=READ_BACK)
BLIND = _operation(
    "create_note", OneInput, call=Call(method="PUT", path="/Notes", collection="Papers")
)
CREATE_MANY = _operation(
    "create_papers",
    ManyInput,
    call=_PUT,
    read_back=READ_BACK,
    batch=Batch(elements="papers", record_key="paper", size=3),
)
CHANGE = _operation(
    "change_paper",
    ChangeInput,
    call=Call(method="POST", path="/Papers/{paper_id}", collection="Papers"),
)
TWO = _operation("create_two", OneInput, flow=_two, read_back=READ_BACK)
ADD_LINE = _operation("add_line", LinesInput, flow=_add_line, alone="paper_id")


def nothing(*_: Any) -> None:
    """Let a call go on."""


@dataclass
class Ledger:
    """Xero: its records, and the keys that it remembers."""

    clock: Clock
    before: Callable[[Request], Response | None] = nothing
    """Called with what arrives; may raise or answer instead."""
    after: Callable[[Request], Response | None] = nothing
    """Called once it is done; may raise or answer instead."""
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    makers: dict[str, str] = field(default_factory=dict)
    """The idempotency key by which each record was made."""
    seen: dict[str, tuple[float, str, Response]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    list_delay: float = 0.0
    """Seconds for which a list does not know of a change."""
    largest_page: int = 100
    seconds: Callable[[], float] = lambda: 0.1

    def send(
        self, request: Request, *, token: str, tenant_id: str | None, timeout: float
    ) -> Response:
        """Answer a call."""
        assert token
        assert tenant_id
        assert timeout > 0
        self.requests.append(request)
        self.clock.sleep(self.seconds())
        answer = self.before(request)
        if answer is None:
            answer = self._remembered(request) if request.writes else self._read(request)
        self.clock.sleep(self.seconds())
        return self.after(request) or answer

    @property
    def sent(self) -> list[Request]:
        """The writes that arrived, or were cut on the way."""
        return [one for one in self.requests if one.writes]

    def keep(self, request: Request, answer: Response) -> Response:
        """Have a key stand for an answer."""
        key = request.headers["Idempotency-Key"]
        self.seen[key] = (self.clock(), self._content(request), answer)
        return answer

    def put(self, name: str, **fields: Any) -> dict[str, Any]:
        """Make a record without any request, now."""
        record = {"PaperID": str(uuid_of(name)), "Status": "DRAFT", **fields}
        self.records[record["PaperID"]] = record | {"at": self.clock()}
        return record

    def _remembered(self, request: Request) -> Response:
        at, content, answer = self.seen.get(request.headers["Idempotency-Key"], (0.0, "", None))
        if answer is None or self.clock() - at >= XERO_KEEPS:
            return self.keep(request, self.carry_out(request))
        if content != self._content(request):
            return refusal("This key is used with a different request.")
        return answer

    def carry_out(self, request: Request, *, at: float | None = None) -> Response:
        """Do what a write says, now or at a moment to come."""
        moment = self.clock() if at is None else at
        documents = json.loads(to_json(request.body), parse_float=Decimal)["Papers"]
        if request.method == "POST":
            record = self.records.get(request.path.split("/")[2])
            if record is None:
                return Response(status=404, headers={}, body=b"gone")
            record |= documents[0] | {"at": moment}
            return self._answer([record])
        wrong = [str(one.get("Reference", "")).startswith("refuse") for one in documents]
        if any(wrong) and not request.each:
            return refusal("It is refused.")
        return self._answer(
            [
                {**one, "StatusAttributeString": "ERROR", "ValidationErrors": [{"Message": "No."}]}
                if bad
                else self._new(one, request, moment)
                for one, bad in zip(documents, wrong, strict=True)
            ]
        )

    def _new(self, sent: Mapping[str, Any], request: Request, moment: float) -> dict[str, Any]:
        record_id = str(uuid_of(f"record {len(self.records)}"))
        record = {**sent, "PaperID": record_id, "Status": "DRAFT", "at": moment}
        self.records[record_id] = record
        self.makers[record_id] = request.headers["Idempotency-Key"]
        return record

    def _read(self, request: Request) -> Response:
        rest = request.path.split("/")[2:]
        if rest:
            found = [self.records[rest[0]]] if rest[0] in self.records else []
            return self._answer(found) if found else Response(status=404, headers={}, body=b"gone")
        now = self.clock()
        records = sorted(self.records.values(), key=lambda one: str(one["PaperID"]))
        records = [one for one in records if one["at"] + self.list_delay <= now]
        since = request.headers["If-Modified-Since"]
        records = [one for one in records if _second(one["at"]) >= since]
        size = min(self.largest_page, int(request.query["pageSize"]))
        start = size * (int(request.query["page"]) - 1)
        return self._answer(records[start : start + size])

    def _answer(self, records: list[dict[str, Any]]) -> Response:
        shown = [
            {name: value for name, value in one.items() if name != "at"}
            | ({"UpdatedDateUTC": _updated(one["at"])} if "at" in one else {})
            for one in records
        ]
        return Response(status=200, headers={}, body=to_json({"Papers": shown}).encode())

    @staticmethod
    def _content(request: Request) -> str:
        return f"{request.method} {request.path} {to_json(request.body)}"


def _updated(at: float) -> str:
    return xero_date(Clock(at).moment())


def _second(at: float) -> str:
    return Clock(at).moment().replace(tzinfo=None, microsecond=0).isoformat()


def refusal(text: str) -> Response:
    """Return a 400 of Xero's."""
    body = {"ErrorNumber": 10, "Message": text}
    return Response(status=400, headers={}, body=json.dumps(body).encode())


def failure(status: int) -> Response:
    """Return an answer without content."""
    return Response(status=status, headers={}, body=b"")


@dataclass
class DynamoDB:
    """The client of a table that does one thing after the other."""

    clock: Clock
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    before: Callable[[str, str], None] = nothing
    """Called with the name of each call and the row's key before it is done; may raise."""
    after: Callable[[str, str], None] = nothing
    """Called when it is done, but not answered; may raise."""
    repeats: Callable[[], bool] = lambda: False
    """Whether the client had to do a put twice, because the first answer got lost."""

    def get_item(self, *, Key: Any, **_: Any) -> Any:  # noqa: N803 - boto3's spelling
        """Get an item."""
        key = Key["pk"]["S"]
        self.before("get", key)
        answer = {"Item": dict(self.items[key])} if key in self.items else {}
        self.after("get", key)
        return answer

    def put_item(self, *, Item: Any, ConditionExpression: str, **more: Any) -> Any:  # noqa: N803
        """Put an item on a condition."""
        key = Item["pk"]["S"]
        self.before("put", key)
        for _ in range(2 if self.repeats() else 1):
            if not self._holds(self.items.get(key), ConditionExpression, more):
                raise ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "x")
            self.items[key] = dict(Item)
        self.after("put", key)
        return {}

    def _holds(self, item: Any, condition: str, more: Any) -> bool:
        names, values = more.get("ExpressionAttributeNames", {}), more["ExpressionAttributeValues"]

        def term(text: str) -> bool:
            if text == "attribute_not_exists(pk)":
                return item is None
            found = re.fullmatch(r"(\S+) (=|<) (\S+)", text)
            assert found, text
            name, comparison, value = found.groups()
            have, wanted = (item or {}).get(names.get(name, name)), values[value]
            if have is None:
                return False
            if comparison == "=":
                return bool(have == wanted)
            return float(have["N"]) < float(wanted["N"])

        return any(all(map(term, part.split(" AND "))) for part in condition.split(" OR "))


@dataclass
class Turns:
    """Turns at records; they fail as the table does."""

    table: DynamoDB
    held: dict[str, tuple[str, float]] = field(default_factory=dict)

    def take(self, key: str, *, owner: str, seconds: float) -> bool:
        """Return whether the turn is the owner's."""
        now = self.table.clock()
        holder, until = self.held.get(key, (owner, 0.0))
        if holder != owner and until >= now:
            return False
        self.held[key] = (owner, now + seconds)
        return True

    def give_back(self, key: str, *, owner: str) -> None:
        """End the owner's turn."""
        if self.held.get(key, ("", 0.0))[0] == owner:
            del self.held[key]


@dataclass
class Office:
    """All that actions are carried out with."""

    clock: Clock = field(default_factory=Clock)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make what the clock drives."""
        self.xero = Ledger(self.clock)
        self.table = DynamoDB(self.clock)
        # In virtual time one thing is done after the other.
        self.rows = OutcomeRows(
            self.table,
            "the-table",
            now=self.clock,
            spread=lambda work, ids: [work(one) for one in ids],
        )
        self.once = Once(
            rows=self.rows, keep_seconds=KEEP_SECONDS, now=self.clock, sleep=self.clock.sleep
        )
        self.turns = Turns(self.table)
        self.jobs = Jobs(
            observer=self,  # type: ignore[arg-type]
            once=self.once,
            leases=self.turns,
            clock=self.clock,
            sleep=self.clock.sleep,
        )

    def act(
        self,
        operation: Operation,
        asked: Mapping[str, Any],
        key: str = "order-1047",
        *,
        tenant: str = TENANT,
        seconds: float = SECONDS,
    ) -> dict[str, Any]:
        """Ask for an action in an invocation of its own, and return what it answers.

        Raises:
            XeroConnectionError: it failed.
        """
        tokens = TokenSource(FixedSecret(), refresh=nothing, now=self.clock.moment)
        connection = Connection(
            tokens=tokens,
            send=self.xero.send,
            deadline=self.clock() + seconds,
            clock=self.clock,
            sleep=self.clock.sleep,
        )
        job = Job(
            operation=operation,
            asked=operation.input.model_validate(asked),
            invocation=Invocation(operation=operation.id, idempotency_key=key),
            connection=connection,
            tenant=Tenant(tenant_id=tenant),
            seconds=seconds,
        )
        kept, replayed = self.jobs.do(job)
        return {**kept, "replayed": replayed}

    def row(self, key: str = "order-1047") -> Any:
        """Return what is kept under a key."""
        return self.rows.get(key)

    def record(self, **fields: Any) -> None:
        """Keep a line of the log."""
        self.lines.append(fields)

    def failure(self, error: Exception) -> None:
        """Keep an unforeseen exception."""
        self.lines.append({"outcome": "failed", "reason": type(error).__name__})


def paper(reference: str = "one", **fields: Any) -> dict[str, Any]:
    """Return the input for one document."""
    return {"paper": {"Reference": reference, **fields}}


def vague(**fields: Any) -> dict[str, Any]:
    """Return the input for one document that need not have a reference."""
    return {"paper": {"Amount": 7, **fields}}


def papers(*references: str) -> dict[str, Any]:
    """Return the input for some documents."""
    return {"papers": [{"Reference": one} for one in references]}
