# SPDX-License-Identifier: Apache-2.0
"""What is left of answers and errors that are too large: enough to know what was done."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.cutting import shortened, without_records
from xero_connection.documents import to_json
from xero_connection.errors import ValidationError

from tests.unit.books import JSON
from tests.unit.desk import CREATE, CREATE_MANY

UNDO = {"operation": "papers/delete_paper", "input": {"paper_id": "1"}, "tenant_id": "t"}


def refusal(messages: int, letters: str, **more: Any) -> ValidationError:
    said = [{"index": place, "messages": [letters]} for place in range(messages)]
    return ValidationError("Xero refused it.", details={"messages": said, **more})


def test_an_error_that_is_not_large_is_told_whole() -> None:
    error = refusal(300, "The account code is not valid.")
    before = error.as_dict()
    assert shortened(error).as_dict() == before


@pytest.mark.promise("requests")
@pytest.mark.parametrize(("messages", "letters"), [(100_000, "No."), (3, "é" * 400_000)])
def test_a_large_error_tells_as_much_as_there_is_room_for_and_that_it_is_cut(
    messages: int, letters: str
) -> None:
    error = shortened(refusal(messages, letters, error_number=10))
    assert len(to_json(error.as_dict())) <= 200_000
    assert error.details["cut"] is True
    assert error.details["error_number"] == 10
    assert error.details["messages"][0]["messages"][0].startswith(letters[:3])
    assert error.message == "Xero refused it."
    assert json.loads(str(error)) == error.as_dict()


@given(
    details=st.dictionaries(st.text(), JSON, max_size=3),
    text=st.text(max_size=20),
    often=st.sampled_from([1, 1_000, 20_000]),
)
def test_any_error_fits(details: dict[str, Any], text: str, often: int) -> None:
    large = text * often
    error = ValidationError(large, details={**details, large: [large] * 3}, advice=large)
    assert len(to_json(shortened(error).as_dict())) <= 200_000


def answer(output: dict[str, Any]) -> dict[str, Any]:
    return {"operation": "x", "output": output, "undo": UNDO, "replayed": False}


@pytest.mark.promise("batches")
def test_without_its_records_a_batch_says_what_became_of_each() -> None:
    paper = {"PaperID": "p", "Reference": "x" * 1_000}
    done = {"index": 0, "ok": True, "paper": paper, "error": None, "undo": UNDO, "replayed": True}
    error = refusal(2_000, "No.").as_dict()
    bad = {"index": 1, "ok": False, "paper": None, "error": error, "undo": None, "replayed": False}
    whole = answer({"papers": [done, bad], "succeeded": 1, "failed": 1})

    left = without_records(CREATE_MANY, whole)

    assert left.keys() == whole.keys() | {"output_omitted"}
    assert left["output_omitted"] is True
    assert left["output"]["succeeded"] == 1
    first, second = left["output"]["papers"]
    assert first == {**done, "paper": {"PaperID": "p"}}
    assert second.keys() == bad.keys()
    assert second["error"]["details"]["cut"] is True
    assert second["error"]["details"]["messages"][0] == {"index": 0, "messages": ["No."]}
    assert done["paper"] is paper


@pytest.mark.promise("batches")
def test_five_hundred_elements_of_any_kind_fit_into_an_event() -> None:
    error = refusal(20, "\N{PAGE FACING UP}" * 40).as_dict() | {"message": "é" * 3_000}
    one = {"ok": False, "paper": None, "error": error, "undo": None, "replayed": False}
    whole = answer({"papers": [{"index": place, **one} for place in range(500)]})
    assert len(to_json(without_records(CREATE_MANY, whole))) < 1_000_000


def test_what_has_no_elements_is_left_out() -> None:
    assert without_records(CREATE, answer({"paper": {"A": 1}}))["output"] == {}
    assert without_records(CREATE_MANY, answer({}))["output"] == {}
