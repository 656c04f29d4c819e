# SPDX-License-Identifier: Apache-2.0
"""When a call to Xero is made again: the one place that decides it, without waiting itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xero_connection.errors import OutcomeUnknownError, RateLimitedError, UnavailableError

if TYPE_CHECKING:
    from xero_connection.client import Request
    from xero_connection.errors import XeroConnectionError

ATTEMPTS: Final = 3
"""How often one call is made at the most."""

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 8.0


def pause_before_retry(
    request: Request, error: XeroConnectionError, *, attempt: int, jitter: float
) -> float | None:
    """Return the seconds to wait before the call is made again, or None to give up.

    A GET may always be made again. A write only with its idempotency key: inside Xero's six
    minutes the same key makes Xero answer what it answered, or would have, the first time.

    Args:
        request: the call that failed.
        error: what its failure means.
        attempt: how many times it has been made, from 1.
        jitter: a random number from 0 to 1, so that copies do not retry in step.
    """
    if attempt >= ATTEMPTS or (request.writes and "Idempotency-Key" not in request.headers):
        return None
    if isinstance(error, RateLimitedError):
        # A spent minute is told to the caller: whoever waits here holds a Lambda for it.
        pause = error.retry_after or _FIRST_PAUSE
        return pause + jitter if pause <= _LONGEST_PAUSE else None
    if isinstance(error, UnavailableError | OutcomeUnknownError):
        pause = _FIRST_PAUSE * 2.0 ** (attempt - 1)
        return min(pause, _LONGEST_PAUSE) * (0.5 + jitter / 2)
    return None
