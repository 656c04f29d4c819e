# SPDX-License-Identifier: Apache-2.0
"""`make soak`: one of the trials, on a stack of its own with a front before its AWS.

It ends with 1 where something happened that must not.
"""

import argparse
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from local.console import Console
from local.machine.aws import Account
from local.machine.aws_front import AwsFront, serving
from local.machine.stack import Options, running
from local.soak import burst, requests, webhooks

_ROOMY = {"minute": 100_000, "concurrent": 50, "day": 1_000_000, "app_minute": 1_000_000}
_TRIALS = {"webhooks": webhooks, "requests": requests, "burst": burst}


def main() -> int:
    """Run the trial that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m local.soak", description=__doc__)
    trials = parser.add_subparsers(dest="trial", required=True, metavar="trial")
    for name, trial in _TRIALS.items():
        own = trials.add_parser(name, help=(trial.__doc__ or "").partition("\n")[0])
        own.add_argument("--seed", type=int, default=1)
        trial.arguments(own)
    told = parser.parse_args()
    # So that the stack is stopped too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console()
    with ExitStack() as cleanup:
        fronts: list[AwsFront] = []

        def between(account: Account) -> str:
            fronts.append(cleanup.enter_context(serving(account)))
            return fronts[0].url

        directory = Path(cleanup.enter_context(tempfile.TemporaryDirectory()))
        # The limits are the subject of one trial only.
        xero = {"latency": told.latency} if told.trial == "burst" else {"limits": _ROOMY}
        options = Options(simulated=xero, between=between)
        with console.step("Stack"):
            stack = cleanup.enter_context(running(directory, options))
        wrong = _TRIALS[told.trial].soak(stack, fronts[0], console, told)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
