# SPDX-License-Identifier: Apache-2.0
"""How the functions that call Xero come by a token that works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.errors import CredentialError, UnavailableError

from tests.functions.records import contact
from tests.functions.stack import Stack, sample, token_secret

if TYPE_CHECKING:
    from tests.functions.conftest import Output

LIST = "contacts/list_contacts"
WHAT_TO_FILL = (
    "xero-connection connect",
    "credential-secret",
    "custom_connection",
    "refresh_token",
    "token-secret",
    "access_token",
)


def reads(stack: Stack, secret: str = "read-token") -> int:
    """How often a secret was read."""
    arn = stack.arns[f"{secret}-secret"]
    calls = stack.client("secretsmanager").calls
    return calls.count(("get_secret_value", {"SecretId": arn}))


@pytest.mark.promise("token-reread")
def test_the_token_is_read_once_for_many_invocations(stack: Stack) -> None:
    for _ in range(5):
        stack.read(LIST)
    assert reads(stack) == 1
    assert stack.token_calls == []


@pytest.mark.promise("token-reread")
def test_a_token_about_to_end_is_read_again_before_anybody_is_asked_for_another(
    stack: Stack,
) -> None:
    good = stack.held("token")
    stack.fill(token=token_secret("old", minutes=0.4), credential={})
    with pytest.raises(CredentialError):
        stack.read(LIST)
    stack.fill(token=good)
    stack.token_calls.clear()
    assert stack.read(LIST)["contacts"]
    assert stack.token_calls == []


@pytest.mark.promise("token-reread")
def test_a_token_that_has_ended_is_renewed_by_the_token_function(stack: Stack) -> None:
    stack.fill(token=token_secret(stack.log_in(), minutes=-5))
    assert stack.read(LIST)["contacts"]
    assert len(stack.token_calls) == 1
    assert stack.held("token")["tenants"][0]["tenant_id"] == stack.xero.tenant_id
    stack.read(LIST)
    assert len(stack.token_calls) == 1


@pytest.mark.promise("token-reread")
@pytest.mark.parametrize("function", ["query", "action"])
def test_a_token_that_xero_refuses_is_read_again_renewed_once_and_the_call_repeated(
    stack: Stack, function: str
) -> None:
    stack.ask("query", LIST)
    stack.expire_tokens()
    operation = LIST if function == "query" else "contacts/create_contact"
    given = {} if function == "query" else {"contact": contact()}
    answer = stack.ask(function, operation, given)
    assert answer["usage"]["attempts"] == 2
    (payload,) = stack.token_calls
    assert payload.keys() == {"refused"}
    assert len(payload["refused"]) == 16


@pytest.mark.promise("token-reread")
def test_a_token_that_another_copy_has_renewed_is_found_by_reading_again(stack: Stack) -> None:
    stack.read(LIST)
    stack.expire_tokens()
    stack.fill(token=stack.held("token") | {"access_token": stack.log_in()})
    stack.read(LIST)
    assert stack.token_calls == []


@pytest.mark.promise("token-reread")
def test_two_copies_with_the_same_refused_token_renew_it_once(stack: Stack) -> None:
    stack.read(LIST)
    old = stack.function("query").dispatcher.tokens.peek()
    stack.expire_tokens()
    stack.read(LIST)
    grants = len(stack.sent(path="/connect/token"))
    answer = stack.invoke("token", {"refused": old.fingerprint})
    assert answer["refreshed"] is False
    assert len(stack.sent(path="/connect/token")) == grants


@pytest.mark.promise("token-reread")
def test_a_call_that_is_refused_with_a_new_token_too_gives_up(stack: Stack) -> None:
    stack.fault("expired-token", 9, path="/Contacts")
    with pytest.raises(CredentialError) as refused:
        stack.read(LIST)
    assert stack.arns["read-token-secret"] in refused.value.message
    assert len(stack.token_calls) == 1
    assert len(stack.sent(path="/Contacts")) == 2


@pytest.mark.promise("own-token")
@pytest.mark.parametrize("more", [{}, {"tenants": []}, {"expires_at": None}, {"expires_at": ""}])
def test_a_token_that_a_person_put_there_is_enough(
    empty_stack: Stack, more: dict[str, Any]
) -> None:
    stack = empty_stack
    stack.fill(full=token_secret(stack.log_in()) | more)
    answer = stack.ask("query", LIST)
    assert answer["tenant_id"] == stack.xero.tenant_id
    assert answer["tenant_name"]
    assert answer["usage"]["calls"] == 2
    made = stack.ask("action", "contacts/create_contact", {"contact": contact()})
    assert made["usage"]["calls"] == 2
    # Those who only read have it by way of the token function, once.
    assert stack.token_calls == [{"refused": None}]
    assert stack.held("read")["access_token"] == stack.held("full")["access_token"].strip()
    assert stack.sent(path="/connect/token")[1:] == []


@pytest.mark.promise("own-token")
@pytest.mark.parametrize(
    "expires_at", ["2099-01-01T00:00:00", "2099-01-01T00:00:00+13:00", 4070908800]
)
def test_the_expiry_of_an_own_token_is_read_in_any_common_form(
    empty_stack: Stack, expires_at: Any
) -> None:
    token = {"access_token": f" {empty_stack.log_in()}\n", "expires_at": expires_at}
    empty_stack.fill(full=token)
    assert empty_stack.read(LIST)["contacts"]


@pytest.mark.promise("own-token")
def test_an_own_token_put_there_after_a_failure_works_at_once(empty_stack: Stack) -> None:
    with pytest.raises(CredentialError):
        empty_stack.read(LIST)
    empty_stack.fill(full=token_secret(empty_stack.log_in()))
    assert empty_stack.read(LIST)["contacts"]


@pytest.mark.promise("own-token")
@pytest.mark.parametrize("put", ["at once", "after a failure", "before the schedule"])
def test_an_own_token_that_is_replaced_works_when_the_old_one_is_refused(
    empty_stack: Stack, put: str
) -> None:
    stack = empty_stack
    stack.fill(full=token_secret(stack.log_in()))
    stack.read(LIST)
    stack.expire_tokens()
    if put == "after a failure":
        with pytest.raises(CredentialError, match="Xero refuses the token") as refused:
            stack.read(LIST)
        assert all(word in refused.value.message for word in WHAT_TO_FILL)
    stack.fill(full=token_secret(stack.log_in()))
    if put == "before the schedule":
        stack.invoke("token", sample("deliveries/schedule"))
        stack.token_calls.clear()
    assert stack.read(LIST)["contacts"]
    assert len(stack.token_calls) == {"at once": 2, "after a failure": 3}.get(put, 0)


@pytest.mark.promise("empty-secrets")
@pytest.mark.parametrize(
    ("function", "operation"), [("query", LIST), ("action", "contacts/create_contact")]
)
def test_with_empty_secrets_an_invocation_says_which_to_fill_and_with_what(
    empty_stack: Stack, output: Output, function: str, operation: str
) -> None:
    given = {"contact": contact()} if function == "action" else {}
    with pytest.raises(CredentialError) as refused:
        empty_stack.ask(function, operation, given)
    for word in WHAT_TO_FILL:
        assert word in refused.value.message
    assert refused.value.details == {
        "secret": empty_stack.arns["credential-secret"],
        "reason": "empty",
    }
    lines = [line for line in output.lines() if line["message"] == function]
    assert [line["outcome"] for line in lines] == ["credential"]
    assert "credential-secret" in lines[0]["reason"]
    assert empty_stack.sent() == []


@pytest.mark.promise("empty-secrets")
@pytest.mark.parametrize(
    "text",
    ["a-token", "[]", '{"access_token": "a b"}', '{"access_token": "…"}', '{"access_token": 5}'],
)
def test_a_token_secret_that_was_filled_with_something_else_is_named(
    stack: Stack, text: str
) -> None:
    stack.fill(token=text, credential={})
    with pytest.raises(CredentialError) as refused:
        stack.read(LIST)
    assert "token-secret" in refused.value.message
    assert text not in refused.value.message
    assert stack.sent() == []


@pytest.mark.promise("token-reread")
def test_a_credential_that_xero_refuses_is_the_callers_error_too(stack: Stack) -> None:
    credential = stack.held("credential") | {"client_secret": "not-the-secret"}
    stack.fill(token={}, credential=credential)
    with pytest.raises(CredentialError, match="refuses the credential") as refused:
        stack.read(LIST)
    assert "not-the-secret" not in str(refused.value)
    assert stack.slept == []


@pytest.mark.promise("token-reread")
def test_while_secrets_manager_is_out_the_last_token_is_used(stack: Stack) -> None:
    stack.read(LIST)
    stack.client("secretsmanager").down = True
    assert stack.read(LIST)["contacts"]


@pytest.mark.promise("token-reread")
@pytest.mark.parametrize("service", ["secretsmanager", "lambda"])
def test_a_token_that_cannot_be_had_is_a_matter_of_time(stack: Stack, service: str) -> None:
    stack.fill(token=token_secret("ended", minutes=-5))
    stack.client(service).down = True
    answer = stack.ask("query", LIST, on_error="return")
    assert answer["error"]["type"] == "UnavailableError"
    assert answer["error"]["retryable"] is True
    stack.client(service).down = False
    assert stack.read(LIST)["contacts"]


@pytest.mark.promise("token-reread")
def test_with_xeros_login_down_the_caller_learns_that_and_no_more(stack: Stack) -> None:
    stack.fill(token={})
    stack.fault("500", 9, path="/connect/token")
    with pytest.raises(UnavailableError, match="token endpoint answered 500"):
        stack.read(LIST)
