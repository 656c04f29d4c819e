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
# Several invocations may go on so; with fewer calls than this left they wait for the next minute.
_MINUTE_LEAST: Final = 10
_LONG_PAUSE_SECONDS: Final = 30.0


def background_pause(remaining: Mapping[str, int]) -> float | None:
    """Return the seconds to wait before the next call in the background, None for not today.

    Args:
        remaining: `minute_remaining` and `day_remaining` as Xero's last answer had them.
    """
    if remaining.get("day_remaining", _DAY_RESERVE) < _DAY_RESERVE:
        return None
    left = remaining.get("minute_remaining", _MINUTE_RESERVE)
    if left < _MINUTE_LEAST:
        return _LONG_PAUSE_SECONDS
    return _PAUSE_SECONDS if left < _MINUTE_RESERVE else 0.0
