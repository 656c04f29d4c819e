# SPDX-License-Identifier: Apache-2.0
"""Requests made as events: every one is answered, or waits where it can be found."""

import json
import secrets
import time
from collections.abc import Iterator
from typing import Any

import pytest

from local.listener import Event, Listener
from local.machine import xero_peer
from local.machine.stack import Stack
from tests.flows.conftest import BusListener

RESULTS = {"source": ["xero.results"]}


def _ask(stack: Stack, operation: str, detail: dict[str, Any] | str) -> str:
    """Put a request on the bus and return the event's id."""
    text = detail if isinstance(detail, str) else json.dumps(detail)
    entry = {
        "EventBusName": stack.bus,
        "Source": "xero.requests",
        "DetailType": operation,
        "Detail": text,
    }
    result = stack.account.client("events").put_events(Entries=[entry])
    return str(result["Entries"][0]["EventId"])


def _result(listener: Listener, correlation_id: str) -> Event:
    return listener.wait_until(lambda one: one["detail"]["correlation_id"] == correlation_id)


def _contact(name: str) -> dict[str, Any]:
    return {"input": {"contact": {"Name": name}}}


@pytest.mark.promise("requests")
def test_a_request_is_carried_out_and_answered(stack: Stack, bus_listener: BusListener) -> None:
    name = f"Mill {secrets.token_hex(4)}"
    listener = bus_listener(RESULTS)

    asked = {**_contact(name), "correlation_id": "signup-7"}
    _ask(stack, "contacts/create_contact", asked)
    assert _result(listener, "signup-7")["detail"]["output"]["contact"]["Name"] == name

    event_id = _ask(stack, "contacts/find_or_create_contact", _contact(name))
    found = _result(listener, event_id)
    assert found["detail-type"] == "contacts/find_or_create_contact"
    assert found["detail"]["output"]["contact"]["Name"] == name


@pytest.mark.parametrize(
    ("operation", "detail", "error"),
    [
        ("contacts/create_contact", {"input": {"contact": {}}}, "InputError"),
        ("contacts/make_contact", {"input": {}}, "UnknownOperationError"),
        ("contacts/get_contact", {"input": {}}, "UnknownOperationError"),
        ("contacts/create_contact", {"operation": "contacts/archive_contact"}, "InputError"),
        ("contacts/create_contact", {**_contact("A"), "tenant_id": "Nobody"}, "TenantError"),
    ],
)
def test_a_request_that_cannot_succeed_is_answered_at_once(
    stack: Stack,
    bus_listener: BusListener,
    operation: str,
    detail: dict[str, Any],
    error: str,
) -> None:
    listener = bus_listener(RESULTS)

    event_id = _ask(stack, operation, detail)

    result = _result(listener, event_id)
    assert result["detail-type"] == operation
    assert result["detail"]["error"]["type"] == error


@pytest.mark.promise("request-retries")
def test_what_may_succeed_later_comes_back_from_the_queue_with_the_same_key(
    stack: Stack, bus_listener: BusListener
) -> None:
    name = f"Ferry {secrets.token_hex(4)}"
    listener = bus_listener(RESULTS)
    # A wait of nine seconds is longer than an invocation waits itself.
    fault = {"fault": "429-minute:9", "method": "PUT", "path": "/api.xro/2.0/Contacts"}
    xero_peer.request(stack.xero_url, "POST", "/_simulator/faults", fault)

    event_id = _ask(stack, "contacts/create_contact", _contact(name))

    assert _result(listener, event_id)["detail"]["output"]["contact"]["Name"] == name
    log = xero_peer.request(stack.xero_url, "GET", "/_simulator/requests")
    calls = [one for one in log["requests"] if one["idempotency_key"] == event_id]
    assert [call["status"] for call in calls] == [429, 200]


@pytest.fixture
def hasty_queue(stack: Stack) -> Iterator[str]:
    """A queue of requests that gives up after seconds, where the deployed one takes hours."""
    sqs, url = stack.account.client("sqs"), stack.queues["requests"]
    names: list[Any] = ["VisibilityTimeout", "RedrivePolicy"]
    deployed = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    redrive = json.dumps(json.loads(deployed["RedrivePolicy"]) | {"maxReceiveCount": 3})
    hasty = {"VisibilityTimeout": "1", "RedrivePolicy": redrive}
    sqs.set_queue_attributes(QueueUrl=url, Attributes=hasty)
    yield url
    sqs.set_queue_attributes(QueueUrl=url, Attributes=deployed)


@pytest.mark.promise("request-dead-letters")
def test_what_cannot_be_read_ends_among_the_dead_letters(stack: Stack, hasty_queue: str) -> None:
    sqs = stack.account.client("sqs")
    text = f"no event at all {secrets.token_hex(4)}"

    sqs.send_message(QueueUrl=hasty_queue, MessageBody=text)

    deadline = time.monotonic() + 60
    bodies: list[str] = []
    while text not in bodies:
        assert time.monotonic() < deadline, bodies
        answer = sqs.receive_message(
            QueueUrl=stack.queues["request_dead_letters"], WaitTimeSeconds=2
        )
        bodies += [message["Body"] for message in answer.get("Messages", [])]
