# SPDX-License-Identifier: Apache-2.0
"""`--json`: whatever becomes of a command, a program gets one document and an exit status."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from local.cli.app import app
from local.machine import stack
from local.machine.stack import StackError

RANGE = ("--from", "2026-11-22T10:00Z", "--to", "2026-11-22T11:00Z")
CASES: dict[str, tuple[str, ...]] = {
    "up": (),
    "down": (),
    "connect": ("--kind", "custom", "--client-id", "x"),
    "webhook": (),
    "webhook rotate": (),
    "check": (),
    "call": ("list_contacts",),
    "operations": ("contacts/no_such_operation",),
    "replay": RANGE,
    "events tail": ("--for", "1"),
    "deadletters list": (),
    "deadletters redrive": ("backlog", "--yes"),
}
"""Each command but `run`, which shows things to a person, with as much as it has to be given."""
WRONG = {
    "connect": ("--port", "much"),
    "call": (),
    "replay": (),
    "events tail": ("--for", "-1"),
    "deadletters redrive": ("nothing",),
}


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no stack of any kind."""
    for name in [name for name in os.environ if "AWS" in name]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    def up(*_: object) -> None:
        raise StackError("It ended while it started.")

    monkeypatch.setattr(stack, "up", up)


def _commands(group: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what does something by itself, by the words for it."""
    for word, command in getattr(group, "commands", {}).items():
        words = f"{name} {word}".strip()
        if command.callback and not command.no_args_is_help:
            yield words, command
        yield from _commands(command, words)


def _run(command: str, words: tuple[str, ...], where: Path) -> tuple[int, Any]:
    asked = [*command.split(), *words, "--json"]
    asked += [] if command == "operations" else ["--directory", str(where)]
    ended = CliRunner().invoke(app, asked)
    assert len(ended.stdout.splitlines()) == 1, ended.output
    return ended.exit_code, json.loads(ended.stdout)


def test_each_command_but_run_has_a_case_here() -> None:
    commands = dict(_commands(get_command(app)))

    assert commands.keys() - {"run"} == CASES.keys()
    for name, command in commands.items():
        options = {option for one in command.params for option in one.opts}
        assert ("--json" in options) is (name != "run"), name


@pytest.mark.parametrize("command", CASES)
def test_what_fails_is_one_document_and_exit_status_1(command: str, tmp_path: Path) -> None:
    status, document = _run(command, CASES[command], tmp_path)

    if command == "down":
        assert (status, document) == (0, {"stopped": False})
    else:
        assert (status, document.keys()) == (1, {"error"})
        assert document["error"]["message"]


@pytest.mark.parametrize("command", WRONG)
def test_wrong_use_is_one_document_and_exit_status_2(command: str, tmp_path: Path) -> None:
    status, document = _run(command, WRONG[command], tmp_path)

    assert (status, document.keys()) == (2, {"error"})
    assert document["error"]["message"]


def test_who_types_is_told_in_words_and_gets_no_document(tmp_path: Path) -> None:
    for words, status in ((["check", "--directory", str(tmp_path)], 1), (["call"], 2)):
        ended = CliRunner().invoke(app, words)
        assert (ended.exit_code, ended.stdout) == (status, "")
        assert ended.stderr
