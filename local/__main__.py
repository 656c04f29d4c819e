# SPDX-License-Identifier: Apache-2.0
"""The stack on this machine: up, run, down. And two commands for any stack: replay, redrive."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

from local import demo, deployed, redriving, replaying, stack
from local.console import Console
from local.environments import HOME
from local.listener import NothingHeardError
from local.xero_peer import XeroError


def main() -> int:
    """Do what the command line says; return the exit status."""
    arguments = _parser().parse_args()
    console = Console()
    # A signal becomes an exception, so that what was started is stopped again. SIGINT too: a shell
    # has its background jobs ignore it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return _done(arguments, console)
    except (
        stack.StackError,
        demo.DemoError,
        deployed.NoStackError,
        replaying.ReplayError,
        redriving.RedriveError,
        NothingHeardError,
        XeroError,
        BotoCoreError,
        ClientError,
    ) as error:
        console.error(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    here = argparse.ArgumentParser(add_help=False)
    here.add_argument(
        "--directory", type=Path, default=HOME, help="where the files of the stack here are"
    )
    anywhere = argparse.ArgumentParser(add_help=False, parents=[here])
    anywhere.add_argument(
        "--stack",
        help="a stack deployed to AWS, reached with the credentials and region of AWS's own tools;"
        " without it, the stack on this machine",
    )
    commands.add_parser("up", parents=[here], help="start the stack on this machine")
    run = commands.add_parser("run", parents=[here], help="the same, show it, and serve")
    run.add_argument("--once", action="store_true", help="stop after the demonstration")
    commands.add_parser("down", parents=[here], help="stop it")
    replay = commands.add_parser(
        "replay",
        parents=[anywhere],
        help="send events of the bus's archive once more",
        description="Send the events whose time lies in a range to the bus's rules once more.",
    )
    for option, meaning in (("--from", "first"), ("--to", "last")):
        replay.add_argument(
            option,
            required=True,
            dest=meaning,
            metavar="TIME",
            help=f"the {meaning} moment of the range, such as 2026-11-22T10:00Z",
        )
    replay.add_argument(
        "--rule",
        action="append",
        default=[],
        metavar="NAME",
        help="only to this rule; may be given several times",
    )
    redrive = commands.add_parser(
        "redrive",
        parents=[anywhere],
        help="put dead letters back",
        description="Put the dead letters of a queue back, oldest first.",
    )
    redrive.add_argument("queue", choices=redriving.QUEUES)
    redrive.add_argument(
        "--yes", action="store_true", help="do not ask whether requests were carried out"
    )
    return parser


def _done(arguments: argparse.Namespace, console: Console) -> int:
    directory = arguments.directory.resolve()
    match arguments.command:
        case "up":
            return _up(directory, console)
        case "run":
            return _run(directory, console, once=arguments.once)
        case "down":
            return _down(directory, console)
        case "replay":
            return _replay(arguments, console)
        case _:
            return _redrive(arguments, console)


def _place(arguments: argparse.Namespace) -> deployed.Place:
    if arguments.stack:
        return deployed.on_aws(arguments.stack)
    return deployed.on_this_machine(arguments.directory.resolve())


def _replay(arguments: argparse.Namespace, console: Console) -> int:
    asked = replaying.read_range(arguments.first, arguments.last)
    name = replaying.replay(_place(arguments), asked, arguments.rule, console)
    console.line(f'Done. Each replayed event says so: "replay-name": "{name}"')
    return 0


def _redrive(arguments: argparse.Namespace, console: Console) -> int:
    place, warning = _place(arguments), redriving.FIRST_LOOK.get(arguments.queue)
    if warning and not arguments.yes:
        console.line(warning)
        if not _agreed():
            console.error("Nothing was put back. After the look, say yes or --yes.")
            return 1
    redriving.redrive(place, arguments.queue, console)
    return 0


def _agreed() -> bool:
    if not sys.stdin.isatty():
        return False
    try:
        return input("    Put them back? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False


def _up(directory: Path, console: Console) -> int:
    running, started = stack.up(directory, _options(), console)
    console.heading("Up" if started else "Already up")
    _addresses(running, directory, console)
    return 0


def _down(directory: Path, console: Console) -> int:
    console.line("Down." if stack.down(directory) else "Nothing was up.")
    return 0


def _run(directory: Path, console: Console, *, once: bool) -> int:
    running, started = stack.up(directory, _options(), console)
    try:
        if running.webhook_key:
            demo.show(running, console)
        else:
            console.line("Another Xero is connected, so nothing is shown on it.")
        console.heading("Serving" if started and not once else "Done")
        _addresses(running, directory, console)
        if not started:
            console.line("It was up before and stays up; `make down` stops it.")
        elif not once:
            console.line("Ctrl-C stops it.")
            threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        if started:
            with console.step("Stopping"):
                stack.down(directory)
    return 0


def _addresses(running: stack.Stack, directory: Path, console: Console) -> None:
    console.line(f"webhook   {running.webhook_url}")
    console.line(f"AWS       {running.aws_endpoint}")
    console.line(f"Xero      {running.xero_url}")
    console.line(f"bus       {running.bus}")
    console.line(f"keys and names of everything else: {_short(directory / 'stack.json')}")
    if not running.webhook_key:
        console.line("The secrets are empty. Fill them, then invoke the token function once:")
        console.line(f'{running.secrets["webhook_key"]} with {{"current": "..."}}')
        console.line(
            f"{running.secrets['credential']} with"
            ' {"kind": "custom_connection", "client_id": "...", "client_secret": "...",'
            ' "scopes": ["..."]}'
        )


def _options() -> stack.Options:
    return stack.Options(
        xero_url=os.environ.get("XERO_API_URL", "").rstrip("/") or None,
        identity_url=os.environ.get("XERO_IDENTITY_URL", "").rstrip("/") or None,
    )


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
