# SPDX-License-Identifier: Apache-2.0
"""What an organisation's calls came to: how many were admitted, how close together, what was not.

How many were under way at once is in `places`.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from local.xero.wire import Document

PROBLEMS = ("minute", "day", "concurrent", "appminute")
_MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Usage:
    """The counts of one organisation since they were last started."""

    calls: int = 0
    most_in_a_minute: int = 0
    most_in_sixty_seconds: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    _minute: int = -1
    _in_minute: int = 0
    _recent: deque[datetime] = field(default_factory=deque)

    def admit(self, now: datetime, minute: int) -> None:
        """Count a call that was admitted in a numbered minute of the organisation's own."""
        self.calls += 1
        self._in_minute = self._in_minute + 1 if minute == self._minute else 1
        self._minute = minute
        self._recent.append(now)
        while self._recent[0] <= now - _MINUTE:
            self._recent.popleft()
        self.most_in_a_minute = max(self.most_in_a_minute, self._in_minute)
        self.most_in_sixty_seconds = max(self.most_in_sixty_seconds, len(self._recent))

    def describe(self) -> Document:
        """Return the counts under the names that tests read."""
        return {
            "calls": self.calls,
            "refused": {problem: self.refused[problem] for problem in PROBLEMS},
            "most_in_a_minute": self.most_in_a_minute,
            "most_in_sixty_seconds": self.most_in_sixty_seconds,
        }
