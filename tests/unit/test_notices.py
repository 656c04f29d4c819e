# SPDX-License-Identifier: Apache-2.0
"""What is said of problems, and how often, whatever comes and goes."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.documents import iso
from xero_connection.events import detail_of, event_id
from xero_connection.notices import SOLVED, Said, after, due, read_said
from xero_connection.problems import PROBLEMS, Problem

NOW = datetime(2026, 11, 22, 1, 15, 40, tzinfo=UTC)
KIND = PROBLEMS["token_expiring"]


def problem(about: str = "", stage: str = "", *, opens: bool = True) -> Problem:
    return Problem(kind=KIND, message="So it is.", since=NOW, about=about, stage=stage, opens=opens)


def kept(said: Said) -> Said:
    """Return what the table gives back."""
    return read_said(json.loads(json.dumps(said.as_row())))


def test_a_problem_says_what_is_wrong_since_when_and_what_to_do() -> None:
    one = Problem(
        kind=KIND, message="So it is.", since=NOW, about="a", data={"ends_at": "b", "days_left": 3}
    )
    (notice,) = due(KIND, Said(), [one], now=NOW)
    detail = detail_of(notice.entry)

    assert notice.entry["Source"] == "xero.connection"
    assert notice.entry["DetailType"] == "connections/token_expiring"
    assert len(detail.pop("event_id")) == 32
    assert detail == {
        "problem": "token_expiring",
        "message": "So it is.",
        "advice": KIND.advice,
        "since": iso(NOW),
        "tenant_id": None,
        "resource": None,
        "ends_at": "b",
        "days_left": 3,
    }


def test_what_is_over_is_said_with_what_it_was_about() -> None:
    one = Problem(kind=KIND, message="So it is.", since=NOW, about="a", data={"ends_at": "b"})
    said = kept(after(Said(), due(KIND, Said(), [one], now=NOW)))
    (notice,) = due(KIND, said, [], now=NOW + timedelta(hours=1))
    detail = detail_of(notice.entry)

    assert notice.entry["DetailType"] == SOLVED == "connections/problem_solved"
    assert (detail["problem"], detail["ends_at"]) == ("token_expiring", "b")
    assert (detail["since"], detail["solved_at"]) == (iso(NOW), "2026-11-22T02:15:40Z")
    assert after(said, [notice]).open == {}


@pytest.mark.promise("alarm-once")
def test_what_could_not_be_kept_is_said_again_under_the_same_id_and_what_comes_back_is_not() -> (
    None
):
    said = Said()
    first = due(KIND, said, [problem()], now=NOW)
    again = due(KIND, said, [problem()], now=NOW + timedelta(minutes=5))
    said = after(said, first)
    over = due(KIND, said, [], now=NOW)
    said = after(said, over)
    back = due(KIND, said, [problem()], now=NOW)

    ids = [event_id(some[0].entry) for some in (first, again, over, back)]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


@pytest.mark.promise("alarm-once")
def test_a_stage_is_said_once_and_what_is_not_worth_saying_never() -> None:
    said = Said()
    stages = []
    steps = [("14", True), ("14", True), ("7", True), ("1", True), ("1", False), ("ended", True)]
    for stage, opens in steps:
        notices = due(KIND, said, [problem("t", stage, opens=opens)], now=NOW)
        stages += [notice.left.stage for notice in notices if notice.left]
        said = kept(after(said, notices))

    assert stages == ["14", "7", "1", "ended"]
    assert due(KIND, Said(), [problem("t", "1", opens=False)], now=NOW) == []


WALKS = st.lists(
    st.tuples(st.sets(st.sampled_from("abc")), st.sets(st.sampled_from("abc")), st.booleans()),
    max_size=12,
)


@given(WALKS)
@pytest.mark.promise("alarm-once")
def test_whatever_comes_and_goes_each_is_said_once_and_solved_once(
    walk: list[tuple[set[str], set[str], bool]],
) -> None:
    """At each step some problems are there, the bus refuses some, and the row may not be kept."""
    said = Said()
    told: dict[str, list[str]] = {about: [] for about in "abc"}
    for there, refused, keeps in walk:
        notices = due(KIND, said, [problem(about) for about in sorted(there)], now=NOW)
        taken = [notice for notice in notices if notice.about not in refused]
        for notice in taken:
            sign = "told" if notice.left else "solved"
            told[notice.about].append(f"{sign} {event_id(notice.entry)}")
        if keeps:
            said = kept(after(said, taken))
        assert {one.about for one in taken if one.left} <= there
        assert not {one.about for one in taken if not one.left} & there
    for lines in told.values():
        # What came twice because the row was not kept has the id that it had.
        once = list(dict.fromkeys(lines))
        signs = [line.split()[0] for line in once]
        held = all(keeps for _, _, keeps in walk)
        assert not held or signs == [("told", "solved")[n % 2] for n in range(len(signs))]
        assert not held or len(lines) == len(once)
    last = walk[-1] if walk else (set(), set(), True)
    if last[2] and not last[1]:
        assert said.open.keys() == last[0]
