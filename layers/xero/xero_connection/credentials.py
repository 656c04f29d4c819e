# SPDX-License-Identifier: Apache-2.0
"""What a token is asked for with, as CredentialSecret holds it, and what Xero's login answers.

No I/O. https://developer.xero.com/documentation/guides/oauth2/auth-flow and, of the other kind,
https://developer.xero.com/documentation/guides/oauth2/custom-connections
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from xero_connection.documents import read_json, to_json
from xero_connection.errors import CredentialError, UnavailableError
from xero_connection.held import fingerprint, malformed, read_object, word, words
from xero_connection.tokens import TOKEN_HINT, Token

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from xero_connection.client import Response

CUSTOM_CONNECTION: Final = "custom_connection"
OAUTH2: Final = "oauth2"

CONNECT: Final = "xero-connection connect"
"""The command that fills CredentialSecret."""
CREDENTIAL_HINT: Final = (
    '{"kind": "custom_connection", "client_id": "…", "client_secret": "…", "scopes": "…"} or '
    '{"kind": "oauth2", "client_id": "…", "client_secret": "…", "refresh_token": "…", '
    '"scopes": "…"}'
)

INVALID_GRANT: Final = "invalid_grant"
INVALID_SCOPE: Final = "invalid_scope"
# OAuth's own words for what is no fault of the credential's.
_OUTAGES: Final = frozenset({"server_error", "temporarily_unavailable", "slow_down"})
_REFUSED: Final = frozenset({400, 401, 403})
_OK: Final = 200


@dataclass(frozen=True, kw_only=True)
class Credential:
    """What a token is asked for with."""

    kind: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    """Empty for a native app, which has none."""
    refresh_token: str = field(default="", repr=False)
    """Of a consent; empty for a custom connection."""
    scopes: tuple[str, ...] = ()

    @property
    def rotates(self) -> bool:
        """Whether Xero gives another refresh token with each token, and forgets the old one."""
        return self.kind == OAUTH2

    @property
    def login(self) -> tuple[str, str] | None:
        """Name and password of the app, None where it has no password."""
        return (self.client_id, self.client_secret) if self.client_secret else None

    @property
    def fingerprint(self) -> str:
        """A name for the credential from which it cannot be had."""
        return fingerprint(
            self.kind, self.client_id, self.client_secret, self.refresh_token, *self.scopes
        )

    def form(self, scopes: Sequence[str] | None = None) -> dict[str, str]:
        """Return the form for Xero's token endpoint.

        Args:
            scopes: what a custom connection asks for; its own where none are named, and where it
                has none Xero grants all it may. A consent's were settled when it was given.
        """
        if not self.rotates:
            asked = self.scopes if scopes is None else scopes
            named = {"scope": " ".join(asked)} if asked else {}
            return {"grant_type": "client_credentials", **named}
        app = {} if self.client_secret else {"client_id": self.client_id}
        return {"grant_type": "refresh_token", "refresh_token": self.refresh_token, **app}


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What Xero's login gives for a credential."""

    token: Token
    refresh_token: str = field(default="", repr=False)
    """With which to ask the next time; empty where Xero names none."""


def read_credential(text: str, *, name: str) -> Credential | None:
    """Return the credential in CredentialSecret's text, or None where there is none yet.

    Raises:
        CredentialError: it is not a credential; the message says what to put there.
    """
    document = read_object(text, name=name, hint=CREDENTIAL_HINT)
    if not document:
        return None
    kind = document.get("kind")
    if kind not in (CUSTOM_CONNECTION, OAUTH2):
        raise CredentialError(
            f"The secret {name} holds a credential of an unknown kind: it should hold JSON like "
            f"{CREDENTIAL_HINT}. `{CONNECT}` fills it.",
            details={"secret": name, "reason": "unknown_kind"},
        )
    secret = document.get("client_secret")
    try:
        return Credential(
            kind=kind,
            client_id=word(document.get("client_id")),
            # A native app has none, and then the code's proof stood in for it.
            client_secret="" if kind == OAUTH2 and secret in (None, "") else word(secret),
            refresh_token=word(document.get("refresh_token")) if kind == OAUTH2 else "",
            scopes=words(document.get("scopes")),
        )
    except (ValueError, TypeError):
        raise malformed(name, CREDENTIAL_HINT) from None


def with_refresh_token(text: str, refresh_token: str) -> str:
    """Return CredentialSecret's text with another refresh token; all else stays as it is."""
    return to_json(read_json(text) | {"refresh_token": refresh_token})


def no_credential(
    *, name: str, token_name: str, why: str = "There is no credential", reason: str = "empty"
) -> CredentialError:
    """Return the error that says what to fill.

    Args:
        name: CredentialSecret's.
        token_name: TokenSecret's.
        why: what is wrong.
        reason: the same in a word.
    """
    return CredentialError(
        f"{why}. Run `{CONNECT}`, or put {CREDENTIAL_HINT} into the secret {name}, or a token of "
        f"your own, {TOKEN_HINT}, into {token_name}.",
        details={"secret": name, "reason": reason},
    )


def read_grant(
    response: Response, *, now: datetime, credential: Credential, name: str, asked: Sequence[str]
) -> Grant:
    """Return what the token endpoint's answer gives.

    Args:
        response: the answer.
        now: when it came.
        credential: what was asked with.
        name: of its secret.
        asked: the scopes that were asked for.

    Raises:
        CredentialError: Xero refuses the credential; the message says what to do.
        UnavailableError: Xero did not answer as a token endpoint does.
    """
    try:
        document = read_json(response.body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        document = {}
    reason = document.get("error")
    # Only Xero's login says so in these words; a page of some gateway is no refusal.
    if response.status in _REFUSED and isinstance(reason, str) and reason not in _OUTAGES:
        raise refusal(reason, credential=credential, name=name, asked=asked)
    if response.status != _OK:
        raise UnavailableError(f"Xero's token endpoint answered {response.status}.")
    try:
        next_one = document.get("refresh_token")
        return Grant(
            token=Token(
                access_token=word(document["access_token"]),
                expires_at=now + timedelta(seconds=int(document["expires_in"])),
                scopes=words(document.get("scope")),
            ),
            refresh_token=word(next_one) if next_one is not None else "",
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        raise UnavailableError("Xero's token endpoint answered without a token.") from None


def refusal(
    reason: str, *, credential: Credential, name: str, asked: Sequence[str] | None = None
) -> CredentialError:
    """Return the error for a credential that Xero refuses, with what to do about it.

    Args:
        reason: OAuth's word for it.
        credential: the credential.
        name: of its secret.
        asked: the scopes that were asked for, the credential's own where none are named.
    """
    told: dict[str, Any] = {"secret": name, "reason": reason[:60]}
    if reason == INVALID_GRANT and credential.rotates:
        return CredentialError(
            f"Xero does not take the refresh token in the secret {name} any more (invalid_grant): "
            "the consent was revoked, has not been used for 60 days, or another program has used "
            f"it. Connect again: `{CONNECT}`.",
            details=told,
            advice=f"Ask the owner to connect again with `{CONNECT}`; do not retry before.",
        )
    if reason == INVALID_SCOPE:
        scopes = list(credential.scopes if asked is None else asked)
        return CredentialError(
            f"Xero does not give the app all of the scopes that the secret {name} asks for "
            f"(invalid_scope): {' '.join(scopes)}. Add the missing ones to the app in Xero's "
            "developer portal and authorise it again, or take them out of the secret.",
            details=told | {"scopes": scopes},
            advice="Ask the owner to grant details.scopes to the Xero app; do not retry before.",
        )
    return CredentialError(
        f"Xero refuses the credential in the secret {name} ({reason[:60]}). Compare client id, "
        "client secret and scopes with the app in Xero's developer portal, or put them in anew "
        f"with `{CONNECT}`.",
        details=told,
    )
