# SPDX-License-Identifier: Apache-2.0
"""Dead letters listed and put back, as a person does it: here, and in a deployed stack."""

import json
import os
import pty
import secrets
import time
from pathlib import Path

import pytest
from xero_connection.parcels import entry_parcels

from local.machine.stack import Stack
from tests.flows.commands import (
    PATIENCE_SECONDS,
    Command,
    Run,
    bare,
    environment,
    refused,
    run_command,
)
from tests.flows.conftest import BusListener


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
            return run_command(environment(stack), *words, typed=terminal)
        finally:
            os.close(keyboard)
            os.close(terminal)

    for unwilling in (run_command(environment(stack), *words), typed(b"n\n"), typed(b"\x04")):
        assert "look in Xero first" in unwilling.stdout
        assert "Nothing was put back" in refused(unwilling)
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


@pytest.mark.promise("deadletters-list")
def test_letters_are_listed_by_what_they_ask_for_and_stay(
    stack: Stack, stack_directory: Path
) -> None:
    def run(*words: str) -> Command:
        return run_command(bare(), *words, "--directory", str(stack_directory))

    correlation, name = f"dead-{secrets.token_hex(4)}", f"Ann {secrets.token_hex(4)}"
    detail = {"correlation_id": correlation, "input": {"contact": {"Name": name}}}
    event = {"source": "xero.requests", "detail-type": "contacts/create_contact", "detail": detail}
    entry = {"DetailType": "contacts/contact_updated", "Detail": json.dumps({"resource_id": name})}
    (parcel,) = entry_parcels([entry | {"Source": "xero.webhooks"}])
    _bury(stack, "request_dead_letters", json.dumps(event))
    for _ in range(2):
        once = secrets.token_hex(8)
        _bury(
            stack,
            "backlog_dead_letters",
            parcel.text,
            MessageGroupId=parcel.group,
            MessageDeduplicationId=once,
        )
    try:
        counted = run("deadletters", "list", "--json")
        listed = [run("deadletters", "list", "requests", *more) for more in ([], ["--json"])]
        backlog = run("deadletters", "list", "backlog", "--json")
    finally:
        left = {
            queue: _dead_letters(stack, queue)
            for queue in ("request_dead_letters", "backlog_dead_letters")
        }

    waiting = {one["queue"]: one["waiting"] for one in json.loads(counted.stdout)}
    assert (waiting["requests"], waiting["backlog"]) == (1, 2)
    for command in listed:
        assert "contacts/create_contact" in command.stdout
        assert correlation in command.stdout
        assert name not in command.stdout
    assert [one["ids"] for one in json.loads(backlog.stdout)] == [{"resource_id": [name]}] * 2
    assert [len(letters) for letters in left.values()] == [1, 2]
