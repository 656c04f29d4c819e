# SPDX-License-Identifier: Apache-2.0
"""How the connection stands: what the row of the table says, and what failures it answers for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.credentials import Credential, refusal
from xero_connection.errors import CredentialError, UnavailableError
from xero_connection.standing import Standing, read_standing
from xero_connection.tokens import Tenant, Token

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
CREDENTIAL = Credential(
    kind="oauth2", client_id="an-id", client_secret="a-secret", refresh_token="a-refresh"
)
OF = CREDENTIAL.fingerprint
REFUSED = refusal("invalid_grant", credential=CREDENTIAL, name="s")
OUT = UnavailableError("Xero's token endpoint answered 500.")
TEXTS = st.text(max_size=5)


def reaching(*ids: str) -> Token:
    tenants = tuple(Tenant(tenant_id=one) for one in ids)
    return Token(access_token="a", expires_at=NOW, tenants=tenants)


def told(standing: Standing, token: Token, of: str = OF) -> Standing:
    return standing.told(kind="oauth2", of=of, token=token, read_only=False)


@given(
    st.builds(
        Standing,
        kind=TEXTS,
        failed_since=TEXTS,
        about=TEXTS,
        organisations=st.lists(TEXTS).map(tuple),
        gone=st.lists(TEXTS).map(tuple),
        read_only=st.booleans(),
    )
)
def test_the_row_is_read_as_it_was_written(standing: Standing) -> None:
    row = standing.as_row()

    assert read_standing(row | {"pk": "token#state"}) == standing
    assert all(isinstance(value, str) for value in row.values())
    # Its own attribute of that name would have the table forget it.
    assert "expires_at" not in row


def test_a_row_that_is_not_there_says_nothing() -> None:
    assert read_standing({}) == Standing()


def test_what_was_connected_and_is_not_any_more_is_gone_until_it_comes_back() -> None:
    first = told(Standing(), reaching("a", "b"))
    second = told(first, reaching("b", "c"))
    third = told(second, reaching("c"))

    assert (first.organisations, first.gone) == (("a", "b"), ())
    assert (second.organisations, second.gone) == (("b", "c"), ("a",))
    assert third.gone == ("a", "b")
    assert told(third, reaching("a", "b")).gone == ("c",)


def test_where_nobody_knows_the_organisations_they_are_as_they_were() -> None:
    before = told(told(Standing(), reaching("a", "b")), reaching("b"))
    unknown = told(before, Token(access_token="a", expires_at=None))

    assert (unknown.organisations, unknown.gone) == (("b",), ("a",))
    assert unknown.ends_at == ""


def test_the_organisations_of_another_credential_are_not_gone() -> None:
    other = told(told(Standing(), reaching("a")), reaching("b"), of="another")

    assert (other.organisations, other.gone) == (("b",), ())


def test_a_run_of_failures_begins_once_and_ends_with_a_success() -> None:
    first = Standing().failed(OUT, about=OF, at=NOW)
    second = first.failed(REFUSED, about=OF, at=NOW + timedelta(minutes=5))

    assert first.failed_since == second.failed_since == first.failed_at == "2026-11-22T01:00:00Z"
    assert (second.code, second.reason) == ("credential", "invalid_grant")
    assert second.failed(OUT, about="another", at=NOW).failed_since == first.failed_since
    assert second.refreshed(at=NOW) == Standing(refreshed_at="2026-11-22T01:00:00Z")


@pytest.mark.parametrize(
    ("error", "minutes_ago", "waited", "by_reader", "known"),
    [
        # a refusal, until the schedule has looked again; a person and the schedule look at once
        (REFUSED, 1, 0, True, True),
        (REFUSED, 7, 0, True, True),
        (REFUSED, 9, 0, True, False),
        (REFUSED, 1, 0, False, False),
        # an outage may be over
        (OUT, 1, 0, True, False),
        # but not for those who waited for whoever met it
        (OUT, 1, 2, True, True),
        (OUT, 1, 2, False, True),
        (REFUSED, 1, 2, False, True),
    ],
)
@pytest.mark.promise("consent-gone")
def test_a_failure_answers_for_those_whom_asking_again_would_not_help(
    error: CredentialError | UnavailableError,
    minutes_ago: float,
    waited: float,
    by_reader: bool,
    known: bool,
) -> None:
    failed_at = NOW - timedelta(minutes=minutes_ago)
    standing = Standing().failed(error, about=OF, at=failed_at)
    came = NOW - timedelta(minutes=waited)
    found = standing.known_failure(CREDENTIAL, name="s", came=came, now=NOW, by_reader=by_reader)
    other = Credential(kind="oauth2", client_id="an-id", refresh_token="another")

    assert (str(found) == str(error)) is known
    assert (found is None) is not known
    assert not standing.known_failure(other, name="s", came=came, now=NOW, by_reader=by_reader)
    assert not Standing().known_failure(
        CREDENTIAL, name="s", came=came, now=NOW, by_reader=by_reader
    )
