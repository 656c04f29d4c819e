# SPDX-License-Identifier: Apache-2.0
"""What is kept of how records are heard of, and how seldom it is written."""

from datetime import timedelta
from typing import Any

import pytest
from xero_connection.documents import iso
from xero_connection.hearing import heard, heard_key

from tests.unit.books import START, TENANT, Office, table_down
from tests.unit.test_turns import EARLIER, INVOICES, QUOTES, iso_record, swept

KEY = heard_key(TENANT, "invoices")
LATER = "2026-11-22T01:16:00Z"
CHANGED = "2026-11-22T01:15:39Z"
"""When `iso_record` says that a record changed."""


@pytest.mark.parametrize(
    ("kept", "told", "missed", "row"),
    [
        ({}, False, [], None),
        ({}, True, [], {"webhook_at": LATER}),
        ({}, False, [CHANGED, EARLIER], {"missed_at": CHANGED}),
        ({}, True, [CHANGED], {"webhook_at": LATER, "missed_at": CHANGED}),
        # once a minute is enough
        ({"webhook_at": "2026-11-22T01:15:00Z"}, True, [], {"webhook_at": LATER}),
        ({"webhook_at": "2026-11-22T01:15:01Z"}, True, [], None),
        # unless a change seemed to be missed in it
        (
            {"webhook_at": "2026-11-22T01:15:30Z", "missed_at": CHANGED},
            True,
            [],
            {"webhook_at": LATER, "missed_at": CHANGED},
        ),
        # the newest counts, however it is written
        ({"missed_at": CHANGED}, False, [EARLIER], None),
        ({"missed_at": CHANGED}, False, ["2026-11-22T01:15:39.500Z"], "fraction"),
        ({"missed_at": CHANGED, "pk": "record#heard"}, False, [], None),
    ],
)
def test_a_row_is_written_where_it_says_something_new(
    kept: dict[str, str], told: bool, missed: list[str], row: Any
) -> None:
    now = START + timedelta(seconds=21)
    if row == "fraction":
        row = {"missed_at": "2026-11-22T01:15:39.500Z"}

    assert iso(now) == LATER
    assert heard(kept, told=told, missed=missed, now=now) == row


@pytest.mark.promise("heard")
def test_a_webhook_that_was_worked_off_was_heard_and_costs_one_write_a_minute() -> None:
    office = Office()
    writes: list[str] = []
    office.rows.before = writes.append
    for number in range(3):
        office.xero.put(INVOICES, f"i{number}")
        office.tell(INVOICES, f"i{number}")
        office.work_off()

    assert office.rows.rows[KEY] == {"webhook_at": iso(START)}
    assert writes.count("put") == 3 + 1
    office.clock.sleep(60)
    office.tell(INVOICES, "i0")
    office.work_off()
    assert office.rows.rows[KEY]["webhook_at"] > iso(START + timedelta(minutes=1))[:-1]


@pytest.mark.promise("heard")
def test_a_change_that_a_sweep_found_first_is_missed_until_a_webhook_comes() -> None:
    office = Office()
    swept(office, INVOICES, iso_record(INVOICES, "a"), iso_record(INVOICES, "b"))
    office.work_off()
    assert office.rows.rows[KEY] == {"missed_at": CHANGED}

    office.clock.sleep(300)
    office.xero.put(INVOICES, "a", UpdatedDateUTC=START)
    office.tell(INVOICES, "a")
    office.work_off()
    assert office.rows.rows[KEY] == {
        "missed_at": CHANGED,
        "webhook_at": iso(START + timedelta(minutes=5)),
    }
    assert len(office.bus) == 2


@pytest.mark.promise("heard")
def test_what_a_baseline_finds_what_is_known_and_what_no_webhook_tells_of_is_not_missed() -> None:
    office = Office()
    swept(office, INVOICES, iso_record(INVOICES, "a"), until=EARLIER)
    swept(office, QUOTES, iso_record(QUOTES, "q"))
    office.work_off()
    assert len(office.bus) == 2
    office.xero.put(INVOICES, "b", UpdatedDateUTC=START)
    office.tell(INVOICES, "b")
    office.work_off()
    swept(office, INVOICES, iso_record(INVOICES, "b"), iso_record(INVOICES, "a"))
    office.work_off()

    assert office.rows.rows[KEY] == {"webhook_at": iso(START)}
    assert heard_key(TENANT, "quotes") not in office.rows.rows


def test_what_the_bus_did_not_take_is_not_missed_yet() -> None:
    office = Office(bus_refuses=lambda _: True)
    swept(office, INVOICES, iso_record(INVOICES, "a"))
    office.work_off()

    assert KEY not in office.rows.rows


def test_a_table_that_does_not_take_the_note_holds_up_nothing_that_was_published() -> None:
    office = Office()
    swept(office, INVOICES, iso_record(INVOICES, "a"))
    puts: list[str] = []

    def before(call: str) -> None:
        puts.extend([call] * (call == "put"))
        if len(puts) == 2:
            table_down(call)

    office.rows.before = before
    office.work_off()

    assert office.queue == []
    assert len(office.bus) == 1
    assert office.lines[-1]["outcome"] == "recorded"


def test_near_the_end_of_an_invocation_nothing_is_noted() -> None:
    office = Office(seconds=9)
    swept(office, INVOICES, iso_record(INVOICES, "a"))
    office.work_off()

    assert KEY not in office.rows.rows
