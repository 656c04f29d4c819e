# SPDX-License-Identifier: Apache-2.0
"""Which calls are under way, per organisation: from their arrival until their answer has left."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(slots=True)
class Place:
    """One call; it is under way as long as nobody has said until when."""

    granted: bool
    """False where as many as Xero takes at once were under way already."""
    until: datetime | None = None


class Places:
    """The calls under way. Has a lock of its own, since calls that wait for their turn count."""

    def __init__(self, at_once: int) -> None:
        """Grant so many places at once to each organisation."""
        self._at_once = at_once
        self._lock = threading.Lock()
        self._taken: defaultdict[str, list[Place]] = defaultdict(list)
        self._most: defaultdict[str, int] = defaultdict(int)

    def take(self, tenant_id: str, now: datetime) -> Place:
        """Count a call as under way, whether or not it is granted a place."""
        with self._lock:
            taken = [one for one in self._taken[tenant_id] if one.until is None or one.until > now]
            place = Place(granted=sum(one.granted for one in taken) < self._at_once)
            self._taken[tenant_id] = [*taken, place]
            self._most[tenant_id] = max(self._most[tenant_id], len(taken) + 1)
            return place

    def most(self, tenant_id: str) -> int:
        """Return how many were under way at the same time at the most."""
        return self._most[tenant_id]

    def start_counting(self, now: datetime) -> None:
        """Forget the most there were, other than those under way now."""
        with self._lock:
            for tenant_id, taken in self._taken.items():
                self._most[tenant_id] = sum(one.until is None or one.until > now for one in taken)
