# SPDX-License-Identifier: Apache-2.0
"""Runs the commands as a person does: in a process of their own, with or without a terminal."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from local.environments import ROOT
from local.stack import Stack

PATIENCE_SECONDS = 60

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

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


class Terminal:
    """A terminal in which a command runs."""

    def __init__(self, process: subprocess.Popen[bytes], keyboard: int) -> None:
        """Watch a process by the other end of its terminal."""
        self.process = process
        self.said = ""
        self._keyboard = keyboard

    @property
    def text(self) -> str:
        """What has been said, without its colours."""
        return _COLOUR.sub("", self.said)

    def wait_for(self, text: str) -> None:
        """Read until a text has been said."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in self.text:
            assert time.monotonic() < deadline, self.said
            assert self._read(), self.said

    def type(self, text: str) -> None:
        """Type a text."""
        os.write(self._keyboard, text.encode())

    def end(self) -> int:
        """Read to the end, and return the exit status."""
        while self._read():
            pass
        return self.process.wait(PATIENCE_SECONDS)

    def _read(self) -> bool:
        """Read what is said next, and return whether there was something to come."""
        ready, _, _ = select.select([self._keyboard], [], [], PATIENCE_SECONDS)
        assert ready, self.said
        try:
            said = os.read(self._keyboard, 65_536)
        except OSError:
            # Linux says so when the last who had the terminal is gone.
            said = b""
        self.said += said.decode(errors="replace").replace("\r\n", "\n")
        return bool(said)


@contextmanager
def terminal(variables: dict[str, str], *words: str) -> Iterator[Terminal]:
    """Run a command in a terminal while the block runs."""
    keyboard, screen = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "local", *words],
        cwd=ROOT,
        env=variables | {"TERM": "xterm-256color", "COLUMNS": "160"},
        stdin=screen,
        stdout=screen,
        stderr=screen,
        start_new_session=True,
    )
    os.close(screen)
    try:
        yield Terminal(process, keyboard)
    finally:
        process.kill()
        process.wait()
        os.close(keyboard)
