# SPDX-License-Identifier: Apache-2.0
"""Keeps TokenSecret filled: the token function's work.

What a credential and a token are is decided in `tokens`; secrets and HTTP are passed in.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from xero_connection.client import NoAnswerError, Request, TokenRefusedError
from xero_connection.errors import CredentialError, UnavailableError, XeroConnectionError
from xero_connection.meanings import read_answer
from xero_connection.tokens import (
    TOKEN_HINT,
    Token,
    read_connections,
    read_credential,
    read_grant,
    read_token,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from xero_connection.aws import Secret
    from xero_connection.http import Http
    from xero_connection.observe import Observer

# A token lasts 30 minutes and the schedule comes every 10: this renews it each second time, so
# readers never find one about to end, and Secrets Manager keeps few versions.
_RENEW_BELOW: Final = timedelta(minutes=15)
_TIMEOUT: Final = 8.0


class Refresher:
    """Gets a token for the credential."""

    def __init__(
        self,
        *,
        credential_secret: Secret,
        token_secret: Secret,
        http: Http,
        identity_url: str,
        observer: Observer,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take where credential and token are kept, and the way to Xero."""
        self._credential_secret = credential_secret
        self._token_secret = token_secret
        self._http = http
        self._token_url = f"{identity_url.rstrip('/')}/connect/token"
        self._observer = observer
        self._now = now

    def handle(self, event: Any) -> dict[str, Any]:
        """Refresh the token if need be, and say how long it lasts; never say the token.

        Args:
            event: of the schedule; or from a function, with the fingerprint of the token that it
                found of no use in `refused`; or anything else from a person, for a new token.

        Raises:
            CredentialError: there is no credential, or Xero refuses it.
            UnavailableError: Xero did not answer.
        """
        asked = event if isinstance(event, dict) else {}
        scheduled = asked.get("source") == "aws.events" or asked.get("scheduled") is True
        present = self._present()
        if present and self._is_enough(present, asked, scheduled=scheduled):
            self._observer.record(outcome="still fresh")
            return _said(present, refreshed=False)
        try:
            token = self._new_token()
        except XeroConnectionError as error:
            self._observer.record(failed=True, outcome=error.code, reason=error.message)
            if scheduled and isinstance(error, CredentialError):
                # Nobody waits for the answer, and Lambda would only repeat the failure.
                return {"refreshed": False, "reason": error.message}
            raise
        self._token_secret.write(token.as_json())
        self._observer.record(outcome="refreshed")
        return _said(token, refreshed=True)

    def _present(self) -> Token | None:
        try:
            return read_token(self._token_secret.read(fresh=True), name=self._token_secret.name)
        except CredentialError:
            return None

    def _is_enough(self, token: Token, asked: dict[str, Any], *, scheduled: bool) -> bool:
        if scheduled:
            return token.lasts(self._now(), _RENEW_BELOW)
        # Several copies find the same token refused at once; the first one's new token is theirs.
        refused = asked.get("refused")
        return bool(refused) and refused != token.fingerprint and token.lasts(self._now())

    def _new_token(self) -> Token:
        name = self._credential_secret.name
        try:
            credential = read_credential(self._credential_secret.read(fresh=True), name=name)
        except CredentialError as error:
            hint = f" Or put a token of your own, {TOKEN_HINT}, into {self._token_secret.name}."
            raise CredentialError(error.message + hint, details=error.details) from None
        try:
            response = self._http.post_form(
                self._token_url,
                credential.form(),
                user=credential.client_id,
                password=credential.client_secret,
                timeout=_TIMEOUT,
            )
            token = read_grant(response, now=self._now(), credential_name=name)
            listing = Request(method="GET", path="/connections", api="identity")
            connections = read_answer(
                listing,
                self._http.send(
                    listing, token=token.access_token, tenant_id=None, timeout=_TIMEOUT
                ),
            )
        except NoAnswerError:
            raise UnavailableError("Xero's identity service could not be reached.") from None
        except TokenRefusedError:
            raise UnavailableError("Xero refused the token that it has just given.") from None
        return replace(token, tenants=read_connections(connections))


def _said(token: Token, *, refreshed: bool) -> dict[str, Any]:
    expires_at = token.expires_at.isoformat() if token.expires_at else None
    return {
        "refreshed": refreshed,
        "expires_at": expires_at,
        "tenants": [tenant.tenant_id for tenant in token.tenants or ()],
    }
