# SPDX-License-Identifier: Apache-2.0
"""A token that a person brings: what it says of itself, and when it ends."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from local.problems import Problem

LONG = timedelta(days=183)
"""Half a year: nothing that Xero gives lasts longer."""


def claims(token: str) -> Mapping[str, Any]:
    """Return what a token says, unverified, where it is a JSON Web Token as Xero's are."""
    _, _, rest = token.partition(".")
    coded, _, _ = rest.partition(".")
    try:
        document = json.loads(base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)))
    except (binascii.Error, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def end_of(said: Mapping[str, Any]) -> datetime | None:
    """Return when a token ends by its own claims."""
    seconds = said.get("exp")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (OverflowError, OSError, ValueError):
        return None


def scopes_of(said: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a token's scopes by its own claims."""
    scopes = said.get("scope")
    words = scopes.split() if isinstance(scopes, str) else scopes
    return tuple(map(str, words)) if isinstance(words, list) else ()


def read_end(text: str, now: datetime) -> datetime:
    """Return the moment that a person means: `90` days from now, a date, or a time with its zone.

    Raises:
        Problem: it is none of these.
    """
    text = text.strip()
    if found := re.fullmatch(r"(\d{1,5})\s*(d|days?)?", text):
        return (now + timedelta(days=int(found[1]))).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Problem(
            f"{text} is no time: give days such as 90, a date such as 2027-01-31, or a time such"
            " as 2027-01-31T12:00Z."
        ) from None
    if moment.tzinfo:
        return moment.astimezone(UTC)
    if "T" in text or ":" in text:
        raise Problem(f"{text} has no time zone: write {text}Z for UTC.")
    # A day alone: its beginning, so that no call is made with a token that has ended.
    return moment.replace(tzinfo=UTC)


def doubt(end: datetime, now: datetime) -> str:
    """Return what is strange about a token's end, or nothing."""
    if end <= now:
        return f"{end:%Y-%m-%d %H:%M} UTC is over: the token has ended."
    if end > now + LONG:
        return f"{end:%Y-%m-%d} is more than half a year ahead; no token of Xero's lasts so long."
    return ""
