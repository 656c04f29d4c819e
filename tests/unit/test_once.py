# SPDX-License-Identifier: Apache-2.0
"""A request is carried out once for its key: repeats, copies, refusals and a table that fails."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from xero_connection.client import NoAnswerError, Request, Response
from xero_connection.errors import (
    IdempotencyError,
    OutcomeUnknownError,
    RateLimitedError,
    UnavailableError,
    ValidationError,
    XeroConnectionError,
)
from xero_connection.outcomes import Element, Outcome, fingerprint

from tests.unit.books import DeadError
from tests.unit.desk import (
    ADD_LINE,
    BLIND,
    CREATE,
    CREATE_MANY,
    DOWN,
    KEEP_SECONDS,
    SECONDS,
    TWO,
    Office,
    failure,
    paper,
    papers,
)
from tests.unit.timeline import Timeline

KEY = "order-1047"
OTHER_TENANT = "c2cc9b6e-0000-4000-8000-000000000002"


@pytest.fixture
def office() -> Office:
    return Office()


def cut(_: Any) -> Response:
    raise NoAnswerError(sent=True)


def unreachable(_: Any) -> Response:
    raise NoAnswerError(sent=False)


def dead(*_: Any) -> Response:
    raise DeadError


def healthy(*_: Any) -> None:
    """Let all go on."""


def ids(answer: dict[str, Any]) -> Any:
    return answer["output"]["paper"]["PaperID"]


@pytest.mark.parametrize("seconds", [0, 400, KEEP_SECONDS - 60])
@pytest.mark.promise("outcome-kept")
def test_a_repeat_gets_the_same_answer_and_nothing_is_sent(office: Office, seconds: float) -> None:
    first = office.act(CREATE, paper())
    office.clock.sleep(seconds)
    again = office.act(CREATE, paper())

    assert again == {**first, "replayed": True}
    assert not first["replayed"]
    assert len(office.xero.requests) == 1


@pytest.mark.promise("outcome-kept")
def test_a_row_that_has_expired_is_forgotten_though_the_table_still_has_it(office: Office) -> None:
    office.act(CREATE, paper())
    office.clock.sleep(KEEP_SECONDS + 10)
    again = office.act(CREATE, paper("another"))

    assert not again["replayed"]
    assert len(office.xero.records) == 2


@pytest.mark.parametrize("pause", [0.0, 600.0])
@pytest.mark.promise("refusals-do-not-stick")
def test_a_refusal_is_told_once_it_is_kept_so_that_its_key_is_open_to_a_corrected_request(
    office: Office, pause: float
) -> None:
    def down(call: str, _: str) -> None:
        if call == "put" and office.xero.requests:
            raise DOWN

    office.table.before = down
    with pytest.raises(OutcomeUnknownError) as unknown:
        office.act(CREATE, paper("refuse it"))
    assert unknown.value.details == {"idempotency_key": KEY}
    office.table.before = healthy
    with pytest.raises(IdempotencyError):
        office.act(CREATE, paper("corrected"))
    office.clock.sleep((unknown.value.retry_after or 0) + pause)
    with pytest.raises(ValidationError):
        office.act(CREATE, paper("refuse it"))

    office.act(CREATE, paper("corrected"))

    assert [one["Reference"] for one in office.xero.records.values()] == ["corrected"]


@pytest.mark.promise("refusals-do-not-stick")
def test_whoever_was_ended_before_any_write_leaves_the_key_to_any_request(office: Office) -> None:
    """What was read for the one is not taken for the other."""
    first, second = (
        {"paper_id": office.xero.put(name, Lines=[name])["PaperID"], "line": "b"} for name in "xy"
    )
    puts = []

    def die(call: str, key: str) -> None:
        puts.append(call == "put" and "#key#" in key)
        if sum(puts) == 2:
            raise DeadError

    office.table.before = die
    with pytest.raises(DeadError):
        office.act(ADD_LINE, first)
    office.table.before = healthy
    with pytest.raises(IdempotencyError):
        office.act(ADD_LINE, second)
    office.clock.sleep(SECONDS + 10)

    answer = office.act(ADD_LINE, second)

    assert answer["output"]["paper"]["Lines"] == ["y", "b"]


def test_what_a_key_would_meet_is_foreseen(office: Office) -> None:
    asked, other = fingerprint("papers"), fingerprint("chairs")
    assert office.once.foresee(KEY, asked) == "new"
    kept = Outcome(KEY, "me", until=office.clock() + 9, fingerprint=asked, expires_at=2**40)
    office.rows.put(kept, instead_of=None)
    assert office.once.foresee(KEY, asked) == "under_way"
    assert office.once.foresee(KEY, other) == "another_request"
    # Whoever was at work has ended and had only read.
    office.clock.sleep(10)
    assert office.once.foresee(KEY, asked) == "new"
    left = replace(kept, state="open", elements={0: Element("f", {})})
    office.rows.put(left, instead_of=kept)
    assert office.once.foresee(KEY, asked) == "under_way"
    office.rows.put(replace(left, expires_at=1), instead_of=left)
    assert office.once.foresee(KEY, other) == "new"


@pytest.mark.parametrize("amount", [1.0, "1.00", "1", 1])
@pytest.mark.promise("same-key-same-request")
def test_a_number_written_otherwise_is_the_same_request(office: Office, amount: Any) -> None:
    office.act(CREATE, paper(Amount=1))
    assert office.act(CREATE, paper(Amount=amount))["replayed"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda office: office.act(CREATE, paper("another")),
        lambda office: office.act(CREATE, paper(Number=None)),
        lambda office: office.act(BLIND, paper()),
        lambda office: office.act(CREATE, paper(), tenant=OTHER_TENANT),
    ],
    ids=["input", "null", "operation", "organisation"],
)
@pytest.mark.parametrize("ending", ["done", "unknown", "at work"])
@pytest.mark.promise("same-key-same-request")
def test_the_key_of_another_request_is_refused(
    office: Office, ask: Callable[[Office], Any], ending: str
) -> None:
    if ending == "done":
        office.act(CREATE, paper())
    else:
        office.xero.after = cut if ending == "unknown" else dead
        with pytest.raises((OutcomeUnknownError, DeadError)):
            office.act(CREATE, paper())
    sent = len(office.xero.requests)

    with pytest.raises(IdempotencyError) as refused:
        ask(office)

    assert refused.value.details == {"idempotency_key": KEY}
    assert len(office.xero.requests) == sent


@pytest.mark.promise("same-key-same-request")
def test_a_batch_goes_on_only_in_its_organisation_with_its_operation(office: Office) -> None:
    office.act(CREATE_MANY, papers("a", "refuse b"))
    with pytest.raises(IdempotencyError):
        office.act(CREATE_MANY, papers("a", "b"), tenant=OTHER_TENANT)
    with pytest.raises(IdempotencyError):
        office.act(CREATE, paper("a"))
    assert office.act(CREATE_MANY, papers("a", "b"))["output"]["succeeded"] == 2


@pytest.mark.promise("one-at-work")
def test_of_two_at_once_one_works_and_the_other_waits_for_its_answer() -> None:
    clock = Timeline()
    office = Office(clock)
    office.xero.seconds = lambda: 4.0
    answers: list[dict[str, Any]] = []
    for delay in (0.0, 0.001, 3.0, 7.9):
        clock.start(lambda: answers.append(office.act(CREATE, paper())), at=clock.now + delay)
    clock.run()

    assert [one["replayed"] for one in answers] == [False, True, True, True]
    assert len({ids(one) for one in answers}) == 1
    assert len(office.xero.requests) == 1


@pytest.mark.promise("one-at-work")
def test_whoever_has_no_time_to_wait_is_told_for_how_long(office: Office) -> None:
    office.xero.before = dead
    with pytest.raises(DeadError):
        office.act(CREATE, paper())
    began = office.clock()

    with pytest.raises(UnavailableError) as told:
        office.act(CREATE, paper(), seconds=10)

    assert office.clock() - began <= 10
    assert told.value.details == {"idempotency_key": KEY}
    assert told.value.retry_after
    assert SECONDS - 10 <= told.value.retry_after <= SECONDS + 5
    office.xero.before = healthy
    office.clock.sleep(told.value.retry_after)
    assert not office.act(CREATE, paper())["replayed"]
    assert len(office.xero.records) == 1


@pytest.mark.promise("refusals-do-not-stick")
def test_what_xero_refused_is_carried_out_once_it_is_corrected(office: Office) -> None:
    with pytest.raises(ValidationError):
        office.act(CREATE, paper("refuse it"))
    done = office.act(CREATE, paper("corrected"))

    assert not done["replayed"]
    first, second = (one.headers["Idempotency-Key"] for one in office.xero.sent)
    assert first == KEY != second
    assert office.act(CREATE, paper("corrected"))["replayed"]


@pytest.mark.promise("refusals-do-not-stick")
def test_what_xero_refused_can_be_asked_for_again_as_it_was(office: Office) -> None:
    for _ in range(3):
        with pytest.raises(ValidationError):
            office.act(CREATE, paper("refuse it"))
    assert len({one.headers["Idempotency-Key"] for one in office.xero.sent}) == 3


@pytest.mark.promise("refusals-do-not-stick")
def test_a_refusal_that_was_heard_later_does_not_stick_either(office: Office) -> None:
    office.xero.after = cut
    with pytest.raises(OutcomeUnknownError):
        office.act(CREATE, paper("refuse it"))
    office.xero.after = healthy
    with pytest.raises(ValidationError):
        office.act(CREATE, paper("refuse it"))
    assert not office.act(CREATE, paper("corrected"))["replayed"]


def test_what_never_reached_xero_leaves_the_key_to_any_request(office: Office) -> None:
    office.xero.before = unreachable
    with pytest.raises(UnavailableError):
        office.act(CREATE, paper())
    office.xero.before = healthy

    assert not office.act(CREATE, paper("another"))["replayed"]
    assert office.xero.sent[-1].headers["Idempotency-Key"] == KEY
    assert len(office.xero.records) == 1


def test_what_may_have_reached_xero_before_a_limit_keeps_its_key(office: Office) -> None:
    answers = iter([NoAnswerError(sent=True)])

    def first_cut(_: Request) -> Response:
        for error in answers:
            raise error
        return Response(status=429, headers={"retry-after": "60"}, body=b"")

    office.xero.after = first_cut
    with pytest.raises((OutcomeUnknownError, RateLimitedError)):
        office.act(CREATE, paper())
    office.xero.after = healthy
    with pytest.raises(IdempotencyError):
        office.act(CREATE, paper("another"))
    office.act(CREATE, paper())
    assert len(office.xero.records) == 1


@pytest.mark.promise("killed-anywhere")
def test_a_takeover_whose_answer_got_lost_goes_on_where_the_request_was(office: Office) -> None:
    """The client of DynamoDB repeats a put, whose condition its first try no longer leaves true."""
    office.xero.after = cut
    with pytest.raises(OutcomeUnknownError):
        office.act(CREATE, paper())
    office.xero.after = healthy
    office.clock.sleep(600)
    office.table.repeats = lambda: True

    office.act(CREATE, paper())

    assert len(office.xero.records) == 1
    row = office.row()
    assert (row.state, row.generation) == ("done", 0)


# How many calls to Xero and to the table an action makes: it is ended at each, before and after.
STEPS = 16


@pytest.mark.parametrize("pause", [1.0, 100.0, 301.0, 500.0, 7_000.0])
@pytest.mark.parametrize(
    ("operation", "asked", "records"),
    [
        (CREATE, paper(), 1),
        (TWO, paper(), 2),
        (CREATE_MANY, papers("a", "b", "c", "d", "a"), 5),
    ],
    ids=["one", "two writes", "batch"],
)
@pytest.mark.promise("killed-anywhere")
def test_an_invocation_ended_anywhere_leaves_what_the_next_can_go_on_with(
    operation: Any, asked: Any, records: int, pause: float
) -> None:
    ended = 0
    for at in range(2 * STEPS):
        office = Office()
        left = [at]

        def die_at(*_: Any, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == -1:
                raise DeadError

        office.table.before = office.table.after = die_at
        office.xero.before = office.xero.after = die_at
        for _ in range(9):
            try:
                answer = office.act(operation, asked)
                break
            except DeadError:
                ended += 1
            except (OutcomeUnknownError, UnavailableError):
                assert ended
            office.clock.sleep(pause)
        else:
            pytest.fail("it was never answered")
        office.table.before = office.table.after = office.xero.before = office.xero.after = healthy
        again = office.act(operation, asked)

        assert again["replayed"]
        assert again["output"].keys() == answer["output"].keys()
        assert len(office.xero.records) == records, f"ended at call {at}"
    assert ended >= STEPS / 2


@pytest.mark.parametrize("lost", [False, True], ids=["refused", "done, not answered"])
@pytest.mark.parametrize(
    ("operation", "asked", "records"),
    [(CREATE, paper(), 1), (TWO, paper(), 2), (CREATE_MANY, papers("a", "b", "c", "d"), 4)],
    ids=["one", "two writes", "batch"],
)
@pytest.mark.promise("killed-anywhere")
def test_the_table_may_fail_at_any_call(
    operation: Any, asked: Any, records: int, *, lost: bool
) -> None:
    for at in range(STEPS):
        office = Office()
        left = [at]

        def fail_at(*_: Any, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == -1:
                raise DOWN

        setattr(office.table, "after" if lost else "before", fail_at)
        try:
            office.act(operation, asked)
        except UnavailableError:
            assert len(office.xero.records) < records, f"done and not answered, at call {at}"
        office.table.before = office.table.after = healthy
        for _ in range(3):
            try:
                office.act(operation, asked)
                break
            except UnavailableError as error:
                office.clock.sleep(error.retry_after or 1)
        else:
            pytest.fail("it was never answered")
        assert len(office.xero.records) == records, f"failed at call {at}"


@pytest.mark.promise("one-at-work")
def test_nothing_is_sent_where_the_request_cannot_be_kept(office: Office) -> None:
    def down(*_: Any) -> None:
        raise DOWN

    office.table.before = down
    with pytest.raises(UnavailableError):
        office.act(CREATE, paper())
    assert not office.xero.requests


@pytest.mark.promise("outcome-kept")
def test_an_answer_reaches_its_caller_though_it_cannot_be_kept(office: Office) -> None:
    def down_after_sending(*_: Any) -> None:
        if office.xero.requests:
            raise DOWN

    office.table.before = down_after_sending
    first = office.act(CREATE, paper())
    assert [line["outcome"] for line in office.lines] == ["not kept", "not kept"]
    office.table.before = healthy
    office.clock.sleep(SECONDS + 10)

    again = office.act(CREATE, paper())

    assert ids(again) == ids(first)
    assert len(office.xero.records) == 1


@pytest.mark.promise("one-at-work")
def test_whoever_was_taken_over_sends_nothing_more(office: Office) -> None:
    """An invocation that is slower than it may be finds its request in other hands."""

    def take_over(request: Request) -> None:
        row = office.row()
        if request.method == "GET":
            assert office.rows.put(replace(row, owner="another"), instead_of=row)

    office.xero.after = take_over
    with pytest.raises(UnavailableError):
        office.act(TWO, paper())
    assert len(office.xero.sent) == 1


@pytest.mark.promise("one-at-work")
def test_two_changes_of_a_record_that_is_changed_alone_both_stay() -> None:
    clock = Timeline()
    office = Office(clock)
    record = office.xero.put("lined", Lines=[])

    def add(line: str) -> None:
        office.act(ADD_LINE, {"paper_id": record["PaperID"], "line": line}, key=line)

    for line in "abc":
        clock.start(partial(add, line), at=clock.now)
    clock.run()
    assert sorted(office.xero.records[record["PaperID"]]["Lines"]) == ["a", "b", "c"]


@pytest.mark.promise("no-secrets-said")
def test_no_error_says_more_than_the_key(office: Office) -> None:
    told: list[XeroConnectionError] = []

    def ask(*asked: Any) -> None:
        try:
            office.act(*asked)
        except XeroConnectionError as error:
            told.append(error)

    content = paper("Harbour Lights")
    office.xero.after = lambda _: failure(500)
    for pause in (0.0, 10.0, 400.0):
        office.clock.sleep(pause)
        ask(CREATE, content)
        ask(BLIND, content, "blind")
    ask(CREATE, paper("another"))
    office.xero.before = dead
    with pytest.raises(DeadError):
        office.act(CREATE, content, "third")
    ask(CREATE, content, "third")

    assert {type(one) for one in told} == {
        OutcomeUnknownError,
        IdempotencyError,
        UnavailableError,
    }
    for error in told:
        object_ = error.as_dict()
        assert object_.pop("details").keys() <= {"idempotency_key", "reason"}
        assert "Harbour" not in str(error)
        assert KEY not in str(object_)
        assert not any(one in str(error) for one in office.xero.records)
