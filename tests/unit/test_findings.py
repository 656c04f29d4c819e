# SPDX-License-Identifier: Apache-2.0
"""The record queue's messages: what is written can be read, and all else is unreadable."""

import json
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.findings import (
    Swept,
    Told,
    UnreadableFindingError,
    read_finding,
    swept_texts,
)
from xero_connection.resources import RESOURCES

INVOICES = RESOURCES["invoices"]
ID = UUID("0b5c2a3e-6f75-4d94-9d2f-000000000001")
DETAIL = {
    "tenant_id": "c2cc9b6e",
    "resource": "invoices",
    "resource_id": str(ID),
    "event_id": "3c9d",
    "event_type": "UPDATE",
    "occurred_at": "2026-11-22T01:15:39Z",
    "sequence": 5,
}
SWEPT = {
    "tenant_id": "c2cc9b6e",
    "resource": "invoices",
    "records": [{"InvoiceID": str(ID)}],
    "ids": [str(ID)],
    "baseline_until": "2026-11-22T01:15:39Z",
}
TEXTS = st.text() | st.sampled_from(["swept", "detail", "invoices", str(ID), *DETAIL, *SWEPT])
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


def told(**more: Any) -> str:
    return json.dumps({"source": "xero.webhooks", "detail": DETAIL | more})


def swept(**more: Any) -> str:
    return json.dumps({"swept": SWEPT | more})


def invoice(size: int = 0, **more: Any) -> dict[str, Any]:
    return {"InvoiceID": str(uuid4()), "Reference": "x" * size, **more}


@pytest.mark.promise("records")
def test_what_a_webhook_told_of_is_read() -> None:
    assert read_finding(told()) == Told(
        tenant_id="c2cc9b6e",
        resource=INVOICES,
        record_id=ID,
        event_id="3c9d",
        event_type="UPDATE",
        occurred_at="2026-11-22T01:15:39Z",
    )


def test_what_a_webhook_told_of_a_kind_that_has_no_records_is_nothing() -> None:
    assert read_finding(told(resource="subscriptions", resource_id="any")) is None


@given(st.lists(st.integers(0, 300_000), max_size=12))
@pytest.mark.promise("sweep")
def test_what_a_sweep_found_is_read_as_it_was_written(sizes: list[int]) -> None:
    records = [invoice(size, Total=1) for size in sizes]
    texts = list(swept_texts("t", INVOICES, records, baseline_until="2026-11-22T01:15:39Z"))
    found = [read_finding(text) for text in texts]

    assert all(isinstance(one, Swept) for one in found)
    read = [record for one in found if isinstance(one, Swept) for record in one.records.values()]
    assert read == records
    # Each is within a message, and few are next to empty.
    assert all(len(text) <= 500_300 for text in texts)
    assert len(texts) <= 1 + sum(sizes) // 100_000


@pytest.mark.promise("sweep")
def test_a_record_too_large_for_a_message_goes_by_its_id() -> None:
    records = [invoice(10), invoice(950_000), invoice(10)]
    found = [
        read_finding(text)
        for text in swept_texts("t", INVOICES, records, baseline_until="2026-11-22T01:15:39Z")
    ]
    by_id, together = found

    assert isinstance(by_id, Swept)
    assert isinstance(together, Swept)
    assert list(map(str, by_id.ids)) == [records[1]["InvoiceID"]]
    assert by_id.records == {}
    assert by_id.baseline_until == "2026-11-22T01:15:39Z"
    assert list(together.records.values()) == [records[0], records[2]]


@pytest.mark.parametrize("size", [899_000, 899_900, 900_100, 1_048_000])
def test_no_message_is_larger_than_a_queue_takes(size: int) -> None:
    records = [invoice(190_000), invoice(size), invoice(190_000, Name="\u2026" * 50_000)]

    texts = list(swept_texts("t", INVOICES, records))
    assert all(len(text.encode()) < 1_048_576 for text in texts)


@pytest.mark.parametrize(
    "text",
    [
        # no JSON
        "",
        "{",
        "no json",
        pytest.param("[" * 100_000, id="nested beyond reading"),
        '{"detail": 1' + "0" * 5000 + "}",
        # no finding
        "null",
        "5",
        '"swept"',
        "[]",
        '["swept"]',
        "{}",
        '{"detail": null}',
        '{"detail": []}',
        '{"swept": null}',
        '{"swept": []}',
        '{"swept": {}}',
        # of a webhook's, something missing or not what it should be
        json.dumps({"detail": {name: DETAIL[name] for name in DETAIL if name != "event_id"}}),
        told(resource_id="6f7594f2"),
        told(resource_id=5),
        told(resource_id=None),
        told(tenant_id=None),
        told(resource={}),
        told(event_type=1),
        # of a sweep's
        swept(resource="subscriptions"),
        swept(resource=[]),
        swept(tenant_id=5),
        swept(baseline_until=None),
        swept(ids=5),
        swept(ids=["6f7594f2"]),
        swept(ids=[None]),
        swept(records=None),
        swept(records=5),
        swept(records="text"),
        swept(records=[None]),
        swept(records=["text"]),
        swept(records=[{}]),
        swept(records=[{"InvoiceID": "6f7594f2"}]),
        swept(records=[{"InvoiceID": 5}]),
        swept(more=1),
    ],
)
@pytest.mark.promise("record-dead-letters")
def test_what_is_no_finding_is_said_to_be_so_without_its_text(text: str) -> None:
    with pytest.raises(UnreadableFindingError) as caught:
        read_finding(text)

    assert str(caught.value) == "not JSON" or str(caught.value).startswith("not a finding: ")
    assert "6f7594f2" not in str(caught.value)


@given(
    st.text()
    | JSON.map(json.dumps)
    | st.dictionaries(st.sampled_from([*DETAIL]), JSON).map(lambda some: told(**some))
    | st.dictionaries(st.sampled_from([*SWEPT]), JSON).map(lambda some: swept(**some))
)
@pytest.mark.promise("record-dead-letters")
def test_reading_any_text_raises_nothing_but_unreadable(text: str) -> None:
    with suppress(UnreadableFindingError):
        read_finding(text)
