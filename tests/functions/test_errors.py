# SPDX-License-Identifier: Apache-2.0
"""What each failure of Xero's becomes for whoever asked, and what is done about it first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.client import Request
from xero_connection.errors import (
    DisconnectedError,
    IdempotencyError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    ResponseTooLargeError,
    ScopeError,
    UnavailableError,
    ValidationError,
)

from local.xero import Limits, SimulatorConfig
from local.xero.wire import Response
from tests.functions.records import LINE, contact, invoice, new_contact
from tests.functions.stack import Context, Stack, token_secret

if TYPE_CHECKING:
    from tests.functions.conftest import Output

pytestmark = pytest.mark.promise("error-tree")

CREATE = "contacts/create_contact"
LIST = "contacts/list_contacts"
ONE_ATTEMPT, ALL_ATTEMPTS = 1, 3


def named(stack: Stack, name: str) -> list[Any]:
    """The contacts of a name that are in Xero's books."""
    (book,) = stack.xero.books.values()
    return [one for one in book.contacts.values() if one["Name"] == name]


def test_a_refusal_says_xeros_messages_per_element(stack: Stack) -> None:
    lines = [LINE | {"AccountCode": "none"}, LINE | {"TaxType": "NO SUCH"}]
    with pytest.raises(ValidationError) as refused:
        stack.act("invoices/create_invoice", {"invoice": invoice(LineItems=lines)})
    (element,) = refused.value.details["messages"]
    assert element["index"] == 0
    assert len(element["messages"]) == 2
    assert refused.value.retryable is False


def test_a_refusal_is_not_repeated(stack: Stack) -> None:
    new_contact(stack)
    before = len(stack.sent())
    with pytest.raises(ValidationError):
        new_contact(stack)
    assert len(stack.sent()) == before + 1
    assert stack.slept == []


def test_a_record_that_is_not_there_is_not_found(stack: Stack) -> None:
    given = {"contact_id": "00000000-0000-4000-8000-000000000000"}
    with pytest.raises(NotFoundError):
        stack.read("contacts/get_contact", given)
    with pytest.raises(NotFoundError):
        stack.act("contacts/archive_contact", given)


def test_a_missing_scope_is_named(stack: Stack) -> None:
    token = stack.log_in("accounting.contacts.read")
    stack.fill(token=token_secret(token, tenants=[{"tenant_id": stack.xero.tenant_id}]))
    assert stack.read(LIST)["contacts"]
    with pytest.raises(ScopeError) as refused:
        stack.act(CREATE, {"contact": contact()})
    assert refused.value.details["scopes"] == ["accounting.contacts"]
    assert stack.token_calls == []


def test_an_organisation_that_was_disconnected_is_said_to_be(stack: Stack) -> None:
    stack.xero.connections.end_all()
    with pytest.raises(DisconnectedError):
        stack.read(LIST)


@pytest.mark.parametrize(
    ("fault", "limit", "retry_after"),
    [("429-minute:47", "minute", 47), ("429-day:3000", "day", 3000)],
)
def test_a_spent_limit_is_said_with_its_wait_and_not_waited_for(
    stack: Stack, fault: str, limit: str, retry_after: float
) -> None:
    stack.fault(fault)
    with pytest.raises(RateLimitedError) as limited:
        stack.read(LIST)
    assert limited.value.details["limit"] == limit
    assert limited.value.retry_after == retry_after
    assert limited.value.retryable
    assert (len(stack.sent()), stack.slept) == (1, [])


def test_a_limit_that_is_free_again_in_a_moment_is_waited_for(stack: Stack) -> None:
    stack.fault("429-minute:2")
    assert stack.read(LIST)["contacts"]
    (pause,) = stack.slept
    assert 2 <= pause <= 3


def test_a_limit_that_is_used_up_is_known_to_all_and_not_asked_about(stack: Stack) -> None:
    stack.fault("429-minute:50")
    for function, operation, given in (
        ("query", LIST, {}),
        ("query", LIST, {}),
        ("action", CREATE, {"contact": contact()}),
    ):
        with pytest.raises(RateLimitedError) as limited:
            stack.ask(function, operation, given)
        assert limited.value.details["limit"] == "minute"
        # Fifty seconds less what this machine took since.
        assert 20 < (limited.value.retry_after or 0) <= 50
    assert len(stack.sent()) == 1


@pytest.mark.parametrize("config", [SimulatorConfig(limits=Limits(minute=12))])
def test_the_answer_says_what_is_left_of_the_limits(stack: Stack) -> None:
    usage = stack.ask("query", LIST)["usage"]
    assert (usage["minute_remaining"], usage["day_remaining"]) == (11, 4999)
    assert usage["bytes"] > 0


@pytest.mark.parametrize("fault", ["500", "503", "html-error", "cut", "slow:60", "empty"])
def test_a_read_is_repeated_and_then_xero_is_said_to_be_unavailable(
    stack: Stack, fault: str
) -> None:
    stack.fault(fault)
    answer = stack.ask("query", LIST)
    assert answer["output"]["contacts"]
    assert (answer["usage"]["calls"], answer["usage"]["attempts"]) == (1, 2)
    stack.fault(fault, ALL_ATTEMPTS)
    with pytest.raises(UnavailableError) as failed:
        stack.read(LIST)
    assert failed.value.retryable
    assert len(stack.sent()) == 2 + ALL_ATTEMPTS
    assert len(stack.slept) == 3


@pytest.mark.parametrize(
    "fault", ["500", "503", "html-error", "cut", "cut-after", "slow:60", "empty"]
)
def test_a_write_without_an_answer_is_repeated_with_its_key_and_done_once(
    stack: Stack, fault: str
) -> None:
    stack.fault(fault)
    answer = stack.ask("action", CREATE, {"contact": contact()}, idempotency_key="k")
    assert answer["usage"]["attempts"] == 2
    assert [one["idempotency_key"] for one in stack.sent()] == ["k", "k"]
    assert len(named(stack, "Gannet & Sons")) == 1


@pytest.mark.parametrize(
    ("fault", "done"),
    [
        ("cut-after", 1),
        ("cut", 0),
        ("500", 0),
        ("503", 0),
        ("html-error", 0),
        ("slow:60", 1),
        ("empty", 0),
    ],
)
def test_a_write_whose_answer_never_comes_is_said_to_be_unknown(
    stack: Stack, fault: str, done: int
) -> None:
    stack.fault(fault, ALL_ATTEMPTS)
    with pytest.raises(OutcomeUnknownError) as unknown:
        stack.act(CREATE, {"contact": contact()}, idempotency_key="order-1047")
    assert unknown.value.details["idempotency_key"] == "order-1047"
    assert not unknown.value.retryable
    assert len(named(stack, "Gannet & Sons")) == done
    made = stack.act(CREATE, {"contact": contact()}, idempotency_key="order-1047")["contact"]
    assert [one["ContactID"] for one in named(stack, "Gannet & Sons")] == [made["ContactID"]]


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"<html>"', b'{"Contacts": 5}'])
def test_an_answer_of_another_shape_is_no_success(
    stack: Stack, output: Output, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    answer = Response(200, {"Content-Type": "application/json"}, body)
    monkeypatch.setattr(stack.xero, "handle", lambda _: answer)
    given = {"name": "Gannet & Sons"}
    with pytest.raises(UnavailableError):
        stack.read("contacts/find_contact", given)
    with pytest.raises(OutcomeUnknownError) as unknown:
        stack.act("contacts/upsert_contact", {"contact": contact()}, idempotency_key="k")
    assert unknown.value.details["idempotency_key"] == "k"
    assert {line["outcome"] for line in output.lines()} <= {
        "failed",
        "unavailable",
        "outcome_unknown",
    }


def test_an_outcome_that_was_unknown_once_stays_so_whatever_the_repeat_meets(stack: Stack) -> None:
    stack.fault("cut-after")
    stack.fault("429-minute:50")
    with pytest.raises(OutcomeUnknownError):
        stack.act(CREATE, {"contact": contact()})
    assert len(named(stack, "Gannet & Sons")) == 1


def test_a_key_of_another_request_is_refused(stack: Stack) -> None:
    stack.act(CREATE, {"contact": contact()}, idempotency_key="k")
    with pytest.raises(IdempotencyError):
        stack.act(CREATE, {"contact": contact(Name="Other")}, idempotency_key="k")


def test_there_is_no_repeat_that_the_time_left_does_not_allow(stack: Stack) -> None:
    stack.fault("500", ALL_ATTEMPTS)
    event = {"operation": LIST}
    with pytest.raises(UnavailableError):
        stack.invoke("query", event, Context(milliseconds=2_400))
    assert (len(stack.sent()), stack.slept) == (1, [])


@pytest.mark.promise("query-reads-only")
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH", "get"])
def test_nothing_but_get_leaves_the_query_function(stack: Stack, method: str) -> None:
    send = stack.function("query").dispatcher.send
    with pytest.raises(PermissionError):
        send(Request(method=method, path="/Contacts"), token="t", tenant_id=None, timeout=1)
    assert stack.sent() == []


def swell(stack: Stack, text: str, *, of: int) -> None:
    """Have the books' contacts hold so many texts."""
    (book,) = stack.xero.books.values()
    for one in list(book.contacts.values()):
        one["AccountNumber"] = text * (of // len(book.contacts))


@pytest.mark.parametrize("text", ["x", "\N{SNOWMAN}", '"'])
def test_a_list_that_lambda_could_not_return_comes_in_parts(stack: Stack, text: str) -> None:
    swell(stack, text, of=7_000_000 // len(text.encode()))
    asked = {"include_archived": True}
    first = stack.read(LIST, asked)
    assert first["stopped_by"] == "size"
    found, cursor = len(first["contacts"]), first["next_cursor"]
    while cursor:
        part = stack.read(LIST, {**asked, "cursor": cursor})
        found, cursor = found + len(part["contacts"]), part["next_cursor"]
    whole = stack.read(LIST, asked, fields=["Name"])
    assert whole["stopped_by"] is None
    assert found == len(whole["contacts"])


def test_a_record_that_lambda_could_not_return_is_refused_with_advice(stack: Stack) -> None:
    swell(stack, "x", of=7_000_000 * 20)
    with pytest.raises(ResponseTooLargeError) as refused:
        stack.read(LIST)
    assert "fields" in refused.value.advice
    assert stack.read(LIST, fields=["Name"])["contacts"]


def test_an_action_that_is_done_says_so_even_where_its_record_is_too_large(stack: Stack) -> None:
    made = new_contact(stack)
    (book,) = stack.xero.books.values()
    book.contacts[made["ContactID"]]["Website"] = "x" * 7_000_000
    given = {"contact_id": made["ContactID"], "contact": {"FirstName": "Ida"}}
    answer = stack.ask("action", "contacts/update_contact", given)
    assert (answer["output"], answer["output_omitted"]) == ({}, True)
    assert book.contacts[made["ContactID"]]["FirstName"] == "Ida"
