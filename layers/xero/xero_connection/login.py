# SPDX-License-Identifier: Apache-2.0
"""Xero's login, as the token function asks it; what its answers mean is decided in `credentials`.

HTTP is passed in.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from xero_connection.client import NoAnswerError, Request, TokenRefusedError
from xero_connection.credentials import read_grant
from xero_connection.errors import UnavailableError
from xero_connection.meanings import read_answer
from xero_connection.tokens import read_connections

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xero_connection.credentials import Credential, Grant
    from xero_connection.http import Http
    from xero_connection.tokens import Tenant, Token


class Login:
    """The token endpoint, and the list of what a token reaches."""

    def __init__(
        self,
        http: Http,
        identity_url: str,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take the way to Xero."""
        self._http = http
        self._url = f"{identity_url.rstrip('/')}/connect/token"
        self._now = now

    def grant(
        self,
        credential: Credential,
        *,
        name: str,
        timeout: float,
        scopes: Sequence[str] | None = None,
    ) -> Grant:
        """Ask for a token.

        Args:
            credential: with what.
            name: of its secret.
            timeout: seconds for the answer.
            scopes: what a custom connection asks for, its own scopes where none are named.

        Raises:
            CredentialError: Xero refuses the credential.
            UnavailableError: Xero did not answer.
        """
        try:
            response = self._http.post_form(
                self._url, credential.form(scopes), login=credential.login, timeout=timeout
            )
        except NoAnswerError:
            raise UnavailableError("Xero's identity service could not be reached.") from None
        asked = credential.scopes if scopes is None else scopes
        return read_grant(response, now=self._now(), credential=credential, name=name, asked=asked)

    def organisations(self, token: Token, *, timeout: float) -> tuple[Tenant, ...]:
        """Ask which organisations a token reaches.

        Raises:
            XeroConnectionError: Xero did not tell.
        """
        listing = Request(method="GET", path="/connections", api="identity")
        try:
            answer = self._http.send(
                listing, token=token.access_token, tenant_id=None, timeout=timeout
            )
            return read_connections(read_answer(listing, answer))
        except NoAnswerError:
            raise UnavailableError("Xero could not be reached.") from None
        except TokenRefusedError:
            raise UnavailableError("Xero refused the token that it has just given.") from None
