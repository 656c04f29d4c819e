# SPDX-License-Identifier: Apache-2.0
"""`deadletters`: what a stack could not do, and putting it back."""

from dataclasses import asdict
from typing import Annotated

import typer

from local import redriving
from local.cli import options
from local.deployed import find
from local.problems import Problem

app = typer.Typer(help="What the stack could not do.", no_args_is_help=True)


@app.command()
def redrive(
    context: typer.Context,
    queue: Annotated[redriving.QueueName, typer.Argument(help="Whose dead letters.")],
    stack: options.StackName = None,
    directory: options.Directory = options.HOME,
    *,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask whether requests were carried out.")
    ] = False,
    as_json: options.AsJson = False,  # noqa: ARG001, it is remembered
) -> None:
    """Put the dead letters of a queue back, oldest first."""
    console, place = options.console(context), find(stack, directory)
    warning = redriving.FIRST_LOOK.get(queue)
    if warning and not yes:
        console.line(warning)
        if not options.agreed("Put them back?"):
            raise Problem("Nothing was put back. After the look, say yes or --yes.")
    console.document(asdict(redriving.redrive(place, queue, console)))

