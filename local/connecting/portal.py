# SPDX-License-Identifier: Apache-2.0
"""The kinds of credential there are, and what to click in Xero's developer portal for each."""

from collections.abc import Sequence
from enum import StrEnum

from xero_connection.scopes import read_scopes

URL = "https://developer.xero.com/app/manage"


class Kind(StrEnum):
    """How a stack comes by its tokens."""

    CUSTOM = "custom"
    APP = "app"
    TOKEN = "token"  # noqa: S105, it is a name


KINDS = {
    Kind.CUSTOM: "custom connection: one organisation, no browser; AU, NZ, UK, US; charged for",
    Kind.APP: "standard app: one or several organisations; you allow it in the browser",
    Kind.TOKEN: "a token of your own, from elsewhere; nobody renews it",
}

_PER_LINE = 2


def custom_connection(scopes: Sequence[str]) -> list[str]:
    """Return the steps to a custom connection."""
    return [
        f"1. Open {URL}, choose “New app”, and as integration type “Custom connection”.",
        "2. Select these scopes, all of them and no fewer:",
        *columns(scopes, indent=6),
        *_for_reading(scopes),
        "3. Name the user who authorises it, and save. Xero sends that user an e-mail.",
        "4. That user opens it, chooses the organisation and allows access.",
        "5. Back in the portal, under Configuration: copy the client id, generate a secret.",
    ]


def standard_app(redirect_uri: str) -> list[str]:
    """Return the steps to a standard app."""
    return [
        f"1. Open {URL} and choose “New app”.",
        "2. Integration type: “Web app”, or “Mobile or desktop app” for one without a secret.",
        "3. Redirect URI, exactly as it stands here:",
        f"      {redirect_uri}",
        "4. Under Configuration: copy the client id; for a web app generate a secret.",
    ]


def own_token() -> list[str]:
    """Return where a token comes from."""
    return [
        "Xero gives no personal access tokens. Any bearer token that it does give will do, such as",
        "one from another program of yours; Xero's own last 30 minutes.",
    ]


def _for_reading(scopes: Sequence[str]) -> list[str]:
    more = sorted(set(read_scopes(scopes)).difference(scopes))
    if not more:
        return []
    return [
        "   And these, with which query has a token of its own that can only read:",
        *columns(more, indent=6),
    ]


def columns(words: Sequence[str], *, indent: int) -> list[str]:
    """Return words in columns, read from left to right."""
    width = max(map(len, words), default=0) + 2
    return [
        " " * indent
        + "".join(word.ljust(width) for word in words[start : start + _PER_LINE]).rstrip()
        for start in range(0, len(words), _PER_LINE)
    ]
