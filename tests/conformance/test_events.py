# SPDX-License-Identifier: Apache-2.0
"""EventBridge: which events a pattern finds, and that they arrive whole."""

import json
from typing import Any

import pytest

from local.machine.aws import Account

from .conftest import MakeQueue

pytestmark = pytest.mark.promise("emulator")

EVENT: dict[str, Any] = {
    "id": "5e5f3d6a-9f4f-4b8a-8a43-0c9d1d7c2a10",
    "account": "000000000000",
    "source": "xero.webhooks",
    "time": "2026-11-22T01:15:39Z",
    "region": "ap-southeast-2",
    "resources": [],
    "detail-type": "invoices/invoice_updated",
    "detail": {
        "tenant_id": "b5b9",
        "sequence": 107,
        "record": {"Total": 120.5, "Status": "PAID", "Contact": {"Name": "Bayside Club"}},
        "changed": ["Status", "AmountDue"],
        "previous_status": None,
        "paid": True,
    },
}

FOUND: list[dict[str, Any]] = [
    {"source": ["xero.webhooks"]},
    {"source": ["xero.records", "xero.webhooks"]},
    {"source": [{"prefix": "xero."}]},
    {"detail-type": [{"prefix": "invoices/"}]},
    {"detail-type": [{"suffix": "_updated"}]},
    {"detail-type": [{"wildcard": "*/invoice_*"}]},
    {"detail-type": [{"anything-but": ["contacts/contact_updated"]}]},
    {"detail-type": [{"anything-but": {"prefix": "contacts/"}}]},
    {"detail": {"sequence": [107]}},
    {"detail": {"sequence": [{"numeric": [">", 100, "<=", 107]}]}},
    {"detail": {"record": {"Total": [{"numeric": ["=", 120.5]}]}}},
    {"detail": {"record": {"Contact": {"Name": [{"equals-ignore-case": "BAYSIDE CLUB"}]}}}},
    {"detail": {"record": {"DueDate": [{"exists": False}]}}},
    {"detail": {"record": {"Status": [{"exists": True}]}}},
    {"detail": {"changed": ["AmountDue"]}},
    {"detail": {"previous_status": [None]}},
    {"detail": {"paid": [True]}},
    {"$or": [{"source": ["other"]}, {"detail": {"tenant_id": ["b5b9"]}}]},
]
MISSED: list[dict[str, Any]] = [
    {"source": ["xero.records"]},
    {"source": ["xero.webhooks"], "detail-type": ["contacts/contact_updated"]},
    {"source": [{"prefix": "webhooks"}]},
    {"detail-type": [{"suffix": "_created"}]},
    {"detail-type": [{"wildcard": "contacts/*"}]},
    {"detail-type": [{"anything-but": ["invoices/invoice_updated"]}]},
    {"detail-type": [{"anything-but": {"prefix": "invoices/"}}]},
    {"detail": {"sequence": ["107"]}},
    {"detail": {"sequence": [{"numeric": ["<", 107]}]}},
    {"detail": {"record": {"Status": [{"exists": False}]}}},
    {"detail": {"changed": ["Total"]}},
    {"detail": {"previous_status": [""]}},
    {"detail": {"paid": ["true"]}},
    {"detail": {"record": {"Contact": {"Name": ["bayside club"]}}}},
]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [(pattern, True) for pattern in FOUND] + [(pattern, False) for pattern in MISSED],
    ids=json.dumps,
)
def test_a_pattern_finds_what_it_finds_on_aws(
    account: Account, pattern: dict[str, Any], *, expected: bool
) -> None:
    answer = account.client("events").test_event_pattern(
        EventPattern=json.dumps(pattern), Event=json.dumps(EVENT)
    )

    assert answer["Result"] is expected


def test_a_malformed_pattern_is_refused(account: Account) -> None:
    events = account.client("events")

    with pytest.raises(events.exceptions.InvalidEventPatternException):
        events.put_rule(Name="malformed", EventPattern=json.dumps({"source": "not a list"}))


def test_an_event_reaches_the_queues_of_the_rules_that_find_it_and_no_others(
    account: Account, make_queue: MakeQueue
) -> None:
    events, sqs = account.client("events"), account.client("sqs")
    events.create_event_bus(Name="bus")
    found, missed = make_queue(), make_queue()
    for name, queue, pattern in (
        ("found", found, {"source": ["xero.webhooks"], "detail-type": [{"prefix": "invoices/"}]}),
        ("missed", missed, {"source": ["xero.records"]}),
    ):
        events.put_rule(Name=name, EventBusName="bus", EventPattern=json.dumps(pattern))
        target = {"Id": name, "Arn": queue.arn}
        events.put_targets(Rule=name, EventBusName="bus", Targets=[target])

    answer = events.put_events(
        Entries=[
            {
                "EventBusName": "bus",
                "Source": EVENT["source"],
                "DetailType": EVENT["detail-type"],
                "Detail": json.dumps(EVENT["detail"]),
                "Time": "2026-11-22T01:15:39Z",
            }
        ]
    )

    assert answer["FailedEntryCount"] == 0
    received = sqs.receive_message(QueueUrl=found.url, WaitTimeSeconds=10)["Messages"]
    event = json.loads(received[0]["Body"])
    assert event["id"] == answer["Entries"][0]["EventId"]
    assert event.keys() == EVENT.keys() | {"version"}
    assert [event[key] for key in ("source", "detail-type", "time", "detail")] == [
        EVENT[key] for key in ("source", "detail-type", "time", "detail")
    ]
    assert "Messages" not in sqs.receive_message(QueueUrl=missed.url)


def test_eleven_entries_in_one_call_are_refused(account: Account) -> None:
    events = account.client("events")
    entry = {"Source": "xero.webhooks", "DetailType": "x", "Detail": "{}"}

    with pytest.raises(events.exceptions.ClientError, match="10"):
        events.put_events(Entries=[entry] * 11)
