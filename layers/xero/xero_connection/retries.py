# SPDX-License-Identifier: Apache-2.0
"""What each answer of Xero's means, and when a call is made again: the one place that decides it.

Reading an answer is left to `client`, waiting to `connection`. docs/reliability.md shows the table.
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from xero_connection.errors import (
    CredentialError,
    DisconnectedError,
    IdempotencyError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    ScopeError,
    UnavailableError,
    ValidationError,
    XeroConnectionError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xero_connection.client import Request

ATTEMPTS: Final = 3
"""How often one call is made at the most."""

_FIRST_CEILING: Final = 1.0
_LONGEST_CEILING: Final = 8.0


class Meaning(NamedTuple):
    """Something that can come of a call, and the errors that it is."""

    came: str
    read: type[XeroConnectionError]
    """Where the call was a GET."""
    write: type[XeroConnectionError]
    """Where it was anything else."""


class Came(Enum):
    """All that can come of a call beside the document that was asked for."""

    MINUTE = Meaning("429, minute", RateLimitedError, RateLimitedError)
    DAY = Meaning("429, day", RateLimitedError, RateLimitedError)
    APP = Meaning("429, the app's minute", RateLimitedError, RateLimitedError)
    CONCURRENT = Meaning("429, too many at once", RateLimitedError, RateLimitedError)
    FAILED = Meaning("500, any other 5xx", UnavailableError, OutcomeUnknownError)
    GATEWAY = Meaning("502 or 504, HTML", UnavailableError, OutcomeUnknownError)
    # A gateway may say so after the write was done.
    OFFLINE = Meaning("503", UnavailableError, OutcomeUnknownError)
    # None of them says what became of an earlier one with the same key.
    PENDING = Meaning("408, 409 or 425", UnavailableError, OutcomeUnknownError)
    NOT_IMPLEMENTED = Meaning("501", ValidationError, ValidationError)
    NO_ANSWER = Meaning("no answer in time, or cut", UnavailableError, OutcomeUnknownError)
    NOT_CONNECTED = Meaning("never connected", UnavailableError, UnavailableError)
    UNREADABLE = Meaning("200, empty or unreadable", UnavailableError, OutcomeUnknownError)
    REDIRECTED = Meaning("3xx", UnavailableError, OutcomeUnknownError)
    TOKEN = Meaning("401, the token", CredentialError, CredentialError)
    SCOPE = Meaning("401 or 403, the scope", ScopeError, ScopeError)
    DISCONNECTED = Meaning("403, the organisation", DisconnectedError, DisconnectedError)
    NOT_FOUND = Meaning("404, plain text", NotFoundError, NotFoundError)
    KEY_REUSED = Meaning("400, the key of another request", IdempotencyError, IdempotencyError)
    REFUSED = Meaning("400", ValidationError, ValidationError)
    OTHERWISE = Meaning("412, any other 4xx", ValidationError, ValidationError)
    ELEMENTS = Meaning("200, errors of its elements", ValidationError, ValidationError)

    def error(self, *, writes: bool) -> type[XeroConnectionError]:
        """Return the error that it is for a call."""
        return self.value.write if writes else self.value.read


class Repeat(StrEnum):
    """What is done before a caller is told of an error."""

    TOLD = "after the wait that Xero names"
    SOON = "soon"
    TOKEN = "once, with a new token"  # noqa: S105 - words for a person
    NEVER = "no"


REPEATS: Final[Mapping[type[XeroConnectionError], Repeat]] = {
    RateLimitedError: Repeat.TOLD,
    UnavailableError: Repeat.SOON,
    # Inside Xero's six minutes the same key makes Xero answer what it answered, or would have,
    # the first time.
    OutcomeUnknownError: Repeat.SOON,
    CredentialError: Repeat.TOKEN,
}
"""What is done about an error of a GET, or of a write with its idempotency key; else nothing."""

_WITHOUT_KEY: Final = {Repeat.TOKEN}
"""What is done for a write without a key too: there Xero has not looked at it."""


def is_answer(error: XeroConnectionError) -> bool:
    """Return whether an error is Xero's answer to a write whenever it was sent with its key.

    What else refuses a repeat, such as a gateway, says nothing of what was sent before.
    """
    return isinstance(error, ValidationError) and "messages" in error.details


def is_gone_already(request: Request, error: XeroConnectionError) -> bool:
    """Return whether what a repeat was to delete is not there any more: an earlier try did it."""
    return request.method == "DELETE" and isinstance(error, NotFoundError)


class Decision(NamedTuple):
    """A row of the table: what came, what it means, and whether the call is made again."""

    came: str
    read: str
    write: str
    again_read: Repeat
    again_with_key: Repeat
    again_without_key: Repeat


def decisions() -> Iterator[Decision]:
    """Yield the whole table."""
    for came in Came:
        of_read, of_write = (
            REPEATS.get(came.error(writes=writes), Repeat.NEVER) for writes in (False, True)
        )
        yield Decision(
            came=came.value.came,
            read=came.value.read.__name__,
            write=came.value.write.__name__,
            again_read=of_read,
            again_with_key=of_write,
            again_without_key=of_write if of_write in _WITHOUT_KEY else Repeat.NEVER,
        )


def pause_before_retry(
    request: Request, error: XeroConnectionError, *, attempt: int, jitter: float
) -> float | None:
    """Return the seconds to wait before the call is made again, or None to give up.

    A new token is another matter: that is no repeat of a call that Xero has looked at.

    Args:
        request: the call that failed.
        error: what its failure means.
        attempt: how many times it has been made, from 1.
        jitter: a random number from 0 to 1, so that copies do not retry in step.
    """
    if attempt >= ATTEMPTS or (request.keyed and "Idempotency-Key" not in request.headers):
        return None
    repeat = REPEATS.get(type(error), Repeat.NEVER)
    if repeat not in {Repeat.TOLD, Repeat.SOON}:
        return None
    ceiling = min(_LONGEST_CEILING, _FIRST_CEILING * 2.0 ** (attempt - 1))
    return (error.retry_after or 0.0) + jitter * ceiling
