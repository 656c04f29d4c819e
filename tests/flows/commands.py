# SPDX-License-Identifier: Apache-2.0
"""Runs the commands in a process of their own, without a terminal; with one, see `terminal`."""

import os
import subprocess
import sys
from collections.abc import Callable

from local.machine.environments import ROOT
from local.machine.stack import Stack

PATIENCE_SECONDS = 60

Command = subprocess.CompletedProcess[str]
Run = Callable[..., Command]


def bare() -> dict[str, str]:
    """Return the environment of a person who has no AWS."""
    return {name: value for name, value in os.environ.items() if "AWS" not in name}


def environment(stack: Stack) -> dict[str, str]:
    """Return the environment of a person whose AWS is the stack's."""
    return bare() | {
        "AWS_ENDPOINT_URL": stack.aws_endpoint,
        "AWS_ACCESS_KEY_ID": stack.aws_access_key_id,
        "AWS_SECRET_ACCESS_KEY": stack.aws_secret_access_key,
        "AWS_REGION": stack.region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def run_command(
    variables: dict[str, str], *words: str, typed: int = subprocess.DEVNULL, given: str = ""
) -> Command:
    """Return a command that has ended; `given` is its standard input, or `typed` a file of it."""
    source = {"input": given} if given else {"stdin": typed}
    return subprocess.run(
        [sys.executable, "-m", "local", *words],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        **source,
    )


def refused(command: Command) -> str:
    """Return the one line in which a command says why it did nothing."""
    assert command.returncode == 1, command.stdout + command.stderr
    return command.stderr.splitlines()[-1]
