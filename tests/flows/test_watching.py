# SPDX-License-Identifier: Apache-2.0
"""What is watched over: what the webhook notes, the metrics, and a stack with nothing to say."""

import pytest
from xero_connection.problems import PROBLEMS

from local.machine import calls, control
from local.machine.stack import Stack
from tests.flows.conftest import Invoke, PostWebhook

INTENT = b'{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"SXKRVBLDQHJT"}'


def _row(stack: Stack, key: str) -> dict[str, str]:
    rows = control.rows(stack, key)
    return {name: value["S"] for row in rows for name, value in row.items()}


@pytest.mark.promise("deliveries-noted")
def test_what_comes_to_the_webhook_is_noted(stack: Stack, post_webhook: PostWebhook) -> None:
    # So soon after the genuine ones of the deployment a wrong signature would mean nothing.
    control.forget(stack, "event#deliveries")
    control.end_copies(stack, "webhook")
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
