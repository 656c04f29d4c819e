# SPDX-License-Identifier: Apache-2.0
"""How a call gets its place: what is read and written, what is waited for, and what is given up."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from xero_connection.booking import Look, Pause, Ticket, entering
from xero_connection.errors import RateLimitedError
from xero_connection.limits import BACKGROUND, PEOPLE, App, Booking, Row, Share, plan

from tests.unit.ledger import Limits

NOW = 1_800_000_000_000
ROW = Row(minute_end=NOW + 30_000, next_start=NOW - 1, minute_left=40)


@dataclass
class Table:
    """Carries steps out, and lets others come in between."""

    limits: Limits
    now: int = NOW
    pauses: list[float] = field(default_factory=list)
    before_write: Callable[[], None] = lambda: None
    before_pause: Callable[[], None] = lambda: None

    def enter(
        self, share: Share = PEOPLE, *, patience: int = 20_000, took: int | None = None
    ) -> Ticket:
        """Take all steps."""
        steps = entering(
            "an-organisation",
            share,
            now=lambda: self.now,
            latest=self.now + patience,
            took=took,
            chance=lambda: 0.5,
        )
        answer: Any = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration as end:
                ticket: Ticket = end.value
                return ticket
            answer = None
            if isinstance(step, Pause):
                self.before_pause()
                self.pauses.append(step.seconds)
                self.now += round(step.seconds * 1000)
            elif isinstance(step, Look):
                answer = (self.limits.row, self.limits.app)
            else:
                self.before_write()
                answer = self.limits.write(step)

    def other_first(self) -> None:
        """Have another call be booked, if nothing has been yet."""
        if self.limits.writes:
            return
        booking = plan(self.limits.row, App(), PEOPLE, now=self.now, latest=self.now + 60_000)
        assert isinstance(booking, Booking)
        self.limits.write(booking.write)


@pytest.mark.parametrize("row", [None, ROW])
@pytest.mark.promise("shared-limits")
def test_a_call_alone_begins_at_once_and_costs_one_write(row: Row | None) -> None:
    table = Table(Limits(row))
    ticket = table.enter()

    assert (ticket.start, table.pauses, table.limits.writes) == (NOW, [], 1)
    assert ticket.row == table.limits.row


def test_each_of_many_that_come_together_has_a_place_of_its_own() -> None:
    limits = Limits()
    starts = [Table(limits).enter().start for _ in range(10)]

    assert starts == [NOW + 250 * place for place in range(10)]
    assert (limits.writes, limits.in_vain) == (10, 0)


@pytest.mark.parametrize("row", [None, ROW, replace(ROW, minute_end=NOW)])
def test_who_was_not_quick_enough_takes_the_next_place(row: Row | None) -> None:
    table = Table(Limits(row))
    table.before_write = table.other_first
    ticket = table.enter()

    assert ticket.start == NOW + 250
    assert (table.limits.writes, table.limits.in_vain) == (3, 1)


def test_who_is_quick_enough_has_the_place_that_is_then_next() -> None:
    table = Table(Limits(replace(ROW, next_start=NOW + 10)))
    table.before_write = table.other_first
    ticket = table.enter()

    assert ticket.start == NOW + 260
    assert table.limits.in_vain == 0
    assert ticket.row == table.limits.row


def test_who_is_never_quick_enough_is_told_to_come_again() -> None:
    table = Table(Limits(ROW))

    def quicker() -> None:
        assert table.limits.row
        table.limits.row = replace(table.limits.row, minute_end=table.limits.row.minute_end + 1)

    table.before_write = quicker
    with pytest.raises(RateLimitedError) as limited:
        table.enter()
    assert limited.value.details == {"limit": "concurrent"}
    assert limited.value.retry_after == 1


def test_a_row_that_the_table_has_forgotten_is_made_again() -> None:
    table = Table(Limits(ROW))

    def forget() -> None:
        if not table.limits.writes:
            table.limits.row = None

    table.before_write = forget

    assert table.enter().start == NOW
    assert table.limits.row is not None


@pytest.mark.promise("shared-limits")
def test_a_minute_that_is_used_up_is_waited_for_without_a_write() -> None:
    table = Table(Limits(replace(ROW, minute_left=0, minute_end=NOW + 9_000)))
    ticket = table.enter()

    # Not all that wait come in its first instant.
    assert table.pauses == [10.0]
    assert ticket.start == NOW + 10_000
    assert (table.limits.writes, ticket.row.minute_left) == (1, 59)


@pytest.mark.parametrize(
    ("row", "app", "limit", "seconds"),
    [
        (replace(ROW, minute_left=0), App(), "minute", 30),
        (replace(ROW, day_left=0, day_until=NOW + 3_000_500), App(), "day", 3_001),
        (ROW, App(closed_until=NOW + 20_001), "app", 21),
        (replace(ROW, next_start=NOW + 20_001), App(), "concurrent", 21),
    ],
)
@pytest.mark.promise("shared-limits")
def test_who_would_wait_too_long_is_told_the_limit_and_the_seconds(
    row: Row, app: App, limit: str, seconds: float
) -> None:
    table = Table(Limits(row, app))
    with pytest.raises(RateLimitedError) as limited:
        table.enter()

    assert limited.value.details == {"limit": limit}
    assert limited.value.retry_after == seconds
    assert (table.limits.row, table.limits.writes, table.pauses) == (row, 0, [])


@pytest.mark.parametrize("patience", [0, -5_000])
def test_without_any_time_a_call_that_may_begin_begins(patience: int) -> None:
    assert Table(Limits(ROW)).enter(patience=patience).start == NOW
    with pytest.raises(RateLimitedError):
        Table(Limits(replace(ROW, next_start=NOW + 1))).enter(patience=patience)


def test_the_background_waits_until_its_place_is_near() -> None:
    table = Table(Limits(replace(ROW, next_start=NOW + 5_000)))
    ticket = table.enter(BACKGROUND)

    # Half of the second that it books ahead, by the throw of the dice.
    assert table.pauses == [4.5, 0.5]
    assert ticket.start == NOW + 5_000


@pytest.mark.parametrize(
    ("spacing", "took", "after"),
    [
        (250, None, 250),
        (250, 1_000, 250),
        # slowly nearer, at once apart, and never by much
        (250, 100, 242),
        (21, 0, 20),
        (250, 1_200, 300),
        (250, 20_000, 312),
        (4_000, 60_000, 4_000),
    ],
)
def test_the_spacing_follows_what_calls_take(spacing: int, took: int | None, after: int) -> None:
    ticket = Table(Limits(replace(ROW, spacing=spacing))).enter(took=took)

    assert ticket.row.spacing == after


def test_one_call_fewer_at_once_is_made_beside_another_program() -> None:
    ticket = Table(Limits(replace(ROW, care=1))).enter(took=900)

    assert ticket.row.spacing == 300


# Places that were waited for


AHEAD = replace(ROW, next_start=NOW + 5_000, minute_left=3)


def entered(after: Row, **how: Any) -> tuple[Ticket, Table]:
    """Return the ticket of a call that waits five seconds, while the row becomes another."""
    table = Table(Limits(AHEAD))

    def change() -> None:
        if len(table.pauses) == 0:
            table.limits.row = after

    table.before_pause = change
    return table.enter(**how), table


@pytest.mark.promise("shared-limits")
def test_a_place_is_kept_where_nothing_was_learned_meanwhile() -> None:
    ticket, table = entered(replace(AHEAD, minute_left=0, next_start=NOW + 9_000))

    assert ticket.start == NOW + 5_000
    assert (table.limits.writes, ticket.row.minute_left) == (1, 2)


def test_a_place_that_others_have_come_nearer_to_is_kept_and_known_to_be_so() -> None:
    ticket, _ = entered(replace(AHEAD, minute_left=0, others=2))

    assert (ticket.row.minute_left, ticket.row.others) == (2, 2)


def test_what_was_learned_of_the_day_while_a_call_waited_for_its_place_is_known_to_it() -> None:
    # Two calls were booked after it.
    corrected = replace(AHEAD, minute_left=0, day_left=700, day_until=NOW + 9_000_000)
    ticket, _ = entered(corrected)

    assert (ticket.row.day_left, ticket.row.day_until) == (702, NOW + 9_000_000)


@pytest.mark.parametrize(
    "after",
    [
        # others took it, or are likely to, or Xero refused somebody
        replace(AHEAD, minute_left=2, others=3),
        replace(AHEAD, minute_left=2, others=1, care=2),
        replace(AHEAD, minute_left=0, minute_end=NOW + 8_000, refused=NOW + 100),
    ],
)
@pytest.mark.promise("shared-limits")
def test_a_place_that_there_is_no_more_is_given_up_for_one_in_the_next_minute(after: Row) -> None:
    ticket, table = entered(after, patience=40_000)

    assert ticket.start == after.minute_end + 1_000
    assert table.limits.writes == 2


@pytest.mark.parametrize(
    "after",
    [
        # the table has moved on to the next minute, in which this call has no part
        replace(AHEAD, minute_end=AHEAD.minute_end + 60_000, others=50),
        # what was refused is over
        replace(AHEAD, minute_left=0, minute_end=NOW + 4_000, refused=NOW + 100),
        None,
    ],
)
def test_a_place_in_a_minute_of_which_the_table_says_nothing_is_kept(after: Any) -> None:
    ticket, _ = entered(after)

    assert ticket.start == NOW + 5_000
