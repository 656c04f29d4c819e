# SPDX-License-Identifier: Apache-2.0
"""The way back: what an action answers in `undo` is a ready call that takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.catalogue import all_operations

from tests.functions.records import LINE, contact, invoice, new_invoice

if TYPE_CHECKING:
    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("undo")


def status(stack: Stack, invoice_id: str) -> str:
    given = {"invoice_id": invoice_id}
    return str(stack.read("invoices/get_invoice", given)["invoice"]["Status"])


@pytest.mark.parametrize("operation", ["create_contact", "find_or_create_contact"])
def test_a_new_contact_is_taken_back_by_archiving_it(stack: Stack, operation: str) -> None:
    answer = stack.ask("action", f"contacts/{operation}", {"contact": contact()})
    stack.invoke("action", answer["undo"])
    given = {"contact_id": answer["output"]["contact"]["ContactID"]}
    assert stack.read("contacts/get_contact", given)["contact"]["ContactStatus"] == "ARCHIVED"


@pytest.mark.parametrize(
    ("operation", "given", "after"),
    [
        ("create_invoice", {}, "DELETED"),
        ("create_invoice", {"Status": "SUBMITTED"}, "DELETED"),
        ("create_invoice", {"Status": "AUTHORISED"}, "VOIDED"),
        ("create_bill", {"InvoiceNumber": "B-1"}, "DELETED"),
        ("create_bill", {"InvoiceNumber": "B-1", "Status": "AUTHORISED"}, "VOIDED"),
    ],
)
def test_a_new_document_is_taken_back_as_its_status_allows(
    stack: Stack, operation: str, given: dict[str, Any], after: str
) -> None:
    lines = [LINE | {"AccountCode": "400"}] if operation == "create_bill" else [LINE]
    document = invoice(LineItems=lines, **given)
    answer = stack.ask("action", f"invoices/{operation}", {"invoice": document})
    stack.invoke("action", answer["undo"])
    assert status(stack, answer["output"]["invoice"]["InvoiceID"]) == after


def test_an_approval_is_taken_back_by_voiding(stack: Stack) -> None:
    made = new_invoice(stack)
    answer = stack.ask("action", "invoices/approve_invoice", {"invoice_id": made["InvoiceID"]})
    stack.invoke("action", answer["undo"])
    assert status(stack, made["InvoiceID"]) == "VOIDED"


def test_added_lines_are_taken_back_and_the_others_are_as_before(stack: Stack) -> None:
    made = new_invoice(stack, LineItems=[LINE, LINE | {"Quantity": 3, "UnitAmount": 0.0001}])
    given = {"invoice_id": made["InvoiceID"], "line_items": [LINE, LINE]}
    answer = stack.ask("action", "invoices/add_line_items", given)
    assert len(answer["output"]["invoice"]["LineItems"]) == 4
    after = stack.invoke("action", answer["undo"])["output"]["invoice"]
    assert after["LineItems"] == made["LineItems"]
    assert after["Total"] == made["Total"]


def test_fields_do_not_take_the_way_back_away(stack: Stack) -> None:
    answer = stack.ask(
        "action", "invoices/create_invoice", {"invoice": invoice()}, fields=["Status"]
    )
    assert answer["output"]["invoice"] == {"Status": "DRAFT"}
    stack.invoke("action", answer["undo"])


def test_what_has_no_way_back_says_so(stack: Stack) -> None:
    made = new_invoice(stack, Status="AUTHORISED")
    given = {"invoice_id": made["InvoiceID"]}
    assert stack.ask("action", "invoices/void_invoice", given)["undo"] is None
    assert stack.ask("query", "invoices/get_invoice", given)["undo"] is None


def test_each_way_back_is_an_action_that_takes_its_arguments() -> None:
    operations = {operation.id: operation for operation in all_operations()}
    for operation in operations.values():
        for undo in operation.undo:
            back = operations[undo.operation]
            assert back.kind == "action"
            assert undo.arguments.keys() == back.input.model_fields.keys()
