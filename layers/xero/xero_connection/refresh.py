# SPDX-License-Identifier: Apache-2.0
"""Keeps TokenSecret and ReadTokenSecret filled: the token function's work, one at a time.

Whether anything is to be done is decided in `renewal`, how the connection stands in `standing`;
what is done is `filling`. Secrets, table and HTTP are passed in.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from xero_connection.credentials import no_credential, read_credential
from xero_connection.errors import CredentialError, UnavailableError, XeroConnectionError
from xero_connection.filling import AFTER_XERO, TIMEOUT, Filling, Time
from xero_connection.leases import turn
from xero_connection.renewal import Kept, read_ask
from xero_connection.standing import STATE_KEY, SUPPLIED, Standing, read_standing
from xero_connection.tokens import Token, read_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from xero_connection.aws import Secret
    from xero_connection.filling import Tools
    from xero_connection.leases import Leases
    from xero_connection.renewal import Ask

TURN: Final = "lock#token"

_PAUSE: Final = 0.5
"""Seconds after which who waits for the turn looks again."""

_Some = TypeVar("_Some")


class Context(Protocol):
    """What Lambda says about an invocation."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the invocation."""


class Refresher:
    """Answers those who want a token that lasts."""

    def __init__(
        self,
        tools: Tools,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take what the work is done with, the time, and seconds that only go forward."""
        self._tools = tools
        self._now = now
        self._clock = clock
        self._sleep = sleep

    def handle(self, event: Any, context: Context) -> dict[str, Any]:
        """Refresh the token if need be, and say how long it lasts; never say the token.

        Args:
            event: as `renewal.read_ask` takes it.
            context: of the invocation.

        Raises:
            CredentialError: there is no credential, or Xero refuses it.
            UnavailableError: Xero did not answer, or AWS did not.
        """
        ask = read_ask(event, came=self._now())
        end = self._clock() + context.get_remaining_time_in_millis() / 1000
        run = _Run(
            self._tools,
            Time(now=self._now, clock=self._clock, sleep=self._sleep, end=end),
            ask,
        )
        try:
            # Lambda may run one request twice at once, and both bear its id.
            token = run.work(owner=f"{context.aws_request_id}#{uuid.uuid4()}")
        except XeroConnectionError as error:
            self._tools.observer.record(failed=True, outcome=error.code, reason=error.message)
            if ask.by == "schedule" and isinstance(error, CredentialError):
                # Nobody waits for the answer, and Lambda would only repeat the failure.
                return {"refreshed": False, "reason": error.message}
            raise
        outcome = "refreshed" if run.refreshed else "still fresh"
        self._tools.observer.record(outcome=outcome, reason=run.reason)
        return {
            "refreshed": run.refreshed,
            "expires_at": token.expires_at.isoformat() if token.expires_at else None,
            "tenants": [tenant.tenant_id for tenant in token.tenants or ()],
        }


class _Run:
    """One invocation."""

    def __init__(self, tools: Tools, time: Time, ask: Ask) -> None:
        self._tools = tools
        self._time = time
        self._ask = ask
        self.refreshed = False
        self.reason: str | None = None
        """What went wrong and did not matter much."""

    def work(self, *, owner: str) -> Token:
        """Return the token that is in TokenSecret in the end."""
        kept = self._kept()
        if not (kept.credential or kept.problem) and kept.is_copied:
            return self._copied(kept)
        standing = self._standing() if self._ask.by == "schedule" else None
        if standing and kept.credential and standing.about == kept.credential.fingerprint:
            # It may be mended by now, and until somebody looks readers are told that it is not.
            self._ask = replace(self._ask, anew=True)
        if not kept.will_do(self._ask, self._time.now()):
            return self._in_turn(kept, owner)
        if standing and kept.credential:
            told = standing.told(
                kind=kept.credential.kind,
                of=standing.credential or kept.credential.fingerprint,
                token=_present(kept.full),
                read_only=not kept.is_copied,
            )
            self._note(told, instead_of=standing)
        return _present(kept.full)

    def _in_turn(self, kept: Kept, owner: str) -> Token:
        self._refuse(kept.problem)
        leases: Leases = self._tools.rows
        if not (kept.credential and kept.credential.rotates):
            leases = _WhileThereIsATable(leases)
        waits_until = self._time.end - TIMEOUT - AFTER_XERO
        while True:
            with turn(
                leases,
                TURN,
                owner=owner,
                end=self._time.end,
                patience=0,
                clock=self._time.clock,
                sleep=self._time.sleep,
            ) as mine:
                # Whoever had the turn before may have done it.
                kept = self._kept()
                if kept.will_do(self._ask, self._time.now()):
                    return _present(kept.full)
                self._refuse(kept.problem)
                if mine:
                    return self._filled(kept) if kept.credential else self._copied(kept)
            if self._time.clock() >= waits_until:
                raise UnavailableError("Others have been at a new token for too long.")
            self._time.sleep(_PAUSE)

    def _refuse(self, problem: CredentialError | None) -> None:
        """Raise what keeps CredentialSecret from being read, if anything does."""
        if problem:
            standing = self._standing()
            self._note_failure(problem, standing, about="", instead_of=standing)
            raise problem

    def _filled(self, kept: Kept) -> Token:
        """Fill both secrets, unless it is known what would come of it."""
        credential, standing = _present(kept.credential), self._standing()
        failure = standing and standing.known_failure(
            credential,
            name=self._tools.credential_secret.name,
            came=self._ask.came,
            now=self._time.now(),
            by_reader=self._ask.by == "reader",
        )
        if failure:
            raise failure
        filling = Filling(
            self._tools, self._time, self._ask, kept, credential=credential, standing=standing
        )
        try:
            token = filling.fill()
        except XeroConnectionError as error:
            about, now = filling.credential, filling.standing
            now = now and replace(now, kind=about.kind)
            self._note_failure(error, now, about=about.fingerprint, instead_of=standing)
            raise
        self.refreshed, self.reason = filling.asked_xero, filling.reason
        self._note(filling.standing, instead_of=standing)
        return token

    def _copied(self, kept: Kept) -> Token:
        """Let readers have the token that a person put into TokenSecret, if it is of any use."""
        full = kept.full
        names = {
            "name": self._tools.credential_secret.name,
            "token_name": self._tools.token_secret.name,
        }
        if full is None:
            if kept.read:
                # Whoever empties the others means query too.
                self._time.insist(lambda: self._tools.read_token_secret.write("{}"))
            self._note(Standing(), instead_of=self._standing())
            raise no_credential(**names)
        why, reason = self._useless(full)
        if not (why or self._ask.by == "schedule") and kept.is_copied:
            return full
        standing = self._standing()
        told = standing and standing.told(
            kind=SUPPLIED, of=full.fingerprint, token=full, read_only=False
        )
        if why:
            error = no_credential(**names, why=why, reason=reason)
            self._note_failure(error, told, about=full.fingerprint, instead_of=standing)
            raise error
        if not kept.is_copied:
            self._time.insist(lambda: self._tools.read_token_secret.write(full.as_json()))
        self._note(told, instead_of=standing)
        return full

    def _useless(self, token: Token) -> tuple[str, str]:
        """Return why a token that a person supplied is of no use, in full and in a word."""
        if not token.lasts(self._time.now()):
            return "The token has ended, and there is no credential for another", "ended"
        if self._ask.refused == token.fingerprint:
            return "Xero refuses the token, and there is no credential for another", "refused"
        return "", ""

    def _kept(self) -> Kept:
        """Return what the secrets hold now."""
        problem = None
        try:
            secret = self._tools.credential_secret
            credential = read_credential(secret.read(fresh=True), name=secret.name)
        except CredentialError as error:
            credential, problem = None, error
        return Kept(
            credential=credential,
            full=_token(self._tools.token_secret),
            read=_token(self._tools.read_token_secret),
            problem=problem,
        )

    def _standing(self) -> Standing | None:
        """Return how the connection stood, None where the table does not tell."""
        try:
            return read_standing(self._tools.rows.get([STATE_KEY]).get(STATE_KEY, {}))
        except UnavailableError:
            return None

    def _note_failure(
        self,
        error: XeroConnectionError,
        standing: Standing | None,
        *,
        about: str,
        instead_of: Standing | None,
    ) -> None:
        if standing:
            failed = standing.failed(error, about=about, at=self._time.now())
            self._note(failed, instead_of=instead_of)

    def _note(self, standing: Standing | None, *, instead_of: Standing | None) -> None:
        # A table that did not tell is not asked to take anything either: that would take long.
        if standing and instead_of and standing != instead_of:
            self._tools.rows.note(STATE_KEY, standing.as_row())


class _WhileThereIsATable:
    """Turns that are everybody's while the table is out: where nothing rotates, two do no harm."""

    def __init__(self, leases: Leases) -> None:
        self._leases = leases
        self.give_back = leases.give_back

    def take(self, key: str, *, owner: str, seconds: float) -> bool:
        try:
            return self._leases.take(key, owner=owner, seconds=seconds)
        except UnavailableError:
            return True


def _token(secret: Secret) -> Token | None:
    """Return the token in a secret, None where there is nothing of the kind."""
    try:
        return read_token(secret.read(fresh=True), name=secret.name)
    except CredentialError:
        return None


def _present(value: _Some | None) -> _Some:
    assert value is not None
    return value
