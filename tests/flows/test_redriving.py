# SPDX-License-Identifier: Apache-2.0
"""What a redrive does with letters of every kind, on queues of the test's own."""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from local.console import Console
from local.deadletters import redriving
from local.deadletters.redriving import RedriveError, redrive
from local.deployed import Place
from local.machine.aws import Account

PATIENCE_SECONDS = 60

Call = Callable[..., dict[str, Any]]
Meddle = Callable[[Call, dict[str, Any]], dict[str, Any]]


@dataclass
class Meddled:
    """A client one of whose calls goes through somebody's hands."""

    sqs: Any
    name: str
    meddle: Meddle

    def __getattr__(self, name: str) -> Any:
        """Return the client's call, or the one that goes through the hands."""
        call = getattr(self.sqs, name)
        if name != self.name:
            return call
        return lambda **parameters: self.meddle(call, parameters)


@dataclass
class Queues:
    """A queue and its dead letters."""

    sqs: Any
    letters: str
    queue: str

    def bury(self, *bodies: str, group: str = "") -> None:
        """Add letters, one after the other."""
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.letters, MessageBody=body, **_order(group))

    def redrive(self, name: str = "", meddle: Meddle | None = None) -> None:
        """Put the letters back, with one of the calls meddled with."""
        sqs = Meddled(self.sqs, name, meddle) if meddle else self.sqs
        queues = {"records": self.queue, "record_dead_letters": self.letters}
        redrive(Place("a stack", lambda _: sqs, "bus", "arn", queues), "records", Console())

    def back(self) -> list[str]:
        """Take what is in the queue, in its order."""
        return [message["Body"] for message in self._taken(self.queue)]

    def back_by_group(self) -> dict[str, list[str]]:
        """Take what is in the queue, in its order within each group."""
        found: dict[str, list[str]] = {}
        for message in self._taken(self.queue):
            found.setdefault(message["Attributes"]["MessageGroupId"], []).append(message["Body"])
        return found

    def left(self) -> list[str]:
        """Take what is among the dead letters and can be received now."""
        return [message["Body"] for message in self._taken(self.letters)]

    def letters_there(self) -> int:
        """Count the dead letters, those that are hidden too."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.letters, AttributeNames=names)
        return sum(map(int, found["Attributes"].values()))

    def _taken(self, url: str) -> list[dict[str, Any]]:
        taken: list[dict[str, Any]] = []
        while messages := self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"]
        ).get("Messages"):
            for message in messages:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            taken += messages
        return taken


def _order(group: str) -> dict[str, str]:
    if not group:
        return {}
    return {"MessageGroupId": group, "MessageDeduplicationId": secrets.token_hex(8)}


@pytest.fixture
def make_queues(aws: Account, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Queues]:
    """Return a maker of queues, of the FIFO kind if asked."""
    # The emulator needs no wait to know that a queue is empty.
    monkeypatch.setattr(redriving, "_WAIT_SECONDS", 0)
    sqs = aws.client("sqs")

    def make(*, fifo: bool = False) -> Queues:
        kind = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if fifo else {}
        names = [f"{secrets.token_hex(4)}{'.fifo' if fifo else ''}" for _ in range(2)]
        urls = [sqs.create_queue(QueueName=name, Attributes=kind)["QueueUrl"] for name in names]
        return Queues(sqs, *urls)

    return make


def _numbered(count: int) -> list[str]:
    return [f"{number:03}" for number in range(count)]


@pytest.mark.promise("redrive-command")
def test_letters_go_back_oldest_first_whatever_order_they_come_in(
    make_queues: Callable[..., Queues],
) -> None:
    queues, bodies = make_queues(), _numbered(25)
    queues.bury(*bodies)

    def backwards(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        return {"Messages": call(**parameters).get("Messages", [])[::-1]}

    queues.redrive("receive_message", backwards)

    assert (queues.back(), queues.left()) == (bodies, [])


@pytest.mark.promise("redrive-command")
def test_a_fifo_queue_s_letters_keep_their_group_and_its_order(
    make_queues: Callable[..., Queues],
) -> None:
    queues, bodies = make_queues(fifo=True), _numbered(24)
    for body in bodies:
        queues.bury(body, group=f"group-{int(body) % 2}")

    queues.redrive()

    assert queues.back_by_group() == {"group-0": bodies[0::2], "group-1": bodies[1::2]}
    assert queues.left() == []


def test_a_letter_goes_back_though_the_queue_had_the_same_body_a_moment_ago(
    make_queues: Callable[..., Queues],
) -> None:
    queues = make_queues(fifo=True)
    queues.sqs.send_message(QueueUrl=queues.queue, MessageBody="same", MessageGroupId="a")
    assert queues.back() == ["same"]
    queues.bury("same", group="a")

    queues.redrive()

    assert (queues.back(), queues.left()) == (["same"], [])


@pytest.mark.parametrize("fifo", [False, True])
@pytest.mark.parametrize("call", ["receive_message", "send_message_batch", "delete_message_batch"])
@pytest.mark.promise("redrive-command")
def test_wherever_a_run_is_cut_off_nothing_is_lost_and_the_next_ones_end_it(
    make_queues: Callable[..., Queues], monkeypatch: pytest.MonkeyPatch, call: str, *, fifo: bool
) -> None:
    # What a cut receive had hidden comes back later; here that is soon.
    monkeypatch.setattr(redriving, "_HIDDEN_SECONDS", 2)
    queues, bodies, calls = make_queues(fifo=fifo), _numbered(25), 0
    queues.bury(*bodies, group="a" if fifo else "")

    def cut_after_the_second(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        nonlocal calls
        calls += 1
        answer = call(**parameters)
        if calls == 2:
            raise KeyboardInterrupt
        return answer

    with pytest.raises(KeyboardInterrupt):
        queues.redrive(call, cut_after_the_second)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while queues.letters_there():
        assert time.monotonic() < deadline
        queues.redrive()

    back = queues.back()
    assert set(back) == set(bodies)
    if fifo:
        assert back == bodies


@pytest.mark.parametrize("fifo", [False, True])
@pytest.mark.promise("redrive-command")
def test_what_the_queue_refuses_stays_and_in_a_group_what_follows_it(
    make_queues: Callable[..., Queues], *, fifo: bool
) -> None:
    queues = make_queues(fifo=fifo)
    queues.bury("1", "bad", "2", group="a" if fifo else "")
    queues.bury("3", group="b" if fifo else "")

    def refuse_the_bad(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        entries = [one for one in parameters["Entries"] if one["MessageBody"] != "bad"]
        answer = call(**{**parameters, "Entries": entries}) if entries else {}
        return {"Successful": answer.get("Successful", []), "Failed": [{"Id": "?"}]}

    with pytest.raises(RedriveError, match="refused 2" if fifo else "refused 1"):
        queues.redrive("send_message_batch", refuse_the_bad)

    assert queues.back() == (["1", "3"] if fifo else ["1", "2", "3"])
    assert queues.left() == (["bad", "2"] if fifo else ["bad"])


def test_a_letter_that_cannot_be_deleted_is_said_to_be_in_both_places(
    make_queues: Callable[..., Queues],
) -> None:
    queues = make_queues()
    queues.bury("1")

    with pytest.raises(RedriveError, match="1 could not be deleted"):
        queues.redrive("delete_message_batch", lambda _, __: {"Failed": [{"Id": "0"}]})

    assert queues.back() == queues.left() == ["1"]


@pytest.mark.parametrize("fifo", [False, True])
def test_what_dies_again_at_once_is_left_where_it_is(
    make_queues: Callable[..., Queues], capsys: pytest.CaptureFixture[str], *, fifo: bool
) -> None:
    queues, bodies = make_queues(fifo=fifo), _numbered(12)
    group = "a" if fifo else ""
    queues.bury(*bodies, group=group)

    def kill(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        answer = call(**parameters)
        queues.bury(*(entry["MessageBody"] for entry in parameters["Entries"]), group=group)
        return answer

    queues.redrive("send_message_batch", kill)

    said = capsys.readouterr().out
    assert "records put back: 12." in said
    assert "came while this ran, and stay." in said
    assert queues.back() == queues.left() == bodies


def test_a_call_holds_no_more_than_sqs_takes(make_queues: Callable[..., Queues]) -> None:
    queues = make_queues()
    bodies = [f"{number}".ljust(500_000, ".") for number in range(5)]
    queues.bury(*bodies)

    queues.redrive()

    assert queues.back() == bodies


def test_the_reasons_are_counted_and_no_body_is_shown(
    make_queues: Callable[..., Queues], capsys: pytest.CaptureFixture[str]
) -> None:
    queues = make_queues()
    queues.bury(json.dumps({"Name": "Mill"}))
    for reason in ("unreadable", "unreadable", "unreadable", "refused", "refused"):
        queues.sqs.send_message(
            QueueUrl=queues.letters,
            MessageBody=json.dumps({"Name": "Mill"}),
            MessageAttributes={"reason": {"DataType": "String", "StringValue": reason}},
        )

    queues.redrive()

    said = capsys.readouterr().out
    assert [line.split() for line in said.splitlines()[:3]] == [
        ["3", "unreadable"],
        ["2", "refused"],
        ["1", "none", "given"],
    ]
    assert "Mill" not in said
    assert len(queues.back()) == 6


def test_a_stack_without_the_queue_is_to_be_updated() -> None:
    place = Place("an old stack", lambda _: None, "bus", "arn", {})

    with pytest.raises(RedriveError, match="update it"):
        redrive(place, "records", Console())
