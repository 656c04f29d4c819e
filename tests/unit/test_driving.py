# SPDX-License-Identifier: Apache-2.0
"""What becomes of a write whose answer never came, from one invocation to the next."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from xero_connection.client import NoAnswerError, Request, Response
from xero_connection.errors import (
    IdempotencyError,
    NotFoundError,
    OutcomeUnknownError,
    UnavailableError,
    ValidationError,
    XeroConnectionError,
)
from xero_connection.operation import Done, Flow, Operation
from xero_connection.outcomes import WINDOW_SECONDS

from tests.unit.books import TENANT, DeadError, no_answer, uuid_of
from tests.unit.desk import (
    ADD_LINE,
    BLIND,
    CHANGE,
    CREATE,
    CREATE_MANY,
    READ_BACK,
    TWO,
    Office,
    OneInput,
    OneOutput,
    failure,
    nothing,
    paper,
    papers,
    refusal,
    vague,
)

IN_WINDOW = 200.0
AFTER_WINDOW = 500.0


@pytest.fixture
def office() -> Office:
    return Office()


def once(kind: str, happens: Callable[[], Any]) -> Callable[[Request], Any]:
    """Return what happens to the next request of a kind only."""
    left = [happens]

    def hook(request: Request) -> Any:
        return left.pop()() if left and request.method == kind else None

    return hook


def cut() -> Response:
    raise NoAnswerError(sent=True)


def die() -> Response:
    raise DeadError


def leave_unknown(
    office: Office, operation: Operation, asked: Any, *, done: bool, key: str = "order-1047"
) -> None:
    """Ask for an action whose every write is cut, after Xero has done it or before."""
    where = "after" if done else "before"
    setattr(office.xero, where, lambda request: cut() if request.writes else None)
    with pytest.raises(OutcomeUnknownError):
        office.act(operation, asked, key)
    office.xero.before = office.xero.after = nothing
    office.xero.requests.clear()


def keys(office: Office) -> list[str]:
    """The keys that Xero has got with writes."""
    return [one.headers["Idempotency-Key"] for one in office.xero.sent]


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("operation", [CREATE, BLIND])
@pytest.mark.promise("unknown-settled")
def test_inside_xeros_window_a_cut_write_is_sent_with_its_key(
    office: Office, operation: Operation, *, done: bool
) -> None:
    leave_unknown(office, operation, paper(), done=done)
    office.clock.sleep(IN_WINDOW)

    answer = office.act(operation, paper())

    assert keys(office) == ["order-1047"]
    assert [answer["output"]["paper"]["PaperID"]] == list(office.xero.records)


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.promise("unknown-settled")
def test_after_it_the_books_decide(office: Office, *, done: bool) -> None:
    leave_unknown(office, CREATE, paper(Amount="12.50"), done=done)
    office.xero.put("another", Reference="another", Amount=12.5)
    office.clock.sleep(AFTER_WINDOW)

    answer = office.act(CREATE, paper(Amount="12.50"))

    assert len(office.xero.makers) == 1
    assert answer["output"]["paper"]["PaperID"] in office.xero.makers
    assert len(keys(office)) == (0 if done else 1)
    assert "order-1047" not in keys(office)
    assert office.act(CREATE, paper(Amount="12.50"))["replayed"]


@pytest.mark.promise("unknown-settled")
def test_what_the_books_cannot_tell_stays_unknown_and_is_never_sent_again(office: Office) -> None:
    leave_unknown(office, BLIND, paper(), done=True)
    for pause in (AFTER_WINDOW, 3_600.0):
        office.clock.sleep(pause)
        with pytest.raises(OutcomeUnknownError) as unknown:
            office.act(BLIND, paper())
        assert unknown.value.retry_after is None
        assert unknown.value.details == {"idempotency_key": "order-1047"}
        assert "new key" in unknown.value.advice
    assert not office.xero.requests


@pytest.mark.promise("unknown-settled")
def test_a_write_is_not_looked_for_before_xero_has_surely_ended_it(office: Office) -> None:
    leave_unknown(office, CREATE, paper(), done=False)
    office.clock.sleep(WINDOW_SECONDS - 30)
    leave_unknown(office, CREATE, paper(), done=False)
    office.clock.sleep(40)

    with pytest.raises(OutcomeUnknownError) as unknown:
        office.act(CREATE, paper())

    assert not office.xero.requests
    assert unknown.value.retry_after
    office.clock.sleep(unknown.value.retry_after)
    office.act(CREATE, paper())
    assert len(office.xero.records) == 1


@pytest.mark.promise("unknown-settled")
def test_asking_often_does_not_put_the_decision_off(office: Office) -> None:
    leave_unknown(office, CREATE, paper(), done=False)
    office.clock.sleep(WINDOW_SECONDS - 10)
    leave_unknown(office, CREATE, paper(), done=False)
    for _ in range(12):
        office.clock.sleep(10)
        try:
            office.act(CREATE, paper())
            break
        except OutcomeUnknownError:
            continue
    assert len(office.xero.records) == 1


@pytest.mark.promise("unknown-settled")
def test_the_minute_runs_from_the_end_of_an_invocation_that_was_killed(office: Office) -> None:
    leave_unknown(office, CREATE, paper(), done=False)
    office.clock.sleep(290)
    office.xero.before = lambda _: die()
    with pytest.raises(DeadError):
        office.act(CREATE, paper())
    office.xero.before = nothing
    office.xero.requests.clear()
    office.clock.sleep(100)

    with pytest.raises(OutcomeUnknownError) as unknown:
        office.act(CREATE, paper())

    assert not office.xero.requests
    assert unknown.value.retry_after
    assert unknown.value.retry_after < 60


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.promise("unknown-settled")
def test_a_change_is_looked_for_in_the_record_itself(office: Office, *, done: bool) -> None:
    record = office.xero.put("changed")
    asked = {"paper_id": record["PaperID"], **paper("after")}
    leave_unknown(office, CHANGE, asked, done=done)
    office.clock.sleep(AFTER_WINDOW)

    answer = office.act(CHANGE, asked)

    assert answer["output"]["paper"]["Reference"] == "after"
    assert [one.method for one in office.xero.requests] == ["GET"] + ([] if done else ["POST"])
    assert "order-1047" not in keys(office)


def test_a_change_to_a_record_that_is_gone_is_told_so(office: Office) -> None:
    record = office.xero.put("changed")
    asked = {"paper_id": record["PaperID"], **paper("after")}
    leave_unknown(office, CHANGE, asked, done=False)
    del office.xero.records[record["PaperID"]]
    office.clock.sleep(AFTER_WINDOW)
    with pytest.raises(NotFoundError):
        office.act(CHANGE, asked)


@pytest.mark.parametrize(
    "answer",
    [
        lambda: Response(status=404, headers={}, body=b"gone"),
        lambda: refusal("Too many."),
        lambda: failure(403),
        lambda: failure(500),
        lambda: Response(status=200, headers={}, body=b'{"Papers": [5]}'),
        lambda: Response(status=200, headers={}, body=b"[]"),
    ],
    ids=["404", "400", "403", "500", "no records", "no answer of Xero's"],
)
@pytest.mark.promise("unknown-settled")
def test_a_look_that_fails_says_nothing_about_the_write(
    office: Office, answer: Callable[[], Response]
) -> None:
    leave_unknown(office, CREATE, paper(), done=True)
    office.clock.sleep(AFTER_WINDOW)
    office.xero.before = lambda _: answer()
    with pytest.raises(XeroConnectionError) as failed:
        office.act(CREATE, paper())
    assert not isinstance(failed.value, OutcomeUnknownError) or failed.value.retry_after
    office.xero.before = nothing

    office.act(CREATE, paper())

    assert not office.xero.sent
    assert len(office.xero.records) == 1


@pytest.mark.promise("unknown-settled")
def test_a_record_too_young_to_be_anybodys_is_waited_for(office: Office) -> None:
    """Its maker may be an invocation that was cut, and sends its key again."""
    leave_unknown(office, CREATE, paper(), done=False)
    office.clock.sleep(AFTER_WINDOW)
    office.xero.put("somebody's", Reference="one")
    with pytest.raises(OutcomeUnknownError) as unknown:
        office.act(CREATE, paper())
    assert unknown.value.retry_after
    assert not office.xero.sent

    office.clock.sleep(unknown.value.retry_after)
    answer = office.act(CREATE, paper())

    assert answer["output"]["paper"]["PaperID"] == str(uuid_of("somebody's"))


@pytest.mark.parametrize("first_done", [True, False])
@pytest.mark.parametrize("second_done", [True, False])
@pytest.mark.promise("unknown-settled")
def test_two_requests_of_the_same_content_end_as_two_records(
    office: Office, *, first_done: bool, second_done: bool
) -> None:
    leave_unknown(office, CREATE, paper(), key="a", done=first_done)
    office.clock.sleep(30)
    leave_unknown(office, CREATE, paper(), key="b", done=second_done)
    found = set()
    for key in "ab":
        office.clock.sleep(AFTER_WINDOW)
        found.add(office.act(CREATE, paper(), key)["output"]["paper"]["PaperID"])
    assert found == set(office.xero.records)
    assert len(found) == 2


@pytest.mark.parametrize("order", ["sm", "ms"])
@pytest.mark.parametrize("asked", ["sm", "ms"])
@pytest.mark.parametrize("done", ["", "s", "m", "sm"])
@pytest.mark.parametrize("more", [{"Reference": "named"}, {"Number": "7"}], ids=["named", "number"])
@pytest.mark.promise("unknown-settled")
def test_who_says_less_takes_no_record_whose_maker_could_not_have_his_in_exchange(
    office: Office, more: dict[str, Any], order: str, asked: str, done: str
) -> None:
    """`s` says less than `m`, whose record therefore fits both; Xero gives no references itself."""
    wanted = {"s": vague(), "m": vague(**more)}
    for key in order:
        leave_unknown(office, CREATE, wanted[key], key=key, done=key in done)
        office.clock.sleep(30)
    waiting, waits = list(asked), list[str]()
    found: dict[str, str] = {}
    while waiting:
        office.clock.sleep(AFTER_WINDOW)
        key = waiting.pop(0)
        try:
            found[key] = office.act(CREATE, wanted[key], key)["output"]["paper"]["PaperID"]
        except OutcomeUnknownError:
            waits.append(key)
            waiting.append(key)
    # Only of two that differ in what Xero might have filled in it waits for the other.
    assert waits in ([], ["s"] if done == "sm" and "Number" in more else [])
    assert len(set(found.values())) == len(office.xero.records) == 2
    own = office.xero.records[found["m"]]
    assert {name: own.get(name) for name in more} == more


@pytest.mark.promise("unknown-settled")
def test_the_record_of_a_request_that_was_answered_is_never_anothers(office: Office) -> None:
    office.act(CREATE, paper(), "a")
    leave_unknown(office, CREATE, paper(), key="b", done=False)
    office.clock.sleep(AFTER_WINDOW)
    office.act(CREATE, paper(), "b")
    assert len(office.xero.records) == 2


@pytest.mark.promise("unknown-settled")
def test_of_a_batch_that_was_killed_no_record_becomes_anothers(office: Office) -> None:
    office.xero.before = lambda request: (
        die() if request.writes and len(office.xero.sent) == 2 else None
    )
    with pytest.raises(DeadError):
        office.act(CREATE_MANY, papers("one", "b", "c", "d"), "batch")
    office.xero.before = nothing
    leave_unknown(office, CREATE, paper("one"), key="single", done=False)
    office.clock.sleep(AFTER_WINDOW)
    single = office.act(CREATE, paper("one"), "single")
    office.clock.sleep(AFTER_WINDOW)
    batch = office.act(CREATE_MANY, papers("one", "b", "c", "d"), "batch")

    first = batch["output"]["papers"][0]["paper"]
    assert first["PaperID"] != single["output"]["paper"]["PaperID"]
    assert len(office.xero.records) == 5


@pytest.mark.promise("unknown-settled")
def test_of_two_who_find_the_same_record_at_once_one_has_it(office: Office) -> None:
    leave_unknown(office, CREATE, paper(), done=True)
    (record_id,) = office.xero.records
    office.clock.sleep(AFTER_WINDOW)

    def be_first(call: str, key: str) -> None:
        if call == "put" and "#made#" in key:
            office.table.before = nothing
            assert not office.rows.claim([record_id], "another", expires_at=2**40)

    office.table.before = be_first
    answer = office.act(CREATE, paper())
    assert answer["output"]["paper"]["PaperID"] != record_id
    assert len(office.xero.records) == 2


@pytest.mark.parametrize("status", [400, 404, 413])
@pytest.mark.parametrize("pause", [10.0, AFTER_WINDOW])
@pytest.mark.promise("unknown-settled")
def test_a_refusal_that_is_none_of_xeros_says_nothing_of_what_was_sent_before(
    office: Office, status: int, pause: float
) -> None:
    """A gateway refuses the repeat, or the look, of what Xero has carried out."""
    leave_unknown(office, CREATE, paper(), done=True)
    office.clock.sleep(pause)
    office.xero.before = lambda _: failure(status)
    with pytest.raises(OutcomeUnknownError) as unknown:
        office.act(CREATE, paper())
    assert unknown.value.details["reason"] in {"refused_by_xero", "not_found"}
    office.xero.before = nothing
    office.clock.sleep(unknown.value.retry_after or 0)

    office.act(CREATE, paper())

    assert len(office.xero.records) == 1


@pytest.mark.promise("one-at-a-document")
def test_a_change_whose_record_is_anothers_turn_stays_as_unknown_as_it_was(office: Office) -> None:
    asked = {"paper_id": office.xero.put("lined", Lines=["a"])["PaperID"], "line": "b"}
    leave_unknown(office, ADD_LINE, asked, done=True)
    lock = f"lock#{TENANT}#{asked['paper_id']}"
    office.turns.held[lock] = ("another", office.clock() + 3_600)

    with pytest.raises(OutcomeUnknownError) as unknown:
        office.act(ADD_LINE, asked)

    assert unknown.value.retry_after
    assert unknown.value.details == {"idempotency_key": "order-1047", "reason": "unavailable"}
    del office.turns.held[lock]
    office.act(ADD_LINE, asked)
    assert [one["Lines"] for one in office.xero.records.values()] == [["a", "b"]]


def _pair(_: OneInput) -> Flow:
    """Make two records that stand or fall together."""
    both = [{"Reference": "left"}, {"Reference": "right"}]
    answer = yield Request(method="PUT", path="/Papers", body={"Papers": both})
    return Done(output={"paper": answer["Papers"][0]})


@pytest.mark.promise("unknown-settled")
def test_half_of_what_stands_or_falls_together_is_left_to_a_person(office: Office) -> None:
    operation = replace(CREATE, id="papers/pair", call=None, flow=_pair)
    leave_unknown(office, operation, paper(), done=False)
    office.xero.put("half", Reference="left")
    office.clock.sleep(AFTER_WINDOW)
    with pytest.raises(OutcomeUnknownError) as unknown:
        office.act(operation, paper())
    assert unknown.value.retry_after is None
    assert not office.xero.sent


@pytest.mark.promise("killed-anywhere")
def test_what_was_read_before_a_write_is_kept_with_it(office: Office) -> None:
    record = office.xero.put("lined", Lines=["a"])
    asked = {"paper_id": record["PaperID"], "line": "b"}
    leave_unknown(office, ADD_LINE, asked, done=True)

    office.act(ADD_LINE, asked)

    assert [one.method for one in office.xero.requests] == ["POST"]
    assert office.xero.records[record["PaperID"]]["Lines"] == ["a", "b"]


@pytest.mark.parametrize("pause", [10.0, AFTER_WINDOW])
@pytest.mark.parametrize("done", [True, False])
@pytest.mark.promise("killed-anywhere")
def test_a_flow_goes_on_at_the_write_it_had_reached(
    office: Office, pause: float, *, done: bool
) -> None:
    def cut_the_second(request: Request) -> Response | None:
        return cut() if request.writes and "beside" in str(request.body) else None

    setattr(office.xero, "after" if done else "before", cut_the_second)
    with pytest.raises(OutcomeUnknownError):
        office.act(TWO, paper())
    office.xero.before = office.xero.after = nothing
    office.clock.sleep(pause)

    answer = office.act(TWO, paper())

    assert len(office.xero.records) == 2
    first = answer["output"]["first"]
    assert answer["output"]["paper"]["Reference"] == f"beside {first}"


@pytest.mark.promise("killed-anywhere")
def test_a_read_that_fails_behind_a_write_is_read_again(office: Office) -> None:
    office.xero.before = lambda request: None if request.writes else no_answer(request)
    with pytest.raises(UnavailableError):
        office.act(TWO, paper())
    office.xero.before = nothing
    office.clock.sleep(AFTER_WINDOW)
    office.act(TWO, paper())
    assert len(office.xero.records) == 2


@pytest.mark.promise("refusals-do-not-stick")
def test_the_second_write_of_a_flow_may_be_refused_and_asked_for_again(office: Office) -> None:
    office.xero.before = lambda request: (
        refusal("The period is locked.") if "beside" in str(request.body) else None
    )
    with pytest.raises(ValidationError):
        office.act(TWO, paper())
    office.xero.before = nothing
    office.act(TWO, paper())
    assert len(office.xero.records) == 2


def test_an_answer_without_what_was_asked_for_leaves_a_write_unknown(office: Office) -> None:
    office.xero.after = once(
        "PUT", lambda: Response(status=200, headers={}, body=b'{"Papers": []}')
    )
    with pytest.raises(OutcomeUnknownError):
        office.act(TWO, paper())
    office.act(TWO, paper())
    assert len(office.xero.records) == 2


def test_an_error_of_the_flow_before_any_call_is_one_of_ours(office: Office) -> None:
    def broken(_: OneInput) -> Flow:
        raise KeyError("x")
        yield

    operation = Operation(
        id="papers/broken",
        kind="action",
        summary="Fail.",
        input=OneInput,
        output=OneOutput,
        flow=broken,
    )
    with pytest.raises(KeyError):
        office.act(operation, paper())


def test_a_key_that_xero_knows_from_elsewhere_is_refused(office: Office) -> None:
    office.xero.seen["order-1047"] = (office.clock(), "another request", failure(200))
    with pytest.raises(IdempotencyError):
        office.act(CREATE, paper())
    office.clock.sleep(400)
    office.act(CREATE, paper())


def test_a_write_that_is_another_to_xero_by_now_stays_unknown_until_the_books_tell(
    office: Office,
) -> None:
    """As when a new version of the code builds it otherwise."""
    leave_unknown(office, CREATE, paper(), done=True)
    at, _, answer = office.xero.seen["order-1047"]
    office.xero.seen["order-1047"] = (at, "as it was built before", answer)
    with pytest.raises(OutcomeUnknownError) as unknown:
        office.act(CREATE, paper())
    assert unknown.value.retry_after
    office.clock.sleep(AFTER_WINDOW)
    office.act(CREATE, paper())
    assert len(office.xero.records) == 1


@pytest.mark.promise("unknown-settled")
def test_among_too_many_changes_a_search_is_given_up(office: Office) -> None:
    leave_unknown(office, CREATE, paper(), done=True)
    for number in range(1_001):
        office.xero.put(f"x{number}", Reference=f"x{number}")
    office.clock.sleep(AFTER_WINDOW)
    with pytest.raises(OutcomeUnknownError) as unknown:
        office.act(CREATE, paper())
    assert unknown.value.retry_after is None
    assert len(office.xero.requests) == 10
    assert not office.xero.sent


def test_a_document_that_nothing_tells_from_others_stays_unknown(office: Office) -> None:
    asked: dict[str, Any] = {"paper": {}}
    leave_unknown(office, CREATE, asked, done=False)
    office.clock.sleep(AFTER_WINDOW)
    with pytest.raises(OutcomeUnknownError) as unknown:
        office.act(CREATE, asked)
    assert unknown.value.retry_after is None
    assert not office.xero.requests


def _beside(asked: OneInput) -> Flow:
    """Make a record, and something that is kept elsewhere."""
    answer = yield Request(method="PUT", path="/Papers", body={"Papers": [{"Reference": "a"}]})
    yield Request(method="PUT", path="/Notes", body={"Notes": [{}], "Papers": [{}]})
    return Done(output={"paper": answer["Papers"][0], "asked": asked})


def test_what_is_kept_elsewhere_is_not_looked_for_among_the_records(office: Office) -> None:
    operation = Operation(
        id="papers/beside",
        kind="action",
        summary="Make two things.",
        input=OneInput,
        output=OneOutput,
        flow=_beside,
        idempotency="key",
        read_back=READ_BACK,
    )
    office.xero.after = lambda request: cut() if request.path == "/Notes" else None
    with pytest.raises(OutcomeUnknownError):
        office.act(operation, paper())
    office.xero.requests.clear()
    office.clock.sleep(AFTER_WINDOW)
    with pytest.raises(OutcomeUnknownError) as unknown:
        office.act(operation, paper())
    assert unknown.value.retry_after is None
    assert not office.xero.requests


@pytest.mark.promise("killed-anywhere")
def test_a_write_whose_repeat_changes_nothing_is_sent_again(office: Office) -> None:
    operation = Operation(
        id="papers/send",
        kind="action",
        summary="Send it.",
        input=OneInput,
        output=OneOutput,
        call=BLIND.call,
        idempotency="natural",
    )
    leave_unknown(office, operation, paper(), done=False)
    office.clock.sleep(AFTER_WINDOW)
    office.act(operation, paper())
    assert len(keys(office)) == 1
