# SPDX-License-Identifier: Apache-2.0
"""What a person or a program gives to the commands, looked for wherever it should not be."""

import json
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from local.machine import control, xero_peer
from local.machine.embedded import free_port
from local.machine.environments import ROOT
from local.machine.stack import Stack
from tests.flows import terminal
from tests.flows.commands import bare, run_command

LAST_PARAMETER = "code_challenge_method=S256"
_PAUSE_SECONDS = 0.02


@pytest.fixture
def stack(fresh_stack: Stack) -> Iterator[Stack]:
    """A stack just deployed, which is as it was afterwards."""
    yield fresh_stack
    manager = fresh_stack.account.client("secretsmanager")
    for name in fresh_stack.secrets.values():
        manager.put_secret_value(SecretId=name, SecretString="{}")
    for prefix in ("token#", "event#", "alarm#"):
        control.forget(fresh_stack, prefix)
    for function in fresh_stack.functions:
        control.end_copies(fresh_stack, function)


@contextmanager
def _watching_processes() -> Iterator[set[bytes]]:
    """Collect what the process list shows while the block runs: arguments and variables."""
    seen: set[bytes] = set()
    done = threading.Event()

    def look() -> None:
        while not done.wait(_PAUSE_SECONDS):
            for process in Path("/proc").glob("[0-9]*"):
                for name in ("cmdline", "environ"):
                    try:
                        seen.add((process / name).read_bytes())
                    except OSError:
                        continue

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def _held(stack: Stack) -> dict[str, Any]:
    manager = stack.account.client("secretsmanager")
    return {
        name: json.loads(manager.get_secret_value(SecretId=one)["SecretString"])
        for name, one in stack.secrets.items()
    }


def _tokens(stack: Stack) -> set[str]:
    """Return what nobody has given, and the stack has got from Xero."""
    names = {"access_token", "refresh_token"}
    return {one[name] for one in _held(stack).values() for name in names & one.keys()}


def _logged(stack: Stack) -> str:
    logs = stack.account.client("logs")
    groups = logs.describe_log_groups()["logGroups"]
    return "\n".join(
        event["message"]
        for group in groups
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
    )


def _files(folder: Path, since: float = 0) -> dict[str, bytes]:
    """Return what was written; an environment's and git's own is nobody's to write meanwhile."""
    found = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if one not in {".venv", ".git", "builds"}]
        for path in (Path(parent) / name for name in names):
            # What others write beside this may be gone by now.
            with suppress(OSError):
                if path.is_file() and path.stat().st_mtime >= since:
                    found[str(path)] = path.read_bytes()
    return found


@pytest.mark.promise("connect-secrets")
def test_nothing_that_is_given_or_got_is_seen_anywhere(
    stack: Stack, fresh_directory: Path, tmp_path: Path
) -> None:
    """By a consent and a key at a terminal, and by a program with another of both."""
    began = time.time()
    app = json.loads((fresh_directory / "xero.json").read_text())
    wrong, first, second = (secrets.token_urlsafe(60) for _ in range(3))
    own = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "BROWSER": "true"}
    variables = {name: value for name, value in bare().items() if "SSH" not in name} | own
    where = ("--directory", str(fresh_directory))
    given = {wrong, first, second, app["client_secret"]}
    said = []

    with _watching_processes() as seen:
        port = str(free_port())
        words = ["connect", "--kind", "app", "--port", port, *where]
        with terminal.running(words, variables) as screen:
            screen.wait_for("Client id")
            screen.type(app["client_id"]).wait_for("Client secret")
            screen.type_hidden(app["client_secret"]).wait_for("http")
            address = "http" + screen.wait_for(LAST_PARAMETER)
            location = _allowed(address)
            given.add(parse_qs(urlsplit(location).query)["code"][0])
            requests.get(location, timeout=30)
            assert screen.end() == 0, screen.shown
        said.append(screen.shown)
        given |= _tokens(stack)

        wish = {"url": stack.webhook_url, "key": first}
        xero_peer.request(stack.xero_url, "PUT", "/_simulator/webhook", wish)
        with terminal.running(["webhook", *where], variables) as screen:
            screen.wait_for("Webhook key")
            screen.type_hidden(first).wait_for("Waiting for what Xero sends")
            xero_peer.intent_to_receive(stack.xero_url)
            screen.wait_for("arrived and passed")
            assert screen.end() == 0, screen.shown
        said.append(screen.shown)
        call = ("call", "get_organisation", *where)
        with terminal.running(call, variables) as screen:
            assert screen.end() == 0, screen.shown
        said.append(screen.shown)

        custom = ("connect", "--kind", "custom", "--client-id", app["client_id"], "--json", *where)
        for asked, typed, status in (
            (custom, wrong, 1),
            (custom, app["client_secret"], 0),
            (("webhook", "--wait", "0", "--json", *where), second, 0),
            (("webhook", "rotate", "--wait", "0", "--json", *where), wrong, 0),
            ((*call, "--json"), "", 0),
            (("check", "--json", *where), "", None),
        ):
            ended = run_command(variables, *asked, given=f"{typed}\n")
            assert status in {ended.returncode, None}, ended.stdout + ended.stderr
            said.append(ended.stdout + ended.stderr)
            given |= _tokens(stack)

    assert len(given) > 7
    held = {one["current"] for one in _held(stack).values() if "current" in one}
    assert held == {wrong}
    places = {
        "output": "\n".join(said).encode(),
        "processes": b"\n".join(seen),
        "logs": _logged(stack).encode(),
        **_files(tmp_path),
        **_files(ROOT, since=began),
        **_files(fresh_directory),
    }
    # What the simulated Xero knows its app by.
    del places[str(fresh_directory / "xero.json")]
    assert b"get_organisation" in places["processes"]
    assert b"xero-token" in places["logs"] or b'"service":"token"' in places["logs"]
    found = {place for place, text in places.items() if any(one.encode() in text for one in given)}
    assert found == set()


def _allowed(address: str) -> str:
    """Allow what an address of Xero's login asks for; return where the browser is sent."""
    page, _, query = address.partition("?")
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    return requests.post(page, asked, timeout=30, allow_redirects=False).headers["Location"]
