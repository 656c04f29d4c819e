# SPDX-License-Identifier: Apache-2.0
"""Starting and ending: what fails says why, and nothing of anybody else's is touched."""

import os
import sys
from pathlib import Path

import pytest

from local import processes
from local.console import Console
from local.stack import Options, StackError, up


def test_a_process_that_ends_while_it_starts_says_why(tmp_path: Path) -> None:
    processes.start(tmp_path, "short", [sys.executable, "-c", "exit('no such luck')"], {})

    with pytest.raises(processes.ProcessError, match="no such luck"):
        processes.wait_until(tmp_path, "short", lambda: False, seconds=30)
    processes.stop(tmp_path, "short")


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
