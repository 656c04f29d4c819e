# SPDX-License-Identifier: Apache-2.0
"""Xero's limits: fixed windows per organisation and app, and calls at once.

Rules: https://developer.xero.com/documentation/guides/oauth2/limits/.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from local.xero.wire import Response

if TYPE_CHECKING:
    from datetime import datetime

    from local.xero.config import Limits

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
    busy_until: list[datetime] = field(default_factory=list)


class Limiter:
    """Counts the calls of one app."""

    def __init__(self, limits: Limits) -> None:
        """Start with nothing counted."""
        self._limits = limits
        self._app = _Window(limits.app_minute, MINUTE, 0)
        self._tenants: dict[str, _Tenant] = {}

    def admit(self, tenant_id: str, now: datetime) -> Response | None:
        """Count a call; where a limit is reached return the 429 instead and count nothing."""
        tenant = self._tenant(tenant_id)
        tenant.busy_until = [end for end in tenant.busy_until if end > now]
        if len(tenant.busy_until) >= self._limits.concurrent:
            return _too_many("concurrent", None)
        for problem, window in (
            ("appminute", self._app),
            ("day", tenant.day),
            ("minute", tenant.minute),
        ):
            if not window.remaining(now):
                return _too_many(problem, window.resets_in(now))
        for window in (self._app, tenant.day, tenant.minute):
            window.used += 1
        return None

    def hold(self, tenant_id: str, until: datetime) -> None:
        """Count an admitted call as under way until a time."""
        self._tenant(tenant_id).busy_until.append(until)

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
