# SPDX-License-Identifier: Apache-2.0
"""Xero as one thing to call: tokens that end, failing answers, writes that must not double."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.booking import Ticket
from xero_connection.client import NoAnswerError, Request, Response
from xero_connection.connection import Connection, TokenSource
from xero_connection.errors import (
    CredentialError,
    DisconnectedError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    TenantError,
    UnavailableError,
    ValidationError,
    XeroConnectionError,
)
from xero_connection.held import fingerprint
from xero_connection.lessons import Said
from xero_connection.limits import BACKGROUND, PEOPLE, App, Row, Share
from xero_connection.tokens import Tenant

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
READ = Request(method="GET", path="/Invoices")
WRITE = Request(method="PUT", path="/Invoices", headers={"Idempotency-Key": "order-1047"})


def secret_text(token: str, *, minutes: float = 30, **more: Any) -> str:
    expires_at = (NOW + timedelta(minutes=minutes)).isoformat()
    return json.dumps({"access_token": token, "expires_at": expires_at} | more)


class Secrets:
    """TokenSecret: what memory has, what Secrets Manager has, and how often each was asked."""

    def __init__(self, kept: str, now: str | None = None) -> None:
        """Take the text in memory, and the text behind it where that is another."""
        self.name = "the-token-secret"
        self.kept = kept
        self.now = kept if now is None else now
        self.fresh_reads = 0

    def read(self, *, fresh: bool = False) -> str:
        """Return the secret's text."""
        if fresh:
            self.fresh_reads += 1
            self.kept = self.now
        return self.kept


class Renewal:
    """The token function: puts the next text into the secret, or fails."""

    def __init__(self, secrets: Secrets, outcome: str | Exception = "") -> None:
        """Take what it writes, or how it fails."""
        self.secrets = secrets
        self.outcome = outcome
        self.asked: list[str | None] = []
        self.within = 0.0

    def __call__(self, refused: str | None, within: float) -> None:
        """Carry it out."""
        self.asked.append(refused)
        self.within = within
        if isinstance(self.outcome, Exception):
            raise self.outcome
        self.secrets.now = self.outcome or self.secrets.now


def source(secrets: Secrets, renewal: Renewal | None = None) -> TokenSource:
    return TokenSource(secrets, refresh=renewal or Renewal(secrets), now=lambda: NOW)


class Xero:
    """Answers calls in order; a number is a status, an exception is raised."""

    def __init__(self, *script: Any) -> None:
        """Take the answers; the last goes on for ever."""
        self.script = list(script)
        self.tokens: list[str] = []
        self.tenants: list[str | None] = []
        self.timeouts: list[float] = []
        self.requests: list[Request] = []

    def __call__(
        self, request: Request, *, token: str, tenant_id: str | None, timeout: float
    ) -> Response:
        """Answer."""
        self.requests.append(request)
        self.tokens.append(token)
        self.tenants.append(tenant_id)
        self.timeouts.append(timeout)
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, Exception):
            raise step
        if isinstance(step, Response):
            return step
        return answered(step)


def answered(status: int, document: Any = None, **headers: str) -> Response:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status=status, headers=named, body=json.dumps(document or {}).encode())


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        """Begin at nought."""
        self.now = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Go forward."""
        self.pauses.append(seconds)
        self.now += seconds


def connect(
    xero: Xero,
    *,
    tokens: TokenSource | None = None,
    seconds: float = 25,
    time: Time | None = None,
    budget: Any = None,
    share: Share = PEOPLE,
) -> Connection:
    time = time or Time()
    return Connection(
        tokens=tokens or source(Secrets(secret_text("a-token"))),
        send=xero,
        deadline=seconds,
        budget=budget,
        share=share,
        clock=lambda: time.now,
        sleep=time.sleep,
    )


def call(xero: Xero, request: Request = READ, **how: Any) -> Any:
    return connect(xero, **how).call(request, tenant_id="c2cc9b6e")


# The token that lasts


@pytest.mark.promise("token-reread")
def test_a_token_that_lasts_is_used_from_memory() -> None:
    secrets = Secrets(secret_text("a-token"))

    assert source(secrets).current().access_token == "a-token"
    assert secrets.fresh_reads == 0


@pytest.mark.parametrize(
    "kept",
    [
        # used up, not there yet, or since corrected by its owner
        secret_text("old", minutes=0.4),
        "{}",
        "a-token-without-json",
    ],
)
@pytest.mark.promise("token-reread")
def test_a_token_of_no_use_is_read_again_before_a_new_one_is_asked_for(kept: str) -> None:
    secrets = Secrets(kept, now=secret_text("new"))
    renewal = Renewal(secrets)

    assert source(secrets, renewal).current().access_token == "new"
    assert renewal.asked == []


@pytest.mark.parametrize(
    ("text", "had_one"), [("{}", False), (secret_text("old", minutes=-1), True)]
)
@pytest.mark.promise("token-reread")
def test_a_new_token_is_asked_for_where_the_secret_has_none(text: str, had_one: bool) -> None:
    secrets = Secrets(text)
    renewal = Renewal(secrets, secret_text("new"))

    assert source(secrets, renewal).current().access_token == "new"
    assert [refused is not None for refused in renewal.asked] == [had_one]
    assert "old" not in str(renewal.asked)


@pytest.mark.parametrize("left_behind", ["{}", secret_text("old", minutes=0)])
@pytest.mark.promise("empty-secrets")
def test_where_there_is_still_none_the_secret_is_named(left_behind: str) -> None:
    secrets = Secrets("{}")

    with pytest.raises(CredentialError, match="the-token-secret"):
        source(secrets, Renewal(secrets, left_behind)).current()


@pytest.mark.promise("empty-secrets")
def test_why_there_is_no_new_token_is_said_by_the_token_function() -> None:
    secrets = Secrets("{}")
    renewal = Renewal(secrets, CredentialError("Put a credential there."))

    with pytest.raises(CredentialError, match=r"Put a credential there\."):
        source(secrets, renewal).current()


def test_peeking_asks_for_nothing() -> None:
    secrets = Secrets("{}", now=secret_text("new"))
    renewal = Renewal(secrets)

    assert source(secrets, renewal).peek() is None
    assert (secrets.fresh_reads, renewal.asked) == (0, [])


# The token that Xero refuses


@pytest.mark.promise("token-reread")
def test_a_refused_token_is_read_again_and_the_call_repeated_once() -> None:
    secrets = Secrets(secret_text("old"), now=secret_text("new"))
    renewal = Renewal(secrets)
    xero = Xero(401, 200)

    call(xero, tokens=source(secrets, renewal))
    assert xero.tokens == ["old", "new"]
    assert renewal.asked == []


@pytest.mark.parametrize("behind", [secret_text("old"), secret_text("new", minutes=0), "{}"])
@pytest.mark.promise("token-reread")
def test_a_refused_token_is_renewed_where_the_secret_has_no_better(behind: str) -> None:
    secrets = Secrets(secret_text("old"), now=behind)
    renewal = Renewal(secrets, secret_text("newest"))
    xero = Xero(401, 200)

    call(xero, WRITE, tokens=source(secrets, renewal))
    assert xero.tokens == ["old", "newest"]
    assert len(renewal.asked) == 1


@pytest.mark.promise("token-reread")
def test_a_token_read_again_that_is_refused_too_is_renewed() -> None:
    secrets = Secrets(secret_text("old"), now=secret_text("new"))
    renewal = Renewal(secrets, secret_text("newest"))
    xero = Xero(401, 401, 200)

    call(xero, tokens=source(secrets, renewal))
    assert xero.tokens == ["old", "new", "newest"]
    assert renewal.asked == [fingerprint("new")]


@pytest.mark.promise("token-reread")
def test_a_new_token_that_is_refused_too_is_the_owners_affair() -> None:
    secrets = Secrets(secret_text("old"))
    renewal = Renewal(secrets, secret_text("new"))
    xero = Xero(401)

    with pytest.raises(CredentialError):
        call(xero, tokens=source(secrets, renewal))
    assert xero.tokens == ["old", "new"]


# Calls made again


def raised(xero: Xero, request: Request, **how: Any) -> XeroConnectionError:
    with pytest.raises(XeroConnectionError) as caught:
        call(xero, request, **how)
    return caught.value


LOST, NOT_SENT = NoAnswerError(sent=True), NoAnswerError(sent=False)


@pytest.mark.parametrize("request_", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("failure", [500, 502, 503, LOST, NOT_SENT])
def test_a_passing_failure_is_not_noticed(request_: Request, failure: Any) -> None:
    time = Time()
    xero = Xero(failure, failure, answered(200, {"Invoices": [1]}))

    assert call(xero, request_, time=time) == {"Invoices": [1]}
    assert len(xero.requests) == 3
    assert 0 <= time.pauses[0] <= 1
    assert 0 <= time.pauses[1] <= 2


@pytest.mark.promise("stable-key")
def test_every_attempt_of_a_write_carries_the_same_key() -> None:
    xero = Xero(LOST, 500, 200)

    call(xero, WRITE)
    assert {one.headers["Idempotency-Key"] for one in xero.requests} == {"order-1047"}


@pytest.mark.parametrize("failure", [500, LOST, NOT_SENT])
@pytest.mark.promise("stable-key")
def test_a_write_without_a_key_is_made_once(failure: Any) -> None:
    xero = Xero(failure)

    raised(xero, Request(method="POST", path="/Items"))
    assert len(xero.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind"), [(400, ValidationError), (403, DisconnectedError), (404, NotFoundError)]
)
def test_what_will_not_change_is_not_asked_again(
    status: int, kind: type[XeroConnectionError]
) -> None:
    xero = Xero(status)

    assert type(raised(xero, READ)) is kind
    assert len(xero.requests) == 1


REFUSED = {"ValidationErrors": [{"Message": "No."}]}
LIMITED = answered(429, x_rate_limit_problem="minute", retry_after="60")


@pytest.mark.parametrize(
    "script",
    [
        # a write whose answer was lost, and then the repeat of it fails in any way that
        # says nothing about the first
        (LOST, NOT_SENT),
        (500, 503),
        (LOST, LIMITED),
        (LOST, 403),
        (LOST, 401),
        (LOST, LOST, LOST),
        (503, NOT_SENT),
        (503, LIMITED),
        (NOT_SENT, LOST, NOT_SENT),
        # nor do those who stand before Xero
        (LOST, 400),
        (LOST, 404),
        (LOST, 413),
    ],
)
@pytest.mark.promise("error-tree")
def test_a_write_that_may_have_been_done_is_never_said_to_have_changed_nothing(
    script: tuple[Any, ...],
) -> None:
    assert isinstance(raised(Xero(*script), WRITE), OutcomeUnknownError)


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        # what Xero answers to the repeat is its answer to the first, by the key
        ((LOST, answered(400, {"Message": "No."})), ValidationError),
        ((LOST, answered(200, {"Elements": [REFUSED]})), ValidationError),
        # nothing was lost
        ((NOT_SENT, NOT_SENT), UnavailableError),
        ((NOT_SENT, LIMITED), RateLimitedError),
        ((NOT_SENT, 501), ValidationError),
    ],
)
@pytest.mark.promise("error-tree")
def test_a_write_whose_outcome_is_known_is_said_to_have_it(
    script: tuple[Any, ...], kind: type[XeroConnectionError]
) -> None:
    assert type(raised(Xero(*script), WRITE)) is kind


FAILURES = st.sampled_from([500, 503, 429, 400, 403, LOST, NOT_SENT, LIMITED])


@given(st.lists(FAILURES, min_size=1, max_size=6))
@pytest.mark.promise("error-tree")
def test_whatever_xero_does_a_possible_write_is_not_called_a_temporary_failure(
    script: list[Any],
) -> None:
    xero = Xero(*script)
    error = raised(xero, WRITE)

    happened = [*script, *[script[-1]] * 3][: len(xero.requests)]
    if any(step in (500, 503, LOST) for step in happened):
        assert not error.retryable


# Time


@pytest.mark.parametrize(("seconds", "attempts"), [(25, 3), (0.5, 1), (0, 1), (-5, 1)])
def test_no_attempt_is_begun_that_could_not_end(seconds: float, attempts: int) -> None:
    xero = Xero(503)

    raised(xero, READ, seconds=seconds)
    assert len(xero.requests) <= attempts


@pytest.mark.parametrize(("seconds", "timeout"), [(60, 20), (7, 7), (0, 0.5), (-5, 0.5)])
def test_an_answer_is_waited_for_as_long_as_there_is_time(seconds: float, timeout: float) -> None:
    xero = Xero(200)

    call(xero, seconds=seconds)
    assert xero.timeouts == [timeout]


@pytest.mark.parametrize("request_", [READ, WRITE], ids=["read", "write"])
def test_a_spent_minute_is_waited_for_where_there_is_time(request_: Request) -> None:
    time = Time()

    call(Xero(LIMITED, 200), request_, seconds=900, time=time)
    (pause,) = time.pauses
    assert 60 <= pause <= 61


def test_a_spent_minute_is_told_where_there_is_no_time_for_it() -> None:
    time = Time()

    assert raised(Xero(LIMITED), READ, seconds=25, time=time).retry_after == 60
    assert time.pauses == []


# The organisation's budget


class Budget:
    """Lets calls wait, or refuses them, and notes what it is told."""

    def __init__(self, wait: float = 0, *, known: bool = True) -> None:
        """Take how long a call has to wait, and whether anything is known at all."""
        self.wait = wait
        self.known = known
        self.asked: list[tuple[str, Share, float]] = []
        self.told: list[Said] = []

    def enter(self, tenant_id: str, share: Share, *, patience: float) -> Ticket | None:
        """Let a call begin."""
        self.asked.append((tenant_id, share, patience))
        if self.wait > patience:
            raise RateLimitedError("Wait.", retry_after=self.wait, details={"limit": "minute"})
        if not self.known:
            return None
        return Ticket(tenant_id=tenant_id, start=0, row=Row(), app=App())

    def leave(self, ticket: Ticket, told: Said) -> None:
        """Note what was said."""
        assert ticket.tenant_id == "c2cc9b6e"
        self.told.append(told)

    def left(self, tenant_id: str) -> dict[str, int]:
        """Be asked by nobody here."""
        raise AssertionError(tenant_id)


@pytest.mark.promise("shared-limits")
def test_each_attempt_has_its_place_and_its_answer_is_learned_from() -> None:
    budget = Budget()
    answer = answered(200, x_minlimit_remaining="57")
    call(Xero(LOST, NOT_SENT, answer), budget=budget, share=BACKGROUND)

    assert [(tenant, share) for tenant, share, _ in budget.asked] == [("c2cc9b6e", BACKGROUND)] * 3
    # An attempt that Xero never got says nothing.
    assert budget.told == [Said(), Said(minute=57)]


@pytest.mark.promise("shared-limits")
def test_a_call_without_a_place_is_not_made_and_leaves_time_for_an_answer() -> None:
    budget, xero = Budget(wait=22), Xero(200)

    error = raised(xero, WRITE, budget=budget, seconds=25)
    assert isinstance(error, RateLimitedError)
    assert error.details == {"limit": "minute"}
    assert xero.requests == []
    assert [patience for _, _, patience in budget.asked] == [21]


@pytest.mark.promise("shared-limits")
def test_where_nothing_is_known_of_the_limits_calls_are_made_all_the_same() -> None:
    budget = Budget(known=False)
    call(Xero(200), budget=budget)

    assert budget.told == []


def test_what_is_asked_of_no_organisation_has_no_part_in_its_limits() -> None:
    budget = Budget()
    connection = connect(Xero(200), budget=budget)
    connection.call(READ, tenant_id=None)
    connection.call(replace(READ, api="identity"), tenant_id="c2cc9b6e")

    assert budget.asked == []


def test_a_place_that_is_refused_after_a_lost_write_leaves_it_unknown() -> None:
    class Closing(Budget):
        def leave(self, ticket: Ticket, told: Said) -> None:
            super().leave(ticket, told)
            self.wait = 60

    assert isinstance(raised(Xero(LOST), WRITE, budget=Closing()), OutcomeUnknownError)


# What it cost


def test_usage_counts_calls_attempts_and_bytes_and_says_what_is_left() -> None:
    answer = answered(200, {"a": 1}, x_minlimit_remaining="57", x_daylimit_remaining="4950")
    connection = connect(Xero(NOT_SENT, 503, answer))
    connection.call(READ, tenant_id=None)
    connection.call(READ, tenant_id=None)

    assert connection.usage.as_dict() == {
        "calls": 2,
        "attempts": 4,
        "bytes": 2 + 2 * len(answer.body),
        "minute_remaining": 57,
        "day_remaining": 4950,
    }


# The organisation


TENANT = {"tenant_id": "c2cc9b6e", "tenant_name": "Demo Company"}


@pytest.mark.promise("one-organisation")
def test_the_organisation_is_one_that_the_token_reaches() -> None:
    tokens = source(Secrets(secret_text("a", tenants=[TENANT])))
    xero = Xero(200)
    connection = connect(xero, tokens=tokens)

    assert connection.tenant("Demo Company") == connection.tenant(None) == Tenant(**TENANT)
    assert xero.requests == []
    with pytest.raises(TenantError):
        connection.tenant("8be9db36")


@pytest.mark.parametrize("tenants", [{}, {"tenants": []}, {"tenants": None}])
@pytest.mark.promise("own-token")
def test_xero_is_asked_what_a_token_of_a_persons_own_reaches(tenants: dict[str, Any]) -> None:
    listing = [{"tenantId": "c2cc9b6e", "tenantType": "ORGANISATION", "tenantName": "Demo Company"}]
    xero = Xero(answered(200, listing))
    connection = connect(xero, tokens=source(Secrets(secret_text("a", **tenants))))

    assert connection.tenant(None) == Tenant(**TENANT)
    assert [(one.method, one.path, one.api) for one in xero.requests] == [
        ("GET", "/connections", "identity")
    ]
    assert xero.tenants == [None]


def test_the_defaults_are_the_real_clock_and_no_one_else_is_asked() -> None:
    later = datetime.now(UTC) + timedelta(minutes=5)
    secrets = Secrets(json.dumps({"access_token": "a", "expires_at": later.isoformat()}))
    never = Renewal(secrets, AssertionError())

    assert TokenSource(secrets, refresh=never).current().access_token == "a"


# What the token reaches


def reaching(xero: Xero, **more: Any) -> Connection:
    return connect(xero, tokens=source(Secrets(secret_text("a-token", **more))))


def test_the_organisations_are_those_that_the_token_names() -> None:
    xero = Xero(500)
    named = [{"tenant_id": "a", "tenant_name": "A"}, {"tenant_id": "b", "tenant_name": "B"}]

    assert [one.tenant_id for one in reaching(xero, tenants=named).tenants()] == ["a", "b"]
    assert xero.requests == []


@pytest.mark.promise("own-token")
def test_the_organisations_of_a_token_that_names_none_are_asked_for() -> None:
    listed = [
        {"tenantId": "a", "tenantName": "A", "tenantType": "ORGANISATION"},
        {"tenantId": "p", "tenantName": "P", "tenantType": "PRACTICE"},
    ]
    xero = Xero(answered(200, listed))

    assert [one.tenant_id for one in reaching(xero).tenants()] == ["a"]
    assert [(one.path, one.api) for one in xero.requests] == [("/connections", "identity")]


def test_a_token_without_any_organisation_reaches_none() -> None:
    assert reaching(Xero(Response(status=200, headers={}, body=b"[]"))).tenants() == ()


@pytest.mark.parametrize("body", [b"5", b"[5]", b"[null]", b'{"a": 1}', b"null", b'"a"'])
def test_a_list_of_organisations_that_is_none_is_an_outage(body: bytes) -> None:
    xero = Xero(Response(status=200, headers={}, body=body))
    with pytest.raises(UnavailableError):
        reaching(xero).tenants()


@pytest.mark.parametrize(
    ("granted", "may"),
    [
        # what the token does not say is left to Xero
        (None, True),
        ([], True),
        ("", True),
        (["accounting.invoices.read"], True),
        (["offline_access", "accounting.invoices"], True),
        ("accounting.invoices accounting.contacts", True),
        (["accounting.contacts.read"], False),
        (["accounting.invoices.read.not"], False),
    ],
)
def test_a_token_may_do_what_one_of_its_scopes_is_for(granted: Any, may: bool) -> None:
    wanted = ("accounting.invoices.read", "accounting.invoices")

    assert reaching(Xero(500), scopes=granted).may(wanted) is may


@pytest.mark.promise("unknown-settled")
@pytest.mark.parametrize("failure", [500, LOST])
def test_what_a_repeat_does_not_find_any_more_was_deleted_before(failure: Any) -> None:
    xero = Xero(failure, 404)

    assert call(xero, Request(method="DELETE", path="/Items/1")) == {}
    assert len(xero.requests) == 2


@pytest.mark.promise("error-tree")
def test_what_was_never_there_to_be_deleted_is_not_found() -> None:
    xero = Xero(404)

    assert isinstance(raised(xero, Request(method="DELETE", path="/Items/1")), NotFoundError)
    assert len(xero.requests) == 1


def test_a_new_token_is_waited_for_no_longer_than_the_call_is_of_use() -> None:
    secrets = Secrets(secret_text("old"))
    renewal = Renewal(secrets, secret_text("new"))

    connect(Xero(401, 200), tokens=source(secrets, renewal), seconds=7).call(READ, tenant_id=None)
    assert renewal.within == 7
