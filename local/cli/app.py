# SPDX-License-Identifier: Apache-2.0
"""The command line: its commands, and how each of them ends."""

import signal
import sys
from types import FrameType
from typing import Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from typer.core import TyperGroup

from local.cli import (
    call,
    check,
    connect,
    deadletters,
    events,
    machine,
    operations,
    replay,
    webhook,
)
from local.cli.options import INTERRUPTED, console
from local.problems import Problem

_IN_ORDER_OF_USE = (
    *("up", "run", "down", "connect", "webhook", "check"),
    *("call", "operations", "events", "deadletters", "replay"),
)


class _Commands(TyperGroup):
    """Commands whose failures are said in a line: exit status 1, of wrong use 2."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the commands as a person comes to need them; typer puts groups last."""
        return sorted(super().list_commands(ctx), key=_IN_ORDER_OF_USE.index)

    def invoke(self, ctx: Any) -> Any:
        """Carry a command out."""
        try:
            return super().invoke(ctx)
        except (Problem, BotoCoreError, ClientError) as error:
            console(ctx).error(str(error))
            raise typer.Exit(1) from error
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    name="xero-connection",
    help="Connect Xero to AWS: the stack on this machine, and those deployed.",
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("up")(machine.up)
app.command("run")(machine.run)
app.command("down")(machine.down)
app.command("connect")(connect.connect)
app.add_typer(webhook.app, name="webhook")
app.command("check")(check.check)
app.command("call")(call.call)
app.command("operations")(operations.operations)
app.command("replay")(replay.replay)
app.add_typer(events.app, name="events")
app.add_typer(deadletters.app, name="deadletters")


def main() -> None:
    """Do what the command line says."""
    # A signal becomes an exception, so that what was started is stopped again. SIGINT too: a shell
    # has its background jobs ignore it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    app(prog_name=_name())


def _name() -> str:
    return "xero-connection" if sys.argv[0].endswith("xero-connection") else "python -m local"


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
