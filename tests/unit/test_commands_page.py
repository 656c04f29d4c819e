# SPDX-License-Identifier: Apache-2.0
"""The page about the commands says all of them, with every option."""

import re
from collections.abc import Iterator
from typing import Any

from typer.core import TyperGroup
from typer.main import get_command

from local.cli.app import app
from local.derived.commands import page


def _commands(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    is_group = isinstance(command, TyperGroup)
    if not is_group or command.invoke_without_command:
        yield path.strip(), command
    if not is_group:
        return
    for name, inner in command.commands.items():
        yield from _commands(inner, f"{path} {name}")


def test_every_command_has_a_section_with_each_of_its_options() -> None:
    sections = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", page(), re.DOTALL | re.MULTILINE))
    commands = dict(_commands(get_command(app)))

    assert sorted(sections) == sorted(commands)
    assert list(sections)[3:6] == ["connect", "webhook", "webhook rotate"]
    for name, command in commands.items():
        assert command.help.strip() in sections[name]
        for parameter in command.params:
            for option in filter(lambda one: one.startswith("-"), parameter.opts):
                assert option in sections[name]


def test_every_command_and_option_has_help() -> None:
    for name, command in _commands(get_command(app)):
        assert command.help, name
        assert all(parameter.help for parameter in command.params), name


def test_the_commands_in_the_introduction_are_there() -> None:
    names = set(dict(_commands(get_command(app))))
    shown = re.findall(r"^xero-connection (.*)$", page(), re.MULTILINE)

    assert shown
    assert all(any(line.startswith(name) for name in names) for line in shown)
