# SPDX-License-Identifier: Apache-2.0
"""From what the functions note to the events that tell a person of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from xero_connection.catalogue import find
from xero_connection.deliveries import KEY as DELIVERIES
from xero_connection.describe import output_schema
from xero_connection.documents import iso
from xero_connection.errors import UnavailableError
from xero_connection.hearing import heard_key
from xero_connection.problems import PROBLEMS
from xero_connection.standing import STATE_KEY

from local.derived.samples import delivery
from tests.functions.stack import Stack, sample, token_secret
from tests.functions.test_sweep import sweep
from tests.functions.test_webhook import event

if TYPE_CHECKING:
    from tests.functions.conftest import Output


def ago(**time: float) -> str:
    return iso(datetime.now(UTC) - timedelta(**time))


def watch(stack: Stack, times: int = 1) -> list[str]:
    """Have the schedule come so often, and return the triggers of what was said so far."""
    for _ in range(times):
        stack.invoke("watch", sample("deliveries/schedule"))
    return [one["detail-type"] for one in said(stack)]


def said(stack: Stack) -> list[dict[str, Any]]:
    return [one for one in stack.seen() if one["source"] == "xero.connection"]


def put_key_at(stack: Stack, moment: datetime) -> None:
    """Have Secrets Manager say when the webhook key was put; moto says now, whenever it was."""
    versions = [
        {"VersionId": "1" * 32, "CreatedDate": moment, "VersionStages": ["AWSCURRENT"]},
        {"VersionId": "2" * 32, "CreatedDate": moment, "VersionStages": ["AWSPREVIOUS"]},
    ]
    answers = {"list_secret_version_ids": {"Versions": versions}}
    stack.client("secretsmanager").answers = answers


@pytest.mark.promise("alarms")
def test_a_stack_just_deployed_and_one_just_connected_are_fine(
    empty_stack: Stack, output: Output
) -> None:
    assert watch(empty_stack) == []
    empty_stack.connect()
    assert watch(empty_stack) == []

    metrics = [one for one in output.all_lines() if "Problems" in one]
    assert {one["problem"]: one["Problems"] for one in metrics} == {
        name: [0.0] for name in PROBLEMS
    }
    assert {one["service"] for one in metrics} == {"xero-watch"}


@pytest.mark.promise("alarm-once")
def test_a_revoked_consent_becomes_one_event_and_one_that_says_it_is_over(stack: Stack) -> None:
    stack.keep(
        STATE_KEY,
        kind="oauth2",
        failed_since=ago(minutes=1),
        failed_at=ago(),
        reason="invalid_grant",
        organisations=f'["{stack.xero.tenant_id}"]',
    )
    assert watch(stack, 3) == ["connections/connection_revoked"]
    stack.keep(STATE_KEY, kind="oauth2", refreshed_at=ago())
    assert watch(stack, 3) == ["connections/connection_revoked", "connections/problem_solved"]

    for one in said(stack):
        trigger = find(one["detail-type"])
        Draft202012Validator(output_schema(trigger)).validate(one["detail"])
        assert one["detail"].keys() == trigger.example.keys()
        assert one["detail"]["problem"] == "connection_revoked"
    assert "xero-connection connect" in said(stack)[0]["detail"]["advice"]


def later(stack: Stack, **time: float) -> None:
    """Have the two functions that look at the time be so much later than now."""
    moment = datetime.now(UTC) + timedelta(**time)
    for function, work in (("token", "refresher"), ("watch", "watcher")):
        getattr(stack.function(function), work)._now = lambda: moment  # noqa: SLF001


@pytest.mark.promise("alarms")
def test_a_supplied_token_is_spoken_of_14_7_and_1_days_before_it_ends_and_when_it_has(
    empty_stack: Stack,
) -> None:
    stack = empty_stack
    twenty_days = 20 * 24 * 60
    stack.fill(token=token_secret(stack.log_in(), minutes=twenty_days + 1))
    for day in range(23):
        later(stack, days=day)
        for _ in range(2):
            stack.invoke("token", sample("deliveries/schedule"))
            watch(stack)

    assert [one["detail-type"] for one in said(stack)] == ["connections/token_expiring"] * 4
    assert [one["detail"]["days_left"] for one in said(stack)] == [14, 7, 1, 0]
    assert "has ended" in said(stack)[-1]["detail"]["message"]
    assert "xero-connection connect" in said(stack)[-1]["detail"]["advice"]

    stack.fill(token=token_secret(stack.log_in(), minutes=3 * twenty_days))
    stack.invoke("token", sample("deliveries/schedule"))
    assert watch(stack, 2)[4:] == ["connections/problem_solved"]


@pytest.mark.promise("alarms")
def test_a_refresh_that_fails_becomes_one_event_once_it_has_failed_twice_on_schedule(
    empty_stack: Stack,
) -> None:
    stack = empty_stack
    stack.fill(credential=stack.consented())
    stack.invoke("token", {})
    stack.fault("503", times=12, path="/connect/token")
    for minutes in range(20, 80, 5):
        later(stack, minutes=minutes)
        with pytest.raises(UnavailableError):
            stack.invoke("token", sample("deliveries/schedule"))
        told = watch(stack)
        assert told == ([] if minutes == 20 else ["connections/refresh_failing"])
    assert "503" in said(stack)[0]["detail"]["message"]

    later(stack, minutes=80)
    assert stack.invoke("token", sample("deliveries/schedule"))["refreshed"] is True
    assert watch(stack, 2)[1:] == ["connections/problem_solved"]


@pytest.mark.promise("alarms")
def test_an_organisation_that_is_disconnected_becomes_one_event(empty_stack: Stack) -> None:
    stack = empty_stack
    stack.fill(credential=stack.consented())
    assert stack.invoke("token", {})["refreshed"] is True
    tenant_id = stack.xero.tenant_id
    stack.xero.connections.end_all()
    assert stack.invoke("token", {})["tenants"] == []

    assert watch(stack, 3) == ["connections/organisation_disconnected"]
    assert said(stack)[0]["detail"]["tenant_id"] == tenant_id


@pytest.mark.promise("alarms")
def test_what_the_webhook_function_notes_is_what_is_looked_at(stack: Stack) -> None:
    put_key_at(stack, datetime.now(UTC) - timedelta(hours=1))
    assert watch(stack) == ["webhooks/intent_to_receive_due"]

    assert stack.invoke("webhook", sample("deliveries/intent_to_receive"))["statusCode"] == 200
    row = stack.row(DELIVERIES)
    assert row["intent_at"] == row["genuine_at"]
    assert watch(stack)[1:] == ["connections/problem_solved"]

    wrong = delivery([event()]) | {"headers": {"x-xero-signature": "c29tZXRoaW5n"}}
    assert stack.invoke("webhook", wrong)["statusCode"] == 401
    row = stack.row(DELIVERIES)
    assert row["wrong_since"] == row["wrong_at"] == row["refused_at"]
    assert watch(stack)[2:] == []
    old = {"wrong_since": ago(minutes=16), "genuine_at": ago(hours=1)}
    stack.keep(DELIVERIES, **(row | old))
    assert watch(stack, 2)[2:] == ["webhooks/webhook_failing"]

    stack.invoke("webhook", delivery([event()]))
    assert "wrong_since" not in stack.row(DELIVERIES)
    assert watch(stack, 2)[3:] == ["connections/problem_solved"]


@pytest.mark.promise("heard")
def test_what_the_record_function_notes_is_what_is_looked_at(stack: Stack) -> None:
    tenant_id = stack.xero.tenant_id
    stack.keep(STATE_KEY, kind="oauth2", organisations=f'["{tenant_id}"]')
    sweep(stack)
    key = heard_key(tenant_id, "contacts")
    assert stack.row(key) == {}

    (first,) = stack.change("Contacts", {"Name": "Told Of Ltd"})
    stack.tell("CONTACT", first)
    stack.work_off()
    assert stack.row(key).keys() == {"webhook_at"}
    stack.change("Contacts", {"Name": "Found Ltd"})
    sweep(stack)
    row = stack.row(key)
    assert row.keys() == {"webhook_at", "missed_at"}
    assert watch(stack) == []

    stack.keep(key, webhook_at=ago(hours=3), missed_at=ago(hours=2))
    assert watch(stack, 2) == ["webhooks/webhook_silent"]
    detail = said(stack)[0]["detail"]
    assert (detail["tenant_id"], detail["resource"]) == (tenant_id, "contacts")
    stack.tell("CONTACT", first)
    stack.work_off()
    assert watch(stack, 2)[1:] == ["connections/problem_solved"]


@pytest.mark.promise("no-secrets-said")
def test_the_watch_function_reads_no_secret(stack: Stack) -> None:
    watch(stack)

    asked = [name for name, _ in stack.client("secretsmanager").calls]
    assert asked == ["list_secret_version_ids"]


@pytest.mark.parametrize("service", ["dynamodb", "events", "secretsmanager"])
def test_with_a_service_out_nothing_is_lost(stack: Stack, service: str, output: Output) -> None:
    stack.keep(STATE_KEY, kind="oauth2", failed_since=ago(minutes=1), reason="invalid_grant")
    stack.client(service).down = True
    if service == "dynamodb":
        with pytest.raises(UnavailableError):
            watch(stack)
    else:
        watch(stack)
        assert output.lines()[-1]["outcome"] in {"the bus refuses", "watched"}
    stack.client(service).down = False

    assert watch(stack, 2) == ["connections/connection_revoked"]
