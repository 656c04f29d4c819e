# SPDX-License-Identifier: Apache-2.0
"""What each operation on invoices and bills does to Xero's books, read back."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.errors import NotFoundError, ValidationError

from tests.functions.records import LINE, invoice, new_contact, new_invoice

if TYPE_CHECKING:
    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("one-declaration")


def found(stack: Stack, made: dict[str, Any]) -> dict[str, Any]:
    """Read an invoice back."""
    given = {"invoice_id": made["InvoiceID"]}
    document: dict[str, Any] = stack.read("invoices/get_invoice", given)["invoice"]
    return document


def test_a_created_invoice_is_a_draft_with_its_lines(stack: Stack) -> None:
    document = found(stack, new_invoice(stack, Reference="Order 1047"))
    assert (document["Type"], document["Status"]) == ("ACCREC", "DRAFT")
    assert document["Contact"]["Name"] == "Larkspur Interiors"
    assert (document["Date"], document["DueDate"]) == ("2026-11-22", "2026-12-20")
    assert [line["Description"] for line in document["LineItems"]] == ["Standing desk"]


def test_a_created_bill_is_one_to_pay(stack: Stack) -> None:
    given = {"invoice": invoice(LineItems=[LINE | {"AccountCode": "400"}], InvoiceNumber="B-1")}
    made = stack.act("invoices/create_bill", given)["invoice"]
    document = found(stack, made)
    assert (document["Type"], document["InvoiceNumber"]) == ("ACCPAY", "B-1")


def test_an_update_without_lines_leaves_the_lines_alone(stack: Stack) -> None:
    made = new_invoice(stack)
    given = {"invoice_id": made["InvoiceID"], "invoice": {"Reference": "Order 1048"}}
    stack.act("invoices/update_invoice", given)
    document = found(stack, made)
    assert document["Reference"] == "Order 1048"
    assert document["LineItems"] == made["LineItems"]


def test_an_upsert_creates_by_number_once_and_then_changes(stack: Stack) -> None:
    document = invoice(Type="ACCREC", InvoiceNumber="WEB-1")
    first = stack.act("invoices/upsert_invoice", {"invoice": document})["invoice"]
    again = {"invoice": document | {"Reference": "again"}}
    second = stack.act("invoices/upsert_invoice", again)["invoice"]
    assert second["InvoiceID"] == first["InvoiceID"]
    assert found(stack, first)["Reference"] == "again"


def test_added_lines_stand_behind_the_present_ones(stack: Stack) -> None:
    made = new_invoice(stack, LineItems=[LINE, LINE | {"Description": "Chair", "Quantity": 4}])
    added = LINE | {"Description": "Lamp"}
    stack.act("invoices/add_line_items", {"invoice_id": made["InvoiceID"], "line_items": [added]})
    lines = found(stack, made)["LineItems"]
    assert [line["Description"] for line in lines] == ["Standing desk", "Chair", "Lamp"]
    assert lines[:2] == made["LineItems"]


@pytest.mark.parametrize(
    ("before", "operation", "after"),
    [
        ("DRAFT", "invoices/approve_invoice", "AUTHORISED"),
        ("SUBMITTED", "invoices/approve_invoice", "AUTHORISED"),
        ("AUTHORISED", "invoices/void_invoice", "VOIDED"),
        ("DRAFT", "invoices/delete_draft_invoice", "DELETED"),
        ("SUBMITTED", "invoices/delete_draft_invoice", "DELETED"),
    ],
)
def test_approving_voiding_and_deleting_change_the_status(
    stack: Stack, before: str, operation: str, after: str
) -> None:
    made = new_invoice(stack, Status=before)
    stack.act(operation, {"invoice_id": made["InvoiceID"]})
    assert found(stack, made)["Status"] == after


def test_an_approved_invoice_is_emailed_and_then_marked_as_sent(stack: Stack) -> None:
    contact_id = new_contact(stack)["ContactID"]
    made = new_invoice(stack, Contact={"ContactID": contact_id}, Status="AUTHORISED")
    answer = stack.act("invoices/email_invoice", {"invoice_id": made["InvoiceID"]})
    assert answer == {"emailed": True, "invoice_id": made["InvoiceID"]}
    assert found(stack, made)["SentToContact"] is True


def test_an_invoice_is_found_by_exactly_its_number(stack: Stack) -> None:
    made = new_invoice(stack, InvoiceNumber="X-10")
    new_invoice(stack, InvoiceNumber="X-100")
    listed = stack.read("invoices/find_invoice", {"invoice_number": "X-10"})["invoices"]
    assert [one["InvoiceID"] for one in listed] == [made["InvoiceID"]]
    assert listed[0]["LineItems"]
    assert stack.read("invoices/find_invoice", {"invoice_number": "X-1"})["invoices"] == []


def test_a_list_is_narrowed_by_each_of_its_filters(stack: Stack) -> None:
    contact_id = new_contact(stack)["ContactID"]
    made = new_invoice(stack, Contact={"ContactID": contact_id}, InvoiceNumber="F-1")
    given: list[dict[str, Any]] = [
        {"ids": [made["InvoiceID"]]},
        {"invoice_numbers": ["F-1"]},
        {"contact_ids": [contact_id]},
        {"contact_ids": [contact_id], "statuses": ["DRAFT", "SUBMITTED"]},
        {"search_term": "F-1"},
        {"where": 'InvoiceNumber=="F-1" AND Type=="ACCREC"'},
        {"contact_ids": [contact_id], "created_by_my_app": True},
    ]
    for filters in given:
        listed = stack.read("invoices/list_invoices", filters)["invoices"]
        assert [one["InvoiceID"] for one in listed] == [made["InvoiceID"]], filters
    assert (
        stack.read("invoices/list_invoices", {"contact_ids": [contact_id], "statuses": ["PAID"]})[
            "invoices"
        ]
        == []
    )


def test_a_list_is_read_page_by_page_with_its_lines(stack: Stack) -> None:
    for number in range(3):
        new_invoice(stack, InvoiceNumber=f"P-{number}")
    numbers: list[str] = []
    for page in (1, 2, 3):
        given = {
            "where": 'InvoiceNumber.StartsWith("P-")',
            "order": "InvoiceNumber DESC",
            "page": page,
            "page_size": 1,
        }
        listed = stack.read("invoices/list_invoices", given)
        assert listed["pagination"] == {
            "page": page,
            "page_size": 1,
            "page_count": 3,
            "item_count": 3,
        }
        assert listed["invoices"][0]["LineItems"]
        numbers += [one["InvoiceNumber"] for one in listed["invoices"]]
    assert numbers == ["P-2", "P-1", "P-0"]


def test_an_invoice_comes_as_a_pdf(stack: Stack) -> None:
    made = new_invoice(stack)
    answer = stack.read("invoices/get_invoice_pdf", {"invoice_id": made["InvoiceID"]})
    content = b64decode(answer["content"])
    assert content.startswith(b"%PDF")
    assert answer["size"] == len(content)
    assert answer["file_name"] == f"{made['InvoiceID']}.pdf"


def test_only_an_approved_sales_invoice_has_an_online_address(stack: Stack) -> None:
    approved = {"invoice_id": new_invoice(stack, Status="AUTHORISED")["InvoiceID"]}
    answer = stack.read("invoices/get_online_invoice_url", approved)
    assert answer["url"].startswith("https://")
    draft = {"invoice_id": new_invoice(stack)["InvoiceID"]}
    with pytest.raises(ValidationError):
        stack.read("invoices/get_online_invoice_url", draft)


@pytest.mark.parametrize("operation", ["get_invoice", "get_invoice_pdf", "get_online_invoice_url"])
def test_what_is_not_there_is_not_found(stack: Stack, operation: str) -> None:
    given = {"invoice_id": "00000000-0000-4000-8000-000000000000"}
    with pytest.raises(NotFoundError):
        stack.read(f"invoices/{operation}", given)


def test_the_small_lists_hold_what_an_invoice_needs(stack: Stack) -> None:
    accounts = stack.read("accounts/list_accounts", {"where": 'Class=="REVENUE"'})["accounts"]
    assert "200" in [account["Code"] for account in accounts]
    rates = stack.read("tax_rates/list_tax_rates")["tax_rates"]
    assert "OUTPUT" in [rate["TaxType"] for rate in rates]
    organisation = stack.read("organisations/get_organisation")["organisation"]
    connections = stack.read("connections/list_connections")["connections"]
    assert organisation["OrganisationID"] == connections[0]["tenantId"] == stack.xero.tenant_id
