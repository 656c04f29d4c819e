# SPDX-License-Identifier: Apache-2.0
"""One refresh, step by step, so that it can end after any of them and leave a usable token.

A refresh token that Xero has just given is stored before anything else is done with it. The one
before stays good at Xero for 30 minutes, so the next run goes on with that one where this is not
reached: https://developer.xero.com/documentation/guides/oauth2/auth-flow#refreshing-access-tokens.
Whose turn it is, is `refresh`'s matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from xero_connection.credentials import INVALID_SCOPE, read_credential, with_refresh_token
from xero_connection.errors import CredentialError, UnavailableError, XeroConnectionError
from xero_connection.scopes import read_scopes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from xero_connection.aws import Secret
    from xero_connection.credentials import Credential, Grant
    from xero_connection.login import Login
    from xero_connection.observe import Observer
    from xero_connection.renewal import Ask, Kept
    from xero_connection.standing import Standing
    from xero_connection.tokens import Tenant, Token

TIMEOUT: Final = 8.0
"""Seconds for an answer of Xero's."""
AFTER_XERO: Final = 6.0
"""Seconds kept of an invocation for what follows: what is not stored by then is lost."""
TABLE_SECONDS: Final = 2.0
"""In which a call of the table is to end."""

_LEAST: Final = 1.0
_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 2.0


class Rows(Protocol):
    """The table, as `rows.Rows` gives it."""

    def get(self, keys: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return the rows there are."""

    def note(self, key: str, row: Mapping[str, str]) -> None:
        """Put a row that nothing depends on."""

    def take(self, key: str, *, owner: str, seconds: float) -> bool:
        """Return whether the turn is the owner's."""

    def give_back(self, key: str, *, owner: str) -> None:
        """End the owner's turn."""


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the work is done with."""

    credential_secret: Secret
    token_secret: Secret
    read_token_secret: Secret
    rows: Rows
    login: Login
    observer: Observer


@dataclass(frozen=True, kw_only=True)
class Time:
    """The time of an invocation."""

    now: Callable[[], datetime]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    end: float
    """When Lambda ends it, on the clock."""

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self.end - self.clock()

    def insist(self, call: Callable[[], Any]) -> Any:
        """Make a call until it succeeds, or there is no time for another.

        Raises:
            UnavailableError: it never did.
        """
        pause = _FIRST_PAUSE
        while True:
            try:
                return call()
            except UnavailableError:
                if self.left < pause + _LEAST:
                    raise
            self.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


class Filling:
    """New tokens for both secrets."""

    def __init__(
        self,
        tools: Tools,
        time: Time,
        ask: Ask,
        kept: Kept,
        *,
        credential: Credential,
        standing: Standing | None,
    ) -> None:
        """Take what the secrets hold, and how the connection stands, where that is known."""
        self._tools = tools
        self._time = time
        self._ask = ask
        self._kept = kept
        self._name = tools.credential_secret.name
        self.credential = credential
        """As it is by now, with the last refresh token."""
        self.standing = standing
        self.asked_xero = False
        self._is_another = False
        """Whether the tokens there were may be of another credential than the new one."""
        self.reason: str | None = None
        """What went wrong and did not matter much."""

    def fill(self) -> Token:
        """Fill the secrets and return the token that is in TokenSecret.

        Raises:
            CredentialError: Xero refuses the credential.
            UnavailableError: Xero or AWS did not answer.
        """
        present, now = self._kept.full, self._time.now()
        full = present if present and self._kept.full_will_do(self._ask, now) else None
        is_new = full is None
        if full is None:
            full = self._granted()
            self._forget_anothers_read_token()
            self._put(self._tools.token_secret, full.as_json())
        read = self._kept.read
        if read is None or is_new or not self._kept.read_will_do(self._ask, now):
            read = self._reading(full)
            self._put(self._tools.read_token_secret, read.as_json())
        if is_new or full.tenants is None:
            tenants = self._organisations(full)
            if tenants is not None:
                # Secrets Manager takes few versions a day: none that says what the last one says.
                is_news = set(tenants) != set(full.tenants or ())
                full, read = replace(full, tenants=tenants), replace(read, tenants=tenants)
                if is_news:
                    self._put(self._tools.token_secret, full.as_json())
                    self._put(self._tools.read_token_secret, read.as_json())
        if self.standing:
            told = self.standing.told(
                kind=self.credential.kind,
                of=self.credential.fingerprint,
                token=full,
                read_only=read.access_token != full.access_token,
            )
            self.standing = told.refreshed(at=self._time.now()) if self.asked_xero else told
        return full

    def _granted(self) -> Token:
        """Return a new token of the credential, whose new refresh token is stored by then."""
        secret, time = self._tools.credential_secret, self._time
        while True:
            asked_with = self.credential
            refused, grant = None, None
            try:
                grant = self._ask_xero()
            except CredentialError as error:
                refused = error
            # Somebody may have put another credential there meanwhile: that one counts.
            text = time.insist(lambda: secret.read(fresh=True))
            present = read_credential(text, name=self._name)
            if present is None:
                raise UnavailableError("The credential was taken away meanwhile.")
            self.credential = present
            if present.fingerprint != asked_with.fingerprint:
                continue
            if grant is None:
                raise refused or UnavailableError("Xero gave no token.")
            known = self.standing is not None and self.standing.credential == present.fingerprint
            self._is_another = not known
            if present.rotates and grant.refresh_token:
                self._put(secret, with_refresh_token(text, grant.refresh_token))
                self.credential = replace(present, refresh_token=grant.refresh_token)
                if self.standing and known:
                    self.standing = replace(self.standing, credential=self.credential.fingerprint)
            held = self._kept.full
            # Until Xero is asked they are what they were, if it is still the same credential.
            return replace(grant.token, tenants=held.tenants if held and known else None)

    def _forget_anothers_read_token(self) -> None:
        """Empty ReadTokenSecret of a token that may be another credential's.

        Or query would go on in another organisation than action, wherever this ends.
        """
        # What rotates has one token for both, and a copy of another one does not count.
        if self._is_another and not self.credential.rotates and self._kept.read:
            self._kept = replace(self._kept, read=None)
            self._put(self._tools.read_token_secret, "{}")

    def _reading(self, full: Token) -> Token:
        """Return the token of those that read: with scopes that read, where the kind allows it."""
        scopes = read_scopes(full.scopes or self.credential.scopes)
        if self.credential.rotates or not scopes or set(scopes) == set(full.scopes):
            return full
        try:
            return replace(self._ask_xero(scopes).token, tenants=full.tenants)
        except CredentialError as error:
            if error.details.get("reason") != INVALID_SCOPE:
                raise
            self.reason = "the app has no scopes that only read, so query has action's token"
            return full
        except UnavailableError as error:
            held = self._kept.read
            if held is None or not self._kept.read_lasts(self._ask, self._time.now()):
                raise
            self.reason = error.message
            return held

    def _organisations(self, token: Token) -> tuple[Tenant, ...] | None:
        """Return what the token reaches, None where Xero does not tell."""
        left = self._time.left - 2 * _LEAST
        if left < _LEAST:
            return None
        try:
            return self._tools.login.organisations(token, timeout=min(TIMEOUT, left))
        except XeroConnectionError as error:
            self.reason = error.message
            return None

    def _ask_xero(self, scopes: Sequence[str] | None = None) -> Grant:
        left = self._time.left - AFTER_XERO
        if left < _LEAST:
            raise UnavailableError("There is no time left to ask Xero for a token.")
        grant = self._tools.login.grant(
            self.credential, name=self._name, scopes=scopes, timeout=min(TIMEOUT, left)
        )
        self.asked_xero = True
        return grant

    def _put(self, secret: Secret, text: str) -> None:
        self._time.insist(lambda: secret.write(text))
