# SPDX-License-Identifier: Apache-2.0
"""Puts a queue's dead letters back, oldest first; what happens to them then is the stack's work.

Not SQS's own move task: it refuses what a function put among the dead letters itself, which has no
source queue, and the emulator has none, so it could not be proved here.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from local.console import Console
from local.deployed import Place
from local.problems import Problem

QueueName = Literal["requests", "backlog", "records"]

QUEUES: Mapping[QueueName, str] = {
    "requests": "request_dead_letters",
    "backlog": "backlog_dead_letters",
    "records": "record_dead_letters",
}
FIRST_LOOK: Mapping[QueueName, str] = {
    "requests": (
        "Requests older than the stack's OutcomeHours are carried out again: look in Xero first"
        " whether they were, perhaps only the result got lost. Younger ones are done once."
    )
}
"""What a person must do before they put letters of the queue back."""

# So long nobody else receives what is being moved, and what a killed run leaves behind.
_HIDDEN_SECONDS = 600
# An empty answer says that nothing is left only if the receive waited a little.
_WAIT_SECONDS = 2
_LOT = 10_000
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
_PER_CALL = 10
_LARGEST_CALL = 1_048_576

Letter = dict[str, Any]


class RedriveError(Problem):
    """Letters stayed behind or are now in two places; the message says how many."""


@dataclass
class Tally:
    """How many letters came where."""

    moved: int = 0
    refused: int = 0
    """The queue did not take them."""
    doubled: int = 0
    """The queue took them, and yet they stayed."""
    younger: int = 0
    """Came after the run began, perhaps for the second time; they stay."""


def redrive(place: Place, name: QueueName, console: Console) -> Tally:
    """Put a queue's dead letters back, and return how many came where.

    Args:
        place: the stack.
        name: one of QUEUES.
        console: hears the reasons that letters give, and how many were put back.

    Raises:
        RedriveError: the stack has no such queue, or not all could be moved.
    """
    if not {name, QUEUES[name]} <= place.queues.keys():
        raise RedriveError(f"There is no queue of {name} in {place.name}: update it first.")
    move = _Move(place.client("sqs"), place.queues[QUEUES[name]], place.queues[name], console)
    try:
        move.run()
    finally:
        tally = move.tally
        console.line(f"Dead letters of {name} put back: {tally.moved}. ({place.name})")
        if tally.younger:
            console.line(f"At least {tally.younger} came while this ran, and stay.")
    if tally.refused or tally.doubled:
        raise RedriveError(
            f"The queue refused {tally.refused}, which stay; {tally.doubled} could not be deleted"
            " and are in both places."
        )
    return move.tally


@dataclass
class _Move:
    """One run. A letter is deleted once the queue has taken it, so an end at any point loses none.

    An end between the two leaves it in both places. A queue of the FIFO kind knows it again by its
    id for five minutes; otherwise it may come twice, as anything that comes through SQS.
    """

    sqs: Any
    letters: str
    """URL of the dead letters."""
    queue: str
    console: Console
    tally: Tally = field(default_factory=Tally)
    _hidden: dict[str, str] = field(default_factory=dict)
    """Receipts, by message id, of what was received and is still among the dead letters."""

    def run(self) -> None:
        end = self._end()
        try:
            while lot := self._receive():
                there = [letter for letter in lot if int(_said(letter, "SentTimestamp")) < end]
                self.tally.younger += len(lot) - len(there)
                self._say_reasons(there)
                self._put_back(sorted(there, key=_age))
        finally:
            self._show_again()

    def _end(self) -> int:
        """Return a moment, in milliseconds of the queue's clock, between what is there and the run.

        What dies again in the course of the run is younger, since it was sent once more.
        """
        hidden = "ApproximateNumberOfMessagesNotVisible"
        answer = self.sqs.get_queue_attributes(QueueUrl=self.letters, AttributeNames=[hidden])
        if count := int(answer["Attributes"][hidden]):
            self.console.line(
                f"{count} are hidden, since somebody received them, perhaps a run that was cut"
                f" off. Run this again in {_HIDDEN_SECONDS // 60} minutes."
            )
        second = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        # The header counts in seconds; nothing is sent before the next one.
        time.sleep(1)
        return int(second.timestamp() + 1) * 1000

    def _receive(self) -> list[Letter]:
        """Return the next letters: all, or of a FIFO queue as many as it hands out at once.

        It hands out no more of a message group before those are deleted.
        """
        found: list[Letter] = []
        while len(found) < _LOT and not (found and self._fifo):
            answer = self.sqs.receive_message(
                QueueUrl=self.letters,
                MaxNumberOfMessages=_PER_CALL,
                WaitTimeSeconds=_WAIT_SECONDS,
                VisibilityTimeout=_HIDDEN_SECONDS,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["reason"],
            )
            letters = answer.get("Messages", [])
            if not letters:
                break
            self._hidden |= {letter["MessageId"]: letter["ReceiptHandle"] for letter in letters}
            found += letters
        return found

    @property
    def _fifo(self) -> bool:
        return self.letters.endswith(".fifo")

    def _say_reasons(self, letters: Iterable[Letter]) -> None:
        reasons = Counter(
            letter.get("MessageAttributes", {}).get("reason", {}).get("StringValue", "none given")
            for letter in letters
        )
        if reasons.keys() - {"none given"}:
            for reason, count in reasons.most_common():
                self.console.line(f"{count:6}  {reason}")

    def _put_back(self, letters: Sequence[Letter]) -> None:
        stuck: set[str] = set()
        for batch in _batches(letters, 1 if self._fifo else _PER_CALL):
            going = [letter for letter in batch if _group(letter) not in stuck]
            taken = self._send(going) if going else []
            self.tally.moved += len(taken)
            self.tally.refused += len(batch) - len(taken)
            if self._fifo:
                # What follows one that stays must not overtake it.
                stuck |= {_group(letter) for letter in batch if letter not in taken}
            if taken:
                self._delete(taken)

    def _send(self, letters: Sequence[Letter]) -> list[Letter]:
        """Return those that the queue took. Attributes stay behind: they tell of the last death."""
        entries = [
            {"Id": str(place), "MessageBody": letter["Body"], **self._order(letter)}
            for place, letter in enumerate(letters)
        ]
        answer = self.sqs.send_message_batch(QueueUrl=self.queue, Entries=entries)
        return [letters[int(result["Id"])] for result in answer.get("Successful", [])]

    def _order(self, letter: Letter) -> dict[str, str]:
        if not self._fifo:
            return {}
        # By its body it would pass for the message it was, if that was sent within five minutes.
        return {
            "MessageGroupId": _group(letter),
            "MessageDeduplicationId": letter["MessageId"],
        }

    def _delete(self, letters: Sequence[Letter]) -> None:
        entries = [
            {"Id": str(place), "ReceiptHandle": letter["ReceiptHandle"]}
            for place, letter in enumerate(letters)
        ]
        answer = self.sqs.delete_message_batch(QueueUrl=self.letters, Entries=entries)
        self.tally.doubled += len(answer.get("Failed", []))
        for result in answer.get("Successful", []):
            del self._hidden[letters[int(result["Id"])]["MessageId"]]

    def _show_again(self) -> None:
        """Let what stays be received at once; if that fails, it can be in some minutes."""
        receipts = list(self._hidden.values())
        with suppress(ClientError, BotoCoreError):
            for start in range(0, len(receipts), _PER_CALL):
                entries = [
                    {"Id": str(place), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
                    for place, receipt in enumerate(receipts[start : start + _PER_CALL])
                ]
                self.sqs.change_message_visibility_batch(QueueUrl=self.letters, Entries=entries)


def _batches(letters: Iterable[Letter], most: int) -> Iterator[list[Letter]]:
    """Yield letters in their order, as many as one call may send."""
    batch: list[Letter] = []
    size = 0
    for letter in letters:
        length = len(letter["Body"].encode())
        if batch and (len(batch) == most or size + length > _LARGEST_CALL):
            yield batch
            batch, size = [], 0
        batch.append(letter)
        size += length
    if batch:
        yield batch


def _age(letter: Letter) -> int:
    """Return what sorts letters oldest first. A FIFO queue numbers its messages."""
    return int(letter["Attributes"].get("SequenceNumber") or _said(letter, "SentTimestamp"))


def _group(letter: Letter) -> str:
    return str(letter["Attributes"].get("MessageGroupId", ""))


def _said(letter: Letter, name: str) -> str:
    return str(letter["Attributes"][name])
