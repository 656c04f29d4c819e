# SPDX-License-Identifier: Apache-2.0
"""The code flow with PKCE, as far as it is values: what is asked of Xero, what came back.

No I/O. https://developer.xero.com/documentation/guides/oauth2/pkce-flow
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from local.problems import Problem

CALLBACK_PATH = "/callback"
OFFLINE = "offline_access"
"""The scope without which Xero gives no refresh token."""

_RANDOM_BYTES = 48
"""64 characters: a verifier has 43 to 128."""


class ForeignAnswerError(Problem):
    """What came back does not answer what was asked here."""


class DeniedError(Problem):
    """The person, or Xero, said no."""


@dataclass(frozen=True)
class Consent:
    """One consent that is asked for."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str = field(repr=False)
    verifier: str = field(repr=False)

    def address(self, authorize_url: str) -> str:
        """Return where the person consents."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(self.scopes),
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{authorize_url}?{urlencode(asked)}"

    def form(self, code: str) -> dict[str, str]:
        """Return the form that gets tokens for a code."""
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }


def begin(
    client_id: str,
    scopes: Sequence[str],
    port: int,
    *,
    random: Callable[[int], str] = secrets.token_urlsafe,
) -> Consent:
    """Return a consent to ask for, with a state and a verifier of its own."""
    asked = tuple(dict.fromkeys((*scopes, OFFLINE)))
    return Consent(
        client_id, redirect_uri(port), asked, random(_RANDOM_BYTES), random(_RANDOM_BYTES)
    )


def redirect_uri(port: int) -> str:
    """Return the address that Xero's portal has to know. It refuses 127.0.0.1."""
    return local_address(port, CALLBACK_PATH)


def local_address(port: int, path: str) -> str:
    """Return where a browser on this machine reaches what listens here."""
    return f"http://localhost:{port}{path}"


def code_in(query: str, state: str) -> str:
    """Return the code in the query of the address that the browser was sent back to.

    Raises:
        DeniedError: there is none because it was refused.
        ForeignAnswerError: the state is another, or there is no code.
    """
    found = {name: values[0] for name, values in parse_qs(query).items()}
    if not hmac.compare_digest(found.get("state", "").encode(), state.encode()):
        raise ForeignAnswerError("This is no answer to the consent that was asked for last.")
    return _code(found)


def pasted_code(text: str, state: str) -> str:
    """Return the code in what a person copied: the whole address, or its query.

    A code alone is not taken: it may be of a consent that somebody else gave, to their books.

    Raises:
        DeniedError: the address says that it was refused.
        ForeignAnswerError: it holds no code, or not the state.
    """
    text = text.strip().strip("'\"<>")
    return code_in(urlsplit(text).query if "?" in text else text, state)


def _code(found: dict[str, str]) -> str:
    if found.get("error") == "access_denied":
        raise DeniedError("Access was not allowed in Xero.")
    if "error" in found:
        said = ": ".join(found[name] for name in ("error", "error_description") if name in found)
        raise DeniedError(f"Xero refused ({said[:200]}).")
    if not found.get("code"):
        raise ForeignAnswerError("There is no code in it.")
    return found["code"]
