# SPDX-License-Identifier: Apache-2.0
"""What could not be published, as messages and back again."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xero_connection import parcels
from xero_connection.parcels import (
    ENTRIES_GROUP,
    UnreadableParcelError,
    body_parcels,
    entry_parcels,
    join_parts,
    read_parcel,
)

MESSAGE = 1_048_576
RANDOM = random.Random(3)  # noqa: S311 - the same each time


def noise(size: int) -> bytes:
    return RANDOM.randbytes(size)


@settings(max_examples=25)
@given(
    st.lists(st.fixed_dictionaries({"Detail": st.text()}), max_size=8),
    st.sampled_from(["", "…" * 150_000, noise(300_000).hex()]),
)
@pytest.mark.promise("bus-refuses")
def test_parcels_hold_every_entry_in_order_and_fit_into_a_message(
    entries: list[dict[str, Any]], padding: str
) -> None:
    entries = [entry | {"Padding": padding} for entry in entries]
    packed = entry_parcels(entries)

    held = [read_parcel(parcel.text) for parcel in packed]
    assert [entry for one in held for entry in one] == entries
    assert all(len(parcel.text) <= MESSAGE for parcel in packed)
    assert {parcel.group for parcel in packed} <= {ENTRIES_GROUP}


@pytest.mark.promise("bus-refuses")
def test_what_the_bus_refuses_of_the_largest_delivery_is_one_parcel() -> None:
    detail = json.dumps({"resource_url": "https://api.xero.com/api.xro/2.0/Invoices/6f75"})
    entries = [{"Detail": f"{detail}{number}"} for number in range(15_000)]

    assert len(entry_parcels(entries)) == 1


@pytest.mark.parametrize("size", [0, 1, 700_000, 780_000])
@pytest.mark.promise("unreadable-kept")
def test_a_body_is_had_again_byte_by_byte(size: int) -> None:
    body = noise(size)
    (parcel,) = body_parcels(body)

    assert read_parcel(parcel.text) == body
    assert len(parcel.text) <= MESSAGE


@pytest.mark.promise("unreadable-kept")
def test_a_large_body_that_shrinks_is_one_parcel() -> None:
    body = b'{"events": [' + b'{"eventType": "UPDATE"},' * 180_000
    (parcel,) = body_parcels(body)

    assert json.loads(parcel.text)["kind"] == "zlib"
    assert read_parcel(parcel.text) == body


@pytest.mark.promise("unreadable-kept")
def test_a_body_that_does_not_shrink_is_parted_and_can_be_put_together_again() -> None:
    body = noise(4_400_000)
    packed = body_parcels(body)
    texts = [parcel.text for parcel in packed]

    assert all(len(text) <= MESSAGE for text in texts)
    assert len({parcel.group for parcel in packed}) == 1
    for text in texts:
        with pytest.raises(UnreadableParcelError):
            read_parcel(text)
    RANDOM.shuffle(texts)
    assert read_parcel(join_parts(texts)) == body


def test_an_entry_that_does_not_shrink_into_a_message_is_parted_too() -> None:
    entries = [{"Detail": noise(1_000_000).hex()}, {"Detail": "{}"}]
    packed = entry_parcels(entries)

    assert len(packed) == 3
    assert read_parcel(join_parts(one.text for one in packed[:2])) == entries[:1]
    assert read_parcel(packed[2].text) == entries[1:]


def test_each_body_has_a_message_group_of_its_own() -> None:
    groups = {body_parcels(body)[0].group for body in (b"a", b"b", b"b")}

    assert len(groups) == 2
    assert all(len(group) <= 128 for group in groups)


def test_nothing_is_no_parcel() -> None:
    assert parcels.entry_parcels([]) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "null",
        "[]",
        "{}",
        '{"kind": "letter"}',
        '{"kind": "entries"}',
        '{"kind": "body", "body": "x"}',
        '{"kind": "zlib", "content": "AAAA"}',
        '{"kind": "zlib", "content": "eJyrrgUAAXUA+Q=="}',
    ],
)
def test_a_message_of_no_kind_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableParcelError):
        read_parcel(text)
