# SPDX-License-Identifier: Apache-2.0
"""Thousands of callers who hardly ever meet a limit of Xero's, and what each of them may do."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xero_connection.limits import (
    BACKGROUND,
    EVENTS,
    MINUTE,
    PEOPLE,
    App,
    Booking,
    Row,
    Share,
    Wait,
    plan,
)

from tests.unit.crowd import Crowd
from tests.unit.ledger import Limits

NOW = 1_800_000_000_000
ROW = Row(minute_end=NOW + 30_000, next_start=NOW - 1)
SHARES = [PEOPLE, EVENTS, BACKGROUND]
SEEDS = st.integers(0, 10**6)


def quick(chance: Random) -> int:
    """How long most calls take."""
    return chance.randint(60, 400)


def quick_with_slow_ones(chance: Random) -> int:
    """How long calls take where a few take very long."""
    return quick(chance) if chance.random() < 0.97 else chance.randint(3_000, 20_000)


# Thousands of callers


@given(SEEDS)
@settings(max_examples=5)
@pytest.mark.promise("shared-limits")
def test_whoever_wants_far_more_than_there_is_gets_all_there_is_and_is_hardly_ever_refused(
    seed: int,
) -> None:
    crowd = Crowd(seed)
    crowd.come("people", PEOPLE, a_minute=200)
    crowd.run(minutes=60)

    assert crowd.served["people"] >= 60 * 60 * 0.97
    assert crowd.refused("minute") <= 5
    assert crowd.refused("minute", after_minutes=5) <= 2
    assert crowd.refused("concurrent", after_minutes=5) <= 10


@given(st.integers(0, MINUTE - 1) | st.integers(0, 3_000), st.sampled_from([quick, None]))
@settings(max_examples=12)
@pytest.mark.promise("shared-limits")
def test_whenever_xeros_minute_begins_no_part_of_it_is_lost_for_long(
    after: int, durations: object
) -> None:
    crowd = Crowd(1, **({"durations": durations} if durations else {}))  # type: ignore[arg-type]
    # The first call is a guess at the beginning; the minute begins so much later.
    crowd.xero.phase = -crowd.now - after
    crowd.come("people", PEOPLE, a_minute=60)
    crowd.work("background", BACKGROUND, workers=4)
    crowd.run(minutes=3)
    before = crowd.calls
    crowd.run(minutes=17)

    assert crowd.calls - before >= 17 * 60 * 0.95
    assert crowd.refused("minute") <= 5


@given(SEEDS, st.sampled_from([quick, quick_with_slow_ones]))
@settings(max_examples=5)
@pytest.mark.promise("shared-limits")
def test_a_few_slow_calls_do_not_hold_up_the_others(seed: int, durations: object) -> None:
    crowd = Crowd(seed, durations=durations)  # type: ignore[arg-type]
    crowd.come("people", PEOPLE, a_minute=40)
    crowd.run(minutes=60)

    assert crowd.waited("people", 0.9) <= 1_500
    assert len(crowd.xero.refusals) <= 5
    assert crowd.put_off.total() <= crowd.served.total() * 0.03


@given(SEEDS, st.sampled_from([20, 60, 200]), st.sampled_from([0, 4]))
@settings(max_examples=6)
@pytest.mark.promise("shared-limits")
def test_a_call_costs_one_write_to_the_table(seed: int, people: int, workers: int) -> None:
    crowd = Crowd(seed)
    crowd.come("people", PEOPLE, a_minute=people)
    crowd.work("background", BACKGROUND, workers=workers)
    crowd.run(minutes=60)

    booked = crowd.limits.writes - crowd.limits.in_vain - crowd.lessons
    assert booked <= crowd.calls * 1.01
    # One answer in thirty or so shows something that was not known; two came at once as often.
    assert crowd.lessons <= crowd.calls * 0.04
    assert crowd.limits.in_vain <= crowd.calls * 0.06


@given(SEEDS, st.sampled_from([0, 10]))
@settings(max_examples=5)
@pytest.mark.promise("reserve")
def test_people_are_served_while_the_background_takes_all_it_can_get(
    seed: int, others: int
) -> None:
    crowd = Crowd(seed)
    crowd.come("people", PEOPLE, a_minute=10)
    crowd.work("background", BACKGROUND, workers=20)
    if others:
        crowd.others(a_minute=others)
    crowd.run(minutes=60)

    assert crowd.put_off["people", "minute"] == 0
    assert crowd.waited("people", 0.95) <= 4_000
    assert crowd.served["background"] >= 60 * 25
    assert crowd.refused("minute", after_minutes=5) <= 3


@given(SEEDS)
@settings(max_examples=4)
@pytest.mark.promise("reserve")
def test_a_burst_of_requests_leaves_room_for_people_and_the_background_for_both(seed: int) -> None:
    crowd = Crowd(seed, durations=quick)
    crowd.come("people", PEOPLE, a_minute=5)
    # As many at once as the queue hands over.
    crowd.work("events", EVENTS, workers=2, patience=25_000)
    crowd.work("background", BACKGROUND, workers=20)
    crowd.run(minutes=60)

    assert crowd.put_off["people", "minute"] == 0
    assert crowd.waited("people", 0.95) <= 2_000
    # Of each minute at least what the background has to leave.
    assert crowd.served["events"] >= 60 * 9
    assert len(crowd.xero.refusals) <= 5


@given(SEEDS, st.sampled_from([5, 15, 25]))
@settings(max_examples=5)
@pytest.mark.promise("shared-limits")
def test_what_another_program_uses_of_the_minute_is_learned_from_the_answers(
    seed: int, others: int
) -> None:
    crowd = Crowd(seed, durations=quick)
    crowd.others(a_minute=others)
    crowd.come("people", PEOPLE, a_minute=20)
    crowd.work("background", BACKGROUND, workers=4)
    crowd.run(minutes=60)

    # It may take the very last call of a minute between the table and Xero.
    assert crowd.refused("minute", after_minutes=5) <= 5
    assert crowd.served.total() >= 60 * (60 - others) * 0.6


def nobody(crowd: Crowd) -> None:
    """Leave everything to us."""


def steadily(crowd: Crowd) -> None:
    """Have another program take a quarter of it."""
    crowd.others(a_minute=15)


def in_bursts(crowd: Crowd) -> None:
    """Have another program take a third of a minute within seconds, and four of five at once."""
    crowd.bursts_of_others(20, every_minutes=2)


def for_a_while(crowd: Crowd) -> None:
    """Have another program begin and end."""
    crowd.others(a_minute=15, from_minute=20, to_minute=40)


@pytest.mark.parametrize(
    ("another", "minute", "at_once", "served"),
    [
        (nobody, 0, 3, 3_560),
        (steadily, 2, 5, 2_600),
        (in_bursts, 4, 14, 2_300),
        (for_a_while, 1, 4, 3_150),
    ],
)
@pytest.mark.promise("shared-limits")
def test_callers_who_want_far_more_than_there_is_are_refused_a_handful_of_times_an_hour(
    another: Callable[[Crowd], None], minute: int, at_once: int, served: int
) -> None:
    """The figures are those of an hour, on average of some."""
    hours = [Crowd(seed) for seed in range(5)]
    for crowd in hours:
        another(crowd)
        crowd.come("people", PEOPLE, a_minute=200)
        crowd.run(minutes=60)

    assert sum(crowd.refused("minute") for crowd in hours) <= minute * len(hours)
    assert sum(crowd.refused("concurrent") for crowd in hours) <= at_once * len(hours)
    assert sum(crowd.served["people"] for crowd in hours) >= served * len(hours)


@pytest.mark.parametrize("others", [0, 15])
@pytest.mark.promise("shared-limits")
def test_an_organisation_that_may_call_more_is_known_to_and_others_in_it_are_counted_all_the_same(
    others: int,
) -> None:
    crowd = Crowd(1, durations=quick)
    crowd.xero.minute, crowd.xero.at_once = 100_000, 50
    if others:
        crowd.others(a_minute=others)
    crowd.come("people", PEOPLE, a_minute=200)
    crowd.run(minutes=60)

    assert crowd.xero.refusals == []
    assert crowd.limits.row
    assert crowd.limits.row.minute_limit == 100_000
    assert 0 <= crowd.limits.row.others <= 2 * others


@given(SEEDS)
@settings(max_examples=4)
@pytest.mark.promise("reserve")
def test_of_a_day_nearly_spent_a_hundred_calls_are_left_to_people(seed: int) -> None:
    crowd = Crowd(seed, durations=quick, day=1_000)
    crowd.work("events", EVENTS, workers=2)
    crowd.work("background", BACKGROUND, workers=6)
    crowd.run(minutes=50)

    # The first few calls are made before an answer tells of the day.
    assert 40 <= crowd.xero.day <= 50
    assert crowd.put_off["background", "day"] > 0
    assert crowd.put_off["events", "day"] > 0
    assert crowd.refused("day") == 0
    crowd.come("people", PEOPLE, a_minute=10)
    crowd.run(minutes=4)
    assert crowd.served["people"] >= 20


@given(SEEDS)
@settings(max_examples=3)
@pytest.mark.promise("shared-limits")
def test_a_spent_day_is_not_asked_about_until_it_ends(seed: int) -> None:
    crowd = Crowd(seed, durations=quick, day=100)
    crowd.come("people", PEOPLE, a_minute=30)
    crowd.run(minutes=50)

    assert crowd.refused("day") <= 2
    assert crowd.put_off["people", "day"] > 1_000


# One caller


def book(
    row: Row | None, share: Share = PEOPLE, *, app: App | None = None, patience: int = 20_000
) -> Booking | Wait:
    return plan(row, app or App(), share, now=NOW, latest=NOW + patience)


@pytest.mark.parametrize(
    ("row", "start"),
    [
        (None, NOW),
        (ROW, NOW),
        (replace(ROW, next_start=NOW + 700), NOW + 700),
        # a minute that is used up, and over when the call begins
        (replace(ROW, minute_left=0, minute_end=NOW), NOW),
        (replace(ROW, minute_left=0, minute_end=NOW + 600, next_start=NOW + 700), NOW + 700),
        # a day of which nothing is known any more
        (replace(ROW, day_left=0, day_until=NOW), NOW),
    ],
)
def test_a_call_begins_when_the_timetable_has_a_place(row: Row | None, start: int) -> None:
    booking = book(row)

    assert isinstance(booking, Booking)
    assert booking.start == start
    assert booking.row.next_start == start + booking.row.spacing


@pytest.mark.parametrize(
    ("row", "app", "wait"),
    [
        (replace(ROW, minute_left=0), App(), Wait(NOW + 30_000, "minute")),
        (replace(ROW, minute_left=3, care=3), App(), Wait(NOW + 30_000, "minute")),
        (replace(ROW, minute_left=9, others=6, care=3), App(), Wait(NOW + 30_000, "minute")),
        (replace(ROW, day_until=NOW + 999), App(), Wait(NOW + 999, "day")),
        (ROW, App(closed_until=NOW + 9), Wait(NOW + 9, "app")),
        (replace(ROW, next_start=NOW + 20_001), App(), Wait(NOW + 20_001, "concurrent")),
    ],
)
def test_a_limit_that_is_used_up_is_named_with_its_end(row: Row, app: App, wait: Wait) -> None:
    assert book(row, app=app) == wait


@pytest.mark.parametrize(
    ("left", "day", "may"),
    [
        (21, 101, [True, True, True]),
        (20, 101, [True, True, False]),
        (21, 100, [True, True, False]),
        (11, 51, [True, True, False]),
        (10, 51, [True, False, False]),
        (11, 50, [True, False, False]),
        (1, 1, [True, False, False]),
        (0, 1, [False, False, False]),
        (1, 0, [False, False, False]),
    ],
)
@pytest.mark.promise("reserve")
def test_each_leaves_its_part_to_those_before_it(left: int, day: int, may: list[bool]) -> None:
    row = replace(ROW, minute_left=left, day_left=day, day_until=NOW + 1)

    assert [isinstance(book(row, share), Booking) for share in SHARES] == may


@pytest.mark.promise("reserve")
def test_the_background_books_a_second_ahead_and_keeps_off_an_app_that_is_nearly_spent() -> None:
    row = replace(ROW, next_start=NOW + 1_500)

    assert [isinstance(book(row, share), Booking) for share in SHARES] == [True, True, False]
    assert book(row, BACKGROUND) == Wait(NOW + 500, "concurrent")
    scarce = App(scarce_until=NOW + 9)
    assert isinstance(book(ROW, app=scarce), Booking)
    assert book(ROW, BACKGROUND, app=scarce) == Wait(NOW + 9, "app")


@pytest.mark.parametrize(
    ("row", "after"),
    [
        # the same minute
        (replace(ROW, minute_left=7), replace(ROW, minute_left=6)),
        # its last two seconds, which may be the next one's first
        (
            replace(ROW, minute_left=7, minute_end=NOW + 2_000),
            replace(ROW, minute_left=6, minute_end=NOW + 2_000, late=1),
        ),
        # the next minute, in which those count, and a later one, in which they do not
        (
            replace(ROW, minute_end=NOW, late=4, others=9, care=3),
            replace(ROW, minute_end=NOW + MINUTE, minute_left=55, care=3),
        ),
        (
            replace(ROW, minute_end=NOW - 5 * MINUTE - 1, late=4, others=9, care=3),
            replace(ROW, minute_end=NOW + MINUTE - 1, minute_left=59, care=1),
        ),
        (
            replace(ROW, minute_end=NOW - 60 * MINUTE, care=3),
            replace(ROW, minute_end=NOW + MINUTE, minute_left=59),
        ),
        # no minute known
        (replace(ROW, minute_end=0), replace(ROW, minute_end=NOW + MINUTE, minute_left=59)),
        # a day that is known
        (
            replace(ROW, day_left=5, day_until=NOW + 1),
            replace(ROW, minute_left=59, day_left=4, day_until=NOW + 1),
        ),
    ],
)
def test_a_booking_leaves_the_row_as_it_says(row: Row, after: Row) -> None:
    booking = book(row)
    assert isinstance(booking, Booking)
    limits = Limits(row)

    assert limits.write(booking.write).done
    assert limits.row == booking.row
    assert booking.row == replace(after, next_start=NOW + row.spacing)


ROWS = st.builds(
    Row,
    minute_left=st.integers(-5, 60),
    minute_end=st.integers(NOW - 3 * MINUTE, NOW + MINUTE),
    late=st.integers(0, 5),
    others=st.integers(-5, 40),
    day_left=st.integers(0, 200),
    day_until=st.integers(NOW - 5, NOW + 5),
    care=st.integers(0, 3),
    next_start=st.integers(NOW - 500, NOW + 5_000),
    spacing=st.integers(20, 4_000),
)


@given(ROWS, st.sampled_from(SHARES), st.lists(st.sampled_from(SHARES), max_size=8))
@pytest.mark.promise("shared-limits")
def test_a_booking_on_a_row_that_others_have_changed_is_as_good_as_new_or_not_made(
    row: Row, share: Share, quicker: list[Share]
) -> None:
    mine = book(row, share)
    limits = Limits(row)
    for other in quicker:
        theirs = book(limits.row, other)
        if isinstance(theirs, Booking):
            limits.write(theirs.write)
    if isinstance(mine, Wait):
        return
    done, met = limits.write(mine.write)

    if done:
        assert met is not None
        again = book(met, share)
        assert isinstance(again, Booking)
        assert limits.row == again.row
