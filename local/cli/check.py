# SPDX-License-Identifier: Apache-2.0
"""`check`: whether everything is as it should be, and what to do where it is not."""

from collections import Counter
from dataclasses import asdict

import typer

from local.checks.gathering import gather
from local.checks.table import judged, shown
from local.cli import options
from local.deployed import find


def check(
    context: typer.Context,
    stack: options.StackName = None,
    directory: options.Directory = options.HOME,
    *,
    as_json: options.AsJson = False,  # noqa: ARG001, it is remembered
) -> None:
    """Look at everything: stack, secrets, token, organisations, scopes, webhook, queues, limits.

    The exit status is 1 where something fails. No secret is shown.
    """
    console, place = options.console(context), find(stack, directory)
    with console.step(f"Looking at {place.name}"):
        lines = judged(gather(place))
    console.table(shown(lines))
    counts = Counter(one.status for one in lines)
    console.line(", ".join(f"{count} {status}" for status, count in counts.items()))
    console.document([asdict(one) for one in lines])
    if counts["fail"]:
        raise typer.Exit(1)
