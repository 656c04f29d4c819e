# SPDX-License-Identifier: Apache-2.0
"""What a webhook tells of arrives as a full record, once, and costs few calls to Xero."""

from collections import Counter
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

import pytest

from local.listener import Event
from local.machine import control
from tests.flows.scenes import Scene, playing


@pytest.fixture(scope="module")
def whole_scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with playing(tmp_path_factory.mktemp("records"), Scene) as scene:
        yield scene
        scene.settle()
        assert scene.repeated() == 0
        assert scene.lost() == set()


@pytest.fixture
def scene(whole_scene: Scene) -> Scene:
    return whole_scene


def _types(events: list[Event]) -> list[str]:
    return sorted(event["detail-type"] for event in events)


@pytest.mark.promise("records")
@pytest.mark.promise("changed")
@pytest.mark.parametrize(
    ("collection", "trigger", "mark_field"),
    [
        ("Contacts", "contacts/contact", "ContactNumber"),
        ("Invoices", "invoices/invoice", "Reference"),
        ("CreditNotes", "credit_notes/credit_note", "Reference"),
        ("Payments", "payments/payment", "Reference"),
        ("Prepayments", "prepayments/prepayment", "Reference"),
        ("Overpayments", "overpayments/overpayment", "Reference"),
    ],
)
def test_a_change_that_xero_tells_of_arrives_as_the_full_record(
    scene: Scene, collection: str, trigger: str, mark_field: str
) -> None:
    ((created, record_id),) = scene.changed(collection)
    first = scene.wait_for(created)[0]
    (updated,) = scene.change(collection, record_id)
    second = scene.wait_for(updated)[0]

    assert first["detail-type"] == f"{trigger}_created"
    assert second["detail-type"] == f"{trigger}_updated"
    for event, mark in ((first, created), (second, updated)):
        detail = event["detail"]
        assert detail["found_by"] == "webhook"
        assert detail["resource_id"] == record_id
        assert detail["tenant_id"] == scene.stack.tenant_id
        assert detail["record"][mark_field] == mark
        assert detail["record"]["UpdatedDateUTC"] == detail["occurred_at"]
    assert (first["detail"]["changed"], first["detail"]["previous_status"]) == ([], None)
    assert {mark_field, "UpdatedDateUTC"} <= set(second["detail"]["changed"])
    assert len(second["detail"]["changed"]) <= 3
    assert bool(second["detail"]["record"].get("LineItems")) == (
        collection not in {"Contacts", "Payments"}
    )


@pytest.mark.promise("meanings")
@pytest.mark.parametrize(
    ("collection", "kind", "before", "after", "meant"),
    [
        ("Invoices", "ACCREC", "DRAFT", "AUTHORISED", {"invoice_updated", "invoice_approved"}),
        ("Invoices", "ACCREC", "AUTHORISED", "PAID", {"invoice_updated", "invoice_paid"}),
        ("Invoices", "ACCREC", "AUTHORISED", "VOIDED", {"invoice_updated", "invoice_voided"}),
        (
            "Invoices", "ACCPAY", "SUBMITTED", "AUTHORISED",
            {"invoice_updated", "bill_updated", "bill_approved"},
        ),
        (
            "Invoices", "ACCPAY", "AUTHORISED", "PAID",
            {"invoice_updated", "bill_updated", "bill_paid"},
        ),
        (
            "Invoices", "ACCPAY", "AUTHORISED", "VOIDED",
            {"invoice_updated", "bill_updated", "bill_voided"},
        ),
        ("Contacts", "", "ACTIVE", "ARCHIVED", {"contact_updated", "contact_archived"}),
        (
            "CreditNotes", "ACCRECCREDIT", "DRAFT", "AUTHORISED",
            {"credit_note_updated", "credit_note_approved"},
        ),
        (
            "CreditNotes", "ACCRECCREDIT", "AUTHORISED", "VOIDED",
            {"credit_note_updated", "credit_note_voided"},
        ),
    ],
)  # fmt: skip
def test_what_a_change_amounts_to_is_an_event_too(
    scene: Scene, collection: str, kind: str, before: str, after: str, meant: set[str]
) -> None:
    status = "ContactStatus" if collection == "Contacts" else "Status"
    first: dict[str, Any] = {status: before} | ({"Type": kind} if kind else {})
    ((created, record_id),) = scene.changed(collection, **first)
    scene.wait_for(created)

    then: dict[str, Any] = {status: after}
    (changed,) = scene.change(collection, record_id, **then)
    scene.wait_until(lambda: len(scene.heard(changed)) == len(meant))

    events = scene.heard(changed)
    assert {event["detail-type"].partition("/")[2] for event in events} == meant
    for event in events:
        assert event["detail"]["previous_status"] == before
        assert status in event["detail"]["changed"]
    if kind == "ACCPAY":
        assert "invoices/bill_created" in _types(scene.heard(created))


@pytest.mark.promise("out-of-reach")
def test_a_record_that_is_gone_is_said_to_be_unavailable(scene: Scene) -> None:
    gone, *_ = scene.make("Invoices", 1)
    scene.xero("DELETE", "records", {"resource": "Invoices", "ids": [gone]})
    scene.tell(gone)

    def about() -> list[Event]:
        return [one for one in scene.listener.events if one["detail"]["resource_id"] == gone]

    scene.wait_until(lambda: bool(about()))
    (event,) = about()
    assert event["detail-type"] == "invoices/invoice_unavailable"
    assert event["detail"]["reason"] == "not_found"
    assert "record" not in event["detail"]
    scene.settle()
    assert about() == [event]


@pytest.mark.promise("record-dead-letters")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not JSON"),
        ('{"detail": {"resource": "invoices"}}', "not a finding: KeyError"),
        ('{"swept": {"resource": "invoices", "ids": [1]}}', "not a finding: TypeError"),
    ],
)
def test_a_message_that_nobody_can_read_ends_among_the_dead_letters_with_the_reason(
    scene: Scene, text: str, reason: str
) -> None:
    scene.stack.account.client("sqs").send_message(
        QueueUrl=scene.stack.queues["records"], MessageBody=text
    )
    (mark,) = scene.change("Invoices")

    scene.wait_for(mark)
    scene.settle()
    (letter,) = scene.letters()
    assert letter["Body"] == text
    assert letter["MessageAttributes"]["reason"]["StringValue"] == reason


@pytest.fixture
def as_deployed(scene: Scene) -> Iterator[Scene]:
    """Have the record queue gather as the template says."""
    control.gather(scene.stack, "record", messages=500, seconds=5)
    control.come_again_after(scene.stack, "records", 60)
    yield scene
    control.gather(scene.stack, "record", messages=10, seconds=0)
    control.come_again_after(scene.stack, "records", 1)


@pytest.mark.promise("few-calls")
@pytest.mark.promise("record-once")
@pytest.mark.parametrize(("records", "most_calls"), [(1000, 20), (10, 3)])
def test_a_thousand_events_cost_few_calls_and_each_record_is_published_once(
    as_deployed: Scene, records: int, most_calls: int
) -> None:
    scene = as_deployed
    ids = scene.make("Invoices", records)
    scene.settle()
    before = len(scene.calls())

    assert scene.post(scene.body(*islice(cycle(ids), 1000))) == 200
    about = set(ids)
    scene.wait_until(
        lambda: about <= {event["detail"]["resource_id"] for event in scene.listener.events}
    )
    scene.settle()

    assert len(scene.calls()) - before <= most_calls
    published = Counter(
        event["detail"]["resource_id"]
        for event in scene.listener.events
        if event["detail-type"] in {"invoices/invoice_created", "invoices/invoice_updated"}
    )
    assert [published[one] for one in ids] == [1] * records
