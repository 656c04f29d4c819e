# SPDX-License-Identifier: Apache-2.0
"""A stack just deployed, its secrets still empty, refuses politely."""

import json

import pytest

from local import calls
from local.stack import Stack


def _log_lines(stack: Stack, function: str) -> list[dict[str, object]]:
    """Return the function's own lines, without the runtime's and the metrics'."""
    logs = stack.account.client("logs")
    found = []
    for group in logs.describe_log_groups()["logGroups"]:
        events = logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
        for event in events:
            try:
                line = json.loads(event["message"])
            except ValueError:
                continue
            if isinstance(line, dict) and line.get("message") == function:
                found.append(line)
    return found


@pytest.mark.promise("empty-secrets")
def test_a_webhook_gets_an_empty_401_and_the_log_says_what_to_put_where(fresh_stack: Stack) -> None:
    answer = calls.post_webhook(fresh_stack, b'{"events": []}', "c29tZXRoaW5n")

    lines = _log_lines(fresh_stack, "webhook")
    assert (answer.status, answer.body) == (401, b"")
    assert len(lines) == 1
    assert '{"current": ' in str(lines[0]["reason"])
    assert fresh_stack.secrets["webhook_key"] in str(lines[0]["reason"])


@pytest.mark.promise("empty-secrets")
@pytest.mark.parametrize(
    ("function", "payload"),
    [
        ("query", {"operation": "organisations/get_organisation"}),
        (
            "action",
            {"operation": "contacts/create_contact", "input": {"contact": {"Name": "Anna"}}},
        ),
        ("token", {}),
    ],
)
def test_an_invocation_says_which_secret_to_fill_and_with_what(
    fresh_stack: Stack, function: str, payload: dict[str, object]
) -> None:
    before = len(_log_lines(fresh_stack, function))

    answer = calls.invoke(fresh_stack, function, payload)

    error = json.loads(answer.payload["errorMessage"])
    assert answer.payload["errorType"] == "CredentialError"
    assert fresh_stack.secrets["credential"] in error["message"]
    assert '{"kind": "custom_connection"' in error["message"]
    assert len(_log_lines(fresh_stack, function)) == before + 1


@pytest.mark.promise("own-token")
def test_a_token_of_ones_own_works_without_a_credential(fresh_stack: Stack, stack: Stack) -> None:
    manager = stack.account.client("secretsmanager")
    credential = json.loads(
        manager.get_secret_value(SecretId=stack.secrets["token"])["SecretString"]
    )
    own = {"access_token": credential["access_token"], "expires_at": credential["expires_at"]}

    # The fresh stack's Xero is another one, which does not know the token: it is read and sent.
    fresh_stack.account.client("secretsmanager").put_secret_value(
        SecretId=fresh_stack.secrets["token"], SecretString=json.dumps(own)
    )
    answer = calls.invoke(fresh_stack, "query", {"operation": "organisations/get_organisation"})

    assert answer.payload["errorType"] == "CredentialError"
