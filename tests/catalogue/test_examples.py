# SPDX-License-Identifier: Apache-2.0
"""Every example does what it is an example of, and every counter example fails where it says."""

from contextlib import suppress
from typing import Any

import pytest
from xero_connection.catalogue import all_operations, find
from xero_connection.client import File
from xero_connection.documents import read_json, to_json
from xero_connection.errors import InputError, NotFoundError
from xero_connection.files import FileOutput
from xero_connection.invocation import read_input
from xero_connection.operation import Operation

from tests.catalogue.driving import drive, empty_books

OPERATIONS = [operation for operation in all_operations() if operation.kind != "trigger"]
QUERIES = [operation for operation in OPERATIONS if operation.kind == "query"]
ACTIONS = [operation for operation in OPERATIONS if operation.kind == "action"]
# What becomes of many documents is put together from several calls.
SINGLE = [operation for operation in OPERATIONS if operation.batch is None]
COUNTER_EXAMPLES = [
    pytest.param(operation, given, path, id=f"{operation.id} {path}")
    for operation in OPERATIONS
    for given, path in operation.counter_examples
]
each = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
each_single = pytest.mark.parametrize("operation", SINGLE, ids=lambda operation: operation.id)
each_query = pytest.mark.parametrize("operation", QUERIES, ids=lambda operation: operation.id)
each_action = pytest.mark.parametrize("operation", ACTIONS, ids=lambda operation: operation.id)


@each
@pytest.mark.promise("one-declaration")
def test_an_example_is_a_valid_input(operation: Operation) -> None:
    assert read_input(operation, operation.example)


@each
@pytest.mark.promise("one-declaration")
def test_an_example_shows_every_field_that_is_needed(operation: Operation) -> None:
    needed = {name for name, one in operation.input.model_fields.items() if one.is_required()}

    assert needed <= operation.example.keys()


@pytest.mark.parametrize(("operation", "given", "path"), COUNTER_EXAMPLES)
@pytest.mark.promise("typed-input")
def test_a_counter_example_is_refused_for_the_field_it_names(
    operation: Operation, given: dict[str, Any], path: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_input(operation, given)

    assert [problem["path"] for problem in caught.value.details["problems"]] == [path]
    assert caught.value.message.startswith(f"{path}: ")


@pytest.mark.parametrize(
    "operation",
    [operation for operation in OPERATIONS if operation.input.model_fields],
    ids=lambda operation: operation.id,
)
@pytest.mark.promise("typed-input")
def test_a_name_that_no_operation_has_is_refused(operation: Operation) -> None:
    with pytest.raises(InputError, match=r"input\.no_such_field: This field is unknown"):
        read_input(operation, {**operation.example, "no_such_field": 1})


@each_query
@pytest.mark.promise("query-reads-only")
def test_a_query_sends_nothing_but_get_whatever_xero_answers(operation: Operation) -> None:
    answers: list[tuple[Any, ...]] = [
        (),
        ({},),
        (empty_books(),),
    ]
    if operation.output is FileOutput:
        answers = [()]
    for script in answers:
        with suppress(NotFoundError, KeyError):
            driven = drive(operation, operation.example, *script)
            assert driven.requests
            assert {request.method for request in driven.requests} == {"GET"}


@each_action
@pytest.mark.promise("one-declaration")
def test_an_action_ends_in_a_write_that_can_be_sent(operation: Operation) -> None:
    request = drive(operation, operation.example, *_answers(operation)).requests[-1]

    assert request.method in {"PUT", "POST", "DELETE"}
    if isinstance(request.body, File):
        assert request.body.content
    elif request.method != "DELETE":
        assert read_json(to_json(request.body)) is not None
    assert "{" not in request.path


@each_single
@pytest.mark.promise("one-declaration")
def test_an_answer_is_what_the_output_declares(operation: Operation) -> None:
    done = drive(operation, operation.example).done

    assert done is not None
    operation.output.model_validate_json(to_json(done.output))
    assert set(done.output) <= operation.output.model_fields.keys()
    assert operation.record_key in done.output


@each_action
@pytest.mark.promise("undo")
def test_the_way_back_of_an_action_is_a_call_that_can_be_made(operation: Operation) -> None:
    done = drive(operation, operation.example, *_answers(operation)).done

    assert done is not None
    if way_back := operation.way_back(done):
        undoing = find(way_back["operation"])
        assert undoing.kind == "action"
        assert read_input(undoing, read_json(to_json(way_back["input"])))


def _answers(operation: Operation) -> tuple[Any, ...]:
    """Return answers that lead to a write: nothing is found where something may be created."""
    return (empty_books(),) if operation.name.startswith("find_or_create") else ()
