# SPDX-License-Identifier: Apache-2.0
"""Changes in Xero, from webhooks through the record function to a rule of the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.functions.stack import sample

if TYPE_CHECKING:
    from tests.functions.stack import Stack

TOLD = {
    "Contacts": ("CONTACT", "contacts/contact"),
    "Invoices": ("INVOICE", "invoices/invoice"),
    "CreditNotes": ("CREDITNOTE", "credit_notes/credit_note"),
    "Payments": ("PAYMENT", "payments/payment"),
    "Prepayments": ("PREPAYMENT", "prepayments/prepayment"),
    "Overpayments": ("OVERPAYMENT", "overpayments/overpayment"),
}
ABSENT = "6f7594f2-f059-4d56-9e67-47ac9733bfe9"


def changed(stack: Stack, resource: str, **fields: Any) -> str:
    """Make a record, or change the one whose id is among the fields, and return its id."""
    (record_id,) = stack.change(resource, fields)
    return record_id


def record_of(event: dict[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = event["detail"]["record"]
    return record


@pytest.mark.parametrize("resource", TOLD)
@pytest.mark.promise("records")
def test_what_a_webhook_tells_of_is_published_as_it_now_is(stack: Stack, resource: str) -> None:
    category, name = TOLD[resource]
    record_id = changed(stack, resource)
    stack.tell(category, record_id, happened="CREATE")

    assert stack.work_off() == 0
    event = stack.news()[0]
    detail = event["detail"]
    assert event["source"] == "xero.records"
    assert event["detail-type"] == f"{name}_created"
    assert len(detail.pop("event_id")) == 32
    record = detail.pop("record")
    assert record[f"{resource[:-1]}ID"] == record_id
    assert detail == {
        "tenant_id": next(iter(stack.xero.books)),
        "tenant_type": "ORGANISATION",
        "resource": name.partition("/")[0],
        "resource_id": record_id,
        "resource_url": f"https://api.xero.com/api.xro/2.0/{resource}/{record_id}",
        "event_category": category,
        "event_type": "CREATE",
        "occurred_at": record["UpdatedDateUTC"],
        "found_by": "webhook",
        "changed": [],
        "previous_status": None,
    }
    assert record["UpdatedDateUTC"].startswith(event["time"].removesuffix("Z"))


@pytest.mark.promise("changed")
def test_the_next_version_says_what_changed_and_what_the_status_was(stack: Stack) -> None:
    invoice = changed(stack, "Invoices", Type="ACCREC", Status="DRAFT", Reference="a")
    stack.tell("INVOICE", invoice, happened="CREATE")
    stack.work_off()
    changed(stack, "Invoices", InvoiceID=invoice, Status="AUTHORISED", Reference="b")
    stack.tell("INVOICE", invoice)
    stack.work_off()

    events = stack.news()
    assert [event["detail-type"].partition("/")[2] for event in events] == [
        "invoice_created",
        "invoice_updated",
        "invoice_approved",
    ]
    for event in events[1:]:
        assert event["detail"]["previous_status"] == "DRAFT"
        assert {"Reference", "Status", "UpdatedDateUTC"} <= set(event["detail"]["changed"])
        assert not {"Type", "Contact", "LineItems"} & set(event["detail"]["changed"])
    ids = [event["detail"]["event_id"] for event in events]
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    ("resource", "fields", "then", "meant"),
    [
        ("Contacts", {}, {"ContactStatus": "ARCHIVED"}, ["contact_archived"]),
        ("Invoices", {"Type": "ACCREC"}, {"Status": "PAID"}, ["invoice_paid"]),
        ("Invoices", {"Type": "ACCREC"}, {"Status": "VOIDED"}, ["invoice_voided"]),
        ("Invoices", {"Type": "ACCPAY"}, {"Status": "PAID"}, ["bill_updated", "bill_paid"]),
        ("Invoices", {"Type": "ACCPAY"}, {"Status": "VOIDED"}, ["bill_updated", "bill_voided"]),
        ("CreditNotes", {}, {"Status": "VOIDED"}, ["credit_note_voided"]),
        ("CreditNotes", {}, {"Status": "PAID"}, []),
        ("Payments", {}, {"Status": "DELETED"}, []),
    ],
)
@pytest.mark.promise("meanings")
def test_what_a_change_means_is_said_beside_it(
    stack: Stack,
    resource: str,
    fields: dict[str, str],
    then: dict[str, str],
    meant: list[str],
) -> None:
    category, name = TOLD[resource]
    status = {} if resource == "Contacts" else {"Status": "AUTHORISED"}
    record_id = changed(stack, resource, **fields, **status)
    stack.tell(category, record_id, happened="CREATE")
    stack.work_off()
    before = len(stack.told())
    changed(stack, resource, **{f"{resource[:-1]}ID": record_id}, **then)
    stack.tell(category, record_id)
    stack.work_off()

    own = name.partition("/")[0]
    assert stack.told()[before:] == [f"{name}_updated", *(f"{own}/{one}" for one in meant)]


@pytest.mark.promise("record-once")
def test_a_version_is_published_once_however_often_it_is_told_of(stack: Stack) -> None:
    contact = changed(stack, "Contacts")
    for _ in range(3):
        stack.tell("CONTACT", contact, contact)
        stack.work_off()
    assert stack.told() == ["contacts/contact_updated"]

    # That it was created came last, and is news still, once.
    for _ in range(2):
        stack.tell("CONTACT", contact, happened="CREATE")
        stack.work_off()
    assert stack.told() == ["contacts/contact_updated", "contacts/contact_created"]


@pytest.mark.promise("few-calls")
def test_fifty_invoices_cost_a_call_and_so_do_many_events_about_few(stack: Stack) -> None:
    """For a thousand see the local stack: moto takes two minutes over it."""
    wish = {"resource": "Invoices", "count": 100, "quiet": True}
    ids = stack.admin("POST", "records", wish)["ids"]
    stack.tell("INVOICE", *ids)
    stack.work_off()
    assert len(stack.sent("GET", "/Invoices")) == 2
    published = [event["detail"]["resource_id"] for event in stack.news()]
    assert set(published) == set(ids)
    assert stack.told().count("invoices/invoice_updated") == 100

    stack.change("Invoices", *({"InvoiceID": one} for one in ids[:10]))
    stack.tell("INVOICE", *(ids[:10] * 10))
    stack.work_off()
    assert len(stack.sent("GET", "/Invoices")) == 3
    assert stack.told().count("invoices/invoice_updated") == 110


@pytest.mark.promise("exact-money")
def test_amounts_reach_the_bus_with_all_their_digits(stack: Stack) -> None:
    line = {"UnitAmount": 0.1234, "Quantity": 1, "Description": "A quarter of a desk"}
    invoice = changed(stack, "Invoices", LineItems=[line])
    stack.tell("INVOICE", invoice)
    stack.work_off()

    assert record_of(stack.news()[0])["LineItems"][0]["UnitAmount"] == 0.1234


@pytest.mark.promise("out-of-reach")
def test_a_record_that_is_gone_is_said_to_be_so_at_the_third_look(stack: Stack) -> None:
    stack.tell("INVOICE", ABSENT)
    assert stack.work_off(times=2) == 1
    assert stack.told() == []
    assert stack.work_off() == 0

    (event,) = stack.news()
    assert event["detail-type"] == "invoices/invoice_unavailable"
    assert event["detail"]["resource_id"] == ABSENT
    assert event["detail"]["reason"] == "not_found"
    assert "record" not in event["detail"]


@pytest.mark.promise("out-of-reach")
def test_a_kind_of_record_without_its_scope_is_said_to_be_out_of_reach(stack: Stack) -> None:
    held = stack.held("token")
    stack.fill(token=held | {"access_token": stack.log_in("accounting.contacts.read")})
    contact, invoice = changed(stack, "Contacts"), changed(stack, "Invoices")
    stack.tell("INVOICE", invoice)
    stack.tell("CONTACT", contact)

    assert stack.work_off() == 0
    assert sorted(stack.told()) == ["contacts/contact_updated", "invoices/invoice_unavailable"]
    reasons = [event["detail"].get("reason") for event in stack.news()]
    assert "scope" in reasons


@pytest.mark.parametrize("fault", ["429-minute", "500", "503", "cut", "html-error", "empty"])
@pytest.mark.promise("records")
def test_what_xero_does_not_give_now_comes_again(stack: Stack, fault: str) -> None:
    contact = changed(stack, "Contacts")
    stack.tell("CONTACT", contact)
    stack.fault(fault, times=20, path="/Contacts")

    assert stack.work_off() == 1
    assert stack.told() == []
    stack.admin("DELETE", "faults")
    stack.waited.append(60)
    assert stack.work_off() == 0
    assert stack.told() == ["contacts/contact_updated"]


@pytest.mark.parametrize("service", ["events", "dynamodb"])
@pytest.mark.promise("records")
def test_while_bus_or_table_is_out_everything_waits_in_the_queue(
    stack: Stack, service: str
) -> None:
    contact = changed(stack, "Contacts")
    stack.tell("CONTACT", contact)
    stack.client(service).down = True

    assert stack.work_off(times=3) == 1
    stack.client(service).down = False
    assert stack.work_off() == 0
    assert stack.told() == ["contacts/contact_updated"]


@pytest.mark.parametrize("text", ["", "x", "[]", '{"detail": {}}', '{"swept": {}}', "{}"])
@pytest.mark.promise("record-dead-letters")
def test_a_message_that_nobody_can_read_is_buried_with_the_reason(stack: Stack, text: str) -> None:
    contact = changed(stack, "Contacts")
    stack.tell("CONTACT", contact)
    stack.sqs.send_message(QueueUrl=stack.urls["records"], MessageBody=text or " ")

    assert stack.work_off() == 0
    assert stack.told() == ["contacts/contact_updated"]
    ((reason, buried),) = stack.buried()
    assert buried == (text or " ")
    assert reason.startswith(("not JSON", "not a finding"))


@pytest.mark.promise("record-dead-letters")
def test_a_record_that_the_bus_can_never_take_is_buried_and_holds_up_no_other(
    stack: Stack,
) -> None:
    bad, good = changed(stack, "Contacts"), changed(stack, "Contacts")
    stack.tell("CONTACT", bad, good)
    stack.client("events").refuses = lambda entry: bad in entry["Detail"]
    assert stack.work_off() == 1
    assert [event["detail"]["resource_id"] for event in stack.news()] == [good]

    stack.client("events").refuses = lambda _: False
    assert stack.work_off() == 0
    assert [event["detail"]["resource_id"] for event in stack.news()] == [good, bad]


@pytest.mark.promise("records")
def test_a_record_too_large_for_an_event_goes_without_itself(stack: Stack) -> None:
    invoice = changed(
        stack,
        "Invoices",
        LineItems=[{"Description": "x" * 4000, "Quantity": 1, "UnitAmount": 1}] * 260,
    )
    stack.tell("INVOICE", invoice)
    stack.work_off()

    detail = stack.news()[0]["detail"]
    assert detail["record_omitted"] is True
    assert "record" not in detail
    assert detail["resource_id"] == invoice


@pytest.mark.promise("records")
def test_what_has_no_records_is_left_to_the_webhook_event(stack: Stack) -> None:
    stack.tell("SUBSCRIPTION", "no-guid")
    stack.tell("WIDGET", "no-guid")

    assert stack.work_off() == 0
    assert stack.told() == []
    assert stack.buried() == []


@pytest.mark.promise("query-reads-only")
def test_the_record_function_only_reads(stack: Stack) -> None:
    stack.tell("CONTACT", changed(stack, "Contacts"))
    stack.work_off()

    assert {one["method"] for one in stack.sent()} == {"GET"}


@pytest.mark.promise("one-declaration")
def test_the_sample_batch_is_one_that_the_function_takes(stack: Stack) -> None:
    answer = stack.invoke("record", sample("deliveries/findings_from_queue"))

    # The sweep brought its record along; the organisation of the webhook's is not connected.
    assert answer == {"batchItemFailures": []}
    assert sorted(stack.told()) == ["contacts/contact_unavailable", "contacts/contact_updated"]
