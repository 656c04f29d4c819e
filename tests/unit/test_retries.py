# SPDX-License-Identifier: Apache-2.0
"""When a call is made again: never a write without its key, never for long, never for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.client import Request
from xero_connection.errors import (
    CredentialError,
    DisconnectedError,
    IdempotencyError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    ScopeError,
    TenantError,
    UnavailableError,
    ValidationError,
    XeroConnectionError,
)
from xero_connection.retries import ATTEMPTS, pause_before_retry

READ = Request(method="GET", path="/Invoices")
WRITE = Request(method="PUT", path="/Invoices", headers={"Idempotency-Key": "order-1047"})
WRITE_WITHOUT_KEY = Request(method="DELETE", path="/Items/1")


@pytest.mark.parametrize(
    ("error", "attempt", "pause"),
    [
        # an outage: half of 0.5 s and then of 1 s, and as much again by chance
        (UnavailableError("Down."), 1, 0.375),
        (UnavailableError("Down."), 2, 0.75),
        (OutcomeUnknownError("Lost."), 1, 0.375),
        # a limit: as long as Xero says, and the chance on top
        (RateLimitedError("Wait.", retry_after=1), 1, 1.5),
        (RateLimitedError("Wait.", retry_after=8), 1, 8.5),
        (RateLimitedError("Wait."), 1, 1.0),
        (RateLimitedError("Wait.", retry_after=0), 1, 1.0),
        # but not a whole minute, for which somebody pays
        (RateLimitedError("Wait.", retry_after=9), 1, None),
        (RateLimitedError("Wait.", retry_after=60), 1, None),
        # the last attempt is the last
        (UnavailableError("Down."), ATTEMPTS, None),
        (RateLimitedError("Wait.", retry_after=1), ATTEMPTS, None),
        # nothing changes by asking again
        (ValidationError("No."), 1, None),
        (IdempotencyError("No."), 1, None),
        (NotFoundError("No."), 1, None),
        (TenantError("No."), 1, None),
        (ScopeError("No."), 1, None),
        (CredentialError("No."), 1, None),
        (DisconnectedError("No."), 1, None),
    ],
)
@pytest.mark.parametrize("request_", [READ, WRITE], ids=["read", "write with its key"])
def test_the_pause_before_the_next_attempt(
    request_: Request, error: XeroConnectionError, attempt: int, pause: float | None
) -> None:
    assert pause_before_retry(request_, error, attempt=attempt, jitter=0.5) == pause


@given(
    st.sampled_from([UnavailableError, OutcomeUnknownError, RateLimitedError]),
    st.integers(1, 10),
    st.floats(0, 1),
)
@pytest.mark.promise("stable-key")
def test_a_write_without_a_key_is_never_made_again(
    kind: type[XeroConnectionError], attempt: int, jitter: float
) -> None:
    error = kind("Down.", retry_after=1)

    assert pause_before_retry(WRITE_WITHOUT_KEY, error, attempt=attempt, jitter=jitter) is None


@given(st.integers(1, 1000), st.floats(0, 1), st.none() | st.floats(0, 1e9))
def test_a_pause_is_never_negative_and_never_long(
    attempt: int, jitter: float, retry_after: float | None
) -> None:
    for kind in (UnavailableError, RateLimitedError):
        error = kind("Down.", retry_after=retry_after)
        pause = pause_before_retry(READ, error, attempt=attempt, jitter=jitter)
        assert pause is None or 0 < pause <= 9
