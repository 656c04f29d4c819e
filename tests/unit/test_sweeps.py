# SPDX-License-Identifier: Apache-2.0
"""How far a sweep has come after any answer of Xero's."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.errors import UnavailableError
from xero_connection.resources import RESOURCES
from xero_connection.sweeps import (
    Cursor,
    Step,
    cursor_key,
    kept_cursor,
    step,
    without_baseline,
)

from tests.unit.books import JSON

INVOICES = RESOURCES["invoices"]
QUOTES = RESOURCES["quotes"]
ITEMS = RESOURCES["items"]
NOW = datetime(2026, 11, 22, 1, 15, 39, 902_000, tzinfo=UTC)
SINCE = Cursor(since="2026-11-22T00:00:00")
PAGES = Cursor(since="2026-11-22T00:00:00", page=2, paged_at="2026-11-22T00:30:00Z")
DATES = st.sampled_from(
    [
        "2026-11-22T01:15:39Z",
        "2026-11-22T01:15:39.902Z",
        "2026-11-22T01:15:39+13:00",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "/Date(99999999999999999+0000)/",
        "yesterday",
    ]
)


def invoices(*dates: Any) -> list[dict[str, Any]]:
    """Return invoices with these dates of change."""
    return [
        {"InvoiceID": str(UUID(int=number)), "UpdatedDateUTC": date}
        for number, date in enumerate(dates)
    ]


def answer(records: Sequence[Any], **more: Any) -> dict[str, Any]:
    return {"DateTimeUTC": "2026-11-22T01:00:00.5Z", "Invoices": records, **more}


def of_pages(count: Any) -> dict[str, Any]:
    return {"pagination": {"pageCount": count}}


def stepped(cursor: Cursor, document: Any) -> Step:
    return step(INVOICES, cursor, document, now=NOW)


# On


@pytest.mark.promise("sweep-cursor")
def test_it_goes_on_from_the_second_before_the_newest_record() -> None:
    records = invoices("2026-11-22T00:10:00.9Z", "2026-11-22T00:20:00.1Z")
    taken = stepped(SINCE, answer(records, **of_pages(2)))

    assert taken == Step(
        records=records,
        baseline_until="",
        cursor=Cursor(since="2026-11-22T00:19:59"),
        complete=False,
    )


@pytest.mark.promise("sweep-cursor")
def test_when_there_is_no_more_it_goes_on_from_a_while_before_xeros_answer() -> None:
    taken = stepped(SINCE, answer(invoices("2026-11-22T00:10:00Z"), **of_pages(1)))

    assert taken.complete
    assert taken.cursor == Cursor(since="2026-11-22T00:58:00")


@pytest.mark.parametrize(
    "document", [{}, {"Invoices": []}, {"Invoices": [], "DateTimeUTC": "soon"}]
)
def test_an_answer_without_a_time_counts_from_the_time_here(document: Any) -> None:
    assert stepped(SINCE, document).cursor == Cursor(since="2026-11-22T01:13:39")


@pytest.mark.parametrize(
    "dates",
    [
        # all in one second, so that the order cannot be seen
        ["2026-11-22T00:10:00.1Z", "2026-11-22T00:10:00.9Z"],
        # not in the order asked for
        ["2026-11-22T00:20:00Z", "2026-11-22T00:10:00Z"],
        # no further than before
        ["2026-11-22T00:00:00Z", "2026-11-22T00:00:01Z"],
        # dates that say nothing
        ["2026-11-22T00:10:00Z", None],
        ["0001-01-01T00:00:00Z", "2026-11-22T00:10:00Z"],
        [5, {}],
    ],
)
@pytest.mark.promise("sweep-cursor")
def test_where_dates_are_no_way_on_it_goes_by_pages_from_the_first(dates: list[Any]) -> None:
    taken = stepped(SINCE, answer(invoices(*dates), **of_pages(2)))

    assert taken.cursor == Cursor(
        since="2026-11-22T00:00:00", page=1, paged_at="2026-11-22T01:00:00.500Z"
    )
    query = taken.cursor.request(INVOICES).query
    assert (query["page"], query["order"]) == ("1", "UpdatedDateUTC DESC")


@pytest.mark.promise("sweep-cursor")
def test_by_pages_it_goes_to_the_last_and_then_on_from_when_they_began() -> None:
    records = invoices("2026-11-22T00:20:00Z", "2026-11-22T00:10:00Z")
    on = stepped(PAGES, answer(records, **of_pages(3)))
    last = stepped(PAGES, answer(records, **of_pages(2)))

    assert (on.cursor, on.complete) == (
        Cursor(since="2026-11-22T00:00:00", page=3, paged_at="2026-11-22T00:30:00Z"),
        False,
    )
    assert (last.cursor, last.complete) == (Cursor(since="2026-11-22T00:28:00"), True)


# Whether there is more


@pytest.mark.parametrize(
    ("more", "count", "complete"),
    [
        # by Xero's count
        (of_pages(1), 500, True),
        (of_pages(2), 3, False),
        (of_pages(0), 0, True),
        # without one a page of the usual size may be full, whatever was asked for
        ({}, 500, False),
        ({}, 100, False),
        ({}, 99, True),
        ({"pagination": None}, 99, True),
        ({"pagination": []}, 100, False),
        ({"pagination": {}}, 99, True),
        (of_pages("2"), 99, True),
        (of_pages(None), 100, False),
        # an empty page is the last one, whatever its count says
        (of_pages(2), 0, True),
    ],
)
@pytest.mark.promise("sweep-cursor")
def test_whether_there_is_more_is_told_by_xeros_count_or_by_a_full_page(
    more: dict[str, Any], count: int, complete: bool
) -> None:
    records = invoices(*[f"2026-11-22T00:{n // 60 % 60:02}:{n % 60:02}Z" for n in range(count)])

    assert stepped(SINCE, answer(records, **more)).complete is complete


def test_a_record_twice_on_a_page_does_not_make_the_page_the_last_one() -> None:
    quotes = [{"QuoteID": str(UUID(int=number // 2))} for number in range(100)]

    assert not step(QUOTES, SINCE, {"Quotes": quotes}, now=NOW).complete


def test_what_comes_without_pages_comes_at_once() -> None:
    items = [{"ItemID": str(UUID(int=number))} for number in range(1000)]

    assert step(ITEMS, SINCE, {"Items": items}, now=NOW).complete


# The baseline


@pytest.mark.promise("baseline")
def test_the_baseline_ends_where_xeros_first_answer_was_given() -> None:
    dates = ["2026-11-22T00:10:00Z", "2026-11-22T00:20:00Z"]
    first = stepped(Cursor(), answer(invoices(*dates), **of_pages(2)))
    assert first.baseline_until == first.cursor.baseline_until == "2026-11-22T01:00:00.500Z"

    later = answer(invoices(*dates), **of_pages(1)) | {"DateTimeUTC": "2026-11-22T02:00:00Z"}
    second = stepped(first.cursor, later)
    assert second.baseline_until == "2026-11-22T01:00:00.500Z"
    assert second.cursor == Cursor(since="2026-11-22T01:58:00")


@pytest.mark.promise("baseline")
def test_a_baseline_that_goes_by_pages_stays_one() -> None:
    first = stepped(Cursor(), answer(invoices("2026-11-22T00:10:00Z"), **of_pages(2)))

    assert first.cursor.since == ""
    assert first.cursor.baseline_until == "2026-11-22T01:00:00.500Z"
    assert stepped(first.cursor, answer([])).baseline_until == "2026-11-22T01:00:00.500Z"


def test_without_a_baseline_it_starts_from_a_while_ago() -> None:
    cursor = without_baseline(NOW)

    assert cursor.since == "2026-11-22T01:13:39"
    # What it finds is published, and the next ones know as little of what is new.
    later = stepped(cursor, answer(invoices("2026-11-22T00:10:00Z")))
    assert later.complete
    assert later.baseline_until == later.cursor.baseline_until == cursor.baseline_until != ""


# Anything


@given(
    st.builds(Cursor, since=st.sampled_from(["", "2026-11-22T00:00:00"]))
    | st.just(PAGES)
    | st.just(Cursor(baseline_until="2026-11-22T00:00:00Z")),
    JSON
    | st.fixed_dictionaries(
        {"Invoices": JSON | st.lists(JSON | DATES, max_size=3).map(lambda some: invoices(*some))},
        optional={
            "DateTimeUTC": JSON | DATES,
            "pagination": JSON | JSON.map(lambda one: {"pageCount": one}),
        },
    ),
)
@pytest.mark.promise("sweep-cursor")
def test_any_answer_is_a_step_or_no_answer_and_a_step_always_leads_on(
    cursor: Cursor, document: Any
) -> None:
    with suppress(UnavailableError):
        taken = stepped(cursor, document)
        following = taken.cursor
        assert kept_cursor(following.as_row()) == following
        if taken.complete:
            assert following == Cursor(since=following.since)
            assert datetime.fromisoformat(following.since)
        elif cursor.paged_at:
            assert following.page == cursor.page + 1
        else:
            assert following.paged_at or following.since > cursor.since


def test_a_cursor_is_kept_for_each_organisation_and_kind() -> None:
    assert cursor_key("t", INVOICES) == "cursor#t#invoices"
    assert cursor_key("t", QUOTES) == "cursor#t#quotes"
