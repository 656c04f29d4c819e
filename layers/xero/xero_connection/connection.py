# SPDX-License-Identifier: Apache-2.0
"""Xero as one thing to call: the token, the organisation, its limits, and what may be repeated.

Sequences what `tokens`, `client` and `retries` decide; secrets, HTTP, the organisation's budget and
time are passed in.
"""

from __future__ import annotations

import math
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from xero_connection.client import NoAnswerError, Request, Response, TokenRefusedError
from xero_connection.errors import (
    CredentialError,
    OutcomeUnknownError,
    RateLimitedError,
    XeroConnectionError,
)
from xero_connection.lessons import Said
from xero_connection.limits import PEOPLE
from xero_connection.meanings import no_answer, read_answer, remaining, said
from xero_connection.retries import is_answer, is_gone_already, pause_before_retry
from xero_connection.tokens import Tenant, Token, choose_tenant, read_connections, read_token

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from xero_connection.booking import Ticket
    from xero_connection.limits import Share
    from xero_connection.receiver import Secret

_READ_TIMEOUT: Final = 20.0
_LEAST_TIMEOUT: Final = 0.5
TOKEN_AGE: Final = 60.0
"""Seconds for which a token is used as it was read: whoever connects another organisation must not
have the old one written to for long."""
# A call that had to wait is not begun with less time for its answer: a write would end unknown.
_ROOM_SECONDS: Final = 4.0


class Send(Protocol):
    """One call to Xero, as `http.Http.send` makes it."""

    def __call__(
        self, request: Request, *, token: str, tenant_id: str | None, timeout: float
    ) -> Response:
        """Send it and return the answer."""


class Budget(Protocol):
    """What organisations' limits leave, as `budgets.Budgets` keeps it."""

    def enter(self, tenant_id: str, share: Share, *, patience: float) -> Ticket | None:
        """Wait until a call may begin, for so many seconds at the most."""

    def leave(self, ticket: Ticket, told: Said) -> None:
        """Learn from what the call's answer said."""

    def left(self, tenant_id: str) -> dict[str, int]:
        """Return the calls that are left, where that is known."""


@dataclass
class Usage:
    """What an invocation has cost, as its answer says."""

    calls: int = 0
    attempts: int = 0
    bytes: int = 0
    remaining: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, int]:
        """Return the answer's `usage`."""
        return {
            "calls": self.calls,
            "attempts": self.attempts,
            "bytes": self.bytes,
            **self.remaining,
        }


class TokenSource:
    """The token that the others use, and a new one where it is of no use any more."""

    def __init__(
        self,
        secret: Secret,
        *,
        refresh: Callable[[str | None, float], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take where the token is.

        Args:
            secret: TokenSecret, or ReadTokenSecret where only reading is allowed.
            refresh: asks the token function for a new one, given the refused one's fingerprint and
                the seconds in which it has to answer.
            now: the time.
        """
        self._secret = secret
        self._refresh = refresh
        self._now = now

    @property
    def name(self) -> str:
        """The secret that holds the token."""
        return self._secret.name

    def peek(self) -> Token | None:
        """Return the token as it is kept, good or not, without asking for another."""
        return read_token(self._secret.read(), name=self._secret.name)

    def current(self, *, within: float = math.inf) -> Token:
        """Return a token that lasts, if there is one within so many seconds.

        Raises:
            CredentialError: there is none to be had; the message says what to put where.
            UnavailableError: there is none in time.
        """
        try:
            token = self.peek()
        except CredentialError:
            token = None  # Its owner may have corrected it since it was read.
        if token is None or not token.lasts(self._now()):
            token = read_token(self._secret.read(fresh=True), name=self._secret.name)
        if token is None or not token.lasts(self._now()):
            token = self._new(token, within)
        return token

    def in_turn(self, *, within: Callable[[], float]) -> Iterator[Token]:
        """Yield the present token; where that is refused the secret's, if another; then a new one.

        Args:
            within: the seconds there are for one.

        Raises:
            CredentialError: there is no other to be had.
            UnavailableError: there is none in time.
        """
        token = self.current(within=within())
        yield token
        kept = read_token(self._secret.read(fresh=True), name=self._secret.name)
        if kept and kept.access_token != token.access_token and kept.lasts(self._now()):
            token = kept
            yield token
        yield self._new(token, within())

    def _new(self, old: Token | None, within: float) -> Token:
        self._refresh(old.fingerprint if old else None, within)
        token = read_token(self._secret.read(fresh=True), name=self._secret.name)
        if token is None or not token.lasts(self._now()):
            raise CredentialError(
                f"There is no token that lasts in the secret {self._secret.name}.",
                details={"secret": self._secret.name},
            )
        return token


class Connection:
    """What an operation's requests are sent through, for one invocation."""

    def __init__(
        self,
        *,
        tokens: TokenSource,
        send: Send,
        deadline: float,
        budget: Budget | None = None,
        share: Share = PEOPLE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take what the calls are made with.

        Args:
            tokens: where the token is.
            send: makes a call.
            deadline: when the last answer is of use, in seconds on `clock`.
            budget: what the organisations' limits leave; without it only Xero's refusals count.
            share: what of it these calls may use.
            clock: seconds that only go forward.
            sleep: waits so many of them.
        """
        self._tokens = tokens
        self._send = send
        self._budget = budget
        self._share = share
        self._deadline = deadline
        self._clock = clock
        self._sleep = sleep
        self.usage = Usage()

    def tenant(self, asked: str | None) -> Tenant:
        """Return the organisation that is meant.

        Raises:
            TenantError: that is not clear.
        """
        return choose_tenant(asked, self.tenants())

    def tenants(self) -> tuple[Tenant, ...]:
        """Return the organisations that are connected."""
        tenants = self._tokens.current(within=self._left).tenants
        if tenants is None:
            # A token that a person put there: Xero knows what it reaches.
            listing = Request(method="GET", path="/connections", api="identity")
            tenants = read_connections(self.call(listing, tenant_id=None))
        return tenants

    def may(self, scopes: Collection[str]) -> bool:
        """Return whether the token has one of the scopes, as far as it says which it has."""
        granted = self._tokens.current(within=self._left).scopes
        return not granted or any(scope in scopes for scope in granted)

    def call(self, request: Request, *, tenant_id: str | None) -> Any:
        """Make a call, again where that is safe and may help, and return Xero's document.

        Raises:
            XeroConnectionError: what the last answer, or the lack of one, means.
        """
        self.usage.calls += 1
        attempt = 0
        unknown: OutcomeUnknownError | None = None
        while True:
            attempt += 1
            try:
                return self._once(request, tenant_id=tenant_id)
            except XeroConnectionError as error:
                if unknown and is_gone_already(request, error):
                    return {}
                if isinstance(error, OutcomeUnknownError):
                    unknown = error
                jitter = random.random()  # noqa: S311 - spreads load, guards nothing
                pause = pause_before_retry(request, error, attempt=attempt, jitter=jitter)
                left = self._left
                # A place that was refused for want of time is not waited for here instead.
                room = _ROOM_SECONDS if isinstance(error, RateLimitedError) else _LEAST_TIMEOUT
                if pause is None or pause + room > left:
                    if unknown and not is_answer(error):
                        # That the repeat failed says nothing about the first.
                        raise unknown from error
                    raise
            self._sleep(pause)

    def _once(self, request: Request, *, tenant_id: str | None) -> Any:
        for token in self._tokens.in_turn(within=lambda: self._left):
            try:
                return self._attempt(request, token=token, tenant_id=tenant_id)
            except TokenRefusedError:
                continue
        raise CredentialError(
            f"Xero refuses the token in the secret {self._tokens.name}, and a new one too.",
            details={"secret": self._tokens.name},
        )

    @property
    def _left(self) -> float:
        return self._deadline - self._clock()

    def _attempt(self, request: Request, *, token: Token, tenant_id: str | None) -> Any:
        ticket = self._enter(request, tenant_id)
        left = self._left
        timeout = max(_LEAST_TIMEOUT, min(_READ_TIMEOUT, left))
        self.usage.attempts += 1
        try:
            response = self._send(
                request, token=token.access_token, tenant_id=tenant_id, timeout=timeout
            )
        except NoAnswerError as error:
            if error.sent:
                self._leave(ticket, Said())
            raise no_answer(request, sent=error.sent) from None
        self._leave(ticket, said(response))
        self.usage.bytes += len(response.body)
        self.usage.remaining |= remaining(response)
        return read_answer(request, response)

    def _enter(self, request: Request, tenant_id: str | None) -> Ticket | None:
        """Wait for a place among the organisation's calls."""
        if self._budget is None or tenant_id is None or request.api == "identity":
            return None
        patience = self._left - _ROOM_SECONDS
        return self._budget.enter(tenant_id, self._share, patience=patience)

    def _leave(self, ticket: Ticket | None, told: Said) -> None:
        if self._budget and ticket:
            self._budget.leave(ticket, told)
