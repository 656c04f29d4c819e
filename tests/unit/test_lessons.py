# SPDX-License-Identifier: Apache-2.0
"""What an answer teaches about the limits: nothing where it says what was believed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.booking import Ticket
from xero_connection.lessons import Said, lessons
from xero_connection.limits import MINUTE, App, Row

from tests.unit.ledger import Limits

NOW = 1_800_000_000_000
HOUR = 60 * MINUTE
BOOKED = Row(
    minute_left=40,
    minute_end=NOW + 30_000,
    day_left=900,
    day_until=NOW + HOUR,
    next_start=NOW + 250,
    doubt=0,
)


def learned(
    said: Said,
    row: Row = BOOKED,
    *,
    took: int = 200,
    since: Row | None = None,
    app: App | None = None,
) -> tuple[Row | None, App, int]:
    """Return the rows after an answer, and how many writes it cost.

    Args:
        said: the answer.
        row: as it was when the call was booked.
        took: milliseconds until it came.
        since: the row as it is when it comes, where others have changed it.
        app: the app's row.
    """
    app = app or App()
    limits = Limits(since or row, app)
    ticket = Ticket(tenant_id="an-organisation", start=NOW, row=row, app=app)
    for write in lessons(ticket, said, ended=NOW + took):
        limits.write(write)
    return limits.row, limits.app, limits.writes


@pytest.mark.parametrize(
    "said",
    [
        Said(),
        Said(minute=40, day=900, app=9_000),
        # what had begun before it, and came to Xero after it
        Said(minute=45, day=904),
        # what another program used, and what one more write would not be worth
        Said(minute=35, day=851),
        Said(minute=40, day=950),
    ],
)
@pytest.mark.promise("shared-limits")
def test_an_answer_that_says_what_is_known_costs_no_write(said: Said) -> None:
    assert learned(said) == (BOOKED, App(), 0)


def test_of_a_minute_spent_by_others_no_more_is_used_and_a_little_left_alone() -> None:
    row, _, writes = learned(Said(minute=30), since=replace(BOOKED, minute_left=37))

    # Ten calls, and as many as there may have been while the answer was on its way.
    assert row == replace(BOOKED, minute_left=37, others=11, care=6)
    assert (row.free, writes) == (26, 1)


@pytest.mark.parametrize(("left", "seconds"), [(26, 30), (25, 5.2), (0, 5.2)])
def test_before_xero_has_said_when_its_minute_ends_little_left_is_taken_for_its_rest(
    left: int, seconds: float
) -> None:
    unsure = replace(BOOKED, doubt=3)
    row, _, _ = learned(Said(minute=left), unsure)

    assert row
    assert row.free == left
    end = NOW + round(seconds * 1000)
    doubt = 3 if seconds == 30 else 2
    assert row == replace(unsure, others=40 - left, minute_end=end, doubt=doubt)


@pytest.mark.parametrize(("left", "believed", "changes"), [(8, 11, True), (30, 34, False)])
def test_the_last_calls_of_a_minute_are_counted_exactly(
    left: int, believed: int, changes: bool
) -> None:
    row, _, _ = learned(Said(minute=left), replace(BOOKED, minute_left=believed))

    assert row is not None
    assert (row.free < believed) is changes


def test_an_answer_that_was_long_on_its_way_says_less() -> None:
    assert learned(Said(minute=30), took=3_000, row=replace(BOOKED, spacing=700))[2] == 1
    assert learned(Said(minute=30), took=3_000, row=replace(BOOKED, spacing=250))[0] == replace(
        BOOKED, spacing=312
    )


def test_a_new_minute_is_known_by_what_is_left_of_it_and_ends_a_minute_later() -> None:
    row, _, _ = learned(Said(minute=58), replace(BOOKED, late=2, doubt=12))

    assert row == replace(BOOKED, minute_left=58, minute_end=NOW + 200 + MINUTE, late=0)


def test_more_than_was_believed_in_the_same_minute_leaves_its_end_alone() -> None:
    row, _, _ = learned(Said(minute=49))

    assert row == replace(BOOKED, others=-9)
    assert row.free == 49


def test_at_the_very_end_of_a_minute_an_answer_may_speak_of_the_next_one() -> None:
    ending = replace(BOOKED, minute_end=NOW + 1_999)

    assert learned(Said(minute=59), ending) == (ending, App(), 0)


def test_a_limit_above_xeros_own_is_learned() -> None:
    row, _, _ = learned(Said(minute=99_999))

    assert row is not None
    assert (row.minute_left, row.minute_limit, row.others) == (99_999, 100_000, 0)


def test_of_many_answers_with_the_same_news_the_first_is_learned_from() -> None:
    limits = Limits(replace(BOOKED, minute_left=36))
    for believed in range(40, 36, -1):
        booked = replace(BOOKED, minute_left=believed)
        ticket = Ticket(tenant_id="an-organisation", start=NOW, row=booked, app=App())
        for write in lessons(ticket, Said(minute=believed - 10), ended=NOW + 100):
            limits.write(write)

    assert limits.row is not None
    assert (limits.row.free, limits.in_vain) == (36 - 11, 3)


@given(st.permutations([(40, 30), (39, 27), (38, 21), (37, 12), (36, 11)]))
def test_in_whatever_order_answers_come_what_others_have_used_is_the_same(
    answers: list[tuple[int, int]],
) -> None:
    limits = Limits(replace(BOOKED, minute_left=36))
    for left, said in answers:
        booked = replace(BOOKED, minute_left=left)
        ticket = Ticket(tenant_id="an-organisation", start=NOW, row=booked, app=App())
        for write in lessons(ticket, Said(minute=said), ended=NOW + 100):
            limits.write(write)

    # The last two showed twenty-five, and one more that may have been.
    assert limits.row == replace(BOOKED, minute_left=36, others=26, care=10)


def test_programs_that_made_more_calls_are_left_more_of_the_minutes_to_come() -> None:
    cares = [learned(Said(minute=left)) for left in (33, 20, 0)]

    assert [row.care for row, _, _ in cares if row] == [6, 9, 14]
    # What was learned in a busier minute is not forgotten in a quieter one.
    row, _, _ = learned(Said(minute=20), replace(BOOKED, care=12))
    assert row
    assert row.care == 12


@pytest.mark.promise("shared-limits")
def test_a_refusal_says_exactly_when_the_minute_ends() -> None:
    spent = Said(refused="minute", retry_after=27, minute=0, day=900)
    row, _, _ = learned(spent)

    assert row == replace(BOOKED, minute_left=0, minute_end=NOW + 27_200, refused=NOW + 200, care=4)
    # The others that were refused with it say it once more, and nobody writes it down.
    assert learned(spent, since=row)[0] == row


def test_a_refused_day_is_over_when_xero_says() -> None:
    row, _, _ = learned(Said(refused="day", retry_after=3_000, day=0))

    assert row == replace(BOOKED, day_left=0, day_until=NOW + 3_000_200)


@pytest.mark.parametrize(
    ("row", "day"),
    [
        # not known yet, not any more, less than was believed, and a new day
        (replace(BOOKED, day_left=0, day_until=0), 4_900),
        (replace(BOOKED, day_until=NOW), 899),
        (BOOKED, 849),
        (replace(BOOKED, day_left=20), 14),
        (BOOKED, 5_000),
    ],
)
def test_what_is_left_of_the_day_is_believed_for_an_hour(row: Row, day: int) -> None:
    assert learned(Said(day=day), row)[0] == replace(row, day_left=day, day_until=NOW + 200 + HOUR)


@pytest.mark.parametrize(
    ("said", "took", "spacing"),
    [
        (Said(), 1_250, 250),
        (Said(), 1_260, 312),
        (Said(), 20_000, 312),
        (Said(refused="concurrent", retry_after=1), 20, 500),
        (Said(refused="app", retry_after=1), 20_000, 250),
    ],
)
def test_calls_that_overlap_too_much_are_moved_apart(said: Said, took: int, spacing: int) -> None:
    row, _, _ = learned(said, took=took)
    again, _, _ = learned(said, took=took, since=row)

    assert row is not None
    assert row.spacing == spacing
    # Of two that were as slow at once one counts.
    assert again == row


def test_calls_are_never_further_apart_than_four_seconds() -> None:
    row, _, _ = learned(Said(refused="concurrent"), replace(BOOKED, spacing=3_900))

    assert row is not None
    assert row.spacing == 4_000


@pytest.mark.promise("shared-limits")
def test_the_apps_own_minute_closes_every_organisation() -> None:
    _, app, _ = learned(Said(refused="app", retry_after=9))

    assert app == App(closed_until=NOW + 9_200)


def test_an_app_whose_minute_is_nearly_spent_is_left_to_people_for_a_while() -> None:
    _, app, writes = learned(Said(minute=40, day=900, app=499))

    assert (app, writes) == (App(scarce_until=NOW + 15_200), 1)
    assert learned(Said(minute=40, day=900, app=499), app=app)[2] == 0


@given(
    st.builds(
        Said,
        minute=st.none() | st.integers(0, 10**9),
        day=st.none() | st.integers(0, 10**9),
        app=st.none() | st.integers(0, 10**9),
        refused=st.none() | st.sampled_from(["minute", "day", "app", "concurrent"]),
        retry_after=st.floats(0, 10**9),
    ),
    st.integers(0, 60_000),
)
def test_whatever_an_answer_says_it_costs_two_writes_at_the_most(said: Said, took: int) -> None:
    row, _, writes = learned(said, took=took)

    assert row is not None
    assert writes <= 2
