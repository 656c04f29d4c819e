# SPDX-License-Identifier: Apache-2.0
"""Tokens as TokenSecret and ReadTokenSecret hold them, and the organisations that one reaches.

What a token is asked for with is `credentials`' matter. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from xero_connection.documents import iso, to_json
from xero_connection.errors import TenantError, UnavailableError
from xero_connection.held import fingerprint, malformed, read_object, word, words

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        return fingerprint(self.access_token)

    def as_json(self) -> str:
        """Return the text that a secret holds."""
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


def read_token(text: str, *, name: str) -> Token | None:
    """Return the token in a secret's text, or None where there is none yet.

    Raises:
        CredentialError: the text is something else; the message says what to put there.
    """
    document = read_object(text, name=name, hint=TOKEN_HINT)
    if not document.get("access_token"):
        return None
    try:
        return Token(
            access_token=word(document["access_token"]),
            expires_at=_moment(document.get("expires_at")),
            scopes=words(document.get("scopes")),
            tenants=_tenants(document.get("tenants")),
        )
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, OSError):
        raise malformed(name, TOKEN_HINT) from None


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


def _moment(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime.fromtimestamp(float(value), tz=UTC)


def _tenants(value: Any) -> tuple[Tenant, ...] | None:
    if not value:
        return None
    return tuple(
        Tenant(tenant_id=word(one["tenant_id"]), tenant_name=one.get("tenant_name"))
        for one in value
    )
