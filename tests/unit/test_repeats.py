# SPDX-License-Identifier: Apache-2.0
"""Which of the events that Xero numbered nobody received."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.repeats import MARK_SECONDS, Marks
from xero_connection.webhooks import missed_entry, read_delivery

from tests.unit.books import START
from tests.unit.world import World, body_of


def missed(world: World, *sequences: range) -> list[range]:
    """Return what each of the deliveries shows to be missed."""
    return [world.marks.missed_before(one, until=world.now + 1) for one in sequences]


@pytest.mark.promise("sequence-gap")
def test_a_gap_between_two_deliveries_is_what_was_missed() -> None:
    found = missed(World(), range(1, 4), range(4, 6), range(9, 10), range(10, 11))

    assert [[*one] for one in found] == [[], [], [6, 7, 8], []]


@pytest.mark.parametrize(
    "sequences",
    [
        # the first one ever shows nothing
        [range(100, 103)],
        # repeated, late, overlapping
        [range(1, 4), range(1, 4)],
        [range(5, 8), range(1, 4)],
        [range(1, 4), range(3, 6)],
        [range(1, 9), range(3, 6), range(9, 10)],
        # without events, as Xero's intent to receive, or without a number
        [range(1, 4), range(0), range(4, 5)],
    ],
)
@pytest.mark.promise("sequence-gap")
def test_what_was_received_is_not_missed(sequences: Sequence[range]) -> None:
    assert not [one for one in missed(World(), *sequences) if one]


@pytest.mark.promise("sequence-gap")
def test_a_gap_is_told_once() -> None:
    found = missed(World(), range(1, 4), range(9, 10), range(9, 10), range(4, 9))

    assert [len(one) for one in found] == [0, 5, 0, 0]


def test_a_table_that_is_down_misses_nothing_and_what_it_was_not_told_is_looked_for() -> None:
    world = World()
    missed(world, range(1, 4))
    world.table_down = True
    assert missed(world, range(4, 6)) == [range(0)]

    world.table_down = False
    assert missed(world, range(6, 7)) == [range(4, 6)]


def test_a_number_is_kept_as_long_as_a_mark_and_no_event_costs_no_call() -> None:
    class Table(World):
        def advance(self, key: str, number: int, *, expires_at: int, until: float) -> int | None:
            assert (key, number, until) == ("event#sequence", 7, 5)
            assert expires_at == 1000 + MARK_SECONDS
            return 3

    marks = Marks(Table(), now=lambda: 1000.9)
    assert marks.missed_before(range(6, 8), until=5) == range(4, 6)
    assert marks.missed_before(range(0), until=5) == range(0)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5)), max_size=12))
@pytest.mark.promise("sequence-gap")
def test_whatever_comes_in_whatever_order_no_gap_is_left_untold(
    deliveries: list[tuple[int, int]],
) -> None:
    world = World()
    received, told = set[int](), set[int]()
    for first, count in deliveries:
        sequence = range(first, first + count)
        (gap,) = missed(world, sequence)
        assert not received & set(gap), "told to be missed and received before"
        received |= set(sequence)
        told |= set(gap)
    if received:
        begun = next(first for first, count in deliveries if count)
        assert set(range(begun, max(received) + 1)) <= received | told


@given(st.integers(0, 2**63), st.integers(0, 2**63))
def test_numbers_beyond_any_of_xeros_are_counted_all_the_same(one: int, other: int) -> None:
    world = World()
    for first in (one, other):
        body = body_of("a").replace(b'Sequence": 1', b'Sequence": %d' % first)
        (gap,) = missed(world, read_delivery(body).sequence)
        if gap:
            assert len(gap) == gap.stop - gap.start > 0
            assert missed_entry(gap.start, gap.stop, now=START)["DetailType"].isascii()
