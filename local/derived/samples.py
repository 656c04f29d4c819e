# SPDX-License-Identifier: Apache-2.0
"""The events that reach the functions, made of the catalogue's examples."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, uuid5

from xero_connection.catalogue import all_operations
from xero_connection.events import REQUESTS, WEBHOOKS
from xero_connection.findings import swept_texts
from xero_connection.resources import RESOURCES as RECORDED
from xero_connection.trigger import WebhookDetail
from xero_connection.webhooks import MISSED, read_delivery

if TYPE_CHECKING:
    from xero_connection.operation import Operation

SAMPLE_KEY: Final = "a-sample-webhook-key"
"""The webhook key under which the sample deliveries are signed."""

_SAMPLE_EVENT_ID: Final = "7bf73129-1428-4cd3-a780-95db273d1602"


def sample_event(operation: Operation) -> dict[str, Any]:
    """Return what the operation's function is invoked with, or what a rule gets of a trigger.

    For a trigger that webhooks fire it is the delivery that fires it.
    """
    if operation.output is WebhookDetail:
        return delivery([operation.example])
    if operation.kind == "trigger":
        return bus_event(operation.sources[0], operation.id, operation.example)
    return {"operation": operation.id, "input": operation.example}


def delivery(events: list[Any], *, encoded: bool = False, first: int = 1) -> dict[str, Any]:
    """Return a webhook delivery as the HTTP API hands it to the function, signed.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    first = first if events else 0
    document = {
        "events": events,
        "firstEventSequence": first,
        "lastEventSequence": first + max(len(events) - 1, 0),
        "entropy": "SXKRVBLDQHJTWOCEMPYA",
    }
    body = json.dumps(document).encode()
    signature = b64encode(hmac.digest(SAMPLE_KEY.encode(), body, "sha256")).decode()
    return {
        "version": "2.0",
        "routeKey": "POST /webhooks/xero",
        "rawPath": "/webhooks/xero",
        "rawQueryString": "",
        "headers": {
            "content-type": "application/json; charset=utf-8",
            "x-xero-signature": signature,
        },
        "requestContext": {"http": {"method": "POST", "path": "/webhooks/xero"}},
        "body": b64encode(body).decode() if encoded else body.decode(),
        "isBase64Encoded": encoded,
    }


def deliveries() -> dict[str, dict[str, Any]]:
    """Return the other events that reach a function, by name."""
    created = _example("invoices/invoice_created")
    updated = _example("contacts/contact_updated")
    request = request_event("invoices/create_invoice", _example("invoices/create_invoice"))
    (told,) = read_delivery(json.dumps({"events": [updated]}).encode()).entries
    contact = _example("contacts/contact_archived")["record"]
    (swept,) = swept_texts(updated["tenantId"], RECORDED["contacts"], [contact])
    missed = bus_event(WEBHOOKS, MISSED, _example(MISSED))
    return {
        "intent_to_receive": delivery([]),
        "several_events": delivery([created, updated]),
        "base64_body": delivery([created], encoded=True),
        "request": request,
        "request_from_queue": batch(json.dumps(request)),
        "findings_from_queue": batch(
            json.dumps(bus_event(told["Source"], told["DetailType"], json.loads(told["Detail"]))),
            swept,
        ),
        "missed_from_queue": batch(json.dumps(missed)),
        "schedule": {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}},
    }


def batch(*texts: str) -> dict[str, Any]:
    """Return messages as Lambda hands them from a queue to a function."""
    return {
        "Records": [
            {
                "messageId": str(uuid5(NAMESPACE_URL, text)),
                "receiptHandle": "a-receipt-handle",
                "body": text,
                "attributes": {"ApproximateReceiveCount": "1"},
                "eventSource": "aws:sqs",
            }
            for text in texts
        ]
    }


def request_event(operation_id: str, given: Any) -> dict[str, Any]:
    """Return an EventBridge event that asks for an action."""
    return bus_event(REQUESTS, operation_id, {"correlation_id": "order-1047", "input": given})


def bus_event(source: str, detail_type: str, detail: Any) -> dict[str, Any]:
    """Return an event as a rule of the bus hands it on."""
    return {
        "version": "0",
        "id": _SAMPLE_EVENT_ID,
        "source": source,
        "detail-type": detail_type,
        "account": "123456789012",
        "time": "2026-11-22T01:15:40Z",
        "region": "ap-southeast-2",
        "resources": [],
        "detail": detail,
    }


def _example(operation_id: str) -> Any:
    return next(one.example for one in all_operations() if one.id == operation_id)
