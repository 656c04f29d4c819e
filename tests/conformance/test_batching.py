# SPDX-License-Identifier: Apache-2.0
"""Batches that a queue hands to a function: how long they gather, and how large they get."""

import json

import pytest

from local.machine.aws import Account

from .conftest import MakeFunction, MakeQueue, Queue

pytestmark = pytest.mark.promise("emulator")

# More than any test waits: a batch that came had another reason.
LONG = 300


def _reporter(answers: Queue) -> str:
    """Return a function that says what each batch held, and fails the messages that are bad."""
    return f"""
import boto3, json
def handler(event, context):
    bodies = [record["body"] for record in event["Records"]]
    said = {{"count": len(bodies), "first": bodies[0][:20], "last": bodies[-1][:20]}}
    boto3.client("sqs").send_message(QueueUrl={answers.url!r}, MessageBody=json.dumps(said))
    return {{"batchItemFailures": [
        {{"itemIdentifier": record["messageId"]}}
        for record in event["Records"] if record["body"].startswith("bad")
    ]}}
"""


def _connect(account: Account, queue: Queue, function: str, batch_size: int, window: int) -> None:
    account.client("lambda").create_event_source_mapping(
        EventSourceArn=queue.arn,
        FunctionName=function,
        BatchSize=batch_size,
        MaximumBatchingWindowInSeconds=window,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )


def _send(account: Account, queue: Queue, bodies: list[str]) -> None:
    sqs = account.client("sqs")
    for start in range(0, len(bodies), 10):
        entries = [
            {"Id": str(place), "MessageBody": body}
            for place, body in enumerate(bodies[start : start + 10])
        ]
        answer = sqs.send_message_batch(QueueUrl=queue.url, Entries=entries)
        assert len(answer["Successful"]) == len(entries)


def _received(account: Account, queue: Queue, count: int) -> list[str]:
    """Wait for so many messages and return their bodies, those that came with the last too."""
    sqs = account.client("sqs")
    found: list[str] = []
    while len(found) < count:
        answer = sqs.receive_message(
            QueueUrl=queue.url, WaitTimeSeconds=20, MaxNumberOfMessages=10, VisibilityTimeout=600
        )
        assert answer.get("Messages"), f"waited for {count}, got {len(found)}"
        found += [message["Body"] for message in answer["Messages"]]
    return found


def test_messages_sent_one_by_one_inside_the_window_arrive_as_one_batch(
    account: Account, make_queue: MakeQueue, make_function: MakeFunction
) -> None:
    queue, answers = make_queue(), make_queue()
    _connect(account, queue, make_function(_reporter(answers)), batch_size=500, window=3)

    for body in ("first", "second", "third"):
        _send(account, queue, [body])

    said = [json.loads(answer) for answer in _received(account, answers, 1)]
    assert said == [{"count": 3, "first": "first", "last": "third"}]


def test_a_full_batch_of_500_does_not_wait_and_only_its_failures_stay(
    account: Account, make_queue: MakeQueue, make_function: MakeFunction
) -> None:
    last, answers = make_queue(), make_queue()
    redrive = {"deadLetterTargetArn": last.arn, "maxReceiveCount": 1}
    queue = make_queue(VisibilityTimeout="5", RedrivePolicy=json.dumps(redrive))
    bad = {f"bad-{number}" for number in range(0, 500, 70)}
    bodies = [
        name if (name := f"bad-{number}") in bad else f"good-{number}" for number in range(500)
    ]

    _connect(account, queue, make_function(_reporter(answers)), batch_size=500, window=LONG)
    _send(account, queue, [*bodies, "later"])

    said = [json.loads(answer) for answer in _received(account, answers, 1)]
    assert said == [{"count": 500, "first": "bad-0", "last": "good-499"}]
    assert set(_received(account, last, len(bad))) == bad
    left = account.client("sqs").get_queue_attributes(QueueUrl=queue.url, AttributeNames=["All"])
    assert left["Attributes"]["ApproximateNumberOfMessages"] == "1"
    assert left["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_a_batch_is_handed_over_before_it_passes_six_megabytes(
    account: Account, make_queue: MakeQueue, make_function: MakeFunction
) -> None:
    queue, answers = make_queue(), make_queue()
    _connect(account, queue, make_function(_reporter(answers)), batch_size=500, window=LONG)

    for number in range(7):
        _send(account, queue, [f"{number}".ljust(1_000_000, ".")])

    said = json.loads(_received(account, answers, 1)[0])
    assert (said["count"], said["first"][0], said["last"][0]) == (6, "0", "5")


def test_without_a_window_a_message_is_handed_over_at_once(
    account: Account, make_queue: MakeQueue, make_function: MakeFunction
) -> None:
    queue, answers = make_queue(), make_queue()
    _connect(account, queue, make_function(_reporter(answers)), batch_size=10, window=0)

    _send(account, queue, ["only"])

    assert json.loads(_received(account, answers, 1)[0])["count"] == 1
