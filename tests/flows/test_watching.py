# SPDX-License-Identifier: Apache-2.0
"""A problem of the connection, from what a function notes to a rule of the user's."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from xero_connection.documents import iso
from xero_connection.problems import PROBLEMS

from local import calls, control
from local.listener import Listener
from local.stack import Stack
from tests.flows.conftest import BusListener, Invoke, PostWebhook

INTENT = b'{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"SXKRVBLDQHJT"}'


def _note(stack: Stack, key: str, **texts: str) -> None:
    """Put a row into the table, as a function of the stack would."""
    item = {name: {"S": text} for name, text in (texts | {"pk": key}).items()}
    stack.account.client("dynamodb").put_item(TableName=stack.table, Item=item)


def _row(stack: Stack, key: str) -> dict[str, str]:
    rows = control.rows(stack, key)
    return {name: value["S"] for row in rows for name, value in row.items()}


@pytest.fixture
def listener(stack: Stack, bus_listener: BusListener) -> Iterator[Listener]:
    """Return a listener for what a test makes up, which is forgotten after it."""
    before = _row(stack, "token#state")
    yield bus_listener(
        {"source": ["xero.connection"], "detail": {"problem": ["connection_revoked"]}}
    )
    control.forget(stack, "alarm#")
    control.forget(stack, "token#state")
    if before:
        _note(stack, **{"key": before.pop("pk"), **before})


@pytest.mark.promise("alarm-once")
def test_a_revoked_consent_is_an_event_once_and_an_event_when_it_is_over(
    stack: Stack, listener: Listener, invoke: Invoke
) -> None:
    failed = iso(datetime.now(UTC) - timedelta(minutes=1))
    _note(
        stack, "token#state", kind="oauth2", failed_since=failed, failed_at=failed,
        code="credential", reason="invalid_grant", message="Xero refused the credential.",
    )  # fmt: skip
    for _ in range(3):
        answer = invoke("watch", {})
        assert not answer.failed, answer.payload
        assert "connection_revoked" in answer.payload["problems"]
    _note(stack, "token#state", kind="oauth2", refreshed_at=failed)
    for _ in range(2):
        assert "connection_revoked" not in invoke("watch", {}).payload["problems"]

    listener.wait_for(2)
    events = listener.collect(1)
    assert [event["detail-type"] for event in events] == [
        "connections/connection_revoked",
        "connections/problem_solved",
    ]
    assert events[0]["detail"]["since"] == failed
    assert "xero-connection connect" in events[0]["detail"]["advice"]


@pytest.mark.promise("deliveries-noted")
def test_what_comes_to_the_webhook_is_noted(stack: Stack, post_webhook: PostWebhook) -> None:
    assert post_webhook(INTENT, "c29tZXRoaW5n").status == 401
    row = _row(stack, "event#deliveries")
    assert row["refused_reason"] == "wrong signature"
    assert row["wrong_since"] <= row["wrong_at"] == row["refused_at"]

    assert post_webhook(INTENT).status == 200
    row = _row(stack, "event#deliveries")
    assert row["intent_at"] == row["genuine_at"] >= row["refused_at"]
    assert "wrong_since" not in row


@pytest.mark.promise("alarms")
def test_each_look_writes_the_metric_of_each_problem_under_the_stacks_name(
    stack: Stack, invoke: Invoke
) -> None:
    assert not invoke("watch", {}).failed
    logs = stack.account.client("logs")
    config = stack.account.client("lambda").get_function_configuration(
        FunctionName=stack.functions["watch"]
    )
    found = logs.filter_log_events(logGroupName=config["LoggingConfig"]["LogGroup"])["events"]
    lines = [one["message"] for one in found if '"Problems"' in one["message"]]

    assert len(lines) % len(PROBLEMS) == 0
    for problem in PROBLEMS:
        assert any(f'"problem":"{problem}"' in line for line in lines)
    assert all(
        f'"Namespace":"{config["FunctionName"].rpartition("-WatchFunction")[0]}"' in line
        for line in lines
    )


def test_a_stack_just_deployed_has_nothing_to_complain_of(fresh_stack: Stack) -> None:
    answer = calls.invoke(fresh_stack, "watch", {})

    assert not answer.failed, answer.payload
    assert answer.payload["problems"] == []
