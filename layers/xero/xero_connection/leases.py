# SPDX-License-Identifier: Apache-2.0
"""Work that one invocation has at a time: a row of the table stands for the turn."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PAUSE: Final = 0.5


class Leases(Protocol):
    """Turns, as `rows.Rows` gives them."""

    def take(self, key: str, *, owner: str, seconds: float) -> bool:
        """Return whether the turn is the owner's."""

    def give_back(self, key: str, *, owner: str) -> None:
        """End the owner's turn."""


@contextmanager
def turn(
    leases: Leases,
    key: str,
    *,
    owner: str,
    end: float,
    patience: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
    keeps: Callable[[], bool] = lambda: False,
) -> Iterator[bool]:
    """Tell whether a turn is the owner's, who waits a while for it.

    It ends with the block; that of an invocation which was ended, when its time would have been up.

    Args:
        leases: where turns are kept.
        key: of the turn.
        owner: whoever wants it.
        end: the moment on the clock at which the invocation ends.
        patience: seconds to wait for it.
        clock: seconds.
        sleep: waits so many of them.
        keeps: tells at the end of the block whether the turn goes on, until its time is up.

    Raises:
        UnavailableError: nobody can tell.
    """
    waits_until = clock() + patience
    while not leases.take(key, owner=owner, seconds=end - clock()):
        if clock() >= waits_until:
            yield False
            return
        sleep(_PAUSE)
    try:
        yield True
    finally:
        if not keeps():
            leases.give_back(key, owner=owner)
