# SPDX-License-Identifier: Apache-2.0
"""The simulated Xero as one object: a request goes in, an answer comes out, state stays.

It does no I/O: `server` and `adapter` carry the messages, `delivery` the webhooks.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

from local.xero import accounting, admin, seed, webhooks
from local.xero.books import Writing
from local.xero.config import SimulatorConfig
from local.xero.connections import Connections
from local.xero.faults import FaultPlan
from local.xero.idempotency import IdempotencyStore, key_of
from local.xero.identity import Identity
from local.xero.limits import Limiter
from local.xero.login import authorize, discovery
from local.xero.places import Place, Places
from local.xero.replies import XeroError, json_reply, not_found, refused, text_reply
from local.xero.scopes import allows
from local.xero.subscription import Delivery, Subscription
from local.xero.wire import Request, Response, new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.xero.books import Books
    from local.xero.faults import Fault
    from local.xero.identity import Grant
    from local.xero.webhooks import Outcome
    from local.xero.wire import Document

API_PREFIX = "/api.xro/2.0/"
_LOG_LENGTH = 10_000


def utc_now() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Call:
    """A request on its way through."""

    request: Request
    now: datetime
    fault: Fault
    place: Place | None


class XeroSimulator:
    """A Xero that knows one app and some organisations. Safe to call from several threads."""

    config: SimulatorConfig
    identity: Identity
    subscription: Subscription
    books: dict[str, Books]
    connections: Connections
    limiter: Limiter
    places: Places
    idempotency: IdempotencyStore
    faults: FaultPlan
    log: deque[Document]

    def __init__(
        self, config: SimulatorConfig | None = None, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        """Fill the organisations' books as of the clock's time."""
        self.config = config or SimulatorConfig()
        self._clock = clock
        self._changed = threading.Condition(threading.RLock())
        self.identity = Identity(self.config)
        self.subscription = Subscription(
            self.config, url=self.config.webhook_url, key=self.config.webhook_key
        )
        self.reset()

    def reset(self) -> None:
        """Bring back the first books, limits and connections; tokens and the webhook stay."""
        with self._changed:
            now = self._clock()
            self.books = {one.tenant_id: one for one in seed.organisations(self.config, now)}
            self.connections = Connections(seed.connections(self.books.values()), set())
            self.limiter = Limiter(self.config.limits)
            self.places = Places(self.config.limits.concurrent)
            self.idempotency = IdempotencyStore()
            self.faults = FaultPlan()
            self.log = deque(maxlen=_LOG_LENGTH)
            self.subscription.forget()

    @property
    def tenant_id(self) -> str:
        """The first organisation's id."""
        return next(iter(self.books))

    def handle(self, request: Request) -> Response:
        """Answer a request; its call is under way for the answer's delay, by the clock."""
        place = self._arrive(request)
        response = self._respond(request, place)
        if place:
            place.until = self._clock() + timedelta(seconds=response.delay)
        return response

    @contextmanager
    def answering(self, request: Request) -> Iterator[Response]:
        """Answer a request, whose call is under way until the block ends."""
        place = self._arrive(request)
        try:
            yield self._respond(request, place)
        finally:
            if place:
                place.until = self._clock()

    def webhook_target(self) -> tuple[str, str]:
        """Return the webhook's address and key."""
        with self._changed:
            return self.subscription.url, self.subscription.key

    def webhook_proven(self, *, passed: bool) -> None:
        """Take note of how an intent to receive ended."""
        with self._changed:
            self.subscription.proven(passed=passed)
            self._changed.notify_all()

    def wait_for_delivery(self, stopping: threading.Event) -> Delivery | None:
        """Wait until a webhook delivery is due, or something changes; not at all once stopping."""
        with self._changed:
            if stopping.is_set():
                return None
            now = self._clock()
            if delivery := self.subscription.take(now):
                return delivery
            due = self.subscription.next_due()
            self._changed.wait((due - now).total_seconds() if due else None)
            return self.subscription.take(self._clock())

    def settle_delivery(self, delivery: Delivery, outcome: Outcome) -> None:
        """Take note of how a delivery's attempt ended."""
        with self._changed:
            self.subscription.settle(delivery, outcome, self._clock())

    def wake(self) -> None:
        """End the waiting of `wait_for_delivery`."""
        with self._changed:
            self._changed.notify_all()

    def _arrive(self, request: Request) -> Place | None:
        """Count a call of the accounting API as under way, before it waits for its turn."""
        tenant_id = request.header("xero-tenant-id").lower() or self.tenant_id
        if not request.path.startswith(API_PREFIX) or tenant_id not in self.books:
            return None
        return self.places.take(tenant_id, self._clock())

    def _respond(self, request: Request, place: Place | None) -> Response:
        with self._changed:
            now = self._clock()
            if request.path.startswith(admin.PREFIX):
                response = admin.answer(self, request, now)
                self._changed.notify_all()
                return response
            try:
                fault = self.faults.take(request)
            except ValueError as error:
                return text_reply(HTTPStatus.BAD_REQUEST, f"x-simulate-fault: {error}")
            call = _Call(request, now, fault, place)
            response = self._answer(call)
            self._note(call, response)
            return replace(response, headers={**response.headers, "xero-correlation-id": new_id()})

    def _answer(self, call: _Call) -> Response:
        if (response := call.fault.instead()) is not None:
            return response
        if problem := call.fault.problem:
            tenant_id = call.request.header("xero-tenant-id") or self.tenant_id
            return self.limiter.pretend(tenant_id, problem, call.fault.seconds, call.now)
        try:
            if call.request.path.startswith(API_PREFIX):
                response = self._accounting(call)
            else:
                response = call.fault.after(self._identity(call.request, call.now))
        except XeroError as error:
            response = error.response
        return call.fault.on_the_way(response)

    def _identity(self, request: Request, now: datetime) -> Response:
        path = request.path.rstrip("/").lower()
        if path == "/connect/token" and request.method == "POST":
            return self.identity.token(request, now)
        if path == "/connect/revocation" and request.method == "POST":
            if self.identity.revoke(request):
                self.connections.end_all()
            return Response(HTTPStatus.OK)
        if path == "/identity/connect/authorize":
            return authorize(self.identity, self.connections, request, now)
        if path == "/.well-known/openid-configuration" and request.method == "GET":
            return json_reply(discovery(request))
        if path == "/connections" or path.startswith("/connections/"):
            grant = self.identity.authenticate(request, now)
            return self.connections.answer(request, path.split("/")[2:], grant)
        return not_found()

    def _accounting(self, call: _Call) -> Response:
        grant = self.identity.authenticate(call.request, call.now)
        tenant_id = self.connections.tenant(call.request, grant)
        placed = call.place is None or call.place.granted
        response = self.limiter.admit(tenant_id, call.now, placed=placed)
        if response is None:
            try:
                response = self._admitted(call, tenant_id, grant)
            except XeroError as error:
                response = error.response
            response = replace(response, delay=self.config.latency)
        return replace(
            response, headers={**response.headers, **self.limiter.headers(tenant_id, call.now)}
        )

    def _admitted(self, call: _Call, tenant_id: str, grant: Grant) -> Response:
        request, now = call.request, call.now
        path = request.path.removeprefix(API_PREFIX).rstrip("/")
        resource, *rest = (unquote(part) for part in path.split("/"))
        if not allows(grant.scopes, resource, *rest, write=request.method != "GET"):
            raise XeroError(refused(HTTPStatus.UNAUTHORIZED, "AuthorizationUnsuccessful"))
        if kept := self.idempotency.find(request, now):
            return call.fault.after(kept)
        writing = Writing(self.books[tenant_id], now, grant.client_id)
        try:
            response = accounting.answer(
                writing, request, resource, rest, not_modified=self.config.not_modified
            )
        except XeroError as error:
            response = error.response
        self.subscription.tell(map(webhooks.event, writing.changes), now)
        self._changed.notify_all()
        self.idempotency.keep(request, call.fault.kept(response), now)
        return call.fault.after(response)

    def _note(self, call: _Call, response: Response) -> None:
        request = call.request
        self.log.append(
            {
                "at": call.now.isoformat(),
                "method": request.method,
                "path": request.path,
                "query": request.query,
                "status": None if response.cut else response.status,
                "idempotency_key": key_of(request) or None,
                "tenant": request.header("xero-tenant-id") or None,
                "fault": call.fault.kind or None,
            }
        )
