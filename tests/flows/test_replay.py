# SPDX-License-Identifier: Apache-2.0
"""Replays, as a person runs them: on the stack here, and on a deployed one."""

import json
import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.listener import Listener
from local.machine.stack import Stack
from tests.flows.commands import (
    Run,
    environment,
    refused,
    run_command,
)
from tests.flows.conftest import BusListener


def _archive_began(stack: Stack) -> datetime:
    (archive,) = stack.account.client("events").list_archives()["Archives"]
    began: datetime = archive["CreationTime"]
    return began.astimezone(UTC).replace(microsecond=0)


def _range(start: datetime, end: datetime) -> list[str]:
    return ["--from", f"{start:%Y-%m-%dT%H:%M:%SZ}", "--to", f"{end:%Y-%m-%dT%H:%M:%SZ}"]


def _put_and_hear(stack: Stack, source: str, moment: datetime, listeners: list[Listener]) -> None:
    entry = {
        "EventBusName": stack.bus,
        "Source": source,
        "DetailType": "a",
        "Detail": "{}",
        "Time": moment,
    }
    stack.account.client("events").put_events(Entries=[entry])
    for listener in listeners:
        listener.wait_for(1)


@pytest.mark.promise("replay-command")
def test_a_range_is_replayed_and_each_event_says_so(
    run: Run, stack: Stack, bus_listener: BusListener
) -> None:
    # Nothing but this test's events is as old as the archive, so nothing else is replayed.
    source, began = f"test.{secrets.token_hex(4)}", _archive_began(stack)
    listener = bus_listener({"source": [source]})
    live = bus_listener({"source": [source], "replay-name": [{"exists": False}]})
    _put_and_hear(stack, source, began, [listener, live])

    command = run("replay", *_range(began, began + timedelta(seconds=1)))

    assert command.returncode == 0, command.stdout + command.stderr
    first, again = listener.wait_for(2)
    assert "replay-name" not in first
    assert f'"replay-name": "{again["replay-name"]}"' in command.stdout
    assert again["id"] == first["id"]
    assert len(live.collect()) == 1


@pytest.mark.promise("replay-command")
def test_a_replay_can_be_for_one_rule_alone(
    run: Run, stack: Stack, bus_listener: BusListener
) -> None:
    source, began = f"test.{secrets.token_hex(4)}", _archive_began(stack)
    wanted, other = (bus_listener({"source": [source]}) for _ in range(2))
    _put_and_hear(stack, source, began, [wanted, other])

    words = [*_range(began, began + timedelta(seconds=1)), "--rule", wanted.rule]
    assert run("replay", *words).returncode == 0

    assert len(wanted.wait_for(2)) == 2
    assert len(other.collect()) == 1


def test_a_replay_of_the_last_minutes_says_that_events_may_be_missing(
    run: Run, stack: Stack, bus_listener: BusListener
) -> None:
    began = _archive_began(stack)
    rule = bus_listener({"source": ["nobody"]}).rule

    command = run("replay", *_range(began, began + timedelta(seconds=1)), "--rule", rule)

    assert "Events reach the archive up to 10 minutes late" in command.stdout


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-11-22T10:00", "2026-11-22T12:00Z", "--from 2026-11-22T10:00 has no time zone"),
        ("2026-11-22T10:00Z", "2026-11-22", "--to 2026-11-22 has no time zone"),
        ("yesterday", "2026-11-22T12:00Z", "--from yesterday is no time"),
        ("2026-11-22T12:00Z", "2026-11-22T12:00Z", "choose a later --to"),
        ("2026-11-22T12:00Z", "2026-11-22T12:00+01:00", "choose a later --to"),
        ("2020-01-01T00:00Z", "2020-01-02T00:00Z", "The archive began at"),
        ("2020-01-01T00:00Z", "2999-01-01T00:00Z", "Choose an earlier one"),
    ],
)
@pytest.mark.promise("replay-command")
def test_a_range_that_cannot_be_is_refused_and_what_to_change_is_said(
    stack: Stack, stack_directory: Path, start: str, end: str, said: str
) -> None:
    words = ["replay", "--from", start, "--to", end, "--directory", str(stack_directory)]

    assert said in refused(run_command(environment(stack), *words))


def test_a_rule_that_is_not_there_is_refused(run: Run, stack: Stack) -> None:
    began = _archive_began(stack)
    words = [*_range(began, began + timedelta(seconds=1)), "--rule", "nobody"]

    assert "The bus has no rule nobody" in refused(run("replay", *words))


@pytest.mark.promise("replays")
def test_a_request_that_is_replayed_is_not_carried_out_again(
    stack: Stack, stack_directory: Path, bus_listener: BusListener
) -> None:
    began = _archive_began(stack)
    requests = bus_listener({"source": ["xero.requests"]})
    results = bus_listener({"source": ["xero.results"]})

    def ask(correlation: str, moment: datetime) -> None:
        contact = {"contact": {"Name": f"Replayed {correlation}"}}
        entry = {
            "EventBusName": stack.bus,
            "Source": "xero.requests",
            "DetailType": "contacts/create_contact",
            "Detail": json.dumps({"correlation_id": correlation, "input": contact}),
            "Time": moment,
        }
        stack.account.client("events").put_events(Entries=[entry])
        results.wait_until(lambda event: event["detail"]["correlation_id"] == correlation)

    once, after = secrets.token_hex(4), secrets.token_hex(4)
    ask(once, began)
    words = [*_range(began, began + timedelta(seconds=1)), "--directory", str(stack_directory)]
    assert run_command(dict(os.environ), "replay", *words).returncode == 0
    requests.wait_until(lambda event: "replay-name" in event)
    # What comes after the replay has been carried out, so the replayed one would have been.
    ask(after, datetime.now(UTC))

    answered = [event["detail"]["correlation_id"] for event in results.collect(1)]
    assert (answered.count(once), answered.count(after)) == (1, 1)
