# SPDX-License-Identifier: Apache-2.0
"""The login of the code flow: what may be asked for and what goes back; and where it is."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from local.xero import login_page
from local.xero.identity import CODE_LIFE, Code, read_form
from local.xero.replies import not_found, text_reply
from local.xero.scopes import IDENTITY_SCOPES, VALID_SCOPES
from local.xero.wire import Response

if TYPE_CHECKING:
    from datetime import datetime

    from local.xero.connections import Connections
    from local.xero.identity import Form, Identity
    from local.xero.wire import Document, Request

_KEPT = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)


def authorize(
    identity: Identity, connections: Connections, request: Request, now: datetime
) -> Response:
    """Show the page on GET; on POST connect and send the browser back with a code and the state.

    The form's `tenant` fields say which organisations; without any it is all of them.
    """
    if request.method == "GET":
        asked = {name: request.param(name) for name in _KEPT}
    elif request.method == "POST":
        asked = {name: read_form(request).get(name, "") for name in _KEPT}
    else:
        return not_found()
    if problem := _problem(identity, asked):
        return text_reply(HTTPStatus.BAD_REQUEST, problem)
    if request.method == "GET":
        page = login_page.page(asked, connections.all, _back(asked, {"error": "access_denied"}))
        return text_reply(HTTPStatus.OK, page, "text/html")
    code = identity.issue_code(
        Code(
            scopes=tuple(asked["scope"].split()),
            redirect_uri=asked["redirect_uri"],
            challenge=asked["code_challenge"],
            expires_at=now + CODE_LIFE,
        )
    )
    connections.connect(parse_qs(request.body.decode("utf-8", "replace")).get("tenant", []))
    location = _back(asked, {"code": code, "scope": asked["scope"]})
    return Response(HTTPStatus.FOUND, {"Location": location})


def _back(asked: Form, answer: Form) -> str:
    if asked["state"]:
        answer["state"] = asked["state"]
    joint = "&" if urlsplit(asked["redirect_uri"]).query else "?"
    return asked["redirect_uri"] + joint + urlencode(answer)


def _problem(identity: Identity, asked: Form) -> str:
    target = urlsplit(asked["redirect_uri"])
    scopes = set(asked["scope"].split())
    # Xero takes https and http://localhost, not http://127.0.0.1.
    if not (target.scheme == "https" or (target.scheme, target.hostname) == ("http", "localhost")):
        return "invalid_request: redirect_uri"
    if asked["client_id"] != identity.config.client_id:
        return "unauthorized_client"
    if asked["response_type"] != "code":
        return "unsupported_response_type"
    if asked["code_challenge"] and asked["code_challenge_method"] != "S256":
        return "invalid_request: code_challenge_method"
    if not scopes or not scopes <= VALID_SCOPES & {*identity.config.scopes, *IDENTITY_SCOPES}:
        return "invalid_scope"
    return ""


def discovery(request: Request) -> Document:
    """Return where everything is, as the issuer's openid-configuration tells it."""
    origin = f"http://{request.header('Host')}"
    return {
        "issuer": origin,
        "authorization_endpoint": f"{origin}/identity/connect/authorize",
        "token_endpoint": f"{origin}/connect/token",
        "revocation_endpoint": f"{origin}/connect/revocation",
        "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }
