# SPDX-License-Identifier: Apache-2.0
"""One log line and one metric for each thing asked of a function, with names that are fixed here.

No value that opens a door or names a person is among them.
"""

from __future__ import annotations

from traceback import extract_tb
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS: Final = frozenset(
    {
        "bytes",
        "calls",
        "correlation_id",
        "attempts",
        "duration_ms",
        "events",
        "missed",
        "operation",
        "outcome",
        "parked",
        "reason",
        "repeated",
        "request_id",
        "resource",
        "tenant_id",
    }
)
"""All that a line may say beside Powertools' own keys."""


class Observer:
    """A function's log and metrics."""

    def __init__(self, function: str) -> None:
        """Name the function; service and namespace come from Powertools' own variables."""
        self._function = function
        self._logger = Logger(location=None)
        self._metrics = Metrics()

    def record(self, *, failed: bool = False, **fields: str | float | None) -> None:
        """Write the line and count the outcome.

        Raises:
            ValueError: a field is not on the list.
        """
        if unknown := fields.keys() - FIELDS:
            raise ValueError(f"not a field of the log: {', '.join(sorted(unknown))}")
        said = {name: value for name, value in fields.items() if value is not None}
        write = self._logger.warning if failed else self._logger.info
        write(self._function, extra=said)
        self._metrics.add_metric(name="Handled", unit=MetricUnit.Count, value=1)
        self._metrics.add_dimension("function", self._function)
        for name in ("operation", "outcome"):
            if name in said:
                self._metrics.add_dimension(name, str(said[name]))
        self._metrics.flush_metrics()

    def problems(self, present: Mapping[str, bool]) -> None:
        """Write the metric of each problem, 1 where it is there: the template's alarms read it."""
        for name, there in present.items():
            self._metrics.add_metric(name="Problems", unit=MetricUnit.Count, value=int(there))
            self._metrics.add_dimension("problem", name)
            self._metrics.flush_metrics()

    def failure(self, error: Exception) -> None:
        """Write down an exception that nobody foresaw: its class and place, not its text."""
        self.record(failed=True, outcome="failed", reason=place_of(error))


def place_of(error: Exception) -> str:
    """Return an exception's class, and where in this package it came from; never its text."""
    name, frames = type(error).__name__, extract_tb(error.__traceback__)
    places = [one for one in frames if __package__ in one.filename] or frames
    if not places:
        return name
    return f"{name} at {places[-1].filename.rpartition('/')[2]}:{places[-1].lineno}"
