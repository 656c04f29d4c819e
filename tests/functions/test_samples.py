# SPDX-License-Identifier: Apache-2.0
"""Each sample event of an action or query, against the simulated Xero."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from openapi_schema_validator import OAS31Validator
from xero_connection.catalogue import all_operations
from xero_connection.describe import output_schema

from tests.functions import bank, credit
from tests.functions.records import LINE, new_contact, new_invoice, new_payment
from tests.functions.stack import Context, Stack, sample
from tests.published import same_path, sdk_calls

if TYPE_CHECKING:
    from xero_connection.operation import Operation

INVOKED = [operation for operation in all_operations() if operation.kind != "trigger"]
APPROVED_FIRST = {"void_invoice", "email_invoice", "get_online_invoice_url"}
# A record that the books begin with, by the name of its id.
AT_HAND = {
    "credit_note_id": ("CreditNotes", {}),
    "contact_group_id": ("ContactGroups", {"Name": "Schools"}),
    "purchase_order_id": ("PurchaseOrders", {"Status": "AUTHORISED"}),
    "quote_id": ("Quotes", {"Status": "SENT"}),
    "repeating_invoice_id": ("RepeatingInvoices", {"Type": "ACCREC"}),
}


def prepared(stack: Stack, operation: Operation) -> dict[str, Any]:
    """Return the sample with the ids of records that are there."""
    event: dict[str, Any] = sample(operation.id)
    stack.raw_writes = "true" if operation.guarded else "false"
    if "contact_id" in event["input"]:
        event["input"]["contact_id"] = new_contact(stack)["ContactID"]
    if "invoice_id" in event["input"]:
        contact_id = new_contact(stack)["ContactID"]
        status = "AUTHORISED" if operation.name in APPROVED_FIRST else "DRAFT"
        made = new_invoice(stack, Contact={"ContactID": contact_id}, Status=status)
        event["input"]["invoice_id"] = made["InvoiceID"]
    for name, (shelf, like) in AT_HAND.items():
        if name in event["input"]:
            event["input"][name] = at_hand(stack, shelf, name, **like)
    prepare_group(stack, operation.name, event["input"])
    with_record(stack, operation, event["input"])
    if "payment_id" in event["input"]:
        event["input"]["payment_id"] = new_payment(stack)["PaymentID"]
    if operation.name == "create_tracking_category":
        given = sample("tracking_categories/archive_tracking_category")["input"]
        stack.act("tracking_categories/archive_tracking_category", given)
    if operation.name in {"create_payment", "create_payments"}:
        due = new_invoice(stack, Status="AUTHORISED", LineItems=[LINE | {"Quantity": 9}])
        for one in event["input"].get("payments") or [event["input"]["payment"]]:
            one["Invoice"] = {"InvoiceID": due["InvoiceID"]}
    credit.prepare(stack, operation.name, event["input"])
    bank.prepare(stack, operation.name, event["input"])
    return event


def prepare_group(stack: Stack, name: str, given: dict[str, Any]) -> None:
    """Name contacts that are not in the group, or one that is."""
    if name == "add_contacts_to_group":
        given["contacts"] = [{"ContactID": new_contact(stack)["ContactID"]}]
    if name == "remove_contact_from_group":
        given["contact_id"] = at_hand(stack, "Contacts", "contact_id", Name="Bramblewood School")


def with_record(stack: Stack, operation: Operation, given: dict[str, Any]) -> None:
    """Name a record that is there, with the file that is to be got."""
    if "record_id" in given:
        given["record_id"] = new_invoice(stack)["InvoiceID"]
    if operation.name == "get_attachment":
        file = {**given, "content": "RGVzaw=="}
        stack.act("attachments/upload_attachment", file, idempotency_key="file")


def at_hand(stack: Stack, shelf: str, id_name: str, **like: str) -> str:
    """Return the id of a record that the books begin with."""
    (book,) = stack.xero.books.values()
    found = next(one for one in book.shelves[shelf].values() if like.items() <= one.items())
    plain = id_name.replace("_", "")
    return str(next(value for name, value in found.items() if name.lower() == plain))


# The books begin without a file.
AS_IT_IS = [
    operation
    for operation in INVOKED
    if operation.kind == "query" and operation.name != "get_attachment"
]


@pytest.mark.promise("one-declaration")
@pytest.mark.parametrize("operation", AS_IT_IS, ids=lambda operation: operation.id)
def test_the_example_of_a_query_works_on_a_new_stack_as_it_is(
    stack: Stack, operation: Operation
) -> None:
    assert operation.record_key in stack.invoke("query", sample(operation.id))["output"]


@pytest.mark.promise("one-declaration")
@pytest.mark.parametrize("operation", INVOKED, ids=lambda operation: operation.id)
def test_the_sample_of_each_operation_is_carried_out(stack: Stack, operation: Operation) -> None:
    event = prepared(stack, operation)
    calls = len(stack.sent())
    answer = stack.invoke(operation.kind, event, None)
    assert answer["operation"] == operation.id
    assert operation.record_key in answer["output"]
    described = OAS31Validator(output_schema(operation))
    assert [error.message for error in described.iter_errors(answer["output"])] == []
    sent = stack.sent()[calls:]
    assert answer["usage"]["calls"] == len(sent)
    for one in sent:
        path = one["path"].removeprefix("/api.xro/2.0")
        assert path == "/connections" or any(
            (method, same_path(template, path)) == (one["method"], True)
            for method, template, _ in sdk_calls().values()
        ), f"Xero has no {one['method']} {path}"
    assert answer["replayed"] is False
    if operation.batch:
        assert answer["output"]["failed"] == 0
        assert answer["output"]["succeeded"] == len(event["input"][operation.batch.elements])
    if operation.tenant:
        assert answer["tenant_id"] == stack.xero.tenant_id
        assert answer["tenant_name"]
    assert "/Date(" not in json.dumps(answer, default=str)


@pytest.mark.promise("dry-run")
@pytest.mark.parametrize("operation", INVOKED, ids=lambda operation: operation.id)
def test_a_rehearsal_of_each_operation_shows_its_request_and_sends_nothing(
    stack: Stack, operation: Operation
) -> None:
    event = prepared(stack, operation) | {"dry_run": True}
    before = len(stack.sent())
    context = Context()
    answer = stack.invoke(operation.kind, event, context)
    assert len(stack.sent()) == before
    assert answer["dry_run"] is True
    shown = answer["output"]["request"]
    stack.invoke(operation.kind, {**event, "dry_run": False}, context)
    first = stack.sent()[before]
    assert shown["method"] == first["method"]
    assert first["path"].endswith(shown["path"])
    assert {name: [value] for name, value in shown["query"].items()} == first["query"]
    # Xero reads no key of a DELETE.
    if first["method"] != "DELETE":
        assert shown["headers"].get("Idempotency-Key") == first["idempotency_key"]
    assert shown["headers"].get("xero-tenant-id") == first["tenant"]


@pytest.mark.promise("query-reads-only")
@pytest.mark.parametrize(
    "operation", [one for one in INVOKED if one.kind == "query"], ids=lambda operation: operation.id
)
def test_each_query_sends_only_gets(stack: Stack, operation: Operation) -> None:
    event = prepared(stack, operation)
    before = len(stack.sent())
    stack.invoke("query", event)
    assert {one["method"] for one in stack.sent()[before:]} == {"GET"}


@pytest.mark.promise("query-reads-only")
@pytest.mark.parametrize(
    "operation",
    [one for one in INVOKED if one.kind == "action"],
    ids=lambda operation: operation.id,
)
def test_the_query_function_refuses_each_action(stack: Stack, operation: Operation) -> None:
    answer = stack.invoke("query", {**sample(operation.id), "on_error": "return"})
    assert answer["error"]["type"] == "UnknownOperationError"
    assert "action function" in answer["error"]["message"]
    assert stack.sent() == []
