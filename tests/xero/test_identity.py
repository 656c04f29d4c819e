# SPDX-License-Identifier: Apache-2.0
"""Tokens, scopes, connections and the login page."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from local.xero import SimulatorConfig, XeroSimulator
from local.xero.wire import Request
from tests.xero.conftest import Client, load

if TYPE_CHECKING:
    from local.xero.wire import Document
    from tests.xero.conftest import Clock

REDIRECT = "http://localhost:8400/back"
VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)


@pytest.fixture
def config() -> SimulatorConfig:
    return SimulatorConfig(organisations=2)


def consent(client: Client, **extra: str) -> dict[str, str]:
    """Press the login page's button; return what the browser brings back."""
    asked = {
        "response_type": "code",
        "client_id": client.simulator.config.client_id,
        "redirect_uri": REDIRECT,
        "scope": "openid offline_access accounting.contacts",
        "state": "s&1",
        **extra,
    }
    page = client.send("GET", "/identity/connect/authorize", query=asked)
    assert page.status == HTTPStatus.OK, page.body
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.body.decode()))
    fields = {name: value.replace("&amp;", "&") for name, value in hidden.items()}
    answer = client.form("/identity/connect/authorize", fields)
    assert answer.status == HTTPStatus.FOUND
    back = urlsplit(answer.headers["Location"])
    assert answer.headers["Location"].startswith(REDIRECT)
    return {name: values[0] for name, values in parse_qs(back.query).items()}


def secret(client: Client) -> dict[str, str]:
    config = client.simulator.config
    return {"client_id": config.client_id, "client_secret": config.client_secret}


def exchange(client: Client, **fields: str) -> Document:
    response = client.form("/connect/token", fields)
    assert response.status == HTTPStatus.OK, response.body
    return load(response)


def code_token(client: Client) -> Document:
    return exchange(
        client,
        grant_type="authorization_code",
        code=consent(client)["code"],
        redirect_uri=REDIRECT,
        **secret(client),
    )


def test_client_credentials_work_in_the_header_and_in_the_body(client: Client) -> None:
    config = client.simulator.config
    basic = base64.b64encode(f"{config.client_id}:{config.client_secret}".encode()).decode()
    response = client.form(
        "/connect/token", {"grant_type": "client_credentials"}, Authorization=f"Basic {basic}"
    )
    answer = load(response)
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 1800)
    assert "refresh_token" not in answer
    assert client.log_in(scope="accounting.contacts")["scope"] == "accounting.contacts"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "wrong"}, "invalid_client"),
        ({"client_id": ""}, "invalid_request"),
        ({"scope": "accounting.contacts accounting.transactions"}, "invalid_scope"),
        ({"scope": "accounting.contacts files"}, "invalid_scope"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_grant"),
    ],
)
def test_a_token_request_is_refused_with_its_reason(
    client: Client, fields: dict[str, str], error: str
) -> None:
    asked = {"grant_type": "client_credentials", **secret(client), **fields}
    response = client.form("/connect/token", asked)
    assert response.status == HTTPStatus.BAD_REQUEST
    assert load(response)["error"] == error


def test_a_broken_basic_header_is_refused(client: Client) -> None:
    for broken in ("Basic ~", "Basic /w=="):
        response = client.form(
            "/connect/token", {"grant_type": "client_credentials"}, Authorization=broken
        )
        assert load(response) == {"error": "invalid_client"}


def test_a_code_is_good_once_and_for_five_minutes(client: Client, clock: Clock) -> None:
    back = consent(client)
    assert back["state"] == "s&1"
    fields = {
        "grant_type": "authorization_code",
        "code": back["code"],
        "redirect_uri": REDIRECT,
        **secret(client),
    }
    assert exchange(client, **fields)["refresh_token"]
    assert load(client.form("/connect/token", fields)) == {"error": "invalid_grant"}
    late = fields | {"code": consent(client)["code"]}
    clock.forward(minutes=5)
    assert load(client.form("/connect/token", late)) == {"error": "invalid_grant"}


def test_a_person_chooses_among_the_organisations_and_may_cancel(client: Client) -> None:
    first, second = client.simulator.connections.all
    asked = {
        "response_type": "code",
        "client_id": client.simulator.config.client_id,
        "redirect_uri": REDIRECT,
        "scope": "accounting.contacts offline_access",
        "state": "s&1",
    }
    page = client.send("GET", "/identity/connect/authorize", query=asked).body.decode()
    boxes = re.findall(r'<input type="checkbox"[^>]* value="([^"]+)">([^<]+)<', page)
    (cancel,) = re.findall(r'<a href="([^"]+)">Cancel</a>', page)

    client.form("/identity/connect/authorize", asked | {"tenant": second["tenantId"]})

    assert boxes == [(one["tenantId"], one["tenantName"]) for one in (first, second)]
    assert client.simulator.connections.tenants() == [second["tenantId"]]
    assert parse_qs(urlsplit(html.unescape(cancel)).query) == {
        "error": ["access_denied"],
        "state": ["s&1"],
    }
    assert cancel.startswith(REDIRECT)
    assert all(f"<li>{scope}</li>" in page for scope in asked["scope"].split())


def test_a_native_app_proves_itself_by_its_verifier(client: Client) -> None:
    fields = {
        "grant_type": "authorization_code",
        "client_id": client.simulator.config.client_id,
        "redirect_uri": REDIRECT,
    }
    challenge = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}

    def swap(verifier: str, **asked: str) -> Document:
        code = consent(client, **asked)["code"]
        return load(
            client.form("/connect/token", {**fields, "code": code, "code_verifier": verifier})
        )

    assert swap("w" * 43, **challenge) == {"error": "invalid_grant"}
    assert swap("", **challenge) == {"error": "invalid_client"}
    assert swap(VERIFIER) == {"error": "invalid_grant"}
    token = swap(VERIFIER, **challenge)
    again = exchange(
        client,
        grant_type="refresh_token",
        refresh_token=token["refresh_token"],
        client_id=fields["client_id"],
    )
    assert again["access_token"] != token["access_token"]


@pytest.mark.parametrize(
    "fields",
    [
        {"redirect_uri": "http://127.0.0.1/back"},
        {"redirect_uri": "http://example.com/back"},
        {"client_id": "other"},
        {"response_type": "token"},
        {"scope": "accounting.transactions"},
        {"scope": ""},
        {"code_challenge": "x", "code_challenge_method": "plain"},
    ],
)
def test_the_login_page_refuses_what_xero_refuses(client: Client, fields: dict[str, str]) -> None:
    asked = {
        "response_type": "code",
        "client_id": client.simulator.config.client_id,
        "redirect_uri": REDIRECT,
        "scope": "openid",
    }
    response = client.send("GET", "/identity/connect/authorize", query=asked | fields)
    assert response.status == HTTPStatus.BAD_REQUEST
    assert client.send("DELETE", "/identity/connect/authorize").status == HTTPStatus.NOT_FOUND


def test_a_refresh_token_rotates_and_the_last_one_has_thirty_minutes(
    client: Client, clock: Clock
) -> None:
    first = code_token(client)["refresh_token"]
    fields = {"grant_type": "refresh_token", **secret(client)}
    second = exchange(client, refresh_token=first, **fields)["refresh_token"]
    assert second != first
    clock.forward(minutes=29)
    assert exchange(client, refresh_token=first, **fields)["refresh_token"] not in {first, second}
    clock.forward(minutes=1)
    response = client.form("/connect/token", {"refresh_token": first, **fields})
    assert load(response) == {"error": "invalid_grant"}
    assert exchange(client, refresh_token=second, **fields)


@pytest.mark.parametrize("strict", [False, True])
def test_where_xero_is_strict_an_old_refresh_token_ends_the_whole_consent(
    clock: Clock, *, strict: bool
) -> None:
    client = Client(XeroSimulator(SimulatorConfig(strict_refresh=strict), clock=clock))
    first = code_token(client)["refresh_token"]
    fields = {"grant_type": "refresh_token", **secret(client)}
    second = exchange(client, refresh_token=first, **fields)["refresh_token"]
    clock.forward(minutes=30)
    old = client.form("/connect/token", {"refresh_token": first, **fields})
    assert load(old) == {"error": "invalid_grant"}
    present = client.form("/connect/token", {"refresh_token": second, **fields})
    assert (load(present) == {"error": "invalid_grant"}) is strict


def test_only_a_native_app_refreshes_without_the_secret(client: Client) -> None:
    fields = {
        "grant_type": "refresh_token",
        "refresh_token": code_token(client)["refresh_token"],
        "client_id": client.simulator.config.client_id,
    }
    assert load(client.form("/connect/token", fields)) == {"error": "invalid_client"}


def test_a_refresh_token_that_nobody_uses_ends_after_sixty_days(
    client: Client, clock: Clock
) -> None:
    token = code_token(client)["refresh_token"]
    clock.forward(days=60)
    fields = {"grant_type": "refresh_token", "refresh_token": token, **secret(client)}
    assert load(client.form("/connect/token", fields)) == {"error": "invalid_grant"}


def test_an_access_token_ends_after_thirty_minutes(client: Client, clock: Clock) -> None:
    clock.forward(seconds=1799)
    assert client.api("GET", "Organisation").status == HTTPStatus.OK
    clock.forward(seconds=1)
    response = client.api("GET", "Organisation")
    assert response.status == HTTPStatus.UNAUTHORIZED
    answer = load(response)
    assert (answer["Title"], answer["Status"]) == ("Unauthorized", 401)
    assert answer["Detail"] == "TokenExpired: token expired at 2026-11-22T01:45:39"


@pytest.mark.parametrize("token", ["", "made-up"])
def test_a_token_that_is_not_known_is_refused(client: Client, token: str) -> None:
    client.token = token
    for path in ("/connections", "/api.xro/2.0/Organisation"):
        response = client.send("GET", path)
        assert response.status == HTTPStatus.UNAUTHORIZED
        assert load(response)["Detail"] == "AuthenticationUnsuccessful"


@pytest.mark.parametrize(
    ("scope", "method", "path", "allowed"),
    [
        ("accounting.contacts.read", "GET", "Contacts", True),
        ("accounting.contacts.read", "PUT", "Contacts", False),
        ("accounting.contacts", "GET", "Contacts", True),
        ("accounting.contacts", "GET", "Invoices", False),
        ("accounting.invoices.read", "GET", "Items", True),
        ("accounting.settings.read", "GET", "Organisation", True),
        ("accounting.invoices", "GET", "Organisation", False),
    ],
)
def test_a_scope_opens_its_endpoints_only(
    client: Client, scope: str, method: str, path: str, *, allowed: bool
) -> None:
    client.log_in(scope=scope)
    response = client.api(method, path, {"Name": "Juniper"} if method == "PUT" else None)
    assert response.status == (HTTPStatus.OK if allowed else HTTPStatus.UNAUTHORIZED)
    if not allowed:
        assert load(response)["Detail"] == "AuthorizationUnsuccessful"


def test_a_custom_connection_sees_one_organisation_and_need_not_name_it(client: Client) -> None:
    (connection,) = load_list(client)
    assert connection["tenantId"] == client.simulator.tenant_id
    assert re.fullmatch(r"[\d-]{10}T[\d:]{8}\.\d{7}", connection["createdDateUtc"])
    for tenant in ("", connection["tenantId"], connection["tenantId"].upper()):
        answer = client.api("GET", "Organisation", headers={"xero-tenant-id": tenant})
        assert load(answer)["Organisations"][0]["OrganisationID"] == connection["tenantId"]
    other = list(client.simulator.books)[1]
    answer = client.api("GET", "Organisation", headers={"xero-tenant-id": other})
    assert answer.status == HTTPStatus.FORBIDDEN
    assert load(answer)["Title"] == "Forbidden"


def test_a_persons_consent_covers_every_organisation(client: Client) -> None:
    client.token = code_token(client)["access_token"]
    connections = load_list(client)
    assert [one["tenantId"] for one in connections] == list(client.simulator.books)
    assert client.api("GET", "Contacts").status == HTTPStatus.FORBIDDEN
    assert len(load_list(client, authEventId=connections[0]["authEventId"])) == 2
    assert load_list(client, authEventId="another") == []
    for one in connections:
        headers = {"xero-tenant-id": one["tenantId"]}
        assert client.api("GET", "Contacts", headers=headers).status == HTTPStatus.OK


def test_a_deleted_connection_closes_the_organisation(client: Client) -> None:
    (connection,) = load_list(client)
    assert client.send("DELETE", f"/connections/{connection['tenantId']}").status == 404
    assert client.send("DELETE", f"/connections/{connection['id']}").status == 204
    assert load_list(client) == []
    assert client.api("GET", "Contacts").status == HTTPStatus.FORBIDDEN
    assert client.send("PUT", "/connections").status == 404


def test_revoking_ends_the_tokens_and_the_connections(client: Client) -> None:
    token = code_token(client)
    wrong = client.form("/connect/revocation", {"token": token["refresh_token"]})
    assert wrong.status == HTTPStatus.BAD_REQUEST
    assert client.form("/connect/revocation", {"token": "x", **secret(client)}).status == 200
    fields = {"token": token["refresh_token"], **secret(client)}
    assert client.form("/connect/revocation", fields).status == HTTPStatus.OK
    client.token = token["access_token"]
    assert client.send("GET", "/connections").status == HTTPStatus.UNAUTHORIZED
    client.log_in()
    assert load_list(client) == []
    client.token = code_token(client)["access_token"]
    assert len(load_list(client)) == 2


def test_discovery_names_the_endpoints(client: Client) -> None:
    response = client.simulator.handle(
        Request.build("GET", "/.well-known/openid-configuration", [("Host", "127.0.0.1:1")], b"")
    )
    assert load(response)["token_endpoint"] == "http://127.0.0.1:1/connect/token"
    assert client.send("GET", "/").status == HTTPStatus.NOT_FOUND


def test_no_secret_is_in_a_repr_or_in_the_request_log(
    client: Client, simulator: XeroSimulator
) -> None:
    config = simulator.config
    client.form("/connect/token", {"grant_type": "client_credentials", **secret(client)})
    log = client.send("GET", "/_simulator/requests").body.decode()
    assert "/connect/token" in log
    for hidden in (config.client_secret, client.token):
        assert hidden not in log
    assert config.client_secret not in repr(config)
    assert config.webhook_key not in repr(config)


def load_list(client: Client, **query: str) -> list[Document]:
    path = "/connections" + (f"?{urlencode(query)}" if query else "")
    response = client.send("GET", path)
    assert response.status == HTTPStatus.OK
    listed: list[Document] = load(response)  # type: ignore[assignment]
    return listed
