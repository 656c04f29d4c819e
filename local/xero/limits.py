# SPDX-License-Identifier: Apache-2.0
"""Xero's limits: fixed windows per organisation and app. How many are under way is in `places`.

Rules: https://developer.xero.com/documentation/guides/oauth2/limits/.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from local.xero.usage import Usage
from local.xero.wire import Response

if TYPE_CHECKING:
    from datetime import datetime

    from local.xero.config import Limits
    from local.xero.wire import Document

MINUTE = 60
DAY = 86_400


@dataclass(slots=True)
class _Window:
    """A count that starts anew every so many seconds, at a moment of its own."""

    allowed: int
    seconds: int
    offset: int
    number: int = -1
    used: int = 0

    def remaining(self, now: datetime) -> int:
        number = int(self._elapsed(now) // self.seconds)
        if number != self.number:
            self.number, self.used = number, 0
        return max(0, self.allowed - self.used)

    def resets_in(self, now: datetime) -> int:
        return math.ceil(self.seconds - self._elapsed(now) % self.seconds)

    def _elapsed(self, now: datetime) -> float:
        return now.timestamp() + self.offset


@dataclass(slots=True)
class _Tenant:
    minute: _Window
    day: _Window
    usage: Usage = field(default_factory=Usage)


class Limiter:
    """Counts the calls of one app."""

    def __init__(self, limits: Limits) -> None:
        """Start with nothing counted."""
        self._limits = limits
        self._app = _Window(limits.app_minute, MINUTE, 0)
        self._tenants: dict[str, _Tenant] = {}

    def admit(self, tenant_id: str, now: datetime, *, placed: bool = True) -> Response | None:
        """Count a call; where a limit is reached return the 429 instead and count nothing.

        `placed` says that fewer calls were under way than may be.
        """
        tenant = self._tenant(tenant_id)
        if not placed:
            tenant.usage.refused["concurrent"] += 1
            return _too_many("concurrent", None)
        for problem, window in self._windows(tenant).items():
            if not window.remaining(now):
                tenant.usage.refused[problem] += 1
                return _too_many(problem, window.resets_in(now))
        for window in self._windows(tenant).values():
            window.used += 1
        tenant.usage.admit(now, tenant.minute.number)
        return None

    def spend(self, tenant_id: str, wish: Document, now: datetime) -> Document:
        """Have so many calls count as made, by `minute_used`, `day_used`, `appminute_used`.

        Returns all three, and in how many seconds each starts anew.

        Raises:
            ValueError: a count is not a whole number.
        """
        windows = self._windows(self._tenant(tenant_id))
        for problem, window in windows.items():
            used = wish.get(f"{problem}_used", 0)
            if not isinstance(used, int) or used < 0:
                raise ValueError(f"{problem}_used is a whole number from 0")
            window.remaining(now)
        for problem, window in windows.items():
            window.used = wish.get(f"{problem}_used", window.used)
        return {
            **{f"{problem}_used": window.used for problem, window in windows.items()},
            **{f"{problem}_resets_in": one.resets_in(now) for problem, one in windows.items()},
        }

    def usage(self, tenant_id: str) -> Document:
        """Return what the organisation's calls came to since the counts were started."""
        return self._tenant(tenant_id).usage.describe()

    def start_counting(self) -> None:
        """Start the counts of what calls came to anew; what is left of the limits stays."""
        for tenant in self._tenants.values():
            tenant.usage = Usage()

    def headers(self, tenant_id: str, now: datetime) -> dict[str, str]:
        """Return the headers that tell what is left."""
        tenant = self._tenant(tenant_id)
        return {
            "X-DayLimit-Remaining": str(tenant.day.remaining(now)),
            "X-MinLimit-Remaining": str(tenant.minute.remaining(now)),
            "X-AppMinLimit-Remaining": str(self._app.remaining(now)),
        }

    def pretend(
        self, tenant_id: str, problem: str, seconds: float | None, now: datetime
    ) -> Response:
        """Return the 429 of a spent minute or day, to be waited out for so many seconds."""
        tenant = self._tenant(tenant_id)
        window = tenant.day if problem == "day" else tenant.minute
        response = _too_many(problem, window.resets_in(now) if seconds is None else int(seconds))
        spent = "X-DayLimit-Remaining" if problem == "day" else "X-MinLimit-Remaining"
        headers = {**self.headers(tenant_id, now), **response.headers, spent: "0"}
        return replace(response, headers=headers)

    def _windows(self, tenant: _Tenant) -> dict[str, _Window]:
        return {"appminute": self._app, "day": tenant.day, "minute": tenant.minute}

    def _tenant(self, tenant_id: str) -> _Tenant:
        if tenant_id not in self._tenants:
            # Each organisation's windows start at other times.
            offset = zlib.crc32(tenant_id.encode())
            self._tenants[tenant_id] = _Tenant(
                _Window(self._limits.minute, MINUTE, offset % MINUTE),
                _Window(self._limits.day, DAY, offset % DAY),
            )
        return self._tenants[tenant_id]


def _too_many(problem: str, retry_after: int | None) -> Response:
    """Answer 429; Xero gives no time to wait for the concurrent limit."""
    headers = {"X-Rate-Limit-Problem": problem}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return Response(HTTPStatus.TOO_MANY_REQUESTS, headers)
