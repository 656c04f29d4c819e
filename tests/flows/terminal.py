# SPDX-License-Identifier: Apache-2.0
"""A command in a pseudo-terminal, and somebody who reads and types there."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Self

from local.machine.environments import ROOT
from tests.flows.commands import PATIENCE_SECONDS

# What follows the command's name is run in a session whose terminal is standard input.
_IN_A_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    " os.execv(sys.argv[1], sys.argv[1:])"
)
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
_PAUSE_SECONDS = 0.02
_TAIL = 1500


class Terminal:
    """One command and what it has shown."""

    def __init__(self, process: subprocess.Popen[bytes], keyboard: int) -> None:
        """Take the process and the other end of its terminal."""
        self.process = process
        self.shown = ""
        """Everything, without colours."""
        self.raw = b""
        """The same with them."""
        self._keyboard = keyboard
        self._read = 0

    def wait_for(self, text: str) -> str:
        """Wait for a text after the last one that was waited for; return what came until then."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := self.shown.find(text, self._read)) < 0:
            assert time.monotonic() < deadline, self._tail
            assert self._look() or self.process.poll() is None, self._tail
        before, self._read = self._read, found + len(text)
        return self.shown[before : self._read]

    def type(self, text: str = "") -> Self:
        """Type a line."""
        os.write(self._keyboard, text.encode() + b"\n")
        return self

    def type_hidden(self, text: str = "") -> Self:
        """Type a line as soon as the terminal shows nothing of what is typed."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while termios.tcgetattr(self._keyboard)[3] & termios.ECHO:
            assert time.monotonic() < deadline, self.shown
            time.sleep(_PAUSE_SECONDS)
        return self.type(text)

    def interrupt(self) -> Self:
        """Press Ctrl-C."""
        os.write(self._keyboard, b"\x03")
        return self

    def end(self) -> int:
        """Read to the end and return the exit status."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._look() or self.process.poll() is None:
            assert time.monotonic() < deadline, self._tail
        return self.process.wait()

    @property
    def said(self) -> str:
        """Everything in words with one blank between, wherever the terminal's lines ended."""
        return " ".join(self.shown.split())

    @property
    def _tail(self) -> str:
        return self.shown[-_TAIL:]

    def _look(self) -> bool:
        """Read what is there, and return whether anything was."""
        if not select.select([self._keyboard], [], [], 0.1)[0]:
            return False
        try:
            come = os.read(self._keyboard, 65_536)
        except OSError:
            # Linux's way of saying that nobody has the terminal open any more.
            return False
        self.raw += come
        self.shown = _ESCAPES.sub("", self.raw.decode("utf-8", "replace"))
        return bool(come)


@contextmanager
def running(words: Sequence[str], environment: Mapping[str, str]) -> Iterator[Terminal]:
    """Hold `xero-connection` with some words in a terminal while the block runs."""
    keyboard, screen = pty.openpty()
    termios.tcsetwinsize(screen, (50, 160))
    command = [sys.executable, "-m", "local", *words]
    process = subprocess.Popen(
        [sys.executable, "-c", _IN_A_TERMINAL, *command],
        cwd=ROOT,
        env={**environment, "TERM": "xterm"},
        stdin=screen,
        stdout=screen,
        stderr=screen,
        start_new_session=True,
    )
    os.close(screen)
    try:
        yield Terminal(process, keyboard)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(keyboard)
