# SPDX-License-Identifier: Apache-2.0
"""Reads what a person or a function put into a secret, or Xero into an answer of its login.

What does not fit is told by exceptions that are Python's own, or by an error that names the secret.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from xero_connection.documents import read_json
from xero_connection.errors import CredentialError


def read_object(text: str, *, name: str, hint: str) -> dict[str, Any]:
    """Return the JSON object in a secret's text, an empty one where there is no text.

    Raises:
        CredentialError: the text is something else; the message says what to put there.
    """
    try:
        document = read_json(text.strip() or "{}")
    except ValueError:
        raise malformed(name, hint) from None
    if not isinstance(document, dict):
        raise malformed(name, hint)
    return document


def malformed(name: str, hint: str) -> CredentialError:
    """Return the error of a secret that holds something else than it should."""
    return CredentialError(
        f"The secret {name} is malformed: it should hold JSON like {hint}.",
        details={"secret": name, "reason": "malformed"},
    )


def word(value: Any) -> str:
    """Return a token, id or secret.

    Raises:
        ValueError: it could not go into a header, so it was not copied whole.
    """
    text = value.strip() if isinstance(value, str) else ""
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        raise ValueError("not a word of printable ASCII")
    return text


def words(value: Any) -> tuple[str, ...]:
    """Return scopes, which are a list of texts or a text with spaces.

    Raises:
        TypeError: they are neither.
    """
    found = value.split() if isinstance(value, str) else value or ()
    if not isinstance(found, list | tuple) or not all(isinstance(one, str) for one in found):
        raise TypeError("scopes are a text or a list of texts")
    return tuple(found)


def fingerprint(*secrets: str) -> str:
    """Return a name for secrets from which they cannot be had."""
    return hashlib.sha256("\n".join(secrets).encode()).hexdigest()[:16]
