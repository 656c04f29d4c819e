# SPDX-License-Identifier: Apache-2.0
"""Options that several commands have, and what they come to."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from local.console import Console
from local.machine.environments import HOME

INTERRUPTED = 130
"""Exit status of what was interrupted."""

_JSON = "json"

Directory = Annotated[
    Path,
    typer.Option(
        "--directory",
        help="Where the files of the stack on this machine are.",
        show_default="the project's .local",
    ),
]
StackName = Annotated[
    str | None,
    typer.Option(
        "--stack",
        envvar="XERO_CONNECTION_STACK",
        metavar="NAME",
        help="A stack deployed to AWS, reached with the credentials and region of AWS's own tools."
        " Without it: the stack on this machine, or else the only one in the region.",
    ),
]


def _remember(context: typer.Context, value: bool) -> bool:  # noqa: FBT001, as typer calls it
    context.find_root().meta[_JSON] = value
    return value


AsJson = Annotated[
    bool,
    # Eager, so that what is wrong with another option is known to be said to a program.
    typer.Option(
        "--json", callback=_remember, is_eager=True, help="One JSON document and nothing else."
    ),
]


def console(context: typer.Context) -> Console:
    """Return where the command under way says what it has to say."""
    return Console(as_json=bool(context.find_root().meta.get(_JSON)))


def agreed(question: str) -> bool:
    """Return whether somebody at the terminal says yes."""
    try:
        return sys.stdin.isatty() and typer.confirm(f"    {question}", err=True)
    except typer.Abort:
        return False


__all__ = ["HOME", "INTERRUPTED", "AsJson", "Directory", "StackName", "agreed", "console"]
