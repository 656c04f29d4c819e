# SPDX-License-Identifier: Apache-2.0
"""Failures on demand: by the header x-simulate-fault, or for the next requests that match."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.xero.wire import Document, Request

KINDS = (
    "429-minute",
    "429-day",
    "500",
    "503",
    "slow",
    "cut",
    "cut-after",
    "expired-token",
    "html-error",
    "empty",
)
_WITH_SECONDS = ("429-minute", "429-day", "slow")
_LONGEST = 3600.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure: `slow` and `cut-after` spoil the answer, the others come instead of the work."""

    kind: str
    seconds: float | None = None
    """How slow, or the Retry-After of a 429."""

    @classmethod
    def parse(cls, text: str) -> Fault:
        """Read a kind, for some with seconds: `cut-after`, `slow:2.5`, `429-minute:3`.

        Raises:
            ValueError: there is no such fault.
        """
        kind, colon, seconds = text.strip().partition(":")
        if kind not in KINDS or (colon and kind not in _WITH_SECONDS):
            raise ValueError(f"a fault is one of {', '.join(KINDS)}")
        if not colon:
            if kind == "slow":
                raise ValueError("slow needs its seconds, as in slow:2.5")
            return cls(kind)
        value = float(seconds)
        if not 0 <= value <= _LONGEST:
            raise ValueError(f"seconds from 0 to {_LONGEST:g}")
        return cls(kind, value)


@dataclass(slots=True)
class _Planned:
    fault: Fault
    times: int
    method: str
    path: str

    def matches(self, request: Request) -> bool:
        return self.method in ("", request.method) and self.path.lower() in request.path.lower()


@dataclass(slots=True)
class FaultPlan:
    """The faults that wait for their requests, in the order they were asked for."""

    _planned: list[_Planned] = field(default_factory=list)

    def add(self, wish: Document) -> None:
        """Plan a fault from `{"fault", "times", "method", "path"}`; path is a part of it.

        Raises:
            ValueError: the fault or the number of times makes no sense.
        """
        times = wish.get("times", 1)
        if not isinstance(times, int) or times < 1:
            raise ValueError("times is a whole number from 1")
        self._planned.append(
            _Planned(
                Fault.parse(str(wish.get("fault"))),
                times,
                str(wish.get("method") or "").upper(),
                str(wish.get("path") or ""),
            )
        )

    def clear(self) -> None:
        """Plan nothing more."""
        self._planned.clear()

    def take(self, request: Request) -> Fault | None:
        """Return the fault that this request is to meet.

        Raises:
            ValueError: the request's header names no fault.
        """
        if wish := request.header("x-simulate-fault"):
            return Fault.parse(wish)
        for planned in self._planned:
            if planned.matches(request):
                planned.times -= 1
                if not planned.times:
                    self._planned.remove(planned)
                return planned.fault
        return None
