# SPDX-License-Identifier: Apache-2.0
"""The stack on this machine: up, run, down."""

import os
import threading
from pathlib import Path
from typing import Annotated

import typer

from local.cli import options
from local.cli.options import HOME, AsJson, Directory
from local.console import Console
from local.deployed import option_of
from local.machine import demo, stack


def up(
    context: typer.Context,
    directory: Directory = HOME,
    *,
    as_json: AsJson = False,  # noqa: ARG001, it is remembered
) -> None:
    """Start the stack on this machine: an embedded AWS, the real template, a simulated Xero."""
    console, directory = options.console(context), directory.resolve()
    running, started = stack.up(directory, _options(), console)
    console.heading("Up" if started else "Already up")
    _addresses(running, directory, console)
    console.document(
        {
            "started": started,
            "webhook_url": running.webhook_url,
            "aws_endpoint": running.aws_endpoint,
            "xero_url": running.xero_url,
            "bus": running.bus,
            "stack_file": str(directory / "stack.json"),
        }
    )


def run(
    directory: Directory = HOME,
    *,
    once: Annotated[bool, typer.Option("--once", help="Stop after the demonstration.")] = False,
) -> None:
    """Do the same, show what it does, and serve until Ctrl-C."""
    console, directory = Console(), directory.resolve()
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


def down(
    context: typer.Context,
    directory: Directory = HOME,
    *,
    as_json: AsJson = False,  # noqa: ARG001, it is remembered
) -> None:
    """Stop the stack on this machine."""
    console, stopped = options.console(context), stack.down(directory.resolve())
    console.line("Down." if stopped else "Nothing was up.")
    console.document({"stopped": stopped})


def _addresses(running: stack.Stack, directory: Path, console: Console) -> None:
    console.line(f"webhook   {running.webhook_url}")
    console.line(f"AWS       {running.aws_endpoint}")
    console.line(f"Xero      {running.xero_url}")
    console.line(f"bus       {running.bus}")
    console.line(f"keys and names of everything else: {_short(directory / 'stack.json')}")
    if not running.webhook_key:
        command = f"xero-connection connect {option_of(directory)}".rstrip()
        console.line(f"The secrets are empty: `{command}` fills them.")


def _options() -> stack.Options:
    return stack.Options(
        xero_url=os.environ.get("XERO_API_URL", "").rstrip("/") or None,
        identity_url=os.environ.get("XERO_IDENTITY_URL", "").rstrip("/") or None,
    )


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
