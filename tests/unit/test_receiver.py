# SPDX-License-Identifier: Apache-2.0
"""A delivery from the gateway to the bus: what is answered, kept and said."""

import json
import random
from base64 import b64decode, b64encode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xero_connection.receiver import CALL_SECONDS, NotKeptError, header, raw_body

from tests.unit.world import (
    EVENT,
    KEPT,
    KEY,
    ONE_EVENT,
    REFUSED,
    DownError,
    Keys,
    World,
    body_of,
    delivery,
)

NOISE = random.Random(7).randbytes(4_400_000)  # noqa: S311 - the same each time
"""As large as a request to a Lambda function can be: 6 MB in base64."""


@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize("name", ["x-xero-signature", "X-Xero-Signature", "X-XERO-SIGNATURE"])
@pytest.mark.promise("signature-bytes")
def test_a_genuine_delivery_reaches_the_bus(encoded: bool, name: str) -> None:
    world = World()

    assert world.receive(delivery(encoded=encoded, name=name)) == KEPT
    assert [entry["DetailType"] for entry in world.bus] == ["invoices/invoice_updated"]
    assert world.lines == [
        {"outcome": "kept", "bytes": len(ONE_EVENT), "events": 1, "repeated": 0, "parked": 0}
    ]


@given(st.binary(min_size=1), st.booleans())
@pytest.mark.promise("signature-bytes")
def test_whatever_is_signed_is_kept(body: bytes, as_text: bool) -> None:
    world = World()
    encoded = not as_text or not _is_text(body)

    assert world.receive(delivery(body, encoded=encoded)) == KEPT
    assert [b64decode(parked["body"]) for parked in world.backlog] == [body]


def _is_text(body: bytes) -> bool:
    return body == body.decode("utf-8", "replace").encode()


@pytest.mark.promise("signature-bytes")
def test_the_body_is_not_tidied_before_the_signature_is_checked() -> None:
    world = World()
    untidy = b'{"events":[], "lastEventSequence" :0,\r\n "entropy": "\\u00e9\xc3\xa9"}  '

    assert world.receive(delivery(untidy)) == KEPT
    assert world.receive(delivery(untidy) | {"body": untidy.decode().strip()}) == REFUSED


@pytest.mark.parametrize(
    "event",
    [
        # no signature
        {},
        {"body": "{}"},
        {"body": "{}", "headers": None},
        {"body": "{}", "headers": {}},
        {"body": "{}", "headers": {"x-xero-signature": ""}},
        {"body": "{}", "headers": {"x-signature": "a"}},
        # a wrong one
        delivery(key="another key"),
        delivery() | {"body": ONE_EVENT.decode() + " "},
        delivery() | {"body": None},
        # a body that is not what the gateway says it is
        delivery(encoded=True) | {"isBase64Encoded": False},
        delivery() | {"isBase64Encoded": True},
        delivery(encoded=True) | {"body": "…"},
        delivery() | {"body": "\ud800"},
    ],
)
@pytest.mark.promise("refusal-is-empty")
def test_what_is_not_genuine_gets_an_empty_401_and_nothing_else(event: dict[str, Any]) -> None:
    world = World()

    assert world.receive(event) == REFUSED
    assert world.bus == world.backlog == []
    assert [line["outcome"] for line in world.lines] == ["refused"]


@pytest.mark.parametrize(
    "secret",
    [
        # a stack just deployed
        "{}",
        # a clumsy hand
        "",
        "a-webhook-key",
        "null",
        "[]",
        '{"current": ""}',
        '{"current": "  "}',
        '{"current": null, "previous": 5}',
        '{"key": "a-webhook-key"}',
        "[" * 100_000,
    ],
    ids=lambda text: text[:20],
)
@pytest.mark.promise("empty-secrets")
def test_without_a_key_everything_is_refused_and_the_log_says_what_to_put_where(
    secret: str,
) -> None:
    world = World(keys=Keys(secret))

    assert world.receive(delivery()) == REFUSED
    assert world.receive(delivery(key="")) == REFUSED
    for line in world.lines:
        assert "the-webhook-key-secret" in line["reason"]
        assert '{"current":' in line["reason"]


@pytest.mark.promise("key-change")
def test_both_keys_count_during_a_change() -> None:
    world = World(keys=Keys(json.dumps({"current": " new ", "previous": "old\n"})))

    assert world.receive(delivery(key="new")) == KEPT
    assert world.receive(delivery(key="old")) == KEPT
    assert world.receive(delivery(key="older")) == REFUSED
    assert [line["outcome"] for line in world.lines] == ["kept", "kept", "refused"]


@pytest.mark.promise("key-change")
def test_a_key_changed_a_moment_ago_works_at_once() -> None:
    world = World(keys=Keys(kept='{"current": "old"}', now='{"current": "new"}'))

    assert world.receive(delivery(key="new")) == KEPT


@pytest.mark.promise("key-change")
def test_a_genuine_delivery_does_not_ask_for_the_key_again() -> None:
    world = World(keys=Keys(kept=json.dumps({"current": KEY}), now="{}"))

    assert world.receive(delivery()) == KEPT
    assert world.keys.fresh_reads == 0


def test_a_key_put_a_moment_ago_into_an_empty_secret_works_at_once() -> None:
    world = World(keys=Keys(kept="{}", now=json.dumps({"current": KEY})))

    assert world.receive(delivery()) == KEPT


@pytest.mark.parametrize("body", [b"", b"no json", b"{}", b'{"events": 5}', b"[" * 100_000])
@pytest.mark.promise("unreadable-kept")
def test_a_genuine_body_that_cannot_be_read_is_kept_whole(body: bytes) -> None:
    world = World()

    assert world.receive(delivery(body)) == KEPT
    assert world.bus == []
    assert world.backlog == [{"kind": "body", "body": b64encode(body).decode()}]
    assert world.lines == [{"outcome": "unreadable", "bytes": len(body)}]


@pytest.mark.promise("unreadable-kept")
def test_of_a_body_that_is_partly_readable_the_readable_part_is_published() -> None:
    world = World()
    other = EVENT | {"resourceId": "other"}
    body = json.dumps({"events": [EVENT, {"resourceId": 5}, other]}).encode()

    assert world.receive(delivery(body)) == KEPT
    assert len(world.bus) == 2
    assert world.backlog == [{"kind": "body", "body": b64encode(body).decode()}]
    assert world.lines[0]["outcome"] == "partly unreadable"


@pytest.mark.promise("bus-refuses")
def test_what_the_bus_refuses_is_kept_in_the_backlog() -> None:
    world = World(bus_refuses=lambda _: True)

    assert world.receive(delivery()) == KEPT
    (parcel,) = world.backlog
    assert parcel["kind"] == "entries"
    assert [entry["DetailType"] for entry in parcel["entries"]] == ["invoices/invoice_updated"]
    assert parcel["entries"][0]["Time"] == "2026-11-22T01:15:39.902Z"
    assert world.lines[0]["parked"] == 1


@pytest.mark.promise("intent-to-receive")
def test_the_intent_to_receive_is_answered_200_for_right_and_401_for_wrong() -> None:
    world = World()
    probe = b'{"events":[],"firstEventSequence": 0,"lastEventSequence": 0, "entropy": "SXKRVB"}'

    assert world.receive(delivery(probe, key="not the key")) == REFUSED
    assert world.receive(delivery(probe)) == KEPT
    assert world.bus == world.backlog == []


@pytest.mark.promise("no-secrets-said")
def test_no_line_says_a_key_a_signature_or_a_body() -> None:
    world = World(bus_refuses=lambda _: True)
    events = [delivery(), delivery(key="wrong"), delivery(b"no json"), {"body": "{}"}]
    for event in events:
        world.receive(event)

    said = json.dumps(world.lines)
    secrets = [KEY, "6f7594f2", "c2cc9b6e", "no json"]
    secrets += [event["headers"]["x-xero-signature"] for event in events if "headers" in event]
    assert not [secret for secret in secrets if secret in said]


@pytest.mark.promise("no-repeats")
def test_an_event_delivered_again_goes_to_the_bus_once() -> None:
    world = World()
    for body in (body_of("a", "b"), body_of("b", "c"), body_of("a", "b")):
        assert world.receive(delivery(body)) == KEPT

    assert world.published == ["a", "b", "c"]
    assert [line["repeated"] for line in world.lines] == [0, 1, 2]


@pytest.mark.promise("no-repeats")
def test_an_event_twice_in_one_body_goes_to_the_bus_once() -> None:
    world = World()

    assert world.receive(delivery(body_of("a", "b", "a"))) == KEPT
    assert world.published == ["a", "b"]
    assert world.lines[0]["repeated"] == 1


@pytest.mark.promise("no-repeats")
def test_a_table_that_is_down_costs_a_repeat_and_no_event() -> None:
    world = World(table_down=True)
    for _ in range(2):
        assert world.receive(delivery(body_of("a"))) == KEPT

    assert world.published == ["a", "a"]
    assert {line["reason"] for line in world.lines} == {
        "the table did not tell which events are repeated"
    }


@pytest.mark.promise("no-repeats")
def test_what_ends_between_the_bus_and_the_mark_repeats_and_loses_nothing() -> None:
    world = World(dies_before_marking=True)
    with pytest.raises(DownError):
        world.receive(delivery(body_of("a")))

    world.dies_before_marking = False
    assert world.receive(delivery(body_of("a"))) == KEPT
    assert world.published == ["a", "a"]


@pytest.mark.promise("no-repeats")
def test_what_is_parked_is_not_marked_and_still_arrives_once() -> None:
    world = World(bus_refuses=lambda _: True)
    world.receive(delivery(body_of("a", "b")))
    assert world.rows == {}

    world.bus_refuses = lambda _: False
    world.receive(delivery(body_of("a")))
    world.replay()
    assert world.published == ["a", "b"]
    assert world.queue == []


# Time


@pytest.mark.promise("four-seconds")
def test_with_everything_hanging_there_is_an_answer_within_four_seconds() -> None:
    world = World()
    world.hang()
    start = world.now
    with pytest.raises(DownError):
        world.receive(delivery())

    assert world.now - start < 4


@pytest.mark.parametrize("slow", ["bus_seconds", "table_seconds", "queue_seconds", "secret"])
@pytest.mark.parametrize("key", ["the current one", "one changed a moment ago"])
@pytest.mark.promise("four-seconds")
def test_with_all_but_one_hanging_and_that_one_slow_there_is_one_too(slow: str, key: str) -> None:
    world = World()
    world.hang()
    if key != "the current one":
        world.keys.kept = "{}"
    world.queue_down = slow != "queue_seconds"
    if slow == "bus_seconds":
        world.bus_refuses = lambda entry: "r1" in entry["Detail"]
    start = world.now
    body = body_of(*(f"r{number}" for number in range(100)))
    if world.queue_down:
        with pytest.raises((DownError, NotKeptError)):
            world.receive(delivery(body))
    else:
        assert world.receive(delivery(body)) == KEPT

    assert world.now - start < 4


@settings(max_examples=25)
@given(
    st.tuples(*[st.floats(0, CALL_SECONDS)] * 3, st.floats(0, 0.5)),
    st.booleans(),
    st.booleans(),
)
@pytest.mark.promise("four-seconds")
def test_however_slow_each_of_them_is_there_is_one_too(
    seconds: tuple[float, ...], refuses: bool, readable: bool
) -> None:
    world = World(bus_refuses=lambda _: refuses)
    secret, world.bus_seconds, world.queue_seconds, world.table_seconds = seconds

    def read() -> None:
        world.now += secret

    world.keys.before = read
    start = world.now
    # Bytes that do not shrink are parted into six messages.
    body = ONE_EVENT if readable else NOISE
    try:
        assert world.receive(delivery(body, encoded=True)) == KEPT
    except NotKeptError:
        assert world.now - start > 3
    assert world.now - start < 4


@pytest.mark.promise("four-seconds")
def test_what_there_was_no_time_to_keep_is_not_said_to_be_kept() -> None:
    world = World(queue_seconds=CALL_SECONDS)
    with pytest.raises(NotKeptError):
        world.receive(delivery(NOISE, encoded=True))

    world.queue_seconds = 0
    assert world.receive(delivery(NOISE, encoded=True)) == KEPT


@given(st.dictionaries(st.text(), st.text()))
def test_a_header_is_found_in_any_case(others: dict[str, str]) -> None:
    headers = {name: text for name, text in others.items() if name.lower() != "x-xero-signature"}

    assert header({"headers": headers}, "x-xero-signature") is None
    assert header({"headers": headers | {"X-Xero-SIGNATURE": "a"}}, "x-xero-signature") == "a"


@given(st.binary())
@pytest.mark.promise("signature-bytes")
def test_the_body_is_had_as_it_was_sent(body: bytes) -> None:
    encoded = {"body": b64encode(body).decode(), "isBase64Encoded": True}

    assert raw_body(encoded) == body


# Xero's sequence


def numbered(first: Any, *resources: str) -> bytes:
    """Return a body whose events have places in Xero's sequence."""
    return json.dumps(json.loads(body_of(*resources)) | {"firstEventSequence": first}).encode()


def gaps(world: World) -> list[dict[str, Any]]:
    """Return what the bus was told to be missed."""
    return [
        json.loads(entry["Detail"])
        for entry in world.bus
        if entry["DetailType"] == "webhooks/events_missed"
    ]


@pytest.mark.promise("sequence-gap")
def test_a_gap_in_xeros_sequence_is_an_event_and_is_counted() -> None:
    world = World()
    for body in (numbered(1, "a", "b"), numbered(6, "c"), numbered(7, "d"), numbered(6, "c")):
        assert world.receive(delivery(body)) == KEPT

    (gap,) = gaps(world)
    assert (gap["expected_sequence"], gap["received_sequence"], gap["missed"]) == (3, 6, 3)
    assert [line.get("missed") for line in world.lines] == [None, 3, None, None]
    assert [line["events"] for line in world.lines] == [2, 1, 1, 1]


@pytest.mark.promise("sequence-gap")
def test_a_gap_that_the_bus_refuses_is_parked_and_told_when_the_bus_is_back() -> None:
    world = World()
    world.receive(delivery(numbered(1, "a")))
    world.bus_refuses = lambda _: True
    world.receive(delivery(numbered(5, "b")))
    world.bus_refuses = lambda _: False
    assert len(world.queue) == 1
    world.replay()

    assert [one["missed"] for one in gaps(world)] == [3]
    assert world.queue == []


@pytest.mark.parametrize("first", [None, "7", -1, True, 7.5, 2**63, 10**30, [], {}])
@pytest.mark.promise("sequence-gap")
def test_a_sequence_that_is_none_misses_nothing_and_holds_up_no_event(first: Any) -> None:
    world = World()
    world.receive(delivery(numbered(1, "a")))

    assert world.receive(delivery(numbered(first, "b"))) == KEPT
    assert world.published == ["a", "b"]
    assert world.receive(delivery(numbered(2, "c"))) == KEPT
    assert gaps(world) == []


@given(st.lists(st.integers(0, 2**63 - 1) | st.integers(0, 30), min_size=1, max_size=6))
@pytest.mark.promise("sequence-gap")
def test_whatever_the_numbers_each_event_arrives(numbers: list[int]) -> None:
    world = World()
    for place, first in enumerate(numbers):
        assert world.receive(delivery(numbered(first, f"r{place}"))) == KEPT

    events = [json.loads(entry["Detail"]) for entry in world.bus]
    assert [one["resource_id"] for one in events if "resource_id" in one] == [
        f"r{place}" for place in range(len(numbers))
    ]
