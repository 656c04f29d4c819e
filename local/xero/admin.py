# SPDX-License-Identifier: Apache-2.0
"""The simulator's own routes under /_simulator/: faults, limits, records, the log, the webhook."""

from __future__ import annotations

import re
from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from local.xero import records, resources, webhooks
from local.xero.books import Change, Writing
from local.xero.replies import json_reply, not_found
from local.xero.wire import Document, Response, from_json, new_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from local.xero.books import Books
    from local.xero.simulator import XeroSimulator
    from local.xero.wire import Request

PREFIX = "/_simulator/"
INTENT_TO_RECEIVE = PREFIX + "webhook/intent-to-receive"
"""Answered by the server, since it sends requests of its own."""
_MOST_EVENTS = 10_000
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def answer(simulator: XeroSimulator, request: Request, now: datetime) -> Response:
    """Answer one of the simulator's own requests; a wish that makes no sense is a 400."""
    route = _ROUTES.get((request.method, request.path.removeprefix(PREFIX).rstrip("/")))
    if route is None:
        return not_found()
    try:
        wish = from_json(request.body or b"{}")
        if not isinstance(wish, dict):
            raise ValueError("the body is not a JSON object")  # noqa: TRY004, TRY301
        value = route(simulator, wish, now)
    except ValueError as error:
        return json_reply({"error": str(error)}, HTTPStatus.BAD_REQUEST)
    return Response(HTTPStatus.NO_CONTENT) if value is None else json_reply(value)


def _configure(simulator: XeroSimulator, wish: Document, _now: datetime) -> Document:
    subscription = simulator.subscription
    subscription.configure(
        str(wish.get("url") or ""), str(wish.get("key") or simulator.config.webhook_key)
    )
    return subscription.describe()


def _change_key(simulator: XeroSimulator, wish: Document, _now: datetime) -> Document:
    """Do what "Regenerate" does in Xero's portal; the webhook stays on."""
    key = wish.get("key")
    if not isinstance(key, str) or not key:
        raise ValueError("key is a text")
    simulator.subscription.sign_with(key)
    return simulator.subscription.describe()


def _send(simulator: XeroSimulator, wish: Document, now: datetime) -> Document:
    """Queue made-up events as one delivery, twice where `duplicate` is true."""
    if not simulator.subscription.on:
        raise ValueError(f"the webhook is off: {simulator.subscription.status}")
    wanted = wish.get("events")
    if wanted is None:
        count = wish.get("count", 1)
        if not isinstance(count, int) or not 1 <= count <= _MOST_EVENTS:
            raise ValueError(f"count is a whole number from 1 to {_MOST_EVENTS}")
        wanted = [{}] * count
    events = [_event(simulator, one, now) for one in wanted]
    copies = 2 if wish.get("duplicate") else 1
    simulator.subscription.send(events, now, copies=copies)
    return {"queued": len(events), "events": events}


def _event(simulator: XeroSimulator, wish: Any, now: datetime) -> Document:
    """Make an event from category, type, resource_id, tenant_id and data, all optional."""
    if not isinstance(wish, dict):
        raise ValueError("an event is an object")  # noqa: TRY004 - a wish like any other
    category = str(wish.get("category") or "CONTACT")
    change = Change(
        category=category,
        event_type=str(wish.get("type") or "UPDATE"),
        resource=resources.collection_of(category),
        resource_id=str(wish.get("resource_id") or new_id()),
        tenant_id=str(wish.get("tenant_id") or simulator.tenant_id),
        at=now,
    )
    extra = {"data": wish["data"]} if "data" in wish else {}
    return webhooks.event(change) | extra


def _lose(simulator: XeroSimulator, wish: Document, now: datetime) -> Document:
    events = wish.get("events")
    if not isinstance(events, int) or not 1 <= events <= _MOST_EVENTS:
        raise ValueError(f"events is a whole number from 1 to {_MOST_EVENTS}")
    simulator.subscription.lose(events, now)
    return simulator.subscription.describe()


def _switch(simulator: XeroSimulator, *, on: bool) -> Document:
    if not simulator.subscription.url:
        raise ValueError("no webhook address is set")
    simulator.subscription.switch(on=on)
    return simulator.subscription.describe()


def _write_records(simulator: XeroSimulator, wish: Document, now: datetime) -> Document:
    """Make or change records; webhooks tell of it unless `quiet` is true."""
    writing = Writing(_books(simulator, wish), now)
    ids = records.write(writing, wish)
    if not wish.get("quiet"):
        simulator.subscription.tell(map(webhooks.event, writing.changes), now)
    return {"ids": ids}


def _remove_records(simulator: XeroSimulator, wish: Document, _now: datetime) -> None:
    records.remove(_books(simulator, wish), wish)


def _faults(simulator: XeroSimulator) -> Document:
    """Tell how many requests met each kind of fault."""
    return {"met": dict(simulator.faults.met)}


def _usage(simulator: XeroSimulator) -> Document:
    """Tell by tenant what the calls came to."""
    return {
        tenant_id: simulator.limiter.usage(tenant_id)
        | {"most_at_once": simulator.places.most(tenant_id)}
        for tenant_id in simulator.books
    }


def _start_counting(simulator: XeroSimulator, _wish: Document, now: datetime) -> None:
    simulator.limiter.start_counting()
    simulator.places.start_counting(now)


def _spend(simulator: XeroSimulator, wish: Document, now: datetime) -> Document:
    return simulator.limiter.spend(_books(simulator, wish).tenant_id, wish, now)


def _books(simulator: XeroSimulator, wish: Document) -> Books:
    tenant_id = str(wish.get("tenant_id") or simulator.tenant_id)
    if tenant_id not in simulator.books:
        raise ValueError("there is no such organisation")
    return simulator.books[tenant_id]


def _state(simulator: XeroSimulator) -> Document:
    """Count what each organisation holds, and name the limits in force."""
    return {
        "tenants": [
            {
                "tenant_id": books.tenant_id,
                "name": books.organisation["Name"],
                "connected": books.tenant_id in simulator.connections.tenants(),
                **{
                    _WORD.sub("_", name).lower(): len(shelf)
                    for name, shelf in books.shelves.items()
                },
            }
            for books in simulator.books.values()
        ],
        "limits": asdict(simulator.config.limits),
    }


_ROUTES: dict[tuple[str, str], Callable[[XeroSimulator, Document, datetime], Any]] = {
    ("GET", "health"): lambda _simulator, _wish, _now: {"status": "ok"},
    ("POST", "faults"): lambda simulator, wish, _now: simulator.faults.add(wish),
    ("GET", "faults"): lambda simulator, _wish, _now: _faults(simulator),
    ("DELETE", "faults"): lambda simulator, _wish, _now: simulator.faults.clear(),
    ("GET", "requests"): lambda simulator, _wish, _now: {"requests": list(simulator.log)},
    ("GET", "state"): lambda simulator, _wish, _now: _state(simulator),
    ("GET", "usage"): lambda simulator, _wish, _now: _usage(simulator),
    ("DELETE", "usage"): _start_counting,
    ("POST", "limits"): _spend,
    ("POST", "reset"): lambda simulator, _wish, _now: simulator.reset(),
    ("POST", "expire-tokens"): lambda simulator, _wish, now: {
        "expired": simulator.identity.expire_access_tokens(now)
    },
    ("GET", "webhook"): lambda simulator, _wish, _now: simulator.subscription.describe(),
    ("PUT", "webhook"): _configure,
    ("PUT", "webhook/key"): _change_key,
    ("POST", "webhook/send"): _send,
    ("POST", "webhook/lose"): _lose,
    ("POST", "webhook/on"): lambda simulator, _wish, _now: _switch(simulator, on=True),
    ("POST", "webhook/off"): lambda simulator, _wish, _now: _switch(simulator, on=False),
    ("POST", "records"): _write_records,
    ("DELETE", "records"): _remove_records,
}
