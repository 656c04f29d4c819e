# SPDX-License-Identifier: Apache-2.0
"""What the webhook function notes of deliveries, for those who watch: when which signature came.

One row of the table, written seldom and done without where the table is slow or out.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol

from xero_connection.documents import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEY: Final = "event#deliveries"
NO_SIGNATURE: Final = "no signature"
NO_KEY: Final = "no webhook key"
WRONG_SIGNATURE: Final = "wrong signature"

# So often a copy notes the same again. Whoever sends what is not Xero's causes no more than that.
_EVERY_SECONDS: Final = 2.0


class Table(Protocol):
    """Rows that can be done without, as `table.Table` keeps them."""

    def note(
        self, key: str, texts: Mapping[str, str], *, first: str, over: str, until: float
    ) -> None:
        """Set attributes of a row, one of them only where it has none, and remove one."""


class Deliveries:
    """The row about all deliveries; its times are ISO 8601 in UTC, each the last of its kind.

    `genuine_at`: the signature was right, made with the key named in `genuine_key`; `intent_at`:
    and it was an intent to receive.
    `refused_at`: it was not, for `refused_reason`. `wrong_at`: it was signed with another key than
    ours; `wrong_since`: the first of those since one was right. A request without any signature is
    not among them: Xero signs all of its own, so it tells nothing of the key.
    """

    def __init__(
        self,
        table: Table,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take the table, a clock that only goes forward, and the time."""
        self._table = table
        self._clock = clock
        self._now = now
        self._noted: dict[str, float] = {}

    def genuine(self, key: str, *, intent: bool, until: float) -> None:
        """Note that a signature was right.

        Args:
            key: with which it was made. Only a name for it is kept, which tells whoever changes the
                key whether Xero signs with the new one.
            intent: whether it was an intent to receive: no events.
            until: the moment on the clock after which the table is not asked.
        """
        name = key_name(key)
        if self._is_due(f"{'intent' if intent else 'genuine'} {name}"):
            moment = iso(self._now())
            texts = {"genuine_at": moment, "genuine_key": name}
            texts |= {"intent_at": moment} if intent else {}
            self._table.note(KEY, texts, first="", over="wrong_since", until=until)

    def refused(self, reason: str, *, until: float) -> None:
        """Note that a delivery was refused.

        Args:
            reason: one of those above; nothing of the request is kept.
            until: the moment on the clock after which the table is not asked.
        """
        if not self._is_due("refused"):
            return
        # The next right one says that this is over, however shortly before one was noted.
        self._noted = {"refused": self._noted["refused"]}
        moment = iso(self._now())
        texts = {"refused_at": moment, "refused_reason": reason}
        signed = reason != NO_SIGNATURE
        if signed:
            texts |= {"wrong_at": moment, "wrong_since": moment}
        first = "wrong_since" if signed else ""
        self._table.note(KEY, texts, first=first, over="", until=until)

    def _is_due(self, outcome: str) -> bool:
        now = self._clock()
        if now < self._noted.get(outcome, float("-inf")) + _EVERY_SECONDS:
            return False
        self._noted[outcome] = now
        return True


def key_name(key: str) -> str:
    """Return a name for a webhook key from which the key cannot be had."""
    return sha256(key.encode(errors="surrogatepass")).hexdigest()[:16]
