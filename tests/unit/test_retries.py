# SPDX-License-Identifier: Apache-2.0
"""What each answer means and when a call is made again: never a write without its key."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection import errors
from xero_connection.client import Request, Response, TokenRefusedError
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
from xero_connection.meanings import no_answer, read_answer
from xero_connection.retries import ATTEMPTS, Came, Repeat, decisions, pause_before_retry

READ = Request(method="GET", path="/Invoices")
WRITE = Request(method="PUT", path="/Invoices", headers={"Idempotency-Key": "order-1047"})
WRITE_WITHOUT_KEY = Request(method="POST", path="/Items")
RELIABILITY = Path(__file__).parents[2] / "docs/reliability.md"


def answer(status: int, document: Any = b"", **headers: str) -> Response:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status=status, headers=named, body=body)


def spent(limit: str) -> Response:
    return answer(429, x_rate_limit_problem=limit, retry_after="9")


REFUSED = {"StatusAttributeString": "ERROR", "ValidationErrors": [{"Message": "No."}]}
SCOPE = {"Detail": "AuthorizationUnsuccessful"}
ANSWERS: dict[Came, list[Response]] = {
    Came.MINUTE: [spent("minute"), spent("Minute"), answer(429)],
    Came.DAY: [spent("day"), spent("Daily")],
    Came.APP: [spent("appminute"), spent("app-minute")],
    Came.CONCURRENT: [spent("concurrent")],
    Came.FAILED: [answer(500, {"Message": "An error occurred"}), answer(599)],
    Came.GATEWAY: [answer(502, b"<html>"), answer(504, b"<html>")],
    Came.OFFLINE: [answer(503, b"The organisation is offline"), answer(503, retry_after="9")],
    Came.PENDING: [answer(408), answer(409, {}), answer(425)],
    Came.NOT_IMPLEMENTED: [answer(501)],
    Came.UNREADABLE: [answer(200), answer(200, b" "), answer(200, b"<html>"), answer(201, b"{")],
    Came.REDIRECTED: [answer(302), answer(307, {})],
    Came.TOKEN: [answer(401, {"Detail": "TokenExpired"}), answer(401)],
    Came.SCOPE: [answer(401, SCOPE), answer(403, www_authenticate="insufficient_scope")],
    Came.DISCONNECTED: [answer(403, {"Detail": "AuthenticationUnsuccessful"})],
    Came.NOT_FOUND: [answer(404, b"The resource you're looking for cannot be found")],
    Came.KEY_REUSED: [answer(400, {"Message": "The key is used with a different request."})],
    Came.REFUSED: [answer(400, {"Message": "A validation exception occurred"}), answer(400)],
    Came.OTHERWISE: [answer(412), answer(413, {}), answer(499)],
    Came.ELEMENTS: [answer(200, {"Invoices": [{"InvoiceID": "a"}, REFUSED]})],
}


def met(came: Came, request: Request) -> Iterator[Exception]:
    """Yield what a call raises of which that came."""
    if came in {Came.NO_ANSWER, Came.NOT_CONNECTED}:
        yield no_answer(request, sent=came is Came.NO_ANSWER)
    for one in ANSWERS.get(came, []):
        try:
            read_answer(request, one)
        except (XeroConnectionError, TokenRefusedError) as error:
            yield error


@pytest.mark.parametrize("came", Came, ids=lambda came: came.value.came)
@pytest.mark.promise("error-tree")
@pytest.mark.promise("decisions")
def test_each_line_of_the_table_is_what_is_done(came: Came) -> None:
    (line,) = (one for one in decisions() if one.came == came.value.came)
    for request, meaning, again in (
        (READ, line.read, line.again_read),
        (WRITE, line.write, line.again_with_key),
        (WRITE_WITHOUT_KEY, line.write, line.again_without_key),
    ):
        found = list(met(came, request))
        assert found
        for error in found:
            if isinstance(error, TokenRefusedError):
                # The connection gets a new one, and then says that it is of no use either.
                assert (meaning, again) == ("CredentialError", Repeat.TOKEN)
                continue
            assert isinstance(error, XeroConnectionError)
            assert type(error).__name__ == meaning
            pause = pause_before_retry(request, error, attempt=1, jitter=0.5)
            assert (pause is not None) is (again in {Repeat.TOLD, Repeat.SOON})
            assert again is not Repeat.TOLD or (pause or 0) >= 1


def test_every_error_in_the_table_is_one_of_ours() -> None:
    named = {name for one in decisions() for name in (one.read, one.write)}

    assert all(issubclass(getattr(errors, name), XeroConnectionError) for name in named)


@pytest.mark.promise("decisions")
def test_the_table_stands_in_the_documentation() -> None:
    lines = [
        f"| {one.came} | `{one.read}` | `{one.write}` "
        f"| {one.again_read} | {one.again_with_key} | {one.again_without_key} |"
        for one in decisions()
    ]

    assert "\n".join(lines) in RELIABILITY.read_text("utf-8")


@pytest.mark.parametrize(
    ("error", "attempt", "pause"),
    [
        # an outage: by chance up to one second, and then up to two
        (UnavailableError("Down."), 1, 0.5),
        (UnavailableError("Down."), 2, 1.0),
        (OutcomeUnknownError("Lost."), 1, 0.5),
        # as long as Xero says, and the chance on top
        (UnavailableError("Down.", retry_after=30), 1, 30.5),
        (RateLimitedError("Wait.", retry_after=1), 1, 1.5),
        (RateLimitedError("Wait.", retry_after=60), 2, 61.0),
        (RateLimitedError("Wait."), 1, 0.5),
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
def test_a_pause_is_never_shorter_than_xero_says_and_not_much_longer(
    attempt: int, jitter: float, retry_after: float | None
) -> None:
    for kind in (UnavailableError, RateLimitedError):
        error = kind("Down.", retry_after=retry_after)
        pause = pause_before_retry(READ, error, attempt=attempt, jitter=jitter)
        least = retry_after or 0
        assert pause is None or least <= pause <= least + 8
