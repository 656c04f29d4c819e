# SPDX-License-Identifier: Apache-2.0
"""Starts the embedded AWS of one directory, with nothing deployed to it yet."""

import os
import secrets
import socket
import string
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.machine import environments, processes
from local.machine.aws import Account

NAME = "emulator"

_START_SECONDS = 60
_PASSED_ON = ("PATH", "LANG", "LC_ALL")


def start(directory: Path, built: environments.Environments) -> Account:
    """Start it on a free port, with keys made up for it; `wait` tells when it answers."""
    account = Account(
        endpoint=f"http://127.0.0.1:{free_port()}",
        access_key_id=_key_id(),
        secret_access_key=secrets.token_urlsafe(30),
    )
    environment = bare_environment(directory) | {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": account.endpoint.rpartition(":")[2],
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": account.region,
        "AUTH": "true",
        # Without it functions with a custom runtime would call the real AWS.
        "AWS_ENDPOINT_URL": account.endpoint,
        "AWS_DEFAULT_REGION": account.region,
        "AWS_ACCESS_KEY_ID": account.access_key_id,
        "AWS_SECRET_ACCESS_KEY": account.secret_access_key,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    script = environments.ROOT / "local" / "machine" / "emulator.py"
    # -P: the folder of the script holds modules that are none of the emulator's business.
    processes.start(directory, NAME, [str(built.emulator), "-P", str(script)], environment)
    return account


def wait(directory: Path, name: str, url: str) -> None:
    """Wait until the process `name` accepts connections at `url`.

    Raises:
        ProcessError: it ended first, or took too long.
    """
    port = int(url.rpartition(":")[2])

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    processes.wait_until(directory, name, answers, _START_SECONDS)


@contextmanager
def running(directory: Path) -> Iterator[Account]:
    """Hold an embedded AWS while the block runs."""
    directory.mkdir(parents=True, exist_ok=True)
    built = environments.prepare(lambda _: None)
    try:
        account = start(directory, built)
        wait(directory, NAME, account.endpoint)
        yield account
    finally:
        processes.stop(directory, NAME)


def bare_environment(directory: Path) -> dict[str, str]:
    """Return what a process may know of the person's environment, which is next to nothing."""
    temporary = directory / "tmp"
    temporary.mkdir(mode=0o700, exist_ok=True)
    return {
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        "HOME": str(temporary),
        "TMPDIR": str(temporary),
        "PYTHONUNBUFFERED": "1",
    }


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _key_id() -> str:
    letters = string.ascii_uppercase + string.digits
    return "AKIA" + "".join(secrets.choice(letters) for _ in range(16))
