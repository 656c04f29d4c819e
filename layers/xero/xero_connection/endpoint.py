# SPDX-License-Identifier: Apache-2.0
"""The operations that Xero's endpoints have alike, each declared by what is its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Self, cast
from uuid import UUID

from pydantic import Field, create_model, model_validator

from xero_connection.client import Request
from xero_connection.elements import MOST, answer_for_each
from xero_connection.fields import Body, Input, ListOutput, Output
from xero_connection.operation import Batch, Call, Done, Operation, Undo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from xero_connection.fields import Document, Record
    from xero_connection.operation import Flow, ReadBack


class Update(Input):
    """A change to a record that is named by its id and, perhaps, in the document again."""

    @model_validator(mode="after")
    def _means_one(self) -> Self:
        (id_name, id_value), (name, document) = list(self)[:2]
        own = next((one for one in type(document).model_fields if _same(one, id_name)), "")
        if getattr(document, own, None) not in {None, id_value}:
            raise ValueError(f"{id_name} and {name}.{own} name two records")
        return self


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
                "summary": f"Get {_one(self.words)} by its id.",
                "input": self.named,
                "output": self.one,
                "example": {self.id_name: self.example_id},
                "counter_examples": (({self.id_name: "1"}, f"input.{self.id_name}"),),
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
                "summary": f"Create {_one(self.words)}.",
                "input": one_to_send(self, "PUT", "Create", document),
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
                "summary": f"Change {_one(self.words)}.",
                "input": change_to_send(self, document),
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
                "input": one_to_send(self, "POST", "Upsert", document),
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
                "input": self.named,
                "output": self.one,
                "example": {self.id_name: self.example_id},
                "idempotency": "natural",
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
                "summary": f"Delete {_one(self.words)}.",
                "input": self.named,
                "output": _output(
                    f"Deleted{_camel(self.noun)}Output",
                    "What was deleted.",
                    {
                        "deleted": (bool, Field(description="Xero has it no more.")),
                        self.id_name: (UUID, ...),
                    },
                ),
                "example": {self.id_name: self.example_id},
                "flow": flow,
                "idempotency": "natural",
                "destructive": True,
                **own,
            },
        )

    def undo(self, name: str, *statuses: str) -> Undo:
        """Return the way back by an operation that names the record by its id."""
        field_name = next(one for one in self.record.model_fields if _same(one, self.id_name))
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
                "input": many_to_send(self, name.partition("_")[0].capitalize(), document),
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


def named_by_id(noun: str) -> type[Input]:
    """Return the input that names one record by its id."""
    return _input(
        f"One{_camel(noun)}",
        f"One {noun.replace('_', ' ')} by its id.",
        {
            f"{noun}_id": (UUID, ...),
        },
    )


def output_of(noun: str, record: type[BaseModel]) -> type[Output]:
    """Return the output that holds one record under its noun."""
    return _output(
        f"One{_camel(noun)}Output",
        f"One {noun.replace('_', ' ')}.",
        {
            noun: (record, ...),
        },
    )


def page_of(resource: str, record: type[BaseModel]) -> type[ListOutput]:
    """Return the output that holds a page of records."""
    made = create_model(
        f"{_camel(resource)}Output",
        __base__=ListOutput,
        __doc__=f"A page of {resource.replace('_', ' ')}.",
        **{resource: (list[record], ...)},  # type: ignore[valid-type,call-overload]
    )
    return cast("type[ListOutput]", made)


def one_to_send(
    endpoint: Endpoint, method: str, verb: str, document: type[Document]
) -> type[Input]:
    """Return the input that brings one document."""
    sent = Annotated[document, _body(endpoint, method)]  # type: ignore[valid-type]
    doc = (document.__doc__ or "").partition("\n")[0]
    return _input(f"{verb}{_camel(endpoint.noun)}", doc, {endpoint.noun: (sent, ...)})


def many_to_send(endpoint: Endpoint, verb: str, document: type[Document]) -> type[Input]:
    """Return the input that brings many documents."""
    sent = Annotated[list[document], Body(endpoint.collection)]  # type: ignore[valid-type]
    words = endpoint.resource.replace("_", " ")
    text = f"1 to {MOST} {words}."
    several = Field(min_length=1, max_length=MOST, description=text)
    return _input(f"{verb}{_camel(endpoint.resource)}", text, {endpoint.resource: (sent, several)})


def change_to_send(endpoint: Endpoint, document: type[Document]) -> type[Input]:
    """Return the input that names a record and brings what changes in it."""
    sent = Annotated[document, _body(endpoint, "POST")]  # type: ignore[valid-type]
    fields = {
        endpoint.id_name: (UUID, ...),
        endpoint.noun: (sent, Field(description="Only what changes.")),
    }
    doc = f"A change to {_one(endpoint.words)}."
    return _input(f"Update{_camel(endpoint.noun)}", doc, fields, base=Update)


def _body(endpoint: Endpoint, method: str) -> Body:
    return Body("" if method in endpoint.bare else endpoint.collection)


def _input(
    name: str, doc: str, fields: Mapping[str, Any], *, base: type[Input] = Input
) -> type[Input]:
    return cast("type[Input]", create_model(name, __base__=base, __doc__=doc, **fields))


def _output(name: str, doc: str, fields: Mapping[str, Any]) -> type[Output]:
    return cast("type[Output]", create_model(name, __base__=Output, __doc__=doc, **fields))


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _one(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _same(field_name: str, id_name: str) -> bool:
    """Tell whether Xero's name of a field is the one behind a name of ours."""
    return field_name.lower() == id_name.replace("_", "")
