# SPDX-License-Identifier: Apache-2.0
"""Webhook bodies, signatures, the state of a subscription, and real deliveries over HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
import requests

from local.xero import SimulatorConfig, XeroSimulator, webhooks
from local.xero.server import XeroServer
from local.xero.webhooks import Outcome
from tests.xero.conftest import Client, invoice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.xero.wire import Document
    from tests.xero.conftest import Clock

KEY = "made-up-key=="
ACCEPTED = Outcome(200)
REFUSED = Outcome(500)


@pytest.fixture
def config() -> SimulatorConfig:
    return SimulatorConfig(
        webhook_key=KEY, webhook_url="http://127.0.0.1:9/hook", webhook_window=0, webhook_retry=900
    )


def proven(client: Client) -> Client:
    client.simulator.webhook_proven(passed=True)
    return client


def status(client: Client) -> Document:
    answer: Document = json.loads(client.send("GET", "/_simulator/webhook").body)
    return answer


def test_the_signature_is_over_the_raw_body_with_the_keys_text() -> None:
    body = b'{"events":[],"entropy": "X"}'
    expected = base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha256).digest()).decode()
    assert webhooks.sign(body, key=KEY) == expected


def test_the_probes_are_three_wrong_and_one_right() -> None:
    probes = webhooks.probes(key=KEY)
    assert [one.rightly_signed for one in probes] == [False, False, False, True]
    differences = []
    for probe in probes:
        right = webhooks.sign(probe.body, key=KEY)
        assert (probe.signature == right) is probe.rightly_signed
        differences.append(sum(a != b for a, b in zip(probe.signature, right, strict=True)))
        read = json.loads(probe.body)
        assert (read["events"], read["firstEventSequence"], read["lastEventSequence"]) == ([], 0, 0)
        assert len(read["entropy"]) == 20
        for separators in ((",", ":"), (", ", ": ")):
            assert json.dumps(read, separators=separators).encode() != probe.body
    assert differences[1] == 1


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        (Outcome(200), Outcome(401), None),
        (Outcome(202), Outcome(401), "Response not 200"),
        (Outcome(200), Outcome(200), "Response to incorrectly signed payload not 401"),
        (Outcome(200), Outcome(403), "Response to incorrectly signed payload not 401"),
        (Outcome(200, body_empty=False), Outcome(401), "Response contains a body"),
        (Outcome(200), Outcome(401, body_empty=False), "Response contains a body"),
        (Outcome(200, sets_cookie=True), Outcome(401), "Response contains a cookie"),
        (Outcome(None), Outcome(401), "No response within 5 seconds"),
    ],
)
def test_intent_to_receive_fails_for_one_named_reason(
    right: Outcome, wrong: Outcome, reason: str | None
) -> None:
    probes = webhooks.probes(key=KEY)
    answers = [(one, right if one.rightly_signed else wrong) for one in probes]
    assert webhooks.verdict(answers) == reason


def test_a_change_becomes_an_event_once_intent_to_receive_has_passed(
    client: Client, clock: Clock
) -> None:
    client.write("PUT", "Contacts", {"Name": "Early"})
    assert client.simulator.subscription.take(clock.now) is None
    proven(client)
    made = client.write("PUT", "Contacts", {"Name": "Juniper"})["Contacts"][0]
    delivery = client.simulator.subscription.take(clock.now)
    assert delivery is not None
    assert delivery.signature == webhooks.sign(delivery.body, key=KEY)
    assert json.loads(delivery.body) == {
        "events": [
            {
                "resourceUrl": f"https://api.xero.com/api.xro/2.0/Contacts/{made['ContactID']}",
                "resourceId": made["ContactID"],
                "eventDateUtc": "2026-11-22T01:15:39.902",
                "eventType": "CREATE",
                "eventCategory": "CONTACT",
                "tenantId": client.simulator.tenant_id,
                "tenantType": "ORGANISATION",
            }
        ],
        "firstEventSequence": 1,
        "lastEventSequence": 1,
        "entropy": json.loads(delivery.body)["entropy"],
    }


def test_changes_close_together_share_a_delivery_and_the_sequence_goes_on(
    client: Client, clock: Clock
) -> None:
    proven(client)
    client.write("PUT", "Invoices", invoice(Contact={"Name": "Juniper"}))
    client.write("POST", "Contacts", {"Name": "Juniper", "FirstName": "A"})
    seen = []
    for _ in range(2):
        delivery = client.simulator.subscription.take(clock.now)
        assert delivery is not None
        client.simulator.settle_delivery(delivery, ACCEPTED)
        read = json.loads(delivery.body)
        seen.append(
            (
                [(one["eventCategory"], one["eventType"]) for one in read["events"]],
                read["firstEventSequence"],
                read["lastEventSequence"],
            )
        )
        client.write("POST", "Contacts", {"Name": "Juniper", "FirstName": "B"})
    assert seen == [
        ([("CONTACT", "CREATE"), ("INVOICE", "CREATE"), ("CONTACT", "UPDATE")], 1, 3),
        ([("CONTACT", "UPDATE")], 4, 4),
    ]


def test_a_refused_write_is_no_event(client: Client, clock: Clock) -> None:
    proven(client)
    client.api("PUT", "Contacts", {"Name": "Larkspur Interiors"})
    assert client.simulator.subscription.take(clock.now) is None


def test_a_failed_delivery_is_repeated_and_the_webhook_ends_after_a_day(
    client: Client, clock: Clock
) -> None:
    subscription = proven(client).simulator.subscription
    client.write("PUT", "Contacts", {"Name": "Juniper"})
    first = subscription.take(clock.now)
    assert first
    client.simulator.settle_delivery(first, REFUSED)
    assert status(client)["status"] == "Retry"
    assert subscription.take(clock.now) is first
    client.simulator.settle_delivery(first, REFUSED)
    assert subscription.take(clock.now) is None
    clock.forward(minutes=15)
    assert subscription.take(clock.now) is first
    client.simulator.settle_delivery(first, ACCEPTED)
    assert status(client)["status"] == "OK"

    client.log_in()
    client.write("PUT", "Contacts", {"Name": "Clover"})
    attempts = 0
    while delivery := subscription.take(clock.now):
        attempts += 1
        client.simulator.settle_delivery(delivery, REFUSED)
        clock.forward(minutes=15)
    assert status(client)["status"] == "Disabled"
    assert attempts == 97
    client.log_in()
    client.write("PUT", "Contacts", {"Name": "Thistle"})
    assert subscription.take(clock.now) is None


def test_made_up_events_go_out_as_one_body_twice_if_wanted(client: Client, clock: Clock) -> None:
    off = client.send("POST", "/_simulator/webhook/send", {"count": 2})
    assert off.status == 400
    proven(client)
    wish = {
        "events": [
            {"category": "CREDITNOTE", "type": "CREATE", "data": {"Status": "DRAFT"}},
            {"category": "QUOTE", "resource_id": "q-1", "tenant_id": "t-1"},
        ],
        "duplicate": True,
    }
    answer = json.loads(client.send("POST", "/_simulator/webhook/send", wish).body)
    assert answer["queued"] == 2
    bodies = []
    for _ in range(2):
        delivery = client.simulator.subscription.take(clock.now)
        assert delivery
        client.simulator.settle_delivery(delivery, ACCEPTED)
        bodies.append(delivery.body)
    assert bodies[0] == bodies[1]
    first, second = json.loads(bodies[0])["events"]
    assert first["resourceUrl"].startswith("https://api.xero.com/api.xro/2.0/CreditNotes/")
    assert first["data"] == {"Status": "DRAFT"}
    assert (second["resourceId"], second["tenantId"]) == ("q-1", "t-1")
    assert second["resourceUrl"].endswith("/Quotes/q-1")


@pytest.mark.parametrize("wish", [{"count": 0}, {"count": "x"}, {"events": [1]}])
def test_made_up_events_that_make_no_sense_are_refused(client: Client, wish: Any) -> None:
    proven(client)
    assert client.send("POST", "/_simulator/webhook/send", wish).status == 400


def test_a_new_address_has_to_be_proven_and_the_key_is_never_shown(client: Client) -> None:
    proven(client)
    answer = client.send("PUT", "/_simulator/webhook", {"url": "http://127.0.0.1:9/", "key": KEY})
    assert KEY not in answer.body.decode()
    assert status(client)["status"] == "Intent to receive required"


@dataclass
class Receiver:
    """A webhook receiver that can be told to misbehave."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    fail: int = 0


class _Handler(BaseHTTPRequestHandler):
    receiver: ClassVar[Receiver]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        right = webhooks.sign(body, key=KEY) == self.headers["x-xero-signature"]
        self.receiver.fail -= right and self.receiver.fail > 0 and bool(self.receiver.bodies)
        if right:
            self.receiver.bodies.append(body)
        failing = self.receiver.fail > 0
        self.send_response(500 if failing else 200 if right else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    handler = type("Handler", (_Handler,), {"receiver": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    made.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_receiver_passes_intent_to_receive_and_gets_events(receiver: Receiver) -> None:
    config = SimulatorConfig(webhook_window=0.01, webhook_retry=0.05)
    simulator = XeroSimulator(config)
    with XeroServer(simulator) as server:
        hook = server.url + "/_simulator/webhook"
        requests.put(hook, json={"url": receiver.url, "key": KEY}, timeout=5)
        result = requests.post(hook + "/intent-to-receive", timeout=30).json()
        assert result["passed"] is True
        assert result["reason"] is None
        assert [(one["signed"], one["status"]) for one in result["probes"]] == [
            *[("wrong", 401)] * 3,
            ("right", 200),
        ]
        receiver.fail = 2
        client = Client(simulator)
        client.log_in()
        client.write("PUT", "Contacts", {"Name": "Juniper"})
        wait_until(lambda: not requests.get(hook, timeout=5).json()["waiting_events"])
        attempts = requests.get(hook, timeout=5).json()["attempts"]
    assert [one["accepted"] for one in attempts][-1] is True
    assert [one["status"] for one in attempts] == [500, 200]
    assert json.loads(receiver.bodies[-1])["events"][0]["eventCategory"] == "CONTACT"


def test_a_receiver_with_another_key_fails_intent_to_receive(receiver: Receiver) -> None:
    simulator = XeroSimulator(SimulatorConfig(webhook_url=receiver.url, webhook_key="other"))
    with XeroServer(simulator) as server:
        hook = server.url + "/_simulator/webhook"
        result = requests.post(hook + "/intent-to-receive", timeout=30).json()
        assert (result["passed"], result["reason"]) == (False, "Response not 200")
        requests.put(hook, json={"url": "http://127.0.0.1:9/"}, timeout=5)
        result = requests.post(hook + "/intent-to-receive", timeout=30).json()
        assert result["reason"] == "No response within 5 seconds"
        requests.put(hook, json={}, timeout=5)
        result = requests.post(hook + "/intent-to-receive", timeout=30).json()
        assert result["reason"] == "No webhook address is set"
