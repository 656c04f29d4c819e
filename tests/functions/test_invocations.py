# SPDX-License-Identifier: Apache-2.0
"""Every way of asking: directly, as an event, as a tool; for which organisation, with which key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection import dispatch
from xero_connection.client import Request
from xero_connection.errors import InputError, TenantError, UnknownOperationError
from xero_connection.fields import Input, Output
from xero_connection.operation import Done, Operation

from local.xero import SimulatorConfig
from tests.functions.records import contact, invoice, new_contact
from tests.functions.stack import Context, Stack, token_secret, tool_context

if TYPE_CHECKING:
    from collections.abc import Generator

CREATE = "contacts/create_contact"


def keys(stack: Stack) -> list[str | None]:
    """The idempotency keys of the writes that reached Xero."""
    return [
        one["idempotency_key"] for one in stack.sent(path="/api.xro/") if one["method"] != "GET"
    ]


@pytest.fixture
def two(stack: Stack, request: pytest.FixtureRequest) -> Stack:
    """A stack whose token reaches two organisations."""
    assert stack.xero.config.organisations == 2, request.node.name
    named = [
        {"tenant_id": book.tenant_id, "tenant_name": book.organisation["Name"]}
        for book in stack.xero.books.values()
    ]
    token = stack.consent("accounting.contacts", "accounting.invoices")
    stack.fill(token=token_secret(token, tenants=named))
    stack.xero.log.clear()
    return stack


two_organisations = pytest.mark.parametrize("config", [SimulatorConfig(organisations=2)])


@pytest.mark.promise("one-organisation")
@two_organisations
def test_an_organisation_is_named_by_id_or_exact_name(two: Stack) -> None:
    for book in two.xero.books.values():
        for asked in (book.tenant_id, book.tenant_id.upper(), book.organisation["Name"]):
            answer = two.ask("query", "contacts/list_contacts", tenant_id=asked)
            assert answer["tenant_id"] == book.tenant_id
            assert answer["tenant_name"] == book.organisation["Name"]
            assert two.sent()[-1]["tenant"] == book.tenant_id


@pytest.mark.promise("one-organisation")
@two_organisations
@pytest.mark.parametrize("asked", [None, "Nobody's Books", "*", "c2cc9b6e"])
def test_an_organisation_that_is_not_clear_is_refused_before_anything_is_sent(
    two: Stack, asked: str | None
) -> None:
    named = {"tenant_id": asked} if asked else {}
    with pytest.raises(TenantError) as refused:
        two.ask("action", CREATE, {"contact": contact()}, **named)
    assert refused.value.details["connected"] == list(two.xero.books)
    with pytest.raises(TenantError):
        two.ask("action", CREATE, {"contact": contact()}, dry_run=True, **named)
    assert two.sent() == []


@pytest.mark.promise("one-organisation")
@two_organisations
def test_what_is_written_is_written_to_the_named_one_alone(two: Stack) -> None:
    first, second = two.xero.books.values()
    two.ask("action", CREATE, {"contact": contact()}, tenant_id=second.tenant_id)
    assert second.contact_named("Gannet & Sons")
    assert not first.contact_named("Gannet & Sons")


@pytest.mark.promise("one-organisation")
def test_with_one_organisation_none_needs_to_be_named(stack: Stack) -> None:
    answer = stack.ask("action", CREATE, {"contact": contact()})
    assert answer["tenant_id"] == stack.xero.tenant_id
    with pytest.raises(TenantError):
        stack.ask("action", CREATE, {"contact": contact()}, tenant_id="another")


@pytest.mark.promise("stable-key")
def test_the_callers_key_reaches_xero_and_else_the_invocations_own(stack: Stack) -> None:
    context = Context()
    stack.ask("action", CREATE, {"contact": contact()}, idempotency_key="order-1047")
    event = {"operation": CREATE, "input": {"contact": contact(Name="Second")}}
    stack.invoke("action", event, context)
    assert keys(stack) == ["order-1047", context.aws_request_id]


@pytest.mark.promise("stable-key")
def test_the_same_key_creates_once(stack: Stack) -> None:
    given = {"invoice": invoice()}
    first, second = (
        stack.act("invoices/create_invoice", given, idempotency_key="order-1047")["invoice"]
        for _ in range(2)
    )
    assert first["InvoiceID"] == second["InvoiceID"]


@pytest.mark.promise("stable-key")
def test_each_write_of_a_flow_has_a_key_of_its_own(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice(_: Input) -> Generator[Request, Any, Done]:
        for name in ("One", "Two"):
            yield Request(method="GET", path="/Contacts", query={"page": "1"})
            body = {"Contacts": [{"Name": name}]}
            yield Request(method="PUT", path="/Contacts", body=body)
        return Done(output={})

    class Nothing(Output):
        nothing: None = None

    operation = Operation(id="contacts/two", kind="action", summary="", output=Nothing, flow=twice)
    monkeypatch.setattr(dispatch, "find", lambda _: operation)
    stack.ask("action", "contacts/two", idempotency_key="k")
    first, second = keys(stack)
    assert first == "k"
    assert second not in {"k", None}


@pytest.mark.promise("tool-calls")
def test_a_gateways_tool_call_is_carried_out(stack: Stack) -> None:
    arguments = {"contact": contact(), "idempotency_key": "tool-1", "fields": ["Name"]}
    answer = stack.invoke("action", arguments, tool_context("xero___create_contact"))
    assert answer["output"] == {"contact": {"Name": "Gannet & Sons"}}
    assert keys(stack) == ["tool-1"]
    found = stack.invoke("query", {"name": "Gannet & Sons"}, tool_context("x___find_contact"))
    assert len(found["output"]["contacts"]) == 1
    assert stack.invoke("query", {}, tool_context("list_accounts"))["output"]["accounts"]


@pytest.mark.promise("tool-calls")
@pytest.mark.parametrize(
    ("function", "tool", "arguments", "error"),
    [
        ("action", "xero___create_contact", {"contact": {}}, "InputError"),
        (
            "action",
            "xero___create_contact",
            {"contact": contact(), "on_error": "raise"},
            "InputError",
        ),
        ("action", "xero___create_contact", [1], "InputError"),
        ("action", "xero___create_contact", None, "InputError"),
        ("action", "xero___create_contact", {"contact": contact(), "fields": "Name"}, "InputError"),
        ("action", "xero___make_coffee", {}, "UnknownOperationError"),
        ("query", "xero___create_contact", {"contact": contact()}, "UnknownOperationError"),
    ],
)
def test_a_tool_call_gets_its_error_as_data(
    stack: Stack, function: str, tool: str, arguments: Any, error: str
) -> None:
    answer = stack.invoke(function, arguments, tool_context(tool))
    assert answer["error"]["type"] == error
    assert answer["error"]["advice"]
    assert stack.sent() == []


@pytest.mark.promise("requests")
def test_the_functions_are_targets_of_a_rule_of_the_users(stack: Stack) -> None:
    detail = {"operation": CREATE, "input": {"contact": contact()}, "correlation_id": "o-1"}
    event = {"id": "e-1", "source": "my.shop", "detail-type": "order placed", "detail": detail}
    assert stack.invoke("action", event) == {"accepted": True}
    (seen,) = stack.seen()
    assert (seen["source"], seen["detail-type"]) == ("xero.results", CREATE)
    assert seen["detail"]["correlation_id"] == "o-1"
    assert keys(stack) == ["e-1"]
    listing = {**event, "detail": {"operation": "contacts/list_contacts"}}
    assert stack.invoke("query", listing)["output"]["contacts"]


@pytest.mark.promise("on-error")
def test_an_error_is_raised_with_its_class_and_its_object_as_json(stack: Stack) -> None:
    with pytest.raises(UnknownOperationError) as raised:
        stack.ask("action", "contact/create_contact")
    document = json.loads(str(raised.value))
    assert document.keys() == {
        "type",
        "code",
        "message",
        "retryable",
        "retry_after",
        "details",
        "advice",
    }
    assert document["type"] == type(raised.value).__name__ == "UnknownOperationError"


@pytest.mark.promise("on-error")
@pytest.mark.parametrize(
    "envelope",
    [
        {"operation": "nothing/at_all"},
        {"operation": CREATE, "input": {}},
        {"operation": CREATE, "input": []},
        {"operation": CREATE, "tenant": "x"},
        {"operation": 7},
        {},
    ],
)
def test_an_error_is_returned_if_asked_whatever_is_wrong(
    stack: Stack, envelope: dict[str, Any]
) -> None:
    answer = stack.invoke("action", {**envelope, "on_error": "return"})
    assert answer["error"]["type"] in {"InputError", "UnknownOperationError"}
    assert answer["error"]["message"]
    with pytest.raises((InputError, UnknownOperationError)):
        stack.invoke("action", envelope)


@pytest.mark.promise("typed-input")
@pytest.mark.parametrize(
    "event", [None, [], "contacts", 7, {"detail": 1}, {"Records": []}, {"Records": 1}]
)
def test_an_event_that_asks_for_nothing_does_nothing(stack: Stack, event: Any) -> None:
    if event == {"Records": []}:
        assert stack.invoke("action", event) == {"batchItemFailures": []}
        return
    for function in ("action", "query"):
        with pytest.raises(InputError):
            stack.invoke(function, event)
    assert stack.sent() == []


@pytest.mark.promise("typed-input")
@pytest.mark.parametrize(
    ("operation", "suggestion"),
    [
        ("contacts/creat_contact", "contacts/create_contact"),
        ("contact/create_contact", "contacts/create_contact"),
        ("invoices/create", "invoices/create_bill"),
        ("Invoices/create_invoice", "invoices/create_invoice"),
    ],
)
def test_an_unknown_operation_is_refused_with_the_nearest(
    stack: Stack, operation: str, suggestion: str
) -> None:
    with pytest.raises(UnknownOperationError) as refused:
        stack.ask("action", operation)
    assert suggestion in refused.value.details["suggestions"]


def test_a_trigger_is_not_invoked(stack: Stack) -> None:
    with pytest.raises(UnknownOperationError, match="rule on the bus"):
        stack.ask("action", "contacts/contact_created")


def test_the_function_stays_good_after_an_error(stack: Stack) -> None:
    for _ in range(3):
        with pytest.raises(InputError):
            stack.ask("action", CREATE, {"contact": {"name": "x"}})
    assert new_contact(stack)["Name"] == "Gannet & Sons"
