# SPDX-License-Identifier: Apache-2.0
"""A delivery from the gateway to the bus: what is answered, kept and said."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.receiver import Receiver, header, parcels, raw_body

KEY = "a-webhook-key"
REFUSED = {"statusCode": 401, "body": ""}
KEPT = {"statusCode": 200, "body": ""}
EVENT = {
    "resourceId": "6f7594f2",
    "eventDateUtc": "2026-11-22T01:15:39.902",
    "eventType": "UPDATE",
    "eventCategory": "INVOICE",
    "tenantId": "c2cc9b6e",
}
ONE_EVENT = json.dumps({"events": [EVENT], "firstEventSequence": 1}).encode()


@dataclass
class Keys:
    """WebhookKeySecret: `kept` is what memory has, `now` what Secrets Manager would say."""

    now: str
    kept: str | None = None
    name: str = "the-webhook-key-secret"
    fresh_reads: int = 0

    def read(self, *, fresh: bool = False) -> str:
        """Return the text that memory or Secrets Manager has."""
        self.fresh_reads += fresh
        return self.now if fresh or self.kept is None else self.kept


@dataclass
class World:
    """A receiver, and what it does to the bus, the queue and the log."""

    keys: Keys = field(default_factory=lambda: Keys(json.dumps({"current": KEY})))
    bus_refuses: bool = False
    bus: list[dict[str, Any]] = field(default_factory=list)
    backlog: list[Any] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def receive(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a delivery."""
        receiver = Receiver(
            key_secret=self.keys,
            publish=self._publish,
            park=lambda text: self.backlog.append(json.loads(text)),
            log=lambda **fields: self.lines.append(fields),
        )
        return receiver.receive(event)

    def _publish(self, entries: list[dict[str, Any]], *, until: float) -> list[dict[str, Any]]:
        assert until > 0
        self.bus += [] if self.bus_refuses else entries
        return entries if self.bus_refuses else []


def delivery(
    body: bytes = ONE_EVENT,
    *,
    key: str = KEY,
    encoded: bool = False,
    name: str = "x-xero-signature",
) -> dict[str, Any]:
    digest = hmac.new(key.encode(), body, hashlib.sha256).digest()
    return {
        "headers": {"content-type": "application/json", name: b64encode(digest).decode()},
        "body": b64encode(body).decode() if encoded else body.decode(),
        "isBase64Encoded": encoded,
    }


@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize("name", ["x-xero-signature", "X-Xero-Signature", "X-XERO-SIGNATURE"])
@pytest.mark.promise("signature-bytes")
def test_a_genuine_delivery_reaches_the_bus(encoded: bool, name: str) -> None:
    world = World()

    assert world.receive(delivery(encoded=encoded, name=name)) == KEPT
    assert [entry["DetailType"] for entry in world.bus] == ["invoices/invoice_updated"]
    assert world.lines == [{"outcome": "kept", "bytes": len(ONE_EVENT), "events": 1, "parked": 0}]


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
    assert len(world.bus) == 2


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
    body = json.dumps({"events": [EVENT, {"resourceId": 5}, EVENT]}).encode()

    assert world.receive(delivery(body)) == KEPT
    assert len(world.bus) == 2
    assert world.backlog == [{"kind": "body", "body": b64encode(body).decode()}]
    assert world.lines[0]["outcome"] == "partly unreadable"


@pytest.mark.promise("bus-refuses")
def test_what_the_bus_refuses_is_kept_in_the_backlog() -> None:
    world = World(bus_refuses=True)

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
    world = World(bus_refuses=True)
    events = [delivery(), delivery(key="wrong"), delivery(b"no json"), {"body": "{}"}]
    for event in events:
        world.receive(event)

    said = json.dumps(world.lines)
    secrets = [KEY, "6f7594f2", "c2cc9b6e", "no json"]
    secrets += [event["headers"]["x-xero-signature"] for event in events if "headers" in event]
    assert not [secret for secret in secrets if secret in said]


@given(st.lists(st.fixed_dictionaries({"Detail": st.text()}), max_size=40), st.integers(0, 100_000))
@pytest.mark.promise("bus-refuses")
def test_parcels_hold_every_entry_in_order_and_fit_into_a_message(
    entries: list[dict[str, Any]], padding: int
) -> None:
    entries = [entry | {"Padding": "…" * padding} for entry in entries[:8]]
    texts = parcels(entries)

    assert [entry for text in texts for entry in json.loads(text)["entries"]] == entries
    assert all(len(text) < 1_048_576 for text in texts)


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
