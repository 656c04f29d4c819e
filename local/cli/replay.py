# SPDX-License-Identifier: Apache-2.0
"""`replay`: events of the bus's archive once more."""

from typing import Annotated

import typer

from local import replaying
from local.cli import options
from local.deployed import find


def replay(
    context: typer.Context,
    start: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="TIME",
            help="The first moment of the range, such as 2026-11-22T10:00Z.",
        ),
    ],
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="The last moment of the range.")],
    rule: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only to this rule; may be given several times."),
    ] = None,
    stack: options.StackName = None,
    directory: options.Directory = options.HOME,
    *,
    as_json: options.AsJson = False,  # noqa: ARG001, it is remembered
) -> None:
    """Send the events whose time lies in a range to the bus's rules once more."""
    console = options.console(context)
    asked = replaying.read_range(start, end)
    name = replaying.replay(find(stack, directory), asked, rule or [], console)
    console.document({"replay_name": name})
    console.line(f'Done. Each replayed event says so: "replay-name": "{name}"')
