# SPDX-License-Identifier: Apache-2.0
"""`deadletters`: what a stack could not do, and putting it back."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from local.cli import options
from local.deadletters import looking as letters
from local.deadletters import redriving
from local.deployed import find
from local.problems import Problem

app = typer.Typer(help="What the stack could not do.", no_args_is_help=True)


@app.command("list")
def list_(
    context: typer.Context,
    queue: Annotated[
        redriving.QueueName | None,
        typer.Argument(help="Whose letters to look at; without it all are counted."),
    ] = None,
    stack: options.StackName = None,
    directory: options.Directory = options.HOME,
    *,
    as_json: options.AsJson = False,  # noqa: ARG001, it is remembered
) -> None:
    """Count the dead letters, or say of a queue's what they ask for; they stay where they are."""
    console, place = options.console(context), find(stack, directory)
    counted = letters.counts(place)
    if queue is None:
        console.document([asdict(one) for one in counted])
        table = _table("queue", "dead letters", "hidden")
        for one in counted:
            table.add_row(one.queue, str(one.waiting + one.hidden), str(one.hidden))
        console.table(table)
        return
    found = letters.look(place, queue)
    console.document([{**asdict(one), "sent_at": one.sent_at.isoformat()} for one in found])
    now = datetime.now(UTC)
    table = _table("age", "asks for", "ids", "reason")
    for letter in found:
        age = _age((now - letter.sent_at).total_seconds())
        ids = ", ".join(f"{name} {' '.join(some)}" for name, some in letter.ids.items())
        cells = (age, letter.asks_for, ids, letter.reason or "none given")
        table.add_row(*map(Text, cells))
    if found:
        console.table(table)
    there = sum(one.waiting + one.hidden for one in counted if one.queue == queue)
    if not there:
        console.line(f"Dead letters of {queue}: none. ({place.name})")
        return
    shown = f"{len(found)} of about {there} are" if there > len(found) else f"{len(found)} are"
    console.line(f"Dead letters of {queue}: {shown} shown, and stay. ({place.name})")
    if found:
        again = f"xero-connection deadletters redrive {queue} {place.option}".rstrip()
        console.line(f"Once the reason is gone: `{again}`")


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


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(Text(name, style="bold"), overflow="fold")
    return table


def _age(seconds: float) -> str:
    """Return an age as a person says it."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
