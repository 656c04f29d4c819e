# SPDX-License-Identifier: Apache-2.0
"""What a function is asked for, in every form, and what is said of a wrong one."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.catalogue import find
from xero_connection.errors import InputError
from xero_connection.fields import Document, Input
from xero_connection.invocation import (
    ENVELOPE_OF_TOOLS,
    Invocation,
    check_fields,
    correlation_of,
    read_input,
    read_invocation,
    read_tool_call,
    requested_operation,
)
from xero_connection.operation import Operation

CREATE = find("invoices/create_invoice")
LIST = find("invoices/list_invoices")
REQUEST = {
    "id": "7bf73129-1428-4cd3-a780-95db273d1602",
    "source": "xero.requests",
    "detail-type": "invoices/void_invoice",
    "detail": {"input": {"invoice_id": "a"}, "correlation_id": "order-1047"},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def problems(event: Any) -> list[dict[str, str]]:
    with pytest.raises(InputError) as caught:
        read_invocation(event, key="the-request-id")
    found: list[dict[str, str]] = caught.value.details["problems"]
    return found


def input_problems(operation_id: str, given: dict[str, Any]) -> list[dict[str, str]]:
    with pytest.raises(InputError) as caught:
        read_input(find(operation_id), given)
    found: list[dict[str, str]] = caught.value.details["problems"]
    return found


# Envelopes


def test_a_direct_invocation_is_read_with_its_defaults() -> None:
    invocation = read_invocation({"operation": "contacts/get_contact"}, key="the-request-id")

    assert invocation == Invocation(
        operation="contacts/get_contact", idempotency_key="the-request-id"
    )
    assert (invocation.input, invocation.fields) == ({}, None)
    assert (invocation.dry_run, invocation.on_error) == (False, "raise")


@pytest.mark.promise("stable-key")
def test_the_callers_key_counts_before_any_other() -> None:
    event = REQUEST | {"detail": {"idempotency_key": "order-1047"}}

    assert read_invocation(event, key="the-request-id").idempotency_key == "order-1047"


@pytest.mark.promise("stable-key")
def test_a_request_without_a_key_has_the_events_id_which_every_delivery_repeats() -> None:
    first, again = (read_invocation(REQUEST, key=key) for key in ("one", "another"))

    assert first.idempotency_key == again.idempotency_key == REQUEST["id"]


@pytest.mark.parametrize("more", [{"id": None}, {"id": ""}, {}])
@pytest.mark.promise("stable-key")
def test_no_write_is_without_a_key_though_the_event_has_no_id(more: dict[str, Any]) -> None:
    event = {name: value for name, value in REQUEST.items() if name != "id"} | more

    assert read_invocation(event, key="the-request-id").idempotency_key == "the-request-id"


def test_a_key_that_is_made_is_short_enough_for_xero() -> None:
    keys = {
        read_invocation({"operation": "a/b"}, key="k" * length).idempotency_key or ""
        for length in (120, 300, 301)
    }

    assert [len(key) for key in keys] == [120, 120, 120]


@pytest.mark.promise("requests")
def test_a_request_names_its_operation_in_the_detail_type() -> None:
    invocation = read_invocation(REQUEST, key="k")

    assert invocation.operation == "invoices/void_invoice"
    assert invocation.input == {"invoice_id": "a"}
    assert invocation.correlation_id == "order-1047"
    assert (
        read_invocation(
            REQUEST | {"detail": {"operation": "invoices/void_invoice"}}, key="k"
        ).operation
        == "invoices/void_invoice"
    )


def test_a_request_that_names_two_operations_is_refused() -> None:
    event = REQUEST | {"detail": {"operation": "invoices/delete_draft_invoice"}}

    with pytest.raises(InputError, match="two operations") as caught:
        read_invocation(event, key="k")
    assert caught.value.details["problems"][0]["path"] == "operation"


def test_an_event_of_another_source_has_the_invocation_in_its_detail() -> None:
    event = REQUEST | {
        "source": "my.shop",
        "detail-type": "order paid",
        "detail": {"operation": "invoices/get_invoice"},
    }

    assert read_invocation(event, key="k").operation == "invoices/get_invoice"


@pytest.mark.parametrize(
    ("event", "path", "message"),
    [
        # no object at all
        (None, "", "This should be an object."),
        ([], "", "This should be an object."),
        ("invoices/list_invoices", "", "This should be an object."),
        (REQUEST | {"detail": "a"}, "", "This should be an object."),
        (REQUEST | {"source": "my.shop", "detail": None}, "", "This should be an object."),
        # something missing, unknown or of another type
        ({}, "operation", "Field required"),
        ({"operation": ""}, "operation", "String should have at least 1 character"),
        ({"operation": "a/b", "input": []}, "input", "This should be an object."),
        ({"operation": "a/b", "tenant": "x"}, "tenant", "This field is unknown."),
        ({"operation": "a/b", "dryRun": True}, "dryRun", "This field is unknown."),
        ({"operation": "a/b", "fields": "Total"}, "fields", "Input should be a valid list"),
        ({"operation": "a/b", "on_error": "ignore"}, "on_error", "Input should be 'raise' or"),
        # keys that could not be sent
        ({"operation": "a/b", "idempotency_key": "k" * 121}, "idempotency_key", "String should"),
        ({"operation": "a/b", "idempotency_key": ""}, "idempotency_key", "String should"),
        ({"operation": "a/b", "idempotency_key": "a b"}, "idempotency_key", "String should"),
        ({"operation": "a/b", "idempotency_key": "a\n"}, "idempotency_key", "String should"),
        ({"operation": "a/b", "idempotency_key": "é"}, "idempotency_key", "String should"),
    ],
)
@pytest.mark.promise("typed-input")
def test_a_wrong_envelope_is_refused_with_path_and_reason(
    event: Any, path: str, message: str
) -> None:
    (problem,) = problems(event)

    assert problem["path"] == path
    assert problem["message"].startswith(message)


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [("tenant", "tenant_id"), ("dryRun", "dry_run"), ("idempotencyKey", "idempotency_key")],
)
@pytest.mark.promise("typed-input")
def test_a_misspelt_name_in_the_envelope_is_corrected(name: str, suggestion: str) -> None:
    assert problems({"operation": "a/b", name: "x"})[0]["suggestion"] == suggestion


@given(JSON | st.fixed_dictionaries({"detail-type": JSON, "detail": JSON, "source": JSON}))
@pytest.mark.promise("typed-input")
def test_any_event_is_an_invocation_or_an_input_error(event: Any) -> None:
    with suppress(InputError):
        assert read_invocation(event, key="k").idempotency_key


# Tool calls


@pytest.mark.promise("tool-calls")
def test_a_tool_calls_arguments_are_the_input_and_parts_of_the_envelope() -> None:
    arguments = {"invoice_id": "a", "tenant_id": "Demo Company", "fields": ["Total"]}
    invocation = read_tool_call("t", arguments, operation_id="invoices/get_invoice", key="k")

    assert invocation == Invocation(
        operation="invoices/get_invoice",
        input={"invoice_id": "a"},
        tenant_id="Demo Company",
        fields=["Total"],
        idempotency_key="k",
        on_error="return",
    )


@pytest.mark.promise("tool-calls")
def test_an_argument_of_a_tool_call_that_is_null_is_left_out() -> None:
    arguments = {"page": None, "search_term": "A", "dry_run": None, "tenant_id": None}
    invocation = read_tool_call("t", arguments, operation_id="contacts/list_contacts", key="k")

    assert invocation.input == {"search_term": "A"}
    assert not invocation.dry_run


@pytest.mark.parametrize("arguments", [None, [], "a", 5])
@pytest.mark.promise("tool-calls")
def test_a_tool_calls_arguments_are_an_object(arguments: Any) -> None:
    with pytest.raises(InputError, match="should be an object"):
        read_tool_call("get_invoice", arguments, operation_id="invoices/get_invoice", key="k")


@given(st.dictionaries(st.sampled_from([*ENVELOPE_OF_TOOLS, "operation", "on_error"]), JSON))
@pytest.mark.promise("tool-calls")
def test_no_argument_changes_the_operation_or_how_errors_come_back(
    arguments: dict[str, Any],
) -> None:
    try:
        invocation = read_tool_call("t", arguments, operation_id="a/b", key="k")
    except InputError:
        return
    assert (invocation.operation, invocation.on_error) == ("a/b", "return")


# Results


@pytest.mark.parametrize(
    ("event", "operation", "correlation_id"),
    [
        (REQUEST, "invoices/void_invoice", "order-1047"),
        # a request that cannot be read is answered all the same
        (REQUEST | {"detail": None}, "invoices/void_invoice", REQUEST["id"]),
        (REQUEST | {"detail": {"correlation_id": 7}}, "invoices/void_invoice", "7"),
        (REQUEST | {"detail": {"correlation_id": ""}}, "invoices/void_invoice", ""),
        (REQUEST | {"detail-type": ""}, "unknown", "order-1047"),
        (REQUEST | {"detail-type": "x" * 200}, "x" * 128, "order-1047"),
        # of another source
        ({"source": "my.shop", "detail": {"operation": "a/b"}}, "a/b", None),
        ({"source": "my.shop", "detail-type": "order paid", "detail": []}, "unknown", None),
        ({}, "unknown", None),
    ],
)
@pytest.mark.promise("requests")
def test_a_result_has_the_requests_operation_and_correlation(
    event: dict[str, Any], operation: str, correlation_id: str | None
) -> None:
    assert requested_operation(event) == operation
    assert correlation_of(event) == correlation_id


# Inputs


@pytest.mark.parametrize(
    ("operation_id", "given", "problem"),
    [
        # a name of ours in another spelling, or misspelt
        (
            "invoices/get_invoice",
            {"invoiceID": "6f7594f2-f059-4d56-9e67-47ac9733bfe9"},
            {"path": "input.invoiceID", "suggestion": "invoice_id"},
        ),
        ("invoices/list_invoices", {"pagesize": 5}, {"suggestion": "page_size"}),
        ("invoices/list_invoices", {"serch_term": "a"}, {"suggestion": "search_term"}),
        # a name of Xero's in another spelling, also deep inside
        (
            "invoices/create_invoice",
            {"invoice": {"due_date": "2026-12-20"}},
            {"path": "input.invoice.due_date", "suggestion": "DueDate"},
        ),
        (
            "invoices/create_invoice",
            {"invoice": {"Contact": {}, "LineItems": [{}, {"unit_amount": 1}]}},
            {"path": "input.invoice.LineItems.1.unit_amount", "suggestion": "UnitAmount"},
        ),
        (
            "contacts/create_contact",
            {"contact": {"Name": "A", "PaymentTerms": {"Sales": {"day": 1}}}},
            {"path": "input.contact.PaymentTerms.Sales.day", "suggestion": "Day"},
        ),
        # what Xero alone sets
        (
            "invoices/update_invoice",
            {"invoice": {"AmountDue": 1}},
            {"message": "Xero sets this field; leave it out."},
        ),
        (
            "contacts/create_contact",
            {"contact": {"Name": "A", "UpdatedDateUTC": "2026-11-22"}},
            {"message": "Xero sets this field; leave it out."},
        ),
        # a rule of the model itself, without pydantic's word for it
        (
            "contacts/find_contact",
            {},
            {"message": "give one of contact_number, email_address and name"},
        ),
        # nothing near: no guess
        ("invoices/get_invoice", {"zzz": 1}, {"message": "This field is unknown."}),
        # not an object
        ("contacts/create_contact", {"contact": "A"}, {"message": "This should be an object."}),
    ],
)
@pytest.mark.promise("typed-input")
def test_a_wrong_input_is_refused_with_path_reason_and_suggestion(
    operation_id: str, given: dict[str, Any], problem: dict[str, str]
) -> None:
    found = input_problems(operation_id, given)

    assert any(one.items() >= problem.items() for one in found), found


@pytest.mark.promise("typed-input")
def test_the_first_problem_is_the_errors_message() -> None:
    with pytest.raises(InputError) as caught:
        read_input(find("contacts/list_contacts"), {"search": "x"})

    assert caught.value.message == (
        "input.search: This field is unknown. Did you mean search_term?"
    )


@pytest.mark.promise("no-secrets-said")
def test_no_value_that_was_given_is_repeated_in_the_refusal() -> None:
    lines = [{"UnitAmount": "Harbour Lights", "Quantity": ["Harbour Lights"]}]
    given = {"invoice": {"Contact": "Harbour Lights", "LineItems": lines, "Type": "Harbour Lights"}}

    with pytest.raises(InputError) as caught:
        read_input(CREATE, given)
    assert "Harbour" not in str(caught.value)


def test_a_name_inside_what_has_no_names_of_its_own_is_refused_without_a_guess() -> None:
    class Line(Document):
        Price: int = 0

    class Asked(Input):
        lines: dict[str, Line]

    operation = Operation(id="a/b", kind="query", summary="Ask.", input=Asked, output=Line)
    with pytest.raises(InputError) as caught:
        read_input(operation, {"lines": {"first": {"Pryce": 1}}})

    assert caught.value.details["problems"] == [
        {"path": "input.lines.first.Pryce", "message": "This field is unknown."}
    ]


def test_a_refusal_of_a_great_many_mistakes_stays_small() -> None:
    with pytest.raises(InputError) as caught:
        read_input(LIST, {f"{'x' * 5000}{n}": n for n in range(5000)})

    assert len(str(caught.value)) < 10_000


@given(JSON.filter(lambda value: isinstance(value, dict)))
@pytest.mark.promise("typed-input")
def test_any_object_is_an_input_or_an_input_error(given: Any) -> None:
    with suppress(InputError):
        read_input(CREATE, {"invoice": given})


# Fields


@pytest.mark.parametrize(
    ("wanted", "suggestion"),
    [
        # in another spelling
        ("total", "Total"),
        ("date", "Date"),
        ("invoice_id", "InvoiceID"),
        ("INVOICENUMBER", "InvoiceNumber"),
        # misspelt
        ("AmuontDue", "AmountDue"),
        ("Refrence", "Reference"),
    ],
)
@pytest.mark.promise("fields")
def test_a_field_that_looks_misspelt_is_refused_with_the_right_one(
    wanted: str, suggestion: str
) -> None:
    with pytest.raises(InputError, match=f"Did you mean {suggestion}") as caught:
        check_fields(LIST, ["Total", wanted])

    (problem,) = caught.value.details["problems"]
    assert problem["path"] == "fields"
    assert problem["suggestion"] == suggestion
    assert problem["message"]


@pytest.mark.parametrize(
    "wanted", [None, [], ["Total", "Date"], ["SomethingXeroAddsTomorrow"], ["ZZ"]]
)
@pytest.mark.promise("fields")
def test_fields_that_are_known_or_new_are_taken(wanted: list[str] | None) -> None:
    check_fields(LIST, wanted)


@given(st.lists(st.text(), max_size=3))
def test_an_answer_without_records_has_no_fields_to_misspell(wanted: list[str]) -> None:
    check_fields(find("invoices/get_invoice_pdf"), wanted)
