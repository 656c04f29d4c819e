# SPDX-License-Identifier: Apache-2.0
"""EventBridge's archive: what of it is replayed, to which rules, and how an event says so."""

import json
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.machine.aws import Account

from .conftest import MakeQueue, Queue

pytestmark = pytest.mark.promise("emulator")

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIVE_ONLY = {"source": ["test"], "replay-name": [{"exists": False}]}
ALL = {"source": ["test"]}
PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Bus:
    """A bus with an archive."""

    events: Any
    name: str
    arn: str
    archive_arn: str

    def rule(self, queue: Queue, pattern: dict[str, Any]) -> str:
        """Add a rule that sends to the queue; return its ARN."""
        rule = f"rule-{secrets.token_hex(4)}"
        put = self.events.put_rule(
            Name=rule, EventBusName=self.name, EventPattern=json.dumps(pattern)
        )
        self.events.put_targets(
            Rule=rule, EventBusName=self.name, Targets=[{"Id": "queue", "Arn": queue.arn}]
        )
        return str(put["RuleArn"])

    def put(self, detail_type: str, moment: datetime) -> str:
        """Put an event of that time on the bus; return its id."""
        entry = {
            "EventBusName": self.name,
            "Source": "test",
            "DetailType": detail_type,
            "Detail": '{"a": 1}',
            "Time": moment,
        }
        return str(self.events.put_events(Entries=[entry])["Entries"][0]["EventId"])

    def replay(self, start: datetime, end: datetime, rules: list[str] | None = None) -> str:
        """Replay a range, wait until that is done, and return its name."""
        name = f"replay-{secrets.token_hex(4)}"
        self.events.start_replay(
            ReplayName=name,
            EventSourceArn=self.archive_arn,
            EventStartTime=start,
            EventEndTime=end,
            Destination={"Arn": self.arn, **({"FilterArns": rules} if rules else {})},
        )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.events.describe_replay(ReplayName=name)["State"] != "COMPLETED":
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return name


@pytest.fixture
def bus(account: Account) -> Bus:
    events, name = account.client("events"), f"bus-{secrets.token_hex(4)}"
    arn = events.create_event_bus(Name=name)["EventBusArn"]
    archive = events.create_archive(ArchiveName=name, EventSourceArn=arn, RetentionDays=30)
    return Bus(events, name, arn, archive["ArchiveArn"])


def _events(account: Account, queue: Queue) -> list[dict[str, Any]]:
    """Return what the queue has got; a completed replay has delivered."""
    answer = account.client("sqs").receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def test_a_replayed_event_is_the_event_with_the_replay_s_name(
    account: Account, bus: Bus, make_queue: MakeQueue
) -> None:
    queue = make_queue()
    event_id = bus.put("then", NOON)
    bus.rule(queue, ALL)

    name = bus.replay(NOON - timedelta(minutes=1), NOON + timedelta(minutes=1))

    (event,) = _events(account, queue)
    assert event["replay-name"] == name
    assert (event["id"], event["time"]) == (event_id, "2026-11-22T12:00:00Z")
    assert (event["detail-type"], event["detail"]) == ("then", {"a": 1})


def test_only_events_whose_time_is_in_the_range_are_replayed(
    account: Account, bus: Bus, make_queue: MakeQueue
) -> None:
    queue = make_queue()
    for minutes in (-2, 0, 2):
        bus.put(str(minutes), NOON + timedelta(minutes=minutes))
    bus.rule(queue, ALL)

    bus.replay(NOON - timedelta(minutes=1), NOON + timedelta(minutes=1))

    assert [event["detail-type"] for event in _events(account, queue)] == ["0"]


def test_a_rule_for_live_events_gets_no_replayed_one_and_no_archive_does(
    account: Account, bus: Bus, make_queue: MakeQueue
) -> None:
    live, both = make_queue(), make_queue()
    bus.rule(live, LIVE_ONLY)
    bus.rule(both, ALL)
    bus.put("then", NOON)

    names = [bus.replay(NOON, NOON + timedelta(minutes=1)) for _ in range(2)]

    assert [event.get("replay-name") for event in _events(account, live)] == [None]
    assert [event.get("replay-name") for event in _events(account, both)] == [None, *names]


def test_a_replay_reaches_only_the_rules_it_names(
    account: Account, bus: Bus, make_queue: MakeQueue
) -> None:
    named, other = make_queue(), make_queue()
    bus.put("then", NOON)
    rule = bus.rule(named, ALL)
    bus.rule(other, ALL)

    bus.replay(NOON, NOON + timedelta(minutes=1), [rule])

    assert [event["detail-type"] for event in _events(account, named)] == ["then"]
    assert _events(account, other) == []


def test_the_archive_says_when_it_began_and_how_long_it_keeps(bus: Bus) -> None:
    (archive,) = bus.events.list_archives(EventSourceArn=bus.arn)["Archives"]

    assert archive["RetentionDays"] == 30
    assert abs(archive["CreationTime"] - datetime.now(UTC)) < timedelta(hours=1)
    assert bus.archive_arn == f"{bus.arn.partition(':event-bus/')[0]}:archive/{bus.name}"


def test_a_rule_that_is_not_there_is_said_to_be_missing(bus: Bus) -> None:
    with pytest.raises(bus.events.exceptions.ResourceNotFoundException):
        bus.events.describe_rule(Name="nobody", EventBusName=bus.name)
