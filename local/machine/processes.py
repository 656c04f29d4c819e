# SPDX-License-Identifier: Apache-2.0
"""Starts the stack's processes in the background, finds them again and ends only them.

Each process holds a lock on its own pid file as long as it lives, so a pid that the system has
given to somebody else in the meantime is never mistaken for ours.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from local.machine import private

_TAIL_LINES = 25
_STOP_SECONDS = 10

# Children of this very process have to be waited for, or they stay as zombies.
_children: dict[int, subprocess.Popen[bytes]] = {}


class ProcessError(Exception):
    """A process ended, or did not get ready in time; the message holds the end of its log."""


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock file while the block runs, after waiting for whoever else holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def start(
    directory: Path, name: str, command: Sequence[str], environment: Mapping[str, str]
) -> None:
    """Start `command` in the background, its output in `directory`/logs/`name`.log."""
    pid_file = _pid_file(directory, name)
    pid_file.parent.mkdir(parents=True, exist_ok=True)
    log = log_file(directory, name)
    log.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(pid_file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with os.fdopen(private.create(log), "wb") as output:
            process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(lock,),
            )
        _children[process.pid] = process
        os.truncate(lock, 0)
        os.write(lock, str(process.pid).encode())
    finally:
        os.close(lock)


def started(directory: Path) -> list[str]:
    """Return the names of the processes that were started and not stopped, alive or not."""
    return sorted(path.name for path in (directory / "pids").glob("*"))


def pid(directory: Path, name: str) -> int | None:
    """Return the process's id while it lives."""
    try:
        lock = os.open(_pid_file(directory, name), os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return int(os.read(lock, 32))
    else:
        return None
    finally:
        os.close(lock)


def wait_until(directory: Path, name: str, ready: Callable[[], bool], seconds: float) -> None:
    """Wait until `ready` says so.

    Raises:
        ProcessError: the process ended first, or the time was up.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        if pid(directory, name) is None:
            raise ProcessError(f"{name} ended while it started:\n{tail(directory, name)}")
        if time.monotonic() > deadline:
            raise ProcessError(
                f"{name} was not ready after {seconds:g} s:\n{tail(directory, name)}"
            )
        time.sleep(0.05)


def stop(directory: Path, name: str) -> bool:
    """End the process and what it started; return whether it was there."""
    found = pid(directory, name)
    if found is None:
        _forget_ended()
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(found, number)
        except ProcessLookupError:
            break
        if _gone(directory, name):
            break
    child = _children.pop(found, None)
    if child is not None:
        child.wait()
    _pid_file(directory, name).unlink(missing_ok=True)
    return True


def _forget_ended() -> None:
    for number, child in list(_children.items()):
        if child.poll() is not None:
            del _children[number]


def tail(directory: Path, name: str) -> str:
    """Return the last lines of the process's log."""
    lines = log_file(directory, name).read_text(errors="replace").splitlines()
    return "\n".join(lines[-_TAIL_LINES:])


def log_file(directory: Path, name: str) -> Path:
    """Return where the process's output goes."""
    return directory / "logs" / f"{name}.log"


def _pid_file(directory: Path, name: str) -> Path:
    return directory / "pids" / name


def _gone(directory: Path, name: str) -> bool:
    deadline = time.monotonic() + _STOP_SECONDS
    while pid(directory, name) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
