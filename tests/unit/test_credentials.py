# SPDX-License-Identifier: Apache-2.0
"""Credentials as people and the command put them into their secret, and what Xero answers them."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.client import Response
from xero_connection.credentials import (
    Credential,
    Grant,
    read_credential,
    read_grant,
    with_refresh_token,
)
from xero_connection.errors import CredentialError, UnavailableError
from xero_connection.tokens import Token

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
CUSTOM = {"kind": "custom_connection", "client_id": "an-id", "client_secret": "a-secret"}
CONSENT = CUSTOM | {"kind": "oauth2", "refresh_token": "a-refresh"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def grant(status: int = 200, **document: Any) -> Response:
    return Response(status=status, headers={}, body=json.dumps(document).encode())


def credential(**changed: Any) -> Credential:
    found = read_credential(json.dumps(CUSTOM | changed), name="the-secret")
    assert found
    return found


def read(answer: Response, **changed: Any) -> Grant:
    return read_grant(
        answer, now=NOW, credential=credential(**changed), name="the-secret", asked=("a", "b")
    )


@pytest.mark.promise("no-secrets-said")
def test_no_repr_says_a_secret_or_a_token() -> None:
    answer = grant(access_token="a-token", refresh_token="a-refresh", expires_in=1)
    said = repr((credential(**CONSENT), answer, read(answer), credential().fingerprint))

    for secret in ("a-token", "a-secret", "a-refresh"):
        assert secret not in said


# CredentialSecret


@pytest.mark.parametrize("text", ["", " \n", "{}"])
def test_an_empty_secret_holds_no_credential(text: str) -> None:
    assert read_credential(text, name="s") is None


@pytest.mark.parametrize(
    ("scopes", "form"),
    [
        # none: Xero then grants all that the app may have
        (None, {}),
        ("", {}),
        ([], {}),
        # a text as in Xero's pages, or a list
        (
            "accounting.invoices accounting.contacts",
            {"scope": "accounting.invoices accounting.contacts"},
        ),
        (["a", "b c"], {"scope": "a b c"}),
    ],
)
def test_a_credential_asks_for_its_scopes(scopes: Any, form: dict[str, str]) -> None:
    assert credential(scopes=scopes).form() == {"grant_type": "client_credentials"} | form


def test_a_custom_connection_asks_for_fewer_scopes_where_fewer_are_wanted() -> None:
    assert credential(scopes="a b").form(["a.read"])["scope"] == "a.read"


@pytest.mark.parametrize(
    ("secret", "login", "form"),
    [
        ("a-secret", ("an-id", "a-secret"), {}),
        # a native app, whose id goes into the form
        (None, None, {"client_id": "an-id"}),
        ("", None, {"client_id": "an-id"}),
    ],
)
def test_a_consent_asks_with_its_refresh_token(
    secret: str | None, login: tuple[str, str] | None, form: dict[str, str]
) -> None:
    found = credential(**CONSENT | {"client_secret": secret, "scopes": "a b"})

    assert found.login == login
    assert found.form() == form | {"grant_type": "refresh_token", "refresh_token": "a-refresh"}


def test_a_credential_is_known_by_everything_it_says() -> None:
    changes: list[dict[str, Any]] = [
        {},
        {"client_id": "another"},
        {"client_secret": "another"},
        {"scopes": "a"},
        CONSENT,
        CONSENT | {"refresh_token": "another"},
    ]
    assert len({credential(**one).fingerprint for one in changes}) == len(changes)
    assert credential(note="more").fingerprint == credential().fingerprint


def test_another_refresh_token_changes_nothing_else_of_the_secret() -> None:
    text = json.dumps(CONSENT | {"note": "Anna's", "number": 1.50})
    changed = json.loads(with_refresh_token(text, "next"))

    assert changed == json.loads(text) | {"refresh_token": "next"}


def test_spaces_around_id_and_secret_are_not_part_of_them() -> None:
    text = json.dumps(CUSTOM | {"client_id": " an-id ", "client_secret": "a-secret\n"})

    assert read_credential(text, name="s") == Credential(
        kind="custom_connection", client_id="an-id", client_secret="a-secret"
    )


@pytest.mark.parametrize(
    "text",
    [
        # not an object
        "an-id:a-secret",
        "[]",
        # another kind, or none
        '{"client_id": "an-id", "client_secret": "a-secret"}',
        json.dumps(CUSTOM | {"kind": "oauth2"}),
        json.dumps(CONSENT | {"refresh_token": "a refresh"}),
        json.dumps(CONSENT | {"client_secret": "a secret"}),
        json.dumps(CONSENT | {"client_secret": 5}),
        json.dumps(CUSTOM | {"kind": ["custom_connection"]}),
        # something missing, or the hint itself
        json.dumps(CUSTOM | {"client_secret": ""}),
        json.dumps(CUSTOM | {"client_id": None}),
        json.dumps(CUSTOM | {"client_id": "…"}),
        json.dumps(CUSTOM | {"client_secret": "a secret"}),
        json.dumps(CUSTOM | {"scopes": 5}),
        json.dumps(CUSTOM | {"scopes": [None]}),
    ],
)
@pytest.mark.promise("empty-secrets")
def test_what_is_no_credential_is_named_with_what_to_put_there(text: str) -> None:
    with pytest.raises(CredentialError) as caught:
        read_credential(text, name="the-credential-secret")

    assert "the-credential-secret" in caught.value.message
    for hint in ('{"kind": "custom_connection"', '{"kind": "oauth2"', "refresh_token"):
        assert hint in caught.value.message
    assert "a-secret" not in str(caught.value)


@given(
    st.text()
    | JSON.map(json.dumps)
    | st.fixed_dictionaries(
        {"kind": st.sampled_from(["custom_connection", "oauth2"])},
        optional=dict.fromkeys(("client_id", "client_secret", "refresh_token", "scopes"), JSON),
    ).map(json.dumps)
)
@pytest.mark.promise("empty-secrets")
def test_reading_any_text_as_a_credential_raises_nothing_but_credential_errors(text: str) -> None:
    with suppress(CredentialError):
        read_credential(text, name="s")


# The token endpoint


@pytest.mark.promise("token-refresh")
def test_a_grant_is_a_token_for_as_long_as_xero_says() -> None:
    answer = grant(access_token="a-token", expires_in=1800, scope="a b", token_type="Bearer")

    token = Token(access_token="a-token", expires_at=NOW + timedelta(minutes=30), scopes=("a", "b"))
    assert read(answer) == Grant(token=token)


def test_a_grant_brings_the_next_refresh_token() -> None:
    answer = grant(access_token="a-token", expires_in=1800, refresh_token="next")

    assert read(answer, **CONSENT).refresh_token == "next"


@pytest.mark.parametrize(
    ("status", "document", "reason"),
    [
        (400, {"error": "invalid_scope"}, "invalid_scope"),
        (400, {"error": "unauthorized_client"}, "unauthorized_client"),
        (401, {"error": "invalid_client"}, "invalid_client"),
        (400, {"error": "invalid_grant"}, "invalid_grant"),
        (400, {"error": "x" * 500}, "x" * 60),
    ],
)
@pytest.mark.promise("empty-secrets")
def test_a_refused_credential_names_its_secret_and_xeros_reason(
    status: int, document: dict[str, Any], reason: str
) -> None:
    with pytest.raises(CredentialError) as caught:
        read(grant(status, **document))

    told = {"scopes": ["a", "b"]} if reason == "invalid_scope" else {}
    assert caught.value.details == {"secret": "the-secret", "reason": reason} | told
    assert "the-secret" in caught.value.message


@pytest.mark.promise("consent-gone")
def test_refusals_are_told_apart_with_what_to_do() -> None:
    said = {}
    for reason in ("invalid_grant", "invalid_scope", "invalid_client", "unauthorized_client"):
        with pytest.raises(CredentialError) as caught:
            read(grant(400, error=reason), **CONSENT)
        said[reason] = caught.value

    assert "xero-connection connect" in said["invalid_grant"].advice
    assert "details.scopes" in said["invalid_scope"].advice
    assert "a b" in said["invalid_scope"].message
    for reason in ("invalid_client", "unauthorized_client"):
        assert "client secret" in said[reason].message
        assert reason in said[reason].message


@pytest.mark.parametrize(
    "response",
    [
        # an outage, or a page of some proxy
        grant(500),
        grant(429),
        grant(429, error="invalid_grant"),
        grant(500, error="invalid_grant"),
        grant(400, error="temporarily_unavailable"),
        grant(400, error=["invalid_grant"]),
        grant(403),
        Response(status=403, headers={}, body=b"<html>"),
        Response(status=400, headers={}, body=b""),
        Response(status=503, headers={}, body=b"<html>"),
        Response(status=200, headers={}, body=b"<html>"),
        Response(status=200, headers={}, body=b"[]"),
        Response(status=400, headers={}, body=b"[]"),
        grant(302, access_token="a", expires_in=1),
        # success without a token
        grant(),
        grant(access_token="a"),
        grant(expires_in=1800),
        grant(access_token=None, expires_in=1800),
        grant(access_token="", expires_in=1800),
        grant(access_token="a", expires_in="soon"),
        grant(access_token="a", expires_in=10**20),
        grant(access_token="a", expires_in=[]),
        grant(access_token="a", expires_in=1800, refresh_token="a b"),
    ],
)
@pytest.mark.promise("error-tree")
def test_anything_else_from_the_token_endpoint_is_an_outage(response: Response) -> None:
    with pytest.raises(UnavailableError):
        read(response)
