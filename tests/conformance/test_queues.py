# SPDX-License-Identifier: Apache-2.0
"""SQS as a function's source: partial failures, and the dead-letter queue after the last try."""

import json
from typing import Any

import pytest

from local.machine.aws import Account

from .conftest import MakeFunction, MakeQueue, Queue

pytestmark = pytest.mark.promise("emulator")

FAILS_THE_BAD = """
def handler(event, context):
    return {"batchItemFailures": [
        {"itemIdentifier": record["messageId"]}
        for record in event["Records"] if record["body"].startswith("bad")
    ]}
"""
RAISES = """
def handler(event, context):
    raise ValueError("always")
"""


def _connect(account: Account, queue: Queue, function: str) -> None:
    account.client("lambda").create_event_source_mapping(
        EventSourceArn=queue.arn,
        FunctionName=function,
        BatchSize=10,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )


def _with_last_resort(make_queue: MakeQueue, tries: int) -> tuple[Queue, Queue]:
    last = make_queue()
    redrive = {"deadLetterTargetArn": last.arn, "maxReceiveCount": tries}
    return make_queue(VisibilityTimeout="1", RedrivePolicy=json.dumps(redrive)), last


def _received(account: Account, queue: Queue) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.client("sqs").receive_message(
        QueueUrl=queue.url, WaitTimeSeconds=20, AttributeNames=["All"]
    )["Messages"]
    return found


def test_only_the_failed_message_of_a_batch_comes_back_and_ends_in_the_last_resort(
    account: Account, make_queue: MakeQueue, make_function: MakeFunction
) -> None:
    queue, last = _with_last_resort(make_queue, tries=2)
    sqs = account.client("sqs")
    sqs.send_message_batch(
        QueueUrl=queue.url,
        Entries=[{"Id": body, "MessageBody": body} for body in ("good-1", "bad", "good-2")],
    )

    _connect(account, queue, make_function(FAILS_THE_BAD))

    assert [message["Body"] for message in _received(account, last)] == ["bad"]
    left = sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["All"])["Attributes"]
    assert left["ApproximateNumberOfMessages"] == "0"
    assert left["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_an_exception_sends_the_whole_batch_back(
    account: Account, make_queue: MakeQueue, make_function: MakeFunction
) -> None:
    queue, last = _with_last_resort(make_queue, tries=1)
    account.client("sqs").send_message(QueueUrl=queue.url, MessageBody="any")

    _connect(account, queue, make_function(RAISES))

    assert [message["Body"] for message in _received(account, last)] == ["any"]


def test_a_function_learns_how_often_a_message_was_received(
    account: Account, make_queue: MakeQueue, make_function: MakeFunction
) -> None:
    queue, answers = make_queue(VisibilityTimeout="1"), make_queue()
    account.client("sqs").send_message(QueueUrl=queue.url, MessageBody="any")
    source = f"""
import boto3
def handler(event, context):
    record = event["Records"][0]
    count = record["attributes"]["ApproximateReceiveCount"]
    boto3.client("sqs").send_message(QueueUrl={answers.url!r}, MessageBody=count)
    again = [{{"itemIdentifier": record["messageId"]}}] if count == "1" else []
    return {{"batchItemFailures": again}}
"""

    _connect(account, queue, make_function(source))

    assert [_received(account, answers)[0]["Body"] for _ in range(2)] == ["1", "2"]


def test_an_asynchronous_invocation_that_fails_ends_in_its_destination(
    account: Account, make_queue: MakeQueue, make_function: MakeFunction
) -> None:
    destination, function = make_queue(), make_function(RAISES)
    client = account.client("lambda")
    client.put_function_event_invoke_config(
        FunctionName=function,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": destination.arn}},
    )

    client.invoke(FunctionName=function, InvocationType="Event", Payload=b'{"a": 1}')

    envelope = json.loads(_received(account, destination)[0]["Body"])
    assert envelope["requestPayload"] == {"a": 1}
    assert envelope["responsePayload"]["errorType"] == "ValueError"
