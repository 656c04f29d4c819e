# SPDX-License-Identifier: Apache-2.0
"""What the webhook function does when its key, the bus or the backlog is not as it should be."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.bus import Bus
from xero_connection.errors import UnavailableError
from xero_connection.parcels import read_parcel

from local.derived.samples import SAMPLE_KEY, delivery
from tests.functions.test_webhook import KEPT, REFUSED, event

if TYPE_CHECKING:
    from tests.functions.conftest import Output
    from tests.functions.stack import Stack

NEW_KEY = "the-key-after-the-change"


def signed(body: bytes, key: str = SAMPLE_KEY) -> dict[str, Any]:
    """A delivery of any bytes, as the gateway hands it on."""
    signature = b64encode(hmac.digest(key.encode(), body, "sha256")).decode()
    return {
        "headers": {"x-xero-signature": signature},
        "body": b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def with_key(key: str) -> dict[str, Any]:
    """The same delivery, signed with a key."""
    return signed(delivery([event()])["body"].encode(), key)


def reads(stack: Stack) -> int:
    """How often Secrets Manager was asked."""
    return len(stack.client("secretsmanager").calls)


def resource_of(entry: dict[str, Any]) -> str:
    return str(json.loads(entry["Detail"])["resource_id"])


@pytest.mark.promise("bus-refuses")
def test_an_entry_that_the_bus_refuses_at_first_is_sent_again_alone(stack: Stack) -> None:
    tries: list[str] = []

    def once(entry: dict[str, Any]) -> bool:
        tries.append(resource_of(entry))
        return resource_of(entry) == "r3" and tries.count("r3") < 3

    stack.client("events").refuses = once
    assert stack.invoke("webhook", delivery([event(resourceId=f"r{i}") for i in range(12)])) == KEPT
    assert sorted(one["detail"]["resource_id"] for one in stack.seen()) == sorted(
        f"r{i}" for i in range(12)
    )
    assert len(tries) == 14
    assert stack.backlog() == []
    assert stack.slept == sorted(stack.slept)


@pytest.mark.promise("bus-refuses")
def test_an_entry_that_the_bus_goes_on_refusing_is_parked_and_the_rest_arrives(
    stack: Stack, output: Output
) -> None:
    stack.client("events").refuses = lambda entry: resource_of(entry) in {"r1", "r11"}
    assert stack.invoke("webhook", delivery([event(resourceId=f"r{i}") for i in range(12)])) == KEPT
    assert len(stack.seen()) == 10
    (parcel,) = stack.backlog()
    assert parcel["kind"] == "entries"
    assert [resource_of(entry) for entry in parcel["entries"]] == ["r1", "r11"]
    assert parcel["entries"][0].keys() == {"Source", "DetailType", "Detail", "Time"}
    assert parcel["entries"][0]["Time"] == "2026-11-22T01:15:39.902Z"
    (line,) = output.lines()
    assert (line["outcome"], line["events"], line["parked"]) == ("kept", 12, 2)


@pytest.mark.promise("bus-refuses")
def test_a_bus_that_is_down_leaves_everything_in_the_backlog(stack: Stack) -> None:
    stack.client("events").down = True
    given = [event(resourceId=f"r{i}", data={"Type": "x" * 2000}) for i in range(700)]
    assert stack.invoke("webhook", delivery(given)) == KEPT
    (parcel,) = stack.backlog()
    held = read_parcel(json.dumps(parcel))
    assert isinstance(held, list)
    assert [resource_of(entry) for entry in held] == [f"r{i}" for i in range(700)]


@pytest.mark.promise("bus-refuses")
def test_a_bus_that_hangs_is_left_alone_once_its_time_is_over(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = stack.client("events")
    bus.down = True
    assert Bus.__init__.__kwdefaults__ is not None
    # Each call takes the second after which the client gives it up.
    monkeypatch.setitem(Bus.__init__.__kwdefaults__, "clock", lambda: float(len(bus.calls)))
    given = [event(resourceId=f"r{i}") for i in range(200)]
    assert stack.invoke("webhook", delivery(given)) == KEPT
    assert len(bus.calls) <= 8 + 2
    assert sum(len(parcel["entries"]) for parcel in stack.backlog()) == 200


@pytest.mark.promise("bus-refuses")
def test_with_bus_and_backlog_down_the_gateway_answers_500(stack: Stack) -> None:
    stack.client("events").down = stack.client("sqs").down = True
    with pytest.raises(UnavailableError):
        stack.invoke("webhook", delivery([event()]))
    stack.client("events").down = stack.client("sqs").down = False
    assert stack.invoke("webhook", delivery([event()])) == KEPT


@pytest.mark.promise("backlog-replayed")
def test_what_waits_in_the_backlog_is_published_by_the_same_function(stack: Stack) -> None:
    stack.client("events").down = True
    for name in ("r1", "r2"):
        assert stack.invoke("webhook", delivery([event(resourceId=name)])) == KEPT
    assert stack.replay() == 2

    stack.client("events").down = False
    assert stack.replay() == 0
    assert [one["detail"]["resource_id"] for one in stack.seen()] == ["r1", "r2"]
    assert stack.seen()[0]["time"] == "2026-11-22T01:15:39Z"
    assert stack.dead_letters() == []


@pytest.mark.promise("unreadable-kept")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff",
        b"null",
        b"[]",
        b'{"events": {}}',
        b'{"events": [',
        b"[" * 50_000,
        b"1e999999999",
    ],
)
def test_a_genuine_body_that_cannot_be_read_is_kept_byte_by_byte(
    stack: Stack, output: Output, body: bytes
) -> None:
    assert stack.invoke("webhook", signed(body)) == KEPT
    (kept,) = stack.backlog()
    assert (kept["kind"], b64decode(kept["body"])) == ("body", body)
    (line,) = output.lines()
    assert line["outcome"] == "unreadable"
    assert stack.seen() == []


@pytest.mark.promise("unreadable-kept")
@pytest.mark.parametrize("odd", [None, 7, "event", {}, {"eventType": "CREATE"}, event(tenantId=3)])
def test_an_event_that_cannot_be_read_holds_up_no_other(
    stack: Stack, output: Output, odd: Any
) -> None:
    given = delivery([event(), odd, event(resourceId="other")])
    assert stack.invoke("webhook", given) == KEPT
    assert [one["detail"]["sequence"] for one in stack.seen()] == [1, 3]
    (kept,) = stack.backlog()
    assert b64decode(kept["body"]).decode() == given["body"]
    (line,) = output.lines()
    assert line["outcome"] == "partly unreadable"


@pytest.mark.promise("unreadable-kept")
@pytest.mark.parametrize("moment", ["yesterday", "", "0001-01-01T00:00:00+14:00", "2026-13-45"])
def test_an_event_with_an_odd_date_passes_with_the_date_as_it_is(stack: Stack, moment: str) -> None:
    assert stack.invoke("webhook", delivery([event(eventDateUtc=moment)])) == KEPT
    (seen,) = stack.seen()
    assert seen["detail"]["occurred_at"] == moment


@pytest.mark.promise("empty-secrets")
@pytest.mark.parametrize(
    "text", ["{}", "", "the key itself", '{"current": ""}', "[1]", '{"key": "x"}']
)
def test_without_a_key_a_delivery_is_refused_and_the_log_says_what_to_do(
    empty_stack: Stack, output: Output, text: str
) -> None:
    empty_stack.fill(webhook=text or " ")
    assert empty_stack.invoke("webhook", delivery([event()])) == REFUSED
    (line,) = output.lines()
    assert line["outcome"] == "refused"
    assert empty_stack.arns["webhook-secret"] in line["reason"]
    assert '{"current": ' in line["reason"]


@pytest.mark.promise("key-change")
def test_a_key_that_was_just_changed_works_at_once_and_the_old_one_no_more(stack: Stack) -> None:
    assert stack.invoke("webhook", with_key(SAMPLE_KEY)) == KEPT
    stack.fill(webhook={"current": NEW_KEY})
    assert stack.invoke("webhook", with_key(NEW_KEY)) == KEPT
    assert stack.invoke("webhook", with_key(SAMPLE_KEY)) == REFUSED


@pytest.mark.promise("key-change")
def test_during_a_change_both_keys_work(stack: Stack) -> None:
    stack.fill(webhook={"current": NEW_KEY, "previous": SAMPLE_KEY})
    for key in (NEW_KEY, SAMPLE_KEY):
        assert stack.invoke("webhook", with_key(key)) == KEPT
    assert stack.invoke("webhook", with_key("another")) == REFUSED


@pytest.mark.promise("key-change")
def test_a_key_pasted_with_a_line_break_works(stack: Stack) -> None:
    stack.fill(webhook={"current": f" {SAMPLE_KEY}\n"})
    assert stack.invoke("webhook", with_key(SAMPLE_KEY)) == KEPT


@pytest.mark.promise("key-change")
def test_a_flood_of_forgeries_does_not_become_a_flood_of_reads(stack: Stack) -> None:
    stack.invoke("webhook", with_key(SAMPLE_KEY))
    before = reads(stack)
    for number in range(100):
        assert stack.invoke("webhook", with_key(f"forged-{number}")) == REFUSED
    assert reads(stack) - before <= 10
    assert stack.invoke("webhook", with_key(SAMPLE_KEY)) == KEPT


@pytest.mark.promise("key-change")
def test_with_an_empty_secret_a_flood_does_not_become_a_flood_of_reads(empty_stack: Stack) -> None:
    for _ in range(50):
        assert empty_stack.invoke("webhook", with_key(SAMPLE_KEY)) == REFUSED
    assert reads(empty_stack) <= 11


@pytest.mark.promise("key-change")
def test_what_has_no_signature_costs_no_read_at_all(stack: Stack) -> None:
    for _ in range(10):
        assert stack.invoke("webhook", {"body": "x", "headers": {}}) == REFUSED
    assert reads(stack) == 0


@pytest.mark.promise("key-change")
def test_while_secrets_manager_is_out_the_last_key_is_used(stack: Stack) -> None:
    assert stack.invoke("webhook", with_key(SAMPLE_KEY)) == KEPT
    stack.client("secretsmanager").down = True
    assert stack.invoke("webhook", with_key("forged")) == REFUSED
    assert stack.invoke("webhook", with_key(SAMPLE_KEY)) == KEPT


@pytest.mark.promise("key-change")
def test_without_any_key_read_yet_an_outage_is_a_500_and_no_refusal(stack: Stack) -> None:
    stack.client("secretsmanager").down = True
    with pytest.raises(UnavailableError):
        stack.invoke("webhook", with_key(SAMPLE_KEY))
    stack.client("secretsmanager").down = False
    assert stack.invoke("webhook", with_key(SAMPLE_KEY)) == KEPT
