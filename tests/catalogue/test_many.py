# SPDX-License-Identifier: Apache-2.0
"""The declarations of operations on many documents, and of how a creation is found again."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from xero_connection.catalogue import all_operations, find
from xero_connection.catalogue.contacts.shapes import new_contact
from xero_connection.catalogue.invoices.creating import matched_document, new_document
from xero_connection.catalogue.payments import new_payment
from xero_connection.client import Request
from xero_connection.describe import output_schema, tool
from xero_connection.elements import MOST
from xero_connection.errors import NotFoundError, ValidationError
from xero_connection.fields import Body
from xero_connection.operation import Batch, Operation, ReadBack
from xero_connection.readback import sent_documents
from xero_connection.resources import RESOURCES

from tests.catalogue.driving import BOOKS, RECORD_ID, drive, empty_books

OPERATIONS = list(all_operations())
ACTIONS = [operation for operation in OPERATIONS if operation.kind == "action"]
MANY = [operation for operation in OPERATIONS if operation.batch]
# These send documents; many that are deleted are named in the body, one in the path.
SENT = [operation for operation in MANY if re.search("/(create|upsert)_", operation.id)]
READ_BACK = [operation for operation in OPERATIONS if operation.read_back]
each = pytest.mark.parametrize("operation", MANY, ids=lambda operation: operation.id)
each_sent = pytest.mark.parametrize("operation", SENT, ids=lambda operation: operation.id)
each_read_back = pytest.mark.parametrize("operation", READ_BACK, ids=lambda operation: operation.id)


def batch_of(operation: Operation) -> Batch:
    assert operation.batch
    return operation.batch


def written(operation: Operation) -> Request:
    """Return the write of the operation's example, before which nothing like it is found."""
    answers = (empty_books(),) if operation.name.startswith("find_or_create") else ()
    return drive(operation, operation.example, *answers).requests[-1]


def read_back_of(operation: Operation) -> ReadBack:
    assert operation.read_back
    return operation.read_back


# Many documents


@each
@pytest.mark.promise("batches")
def test_the_elements_are_the_one_list_of_the_input(operation: Operation) -> None:
    batch = batch_of(operation)
    (name,) = operation.input.model_fields
    field = operation.input.model_fields[name]

    assert name == batch.elements == operation.record_key
    assert any(isinstance(one, Body) for one in field.metadata)
    assert f"1 to {MOST}" in str(field.description)
    assert batch.size <= 50, "Xero advises 50 documents a call"


@each
@pytest.mark.promise("batches")
def test_a_call_for_many_has_xero_judge_each_by_itself(operation: Operation) -> None:
    (request,) = drive(operation, operation.example).requests
    assert operation.call
    (sent,) = (request.body[name] for name in request.body)

    assert request.query["summarizeErrors"] == "false"
    assert list(request.body) == [operation.call.collection]
    assert len(sent) == len(operation.example[batch_of(operation).elements]) > 1


@each_sent
@pytest.mark.promise("batches")
def test_many_are_sent_as_each_would_be_alone(operation: Operation) -> None:
    batch = batch_of(operation)
    alone = find(operation.id.removesuffix("s"))
    assert alone.call
    assert operation.call

    assert operation.summary != alone.summary
    assert (alone.call.method, alone.call.path) == (operation.call.method, operation.call.path)
    assert alone.call.query == {**operation.call.query, "summarizeErrors": "true"}
    for name in ("scopes", "idempotency", "undo", "destructive", "read_back"):
        assert getattr(alone, name) == getattr(operation, name), name
    for element in operation.example[batch.elements]:
        one = drive(alone, {batch.record_key: element}).requests[0]
        (together,) = drive(operation, {batch.elements: [element]}).requests
        assert one.body == together.body


def answer(operation: Operation) -> dict[str, Any]:
    """Return an answer in which one document was taken and one was not."""
    batch = batch_of(operation)
    assert operation.call
    record = BOOKS[operation.call.collection][0]
    error = ValidationError("Xero refused it.", details={"messages": ["No."]}).as_dict()
    undo = next((call for one in operation.undo if (call := one.ready_call(record))), None)
    taken = {"index": 0, "ok": True, batch.record_key: record, "error": None, "undo": undo}
    refused = {"index": 1, "ok": False, batch.record_key: None, "error": error, "undo": None}
    return {
        batch.elements: [one | {"replayed": False} for one in (taken, refused)],
        "succeeded": 1,
        "failed": 1,
    }


@each
@pytest.mark.promise("batches")
def test_an_answer_says_for_each_what_became_of_it(operation: Operation) -> None:
    batch = batch_of(operation)
    (element,) = get_args(operation.output.model_fields[batch.elements].annotation)
    schema = output_schema(operation)

    assert list(operation.output.model_fields) == [batch.elements, "succeeded", "failed"]
    assert list(element.model_fields) == [
        "index",
        "ok",
        batch.record_key,
        "error",
        "undo",
        "replayed",
    ]
    assert not list(Draft202012Validator(schema).iter_errors(answer(operation)))
    operation.output.model_validate(answer(operation))
    for name, part in schema["$defs"][element.__name__]["properties"].items():
        assert part.get("description"), f"describe {name}"


@each
@pytest.mark.promise("batches")
def test_an_answer_without_an_elements_fate_does_not_fit(operation: Operation) -> None:
    batch, schema = batch_of(operation), output_schema(operation)
    for name in ("index", "ok", batch.record_key, "error", "undo", "replayed"):
        lacking = answer(operation)
        del lacking[batch.elements][0][name]
        assert list(Draft202012Validator(schema).iter_errors(lacking)), name


@each
@pytest.mark.promise("tool-calls")
def test_a_tool_for_many_says_how_many(operation: Operation) -> None:
    listed = tool(operation)["inputSchema"]["properties"][batch_of(operation).elements]

    assert listed["type"] == "array"
    assert re.search(r"1 to 500\b", listed["description"])


# Read back


@each_read_back
@pytest.mark.promise("read-back")
def test_a_creation_is_looked_for_where_such_records_are_listed(operation: Operation) -> None:
    wanted = read_back_of(operation)
    path, _, part = written(operation).path.rpartition("/")

    assert operation.idempotency == "key"
    assert wanted.collection == part
    # what is added to a record is looked for in it
    assert wanted.path == ("" if path else f"/{part}")
    if resource := RESOURCES.get(operation.resource) if wanted.path else None:
        assert (wanted.collection, wanted.id_field) == (resource.collection, resource.id_field)
    # paging and the moment are whoever's reads it back
    assert not wanted.query.keys() & {"page", "pageSize", "order", "where"}


@each_read_back
@pytest.mark.promise("read-back")
def test_a_document_that_is_sent_is_known_by_what_it_has(operation: Operation) -> None:
    for document in sent_documents(written(operation))[1]:
        names = read_back_of(operation).identity(document)
        assert len(set(names)) == len(names)
        assert any(document.get(name) for name in names if name != "Type")
        # these are what Xero, or a person, sets next
        assert not {"Status", "SentToContact"} & set(names)


@pytest.mark.promise("read-back")
def test_whatever_only_a_key_makes_safe_to_create_can_be_found_again() -> None:
    creating = [
        operation.id
        for operation in OPERATIONS
        if operation.idempotency == "key"
        and re.match(r"allocate|copy|create|record|upsert|find_or", operation.name)
    ]

    assert creating == [operation.id for operation in READ_BACK]


def sale(**fields: Any) -> dict[str, Any]:
    return {"Type": "ACCREC", "Contact": {"Name": "A"}, "LineItems": [{}], "Status": "DRAFT"} | (
        fields
    )


BY_CONTENT = (
    "Type",
    "Contact",
    "Date",
    "DueDate",
    "LineAmountTypes",
    "CurrencyCode",
    "Url",
    "LineItems",
)


@pytest.mark.parametrize(
    ("document", "known_by"),
    [
        # a number is one sales invoice's alone
        (sale(InvoiceNumber="1", Reference="2"), ("Type", "InvoiceNumber")),
        (sale(Reference="2"), ("Type", "Contact", "Reference", "Date")),
        (sale(), ("Reference", *BY_CONTENT)),
        (sale(InvoiceNumber="", Reference=None), ("Reference", *BY_CONTENT)),
        # a bill's number is not its alone; Xero gives it none, and keeps no reference of it
        (sale(Type="ACCPAY", InvoiceNumber="1"), ("InvoiceNumber", *BY_CONTENT)),
        (sale(Type="ACCPAY", Reference="2"), ("InvoiceNumber", *BY_CONTENT)),
        # Xero does not show a contact's number in its documents
        (sale(Contact={"ContactNumber": "C-1"}, Reference="2"), ("Reference", *BY_CONTENT)),
    ],
)
@pytest.mark.promise("read-back")
def test_a_new_invoice_is_known_by_its_number_its_reference_or_its_content(
    document: Mapping[str, Any], known_by: tuple[str, ...]
) -> None:
    assert new_document(document) == known_by


@pytest.mark.parametrize(
    ("document", "known_by"),
    [
        # what may have been there before is known by all that was sent
        (
            sale(InvoiceNumber="1", Url="u"),
            ("Type", "Contact", "LineItems", "InvoiceNumber", "Url"),
        ),
        (
            {"InvoiceID": RECORD_ID, "Type": "ACCPAY", "Status": "DRAFT", "Reference": "2"},
            ("InvoiceID", "Type", "Reference"),
        ),
        # what cannot have been is known like a new one
        (sale(Reference="2"), new_document(sale(Reference="2"))),
        (sale(Type="ACCPAY", InvoiceNumber="1"), new_document(sale(Type="ACCPAY"))),
    ],
)
@pytest.mark.promise("read-back")
def test_an_upsert_is_known_by_what_it_changes(
    document: Mapping[str, Any], known_by: tuple[str, ...]
) -> None:
    assert matched_document(document) == known_by


@pytest.mark.promise("read-back")
def test_a_contact_is_known_by_its_number_else_its_name() -> None:
    assert new_contact({"Name": "A", "ContactNumber": "C-1"}) == ("ContactNumber",)
    assert new_contact({"Name": "A"}) == ("Name",)
    assert new_contact({"Name": "A", "ContactNumber": None}) == ("Name",)


@pytest.mark.promise("read-back")
def test_a_payment_is_known_by_what_it_pays_and_how() -> None:
    known_by = new_payment({"Amount": 1})

    assert {"Invoice", "CreditNote", "Prepayment", "Overpayment"} < set(known_by)
    assert known_by[4:] == ("Account", "Amount", "Date", "Reference")


# Undo


@pytest.mark.promise("undo")
@pytest.mark.parametrize("operation", ACTIONS, ids=lambda operation: operation.id)
def test_every_action_has_a_way_back_or_says_that_there_is_none(operation: Operation) -> None:
    by_its_flow = False
    for script in ((), (empty_books(),)) if operation.flow else ():
        with suppress(LookupError, NotFoundError):
            done = drive(operation, operation.example, *script).done
            by_its_flow |= bool(done and done.undo)
    says_so = re.search(r"no (undo|way back)", operation.advice)

    assert operation.undo or by_its_flow or says_so, f"{operation.id}: say so in advice"
