# SPDX-License-Identifier: Apache-2.0
"""What work in the background leaves of Xero's limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.limits import background_pause


@pytest.mark.parametrize(
    ("remaining", "pause"),
    [
        ({}, 0.0),
        ({"minute_remaining": 60, "day_remaining": 1000}, 0.0),
        ({"minute_remaining": 20, "day_remaining": 100}, 0.0),
        ({"minute_remaining": 19, "day_remaining": 100}, 5.0),
        ({"minute_remaining": 10}, 5.0),
        ({"minute_remaining": 9}, 30.0),
        ({"minute_remaining": 0}, 30.0),
        ({"minute_remaining": 60, "day_remaining": 99}, None),
        ({"day_remaining": 0}, None),
    ],
)
@pytest.mark.promise("reserve")
def test_it_slows_down_and_stops_before_the_limits_are_used_up(
    remaining: dict[str, int], pause: float | None
) -> None:
    assert background_pause(remaining) == pause


@given(st.integers(1, 4), st.integers(20, 60), st.integers(0, 2000))
@pytest.mark.promise("reserve")
def test_of_a_minute_some_is_left_to_others_however_many_work_at_once(
    workers: int, left: int, shift: int
) -> None:
    """Each makes its next call as soon as it may; Xero takes some tenths of a second to answer."""
    due = [number * shift / 1000 for number in range(workers)]
    while min(due) < 60:
        worker = due.index(min(due))
        left -= 1
        pause = background_pause({"minute_remaining": left})
        assert pause is not None
        due[worker] += pause + 0.3

    assert left >= 2
