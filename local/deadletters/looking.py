# SPDX-License-Identifier: Apache-2.0
"""Looks at dead letters and leaves them where they are: what each asks for, never what it holds."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from xero_connection.parcels import UnreadableParcelError, read_parcel

from local.calling.arguments import exactly
from local.console import printable
from local.deadletters.redriving import QUEUES, QueueName
from local.deployed import Place
from local.problems import Problem

MOST = 100
"""Letters that are looked at in one go."""

# So long a letter is hidden from others if the look at it is cut off.
_HIDDEN_SECONDS = 30
_WAIT_SECONDS = 1
_PER_CALL = 10
_LONGEST = 128
# An event's own id is `id`; records have no such name.
_NAMES_OF_IDS = ("resource_id", "correlation_id", "idempotency_key", "tenant_id", "id")
_COUNTS = {
    "waiting": "ApproximateNumberOfMessages",
    "hidden": "ApproximateNumberOfMessagesNotVisible",
}

Ids = dict[str, list[str]]
"""What kind of id → those there are."""


@dataclass(frozen=True)
class Count:
    """How many dead letters a queue has."""

    queue: QueueName
    waiting: int
    hidden: int
    """Of which somebody is at work with, such as a redrive."""


@dataclass(frozen=True)
class Letter:
    """What is said of a dead letter."""

    sent_at: datetime
    reason: str
    """Why it is where it is, as far as it says so."""
    asks_for: str
    """An operation, a resource or a kind of event."""
    ids: Ids
    """Of records, requests or organisations, so that they can be looked up."""


def counts(place: Place) -> list[Count]:
    """Return how many dead letters each queue of a stack has."""
    sqs = place.client("sqs")
    found = []
    for name, letters in QUEUES.items():
        if letters in place.queues:
            answer = sqs.get_queue_attributes(
                QueueUrl=place.queues[letters], AttributeNames=[*_COUNTS.values()]
            )
            numbers = {ours: int(answer["Attributes"][aws]) for ours, aws in _COUNTS.items()}
            found.append(Count(name, **numbers))
    return found


def look(place: Place, name: QueueName) -> list[Letter]:
    """Return a queue's dead letters, oldest first; a FIFO queue shows the first of each group.

    Raises:
        Problem: the stack has no such queue.
    """
    if QUEUES[name] not in place.queues:
        raise Problem(f"There is no queue of {name} in {place.name}: update it first.")
    sqs, url = place.client("sqs"), place.queues[QUEUES[name]]
    received: list[dict[str, Any]] = []
    try:
        while len(received) < MOST:
            answer = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=_PER_CALL,
                WaitTimeSeconds=_WAIT_SECONDS,
                VisibilityTimeout=_HIDDEN_SECONDS,
                MessageSystemAttributeNames=["SentTimestamp"],
                MessageAttributeNames=["reason"],
            )
            if not answer.get("Messages"):
                break
            received += answer["Messages"]
    finally:
        _give_back(sqs, url, [one["ReceiptHandle"] for one in received])
    return sorted(map(_letter, received), key=lambda letter: letter.sent_at)


def _give_back(sqs: Any, url: str, receipts: list[str]) -> None:
    """Let others receive the letters at once; if that fails, they can in some seconds."""
    with suppress(ClientError, BotoCoreError):
        for start in range(0, len(receipts), _PER_CALL):
            entries = [
                {"Id": str(place), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
                for place, receipt in enumerate(receipts[start : start + _PER_CALL])
            ]
            sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)


def _letter(message: Mapping[str, Any]) -> Letter:
    attribute = message.get("MessageAttributes", {}).get("reason", {})
    asks_for, ids = read_letter(message["Body"])
    return Letter(
        sent_at=datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC),
        reason=_plain(attribute.get("StringValue", "")),
        asks_for=asks_for,
        ids=ids,
    )


def read_letter(text: str) -> tuple[str, Ids]:
    """Return what a letter asks for, and the ids in it."""
    with suppress(ValueError, UnreadableParcelError):
        document = exactly(text)
        if isinstance(document, dict):
            kind = document.get("kind")
            return _parcel(text) if isinstance(kind, str) else _event(document)
    return f"unreadable, {len(text.encode())} bytes", {}


def _parcel(text: str) -> tuple[str, Ids]:
    held = read_parcel(text)
    if isinstance(held, bytes):
        return f"a webhook's body, {len(held)} bytes", {}
    kinds = dict.fromkeys(_plain(one.get("DetailType")) for one in held)
    details = [exactly(str(entry.get("Detail"))) for entry in held]
    return ", ".join(kinds), _ids(*(one for one in details if isinstance(one, dict)))


def _event(document: Mapping[str, Any]) -> tuple[str, Ids]:
    if isinstance(swept := document.get("swept"), dict):
        listed = [_plain(one) for one in swept.get("ids") or []]
        found = len(swept.get("records") or listed)
        ids = _ids(swept) | ({"resource_id": listed} if listed else {})
        return f"{_plain(swept.get('resource'))}, {found} found by a sweep", ids
    detail = document.get("detail")
    inside = detail if isinstance(detail, dict) else {}
    asked = document.get("detail-type") or inside.get("operation") or document.get("operation")
    return _plain(asked) or "nothing known", _ids(inside, document)


def _ids(*documents: Mapping[str, Any]) -> Ids:
    found: dict[str, dict[str, None]] = {}
    for document in documents:
        for name in _NAMES_OF_IDS:
            if isinstance(value := document.get(name), str):
                found.setdefault(name, {})[_plain(value)] = None
    return {name: [*values] for name, values in found.items()}


def _plain(value: Any) -> str:
    return printable(value[:_LONGEST]) if isinstance(value, str) else ""
