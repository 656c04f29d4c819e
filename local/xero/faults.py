# SPDX-License-Identifier: Apache-2.0
"""Failures on demand: by the header x-simulate-fault, or for the requests that a plan meets."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from http import HTTPStatus
from random import Random
from typing import TYPE_CHECKING

from local.xero.replies import refused, text_reply
from local.xero.wire import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.xero.wire import Document, Request


def _broken() -> Response:
    return text_reply(HTTPStatus.INTERNAL_SERVER_ERROR, "An error occurred")


def _offline() -> Response:
    return text_reply(HTTPStatus.SERVICE_UNAVAILABLE, "The service is offline")


_INSTEAD: dict[str, Callable[[], Response]] = {
    "cut": lambda: Response(HTTPStatus.OK, cut=True),
    "500": _broken,
    "503": _offline,
    "expired-token": lambda: refused(
        HTTPStatus.UNAUTHORIZED, "TokenExpired: token expired at 2026-01-01T00:00:00"
    ),
    "html-error": lambda: text_reply(
        HTTPStatus.BAD_GATEWAY, "<html><body>Bad gateway</body></html>", "text/html"
    ),
    "empty": lambda: Response(HTTPStatus.OK, {"Content-Type": "application/json"}),
}
_AFTER: dict[str, Callable[[], Response]] = {"500-after": _broken, "503-after": _offline}
_WITH_SECONDS = ("429-minute", "429-day", "slow")
KINDS = (*_WITH_SECONDS, *_INSTEAD, *_AFTER, "cut-after")
_LONGEST = 3600.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure: `slow` and those after the work spoil the answer, the others replace it all."""

    kind: str = ""
    """Empty where nothing fails."""
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

    @property
    def problem(self) -> str:
        """The limit that a 429 pretends is spent."""
        return self.kind.removeprefix("429-") if self.kind.startswith("429") else ""

    def instead(self) -> Response | None:
        """Return the answer that comes in place of the work."""
        return _INSTEAD[self.kind]() if self.kind in _INSTEAD else None

    def after(self, response: Response) -> Response:
        """Return the answer to work that was done."""
        return _AFTER[self.kind]() if self.kind in _AFTER else response

    def kept(self, response: Response) -> Response:
        """Return the answer that is kept under a key: a 500 of Xero's own is, a 503 is not."""
        return self.after(response) if self.kind == "500-after" else response

    def on_the_way(self, response: Response) -> Response:
        """Return the answer as it travels."""
        slow = (self.seconds or 0.0) if self.kind == "slow" else 0.0
        cut = response.cut or self.kind == "cut-after"
        return replace(response, delay=response.delay + slow, cut=cut)


@dataclass(slots=True)
class _Planned:
    fault: Fault
    method: str
    path: str
    chance: float
    times: int | None
    """How often it is still to come; None until it is cleared."""
    random: Random

    def meets(self, request: Request) -> bool:
        if self.method not in ("", request.method) or self.path not in request.path.lower():
            return False
        return self.random.random() < self.chance


@dataclass(slots=True)
class FaultPlan:
    """The faults that wait for their requests, in the order they were asked for."""

    met: Counter[str] = field(default_factory=Counter)
    """How many requests met each kind."""
    _planned: list[_Planned] = field(default_factory=list)

    def add(self, wish: Document) -> None:
        """Plan a fault from `{"fault", "times", "chance", "seed", "method", "path"}`.

        Path is a part of it. A fault comes once, or so many times; with a chance (over 0, up to
        1) for each request, which the seed decides, it stays until it is cleared.

        Raises:
            ValueError: the fault, or how often it comes, makes no sense.
        """
        times, chance = wish.get("times"), wish.get("chance")
        if times is None and chance is None:
            times = 1
        if times is not None and (not isinstance(times, int) or times < 1):
            raise ValueError("times is a whole number from 1")
        if chance is not None and (
            not isinstance(chance, int | float | Decimal) or not 0 < chance <= 1
        ):
            raise ValueError("chance is a number over 0 and up to 1")
        self._planned.append(
            _Planned(
                Fault.parse(str(wish.get("fault"))),
                str(wish.get("method") or "").upper(),
                str(wish.get("path") or "").lower(),
                1.0 if chance is None else float(chance),
                times,
                Random(str(wish.get("seed"))),  # noqa: S311 - guards nothing
            )
        )

    def clear(self) -> None:
        """Plan nothing more."""
        self._planned.clear()

    def take(self, request: Request) -> Fault:
        """Return the fault that this request is to meet, an empty one where there is none.

        Raises:
            ValueError: the request's header names no fault.
        """
        fault = self._meet(request)
        if fault.kind:
            self.met[fault.kind] += 1
        return fault

    def _meet(self, request: Request) -> Fault:
        if wish := request.header("x-simulate-fault"):
            return Fault.parse(wish)
        for planned in self._planned:
            if not planned.meets(request):
                continue
            if planned.times is not None:
                planned.times -= 1
                if not planned.times:
                    self._planned.remove(planned)
            return planned.fault
        return Fault()
