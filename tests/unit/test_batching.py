# SPDX-License-Identifier: Apache-2.0
"""Many documents in one request: cut into calls, answered for each, repeated where they failed."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xero_connection.batching import Many, refused_whole
from xero_connection.client import NoAnswerError, Request, Response
from xero_connection.errors import OutcomeUnknownError, UnavailableError, ValidationError
from xero_connection.operation import Batch
from xero_connection.outcomes import Element
from xero_connection.readback import ABSENT

from tests.unit.desk import CREATE_MANY, ManyInput, Office, nothing, papers, refusal

BATCH = Batch(elements="papers", record_key="paper", size=3)


@pytest.fixture
def office() -> Office:
    return Office()


def asked(*references: str) -> ManyInput:
    return ManyInput.model_validate(papers(*references))


def many(given: ManyInput, taken: dict[int, Element] | None = None, size: int = 3) -> Many:
    batch = Batch(elements="papers", record_key="paper", size=size)
    return Many(CREATE_MANY, batch, given, taken or {})


def sent(office: Office) -> list[list[str]]:
    """The references that were sent, call by call."""
    return [[one["Reference"] for one in call.body["Papers"]] for call in office.xero.sent]


def kinds(output: dict[str, Any]) -> list[str | None]:
    """The type of each element's error, None where it succeeded."""
    assert [one["index"] for one in output["papers"]] == list(range(len(output["papers"])))
    assert [one["ok"] for one in output["papers"]] == [not one["error"] for one in output["papers"]]
    assert output["succeeded"] + output["failed"] == len(output["papers"])
    return [one["error"]["type"] if one["error"] else None for one in output["papers"]]


def test_an_operation_without_a_call_sends_no_documents() -> None:
    with pytest.raises(TypeError):
        Many(replace(CREATE_MANY, call=None), BATCH, asked("a"), {})


@pytest.mark.promise("batch-elements")
def test_documents_are_sent_some_at_a_time_in_their_order(office: Office) -> None:
    output = office.act(CREATE_MANY, papers(*"abcdefg"))["output"]

    assert sent(office) == [["a", "b", "c"], ["d", "e", "f"], ["g"]]
    assert len({one.headers["Idempotency-Key"] for one in office.xero.sent}) == 3
    assert kinds(output) == [None] * 7
    assert [one["paper"]["Reference"] for one in output["papers"]] == list("abcdefg")
    assert many(asked(*"abcdefg")).calls() == 3


@settings(max_examples=30)
@given(st.lists(st.sampled_from([1, 1_000_000, 1_600_000, 2_999_000, 3_100_000]), max_size=8))
def test_no_call_is_larger_than_xero_takes_but_for_a_document_alone(sizes: list[int]) -> None:
    texts = ["x" * size for size in sizes]
    one = many(asked(*texts), size=5)
    calls: list[Request] = []
    flow = one.flow()
    try:
        request = next(flow)
        while True:
            calls.append(request)
            documents = request.body["Papers"]
            request = flow.send({"Papers": [{"PaperID": "x", **paper} for paper in documents]})
    except StopIteration as end:
        output = end.value.output
    bodies = [call.body["Papers"] for call in calls]
    assert [paper["Reference"] for body in bodies for paper in body] == texts
    assert all(len(body) <= 5 for body in bodies)
    assert all(len(json.dumps(body)) < 3_100_000 or len(body) == 1 for body in bodies)
    assert output["succeeded"] == len(texts)
    assert one.complete


@pytest.mark.promise("batch-elements")
def test_each_document_is_answered_for_itself(office: Office) -> None:
    output = office.act(CREATE_MANY, papers("a", "refuse b", "c", "refuse d", "e"))["output"]

    assert kinds(output) == [None, "ValidationError", None, "ValidationError", None]
    refused = output["papers"][1]
    assert refused["error"]["details"] == {"messages": [{"index": 0, "messages": ["No."]}]}
    assert (refused["paper"], refused["undo"], refused["replayed"]) == (None, None, False)
    assert len(office.xero.records) == 3


@pytest.mark.promise("batch-elements")
def test_a_repeat_sends_only_what_xero_has_not_taken(office: Office) -> None:
    office.act(CREATE_MANY, papers("a", "refuse b", "c", "refuse d", "e"))
    office.xero.requests.clear()
    again = office.act(CREATE_MANY, papers("a", "b", "c", "refuse d", "e"))

    assert sent(office) == [["b", "refuse d"]]
    assert not again["replayed"]
    assert kinds(again["output"]) == [None, None, None, "ValidationError", None]
    assert [one["replayed"] for one in again["output"]["papers"]] == [
        True,
        False,
        True,
        False,
        True,
    ]
    last = office.act(CREATE_MANY, papers(*"abcde"))["output"]
    assert last["failed"] == 0
    assert len(office.xero.records) == 5
    whole = office.act(CREATE_MANY, papers(*"abcde"))
    assert whole["replayed"]
    assert all(one["replayed"] for one in whole["output"]["papers"])


@pytest.mark.promise("batch-elements")
def test_a_document_that_xero_has_taken_cannot_be_another(office: Office) -> None:
    first = office.act(CREATE_MANY, papers("a", "refuse b"))["output"]["papers"][0]
    again = office.act(CREATE_MANY, papers("changed", "b"))["output"]

    assert kinds(again) == ["IdempotencyError", None]
    assert "place 0" in again["papers"][0]["error"]["message"]
    assert len(office.xero.records) == 2
    # What was there is still there for whoever asks for it as it was.
    last = office.act(CREATE_MANY, papers("a", "b"))["output"]
    assert last["papers"][0]["paper"] == first["paper"]
    assert kinds(last) == [None, None]
    assert len(office.xero.records) == 2


@pytest.mark.promise("batch-elements")
def test_a_repeat_may_leave_out_what_failed_or_add_to_it(office: Office) -> None:
    office.act(CREATE_MANY, papers("a", "b", "refuse c"))
    assert kinds(office.act(CREATE_MANY, papers("a", "b", "d", "e"))["output"]) == [None] * 4
    assert len(office.xero.records) == 4
    shorter = Office()
    shorter.act(CREATE_MANY, papers("a", "b", "refuse c"))
    assert kinds(shorter.act(CREATE_MANY, papers("a", "b"))["output"]) == [None, None]
    assert len(shorter.xero.records) == 2


@pytest.mark.promise("batch-elements")
def test_a_refusal_of_a_whole_call_is_each_documents(office: Office) -> None:
    office.xero.before = lambda _: refusal("The period is locked.")
    output = office.act(CREATE_MANY, papers(*"abcd"))["output"]

    assert kinds(output) == ["ValidationError"] * 4
    said = output["papers"][3]["error"]["details"]["messages"]
    assert said == [{"index": 0, "messages": ["The period is locked."]}]
    office.xero.before = nothing
    assert office.act(CREATE_MANY, papers(*"abcd"))["output"]["succeeded"] == 4
    assert len({one.headers["Idempotency-Key"] for one in office.xero.sent}) == 4


def test_a_refusal_without_words_is_one_too() -> None:
    request = Request(method="PUT", path="/Papers", body={"Papers": [{}, {}]})
    records = refused_whole(request, ValidationError("No."))["Papers"]
    assert [one["ValidationErrors"] for one in records] == [[{"Message": "No."}]] * 2
    flow = many(asked("a")).flow()
    next(flow)
    with pytest.raises(StopIteration) as end:
        flow.send({"Papers": [{"StatusAttributeString": "ERROR"}]})
    (element,) = end.value.value.output["papers"]
    assert "does not say why" in str(element["error"]["details"])


@pytest.mark.parametrize("pause", [10.0, 500.0])
@pytest.mark.parametrize("place", [1, 2, 3])
@pytest.mark.parametrize("done", [True, False])
@pytest.mark.promise("batch-elements")
@pytest.mark.promise("unknown-settled")
def test_a_call_that_was_cut_is_settled_and_the_rest_is_sent(
    office: Office, place: int, pause: float, *, done: bool
) -> None:
    calls = [0]

    def cut_some(request: Request) -> Response | None:
        calls[0] += request.writes
        if calls[0] >= place:
            raise NoAnswerError(sent=True)
        return None

    setattr(office.xero, "after" if done else "before", cut_some)
    content = papers(*"abcd", "refuse e", *"fgg")
    with pytest.raises(OutcomeUnknownError):
        office.act(CREATE_MANY, content)
    office.xero.before = office.xero.after = nothing
    office.clock.sleep(pause)

    output = office.act(CREATE_MANY, content)["output"]

    assert kinds(output) == [None] * 4 + ["ValidationError"] + [None] * 3
    made = [one["paper"]["PaperID"] for one in output["papers"] if one["ok"]]
    assert sorted(made) == sorted(office.xero.records)


@pytest.mark.promise("batch-elements")
def test_of_a_call_that_xero_took_in_part_only_the_rest_is_sent_again(office: Office) -> None:
    def take_two(request: Request) -> Response | None:
        if request.writes:
            documents = request.body["Papers"][:2]
            office.xero.carry_out(replace(request, body={"Papers": documents}))
            raise NoAnswerError(sent=True)
        return None

    office.xero.before = take_two
    with pytest.raises(OutcomeUnknownError):
        office.act(CREATE_MANY, papers(*"abc"))
    office.xero.before = nothing
    # Three attempts were made, and each did it: that is not how Xero keeps a key.
    office.xero.records = dict(list(office.xero.records.items())[:2])
    office.xero.requests.clear()
    office.clock.sleep(500)

    output = office.act(CREATE_MANY, papers(*"abc"))["output"]

    assert sent(office) == [["c"]]
    assert [one["paper"]["Reference"] for one in output["papers"]] == list("abc")


def test_a_document_that_is_absent_is_sent_again_behind_the_others() -> None:
    one = many(asked("a", "b", "c", "d"))
    flow = one.flow()
    next(flow)
    absent = {"StatusAttributeString": ABSENT}
    then = flow.send({"Papers": [{"PaperID": "1"}, absent, {"PaperID": "3"}]})
    assert [paper["Reference"] for paper in then.body["Papers"]] == ["d", "b"]


def test_an_answer_of_another_length_is_none() -> None:
    flow = many(asked("a", "b")).flow()
    next(flow)
    with pytest.raises(KeyError):
        flow.send({"Papers": [{"PaperID": "1"}]})


@pytest.mark.promise("batch-elements")
def test_a_limit_in_the_middle_of_a_batch_leaves_what_was_done(office: Office) -> None:
    office.xero.before = lambda _: (
        Response(status=429, headers={"retry-after": "90"}, body=b"")
        if len(office.xero.records) == 3
        else None
    )
    with pytest.raises(Exception, match="rate_limited"):
        office.act(CREATE_MANY, papers(*"abcde"))
    office.xero.before = nothing
    office.clock.sleep(90)
    assert office.act(CREATE_MANY, papers(*"abcde"))["output"]["succeeded"] == 5
    assert len(office.xero.records) == 5
    assert sent(office)[-1] == ["d", "e"]


def test_what_was_taken_is_kept_by_place_and_content() -> None:
    one = many(asked("a", "b"))
    assert not one.complete
    flow = one.flow()
    next(flow)
    with pytest.raises(StopIteration):
        flow.send({"Papers": [{"PaperID": "1"}, {"StatusAttributeString": "ERROR"}]})
    assert one.taken.keys() == {0}
    again = many(asked("a", "c"), one.taken)
    assert again.taken == one.taken
    assert again.calls() == 1


@pytest.mark.promise("batch-elements")
def test_a_batch_of_which_nothing_is_left_to_send_sends_nothing(office: Office) -> None:
    office.act(CREATE_MANY, papers("a", "refuse b"))
    office.xero.requests.clear()
    output = office.act(CREATE_MANY, papers("changed"))["output"]
    assert kinds(output) == ["IdempotencyError"]
    assert not office.xero.requests


def test_what_failed_of_a_batch_is_told_once_it_can_be_asked_for_again(office: Office) -> None:
    content = papers("a", "refuse b")

    def down(_: str, key: str) -> None:
        if office.xero.records and "#key#" in key:
            raise UnavailableError("The table is down.")

    office.table.before = down
    with pytest.raises(OutcomeUnknownError) as unknown:
        office.act(CREATE_MANY, content)
    office.table.before = nothing
    office.clock.sleep(unknown.value.retry_after or 0)
    assert office.act(CREATE_MANY, content)["output"]["failed"] == 1
    assert office.act(CREATE_MANY, papers("a", "b"))["output"]["failed"] == 0
    assert len(office.xero.records) == 2
