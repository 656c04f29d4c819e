# SPDX-License-Identifier: Apache-2.0
"""Work that overlaps in virtual time: one thread runs at a time, and only sleeping changes which.

What happens depends on nothing but the work itself, so a run can be had again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from threading import Semaphore, Thread

from tests.unit.books import Clock


@dataclass
class _Strand:
    go: Semaphore = field(default_factory=lambda: Semaphore(0))
    error: BaseException | None = None


@dataclass
class Timeline(Clock):
    """A clock whose sleepers take turns."""

    def __post_init__(self) -> None:
        """Begin with nothing to do."""
        self._waiting: list[tuple[float, int, _Strand]] = []
        self._count = 0
        self._current = _Strand()
        self._back = Semaphore(0)

    def start(self, work: Callable[[], None], *, at: float) -> None:
        """Have something done from a moment on."""
        strand = _Strand()

        def run() -> None:
            strand.go.acquire()
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - raised again where all is waited for
                strand.error = error
            self._back.release()

        self._wait(strand, at)
        Thread(target=run, daemon=True).start()

    def sleep(self, seconds: float) -> None:
        """Let others go on until so many seconds have passed."""
        until = self.now + seconds
        if not self._waiting or self._waiting[0][0] > until:
            self.now = until
            return
        strand = self._current
        self._wait(strand, until)
        self._back.release()
        strand.go.acquire()

    def run(self) -> None:
        """Do all, and raise what any of it has raised."""
        while self._waiting:
            self.now, _, self._current = heappop(self._waiting)
            self._current.go.release()
            self._back.acquire()
            if self._current.error:
                raise self._current.error

    def _wait(self, strand: _Strand, until: float) -> None:
        self._count += 1
        heappush(self._waiting, (until, self._count, strand))
