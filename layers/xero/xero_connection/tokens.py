# SPDX-License-Identifier: Apache-2.0
"""The credential and the token as the secrets hold them, and how Xero gives one for the other.

No I/O. https://developer.xero.com/documentation/guides/oauth2/custom-connections
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from xero_connection.documents import iso, read_json, to_json
from xero_connection.errors import CredentialError, TenantError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.client import Response

CREDENTIAL_HINT: Final = (
    '{"kind": "custom_connection", "client_id": "…", "client_secret": "…", "scopes": "…"}'
)
TOKEN_HINT: Final = '{"access_token": "…", "expires_at": "2026-11-22T01:45:00Z"}'  # noqa: S105

# A token that has less than this left is not begun with: the call must end before it does.
_SPARE: Final = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Tenant:
    """An organisation that is connected."""

    tenant_id: str
    tenant_name: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Token:
    """A bearer token with the organisations it reaches."""

    access_token: str = field(repr=False)
    expires_at: datetime | None
    scopes: tuple[str, ...] = ()
    tenants: tuple[Tenant, ...] | None = None
    """None where nobody has asked Xero for them yet."""

    def lasts(self, now: datetime, spare: timedelta = _SPARE) -> bool:
        """Return whether the token is good for a while; one without an expiry always is."""
        return self.expires_at is None or now + spare < self.expires_at

    @property
    def fingerprint(self) -> str:
        """A name for the token from which the token cannot be had."""
        return hashlib.sha256(self.access_token.encode()).hexdigest()[:16]

    def as_json(self) -> str:
        """Return the text that TokenSecret holds."""
        tenants = [
            {"tenant_id": tenant.tenant_id, "tenant_name": tenant.tenant_name}
            for tenant in self.tenants or ()
        ]
        return to_json(
            {
                "access_token": self.access_token,
                "expires_at": iso(self.expires_at) if self.expires_at else None,
                "scopes": list(self.scopes),
                "tenants": tenants,
            }
        )


@dataclass(frozen=True, kw_only=True)
class Credential:
    """What a token is asked for with."""

    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...]

    def form(self) -> dict[str, str]:
        """Return the form for Xero's token endpoint; without scopes Xero grants all it may."""
        asked = {"grant_type": "client_credentials"}
        return asked | {"scope": " ".join(self.scopes)} if self.scopes else asked


def read_token(text: str, *, name: str) -> Token | None:
    """Return the token in TokenSecret's text, or None where there is none yet.

    Raises:
        CredentialError: the text is something else; the message says what to put there.
    """
    document = _object(text, name=name, hint=TOKEN_HINT)
    if not document.get("access_token"):
        return None
    try:
        return Token(
            access_token=_word(document["access_token"]),
            expires_at=_moment(document.get("expires_at")),
            scopes=_scopes(document.get("scopes")),
            tenants=_tenants(document.get("tenants")),
        )
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, OSError):
        raise _malformed(name, TOKEN_HINT) from None


def read_credential(text: str, *, name: str) -> Credential:
    """Return the credential in CredentialSecret's text.

    Raises:
        CredentialError: it is empty or not a credential; the message says what to put there.
    """
    document = _object(text, name=name, hint=CREDENTIAL_HINT)
    if not document:
        raise CredentialError(
            f"There is no credential: put {CREDENTIAL_HINT} into the secret {name}.",
            details={"secret": name},
        )
    if document.get("kind") != "custom_connection":
        raise CredentialError(
            f"The secret {name} holds a credential of an unknown kind: the kind served is "
            f"custom_connection, as in {CREDENTIAL_HINT}.",
            details={"secret": name},
        )
    try:
        return Credential(
            client_id=_word(document.get("client_id")),
            client_secret=_word(document.get("client_secret")),
            scopes=_scopes(document.get("scopes")),
        )
    except (ValueError, TypeError):
        raise _malformed(name, CREDENTIAL_HINT) from None


def read_grant(response: Response, *, now: datetime, credential_name: str) -> Token:
    """Return the token in the token endpoint's answer.

    Raises:
        CredentialError: Xero refuses the credential; the message says which secret to correct.
        UnavailableError: Xero did not answer as a token endpoint does.
    """
    try:
        document = read_json(response.body)
    except ValueError:
        document = {}
    if response.status in {400, 401, 403} and isinstance(document, dict):
        reason = str(document.get("error", response.status))[:60]
        raise CredentialError(
            f"Xero refuses the credential in the secret {credential_name} ({reason}). Compare "
            "client id, client secret and scopes with the app in Xero's developer portal.",
            details={"secret": credential_name, "reason": reason},
        )
    if response.status != 200 or not isinstance(document, dict):  # noqa: PLR2004 - HTTP's success
        raise UnavailableError(f"Xero's token endpoint answered {response.status}.")
    try:
        return Token(
            access_token=_word(document["access_token"]),
            expires_at=now + timedelta(seconds=int(document["expires_in"])),
            scopes=_scopes(document.get("scope")),
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        raise UnavailableError("Xero's token endpoint answered without a token.") from None


def read_connections(document: Any) -> tuple[Tenant, ...]:
    """Return the organisations in the answer of `/connections`.

    Raises:
        UnavailableError: the answer is no list of connections.
    """
    try:
        return tuple(
            Tenant(tenant_id=connection["tenantId"], tenant_name=connection.get("tenantName"))
            for connection in document
            if connection.get("tenantType") == "ORGANISATION"
        )
    except (AttributeError, KeyError, TypeError):
        raise UnavailableError("Xero answered something else than it documents.") from None


def choose_tenant(asked: str | None, tenants: tuple[Tenant, ...]) -> Tenant:
    """Return the organisation that is meant by an id, an exact name, or nothing.

    Raises:
        TenantError: none or several are; nothing is written to a book that was not named.
    """
    if asked is None:
        if len(tenants) == 1:
            return tenants[0]
        count = "No organisation is" if not tenants else "Several organisations are"
        raise TenantError(f"{count} connected.", details=_named(tenants))
    found = [
        tenant
        for tenant in tenants
        if tenant.tenant_id.lower() == asked.lower() or tenant.tenant_name == asked
    ]
    if len(found) != 1:
        count = "No" if not found else "More than one"
        raise TenantError(
            f"{count} connected organisation has this id or name.", details=_named(tenants)
        )
    return found[0]


def _named(tenants: tuple[Tenant, ...]) -> Mapping[str, Any]:
    return {"connected": [tenant.tenant_id for tenant in tenants]}


def _object(text: str, *, name: str, hint: str) -> dict[str, Any]:
    try:
        document = read_json(text.strip() or "{}")
    except ValueError:
        raise _malformed(name, hint) from None
    if not isinstance(document, dict):
        raise _malformed(name, hint)
    return document


def _malformed(name: str, hint: str) -> CredentialError:
    return CredentialError(
        f"The secret {name} is malformed: it should hold JSON like {hint}.",
        details={"secret": name},
    )


def _word(value: Any) -> str:
    """Return a token, id or secret; what could not go into a header was not copied whole."""
    text = value.strip() if isinstance(value, str) else ""
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        raise ValueError("not a word of printable ASCII")
    return text


def _moment(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime.fromtimestamp(float(value), tz=UTC)


def _scopes(value: Any) -> tuple[str, ...]:
    words = value.split() if isinstance(value, str) else value or ()
    if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
        raise TypeError("scopes are a text or a list of texts")
    return tuple(words)


def _tenants(value: Any) -> tuple[Tenant, ...] | None:
    if not value:
        return None
    return tuple(
        Tenant(tenant_id=_word(one["tenant_id"]), tenant_name=one.get("tenant_name"))
        for one in value
    )
