# SPDX-License-Identifier: Apache-2.0
"""What the catalogue sends is what Xero describes: held against its SDK, and against its file."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection import models
from xero_connection.catalogue import all_operations
from xero_connection.client import File
from xero_connection.documents import to_json
from xero_connection.errors import NotFoundError
from xero_connection.fields import Document, Header, Query, Record
from xero_python.accounting import models as sdk_models

from tests.catalogue.driving import drive, empty_books
from tests.published import description, problems, same_path, sdk_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xero_connection.client import Request
    from xero_connection.operation import Operation

INVOKED = [operation for operation in all_operations() if operation.kind != "trigger"]
# What Xero says of a document that it was sent; `meanings` and `batching` read it.
ABOUT_A_REFUSAL = {
    "HasErrors",
    "HasValidationErrors",
    "StatusAttributeString",
    "ValidationErrors",
    "Warnings",
}
ONE_RECORD = re.compile(r"/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
ACCOUNTING = [operation for operation in INVOKED if operation.tenant]


def requests_of(operation: Operation) -> list[Request]:
    """Return each request that an operation's example leads to, whether or not it finds records."""
    found = drive(operation, operation.example).requests
    with suppress(NotFoundError, LookupError):
        found += drive(operation, operation.example, books=empty_books()).requests
    return found


@pytest.mark.promise("xeros-description")
@pytest.mark.parametrize("operation", ACCOUNTING, ids=lambda operation: operation.id)
def test_each_request_is_one_that_xeros_sdk_makes(operation: Operation) -> None:
    for request in requests_of(operation):
        found = [
            source
            for method, path, source in sdk_calls().values()
            if same_path(path, request.path) and method == request.method
        ]
        assert found, f"Xero's SDK has no {request.method} {request.path}"
        for name in [*request.query, *request.headers]:
            assert any(f'"{name}"' in source for source in found), f"unknown to Xero: {name}"


@pytest.mark.promise("xeros-description")
@pytest.mark.parametrize("operation", ACCOUNTING, ids=lambda operation: operation.id)
def test_an_operation_covers_calls_that_xero_has(operation: Operation) -> None:
    unknown = {one for one in operation.covers if one.lower() not in sdk_calls()}
    assert not unknown, f"{operation.id}: Xero has no {unknown}"


@pytest.mark.promise("whole-api")
def test_every_call_of_xeros_accounting_api_is_covered() -> None:
    covered = {one.lower() for operation in INVOKED for one in operation.covers}

    assert len(sdk_calls()) == 235
    assert sdk_calls().keys() - covered == set()


def models_of_xeros() -> list[type[Document | Record]]:
    """Return every model of what travels to Xero or from it."""
    modules = [
        import_module(f"{models.__name__}.{module.name}")
        for module in iter_modules(models.__path__)
    ]
    found = {
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Document | Record)
        if one.__module__ == module.__name__
    }
    return sorted(found, key=lambda one: one.__name__)


@pytest.mark.promise("xeros-description")
@pytest.mark.parametrize("ours", models_of_xeros(), ids=lambda model: model.__name__)
def test_a_model_has_the_fields_of_xeros_and_no_others(
    ours: type[Document | Record],
) -> None:
    theirs = getattr(sdk_models, ours.of_xero or ours.__name__.removesuffix("Record"))
    fields = set(theirs.attribute_map.values())
    answered = [one for one in ours.__subclasses__() if issubclass(one, Record)]

    assert set(ours.model_fields) <= fields
    if ours.whole and not answered:
        assert set(ours.model_fields) >= fields - ABOUT_A_REFUSAL


@pytest.mark.promise("xeros-description")
@pytest.mark.parametrize("operation", ACCOUNTING, ids=lambda operation: operation.id)
def test_each_request_is_valid_against_xeros_file(operation: Operation) -> None:
    paths = description()["paths"]
    for request in requests_of(operation):
        method = request.method.lower()
        described = next(
            (
                item[method]
                for path, item in sorted(paths.items(), key=lambda one: one[0].count("{"))
                if same_path(path, request.path) and method in item
            ),
            None,
        )
        assert described, f"Xero describes no {request.method} {request.path}"
        known = {one["name"] for one in parameters(described)}
        assert set(request.query) | set(request.headers) <= known
        content = taken_by(described)
        if isinstance(request.body, File):
            assert content.keys() == {"application/octet-stream"}
            continue
        assert ("application/json" in content) == (request.body is not None)
        if request.body is not None:
            schema = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
            found = problems(schema, json.loads(to_json(request.body)))
            if ONE_RECORD.search(request.path):
                # The schema is a new record's too, which has more than what changes in one.
                found = [problem for problem in found if "a required property" not in problem]
            assert not found


# One by its id has an operation of its own.
ASKED_OTHERWISE = {("getLinkedTransactions", "LinkedTransactionID")}


@pytest.mark.promise("xeros-description")
def test_whatever_xero_can_be_asked_for_in_a_query_is_a_field_of_an_input() -> None:
    offered: dict[str, set[str]] = {}
    for operation in ACCOUNTING:
        markers = [
            marker.name
            for info in operation.input.model_fields.values()
            for marker in info.metadata
            if isinstance(marker, Header | Query)
        ]
        for one in operation.covers:
            fixed = operation.call.query if operation.call else {}
            offered.setdefault(one.lower(), set()).update(markers, fixed)

    left_out = {
        (described["operationId"], name)
        for item in description()["paths"].values()
        if (described := item.get("get"))
        for one in parameters(described)
        if one["in"] == "query" or one["name"] == "If-Modified-Since"
        if (name := one["name"]) not in {"unitdp", *offered[described["operationId"].lower()]}
    }
    assert left_out == ASKED_OTHERWISE


def taken_by(described: dict[str, Any]) -> dict[str, Any]:
    """Return what a call may be sent with, by media type."""
    body = described.get("requestBody", {})
    if "$ref" in body:
        shared = body["$ref"].rpartition("/")[2]
        body = description()["components"]["requestBodies"][shared]
    content: dict[str, Any] = body.get("content", {})
    return content


def parameters(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a call may be asked with, wherever the description keeps it."""
    for one in described.get("parameters", []):
        shared = one.get("$ref", "").rpartition("/")[2]
        yield description()["components"]["parameters"][shared] if shared else one
