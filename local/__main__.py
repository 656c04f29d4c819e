# SPDX-License-Identifier: Apache-2.0
"""`python -m local up|run|down`: the whole stack on this machine."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from local import demo, stack
from local.console import Console
from local.environments import HOME
from local.listener import NothingHeardError
from local.xero_peer import XeroError


def main() -> int:
    """Do what the command line says; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("command", choices=["up", "run", "down"])
    parser.add_argument("--once", action="store_true", help="run: stop after the demonstration")
    parser.add_argument("--directory", type=Path, default=HOME, help="where the stack's files go")
    arguments = parser.parse_args()
    console = Console()
    directory = arguments.directory.resolve()
    # A signal becomes an exception, so that what was started is stopped again. SIGINT too: a shell
    # has its background jobs ignore it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        if arguments.command == "down":
            return _down(directory, console)
        if arguments.command == "up":
            return _up(directory, console)
        return _run(directory, console, once=arguments.once)
    except (stack.StackError, demo.DemoError, NothingHeardError, XeroError) as error:
        console.error(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


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
