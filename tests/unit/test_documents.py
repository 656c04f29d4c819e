# SPDX-License-Identifier: Apache-2.0
"""JSON in and out: exact amounts, ISO dates, and nothing that takes the function down."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.documents import iso, read_json, to_json

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | DECIMALS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
@pytest.mark.promise("exact-money")
def test_what_is_written_is_read_back_the_same(value: Any) -> None:
    assert read_json(to_json(value)) == value


@given(st.integers(-(10**17), 10**17), st.integers(0, 6))
@pytest.mark.promise("exact-money")
def test_an_amount_keeps_every_digit_both_ways(units: int, places: int) -> None:
    amount = Decimal(units).scaleb(-places)
    text = to_json({"Total": amount})

    assert text == f'{{"Total":{amount:f}}}'
    assert str(read_json(text)["Total"]) == f"{amount:f}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        # money as it is written
        (Decimal("0.10"), "0.10"),
        (Decimal("1E+2"), "100"),
        (Decimal("-0.0000001"), "-0.0000001"),
        # a number whose digits would fill the memory keeps its exponent
        (Decimal("1E+999999999"), "1E+999999999"),
        (Decimal("1E-999999999"), "1E-999999999"),
        (Decimal("0E+999999999"), "0E+999999999"),
        # what Xero is sent beside numbers
        (date(2026, 11, 22), '"2026-11-22"'),
        (datetime(2026, 11, 22, 1, 15, tzinfo=UTC), '"2026-11-22T01:15:00Z"'),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        ((1, None, True), "[1,null,true]"),
        ({1: "a"}, '{"1":"a"}'),
        # nothing but ASCII leaves
        ("…\ud800", '"\\u2026\\ud800"'),
    ],
)
def test_a_value_is_written_as(value: Any, text: str) -> None:
    assert to_json(value) == text


def test_what_json_has_no_form_for_is_refused() -> None:
    with pytest.raises(TypeError):
        to_json({"a": {1, 2}})


@given(st.binary() | st.text())
def test_reading_raises_nothing_but_value_errors(text: bytes | str) -> None:
    try:
        read_json(text)
    except ValueError:
        return


@pytest.mark.parametrize(
    "text",
    [
        # no JSON
        "",
        "{",
        "NaN",
        '{"Total": Infinity}',
        b"\xff\xfe\x00",
        # JSON that cannot be held
        pytest.param("[" * 100_000, id="nested"),
        '{"Total": 1e99999999999999999999}',
        pytest.param("9" * 5000, id="digits"),
    ],
)
def test_what_is_no_json_or_cannot_be_held_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(text)


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        # a calendar date stays on its day, whatever the offset says
        ("Date", "/Date(1518652800000+0000)/", "2018-02-15"),
        ("DueDate", "/Date(1518652800000+1300)/", "2018-02-15"),
        ("Date", "/Date(-86400000)/", "1969-12-31"),
        ("Date", "/Date(0)/", "1970-01-01"),
        # a moment, to the millisecond
        ("UpdatedDateUTC", "/Date(1518685950940+0000)/", "2018-02-15T09:12:30.940Z"),
        ("UpdatedDateUTC", "/Date(1518685950000+0000)/", "2018-02-15T09:12:30Z"),
        # a moment that falls on midnight is a moment still
        ("UpdatedDateUTC", "/Date(1518652800000+0000)/", "2018-02-15T00:00:00Z"),
        # no Microsoft date
        ("Reference", "/Date(soon)/", "/Date(soon)/"),
        ("Reference", "see /Date(0)/", "see /Date(0)/"),
        # not a date of any calendar
        ("Date", "/Date(99999999999999999999)/", "/Date(99999999999999999999)/"),
    ],
)
@pytest.mark.promise("iso-dates")
def test_a_microsoft_date_becomes_iso_8601(name: str, value: str, read: str) -> None:
    assert read_json(json.dumps({"Invoices": [{name: value}]})) == {"Invoices": [{name: read}]}


@given(st.dates(), st.integers(-1400, 1400))
@pytest.mark.promise("iso-dates")
def test_a_calendar_date_never_shifts(day: date, offset: int) -> None:
    milliseconds = (day - date(1970, 1, 1)) // timedelta(milliseconds=1)
    text = json.dumps({"Date": f"/Date({milliseconds}{offset:+05d})/"})

    assert read_json(text) == {"Date": day.isoformat()}


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001
@pytest.mark.promise("iso-dates")
def test_a_moment_is_said_in_utc_and_to_the_millisecond(moment: datetime) -> None:
    zoned = moment.replace(tzinfo=timezone(timedelta(hours=13)))
    said = iso(zoned)

    assert said.endswith("Z")
    assert timedelta() <= zoned - datetime.fromisoformat(said) < timedelta(milliseconds=1)
