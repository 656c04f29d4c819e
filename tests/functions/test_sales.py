# SPDX-License-Identifier: Apache-2.0
"""What operations on orders, quotes, templates and groups do to Xero's books, read back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.errors import NotFoundError, ValidationError

from tests.functions.records import LINE, new_contact, new_invoice

if TYPE_CHECKING:
    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("one-declaration")

ORDER = {
    "Contact": {"Name": "Umber Print Works"},
    "LineItems": [{"Description": "Leaflet", "Quantity": 500, "UnitAmount": 0.1234}],
    "Date": "2026-11-22",
    "Reference": "Spring",
}
QUOTE = {
    "Contact": {"Name": "Saltmarsh Yachts"},
    "LineItems": [LINE],
    "Date": "2026-11-22",
    "LineAmountTypes": "INCLUSIVE",
    "Title": "A desk",
    "Terms": "Thirty days",
}
TEMPLATE = {
    "Type": "ACCREC",
    "Contact": {"Name": "Saltmarsh Yachts"},
    "Schedule": {
        "Period": 2,
        "Unit": "WEEKLY",
        "DueDate": 10,
        "DueDateType": "DAYSAFTERBILLDATE",
        "StartDate": "2027-01-04",
    },
    "LineItems": [LINE],
}


def made(stack: Stack, resource: str, document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    noun = resource.removesuffix("s")
    given = {noun: document | changes}
    key = f"{noun}-{len(stack.xero.log)}"
    found: dict[str, Any] = stack.act(f"{resource}/create_{noun}", given, idempotency_key=key)[noun]
    return found


def group(stack: Stack, group_id: str) -> dict[str, Any]:
    given = {"contact_group_id": group_id}
    found: dict[str, Any] = stack.read("contact_groups/get_contact_group", given)["contact_group"]
    return found


# Purchase orders


def test_an_order_goes_from_draft_to_billed(stack: Stack) -> None:
    order = made(stack, "purchase_orders", ORDER)
    named = {"purchase_order_id": order["PurchaseOrderID"]}
    assert (order["Status"], order["SubTotal"]) == ("DRAFT", Decimal("61.7"))
    with pytest.raises(ValidationError):
        stack.act("purchase_orders/mark_purchase_order_as_billed", named)
    line = {"LineItemID": order["LineItems"][0]["LineItemID"], "AccountCode": "461"}
    change = {"LineItems": [line]}
    stack.act("purchase_orders/update_purchase_order", {**named, "purchase_order": change})
    for name, status in (
        ("approve_purchase_order", "AUTHORISED"),
        ("mark_purchase_order_as_billed", "BILLED"),
    ):
        after = stack.act(f"purchase_orders/{name}", named)["purchase_order"]
        assert after["Status"] == status
    with pytest.raises(ValidationError):
        stack.act("purchase_orders/delete_purchase_order", named)
    number = {"purchase_order_number": order["PurchaseOrderNumber"]}
    found = stack.read("purchase_orders/find_purchase_order", number)["purchase_order"]
    assert found["LineItems"][0]["LineItemID"] == order["LineItems"][0]["LineItemID"]


@pytest.mark.promise("undo")
def test_a_new_order_is_taken_back_by_deleting_it(stack: Stack) -> None:
    answer = stack.ask("action", "purchase_orders/create_purchase_order", {"purchase_order": ORDER})
    after = stack.invoke("action", answer["undo"])["output"]["purchase_order"]
    assert after["Status"] == "DELETED"
    listed = stack.read("purchase_orders/list_purchase_orders", {"status": "DELETED"})
    assert [one["Reference"] for one in listed["purchase_orders"]] == ["Spring"]


def test_an_order_makes_no_supplier_and_is_found_by_no_unknown_number(stack: Stack) -> None:
    with pytest.raises(ValidationError):
        made(stack, "purchase_orders", ORDER, Contact={"Name": "Nobody yet"})
    with pytest.raises(NotFoundError):
        stack.read("purchase_orders/find_purchase_order", {"purchase_order_number": "PO/9 9"})


def test_an_upsert_makes_one_order_of_a_number(stack: Stack) -> None:
    for reference in ("Spring", "Summer"):
        sent = ORDER | {"PurchaseOrderNumber": "WEB-1", "Reference": reference}
        stack.act("purchase_orders/upsert_purchase_order", {"purchase_order": sent})
    listed = stack.read("purchase_orders/list_purchase_orders", {"date_from": "2026-11-22"})
    numbers = [(one["PurchaseOrderNumber"], one["Reference"]) for one in listed["purchase_orders"]]
    assert numbers.count(("WEB-1", "Summer")) == 1
    assert ("WEB-1", "Spring") not in numbers


# Quotes


@pytest.mark.promise("undo")
def test_a_quotes_status_changes_nothing_else_and_can_be_put_back(stack: Stack) -> None:
    quote = made(stack, "quotes", QUOTE, Status="SENT")
    answer = stack.ask("action", "quotes/accept_quote", {"quote_id": quote["QuoteID"]})
    accepted = answer["output"]["quote"]
    changing = {"Status", "UpdatedDateUTC", "StatusAttributeString"}
    assert accepted["Status"] == "ACCEPTED"
    assert {name for name in quote if quote[name] != accepted[name]} <= changing
    back = stack.invoke("action", answer["undo"])["output"]["quote"]
    assert {name for name in quote if quote[name] != back[name]} <= {"UpdatedDateUTC"}


@pytest.mark.promise("undo")
def test_a_change_of_a_quote_keeps_what_it_does_not_name(stack: Stack) -> None:
    quote = made(stack, "quotes", QUOTE)
    change = {"quote_id": quote["QuoteID"], "quote": {"Title": "Two desks"}}
    answer = stack.ask("action", "quotes/update_quote", change)
    after = answer["output"]["quote"]
    assert (after["Title"], after["Terms"]) == ("Two desks", "Thirty days")
    assert (after["Total"], after["LineAmountTypes"]) == (quote["Total"], "INCLUSIVE")
    back = stack.invoke("action", answer["undo"])
    assert back["output"]["quote"]["Title"] == "A desk"
    emptied = {"quote_id": quote["QuoteID"], "quote": {"Summary": "New"}}
    assert stack.ask("action", "quotes/update_quote", emptied, idempotency_key="2")["undo"] is None


def test_a_draft_quote_cannot_be_declined_and_a_deleted_one_not_be_changed(stack: Stack) -> None:
    named = {"quote_id": made(stack, "quotes", QUOTE)["QuoteID"]}
    with pytest.raises(ValidationError):
        stack.act("quotes/decline_quote", named)
    stack.act("quotes/mark_quote_as_sent", named)
    assert stack.act("quotes/decline_quote", named, idempotency_key="2")["quote"]["Status"] == (
        "DECLINED"
    )
    deleted = stack.ask("action", "quotes/delete_quote", named)
    assert deleted["undo"] is None
    with pytest.raises(ValidationError):
        stack.act("quotes/mark_quote_as_sent", named, idempotency_key="3")


def test_quotes_are_listed_by_what_xero_filters_by_and_found_by_number(stack: Stack) -> None:
    quote = made(stack, "quotes", QUOTE, ExpiryDate="2026-12-31", Status="SENT")
    asked = {"contact_id": quote["Contact"]["ContactID"], "expiry_date_from": "2026-12-31"}
    listed = stack.read("quotes/list_quotes", asked | {"status": "SENT"})["quotes"]
    assert [one["QuoteID"] for one in listed] == [quote["QuoteID"]]
    found = stack.read("quotes/find_quote", {"quote_number": quote["QuoteNumber"]})["quotes"]
    assert [one["QuoteID"] for one in found] == [quote["QuoteID"]]


@pytest.mark.promise("read-back")
@pytest.mark.parametrize(
    ("resource", "document"),
    [("purchase_orders", ORDER), ("quotes", QUOTE), ("repeating_invoices", TEMPLATE)],
)
def test_of_two_requests_with_one_key_one_document_comes(
    stack: Stack, resource: str, document: dict[str, Any]
) -> None:
    noun = resource.removesuffix("s")
    operation = f"{resource}/create_{noun}"
    first = stack.ask("action", operation, {noun: document}, idempotency_key="once")
    again = stack.ask("action", operation, {noun: document}, idempotency_key="once")
    assert again["replayed"] is True
    assert again["output"] == first["output"]
    assert len(stack.sent("PUT")) == 1


# Repeating invoices


@pytest.mark.promise("undo")
def test_a_template_is_made_and_deleted_and_never_changed(stack: Stack) -> None:
    answer = stack.ask(
        "action", "repeating_invoices/create_repeating_invoice", {"repeating_invoice": TEMPLATE}
    )
    template = answer["output"]["repeating_invoice"]
    assert template["Schedule"]["NextScheduledDate"] == "2027-01-04"
    asked = {"type": "ACCREC", "status": "DRAFT"}
    listed = stack.read("repeating_invoices/list_repeating_invoices", asked)["repeating_invoices"]
    assert [one["ID"] for one in listed] == [template["RepeatingInvoiceID"]]
    after = stack.invoke("action", answer["undo"])["output"]["repeating_invoice"]
    assert after["Status"] == "DELETED"


# Contact groups


@pytest.mark.promise("undo")
def test_contacts_are_put_into_a_group_and_taken_out_again(stack: Stack) -> None:
    made_group = made(stack, "contact_groups", {"Name": "Wholesale"})
    named = {"contact_group_id": made_group["ContactGroupID"]}
    contact = new_contact(stack)
    member = {"ContactID": contact["ContactID"]}
    for _ in range(2):
        stack.act("contact_groups/add_contacts_to_group", {**named, "contacts": [member]})
    (shown,) = group(stack, named["contact_group_id"])["Contacts"]
    assert shown["Name"] == contact["Name"]
    asked = {"contact_id": contact["ContactID"]}
    found = stack.read("contacts/get_contact", asked)["contact"]
    assert [one["Name"] for one in found["ContactGroups"]] == ["Wholesale"]
    removed = stack.ask("action", "contact_groups/remove_contact_from_group", {**named, **asked})
    assert group(stack, named["contact_group_id"])["Contacts"] == []
    stack.invoke("action", removed["undo"])
    assert len(group(stack, named["contact_group_id"])["Contacts"]) == 1
    stack.act("contact_groups/remove_contacts_from_group", named)
    assert group(stack, named["contact_group_id"])["Contacts"] == []


@pytest.mark.promise("undo")
def test_a_group_is_renamed_and_deleted(stack: Stack) -> None:
    with pytest.raises(ValidationError):
        made(stack, "contact_groups", {"Name": "Schools"})
    answer = stack.ask(
        "action", "contact_groups/create_contact_group", {"contact_group": {"Name": "Clubs"}}
    )
    named = {"contact_group_id": answer["output"]["contact_group"]["ContactGroupID"]}
    change = {**named, "contact_group": {"Name": "Sports clubs"}}
    stack.act("contact_groups/update_contact_group", change)
    listed = stack.read("contact_groups/list_contact_groups", {"order": "Name ASC"})
    assert "Sports clubs" in [one["Name"] for one in listed["contact_groups"]]
    stack.invoke("action", answer["undo"])
    with pytest.raises(NotFoundError):
        group(stack, named["contact_group_id"])


# Invoices and contacts


@pytest.mark.promise("undo")
def test_a_copy_has_the_content_and_neither_number_nor_status(stack: Stack) -> None:
    lines = [LINE | {"DiscountRate": 10, "Quantity": 3}, {"Description": "With thanks"}]
    original = new_invoice(
        stack, LineItems=lines, Status="AUTHORISED", LineAmountTypes="Inclusive", CurrencyCode="EUR"
    )
    given = {"invoice_id": original["InvoiceID"], "date": "2026-12-22", "reference": "Again"}
    answer = stack.ask("action", "invoices/copy_invoice", given)
    copy = answer["output"]["invoice"]
    for name in ("Contact", "Total", "TotalTax", "LineAmountTypes", "CurrencyCode", "Type"):
        assert copy[name] == original[name], name
    assert copy["InvoiceNumber"] != original["InvoiceNumber"]
    assert (copy["Status"], copy["Date"], copy["Reference"]) == ("DRAFT", "2026-12-22", "Again")
    assert copy["LineItems"][0]["LineItemID"] != original["LineItems"][0]["LineItemID"]
    again = stack.ask("action", "invoices/copy_invoice", given | {"reference": "Again"})
    assert again["output"]["invoice"]["InvoiceID"] != copy["InvoiceID"]
    after = stack.invoke("action", answer["undo"])["output"]["invoice"]
    assert after["Status"] == "DELETED"


def test_invoices_are_listed_by_typed_filters(stack: Stack) -> None:
    due = new_invoice(stack, Status="AUTHORISED", DueDate="2026-12-31", Reference='A "quoted" one')
    asked: dict[str, Any] = {
        "type": "ACCREC",
        "due_from": "2026-12-31",
        "due_to": "2026-12-31",
        "date_from": "2026-11-22",
        "date_to": "2026-11-22",
        "amount_due_over": "100.5",
        "contact_name": "Larkspur Interiors",
        "reference": 'A "quoted" one',
    }
    listed = stack.read("invoices/list_invoices", asked)["invoices"]
    assert [one["InvoiceID"] for one in listed] == [due["InvoiceID"]]
    others = {"type": "ACCPAY", "amount_due_over": str(due["AmountDue"]), "date_from": "2026-11-23"}
    for name, value in others.items():
        found = stack.read("invoices/list_invoices", {**asked, name: value})["invoices"]
        assert due["InvoiceID"] not in [one["InvoiceID"] for one in found], name
    assert stack.act("invoices/mark_invoice_as_sent", {"invoice_id": due["InvoiceID"]})["invoice"][
        "SentToContact"
    ]


def test_contacts_are_listed_by_typed_filters(stack: Stack) -> None:
    asked = {"name_contains": "Press", "is_customer": True, "email_address": "x@example.com"}
    assert stack.read("contacts/list_contacts", asked)["contacts"] == []
    del asked["email_address"]
    listed = stack.read("contacts/list_contacts", asked)["contacts"]
    assert [one["Name"] for one in listed] == ["Quillfeather Press"]
    starting = stack.read("contacts/list_contacts", {"name_starts": "Um", "is_supplier": True})
    assert [one["Name"] for one in starting["contacts"]] == ["Umber Print Works"]


def test_settings_that_a_person_makes_in_xero_can_be_read(stack: Stack) -> None:
    assert stack.read("invoices/get_reminder_settings")["reminders"] == {"Enabled": True}
    asked = {"contact_id": new_contact(stack)["ContactID"]}
    settings = stack.read("contacts/get_contact_cis_settings", asked)["cis_settings"]
    assert settings == {"CISEnabled": False}
