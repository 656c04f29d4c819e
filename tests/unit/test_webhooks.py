# SPDX-License-Identifier: Apache-2.0
"""A genuine body becomes the events that the contract describes, whatever Xero adds to it."""

import hashlib
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.webhooks import (
    MISSED,
    UnreadableError,
    event_entry,
    missed_entry,
    read_delivery,
)

EVENT = {
    "resourceUrl": "https://api.xero.com/api.xro/2.0/Invoices/6f7594f2",
    "resourceId": "6f7594f2",
    "eventDateUtc": "2026-11-22T01:15:39.902",
    "eventType": "UPDATE",
    "eventCategory": "INVOICE",
    "tenantId": "c2cc9b6e",
    "tenantType": "ORGANISATION",
}
TEXTS = st.text() | st.sampled_from(["INVOICE", "Update", "2026-11-22T01:15:39.902", "y" * 90])
EVENTS = st.fixed_dictionaries(
    dict.fromkeys(("tenantId", "resourceId", "eventCategory", "eventType", "eventDateUtc"), TEXTS),
    optional={"tenantType": TEXTS, "resourceUrl": TEXTS, "data": st.dictionaries(TEXTS, TEXTS)},
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


def body(*events: Any, **more: Any) -> bytes:
    return json.dumps({"events": events, "firstEventSequence": 107} | more).encode()


def nested(levels: int) -> bytes:
    event = json.dumps(EVENT).removesuffix("}")
    data = '{"a":' * levels + "1" + "}" * levels
    return f'{{"events": [{event}, "data": {data}}}]}}'.encode()


def detail(entry: dict[str, Any]) -> Any:
    return json.loads(entry["Detail"])


@pytest.mark.promise("event-detail")
def test_an_event_says_what_the_contract_says() -> None:
    entry = event_entry(EVENT | {"data": {"Type": "ACCREC"}}, sequence=107)
    identity = b"c2cc9b6e|6f7594f2|INVOICE|UPDATE|2026-11-22T01:15:39.902"

    assert entry.keys() == {"Source", "DetailType", "Detail", "Time"}
    assert entry["Source"] == "xero.webhooks"
    assert entry["DetailType"] == "invoices/invoice_updated"
    assert entry["Time"] == datetime(2026, 11, 22, 1, 15, 39, 902000, tzinfo=UTC)
    assert detail(entry) == {
        "event_id": hashlib.sha256(identity).hexdigest()[:32],
        "tenant_id": "c2cc9b6e",
        "tenant_type": "ORGANISATION",
        "resource": "invoices",
        "resource_id": "6f7594f2",
        "resource_url": "https://api.xero.com/api.xro/2.0/Invoices/6f7594f2",
        "event_category": "INVOICE",
        "event_type": "UPDATE",
        "occurred_at": "2026-11-22T01:15:39.902Z",
        "sequence": 107,
        "data": {"Type": "ACCREC"},
    }


@pytest.mark.parametrize(
    ("category", "event_type", "detail_type"),
    [
        # the seven of today
        ("CONTACT", "CREATE", "contacts/contact_created"),
        ("INVOICE", "UPDATE", "invoices/invoice_updated"),
        ("CREDITNOTE", "CREATE", "credit_notes/credit_note_created"),
        ("PAYMENT", "UPDATE", "payments/payment_updated"),
        ("PREPAYMENT", "CREATE", "prepayments/prepayment_created"),
        ("OVERPAYMENT", "UPDATE", "overpayments/overpayment_updated"),
        ("SUBSCRIPTION", "CREATE", "subscriptions/subscription_created"),
        # in the other spellings that Xero's pages show
        ("Invoice", "Update", "invoices/invoice_updated"),
        ("CREDIT_NOTE", "create", "credit_notes/credit_note_created"),
        ("Credit Note", "CREATE", "credit_notes/credit_note_created"),
        # what Xero may add
        ("QUOTE", "CREATE", "quotes/quote_created"),
        ("ADDRESS", "CREATE", "addresses/address_created"),
        ("PURCHASEORDER", "DELETE", "purchase_orders/purchase_order_deleted"),
        ("CURRENCY", "ARCHIVE", "currencies/currency_archived"),
        ("SURVEY", "VOID", "surveys/survey_voided"),
        # what it hardly will
        ("", "", "unknowns/unknown_unknowned"),
        ("…", "/", "unknowns/unknown_unknowned"),
    ],
)
@pytest.mark.promise("events-by-category")
def test_a_category_and_type_have_their_trigger(
    category: str, event_type: str, detail_type: str
) -> None:
    event = EVENT | {"eventCategory": category, "eventType": event_type}
    entry = event_entry(event, sequence=None)

    assert entry["DetailType"] == detail_type
    assert detail(entry)["resource"] == detail_type.partition("/")[0]
    assert detail(entry)["event_category"] == category.upper()


@given(EVENTS)
@pytest.mark.promise("events-by-category")
def test_any_event_becomes_an_entry_that_eventbridge_takes(event: dict[str, Any]) -> None:
    entry = event_entry(event, sequence=None)

    assert 0 < len(entry["DetailType"]) <= 128
    assert entry["DetailType"].isascii()
    assert detail(entry)["tenant_id"] == event["tenantId"]
    assert detail(entry)["resource_id"] == event["resourceId"]


@pytest.mark.parametrize(
    ("given", "said", "time"),
    [
        # as Xero sends it, without a zone
        ("2026-11-22T01:15:39.902", "2026-11-22T01:15:39.902Z", True),
        ("2026-11-22T01:15:39", "2026-11-22T01:15:39Z", True),
        # with seven digits, as Xero has them elsewhere
        ("2026-11-22T01:15:39.9021234", "2026-11-22T01:15:39.902Z", True),
        # with a zone, should that come
        ("2026-11-22T01:15:39Z", "2026-11-22T01:15:39Z", True),
        ("2026-11-22T14:15:39+13:00", "2026-11-22T01:15:39Z", True),
        # no moment: said as it came, and EventBridge's own time counts
        ("yesterday", "yesterday", False),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00", False),
    ],
)
@pytest.mark.promise("event-detail")
def test_the_moment_is_utc(given: str, said: str, time: bool) -> None:
    entry = event_entry(EVENT | {"eventDateUtc": given}, sequence=None)

    assert detail(entry)["occurred_at"] == said
    assert ("Time" in entry) is time


@given(st.lists(EVENTS, max_size=30), st.integers(0, 2**31))
@pytest.mark.promise("large-batches")
def test_each_event_of_a_delivery_becomes_one_entry_in_order(
    events: list[dict[str, Any]], first: int
) -> None:
    delivery = read_delivery(body(*events, firstEventSequence=first))
    details = [detail(entry) for entry in delivery.entries]

    assert delivery.complete
    assert [one["resource_id"] for one in details] == [event["resourceId"] for event in events]
    assert [one["sequence"] for one in details] == [first + n for n in range(len(events))]


@given(EVENTS, EVENTS, st.integers(0, 100))
@pytest.mark.promise("event-detail")
def test_the_same_change_has_the_same_id_in_every_delivery(
    event: dict[str, Any], other: dict[str, Any], first: int
) -> None:
    lowered = event | {"eventType": event["eventType"].upper(), "data": {}}
    once = read_delivery(body(event)).entries[0]
    again = read_delivery(body(other, lowered, firstEventSequence=first)).entries[1]

    assert detail(once)["event_id"] == detail(again)["event_id"]
    assert len(detail(once)["event_id"]) == 32


@pytest.mark.parametrize(
    "name", ["tenantId", "resourceId", "eventCategory", "eventType", "eventDateUtc"]
)
@pytest.mark.promise("event-detail")
def test_another_change_has_another_id(name: str) -> None:
    one = event_entry(EVENT, sequence=1)
    other = event_entry(EVENT | {name: EVENT[name] + "X"}, sequence=1)

    assert detail(one)["event_id"] != detail(other)["event_id"]


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
@pytest.mark.promise("unreadable-kept")
def test_reading_any_body_raises_nothing_but_unreadable(text: bytes) -> None:
    with suppress(UnreadableError):
        read_delivery(text)


@given(st.lists(JSON | EVENTS, max_size=8), JSON)
@pytest.mark.promise("unreadable-kept")
def test_a_delivery_is_complete_only_where_every_event_was_read(
    events: list[Any], first: Any
) -> None:
    delivery = read_delivery(body(*events, firstEventSequence=first))

    assert len(delivery.entries) <= len(events)
    assert delivery.complete is (len(delivery.entries) == len(events))


@pytest.mark.parametrize(
    "text",
    [
        # no JSON
        b"",
        b"{",
        b"\xff",
        pytest.param(b"[" * 100_000, id="nested beyond reading"),
        # no list of events
        b"null",
        b"[]",
        b"{}",
        b'{"events": null}',
        b'{"events": {"0": {}}}',
        # what can be read and not be written again
        pytest.param(nested(900), id="nested beyond writing"),
    ],
)
@pytest.mark.promise("unreadable-kept")
def test_an_unreadable_body_is_said_to_be_so(text: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_delivery(text)


@pytest.mark.parametrize(
    "event",
    [
        # no event
        None,
        [],
        "INVOICE",
        {},
        # something missing, or not the text it should be
        {name: value for name, value in EVENT.items() if name != "resourceId"},
        EVENT | {"tenantId": None},
        EVENT | {"eventType": 1},
        EVENT | {"eventDateUtc": {}},
    ],
)
@pytest.mark.promise("unreadable-kept")
def test_an_event_that_cannot_be_read_does_not_hold_up_the_others(event: Any) -> None:
    delivery = read_delivery(body(EVENT, event, EVENT))

    assert [detail(entry)["sequence"] for entry in delivery.entries] == [107, 109]
    assert not delivery.complete


def test_the_intent_to_receive_is_a_delivery_of_no_events() -> None:
    delivery = read_delivery(body(firstEventSequence=0, lastEventSequence=0, entropy="SXKR"))

    assert delivery.entries == []
    assert delivery.complete


# Xero's sequence


@pytest.mark.parametrize(
    ("first", "count", "sequence"),
    [
        (1, 3, range(1, 4)),
        (0, 2, range(2)),
        (7, 0, range(0)),
        (2**31 - 1, 2, range(2**31 - 1, 2**31 + 1)),
        (2**63 - 1, 1, range(2**63 - 1, 2**63)),
        # numbers that are none of Xero's
        (2**63, 1, range(0)),
        (10**400, 1, range(0)),
        (-1, 1, range(0)),
        (True, 1, range(0)),
        (False, 1, range(0)),
        (1.0, 1, range(0)),
        (1e308, 1, range(0)),
        ("1", 1, range(0)),
        (None, 1, range(0)),
        ([1], 1, range(0)),
        ({"1": 1}, 1, range(0)),
    ],
)
@pytest.mark.promise("sequence-gap")
def test_the_places_in_xeros_sequence_are_read_where_they_are_numbers(
    first: Any, count: int, sequence: range
) -> None:
    delivery = read_delivery(body(*[EVENT] * count, firstEventSequence=first))

    assert [*delivery.sequence] == [*sequence]
    assert [detail(one)["sequence"] for one in delivery.entries] == (
        [*sequence] if sequence else [None] * count
    )


@given(JSON, JSON, st.lists(EVENTS, max_size=3))
@pytest.mark.promise("sequence-gap")
def test_any_sequence_holds_up_no_event(first: Any, last: Any, events: list[Any]) -> None:
    delivery = read_delivery(body(*events, firstEventSequence=first, lastEventSequence=last))

    assert len(delivery.entries) == len(events)
    assert len(delivery.sequence) in {0, len(events)}


@pytest.mark.promise("sequence-gap")
def test_what_was_missed_is_told_with_its_places_in_the_sequence() -> None:
    now = datetime(2026, 11, 22, 1, 15, 39, tzinfo=UTC)
    entry = missed_entry(3, 9, now=now)
    told = detail(entry)

    assert (entry["Source"], entry["DetailType"]) == ("xero.webhooks", MISSED)
    assert entry["Time"] == now
    assert told | {"event_id": ""} == {
        "event_id": "",
        "resource": "webhooks",
        "expected_sequence": 3,
        "received_sequence": 9,
        "missed": 6,
        "occurred_at": "2026-11-22T01:15:39Z",
    }
    # Without a resource_id it is no finding, and the same gap is the same event.
    assert told["event_id"] == detail(missed_entry(3, 9, now=now))["event_id"]
    assert told["event_id"] != detail(missed_entry(3, 10, now=now))["event_id"]
