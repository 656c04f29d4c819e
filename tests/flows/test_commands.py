# SPDX-License-Identifier: Apache-2.0
"""Replay and redrive, as a person runs them: on the stack here, and on a deployed one.

The deployed one is the same stack, found by its name with the variables of AWS's own tools.
"""

import json
import os
import pty
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from xero_connection.parcels import entry_parcels

from local import deployment
from local.environments import ROOT
from local.listener import Listener
from local.stack import Stack
from tests.flows.conftest import BusListener

PATIENCE_SECONDS = 60

Command = subprocess.CompletedProcess[str]
Run = Callable[..., Command]


def _environment(stack: Stack) -> dict[str, str]:
    """Return the environment of a person whose AWS is the stack's."""
    environment = {name: value for name, value in os.environ.items() if "AWS" not in name}
    return environment | {
        "AWS_ENDPOINT_URL": stack.aws_endpoint,
        "AWS_ACCESS_KEY_ID": stack.aws_access_key_id,
        "AWS_SECRET_ACCESS_KEY": stack.aws_secret_access_key,
        "AWS_REGION": stack.region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def _run(environment: dict[str, str], *words: str, typed: int = subprocess.DEVNULL) -> Command:
    return subprocess.run(
        [sys.executable, "-m", "local", *words],
        cwd=ROOT,
        env=environment,
        stdin=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@pytest.fixture(params=["here", "deployed"])
def run(request: pytest.FixtureRequest, stack: Stack, stack_directory: Path) -> Run:
    """Return a function that runs a command on the stack, by its directory or by its name."""
    if request.param == "deployed":
        environment = _environment(stack)
        return lambda *words, **how: _run(
            environment, *words, "--stack", deployment.STACK_NAME, **how
        )
    bare = {name: value for name, value in os.environ.items() if "AWS" not in name}
    return lambda *words, **how: _run(bare, *words, "--directory", str(stack_directory), **how)


def _refused(command: Command) -> str:
    """Return the one line in which a command says why it did nothing."""
    assert command.returncode == 1, command.stdout + command.stderr
    return command.stderr.splitlines()[-1]


def _archive_began(stack: Stack) -> datetime:
    (archive,) = stack.account.client("events").list_archives()["Archives"]
    began: datetime = archive["CreationTime"]
    return began.astimezone(UTC).replace(microsecond=0)


def _bury(stack: Stack, queue: str, body: str, **order: str) -> None:
    stack.account.client("sqs").send_message(
        QueueUrl=stack.queues[queue], MessageBody=body, **order
    )


def _dead_letters(stack: Stack, queue: str) -> list[str]:
    """Take all of a queue's messages."""
    sqs, url = stack.account.client("sqs"), stack.queues[queue]
    found = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


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

    assert said in _refused(_run(_environment(stack), *words))


def test_a_rule_that_is_not_there_is_refused(run: Run, stack: Stack) -> None:
    began = _archive_began(stack)
    words = [*_range(began, began + timedelta(seconds=1)), "--rule", "nobody"]

    assert "The bus has no rule nobody" in _refused(run("replay", *words))


def test_a_stack_that_is_not_there_is_said_to_be_missing(stack: Stack, tmp_path: Path) -> None:
    environment = _environment(stack)
    without = {name: value for name, value in os.environ.items() if "AWS" not in name}
    nobody = without | {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    nobody |= {"AWS_EC2_METADATA_DISABLED": "true"}

    here = _run(nobody, "deadletters", "redrive", "backlog", "--directory", str(tmp_path))
    deployed = _run(environment, "deadletters", "redrive", "backlog", "--stack", "nobody")

    assert "Nothing is up here" in _refused(here)
    assert f"There is no stack nobody in {stack.region}" in _refused(deployed)


def test_without_credentials_or_region_the_command_says_so(stack: Stack) -> None:
    for missing in ("AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        environment = _environment(stack) | {"AWS_EC2_METADATA_DISABLED": "true"}
        del environment[missing]

        said = _refused(
            _run(environment, "deadletters", "redrive", "backlog", "--stack", deployment.STACK_NAME)
        )

        assert "credentials" in said or "region" in said


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
    assert _run(dict(os.environ), "replay", *words).returncode == 0
    requests.wait_until(lambda event: "replay-name" in event)
    # What comes after the replay has been carried out, so the replayed one would have been.
    ask(after, datetime.now(UTC))

    answered = [event["detail"]["correlation_id"] for event in results.collect(1)]
    assert (answered.count(once), answered.count(after)) == (1, 1)


@pytest.mark.promise("redrive-command")
def test_dead_requests_are_put_back_and_carried_out(
    run: Run, stack: Stack, bus_listener: BusListener
) -> None:
    results = bus_listener({"source": ["xero.results"]})
    correlations = [f"dead-{secrets.token_hex(4)}" for _ in range(12)]
    for correlation in correlations:
        detail = {"correlation_id": correlation, "operation": "contacts/create_contact"}
        event = {"id": correlation, "source": "xero.requests", "detail": detail}
        text = json.dumps({**event, "detail-type": "contacts/create_contact"})
        _bury(stack, "request_dead_letters", text)

    command = run("deadletters", "redrive", "requests", "--yes")

    assert command.returncode == 0, command.stdout + command.stderr
    assert "Dead letters of requests put back: 12." in command.stdout
    assert correlations[0] not in command.stdout
    results.wait_for(12)
    assert {event["detail"]["correlation_id"] for event in results.events} == set(correlations)
    assert _dead_letters(stack, "request_dead_letters") == []


def test_requests_are_not_put_back_before_somebody_says_yes(
    stack: Stack, stack_directory: Path, bus_listener: BusListener
) -> None:
    results = bus_listener({"source": ["xero.results"]})
    correlation = f"dead-{secrets.token_hex(4)}"
    event = {"detail-type": "nobody/knows", "detail": {"correlation_id": correlation}}
    _bury(stack, "request_dead_letters", json.dumps({"id": correlation, **event}))
    words = ["deadletters", "redrive", "requests", "--directory", str(stack_directory)]

    def typed(answer: bytes) -> Command:
        keyboard, terminal = pty.openpty()
        try:
            os.write(keyboard, answer)
            return _run(_environment(stack), *words, typed=terminal)
        finally:
            os.close(keyboard)
            os.close(terminal)

    for unwilling in (_run(_environment(stack), *words), typed(b"n\n"), typed(b"\x04")):
        assert "look in Xero first" in unwilling.stdout
        assert "Nothing was put back" in _refused(unwilling)
    willing = typed(b"y\n")

    assert "Dead letters of requests put back: 1." in willing.stdout
    results.wait_until(lambda event: event["detail"]["correlation_id"] == correlation)


@pytest.mark.promise("redrive-command")
def test_the_backlog_s_dead_letters_are_put_back_and_what_dies_again_ends_the_run(
    run: Run, stack: Stack, bus_listener: BusListener
) -> None:
    # By its unlike text each run's letter is told from that of the other.
    resource, poison = secrets.token_hex(8), f"no parcel {secrets.token_hex(4)}"
    listener = bus_listener({"detail": {"resource_id": [resource]}})
    detail = json.dumps({"event_id": secrets.token_hex(16), "resource_id": resource})
    entry = {"Source": "xero.webhooks", "DetailType": "contacts/contact_updated", "Detail": detail}
    (parcel,) = entry_parcels([entry])
    for text, group in ((parcel.text, parcel.group), (poison, "alone")):
        once = secrets.token_hex(8)
        _bury(
            stack, "backlog_dead_letters", text, MessageGroupId=group, MessageDeduplicationId=once
        )

    command = run("deadletters", "redrive", "backlog")

    assert command.returncode == 0, command.stdout + command.stderr
    assert "Dead letters of backlog put back: 2." in command.stdout
    assert listener.wait_for(1)[0]["detail"]["resource_id"] == resource
    deadline, letters = time.monotonic() + PATIENCE_SECONDS, list[str]()
    while poison not in letters:
        assert time.monotonic() < deadline, letters
        letters += _dead_letters(stack, "backlog_dead_letters")
    assert letters == [poison]


def test_no_dead_letters_are_no_error(run: Run) -> None:
    command = run("deadletters", "redrive", "backlog")

    assert command.returncode == 0, command.stdout + command.stderr
    assert "Dead letters of backlog put back: 0." in command.stdout


def test_an_aws_that_cannot_be_reached_is_said_in_one_line(stack: Stack) -> None:
    environment = _environment(stack) | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    environment |= {"AWS_MAX_ATTEMPTS": "1"}
    words = ["deadletters", "redrive", "backlog", "--stack", deployment.STACK_NAME]

    assert "Could not connect" in _refused(_run(environment, *words))
