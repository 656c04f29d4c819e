# SPDX-License-Identifier: Apache-2.0
"""From a signed body at the HTTP endpoint to events on the bus."""

import json
import secrets
from datetime import datetime
from typing import Any

import pytest

from local.machine import calls, xero_peer
from local.machine.stack import Stack
from tests.flows.conftest import BusListener, PostWebhook

ALL = {"source": ["xero.webhooks"]}


def _event(category: str = "INVOICE", event_type: str = "UPDATE", **more: Any) -> dict[str, Any]:
    resource_id = f"{secrets.token_hex(4)}-f059-4d56-9e67-47ac9733bfe9"
    return {
        "resourceUrl": f"https://api.xero.com/api.xro/2.0/Records/{resource_id}",
        "resourceId": resource_id,
        "eventDateUtc": "2026-11-22T01:15:39.902",
        "eventType": event_type,
        "eventCategory": category,
        "tenantId": "c2cc9b6e-9458-4c7d-93cc-f02b81b0594f",
        "tenantType": "ORGANISATION",
        **more,
    }


def _body(*events: dict[str, Any], first: int = 1) -> bytes:
    last = first + max(len(events) - 1, 0)
    document = {"events": events, "firstEventSequence": first, "lastEventSequence": last}
    # Written unlike Python would write it: only the bytes as sent give the signature.
    return json.dumps({**document, "entropy": "É"}, separators=(" ,", ":"), indent=1).encode()


@pytest.mark.promise("intent-to-receive")
def test_xeros_intent_to_receive_passes(stack: Stack) -> None:
    outcome = xero_peer.intent_to_receive(stack.xero_url)

    assert outcome["passed"], outcome
    assert {(probe["signed"], probe["status"]) for probe in outcome["probes"]} == {
        ("right", 200),
        ("wrong", 401),
    }


@pytest.mark.promise("event-detail")
def test_a_signed_body_is_an_event_for_a_rule_of_ones_own(
    bus_listener: BusListener, post_webhook: PostWebhook
) -> None:
    event = _event("CREDITNOTE", "CREATE", data={"Type": "ACCPAYCREDIT", "Status": "DRAFT"})
    listener = bus_listener({**ALL, "detail-type": ["credit_notes/credit_note_created"]})

    answer = post_webhook(_body(event, first=107))

    assert (answer.status, answer.body) == (200, b"")
    heard = listener.wait_until(lambda one: one["detail"]["resource_id"] == event["resourceId"])
    assert datetime.fromisoformat(heard["time"]) == datetime.fromisoformat("2026-11-22T01:15:39Z")
    assert heard["detail"] == {
        "event_id": heard["detail"]["event_id"],
        "tenant_id": event["tenantId"],
        "tenant_type": "ORGANISATION",
        "resource": "credit_notes",
        "resource_id": event["resourceId"],
        "resource_url": event["resourceUrl"],
        "event_category": "CREDITNOTE",
        "event_type": "CREATE",
        "occurred_at": "2026-11-22T01:15:39.902Z",
        "sequence": 107,
        "data": {"Type": "ACCPAYCREDIT", "Status": "DRAFT"},
    }


@pytest.mark.promise("refusal-is-empty")
def test_one_wrong_character_is_an_empty_401_and_no_event(
    stack: Stack, bus_listener: BusListener, post_webhook: PostWebhook
) -> None:
    body, good = _body(_event()), _body(_event("CONTACT"))
    signature = calls.signature(stack.webhook_key, body)
    wrong = ("A" if signature[5] != "A" else "B").join([signature[:5], signature[6:]])
    listener = bus_listener(ALL)

    refused = post_webhook(body, wrong)
    accepted = post_webhook(good)

    assert (refused.status, refused.body, accepted.status) == (401, b"", 200)
    events = listener.wait_for()
    assert {event["detail"]["event_category"] for event in events} == {"CONTACT"}


@pytest.mark.promise("large-batches")
def test_a_thousand_events_in_one_body_all_arrive(
    bus_listener: BusListener, post_webhook: PostWebhook
) -> None:
    events = [_event("CONTACT", "CREATE") for _ in range(1000)]
    listener = bus_listener({**ALL, "detail-type": ["contacts/contact_created"]})

    answer = post_webhook(_body(*events))

    assert answer.status == 200
    heard = {event["detail"]["resource_id"] for event in listener.wait_for(1000)}
    assert heard >= {event["resourceId"] for event in events}


@pytest.mark.promise("events-by-category")
def test_what_xero_adds_tomorrow_passes_by_the_same_rule(
    bus_listener: BusListener, post_webhook: PostWebhook
) -> None:
    listener = bus_listener({**ALL, "detail-type": [{"prefix": "quotes/"}]})

    post_webhook(_body(_event("QUOTE", "CREATE"), _event("QUOTE", "DELETE")))

    types = {event["detail-type"] for event in listener.wait_for(2)}
    assert types == {"quotes/quote_created", "quotes/quote_deleted"}


@pytest.mark.promise("key-change")
def test_a_changed_key_works_at_once_beside_the_previous_one(
    stack: Stack, post_webhook: PostWebhook
) -> None:
    new_key, body = "a-new-webhook-key", _body(_event())
    assert post_webhook(body).status == 200
    manager = stack.account.client("secretsmanager")
    secret = stack.secrets["webhook_key"]
    try:
        content = json.dumps({"current": new_key, "previous": stack.webhook_key})
        manager.put_secret_value(SecretId=secret, SecretString=content)

        assert post_webhook(body, calls.signature(new_key, body)).status == 200
        assert post_webhook(body).status == 200
    finally:
        content = json.dumps({"current": stack.webhook_key})
        manager.put_secret_value(SecretId=secret, SecretString=content)
