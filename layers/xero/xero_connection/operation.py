# SPDX-License-Identifier: Apache-2.0
"""An operation as one value, and what follows from it: its request, its answer, its undo."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_origin

from pydantic import BaseModel  # noqa: TC002 - dataclasses are read by describe

from xero_connection.client import JSON, Request
from xero_connection.errors import NotFoundError
from xero_connection.fields import Input, ListOutput, request_parts

Kind = Literal["trigger", "action", "query"]


@dataclass(frozen=True, kw_only=True)
class Call:
    """How an operation is said to Xero, where one call says it all."""

    method: Literal["GET", "PUT", "POST", "DELETE"]
    path: str
    """Under the API's own path; `{name}` is filled from the input."""
    collection: str = ""
    """The member of Xero's answer that holds the records; empty where the answer is a list."""
    api: str = "accounting"
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    accept: str = JSON

    def request(self, asked: Input) -> Request:
        """Return the request for a valid input."""
        parts = request_parts(asked)
        return Request(
            method=self.method,
            path=self.path.format_map(parts.path),
            api=self.api,
            query={**self.query, **parts.query},
            headers=parts.headers,
            body=self.body if parts.body is None else parts.body,
            accept=self.accept,
        )


@dataclass(frozen=True, kw_only=True)
class Undo:
    """The operation that takes an action back, and where its input is found in the record."""

    operation: str
    arguments: Mapping[str, str]
    """Name of the undo's input → field of the record."""
    statuses: frozenset[str] = frozenset()
    """The record's statuses in which this is the way back; empty for all."""

    def ready_call(self, record: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the invocation that undoes, or None where this is not the way for the record."""
        if self.statuses and record.get("Status") not in self.statuses:
            return None
        wanted = {name: record.get(source) for name, source in self.arguments.items()}
        if any(value is None for value in wanted.values()):
            return None
        return {"operation": self.operation, "input": wanted}


def _as_it_is(record: Mapping[str, Any]) -> Mapping[str, Any]:
    return record


@dataclass(frozen=True, kw_only=True)
class ReadBack:
    """Where a record would be that was to be created, when no answer tells whether it was."""

    path: str
    """A list of records that can be asked for what changed since a moment.

    Empty of parts of a record, such as allocations: the path of the write begins with its own.
    """
    collection: str
    id_field: str
    identity: Callable[[Mapping[str, Any]], tuple[str, ...]]
    """The document that was sent → the fields by which its record is known from all others.

    A field the document leaves out is not compared. One that Xero makes different for each record,
    such as the number of a sales invoice, is named only where the document has it.
    """
    unfilled: tuple[str, ...] = ()
    """Of these fields, those in which Xero puts nothing by itself: where the document leaves one
    out, its record has none, and what has one is another's."""
    shown: Callable[[Mapping[str, Any]], Mapping[str, Any]] = _as_it_is
    """A record as Xero shows it → with the names under which its document was sent."""
    parts_apart: bool = False
    """Whether the list leaves lines and the like out, so that records are asked for by their id."""
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """How many documents of one input are sent: some in each call, with an answer for each."""

    elements: str
    """The field of the input that lists them, and of the output that lists their answers."""
    record_key: str
    """The name of the record in an element's answer."""
    size: int = 50
    """Documents in a call: https://developer.xero.com/documentation/api/accounting/invoices."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """How an operation ended: its output, and its undo where only the flow can know it."""

    output: dict[str, Any]
    undo: dict[str, Any] | None = None


Flow = Generator[Request, Any, Done]
"""Yields requests, is sent the documents Xero answered, returns how it ended."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One trigger, action or query, declared once; everything else derives from it."""

    id: str
    """`resource/name`; also the EventBridge detail-type."""
    kind: Kind
    summary: str
    """One sentence in the imperative (for a trigger: when it fires), ending with a full stop."""
    input: type[Input] = Input
    output: type[BaseModel]
    """Its first field names the record, or the list of records, in the answer."""
    example: Mapping[str, Any] = field(default_factory=dict)
    covers: tuple[str, ...] = ()
    """The operationIds of Xero's API description that it stands for."""
    counter_examples: tuple[tuple[Mapping[str, Any], str], ...] = ()
    """Inputs that are refused, each with the path of the field that is named for it."""
    call: Call | None = None
    flow: Callable[[Any], Flow] | None = None
    """Where one call does not say it all."""
    scopes: tuple[str, ...] = ()
    """Granular scopes any one of which is enough."""
    scopes_for: Callable[[Any], tuple[str, ...]] | None = None
    """Where it depends on the input which of them are."""
    tenant: bool = True
    """Whether it speaks to one organisation."""
    batch: Batch | None = None
    """Where the input holds many documents, each of which succeeds or fails by itself."""
    idempotency: Literal["none", "key", "natural"] = "none"
    """`key`: only the idempotency key makes a repeat safe; `natural`: a repeat changes nothing."""
    read_back: ReadBack | None = None
    """Of what creates: how to find out later whether it did. A change to a record that has an id
    needs none: the record itself tells."""
    untold: str = ""
    """Why nothing in the books tells later whether it was carried out, where nothing does."""
    alone: str = ""
    """The field of the input that names a record which one action may change at a time."""
    calls: int = 1
    """How many calls it makes at the most, without its repeats; a batch makes more."""
    destructive: bool = False
    guarded: bool = False
    """Whether it is refused in a stack whose owner has not switched it on."""
    undo: tuple[Undo, ...] = ()
    advice: str = ""
    sources: tuple[str, ...] = ()
    """Of a trigger: the sources whose events carry its id."""

    @property
    def resource(self) -> str:
        """The part before the slash."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """The part after the slash; unique, and the tool's name for agents."""
        return self.id.partition("/")[2]

    @property
    def record_key(self) -> str:
        """The name under which the output holds its record or records."""
        ends = ListOutput.model_fields
        return next(name for name in self.output.model_fields if name not in ends)

    def scopes_of(self, asked: Input) -> tuple[str, ...]:
        """Return the scopes any one of which is enough for an input."""
        return self.scopes_for(asked) if self.scopes_for else self.scopes

    def run(self, asked: Input) -> Flow:
        """Return the flow that carries the operation out for a valid input."""
        if self.flow is not None:
            return self.flow(asked)
        return self._one_call(asked)

    def _one_call(self, asked: Input) -> Flow:
        if self.call is None:
            raise TypeError(f"{self.id} is a trigger: it is not invoked")
        document = yield self.call.request(asked)
        return Done(output=self.read(document))

    def read(self, document: Any) -> dict[str, Any]:
        """Return the output that a document of Xero's means."""
        collection = self.call.collection if self.call else ""
        records = (document.get(collection) or []) if collection else document or []
        annotation = self.output.model_fields[self.record_key].annotation
        if get_origin(annotation) is not list:
            if not records and self.call and self.call.method == "GET":
                raise NotFoundError("Xero answered without a record.")
            return {self.record_key: records[0]}
        if issubclass(self.output, ListOutput):
            return page_output(self.record_key, records, document)
        return {self.record_key: records}

    def way_back(self, done: Done) -> dict[str, Any] | None:
        """Return the invocation that undoes what was done, or None where there is no way back."""
        if done.undo is not None:
            return done.undo
        record = done.output.get(self.record_key)
        calls = (undo.ready_call(record) for undo in self.undo if isinstance(record, dict))
        return next((call for call in calls if call), None)


def page_output(
    record_key: str, records: Sequence[Any], document: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the output that a document of Xero's with a page of records means."""
    return {
        record_key: records,
        "pagination": pagination(document, len(records)),
        "next_cursor": None,
        "stopped_by": None,
    }


def pagination(document: Mapping[str, Any], count: int) -> dict[str, Any]:
    """Return Xero's paging in our names; null for what Xero does not say."""
    given = document.get("pagination") or {}
    return {
        "page": given.get("page", 1),
        "page_size": given.get("pageSize", count),
        "page_count": given.get("pageCount"),
        "item_count": given.get("itemCount"),
    }
