# SPDX-License-Identifier: Apache-2.0
"""Listens to the bus as a user would: a rule, and an SQS queue that it sends to."""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from local.problems import Problem
from local.stack import Stack

Event = dict[str, Any]

_PATIENCE_SECONDS = 30


class NothingHeardError(Problem):
    """The event waited for did not come in time."""


class Listener:
    """Collects the events of one pattern."""

    def __init__(self, sqs: Any, queue_url: str, rule: str) -> None:
        """Collect from the queue with the client `sqs` what the rule sends to it."""
        self._sqs = sqs
        self._queue_url = queue_url
        self.rule = rule
        self.events: list[Event] = []

    def wait_for(self, count: int = 1, seconds: float = _PATIENCE_SECONDS) -> list[Event]:
        """Return all events heard, as soon as there are `count` of them.

        Raises:
            NothingHeardError: fewer came within `seconds`.
        """
        return self._wait(lambda: len(self.events) >= count, f"{count} events", seconds)

    def wait_until(
        self, wanted: Callable[[Event], bool], seconds: float = _PATIENCE_SECONDS
    ) -> Event:
        """Return the first event that is `wanted`.

        Raises:
            NothingHeardError: it did not come within `seconds`.
        """
        self._wait(lambda: any(map(wanted, self.events)), "the wanted event", seconds)
        return next(filter(wanted, self.events))

    def _wait(self, enough: Callable[[], bool], what: str, seconds: float) -> list[Event]:
        deadline = time.monotonic() + seconds
        while not enough():
            if time.monotonic() > deadline:
                raise NothingHeardError(f"waited for {what}, heard {len(self.events)}")
            self.collect(1)
        return self.events

    def collect(self, seconds: int = 0) -> list[Event]:
        """Take what has come by now, waiting up to `seconds` for the first."""
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=seconds
        )
        messages = answer.get("Messages", [])
        if messages:
            self.events += [json.loads(message["Body"]) for message in messages]
            self._sqs.delete_message_batch(
                QueueUrl=self._queue_url,
                Entries=[
                    {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                    for index, message in enumerate(messages)
                ],
            )
        return self.events


@contextmanager
def listening(stack: Stack, pattern: dict[str, Any]) -> Iterator[Listener]:
    """Listen for an event pattern on the stack's bus while the block runs."""
    events, sqs = stack.account.client("events"), stack.account.client("sqs")
    name = f"listener-{secrets.token_hex(4)}"
    rule = events.put_rule(Name=name, EventBusName=stack.bus, EventPattern=json.dumps(pattern))
    queue_url = sqs.create_queue(QueueName=name)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    queue_arn = attributes["Attributes"]["QueueArn"]
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue_arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": rule["RuleArn"]}},
        },
    }
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": json.dumps(policy)})
    events.put_targets(
        Rule=name, EventBusName=stack.bus, Targets=[{"Id": "queue", "Arn": queue_arn}]
    )
    try:
        yield Listener(sqs, queue_url, name)
    finally:
        events.remove_targets(Rule=name, EventBusName=stack.bus, Ids=["queue"])
        events.delete_rule(Name=name, EventBusName=stack.bus)
        sqs.delete_queue(QueueUrl=queue_url)
