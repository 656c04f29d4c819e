# SPDX-License-Identifier: Apache-2.0
"""What a caller is answered: with undo addressed, fields picked, and within Lambda's size."""

from typing import Any

import pytest
from xero_connection.answers import (
    addressed,
    addressed_all,
    all_replayed,
    envelope,
    failed,
    fitting,
    picked,
)
from xero_connection.errors import ResponseTooLargeError, UnavailableError
from xero_connection.operation import Operation
from xero_connection.tokens import Tenant

from tests.unit.desk import CREATE, CREATE_MANY, OneInput, OneOutput

TENANT = Tenant(tenant_id="t", tenant_name="Harbour")
UNDO = {"operation": "papers/delete_paper", "input": {"paper_id": "1"}}
QUERY = Operation(
    id="papers/get_paper", kind="query", summary="Get it.", input=OneInput, output=OneOutput
)


def elements() -> dict[str, Any]:
    done = {"index": 0, "ok": True, "paper": {"A": 1, "B": 2}, "undo": UNDO, "replayed": False}
    bad = {"index": 1, "ok": False, "paper": None, "undo": None, "replayed": False}
    done["error"] = bad["error"] = None
    return {"papers": [done, bad], "succeeded": 1, "failed": 1}


def answer(output: Any) -> dict[str, Any]:
    return {"output": output, "undo": None, "usage": {"bytes": 10}, "replayed": False}


def test_the_envelope_says_where() -> None:
    assert envelope(CREATE, TENANT) == {
        "operation": CREATE.id,
        "tenant_id": "t",
        "tenant_name": "Harbour",
    }
    assert envelope(CREATE, None)["tenant_id"] is None


def test_a_failure_is_the_error_as_data() -> None:
    error = UnavailableError("Down.")
    assert failed("papers/x", error) == {"operation": "papers/x", "error": error.as_dict()}


@pytest.mark.promise("undo")
def test_a_way_back_names_its_organisation() -> None:
    assert addressed(UNDO, TENANT) == {**UNDO, "tenant_id": "t"}
    assert addressed(UNDO, None) == UNDO
    assert addressed(None, TENANT) is None


@pytest.mark.promise("undo")
def test_each_element_has_its_own_way_back() -> None:
    output = addressed_all(CREATE_MANY, elements(), TENANT)
    assert [one["undo"] for one in output["papers"]] == [{**UNDO, "tenant_id": "t"}, None]
    assert output["succeeded"] == 1
    assert addressed_all(CREATE, {"paper": {}}, TENANT) == {"paper": {}}


@pytest.mark.promise("outcome-kept")
def test_all_of_an_answer_that_is_given_again_is_replayed() -> None:
    again = all_replayed(CREATE_MANY, elements())
    assert [one["replayed"] for one in again["papers"]] == [True, True]
    assert all_replayed(CREATE_MANY, {}) == {}
    assert all_replayed(CREATE, {"paper": {"A": 1}}) == {"paper": {"A": 1}}


@pytest.mark.promise("fields")
def test_fields_are_picked_from_each_element() -> None:
    output = picked(CREATE_MANY, elements(), ["B", "C"])
    assert [one["paper"] for one in output["papers"]] == [{"B": 2}, None]
    assert picked(CREATE_MANY, elements(), None) == elements()
    assert picked(CREATE_MANY, {}, ["B"]) == {}


@pytest.mark.promise("fields")
def test_fields_are_picked_from_a_record_and_from_a_list() -> None:
    assert picked(CREATE, {"paper": {"A": 1, "B": 2}, "x": 3}, ["A"]) == {"paper": {"A": 1}, "x": 3}
    assert picked(CREATE, {"paper": [{"A": 1}, {"B": 2}]}, ["A"]) == {"paper": [{"A": 1}, {}]}
    assert picked(CREATE, {}, ["A"]) == {}
    assert picked(CREATE, {"paper": {"A": 1}}, []) == {"paper": {}}


def test_an_answer_that_lambda_can_return_is_whole() -> None:
    small = answer({"paper": {"A": 1}})
    assert fitting(CREATE, small) is small
    large = answer({"paper": "x" * 5_000_000})
    assert fitting(CREATE, large) is large


def test_of_an_action_too_large_to_tell_it_is_said_that_it_is_done() -> None:
    large = answer({"paper": "x" * 7_000_000})
    told = fitting(CREATE, large)
    assert told == large | {"output": {}, "output_omitted": True}


def test_of_a_batch_too_large_to_tell_it_is_said_what_became_of_each() -> None:
    output = elements()
    output["papers"][0]["paper"] = {"PaperID": "p", "Notes": "x" * 7_000_000}
    told = fitting(CREATE_MANY, answer(output))
    assert [one["paper"] for one in told["output"]["papers"]] == [{"PaperID": "p"}, None]
    assert told["output_omitted"] is True


def test_a_query_too_large_is_refused_and_says_how_to_ask_for_less() -> None:
    with pytest.raises(ResponseTooLargeError) as refused:
        fitting(QUERY, answer({"paper": "x" * 7_000_000}))
    assert refused.value.details["bytes"] > refused.value.details["most"] == 6_000_000
    assert "page_size" in refused.value.advice
    assert "fields" in refused.value.advice
