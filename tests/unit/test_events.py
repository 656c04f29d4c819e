# SPDX-License-Identifier: Apache-2.0
"""The entries in which events are put on the bus: exact, told apart, and of a size it takes."""

import json
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from xero_connection.bus import entry_bytes
from xero_connection.events import RECORDS, detail_of, entry, event_id, fits, short_id

from tests.unit.books import JSON

AT = datetime(2026, 11, 22, 1, 15, 39, tzinfo=UTC)


def test_an_entry_has_its_names_and_its_time_where_one_is_known() -> None:
    assert entry(RECORDS, "items/item_created", {"event_id": "a"}, at=AT) == {
        "Source": "xero.records",
        "DetailType": "items/item_created",
        "Detail": '{"event_id":"a"}',
        "Time": AT,
    }
    assert "Time" not in entry(RECORDS, "items/item_created", {})


@given(st.dictionaries(st.text(), JSON))
def test_what_an_entry_says_can_be_read_again(detail: dict[str, object]) -> None:
    written = entry(RECORDS, "items/item_created", detail | {"event_id": "a"})

    assert detail_of(written) == json.loads(json.dumps(detail | {"event_id": "a"}))
    assert event_id(written) == "a"
    assert written["Detail"].isascii()


def test_an_amount_keeps_its_digits() -> None:
    assert '"Total":120.50' in entry(RECORDS, "x", {"Total": Decimal("120.50")})["Detail"]


def test_what_fits_is_taken_by_the_bus_with_its_names_and_time() -> None:
    room = 1_000_000 - len('{"a":""}')
    largest = entry(RECORDS, "x" * 128, {"a": "x" * room}, at=AT)
    larger = entry(RECORDS, "x" * 128, {"a": "x" * (room + 1)}, at=AT)

    assert (fits(largest), fits(larger)) == (True, False)
    assert entry_bytes(largest) < 1_048_576


@given(st.lists(st.text(st.characters(exclude_characters="|")), min_size=1, max_size=4))
def test_an_id_is_the_same_for_the_same_and_another_for_another(identity: list[str]) -> None:
    assert short_id(*identity) == short_id(*identity)
    assert len(short_id(*identity)) == 32
    assert short_id(*identity) != short_id(*identity, "x")
    assert short_id(*identity[:-1], identity[-1] + "\ud800") != short_id(*identity)
