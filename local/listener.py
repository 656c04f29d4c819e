# SPDX-License-Identifier: Apache-2.0
"""Listens to a stack's bus as a user would: a rule, and an SQS queue that it sends to.

Both are the listener's own and go when it ends. One that is killed leaves them behind, and whoever
calls `clear` removes them: the queue's tags say of which bus they are and when the listener was
last alive.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from local.deployed import Place
from local.problems import Problem

Event = dict[str, Any]

PREFIX = "xero-connection-listener-"
"""What the names of all rules and queues of listeners begin with."""
GONE_AFTER = timedelta(minutes=15)
"""How long a listener gives no sign of life before it is taken for gone."""

_PATIENCE_SECONDS = 30
_SIGN_SECONDS = 60
# What a listener that was killed did not hear is soon gone too.
_KEPT_SECONDS = "3600"
_BUS = "bus"
_ALIVE_AT = "alive-at"


class NothingHeardError(Problem):
    """The event waited for did not come in time."""


class Listener:
    """Collects the events of one pattern."""

    def __init__(
        self, sqs: Any, queue_url: str, rule: str, read: Callable[[str], Event] = json.loads
    ) -> None:
        """Collect from the queue with the client `sqs` what the rule sends to it."""
        self._sqs = sqs
        self._read = read
        self._queue_url = queue_url
        self._signed = time.monotonic()
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
        """Take what has come by now, waiting up to `seconds` for the first; return all heard."""
        self.events += self.take(seconds)
        return self.events

    def take(self, seconds: int = 0) -> list[Event]:
        """Take what has come by now, waiting up to `seconds` for the first; return and forget it.

        An event may come more than once, as with every rule.
        """
        self._sign()
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=seconds
        )
        messages = answer.get("Messages", [])
        if messages:
            self._sqs.delete_message_batch(
                QueueUrl=self._queue_url,
                Entries=[
                    {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                    for index, message in enumerate(messages)
                ],
            )
        return [self._read(message["Body"]) for message in messages]

    def _sign(self) -> None:
        """Give a sign of life now and then."""
        if time.monotonic() > self._signed + _SIGN_SECONDS:
            self._sqs.tag_queue(QueueUrl=self._queue_url, Tags=_alive())
            self._signed = time.monotonic()


@contextmanager
def listening(
    place: Place, pattern: Mapping[str, Any], *, read: Callable[[str], Event] = json.loads
) -> Iterator[Listener]:
    """Listen for an event pattern on a stack's bus while the block runs.

    Args:
        place: the stack.
        pattern: EventBridge's event pattern.
        read: returns the event that a JSON text holds.
    """
    events, sqs = place.client("events"), place.client("sqs")
    name = f"{PREFIX}{secrets.token_hex(8)}"
    with ExitStack() as cleanup:
        # The queue is there before the rule and goes after it, so no rule is without a queue.
        url = sqs.create_queue(
            QueueName=name,
            Attributes={"MessageRetentionPeriod": _KEPT_SECONDS},
            tags={_BUS: place.bus, **_alive()},
        )["QueueUrl"]
        cleanup.callback(partial(sqs.delete_queue, QueueUrl=url))
        asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        queue_arn = asked["Attributes"]["QueueArn"]
        cleanup.callback(partial(_remove_rule, events, place.bus, name))
        rule = events.put_rule(Name=name, EventBusName=place.bus, EventPattern=json.dumps(pattern))
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
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        events.put_targets(
            Rule=name, EventBusName=place.bus, Targets=[{"Id": "queue", "Arn": queue_arn}]
        )
        yield Listener(sqs, url, name, read)


def clear(place: Place, *, now: datetime) -> int:
    """Remove what listeners to a stack's bus left behind that are gone; return how many those are.

    What cannot be read or removed is left to the next to come.
    """
    events, sqs = place.client("events"), place.client("sqs")
    removed = 0
    for url in _queues(sqs):
        with suppress(ClientError):
            tags = sqs.list_queue_tags(QueueUrl=url).get("Tags", {})
            if tags.get(_BUS) != place.bus or not _is_gone(tags, now):
                continue
            _remove_rule(events, place.bus, url.rpartition("/")[2])
            sqs.delete_queue(QueueUrl=url)
            removed += 1
    return removed


def _queues(sqs: Any) -> list[str]:
    found: list[str] = []
    with suppress(ClientError):
        for page in sqs.get_paginator("list_queues").paginate(QueueNamePrefix=PREFIX):
            found += page.get("QueueUrls", [])
    return found


def _remove_rule(events: Any, bus: str, name: str) -> None:
    """Remove a rule as far as it is there."""
    with suppress(events.exceptions.ResourceNotFoundException):
        events.remove_targets(Rule=name, EventBusName=bus, Ids=["queue"])
    with suppress(events.exceptions.ResourceNotFoundException):
        events.delete_rule(Name=name, EventBusName=bus)


def _alive() -> dict[str, str]:
    return {_ALIVE_AT: f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}


def _is_gone(tags: Mapping[str, str], now: datetime) -> bool:
    try:
        return datetime.fromisoformat(tags[_ALIVE_AT]) < now - GONE_AFTER
    except (KeyError, TypeError, ValueError):
        return False
