# SPDX-License-Identifier: Apache-2.0
"""Calls as they are written in Xero's reference, for what has no operation of its own yet.

https://developer.xero.com/documentation/api
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote

from pydantic import AfterValidator, Field, JsonValue
from pydantic_core import PydanticCustomError

from xero_connection.client import API_PATHS, Request
from xero_connection.fields import Input, Moment, OneOf, Output, wire_text
from xero_connection.operation import Done, Flow, Operation

# Xero's own ids, numbers and names; a letter beyond ASCII, or a space, is percent-encoded.
_PATH: Final = re.compile(r"(/[A-Za-z0-9._~!$'()*+,;=:@%-]+)+")
_PARAMETER: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")
_APIS: Final = tuple(sorted(API_PATHS.keys() - {"identity"}))


def _inside(path: str) -> str:
    """Refuse a path that could leave the API."""
    plain = unquote(unquote(path))
    dots = any(part in {".", ".."} for part in re.split(r"[/\\]", plain))
    if not _PATH.fullmatch(path) or dots or re.search(r"[\x00-\x1f]", plain):
        raise PydanticCustomError(
            "path",
            "Input should be the path behind the API's version, such as /Invoices, without host, "
            "question mark and dots between slashes; other characters are percent-encoded",
        )
    return path


def _named(query: dict[str, str]) -> dict[str, str]:
    if not all(_PARAMETER.fullmatch(name) for name in query):
        raise PydanticCustomError("parameter", "A parameter's name has letters and digits alone")
    return query


class _RawInput(Input):
    """Where a call goes."""

    api: Annotated[str, OneOf(*_APIS)] = Field(
        default="accounting", description="Which of Xero's APIs."
    )
    path: Annotated[str, AfterValidator(_inside)] = Field(
        max_length=1000,
        description="Behind the API's version, such as /Invoices; see Xero's reference.",
    )
    query: Annotated[dict[str, str], AfterValidator(_named)] = Field(
        default_factory=dict,
        description="Query parameters as Xero names them, as strings, not encoded.",
    )


class GetInput(_RawInput):
    """A call that reads."""

    modified_since: Moment | None = Field(
        default=None, description="Only what changed at or after this moment, to the second."
    )


class SendInput(_RawInput):
    """A call that writes."""

    method: Literal["POST", "PUT", "PATCH", "DELETE"] = Field(
        description="As Xero's reference says."
    )
    body: JsonValue = Field(default=None, description="What is sent, as JSON in Xero's spelling.")


class DocumentOutput(Output):
    """What Xero answered."""

    document: Any = Field(description="Xero's document as it is; {} where it has no content.")


def _get(asked: GetInput) -> Flow:
    since = asked.modified_since
    headers = {"If-Modified-Since": wire_text(since)} if since else {}
    document = yield Request(
        method="GET", path=asked.path, api=asked.api, query=asked.query, headers=headers
    )
    return Done(output={"document": document})


def _send(asked: SendInput) -> Flow:
    document = yield Request(
        method=asked.method, path=asked.path, api=asked.api, query=asked.query, body=asked.body
    )
    return Done(output={"document": document})


_ELSEWHERE: Final = (
    "Invoices",
    "//other.example/Invoices",
    "https://other.example",
    "/Invoices?page=1",
    "/Invoices#a",
    "/../../connections",
    "/Invoices/%2e%2e/%2E%2E/x",
    "/Invoices/%252e%252e/x",
    "/Invoices/..%5cx",
    "/Invoices/a b",
    "/Invoices/%0aHost",
    "/Invoices/é",
)

OPERATIONS = (
    Operation(
        id="api/get",
        kind="query",
        summary="Read anything that one of Xero's APIs gives.",
        input=GetInput,
        output=DocumentOutput,
        example={"path": "/Organisation"},
        counter_examples=(
            *(({"path": path}, "input.path") for path in _ELSEWHERE),
            ({"path": "/Invoices", "api": "identity"}, "input.api"),
            ({"path": "/Invoices", "query": {"a&b": "1"}}, "input.query"),
            ({"path": "/Invoices", "query": {"page": 1}}, "input.query.page"),
            ({"path": "/Invoices", "modified_since": "yesterday"}, "input.modified_since"),
        ),
        flow=_get,
        advice=(
            "Choose an operation of its own where there is one: its input is checked and its "
            "answer described. The token needs the scope that Xero's reference names."
        ),
    ),
    Operation(
        id="api/send",
        kind="action",
        summary="Write anything that one of Xero's APIs takes.",
        input=SendInput,
        output=DocumentOutput,
        example={
            "method": "PUT",
            "path": "/Currencies",
            "body": {"Code": "SGD", "Description": "Singapore Dollar"},
        },
        counter_examples=(
            *(({"method": "POST", "path": path}, "input.path") for path in _ELSEWHERE),
            ({"path": "/Invoices", "method": "GET"}, "input.method"),
        ),
        flow=_send,
        idempotency="key",
        untold="What is sent, and where it would be found, is for whoever sends it to know.",
        destructive=True,
        guarded=True,
        advice=(
            "Choose an operation of its own where there is one: it checks, can be undone and can "
            "be looked for when an answer is lost. A raw call has no undo, and once Xero has "
            "forgotten its key nobody can tell whether one that was cut was carried out. It works "
            "only in a stack that was deployed with RawWrites switched on."
        ),
    ),
)
