# SPDX-License-Identifier: Apache-2.0
"""Tokens as functions and people put them into secrets, and which organisation is meant."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.errors import CredentialError, TenantError, UnavailableError
from xero_connection.tokens import Tenant, Token, choose_tenant, read_connections, read_token

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
ONE = Tenant(tenant_id="c2cc9b6e-9458-4c7d-93cc-f02b81b0594f", tenant_name="Harbour Lights Ltd")
TWO = Tenant(tenant_id="8be9db36-3598-4755-ba5c-c2dbc8c4a7a2", tenant_name="Demo Company (NZ)")
TWIN = Tenant(tenant_id="70784a63-d24b-46a9-a4db-0e70a274b056", tenant_name="Demo Company (NZ)")


# TokenSecret


@pytest.mark.parametrize(
    ("expires_at", "meant"),
    [
        # as the token function writes it, and as people do
        ("2026-11-22T01:45:00Z", datetime(2026, 11, 22, 1, 45, tzinfo=UTC)),
        ("2026-11-22T14:45:00+13:00", datetime(2026, 11, 22, 1, 45, tzinfo=UTC)),
        ("2026-11-22 01:45", datetime(2026, 11, 22, 1, 45, tzinfo=UTC)),
        # seconds since 1970, as the `exp` of a token is
        (1795312800, datetime.fromtimestamp(1795312800, tz=UTC)),
        (1795312800.5, datetime.fromtimestamp(1795312800.5, tz=UTC)),
        # unknown
        (None, None),
        ("", None),
    ],
)
@pytest.mark.promise("own-token")
def test_a_token_that_a_person_put_there_is_read(expires_at: Any, meant: datetime | None) -> None:
    text = json.dumps({"access_token": " a-token\n", "expires_at": expires_at})

    assert read_token(text, name="s") == Token(access_token="a-token", expires_at=meant)


@pytest.mark.promise("own-token")
def test_a_token_alone_is_enough() -> None:
    token = read_token('{"access_token": "a-token"}', name="s")

    assert token == Token(access_token="a-token", expires_at=None, tenants=None)
    assert token.lasts(NOW)


@pytest.mark.parametrize(
    "text", ["", "  \n", "{}", '{"access_token": null}', '{"access_token":""}']
)
@pytest.mark.promise("empty-secrets")
def test_an_empty_secret_holds_no_token(text: str) -> None:
    assert read_token(text, name="s") is None


@pytest.mark.parametrize(
    "text",
    [
        # the token without JSON around it, and JSON that is no object
        "eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
        "null",
        "[]",
        '"a-token"',
        "[" * 100_000,
        # a token that was not copied whole, or is the hint itself
        '{"access_token": "…"}',
        '{"access_token": "Bearer a-token"}',
        '{"access_token": "a-\\ntoken"}',
        '{"access_token": "  "}',
        '{"access_token": 5}',
        # an expiry that is none
        '{"access_token": "a", "expires_at": "tomorrow"}',
        '{"access_token": "a", "expires_at": 1795312800000}',
        '{"access_token": "a", "expires_at": 1e17}',
        '{"access_token": "a", "expires_at": 1e300}',
        '{"access_token": "a", "expires_at": 1e999999}',
        '{"access_token": "a", "expires_at": {}}',
        # scopes and organisations in another form
        '{"access_token": "a", "scopes": 5}',
        '{"access_token": "a", "scopes": [5]}',
        '{"access_token": "a", "scopes": {"a": 1}}',
        '{"access_token": "a", "tenants": 5}',
        '{"access_token": "a", "tenants": ["c2cc9b6e"]}',
        '{"access_token": "a", "tenants": [["tenant_id"]]}',
        '{"access_token": "a", "tenants": [{"tenantId": "c2cc9b6e"}]}',
        '{"access_token": "a", "tenants": [{"tenant_id": null}]}',
    ],
    ids=lambda text: text[:70],
)
@pytest.mark.promise("empty-secrets")
def test_a_malformed_token_secret_is_named_with_what_to_put_there(text: str) -> None:
    with pytest.raises(CredentialError) as caught:
        read_token(text, name="the-token-secret")

    assert "the-token-secret" in caught.value.message
    assert '{"access_token":' in caught.value.message
    assert caught.value.details == {"secret": "the-token-secret", "reason": "malformed"}


@given(
    st.text()
    | JSON.map(json.dumps)
    | st.fixed_dictionaries(
        {"access_token": st.just("a") | JSON},
        optional=dict.fromkeys(("expires_at", "scopes", "tenants"), JSON),
    ).map(json.dumps)
)
@pytest.mark.promise("empty-secrets")
def test_reading_any_text_as_a_token_raises_nothing_but_credential_errors(text: str) -> None:
    with suppress(CredentialError):
        read_token(text, name="s")


WORDS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1)


@given(
    WORDS,
    st.none() | st.datetimes(timezones=st.just(UTC)).map(lambda one: one.replace(microsecond=0)),
    st.lists(WORDS),
    st.lists(st.builds(Tenant, tenant_id=WORDS, tenant_name=st.none() | st.text()), min_size=1),
)
@pytest.mark.promise("token-refresh")
def test_a_token_is_read_as_it_was_written(
    text: str, expires_at: datetime | None, scopes: list[str], tenants: list[Tenant]
) -> None:
    token = Token(
        access_token=text, expires_at=expires_at, scopes=tuple(scopes), tenants=tuple(tenants)
    )

    assert read_token(token.as_json(), name="s") == token


@pytest.mark.parametrize(
    ("left", "lasts"),
    [
        (timedelta(seconds=31), True),
        # too little for a call to end in
        (timedelta(seconds=30), False),
        (timedelta(), False),
        (timedelta(days=-1), False),
    ],
)
def test_a_token_that_is_about_to_end_does_not_last(left: timedelta, lasts: bool) -> None:
    assert Token(access_token="a", expires_at=NOW + left).lasts(NOW) is lasts


@pytest.mark.promise("no-secrets-said")
def test_no_repr_says_a_token_or_a_name() -> None:
    token = Token(access_token="a-token", expires_at=None, tenants=(ONE,))

    said = repr((token, token.fingerprint))
    assert "a-token" not in said
    assert "Harbour" not in said


def test_a_fingerprint_tells_tokens_apart() -> None:
    one, other = (Token(access_token=text, expires_at=None) for text in ("a", "b"))

    assert one.fingerprint != other.fingerprint
    assert one.fingerprint == Token(access_token="a", expires_at=NOW).fingerprint


# Organisations


def test_only_organisations_are_connected_organisations() -> None:
    listing = [
        {"id": "1", "tenantId": "a", "tenantType": "ORGANISATION", "tenantName": "A"},
        {"id": "2", "tenantId": "b", "tenantType": "PRACTICEMANAGER", "tenantName": "B"},
        {"id": "3", "tenantId": "c", "tenantType": "ORGANISATION"},
    ]

    assert read_connections(listing) == (
        Tenant(tenant_id="a", tenant_name="A"),
        Tenant(tenant_id="c"),
    )
    assert read_connections([]) == read_connections({}) == ()


@pytest.mark.parametrize(
    ("asked", "tenants", "chosen"),
    [
        # the only one needs no name
        (None, (ONE,), ONE),
        # by id, in any case
        (ONE.tenant_id, (ONE, TWO), ONE),
        (ONE.tenant_id.upper(), (ONE, TWO), ONE),
        # by the exact name
        ("Harbour Lights Ltd", (ONE, TWO), ONE),
        # of two with one name, by id
        (TWIN.tenant_id, (ONE, TWO, TWIN), TWIN),
    ],
)
@pytest.mark.promise("one-organisation")
def test_the_organisation_that_is_meant_is_chosen(
    asked: str | None, tenants: tuple[Tenant, ...], chosen: Tenant
) -> None:
    assert choose_tenant(asked, tenants) is chosen


@pytest.mark.parametrize(
    ("asked", "tenants"),
    [
        # none, or several and none named
        (None, ()),
        (None, (ONE, TWO)),
        # a name that is not quite it
        ("harbour lights ltd", (ONE,)),
        ("Harbour Lights", (ONE,)),
        ("", (ONE,)),
        (ONE.tenant_id[:-1], (ONE,)),
        ("None", (Tenant(tenant_id="a"),)),
        # a name of two
        ("Demo Company (NZ)", (ONE, TWO, TWIN)),
    ],
)
@pytest.mark.promise("one-organisation")
def test_where_it_is_not_clear_nothing_is_chosen(
    asked: str | None, tenants: tuple[Tenant, ...]
) -> None:
    with pytest.raises(TenantError) as caught:
        choose_tenant(asked, tenants)

    assert caught.value.details == {"connected": [tenant.tenant_id for tenant in tenants]}
    assert "Harbour" not in str(caught.value)


TENANTS = st.builds(Tenant, tenant_id=st.text(min_size=1), tenant_name=st.none() | st.text())


@given(st.none() | st.text(), st.lists(TENANTS, max_size=4).map(tuple))
@pytest.mark.promise("one-organisation")
def test_never_is_one_chosen_that_was_not_asked_for(
    asked: str | None, tenants: tuple[Tenant, ...]
) -> None:
    try:
        chosen = choose_tenant(asked, tenants)
    except TenantError:
        return
    if asked is None:
        assert tenants == (chosen,)
    else:
        assert asked.lower() == chosen.tenant_id.lower() or asked == chosen.tenant_name


@pytest.mark.parametrize(
    "listing",
    [None, 5, True, [5], [None], ["text"], [[]], {"a": 1}, [{"tenantType": "ORGANISATION"}]],
)
def test_a_list_of_connections_that_is_none_is_an_outage(listing: Any) -> None:
    with pytest.raises(UnavailableError):
        read_connections(listing)
