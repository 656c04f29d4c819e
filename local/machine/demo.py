# SPDX-License-Identifier: Apache-2.0
"""Shows the main job on a running stack, each step with its real output."""

import json
import secrets
from datetime import UTC, datetime
from typing import Any

from local.console import Console
from local.deployed import here
from local.listener import Listener, listening
from local.machine import calls, xero_peer
from local.machine.stack import Stack
from local.problems import Problem

_WRONG_SIGNATURE = "d3Jvbmcgc2lnbmF0dXJl"
CONTACT = "Bayside Club"


class DemoError(Problem):
    """A step did not end as it should."""


def show(stack: Stack, console: Console) -> None:
    """Run through the steps.

    Raises:
        DemoError: a step did not end as it should.
        NothingHeardError: an event did not come.
    """
    _handshake(stack, console)
    _forgery(stack, console)
    _webhook(stack, console)
    _query(stack, console)
    _action(stack, console)
    _request(stack, console)
    _sweep(stack, console)


def _handshake(stack: Stack, console: Console) -> None:
    console.heading("1  Xero checks the webhook (intent to receive)")
    result = xero_peer.intent_to_receive(stack.xero_url)
    for probe in result["probes"]:
        console.line("  ".join(f"{name}: {value}" for name, value in probe.items()))
    if not result["passed"]:
        raise DemoError("Xero did not accept the webhook.")


def _forgery(stack: Stack, console: Console) -> None:
    console.heading("2  A webhook with a wrong signature is refused")
    answer = calls.post_webhook(stack, _webhook_body(stack), _WRONG_SIGNATURE)
    console.line(f"POST /webhooks/xero -> {answer.status}, body of {len(answer.body)} bytes")
    if answer.status != 401 or answer.body:  # noqa: PLR2004, the status is the step's subject
        raise DemoError("A forged webhook was not refused.")


def _webhook(stack: Stack, console: Console) -> None:
    console.heading("3  A signed webhook becomes an event on the bus")
    with listening(here(stack), {"source": ["xero.webhooks"]}) as listener:
        answer = calls.post_webhook(stack, _webhook_body(stack))
        console.line(f"POST /webhooks/xero -> {answer.status}")
        console.json(_shown(listener.wait_for()[0]))


def _query(stack: Stack, console: Console) -> None:
    console.heading("4  A query reads from Xero")
    _invoke(
        stack, console, "query", {"operation": "organisations/get_organisation",
        "fields": ["Name", "BaseCurrency", "CountryCode"]},
    )  # fmt: skip


def _action(stack: Stack, console: Console) -> None:
    console.heading("5  An action changes Xero; Xero's webhook says so, and the record follows")
    with listening(here(stack), {"detail-type": ["invoices/invoice_created"]}) as listener:
        answer = _invoke(stack, console, "action", _new_invoice())
        invoice_id = answer["output"]["invoice"]["InvoiceID"]
        for source in ("xero.webhooks", "xero.records"):
            console.json(_shown(_heard(listener, source, invoice_id)))


def _request(stack: Stack, console: Console) -> None:
    console.heading("6  An event asks for an action, an event brings the outcome")
    correlation_id = f"demo-{secrets.token_hex(4)}"
    detail = {**_new_invoice(), "correlation_id": correlation_id}
    entry = {
        "EventBusName": stack.bus,
        "Source": "xero.requests",
        "DetailType": detail["operation"],
        "Detail": json.dumps(detail),
    }
    with listening(here(stack), {"source": ["xero.results"]}) as listener:
        stack.account.client("events").put_events(Entries=[entry])
        console.line(f"event xero.requests {detail['operation']}, correlation_id {correlation_id}")
        event = listener.wait_until(
            lambda event: event["detail"].get("correlation_id") == correlation_id
        )
        console.json(_shown(event))


def _sweep(stack: Stack, console: Console) -> None:
    console.heading("7  A change that no webhook told of is found by a sweep")
    with listening(here(stack), {"source": ["xero.records"]}) as listener:
        changed = {"resource": "Items", "records": [{"Name": "Lamp"}], "quiet": True}
        (item_id,) = xero_peer.request(stack.xero_url, "POST", "/_simulator/records", changed)[
            "ids"
        ]
        _invoke(stack, console, "sweep", {})
        console.json(_shown(_heard(listener, "xero.records", item_id)))


def _heard(listener: Listener, source: str, resource_id: str) -> dict[str, Any]:
    return listener.wait_until(
        lambda event: (event["source"], event["detail"].get("resource_id")) == (source, resource_id)
    )


def _invoke(stack: Stack, console: Console, function: str, envelope: dict[str, Any]) -> Any:
    console.line(f"invoke {function}")
    console.json(envelope)
    answer = calls.invoke(stack, function, envelope)
    console.json(answer.payload)
    if answer.failed:
        raise DemoError(f"The {function} failed.")
    return answer.payload


def _new_invoice() -> dict[str, Any]:
    invoice = {
        "Type": "ACCREC",
        "Contact": {"Name": CONTACT},
        "LineItems": [
            {"Description": "Desk", "Quantity": 1, "UnitAmount": 120.5, "AccountCode": "200"}
        ],
    }
    return {
        "operation": "invoices/create_invoice",
        "idempotency_key": f"demo-{secrets.token_hex(8)}",
        "fields": ["InvoiceID", "InvoiceNumber", "Status", "Total"],
        "input": {"invoice": invoice},
    }


def _webhook_body(stack: Stack) -> bytes:
    """Return a delivery as Xero sends it, for a contact that only this demonstration knows."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    resource_id = "4a4b1c0e-0d5e-4b2f-9a51-6b3f1f0c7d11"
    event = {
        "resourceUrl": f"https://api.xero.com/api.xro/2.0/Contacts/{resource_id}",
        "resourceId": resource_id,
        "eventDateUtc": now,
        "eventType": "UPDATE",
        "eventCategory": "CONTACT",
        "tenantId": stack.tenant_id,
        "tenantType": "ORGANISATION",
    }
    body = {
        "events": [event], "firstEventSequence": 1, "lastEventSequence": 1, "entropy": "LOCALDEMO",
    }  # fmt: skip
    return json.dumps(body).encode()


def _shown(event: dict[str, Any]) -> dict[str, Any]:
    """Leave out what EventBridge adds to every event, and of a record all but a few fields."""
    shown = {key: event[key] for key in ("source", "detail-type", "time", "detail")}
    if record := event["detail"].get("record"):
        few = {name: record[name] for name in list(record)[:6]} | {"…": "…"}
        shown["detail"] = {**event["detail"], "record": few}
    return shown
