# SPDX-License-Identifier: Apache-2.0
"""The bus's events, shown as they happen, and what is left of that when it is over."""

import json
import secrets
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local import listener
from local.deployed import Place, here
from local.machine import deployment
from local.machine.stack import Stack
from tests.flows.commands import bare, environment, refused, run_command
from tests.flows.terminal import running


@pytest.fixture
def place(stack: Stack) -> Place:
    """Return the stack as commands see it."""
    return here(stack)


def _left(place: Place) -> list[str]:
    """Return the listeners of which there is something, a rule or a queue."""
    queues = place.client("sqs").list_queues(QueueNamePrefix=listener.PREFIX)
    rules = place.client("events").list_rules(EventBusName=place.bus, NamePrefix=listener.PREFIX)
    names = {url.rpartition("/")[2] for url in queues.get("QueueUrls", [])}
    return sorted(names | {rule["Name"] for rule in rules["Rules"]})


def _put(place: Place, source: str, kind: str, **detail: Any) -> None:
    entry = {
        "EventBusName": place.bus,
        "Source": source,
        "DetailType": kind,
        "Detail": json.dumps(detail),
    }
    place.client("events").put_events(Entries=[entry])


@pytest.mark.promise("events-tail")
def test_events_are_shown_in_a_line_each_until_ctrl_c_and_nothing_is_left(
    place: Place, stack_directory: Path
) -> None:
    source = f"test.{secrets.token_hex(4)}"
    words = ("events", "tail", "--source", source, "--type", "tests/*")
    with running([*words, "--directory", str(stack_directory)], bare()) as screen:
        screen.wait_for("Ctrl-C ends it")
        _put(place, source, "others/other", resource_id="unwanted")
        _put(place, source, "tests/first", resource_id="r-1", changed=["Name"], record={"Name": 1})
        screen.wait_for("changed Name")
        screen.process.send_signal(signal.SIGINT)
        status = screen.end()

    assert status == 130
    assert "r-1" in screen.shown
    assert "unwanted" not in screen.shown
    assert _left(place) == []


@pytest.mark.promise("events-tail")
def test_a_script_gets_a_document_for_each_event_of_a_deployed_stack(
    stack: Stack, place: Place
) -> None:
    pattern = json.dumps({"source": [f"test.{secrets.token_hex(4)}"]})
    words = ("events", "tail", "--pattern", pattern, "--json", "--stack", deployment.STACK_NAME)
    before = set(_left(place))
    with running(words, environment(stack)) as screen:
        while not set(_rules_with_targets(place)) - before:
            assert screen.process.poll() is None, screen.shown
        _put(place, json.loads(pattern)["source"][0], "tests/amount", total=1)
        screen.wait_for("}\n")
        screen.process.send_signal(signal.SIGTERM)
        status = screen.end()

    assert status == 130
    assert json.loads(screen.shown)["detail"] == {"total": 1}


def _rules_with_targets(place: Place) -> list[str]:
    events = place.client("events")
    rules = events.list_rules(EventBusName=place.bus, NamePrefix=listener.PREFIX)["Rules"]
    return [
        rule["Name"]
        for rule in rules
        if events.list_targets_by_rule(Rule=rule["Name"], EventBusName=place.bus)["Targets"]
    ]


@pytest.mark.promise("events-tail")
def test_what_a_killed_run_left_is_removed_once_it_is_surely_gone(
    place: Place, stack_directory: Path
) -> None:
    words = ("events", "tail", "--directory", str(stack_directory))
    with running(words, bare()) as screen:
        screen.wait_for("Ctrl-C ends it")
        screen.process.kill()
        screen.process.wait()
    (name,) = _left(place)
    now = datetime.now(UTC)

    assert listener.clear(place, now=now) == 0
    assert _left(place) == [name]
    assert listener.clear(place, now=now + listener.GONE_AFTER + timedelta(minutes=1)) == 1
    assert _left(place) == []


def test_it_ends_by_itself_after_a_while_when_told_to(place: Place, stack_directory: Path) -> None:
    words = ("events", "tail", "--for", "1", "--json", "--source", "nobody")

    command = run_command(bare(), *words, "--directory", str(stack_directory))

    assert (command.returncode, command.stdout, command.stderr) == (0, "", "")
    assert _left(place) == []


def test_a_pattern_that_is_none_is_refused(stack_directory: Path) -> None:
    for pattern in ("[]", "{", "{}"):
        words = ("events", "tail", "--pattern", pattern, "--directory", str(stack_directory))
        assert "--pattern should be an object" in refused(run_command(bare(), *words))
