# SPDX-License-Identifier: Apache-2.0
"""Tokens: client credentials, codes, refreshing with rotation, revoking, and their checking.

Rules: https://developer.xero.com/documentation/guides/oauth2/overview/. The login page is in
`login`; which organisations are connected is `connections`' matter.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote_plus

from local.xero.replies import XeroError, json_reply, refused
from local.xero.scopes import VALID_SCOPES
from local.xero.wire import iso_seconds, new_id

if TYPE_CHECKING:
    from datetime import datetime

    from local.xero.config import SimulatorConfig
    from local.xero.wire import Document, Request, Response

ACCESS_LIFE = timedelta(seconds=1800)
CODE_LIFE = timedelta(minutes=5)
REFRESH_LIFE = timedelta(days=60)
REFRESH_GRACE = timedelta(minutes=30)

_CUSTOM_CONNECTION = "custom-connection"
"""The authorisation of a custom connection, which is the app's own and not a person's."""

Form = dict[str, str]


@dataclass(frozen=True, slots=True)
class Grant:
    """What an access token allows, to whom."""

    client_id: str
    scopes: frozenset[str]
    custom: bool
    """True for a custom connection's token: one organisation, no user."""
    authorisation: str
    """The consent that the token descends from; revoking ends all of it."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Code:
    """An authorisation code that waits to be exchanged."""

    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str
    expires_at: datetime


@dataclass(slots=True)
class _Refresh:
    scopes: tuple[str, ...]
    authorisation: str
    native: bool
    """Whether it was given without the app's secret, and is taken without."""
    valid_until: datetime
    used: bool = False


class TokenError(Exception):
    """The token endpoint refuses, with OAuth's own error code."""

    def __init__(self, code: str, description: str = "") -> None:
        """Keep the code and, where Xero gives one, the description."""
        super().__init__(code)
        self.code = code
        self.description = description

    def response(self) -> Response:
        """Return the 400 that says so."""
        body = {"error": self.code}
        if self.description:
            body["error_description"] = self.description
        return json_reply(body, HTTPStatus.BAD_REQUEST)


@dataclass(slots=True)
class Identity:
    """The token endpoint of one app, and the tokens it has given."""

    config: SimulatorConfig
    _access: dict[str, Grant] = field(default_factory=dict)
    _refresh: dict[str, _Refresh] = field(default_factory=dict)
    _codes: dict[str, Code] = field(default_factory=dict)

    def token(self, request: Request, now: datetime) -> Response:
        """Answer POST /connect/token."""
        form = read_form(request)
        try:
            native = self._require_client(request, form)
            return json_reply(self._grant(form, now, native=native))
        except TokenError as error:
            return error.response()

    def revoke(self, request: Request) -> bool:
        """End a refresh token's whole authorisation; tell whether there was one.

        Raises:
            XeroError: the client is not the app.
        """
        form = read_form(request)
        try:
            self._require_client(request, form)
        except TokenError as error:
            raise XeroError(error.response()) from error
        known = self._refresh.get(form.get("token", ""))
        if known is None:
            return False
        self._end(known.authorisation)
        return True

    def authenticate(self, request: Request, now: datetime) -> Grant:
        """Return what the request's bearer token allows.

        Raises:
            XeroError: the token is missing, unknown or expired (401).
        """
        kind, _, token = request.header("Authorization").partition(" ")
        grant = self._access.get(token.strip()) if kind.lower() == "bearer" else None
        if grant is None:
            raise XeroError(refused(HTTPStatus.UNAUTHORIZED, "AuthenticationUnsuccessful"))
        if grant.expires_at <= now:
            detail = f"TokenExpired: token expired at {iso_seconds(grant.expires_at)}"
            raise XeroError(refused(HTTPStatus.UNAUTHORIZED, detail))
        return grant

    def issue_code(self, code: Code) -> str:
        """Keep a code for one exchange and return its text."""
        text = secrets.token_urlsafe(32)
        self._codes[text] = code
        return text

    def expire_access_tokens(self, now: datetime) -> int:
        """End the time of every access token that still has some; return how many there were."""
        valid = {text: one for text, one in self._access.items() if one.expires_at > now}
        self._access |= {text: replace(one, expires_at=now) for text, one in valid.items()}
        return len(valid)

    def _require_client(self, request: Request, form: Form) -> bool:
        """Make sure that it is the app, and return whether it came without its secret.

        A native app has none: its code verifier, or the refresh token itself, stands in.
        """
        client_id, secret = _basic(request) or (
            form.get("client_id", ""),
            form.get("client_secret", ""),
        )
        if not client_id:
            raise TokenError("invalid_request")
        if client_id != self.config.client_id:
            raise TokenError("invalid_client")
        if not secret and (form.get("code_verifier") or form.get("grant_type") == "refresh_token"):
            return True
        if not hmac.compare_digest(secret.encode(), self.config.client_secret.encode()):
            raise TokenError("invalid_client")
        return False

    def _grant(self, form: Form, now: datetime, *, native: bool) -> Document:
        match form.get("grant_type", ""):
            case "client_credentials":
                return self._client_credentials(form, now)
            case "authorization_code":
                return self._authorization_code(form, now, native=native)
            case "refresh_token":
                return self._refresh_token(form, now, native=native)
            case _:
                raise TokenError("unsupported_grant_type")

    def _client_credentials(self, form: Form, now: datetime) -> Document:
        asked = tuple(form.get("scope", "").split()) or self.config.scopes
        if not set(asked) <= VALID_SCOPES & set(self.config.scopes):
            raise TokenError("invalid_scope", "Client credentials scope validation failed")
        return self._issue(asked, _CUSTOM_CONNECTION, now, native=False)

    def _authorization_code(self, form: Form, now: datetime, *, native: bool) -> Document:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.expires_at <= now:
            raise TokenError("invalid_grant")
        if form.get("redirect_uri") != code.redirect_uri:
            raise TokenError("invalid_grant")
        verifier = form.get("code_verifier", "")
        if not _proves(verifier, code.challenge) if code.challenge else bool(verifier):
            raise TokenError("invalid_grant")
        return self._issue(code.scopes, new_id(), now, native=native)

    def _refresh_token(self, form: Form, now: datetime, *, native: bool) -> Document:
        known = self._refresh.get(form.get("refresh_token", ""))
        if known is None:
            raise TokenError("invalid_grant")
        if native and not known.native:
            raise TokenError("invalid_client")
        if known.valid_until <= now:
            if known.used and self.config.strict_refresh:
                self._end(known.authorisation)
            raise TokenError("invalid_grant")
        if not known.used:
            # It stays good for a while, for a client that never saw the answer.
            known.used = True
            known.valid_until = min(known.valid_until, now + REFRESH_GRACE)
        return self._issue(known.scopes, known.authorisation, now, native=known.native)

    def _issue(
        self, scopes: tuple[str, ...], authorisation: str, now: datetime, *, native: bool
    ) -> Document:
        access = secrets.token_urlsafe(48)
        custom = authorisation == _CUSTOM_CONNECTION
        self._access[access] = Grant(
            self.config.client_id, frozenset(scopes), custom, authorisation, now + ACCESS_LIFE
        )
        answer: Document = {
            "access_token": access,
            "expires_in": int(ACCESS_LIFE.total_seconds()),
            "token_type": "Bearer",
            "scope": " ".join(scopes),
        }
        if "offline_access" in scopes:
            answer["refresh_token"] = secrets.token_urlsafe(32)
            self._refresh[answer["refresh_token"]] = _Refresh(
                scopes, authorisation, native, now + REFRESH_LIFE
            )
        return answer

    def _end(self, authorisation: str) -> None:
        """End all tokens of a consent."""
        self._refresh = {k: v for k, v in self._refresh.items() if v.authorisation != authorisation}
        self._access = {k: v for k, v in self._access.items() if v.authorisation != authorisation}


def read_form(request: Request) -> Form:
    """Read a form body; of repeated fields the first counts."""
    fields = parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}


def _basic(request: Request) -> tuple[str, str] | None:
    kind, _, coded = request.header("Authorization").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise TokenError("invalid_client") from error
    return unquote_plus(client_id), unquote_plus(secret)


def _proves(verifier: str, challenge: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    expected = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return hmac.compare_digest(expected.encode(), challenge.encode())
