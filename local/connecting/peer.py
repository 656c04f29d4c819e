# SPDX-License-Identifier: Apache-2.0
"""What the person's machine itself asks of Xero: tokens for a code, a token's organisations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import requests
from xero_connection.errors import XeroConnectionError
from xero_connection.tokens import Tenant, read_connections

from local.connecting.consent import Consent
from local.problems import Problem

_SECONDS = 20
_REASONS = {
    "invalid_client": "the client secret is not this app's, or the app has one and none was given",
    "unauthorized_client": "the client secret is not this app's",
    "invalid_grant": "the code was used before or is older than five minutes, or the address"
    " belongs to another consent",
}


@dataclass(frozen=True)
class Granted:
    """What Xero gave for a code."""

    refresh_token: str = field(repr=False)
    scopes: tuple[str, ...]


def exchange(token_url: str, consent: Consent, code: str, client_secret: str | None) -> Granted:
    """Return what Xero gives for a code; an app without a secret is told by its verifier alone.

    Raises:
        Problem: it gives nothing; the message says why.
    """
    form = consent.form(code)
    if client_secret is None:
        answer = _ask("POST", token_url, form={**form, "client_id": consent.client_id})
    else:
        login = requests.auth.HTTPBasicAuth(consent.client_id, client_secret)
        answer = _ask("POST", token_url, form=form, login=login)
    document = _document(answer)
    found = document if isinstance(document, dict) else {}
    if answer.status_code != HTTPStatus.OK or not found.get("refresh_token"):
        reason = str(found.get("error", answer.status_code))[:60]
        hint = f": {_REASONS[reason]}" if reason in _REASONS else ""
        raise Problem(f"Xero gave no refresh token ({reason}){hint}. Nothing was changed.")
    return Granted(found["refresh_token"], tuple(str(found.get("scope", "")).split()))


def organisations(api_url: str, token: str) -> tuple[Tenant, ...]:
    """Return the organisations that a token reaches.

    Raises:
        Problem: Xero does not take it, or does not answer.
    """

    def bearer(request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    answer = _ask("GET", f"{api_url}/connections", login=bearer)
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        raise Problem(
            "Xero refuses the token: it has ended, or was not copied whole. Nothing was changed."
        )
    if answer.status_code != HTTPStatus.OK:
        raise Problem(f"Xero answered {answer.status_code}. Nothing was changed.")
    try:
        return read_connections(_document(answer))
    except XeroConnectionError as error:
        raise Problem(f"{error.message} Nothing was changed.") from None


def _unchanged(request: Any) -> Any:
    return request


def _ask(
    method: str,
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    # With nothing in its place requests would look for a password in a .netrc file.
    login: Callable[[Any], Any] = _unchanged,
) -> requests.Response:
    try:
        return requests.request(
            method,
            url,
            data=form,
            auth=login,
            headers={"Accept": "application/json"},
            timeout=_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise Problem(
            f"Xero could not be reached ({type(error).__name__}). Nothing was changed."
        ) from None


def _document(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except requests.JSONDecodeError:
        return None
