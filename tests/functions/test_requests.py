# SPDX-License-Identifier: Apache-2.0
"""Requests made as events: the batch from the queue, the results on the bus, the repeats."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest

from local.derived.samples import request_event
from local.xero.replies import json_reply
from tests.functions.records import LINE, contact, invoice
from tests.functions.stack import MAX_RECEIVES, Context, Stack, sample

CREATE = "contacts/create_contact"


def request(operation: str = CREATE, given: Any = None, **changes: Any) -> dict[str, Any]:
    """An event that asks for an action, with an id of its own and no correlation_id."""
    given = {"contact": contact()} if given is None else given
    return request_event(operation, given) | {"id": "e-1", "detail": {"input": given}} | changes


def record(body: Any, *, message: str = "m-1", receives: int = 1) -> dict[str, Any]:
    """A message as Lambda takes it from the queue."""
    return {
        "messageId": message,
        "receiptHandle": f"receipt-{message}",
        "body": body if isinstance(body, str) else json.dumps(body),
        "attributes": {"ApproximateReceiveCount": str(receives)},
        "eventSource": "aws:sqs",
    }


@dataclass
class Queue:
    """The queue's side of the action function."""

    stack: Stack

    def __post_init__(self) -> None:
        """Take made-up receipts for good."""
        # The receipts are made up; moto knows none of them.
        self.stack.client("sqs").answers = {"change_message_visibility": {}}

    def hand_over(self, *records: dict[str, Any], context: Context | None = None) -> list[str]:
        """Return the ids of the messages that are to come again."""
        answer = self.stack.invoke("action", {"Records": list(records)}, context)
        assert answer.keys() == {"batchItemFailures"}
        return [one["itemIdentifier"] for one in answer["batchItemFailures"]]

    def lined_up(self) -> list[dict[str, Any]]:
        """Return what was put on the queue again."""
        return [given for name, given in self.stack.client("sqs").calls if name == "send_message"]

    @property
    def hidden(self) -> dict[str, int]:
        """For how many seconds each message was hidden at last."""
        calls = self.stack.client("sqs").calls
        return {
            given["ReceiptHandle"].removeprefix("receipt-"): given["VisibilityTimeout"]
            for name, given in calls
            if name == "change_message_visibility"
        }

    def results(self) -> list[dict[str, Any]]:
        """The details of the results on the bus."""
        assert {one["source"] for one in self.stack.seen()} <= {"xero.results"}
        return [one["detail"] for one in self.stack.seen()]


@pytest.fixture
def queue(stack: Stack) -> Queue:
    return Queue(stack)


def created(stack: Stack, name: str = "Gannet & Sons") -> int:
    (book,) = stack.xero.books.values()
    return sum(one["Name"] == name for one in book.contacts.values())


@pytest.mark.promise("requests")
def test_the_sample_request_is_carried_out_and_answered(stack: Stack, queue: Queue) -> None:
    assert queue.hand_over(*sample("deliveries/request_from_queue")["Records"]) == []
    (seen,) = stack.seen()
    assert (seen["source"], seen["detail-type"]) == ("xero.results", "invoices/create_invoice")
    detail = seen["detail"]
    assert detail["correlation_id"] == "order-1047"
    assert detail["output"]["invoice"]["Status"] == "DRAFT"
    assert detail["undo"]["operation"] == "invoices/delete_draft_invoice"
    assert stack.invoke("action", sample("deliveries/request")) == {"accepted": True}


@pytest.mark.promise("requests")
def test_a_result_carries_the_requests_own_id_where_none_was_given(queue: Queue) -> None:
    queue.hand_over(record(request()), record(request(given={}, id="e-2"), message="m-2"))
    good, bad = queue.results()
    assert (good["correlation_id"], good["operation"]) == ("e-1", CREATE)
    assert (bad["correlation_id"], bad["operation"]) == ("e-2", CREATE)
    assert bad["error"]["type"] == "InputError"


@pytest.mark.promise("request-retries")
def test_only_what_may_succeed_later_or_cannot_be_read_comes_again(
    stack: Stack, queue: Queue
) -> None:
    stack.fault("503", 3, path="/Contacts/")
    archive = request(
        "contacts/archive_contact", {"contact_id": "6f7594f2-f059-4d56-9e67-47ac9733bfe9"}
    )
    again = queue.hand_over(
        record(request(id="good"), message="good"),
        record(request(given={"contact": {}}, id="bad"), message="bad-input"),
        record(request("contacts/no_such", id="unknown"), message="unknown"),
        record(request("contacts/get_contact", id="query"), message="query"),
        record({**archive, "id": "later"}, message="retryable"),
        record("not json", message="malformed"),
        record([1], message="a-list"),
        record(request(given={"contact": contact(Name="After")}, id="after"), message="after"),
    )
    assert again == ["retryable", "malformed", "a-list"]
    assert [one["correlation_id"] for one in queue.results()] == [
        "good",
        "bad",
        "unknown",
        "query",
        "after",
    ]
    assert [one.get("error", {}).get("type") for one in queue.results()] == [
        None,
        "InputError",
        "UnknownOperationError",
        "UnknownOperationError",
        None,
    ]
    assert created(stack) == created(stack, "After") == 1


@pytest.mark.promise("request-retries")
@pytest.mark.parametrize(("receives", "seconds"), [(1, 5), (2, 10), (4, 40), (MAX_RECEIVES, 900)])
def test_a_message_comes_again_when_it_may_succeed(
    stack: Stack, queue: Queue, receives: int, seconds: int
) -> None:
    # It looks before it writes, and so knows that nothing was done.
    stack.fault("503", 9, method="GET")
    asked = request("contacts/find_or_create_contact")
    assert queue.hand_over(record(asked, receives=receives)) == ["m-1"]
    assert queue.hidden["m-1"] == seconds


@pytest.mark.promise("request-retries")
@pytest.mark.parametrize("receives", [1, 4])
def test_a_message_of_unknown_outcome_comes_again_when_more_can_be_known(
    stack: Stack, queue: Queue, receives: int
) -> None:
    stack.fault("503", 9)
    assert queue.hand_over(record(request(), receives=receives)) == ["m-1"]
    assert queue.hidden["m-1"] == 5
    assert queue.results() == []


@pytest.mark.promise("request-retries")
def test_on_the_last_try_the_error_is_published_and_the_message_kept(
    stack: Stack, queue: Queue
) -> None:
    stack.fault("503", 9)
    assert queue.hand_over(record(request(), receives=MAX_RECEIVES)) == ["m-1"]
    (result,) = queue.results()
    assert result["error"]["type"] == "OutcomeUnknownError"
    assert result["correlation_id"] == "e-1"


@pytest.mark.promise("request-retries")
@pytest.mark.parametrize(("fault", "seconds"), [("429-minute:44", 44), ("429-day:3000", 3000)])
@pytest.mark.parametrize("receives", [1, MAX_RECEIVES])
def test_a_request_before_its_turn_lines_up_again_and_uses_up_no_receives(
    stack: Stack, queue: Queue, fault: str, seconds: int, receives: int
) -> None:
    stack.fault(fault)
    asked = record(request(), receives=receives)
    assert queue.hand_over(asked) == []
    assert queue.results() == []
    while queue.lined_up():
        (sent,) = queue.lined_up()
        assert (sent["MessageBody"], sent["DelaySeconds"]) == (asked["body"], min(seconds, 900))
        stack.waited.append(sent["DelaySeconds"])
        seconds -= sent["DelaySeconds"]
        stack.client("sqs").calls.clear()
        assert queue.hand_over(record(sent["MessageBody"])) == []
    assert created(stack) == 1
    # In between Xero was asked nothing: that the limit is used up stands in the table.
    assert len(stack.sent(path="/Contacts")) == 2
    assert {one["idempotency_key"] for one in stack.sent(path="/Contacts")} == {"e-1"}


@pytest.mark.promise("stable-key")
def test_added_lines_are_added_once_however_often_the_same_is_asked(
    stack: Stack, queue: Queue
) -> None:
    (book,) = stack.xero.books.values()
    draft = next(one for one in book.invoices.values() if one["Status"] == "DRAFT")
    lines = len(draft["LineItems"])
    given = {
        "invoice_id": draft["InvoiceID"],
        "line_items": [
            {"Description": "Buoy", "Quantity": 1, "UnitAmount": 1, "AccountCode": "200"}
        ],
    }
    asked = request("invoices/add_line_items", given)
    stack.fault("cut-after", 3, path="/Invoices/", method="POST")

    assert queue.hand_over(record(asked)) == ["m-1"]
    assert queue.hand_over(record(asked, receives=2)) == []

    (result,) = queue.results()
    assert len(result["output"]["invoice"]["LineItems"]) == lines + 1
    assert len(book.invoices[draft["InvoiceID"]]["LineItems"]) == lines + 1
    present = [{"LineItemID": line["LineItemID"]} for line in draft["LineItems"]]
    assert result["undo"]["input"]["invoice"]["LineItems"] == present[:lines]


@pytest.mark.promise("request-retries")
def test_an_outcome_that_is_unknown_is_asked_for_again_and_published_at_last_with_its_key(
    stack: Stack, queue: Queue
) -> None:
    stack.fault("cut-after", 9)
    assert queue.hand_over(record(request())) == ["m-1"]
    assert queue.results() == []
    assert queue.hand_over(record(request(), receives=MAX_RECEIVES)) == ["m-1"]
    (result,) = queue.results()
    assert result["error"]["type"] == "OutcomeUnknownError"
    assert result["error"]["details"]["idempotency_key"] == "e-1"


@pytest.mark.promise("stable-key")
def test_every_repeat_of_a_request_has_the_same_key(stack: Stack, queue: Queue) -> None:
    stack.fault("503", 3)
    assert queue.hand_over(record(request())) == ["m-1"]
    assert queue.hand_over(record(request(), receives=2)) == []
    assert {one["idempotency_key"] for one in stack.sent(path="/Contacts")} == {"e-1"}
    assert len(stack.sent(path="/Contacts")) == 4


@pytest.mark.promise("stable-key")
def test_a_request_without_an_id_has_its_messages_as_key(stack: Stack, queue: Queue) -> None:
    body = request()
    del body["id"]
    stack.client("events").down = True
    queue.hand_over(record(body))
    stack.client("events").down = False
    queue.hand_over(record(body, receives=2))
    assert {one["idempotency_key"] for one in stack.sent(path="/Contacts")} == {"m-1"}
    assert created(stack) == 1


@pytest.mark.promise("bus-refuses")
@pytest.mark.promise("stable-key")
def test_a_result_that_the_bus_refuses_is_asked_again_and_nothing_is_done_twice(
    stack: Stack, queue: Queue
) -> None:
    given = {"invoice": invoice(Reference="once")}
    asked = request("invoices/create_invoice", given)
    stack.client("events").refuses = lambda _: True
    assert queue.hand_over(record(asked)) == ["m-1"]
    # Soon, since Xero knows the key for six minutes.
    assert queue.hidden["m-1"] <= 60
    stack.client("events").refuses = lambda _: False
    assert queue.hand_over(record(asked, receives=2)) == []
    (result,) = queue.results()
    (book,) = stack.xero.books.values()
    assert [one["InvoiceID"] for one in book.invoices.values() if one["Reference"] == "once"] == [
        result["output"]["invoice"]["InvoiceID"]
    ]


@pytest.mark.promise("request-retries")
def test_with_little_time_left_a_request_is_not_begun(stack: Stack, queue: Queue) -> None:
    records = [record(request(), message=name) for name in ("m-1", "m-2")]
    assert queue.hand_over(*records, context=Context(milliseconds=4_000)) == ["m-1", "m-2"]
    assert stack.sent() == []


@pytest.mark.promise("request-retries")
def test_a_queue_that_cannot_hide_a_message_holds_up_no_other(stack: Stack, queue: Queue) -> None:
    stack.fault("503", 3)
    stack.client("sqs").down = True
    other = request(given={"contact": contact(Name="Other")}, id="e-2")
    assert queue.hand_over(record(request()), record(other, message="m-2")) == ["m-1"]
    assert created(stack, "Other") == 1


@pytest.mark.promise("request-retries")
def test_without_a_credential_the_request_is_answered_with_what_to_do(empty_stack: Stack) -> None:
    queue = Queue(empty_stack)
    assert queue.hand_over(record(request())) == []
    (result,) = queue.results()
    assert result["error"]["type"] == "CredentialError"
    assert "credential-secret" in result["error"]["message"]


@pytest.mark.promise("requests")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"detail": 5, "detail-type": "x" * 200, "source": "xero.requests", "id": "e-1"},
        {"detail": {}, "detail-type": None, "source": "xero.requests", "id": "e-1"},
        {"detail": {"operation": ["a"]}, "detail-type": CREATE, "source": "xero.requests"},
        {"detail": {"correlation_id": 7}, "detail-type": CREATE, "source": "xero.requests"},
        {"detail": {"operation": "a/b"}, "detail-type": CREATE, "source": "xero.requests"},
        {"detail": {"correlation_id": {"a": "x" * 100_000}}, "detail-type": CREATE},
    ],
)
def test_a_request_that_asks_for_nothing_is_answered_with_an_error(
    stack: Stack, queue: Queue, body: Any
) -> None:
    assert queue.hand_over(record(body)) == []
    (seen,) = stack.seen()
    assert 0 < len(seen["detail-type"]) <= 128
    assert seen["detail"]["error"]["type"] in {"InputError", "UnknownOperationError"}
    assert len(json.dumps(seen["detail"])) < 1_000_000
    assert stack.sent() == []


@pytest.mark.promise("requests")
def test_a_result_too_large_for_the_bus_goes_without_its_record(stack: Stack, queue: Queue) -> None:
    queue.hand_over(record(request()))
    (book,) = stack.xero.books.values()
    contact_id = next(key for key, one in book.contacts.items() if one["Name"] == "Gannet & Sons")
    book.contacts[contact_id]["Website"] = "x" * 1_100_000
    given = {"contact_id": contact_id, "contact": {"FirstName": "Ida"}}
    queue.hand_over(record(request("contacts/update_contact", given, id="e-2")))
    result = queue.results()[1]
    assert (result["output"], result["output_omitted"]) == ({}, True)
    assert result["correlation_id"] == "e-2"


@pytest.mark.promise("requests")
def test_a_result_too_large_for_the_bus_says_what_became_of_each_document(
    queue: Queue,
) -> None:
    lines = [LINE | {"Description": "x" * 4_000}] * 10
    given = [invoice(LineItems=lines) for _ in range(30)]
    given.append(invoice(LineItems=[LINE | {"AccountCode": "none"}]))
    queue.hand_over(record(request("invoices/create_invoices", {"invoices": given})))
    (result,) = queue.results()
    assert (result["output"]["succeeded"], result["output"]["failed"]) == (30, 1)
    first, *_, last = result["output"]["invoices"]
    assert first["invoice"].keys() == {"InvoiceID"}
    assert first["undo"]["input"] == {"invoice_id": first["invoice"]["InvoiceID"]}
    assert last["error"]["type"] == "ValidationError"
    assert result["output_omitted"] is True


@pytest.mark.promise("requests")
def test_an_error_too_large_for_the_bus_is_published_in_part(
    stack: Stack, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = {"ErrorNumber": 10, "Message": "x" * 2_000_000}
    refusal = json_reply(document, HTTPStatus.BAD_REQUEST)
    monkeypatch.setattr(stack.xero, "handle", lambda _: refusal)
    long = "c" * 1_000_000
    body = request(CREATE, {"contact": contact()})
    body["detail"]["correlation_id"] = long
    assert queue.hand_over(record(request(id="e-1")), record(body, message="m-2")) == []
    first, second = queue.results()
    assert first["correlation_id"] == "e-1"
    assert first["error"]["details"]["cut"] is True
    assert first["error"]["details"]["messages"][0]["messages"][0].startswith("xxx")
    assert second["correlation_id"] == long[:1_000]
    assert second["error"]["type"] == "InputError"


@pytest.mark.promise("requests")
def test_a_batch_may_be_empty(queue: Queue) -> None:
    assert queue.hand_over() == []


@pytest.mark.promise("request-dead-letters")
def test_a_failed_asynchronous_invocation_is_put_back_as_what_it_asked_for(
    stack: Stack, queue: Queue
) -> None:
    asked = {"operation": CREATE, "input": {"contact": contact()}, "correlation_id": "signup-7"}
    letter = {
        "version": "1.0",
        "requestContext": {"requestId": "the-first", "condition": "RetriesExhausted"},
        "requestPayload": asked,
        "responsePayload": {"errorType": "UnavailableError"},
    }
    stack.fault("429-minute:90")
    assert queue.hand_over(record(letter)) == []
    (again,) = queue.lined_up()
    stack.waited.append(again["DelaySeconds"])
    assert queue.hand_over(record(json.loads(again["MessageBody"]), message="m-2")) == []
    (result,) = queue.results()
    assert (result["operation"], result["correlation_id"]) == (CREATE, "signup-7")
    assert created(stack) == 1
    assert {one["idempotency_key"] for one in stack.sent("PUT")} == {"the-first"}
