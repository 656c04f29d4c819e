# SPDX-License-Identifier: Apache-2.0
"""What a function is asked for, read from any of the events that can ask. No I/O."""

from __future__ import annotations

from difflib import get_close_matches
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Literal, get_args
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field
from pydantic import ValidationError as ModelError

from xero_connection.errors import InputError
from xero_connection.events import REQUESTS
from xero_connection.fields import Document, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xero_connection.fields import Input
    from xero_connection.operation import Operation

# Xero takes keys of up to 128 characters; a flow's second write adds a few.
_LONGEST_KEY: Final = 120
_LONGEST_DETAIL_TYPE: Final = 128
# More help nobody, and their answer has to fit into an event.
_MOST_PROBLEMS: Final = 20
_LONGEST_NAME: Final = 100


class Invocation(BaseModel):
    """The envelope around an operation's input."""

    model_config = ConfigDict(extra="forbid")

    operation: str = Field(min_length=1)
    tenant_id: str | None = Field(
        default=None,
        min_length=1,
        description="Id or exact name of the organisation; not needed where only one is connected.",
    )
    idempotency_key: str | None = Field(
        default=None,
        min_length=1,
        max_length=_LONGEST_KEY,
        pattern=r"^[\x21-\x7e]+$",
        description="The same for the same intent: a repeat with it cannot act twice.",
    )
    input: dict[str, Any] = Field(default_factory=dict)
    fields: list[str] | None = Field(
        default=None, description="Only these top-level fields of the records in the answer."
    )
    dry_run: bool = Field(default=False, description="Validate and show the request; send nothing.")
    on_error: Literal["raise", "return"] = "raise"
    correlation_id: str | None = Field(
        default=None,
        max_length=256,
        description="Comes back with the result of a request made as an event.",
    )


ENVELOPE_OF_TOOLS: Final = ("tenant_id", "idempotency_key", "fields", "dry_run")
"""What of the envelope a tool's arguments may hold beside the operation's input."""


def read_invocation(event: Any, *, key: str) -> Invocation:
    """Return the invocation in a direct invocation's event or an EventBridge event.

    Args:
        event: the function's event.
        key: the idempotency key where the event brings none.

    Raises:
        InputError: it is neither; `details.problems` says what to change.
    """
    if isinstance(event, dict) and "detail-type" in event and "detail" in event:
        return _from_event_bridge(event, key=str(event.get("id") or key))
    return _validated(event, key=key)


def read_tool_call(tool: str, arguments: Any, *, operation_id: str, key: str) -> Invocation:
    """Return the invocation in an agent gateway's tool call.

    Raises:
        InputError: the arguments are not an object.
    """
    if not isinstance(arguments, dict):
        raise InputError(f"The arguments of {tool[:100]} should be an object.")
    # Agents write null for what they leave out.
    given = {name: value for name, value in arguments.items() if value is not None}
    outer = {name: given[name] for name in ENVELOPE_OF_TOOLS if name in given}
    inner = {name: value for name, value in given.items() if name not in ENVELOPE_OF_TOOLS}
    envelope = {"operation": operation_id, "input": inner, "on_error": "return", **outer}
    return _validated(envelope, key=key)


def requested_operation(event: Mapping[str, Any]) -> str:
    """Return the id that a request's result is published under, whatever else is wrong."""
    detail = event.get("detail", event)
    inside = detail.get("operation") if isinstance(detail, dict) else None
    asked = event.get("detail-type") if event.get("source") == REQUESTS else inside
    return str(asked or "unknown")[:_LONGEST_DETAIL_TYPE]


def correlation_of(event: Mapping[str, Any]) -> str | None:
    """Return what ties a request's result to it: the caller's id, else the event's own."""
    detail = event.get("detail", event)
    given = detail.get("correlation_id") if isinstance(detail, dict) else None
    found = given if given is not None else event.get("id")
    return str(found) if found is not None else None


def read_input(operation: Operation, given: Mapping[str, Any]) -> Input:
    """Return an operation's valid input.

    Raises:
        InputError: it is not valid; `details.problems` names each field.
    """
    try:
        return operation.input.model_validate(given)
    except ModelError as error:
        raise _input_error(error, operation.input, "input") from None


def check_fields(operation: Operation, wanted: list[str] | None) -> None:
    """Refuse a field that looks misspelt; one we do not know may be new in Xero.

    Raises:
        InputError: a known field is almost the same.
    """
    known = list(_record_fields(operation))
    for name in wanted or []:
        near = _nearest(name, known, cutoff=0.8) if name not in known else None
        if near:
            raise InputError.at(
                "fields", f"The records have no field {name[:_LONGEST_NAME]!r}", suggestion=near
            )


def _from_event_bridge(event: Mapping[str, Any], *, key: str) -> Invocation:
    detail = event["detail"]
    if event.get("source") != REQUESTS or not isinstance(detail, dict):
        return _validated(detail, key=key)
    asked = event["detail-type"]
    if detail.get("operation", asked) != asked:
        raise InputError.at(
            "operation", "The event's detail-type and detail.operation name two operations"
        )
    return _validated({**detail, "operation": asked}, key=key)


def _validated(envelope: Any, *, key: str) -> Invocation:
    try:
        invocation = Invocation.model_validate(envelope)
    except ModelError as error:
        raise _input_error(error, Invocation, "") from None
    if invocation.idempotency_key is None:
        # EventBridge's ids are keys as they are; a made-up event's may be anything.
        invocation.idempotency_key = _fitting_key(quote(key, safe=""))
    return invocation


def _fitting_key(key: str) -> str:
    """Return a key that is not too long, and like no other's."""
    if len(key) <= _LONGEST_KEY:
        return key
    digest = sha256(key.encode()).hexdigest()
    return f"{key[: _LONGEST_KEY - len(digest) - 1]}-{digest}"


def _input_error(error: ModelError, model: type[BaseModel], prefix: str) -> InputError:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    problems = [_problem(one, model, prefix) for one in found[:_MOST_PROBLEMS]]
    first = problems[0]
    where = first["path"] or "the event"
    hint = f" Did you mean {first['suggestion']}?" if "suggestion" in first else ""
    return InputError(f"{where}: {first['message']}{hint}", details={"problems": problems})


def _problem(one: Any, model: type[BaseModel], prefix: str) -> dict[str, str]:
    """Return where and why, without the value that was given."""
    location = one["loc"]
    steps = [str(step)[:_LONGEST_NAME] for step in location]
    path = ".".join([prefix, *steps] if prefix else steps)
    problem = {"path": path, "message": one["msg"].removeprefix("Value error, ")}
    if one["type"] in {"model_type", "dict_type"}:
        problem["message"] = "This should be an object."
    if one["type"] == "extra_forbidden":
        problem["message"] = "This field is unknown."
        holder = _model_at(model, location[:-1])
        name = str(location[-1])
        if holder is not None and _is_read_only(holder, name):
            problem["message"] = "Xero sets this field; leave it out."
        elif holder is not None:
            near = _nearest(name, holder.model_fields, cutoff=0.5)
            problem |= {"suggestion": near} if near else {}
    return problem


def _nearest(name: str, known: Iterable[str], *, cutoff: float) -> str | None:
    """Return the known name that is most like it, in another spelling or misspelt."""
    plain = {one.replace("_", "").lower(): one for one in known}
    asked = name[:_LONGEST_NAME].replace("_", "").lower()
    near = get_close_matches(asked, plain, n=1, cutoff=cutoff)
    return plain[near[0]] if near else None


def _model_at(model: type[BaseModel], location: tuple[Any, ...]) -> type[BaseModel] | None:
    """Follow a path of field names and list places into the models."""
    for step in location:
        if isinstance(step, int):
            continue
        field = model.model_fields.get(step)
        inner = next(_models_in(field.annotation), None) if field else None
        if inner is None:
            return None
        model = inner
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _is_read_only(document: type[BaseModel], name: str) -> bool:
    """Return whether the record that Xero answers for a document has the field."""
    families = [kind for kind in document.__mro__ if issubclass(kind, Document)]
    records = [child for kind in families for child in kind.__subclasses__()]
    return any(
        issubclass(child, Record) and name in child.model_fields
        for child in records
        if issubclass(child, BaseModel)
    )


def _record_fields(operation: Operation) -> Iterator[str]:
    annotation = operation.output.model_fields[operation.record_key].annotation
    for model in _models_in(annotation):
        if operation.batch:
            yield from _fields_of(model.model_fields[operation.batch.record_key].annotation)
        else:
            yield from model.model_fields


def _fields_of(annotation: Any) -> Iterator[str]:
    for model in _models_in(annotation):
        yield from model.model_fields
