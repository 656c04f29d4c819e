# SPDX-License-Identifier: Apache-2.0
"""The operations that Xero's endpoints have alike, each declared by what is its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xero_connection.client import Request
from xero_connection.elements import answer_for_each
from xero_connection.fields import Body
from xero_connection.forms import (
    change_to_send,
    deleted,
    is_id_of,
    many_to_send,
    named_by_id,
    one_to_send,
    output_of,
    page_of,
)
from xero_connection.operation import Batch, Call, Done, Operation, Undo
from xero_connection.resources import one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.fields import Document, Input, Output, Record
    from xero_connection.operation import Flow, ReadBack


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One kind of record at Xero: its path, its models and its scopes.

    Each method returns the operation that every such kind has alike. `own` are the fields of
    `Operation` that differ: advice, counter_examples, undo and the like.
    """

    resource: str
    """Plural, snake_case: the part of the ids before the slash."""
    noun: str
    """One of them, snake_case."""
    collection: str
    """The path, and the member of Xero's answers that holds the records."""
    record: type[Record]
    """As Xero answers one."""
    read: tuple[str, ...]
    """Scopes any one of which is enough to read."""
    write: tuple[str, ...]
    """Scopes any one of which is enough to write."""
    example_id: str
    query: Mapping[str, str] = field(default_factory=dict)
    """What each call is made with, such as `unitdp`."""
    read_back: ReadBack | None = None
    each_query: bool = True
    """Whether Xero takes `summarizeErrors`, and so answers for each document of several."""
    bare: tuple[str, ...] = ()
    """Methods by which Xero takes one document as it is, with no collection around it."""

    @property
    def words(self) -> str:
        """The noun as a text speaks of it."""
        return self.noun.replace("_", " ")

    @property
    def id_name(self) -> str:
        """The field of an input that names one."""
        return f"{self.noun}_id"

    @property
    def _by_id(self) -> Mapping[str, Any]:
        """What is asked with the id alone, and refused where it is none."""
        return {
            "input": self.named,
            "example": {self.id_name: self.example_id},
            "counter_examples": (({self.id_name: "1"}, f"input.{self.id_name}"),),
        }

    def body(self, method: str) -> Body:
        """Return where a document goes that is sent by a method."""
        return Body("" if method in self.bare else self.collection)

    @cached_property
    def one(self) -> type[Output]:
        """The output that holds one record."""
        return output_of(self.noun, self.record)

    @cached_property
    def some(self) -> type[Output]:
        """The output that holds a page of records."""
        return page_of(self.resource, self.record)

    @cached_property
    def named(self) -> type[Input]:
        """The input that names one record."""
        return named_by_id(self.noun)

    def get(self, **own: Any) -> Operation:
        """Return the query that gets one record by its id."""
        return self._operation(
            f"get_{self.noun}",
            "query",
            **{
                "call": self._call("GET", f"/{{{self.id_name}}}"),
                "summary": f"Get {one_of(self.noun)} by its id.",
                "output": self.one,
                **self._by_id,
                **own,
            },
        )

    def list(self, asked: type[Input], **own: Any) -> Operation:
        """Return the query that lists records, asked for with an input of `lists`."""
        return self._operation(
            f"list_{self.resource}",
            "query",
            call=self._call("GET"),
            **{
                "summary": f"List {self.resource.replace('_', ' ')}.",
                "input": asked,
                "output": self.some,
                "counter_examples": (({"cursor": "page 2"}, "input.cursor"),),
                **own,
            },
        )

    def create(
        self,
        document: type[Document],
        example: Mapping[str, Any],
        **own: Any,
    ) -> Operation:
        """Return the action that creates one record."""
        return self._operation(
            f"create_{self.noun}",
            "action",
            call=self._call("PUT", each=False),
            **{
                "summary": f"Create {one_of(self.noun)}.",
                "input": one_to_send("Create", self.noun, document, self.body("PUT")),
                "output": self.one,
                "example": {self.noun: example},
                "idempotency": "key",
                "read_back": self.read_back,
                **own,
            },
        )

    def create_many(
        self,
        document: type[Document],
        examples: tuple[Mapping[str, Any], ...],
        **own: Any,
    ) -> Operation:
        """Return the action that creates many records, each of which may fail by itself."""
        return self._many(
            f"create_{self.resource}",
            "PUT",
            document,
            examples,
            **{
                "summary": f"Create many {self.resource.replace('_', ' ')}, each of which succeeds "
                "or fails by itself.",
                "idempotency": "key",
                "read_back": self.read_back,
                **own,
            },
        )

    def update(
        self,
        document: type[Document],
        example: Mapping[str, Any],
        **own: Any,
    ) -> Operation:
        """Return the action that changes one record by its id."""
        return self._operation(
            f"update_{self.noun}",
            "action",
            call=self._call("POST", f"/{{{self.id_name}}}"),
            **{
                "summary": f"Change {one_of(self.noun)}.",
                "input": change_to_send(self.noun, document, self.body("POST")),
                "output": self.one,
                "example": {self.id_name: self.example_id, self.noun: example},
                "idempotency": "natural",
                **own,
            },
        )

    def upsert(
        self,
        document: type[Document],
        example: Mapping[str, Any],
        **own: Any,
    ) -> Operation:
        """Return the action that creates a record, or changes the one that is there."""
        return self._operation(
            f"upsert_{self.noun}",
            "action",
            call=self._call("POST", each=False),
            **{
                "input": one_to_send("Upsert", self.noun, document, self.body("POST")),
                "output": self.one,
                "example": {self.noun: example},
                **own,
            },
        )

    def upsert_many(
        self,
        document: type[Document],
        examples: tuple[Mapping[str, Any], ...],
        **own: Any,
    ) -> Operation:
        """Return the action that creates or changes many, each of which may fail by itself."""
        return self._many(
            f"upsert_{self.resource}",
            "POST",
            document,
            examples,
            **{
                "summary": f"Create or change many {self.resource.replace('_', ' ')}, each of "
                "which succeeds or fails by itself.",
                **own,
            },
        )

    def become(
        self,
        name: str,
        summary: str,
        change: Mapping[str, Any],
        **own: Any,
    ) -> Operation:
        """Return the action that does one fixed change: approve, void, archive and the like."""
        return self._operation(
            name,
            "action",
            summary=summary,
            call=self._call("POST", f"/{{{self.id_name}}}", body=self._alone(change)),
            **{
                "output": self.one,
                "idempotency": "natural",
                **self._by_id,
                **own,
            },
        )

    def delete(self, **own: Any) -> Operation:
        """Return the action that deletes one record for good with Xero's DELETE."""

        def flow(asked: Input) -> Flow:
            record_id = getattr(asked, self.id_name)
            yield Request(method="DELETE", path=f"/{self.collection}/{record_id}")
            return Done(output={"deleted": True, self.id_name: str(record_id)})

        return self._operation(
            f"delete_{self.noun}",
            "action",
            **{
                "summary": f"Delete {one_of(self.noun)}.",
                "output": deleted(self.noun),
                "flow": flow,
                "idempotency": "natural",
                "destructive": True,
                **self._by_id,
                **own,
            },
        )

    def undo(self, name: str, *statuses: str) -> Undo:
        """Return the way back by an operation that names the record by its id."""
        field_name = next(one for one in self.record.model_fields if is_id_of(one, self.id_name))
        return Undo(
            operation=f"{self.resource}/{name}",
            arguments={self.id_name: field_name},
            statuses=frozenset(statuses),
        )

    def _many(
        self,
        name: str,
        method: Any,
        document: type[Document],
        examples: tuple[Mapping[str, Any], ...],
        **own: Any,
    ) -> Operation:
        return self._operation(
            name,
            "action",
            **{
                "input": many_to_send(
                    name.partition("_")[0].capitalize(),
                    self.resource,
                    document,
                    Body(self.collection),
                ),
                "output": answer_for_each(self.resource, self.noun, self.record),
                "example": {self.resource: list(examples)},
                "counter_examples": (({self.resource: []}, f"input.{self.resource}"),),
                "call": self._call(method, each=True),
                "batch": Batch(elements=self.resource, record_key=self.noun),
                **own,
            },
        )

    def _operation(self, name: str, kind: Any, **own: Any) -> Operation:
        scopes = self.read if kind == "query" else self.write
        return Operation(**{"id": f"{self.resource}/{name}", "kind": kind, "scopes": scopes, **own})

    def _alone(self, change: Mapping[str, Any]) -> Mapping[str, Any]:
        return change if "POST" in self.bare else {self.collection: [change]}

    def _call(
        self, method: Any, path: str = "", *, each: bool | None = None, body: Any = None
    ) -> Call:
        query = dict(self.query)
        if each is not None and self.each_query:
            query["summarizeErrors"] = "false" if each else "true"
        return Call(
            method=method,
            path=f"/{self.collection}{path}",
            collection=self.collection,
            query=query,
            body=body,
        )
