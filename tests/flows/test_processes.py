# SPDX-License-Identifier: Apache-2.0
"""Starting and ending: what fails says why, and nothing of anybody else's is touched."""

import os
import stat
import sys
from pathlib import Path

import pytest

from local.console import Console
from local.machine import embedded, private, processes
from local.machine.stack import Options, StackError, up


def test_a_process_that_ends_while_it_starts_says_why(tmp_path: Path) -> None:
    processes.start(tmp_path, "short", [sys.executable, "-c", "exit('no such luck')"], {})

    with pytest.raises(processes.ProcessError, match="no such luck"):
        processes.wait_until(tmp_path, "short", lambda: False, seconds=30)
    processes.stop(tmp_path, "short")


@pytest.mark.promise("connect-secrets")
def test_what_is_kept_is_its_owners_alone_whatever_the_umask_is(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    for old in ("stack.partial", "logs/short.log"):
        (tmp_path / old).touch(mode=0o644)
    before = os.umask(0)
    try:
        private.write_json(tmp_path / "stack.json", {})
        environment = embedded.bare_environment(tmp_path)
        with processes.alone(tmp_path / "lock"):
            processes.start(tmp_path, "short", [sys.executable, "-c", ""], environment)
    finally:
        os.umask(before)

    kept = {path: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    files = {path.name: mode for path, mode in kept.items() if path.is_file()}
    processes.stop(tmp_path, "short")
    assert files == dict.fromkeys(("stack.json", "lock", "short", "short.log"), 0o600)
    assert kept[tmp_path / "tmp"] == 0o700


def test_a_stale_pid_file_is_not_taken_for_a_process(tmp_path: Path) -> None:
    stale = tmp_path / "pids" / "stale"
    stale.parent.mkdir()
    stale.write_text(str(os.getpid()))

    assert processes.pid(tmp_path, "stale") is None
    assert processes.stop(tmp_path, "stale") is False


def test_a_running_process_is_found_and_ended(tmp_path: Path) -> None:
    processes.start(tmp_path, "long", [sys.executable, "-c", "import time; time.sleep(600)"], {})

    assert processes.pid(tmp_path, "long") is not None
    assert processes.stop(tmp_path, "long") is True
    assert processes.pid(tmp_path, "long") is None


def test_a_stack_that_cannot_start_leaves_nothing_running(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="unknown settings: nonsense"):
        up(tmp_path, Options(simulated={"nonsense": True}), Console(quiet=True))

    assert not any(processes.pid(tmp_path, name) for name in processes.started(tmp_path))
    assert not (tmp_path / "stack.json").exists()
