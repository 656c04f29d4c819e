# SPDX-License-Identifier: Apache-2.0
"""A stack just deployed, its secrets still empty, refuses politely."""

import json
from pathlib import Path

import pytest
import requests

from local.machine import calls
from local.machine.stack import Stack


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
def test_a_token_of_ones_own_works_without_a_credential(
    fresh_stack: Stack, fresh_directory: Path
) -> None:
    app = json.loads((fresh_directory / "xero.json").read_text())
    granted = requests.post(
        f"{fresh_stack.xero_url}/connect/token",
        data={"grant_type": "client_credentials"},
        auth=(app["client_id"], app["client_secret"]),
        timeout=10,
    )
    manager, secret = fresh_stack.account.client("secretsmanager"), fresh_stack.secrets["token"]
    own = {"access_token": granted.json()["access_token"], "expires_at": "2036-01-01T00:00:00Z"}
    manager.put_secret_value(SecretId=secret, SecretString=json.dumps(own))
    try:
        answer = calls.invoke(fresh_stack, "query", {"operation": "organisations/get_organisation"})
    finally:
        manager.put_secret_value(SecretId=secret, SecretString="{}")

    assert not answer.failed, answer.payload
    assert answer.payload["tenant_name"] == answer.payload["output"]["organisation"]["Name"]
