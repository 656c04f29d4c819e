# SPDX-License-Identifier: Apache-2.0
"""The long trials in short: each counts by itself what must not happen, and says so."""

import subprocess
import sys

import pytest

_SECONDS = 240


def trial(*arguments: str) -> str:
    """Run a trial as `make soak` does, and return what it printed."""
    command = [sys.executable, "-m", "local.soak", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.promise("once-under-faults")
def test_invoices_and_payments_asked_for_by_events_are_there_once_whatever_fails() -> None:
    printed = trial("requests", "--invoices", "15", "--payments", "15", "--short")
    assert _figure(printed, "results") == _figure(printed, "requests") == 30


@pytest.mark.promise("shared-limits")
def test_a_burst_keeps_to_xeros_limits_and_leaves_people_their_part() -> None:
    # So that without a count of all copies there would be seven at once, and with it three.
    line = ("--queries", "30", "--at-once", "15", "--latency", "0.5")
    printed = trial("burst", "--requests", "10", *line)
    assert _figure(printed, "queries without an answer") == 0


def _figure(printed: str, name: str) -> int:
    """Return a figure of the count that a trial ends with."""
    (line,) = [one for one in printed.splitlines() if one.strip().startswith(f"{name}  ")]
    return int(line.split()[-1].replace(",", ""))
