# SPDX-License-Identifier: Apache-2.0
"""`webhook` and `webhook rotate`, as a person types them and as a program does."""

import base64
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from local.cli.app import app
from local.deployed import find
from local.listener import Event, listening
from local.machine import control, xero_peer
from local.machine.stack import Options, Stack, running
from tests.flows import terminal

PATIENCE_SECONDS = 60

_PAUSE_SECONDS = 0.1


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the files are of a stack whose key changes."""
    return tmp_path_factory.mktemp("webhook")


@pytest.fixture(scope="module")
def stack(directory: Path) -> Iterator[Stack]:
    """Return a stack whose key changes."""
    with running(directory, Options(simulated={"webhook_retry": 0.3})) as started:
        yield started


@pytest.fixture
def unset(stack: Stack) -> Stack:
    """Return the stack with no key."""
    _put(stack, {})
    return stack


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(64)).decode()


def _put(stack: Stack, keys: dict[str, str]) -> None:
    stack.account.client("secretsmanager").put_secret_value(
        SecretId=stack.secrets["webhook_key"], SecretString=json.dumps(keys)
    )


def _held(stack: Stack) -> Any:
    found = stack.account.client("secretsmanager").get_secret_value(
        SecretId=stack.secrets["webhook_key"]
    )
    return json.loads(found["SecretString"])


def _in_the_portal(stack: Stack, key: str) -> None:
    """Enter the stack's address in Xero's portal, which shows a key."""
    wish = {"url": stack.webhook_url, "key": key}
    xero_peer.request(stack.xero_url, "PUT", "/_simulator/webhook", wish)


def _answers(stack: Stack) -> set[int]:
    """Return what Xero's deliveries were answered since the webhook was entered."""
    described = xero_peer.request(stack.xero_url, "GET", "/_simulator/webhook")
    return {one["status"] for one in described["attempts"]}


def _resource(event: Event) -> str:
    return str(event["detail"].get("resource_id"))


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if "AWS" not in name}


@contextmanager
def _typing(directory: Path, *words: str) -> Iterator[terminal.Terminal]:
    with terminal.running(
        ["webhook", *words, "--directory", str(directory)], _environment()
    ) as shown:
        yield shown


def _run(directory: Path, *words: str, given: str = "") -> Result:
    """Run it as a program does, without the start of another Python."""
    return CliRunner().invoke(app, ["webhook", *words, "--directory", str(directory)], input=given)


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(_PAUSE_SECONDS)


@contextmanager
def _pressing(stack: Stack) -> Iterator[None]:
    """Press “Send intent to receive” over and over: what comes of it is noted seldom."""
    done = threading.Event()

    def press() -> None:
        while not done.wait(_PAUSE_SECONDS):
            xero_peer.intent_to_receive(stack.xero_url)

    thread = threading.Thread(target=press)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.promise("webhook-command")
def test_a_key_is_taken_unseen_and_intent_to_receive_is_seen_to_pass(
    unset: Stack, directory: Path
) -> None:
    key = _new_key()
    _in_the_portal(unset, key)

    with _typing(directory) as person:
        person.wait_for(unset.webhook_url)
        person.wait_for("Webhook key")
        person.type_hidden(key)
        person.wait_for("Waiting for what Xero sends")
        assert xero_peer.intent_to_receive(unset.xero_url)["passed"]
        person.wait_for("intent to receive arrived and passed")
        assert person.end() == 0

    assert _held(unset) == {"current": key}
    assert key not in person.shown


@pytest.mark.promise("webhook-command")
def test_a_key_that_the_portal_does_not_show_is_said_to_be_another(
    unset: Stack, directory: Path
) -> None:
    _in_the_portal(unset, _new_key())
    # A copy of the function would still accept the key that it remembers.
    control.end_copies(unset, "webhook")

    with _typing(directory, "--wait", "3") as person:
        person.wait_for("Webhook key")
        person.type_hidden(_new_key())
        person.wait_for("Waiting for what Xero sends")
        with _pressing(unset):
            person.wait_for("a wrong signature was refused, as it must be")
        assert person.end() == 1

    assert "the one in the portal is not the one that was put here" in person.said


@pytest.mark.promise("webhook-command")
def test_where_nothing_arrives_the_address_is_asked_about(unset: Stack, directory: Path) -> None:
    command = _run(directory, "--wait", "1", given=_new_key() + "\n")

    assert command.exit_code == 1
    assert "Nothing arrived within 1 second" in command.stderr
    assert f"{unset.webhook_url} saved as the delivery URL" in command.stderr


def test_who_stops_waiting_keeps_the_key_and_hears_how_to_go_on(
    unset: Stack, directory: Path
) -> None:
    key = _new_key()

    with _typing(directory) as person:
        person.wait_for("Webhook key")
        person.type_hidden(key)
        person.wait_for("Waiting for what Xero sends")
        person.interrupt()
        assert person.end() == 130

    again = f"`xero-connection webhook --directory {directory}`"
    assert f"The key stays. Go on with {again}" in person.said
    assert _held(unset) == {"current": key}


def test_a_function_that_fails_is_said_before_anybody_waits(unset: Stack, directory: Path) -> None:
    client, name = unset.account.client("lambda"), unset.functions["webhook"]
    client.update_function_configuration(FunctionName=name, Handler="nothing.there")
    try:
        command = _run(directory, "--wait", "1", given=_new_key() + "\n")
    finally:
        client.update_function_configuration(FunctionName=name, Handler="app.handler")
        control.end_copies(unset, "webhook")

    assert command.exit_code == 1
    assert "where an empty 401 is due" in command.stdout
    assert "aws logs tail" in command.stderr


def test_a_program_gives_the_key_as_a_line_and_gets_a_document(
    unset: Stack, directory: Path
) -> None:
    key = _new_key()

    command = _run(directory, "--wait", "0", "--json", given=key + "\nno key\n")

    assert json.loads(command.stdout) == {
        "outcome": "not waited",
        "webhook_url": unset.webhook_url,
        "changed": True,
    }
    assert (command.exit_code, command.stderr) == (0, "")
    assert _held(unset) == {"current": key}


def test_the_same_key_leaves_the_secret_as_it_is(unset: Stack, directory: Path) -> None:
    held = {"current": _new_key(), "previous": _new_key()}
    _put(unset, held)

    for given in (held["current"] + "\n", "\n"):
        assert _run(directory, "--wait", "0", given=given).exit_code == 0

    assert _held(unset) == held


def test_what_is_hardly_a_key_is_taken_only_where_somebody_says_so(
    unset: Stack, directory: Path
) -> None:
    refused = _run(directory, "--wait", "0", given="12345\n")
    odd = _run(directory, "--wait", "0", given=secrets.token_urlsafe(40) + "\n")
    willing = _run(directory, "--wait", "0", "--yes", given="12345\n")

    assert (refused.exit_code, odd.exit_code, willing.exit_code) == (1, 0, 0)
    assert "has only 5 characters: nothing was changed" in refused.stderr
    assert "This may be no webhook key" in odd.stdout
    assert _held(unset) == {"current": "12345"}


@pytest.mark.promise("key-rotation")
def test_no_event_is_missed_while_the_key_changes_under_traffic(
    unset: Stack, directory: Path
) -> None:
    old, new = _new_key(), _new_key()
    _put(unset, {"current": old})
    _in_the_portal(unset, old)
    assert xero_peer.intent_to_receive(unset.xero_url)["passed"]
    sent, done = list[str](), threading.Event()

    def traffic() -> None:
        while not done.wait(0.2):
            one = secrets.token_hex(16)
            events = [{"category": "INVOICE", "resource_id": one}]
            xero_peer.request(
                unset.xero_url, "POST", "/_simulator/webhook/send", {"events": events}
            )
            sent.append(one)

    with listening(find(None, directory), {"source": ["xero.webhooks"]}) as listener:
        sender = threading.Thread(target=traffic)
        sender.start()
        try:
            listener.wait_for(3)
            with _typing(directory, "rotate") as person:
                person.wait_for("Webhook key")
                xero_peer.request(unset.xero_url, "PUT", "/_simulator/webhook/key", {"key": new})
                _until(lambda: 401 in _answers(unset))
                person.type_hidden(new)
                person.wait_for("Both keys are accepted now")
                person.wait_for("Xero signs with the new key")
                assert person.end() == 0
            both = _held(unset)
            finished = _run(directory, "rotate", "--finish", "--json")
            listener.wait_for(len(sent) + 3)
        finally:
            done.set()
            sender.join()

        _until(lambda: set(sent) <= {_resource(event) for event in listener.collect()})

    assert both == {"current": new, "previous": old}
    assert json.loads(finished.stdout) == {"outcome": "finished", "changed": True}
    assert _held(unset) == {"current": new}
    assert _answers(unset) == {200, 401}


def test_a_change_is_not_finished_before_xero_signs_with_the_new_key(
    unset: Stack, directory: Path
) -> None:
    old, new = _new_key(), _new_key()
    _put(unset, {"current": new, "previous": old})
    _in_the_portal(unset, old)
    assert xero_peer.intent_to_receive(unset.xero_url)["passed"]

    early = _run(directory, "rotate", "--finish", "--wait", "0.5")

    assert early.exit_code == 1
    assert "both stay accepted" in early.stderr
    assert _held(unset) == {"current": new, "previous": old}
