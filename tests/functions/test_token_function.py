# SPDX-License-Identifier: Apache-2.0
"""The function that keeps the token fresh: on its schedule, for the others, for a person."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from xero_connection.errors import CredentialError, UnavailableError
from xero_connection.tokens import read_token

from tests.functions.stack import Stack, sample, token_secret

if TYPE_CHECKING:
    from tests.functions.conftest import Output

pytestmark = pytest.mark.promise("token-refresh")

SCHEDULE = sample("deliveries/schedule")


def grants(stack: Stack) -> int:
    return len(stack.sent(path="/connect/token"))


def fingerprint(stack: Stack) -> str:
    token = read_token(json.dumps(stack.held("token")), name="token")
    assert token
    return token.fingerprint


def test_a_new_token_is_kept_with_its_scopes_and_organisations(stack: Stack) -> None:
    stack.fill(token={})
    answer = stack.invoke("token", {})
    held = stack.held("token")
    (book,) = stack.xero.books.values()
    assert held["tenants"] == [
        {"tenant_id": book.tenant_id, "tenant_name": book.organisation["Name"]}
    ]
    assert set(held["scopes"]) == set(stack.xero.config.scopes)
    assert held["expires_at"].endswith("Z")
    assert answer["refreshed"] is True
    assert answer["tenants"] == [book.tenant_id]
    assert datetime.fromisoformat(answer["expires_at"]) > datetime.now(UTC)
    assert stack.read("contacts/list_contacts")["contacts"]


@pytest.mark.promise("no-secrets-said")
@pytest.mark.parametrize("event", [{}, SCHEDULE, {"refused": "0" * 16}, None, [], "x", 7])
def test_the_answer_never_holds_the_token(stack: Stack, event: Any) -> None:
    answer = stack.invoke("token", event)
    text = json.dumps(answer)
    assert stack.held("token")["access_token"] not in text
    assert stack.xero.config.client_secret not in text


@pytest.mark.parametrize(("minutes", "renewed"), [(29, 0), (16, 0), (14, 1), (0, 1), (-60, 1)])
def test_the_schedule_renews_a_token_in_its_second_half(
    stack: Stack, minutes: float, renewed: int
) -> None:
    stack.fill(token=token_secret(stack.log_in(), minutes=minutes))
    before = grants(stack)
    assert stack.invoke("token", SCHEDULE)["refreshed"] is bool(renewed)
    assert grants(stack) - before == renewed


def test_an_own_token_without_an_expiry_is_left_alone_by_the_schedule(stack: Stack) -> None:
    stack.fill(token={"access_token": stack.log_in()})
    before = grants(stack)
    assert stack.invoke("token", SCHEDULE)["refreshed"] is False
    assert grants(stack) == before


def test_a_person_gets_a_new_token_whatever_the_old_one_is(stack: Stack) -> None:
    before = stack.held("token")["access_token"]
    assert stack.invoke("token", {})["refreshed"] is True
    assert stack.held("token")["access_token"] != before


def test_a_refused_token_is_renewed_and_another_one_is_not(stack: Stack) -> None:
    present = fingerprint(stack)
    assert stack.invoke("token", {"refused": "0" * 16})["refreshed"] is False
    assert stack.invoke("token", {"refused": present})["refreshed"] is True
    assert fingerprint(stack) != present
    assert stack.invoke("token", {"refused": present})["refreshed"] is False


def test_a_refused_token_is_renewed_where_the_present_one_has_ended(stack: Stack) -> None:
    stack.fill(token=token_secret("ended", minutes=0.3))
    assert stack.invoke("token", {"refused": "0" * 16})["refreshed"] is True


@pytest.mark.parametrize("text", ["nonsense", "[]", '{"access_token": 3}'])
def test_a_token_secret_full_of_nonsense_is_written_over(stack: Stack, text: str) -> None:
    stack.fill(token=text)
    assert stack.invoke("token", SCHEDULE)["refreshed"] is True
    assert stack.read("contacts/list_contacts")["contacts"]


@pytest.mark.promise("empty-secrets")
def test_the_schedule_finds_no_credential_and_says_so_once(
    empty_stack: Stack, output: Output
) -> None:
    answer = empty_stack.invoke("token", SCHEDULE)
    assert answer["refreshed"] is False
    (line,) = output.lines()
    assert line["outcome"] == "credential"
    for word in ("credential-secret", "client_id", "token-secret", "access_token"):
        assert word in line["reason"]
        assert word in answer["reason"]
    assert empty_stack.sent() == []


@pytest.mark.promise("empty-secrets")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "There is no credential"),
        ("the secret", "malformed"),
        ("[]", "malformed"),
        ('{"client_id": "a", "client_secret": "b"}', "unknown kind"),
        ('{"kind": "oauth2", "client_id": "a"}', "unknown kind"),
        ('{"kind": "custom_connection", "client_id": "a"}', "malformed"),
        ('{"kind": "custom_connection", "client_id": "…", "client_secret": "…"}', "malformed"),
        ('{"kind": "custom_connection", "client_id": "a", "client_secret": "b c"}', "malformed"),
    ],
)
def test_a_credential_that_is_none_is_refused_with_what_to_put_there(
    empty_stack: Stack, text: str, said: str
) -> None:
    empty_stack.fill(credential=text)
    with pytest.raises(CredentialError, match=said) as refused:
        empty_stack.invoke("token", {})
    assert "custom_connection" in refused.value.message
    assert "credential-secret" in refused.value.message
    assert empty_stack.sent() == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"client_id": "another"}, "invalid_client"),
        ({"client_secret": "not-the-secret"}, "invalid_client"),
        ({"scopes": "accounting.contacts files"}, "invalid_scope"),
    ],
)
def test_a_credential_that_xero_refuses_leaves_the_token_as_it_is(
    stack: Stack, change: dict[str, str], reason: str
) -> None:
    stack.fill(credential=stack.held("credential") | change)
    before = stack.held("token")
    with pytest.raises(CredentialError) as refused:
        stack.invoke("token", {})
    assert refused.value.details["reason"] == reason
    assert stack.held("token") == before
    assert stack.invoke("token", SCHEDULE)["refreshed"] is False


@pytest.mark.parametrize("scopes", ["accounting.contacts", ["accounting.contacts"]])
def test_only_the_scopes_that_are_named_are_asked_for(stack: Stack, scopes: Any) -> None:
    stack.fill(credential=stack.held("credential") | {"scopes": scopes})
    stack.invoke("token", {})
    assert stack.held("token")["scopes"] == ["accounting.contacts"]


@pytest.mark.parametrize("event", [{}, SCHEDULE])
@pytest.mark.parametrize(
    ("fault", "path"),
    [
        ("cut", "/connect/token"),
        ("500", "/connect/token"),
        ("html-error", "/connect/token"),
        ("slow:30", "/connect/token"),
        ("cut", "/connections"),
        ("503", "/connections"),
        ("expired-token", "/connections"),
        ("empty", "/connections"),
        ("empty", "/connect/token"),
    ],
)
def test_while_xero_is_out_the_token_stays_and_one_line_says_why(
    stack: Stack, output: Output, fault: str, path: str, event: Any
) -> None:
    stack.fill(token=token_secret("present", minutes=5))
    before = stack.held("token")
    stack.fault(fault, path=path)
    # An invocation of Lambda's schedule that fails is repeated by Lambda.
    with pytest.raises(UnavailableError):
        stack.invoke("token", event)
    assert stack.held("token") == before
    (line,) = output.lines()
    assert (line["level"], line["outcome"]) == ("WARNING", "unavailable")


def test_a_token_that_cannot_be_kept_is_no_success(stack: Stack) -> None:
    stack.invoke("token", {})
    before = stack.held("token")
    stack.client("secretsmanager").down = True
    with pytest.raises(ClientError):
        stack.invoke("token", {})
    assert stack.held("token") == before
