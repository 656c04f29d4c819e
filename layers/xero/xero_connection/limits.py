# SPDX-License-Identifier: Apache-2.0
"""What work in the background leaves of an organisation's limits to people and agents.

https://developer.xero.com/documentation/guides/oauth2/limits
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# Of 60 calls a minute, and of the 1,000 a day that the smallest plan has.
_MINUTE_RESERVE: Final = 20
_DAY_RESERVE: Final = 100
_PAUSE_SECONDS: Final = 5.0


def background_pause(remaining: Mapping[str, int]) -> float | None:
    """Return the seconds to wait before the next call in the background, None for not today.

    Args:
        remaining: `minute_remaining` and `day_remaining` as Xero's last answer had them.
    """
    if remaining.get("day_remaining", _DAY_RESERVE) < _DAY_RESERVE:
        return None
    low = remaining.get("minute_remaining", _MINUTE_RESERVE) < _MINUTE_RESERVE
    return _PAUSE_SECONDS if low else 0.0
