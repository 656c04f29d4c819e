# SPDX-License-Identifier: Apache-2.0
"""How the simulated Xero takes orders, quotes, templates of repeating invoices and groups."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from xero_python.accounting import (
    Contact,
    ContactGroup,
    ContactGroups,
    Contacts,
    LineItem,
    PurchaseOrder,
    PurchaseOrders,
    Quote,
    Quotes,
    QuoteStatusCodes,
    RepeatingInvoice,
    RepeatingInvoices,
    Schedule,
)

from tests.published import problems
from tests.xero.conftest import load

if TYPE_CHECKING:
    from local.xero.wire import Document
    from tests.xero.conftest import Client
    from tests.xero.sdk import Sdk

LINE = {"Description": "Desk", "Quantity": 2, "UnitAmount": 120.5, "AccountCode": "200"}
SCHEDULE = {
    "Period": 1,
    "Unit": "MONTHLY",
    "DueDate": 20,
    "DueDateType": "OFFOLLOWINGMONTH",
    "StartDate": "2026-12-01",
}
SENT: dict[str, Document] = {
    "PurchaseOrders": {"Contact": {"Name": "Umber Print Works"}, "LineItems": [LINE]},
    "Quotes": {
        "Contact": {"Name": "Larkspur Interiors"},
        "Date": "2026-11-20",
        "LineItems": [LINE],
    },
    "RepeatingInvoices": {
        "Type": "ACCREC",
        "Contact": {"Name": "Larkspur Interiors"},
        "Schedule": SCHEDULE,
        "LineItems": [LINE],
    },
    "ContactGroups": {"Name": "Wholesale"},
}


def create(client: Client, name: str, **fields: Any) -> Document:
    made: Document = client.write("PUT", name, {name: [SENT[name] | fields]})[name][0]
    return made


def key(name: str, record: Document) -> str:
    return f"{name}/{record[f'{name[:-1]}ID']}"


def change(client: Client, name: str, record: Document, **fields: Any) -> Document:
    changed: Document = client.write("POST", key(name, record), {name: [fields]})[name][0]
    return changed


def refused(client: Client, name: str, record: Document, **fields: Any) -> list[str]:
    return client.messages("POST", key(name, record), {name: [fields]})


@pytest.mark.promise("simulator-openapi")
@pytest.mark.parametrize("name", SENT)
def test_what_is_made_is_valid_and_read_back_the_same(client: Client, name: str) -> None:
    response = client.api("PUT", name, {name: [SENT[name]]})
    made = load(response)[name][0]
    assert problems(name, load(response)) == []
    one = client.api("GET", key(name, made))
    assert problems(name, load(one)) == []
    shown = load(one)[name][0]
    told = {"StatusAttributeString", "HasErrors", "HasValidationErrors"}
    assert {field: made[field] for field in made.keys() - told} == {
        field: shown[field] for field in shown.keys() - told
    }
    listed = client.read(name, order=f"{name[:-1]}ID")[name]
    assert made[f"{name[:-1]}ID"] in [found[f"{name[:-1]}ID"] for found in listed]


@pytest.mark.parametrize(
    ("name", "fields", "message"),
    [
        ("PurchaseOrders", {"LineItems": []}, "One or more line items must be specified"),
        ("PurchaseOrders", {"PurchaseOrderNumber": "PO-0001"}, "Order number must be unique"),
        (
            "PurchaseOrders",
            {"Contact": {"Name": "Nobody"}},
            "A contact must be specified for this type of transaction",
        ),
        (
            "PurchaseOrders",
            {"Status": "AUTHORISED", "LineItems": [{"Description": "A", "UnitAmount": 1}]},
            "Account code must be specified",
        ),
        ("Quotes", {"Date": None}, "Date cannot be empty"),
        ("Quotes", {"QuoteNumber": "QU-0001"}, "Quote number must be unique"),
        (
            "Quotes",
            {"Title": "A" * 101},
            "The Title field must not be longer than 100 characters.",
        ),
        (
            "RepeatingInvoices",
            {"Schedule": SCHEDULE | {"StartDate": None}},
            "Schedule StartDate must be specified",
        ),
        ("ContactGroups", {"Name": "Schools"}, "A Contact Group already exists with this name"),
    ],
)
def test_what_xero_refuses_of_a_new_one(
    client: Client, name: str, fields: Document, message: str
) -> None:
    assert message in client.messages("PUT", name, {name: [SENT[name] | fields]})


def test_an_order_may_have_discounts_and_four_places(client: Client) -> None:
    line = LINE | {"Quantity": 10, "UnitAmount": 0.1234, "DiscountRate": 50, "AccountCode": "461"}
    order = create(client, "PurchaseOrders", LineItems=[line])
    assert order["LineItems"][0]["UnitAmount"] == 0.1234
    assert (order["SubTotal"], order["IsDiscounted"]) == (0.62, True)


def test_a_billed_order_is_final_but_for_its_bill(client: Client) -> None:
    line = LINE | {"AccountCode": "461"}
    order = create(client, "PurchaseOrders", Status="AUTHORISED", LineItems=[line])
    assert change(client, "PurchaseOrders", order, Status="BILLED")["Status"] == "BILLED"
    assert refused(client, "PurchaseOrders", order, Status="DELETED") == [
        "Purchase Order not of valid status for modification"
    ]


def test_a_quotes_texts_are_emptied_where_they_are_left_out_and_its_lines_are_not(
    client: Client,
) -> None:
    quote = create(client, "Quotes", Terms="Thirty days", LineAmountTypes="INCLUSIVE")
    assert refused(client, "Quotes", quote, Status="SENT") == [
        "Date cannot be empty",
        "Contact cannot be empty",
    ]
    known = {"Contact": {"ContactID": quote["Contact"]["ContactID"]}, "Date": "2026-11-20"}
    after = change(client, "Quotes", quote, Status="SENT", **known)
    assert (after["Terms"], after["LineAmountTypes"]) == ("", "EXCLUSIVE")
    assert after["LineItems"][0]["LineItemID"] == quote["LineItems"][0]["LineItemID"]
    assert after["Total"] > quote["Total"]


@pytest.mark.parametrize(
    ("before", "after"), [("DRAFT", "DECLINED"), ("ACCEPTED", "DECLINED"), ("DELETED", "SENT")]
)
def test_a_quotes_status_goes_not_every_way(client: Client, before: str, after: str) -> None:
    known = {name: SENT["Quotes"][name] for name in ("Contact", "Date")}
    quote = create(client, "Quotes", Status="DRAFT" if before == "DELETED" else before)
    if before == "DELETED":
        change(client, "Quotes", quote, Status=before, **known)
    assert refused(client, "Quotes", quote, Status=after, **known) == [
        "Quote not of valid status for modification"
    ]


def test_a_template_can_only_be_deleted(client: Client) -> None:
    template = create(client, "RepeatingInvoices")
    message = ["Repeating invoice status must be set to DELETED"]
    assert refused(client, "RepeatingInvoices", template, Reference="A") == message
    deleted = {"RepeatingInvoiceID": template["ID"], "Status": "DELETED"}
    # Without an id, the same call makes one.
    sent = {"RepeatingInvoices": [deleted, SENT["RepeatingInvoices"]]}
    answer = client.write("POST", "RepeatingInvoices", sent)["RepeatingInvoices"]
    assert [one["Status"] for one in answer] == ["DELETED", "DRAFT"]


def test_an_archived_contact_is_put_into_no_group(client: Client) -> None:
    group = create(client, "ContactGroups")
    contacts = client.read("Contacts", includeArchived="true")["Contacts"]
    sent = [{"ContactID": one["ContactID"]} for one in contacts]
    path = key("ContactGroups", group) + "/Contacts"
    assert client.messages("PUT", path, {"Contacts": sent}) == [
        "Unable to assign an Archived contact."
    ]
    assert client.read(key("ContactGroups", group))["ContactGroups"][0]["Contacts"] == []
    active = [one for one in contacts if one["ContactStatus"] == "ACTIVE"]
    client.write("PUT", path, {"Contacts": active[:2]})
    assert client.api("DELETE", f"{path}/{active[0]['ContactID']}").status == 204
    (left,) = client.read(key("ContactGroups", group))["ContactGroups"][0]["Contacts"]
    assert left["Name"] == active[1]["Name"]
    assert client.api("DELETE", f"{path}/{active[0]['ContactID']}").status == 404
    change(client, "ContactGroups", group, Status="DELETED")
    assert client.api("GET", key("ContactGroups", group)).status == 404
    again = client.read(f"Contacts/{active[1]['ContactID']}")["Contacts"][0]
    assert "Wholesale" not in [one["Name"] for one in again["ContactGroups"]]


@pytest.mark.promise("simulator-xero-sdk")
def test_the_sdk_makes_one_of_each_and_ends_it(sdk: Sdk) -> None:
    api, tenant_id = sdk.accounting, sdk.tenant_id
    line = LineItem(description="Desk", quantity=2.0, unit_amount=120.5, account_code="200")
    contact = Contact(name="Umber Print Works")

    order = PurchaseOrder(contact=contact, line_items=[line])
    made = api.create_purchase_orders(
        tenant_id, PurchaseOrders(purchase_orders=[order])
    ).purchase_orders[0]
    found = api.get_purchase_order_by_number(tenant_id, made.purchase_order_number)
    assert found.purchase_orders[0].purchase_order_id == made.purchase_order_id
    ending = PurchaseOrders(purchase_orders=[PurchaseOrder(status="DELETED")])
    ended = api.update_purchase_order(tenant_id, made.purchase_order_id, ending).purchase_orders[0]
    assert ended.status == "DELETED"

    offered = Quote(contact=contact, line_items=[line], date=date(2026, 11, 20), terms="Cash")
    quote = api.create_quotes(tenant_id, Quotes(quotes=[offered])).quotes[0]
    sent = Quote(contact=contact, date=offered.date, status=QuoteStatusCodes.SENT)
    changed = api.update_quote(tenant_id, quote.quote_id, Quotes(quotes=[sent])).quotes[0]
    assert (changed.status.value, changed.terms, changed.total) == ("SENT", "", quote.total)

    schedule = Schedule(
        period=1,
        unit="MONTHLY",
        due_date=20,
        due_date_type="OFFOLLOWINGMONTH",
        start_date=date(2026, 12, 1),
    )
    repeating = RepeatingInvoice(
        type="ACCREC", contact=contact, schedule=schedule, line_items=[line]
    )
    template = api.create_repeating_invoices(
        tenant_id, RepeatingInvoices(repeating_invoices=[repeating])
    ).repeating_invoices[0]
    assert template.schedule.next_scheduled_date == date(2026, 12, 1)
    gone = RepeatingInvoices(repeating_invoices=[RepeatingInvoice(status="DELETED")])
    ended = api.update_repeating_invoice(tenant_id, template.repeating_invoice_id, gone)
    assert ended.repeating_invoices[0].status == "DELETED"

    group = api.create_contact_group(
        tenant_id, ContactGroups(contact_groups=[ContactGroup(name="Wholesale")])
    ).contact_groups[0]
    members = Contacts(contacts=[Contact(contact_id=made.contact.contact_id)])
    api.create_contact_group_contacts(tenant_id, group.contact_group_id, members)
    (shown,) = api.get_contact_group(tenant_id, group.contact_group_id).contact_groups
    assert [one.name for one in shown.contacts] == [contact.name]
    api.delete_contact_group_contact(tenant_id, group.contact_group_id, made.contact.contact_id)
    api.delete_contact_group_contacts(tenant_id, group.contact_group_id)
    assert api.get_invoice_reminders(tenant_id).invoice_reminders[0].enabled is True
    settings = api.get_contact_cis_settings(tenant_id, made.contact.contact_id)
    assert settings.cis_settings[0].cis_enabled is False
