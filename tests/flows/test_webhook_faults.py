# SPDX-License-Identifier: Apache-2.0
"""The webhook under faults that are really there: what was sent is published or kept, never lost.

One stack whose functions find AWS through a front that fails as it is told. The count is taken
over the whole module, after its last test.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from xero_connection.parcels import read_parcel

from local.deployed import here
from local.listener import Listener, listening
from local.machine import calls
from local.machine.aws import Account
from local.machine.aws_front import AwsFront, serving
from local.machine.stack import Options, Stack, running
from tests.flows.conftest import ROOMY

PATIENCE_SECONDS = 60


@dataclass
class Scene:
    """The stack, the front before its AWS, and what was sent and heard."""

    stack: Stack
    front: AwsFront
    listener: Listener
    sent: list[str] = field(default_factory=list)

    def resources(self, count: int = 1) -> list[str]:
        """Return new resources, which are counted as sent."""
        made = [secrets.token_hex(8) for _ in range(count)]
        self.sent += made
        return made

    def post(self, *resources: str) -> int:
        """Deliver an event for each resource, and return the answer's status."""
        return self.post_body(_body(*resources))

    def post_body(self, body: bytes) -> int:
        """Deliver a body, and return the answer's status."""
        answer = calls.post_webhook(self.stack, body)
        assert answer.body == b"" or answer.status == 500
        return answer.status

    def deliver(self, *resources: str) -> list[int]:
        """Deliver as Xero does, until the answer is 200, and return all answers."""
        statuses = [self.post(*resources)]
        while statuses[-1] != 200:
            self.front.mend()
            statuses.append(self.post(*resources))
        return statuses

    def wait_for(self, *resources: str) -> None:
        """Wait until the events about the resources are heard."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not set(resources) <= set(self.heard()):
            assert time.monotonic() < deadline, set(resources) - set(self.heard())
            self.listener.collect(1)

    def wait_until_empty(self) -> None:
        """Wait until the backlog has been worked off."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.waiting("backlog"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        self.listener.collect(1)

    def heard(self) -> list[str]:
        """Return the resources of the events heard so far, in order."""
        return [event["detail"]["resource_id"] for event in self.listener.events]

    def waiting(self, queue: str) -> int:
        """Return how many messages a queue holds, in flight or not."""
        sqs = self.stack.account.client("sqs")
        attributes = sqs.get_queue_attributes(
            QueueUrl=self.stack.queues[queue], AttributeNames=["All"]
        )["Attributes"]
        return sum(
            int(attributes[f"ApproximateNumberOfMessages{name}"])
            for name in ("", "NotVisible", "Delayed")
        )


def _body(*resources: str) -> bytes:
    events = [
        {
            "resourceUrl": f"https://api.xero.com/api.xro/2.0/Invoices/{resource}",
            "resourceId": resource,
            "eventDateUtc": "2026-11-22T01:15:39.902",
            "eventType": "UPDATE",
            "eventCategory": "INVOICE",
            "tenantId": "c2cc9b6e-9458-4c7d-93cc-f02b81b0594f",
            "tenantType": "ORGANISATION",
        }
        for resource in resources
    ]
    return json.dumps({"events": events, "firstEventSequence": 1}).encode()


@pytest.fixture(scope="module")
def whole_scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with ExitStack() as cleanup:
        fronts: list[AwsFront] = []

        def between(account: Account) -> str:
            fronts.append(cleanup.enter_context(serving(account)))
            return fronts[0].url

        options = Options(simulated=ROOMY, between=between)
        stack = cleanup.enter_context(running(tmp_path_factory.mktemp("faults"), options))
        listener = cleanup.enter_context(listening(here(stack), {"source": ["xero.webhooks"]}))
        # A refused message comes again after a minute; here nobody waits so long.
        stack.account.client("sqs").set_queue_attributes(
            QueueUrl=stack.queues["backlog"], Attributes={"VisibilityTimeout": "1"}
        )
        scene = Scene(stack, fronts[0], listener)
        # Copies of the function that start now are warm when it matters.
        scene.deliver(*scene.resources())
        yield scene
        fronts[0].mend()
        scene.wait_until_empty()
        lost = set(scene.sent) - set(scene.heard())
        print(  # noqa: T201 - the count is what the module is for
            f"\nsent {len(scene.sent)}, published {len(scene.heard())}, "
            f"parked {scene.waiting('backlog')}, lost {len(lost)}"
        )
        assert lost == set()


@pytest.fixture
def scene(whole_scene: Scene) -> Iterator[Scene]:
    yield whole_scene
    whole_scene.front.mend()


@pytest.fixture
def asked(scene: Scene) -> Callable[[str], int]:
    """Return a function that tells how often a fault has come true since the test began."""
    start = len(scene.front.asked)
    return lambda kind: sum(one.fault == kind for one in scene.front.asked[start:])


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "entries"},
        {"kind": "entries", "code": "ThrottlingException"},
        {"kind": "refuse"},
        {"kind": "refuse", "code": "ThrottlingException", "status": 400},
        {"kind": "drop"},
    ],
    ids=str,
)
@pytest.mark.promise("backlog-replayed")
def test_what_the_bus_refuses_arrives_once_and_oldest_first_when_it_is_back(
    scene: Scene, asked: Callable[[str], int], fault: dict[str, Any]
) -> None:
    scene.front.add(service="events", operation="PutEvents", **fault)
    first, second, third = (scene.resources(4) for _ in range(3))
    for resources in (first, second, third):
        assert scene.post(*resources) == 200
    assert not {*first, *second, *third} & set(scene.heard())
    assert asked(fault["kind"]) >= 3

    scene.front.mend()
    scene.wait_for(*first, *second, *third)
    scene.wait_until_empty()
    heard = [one for one in scene.heard() if one in {*first, *second, *third}]
    assert sorted(heard) == sorted([*first, *second, *third])
    assert [set(heard[start : start + 4]) for start in (0, 4, 8)] == [
        set(first),
        set(second),
        set(third),
    ]


@pytest.mark.promise("bus-refuses")
def test_of_a_call_only_what_was_refused_takes_the_way_over_the_backlog(scene: Scene) -> None:
    good, bad = scene.resources(), scene.resources()
    scene.front.add("entries", "events", text=bad[0])

    assert scene.post(*good, *bad) == 200
    scene.wait_for(*good)
    assert bad[0] not in scene.heard()
    scene.front.mend()
    scene.wait_for(*bad)


@pytest.mark.promise("bus-refuses")
def test_a_bus_that_is_busy_for_a_moment_costs_no_way_over_the_backlog(scene: Scene) -> None:
    resources = scene.resources(12)
    scene.front.add("refuse", "events", code="ThrottlingException", status=400, times=2)

    assert scene.post(*resources) == 200
    scene.wait_for(*resources)
    assert sorted(set(scene.heard()) & set(resources)) == sorted(resources)


@pytest.mark.promise("one-bad-entry")
def test_an_entry_that_the_bus_can_never_take_is_kept_and_holds_up_no_other(scene: Scene) -> None:
    bad, good = secrets.token_hex(8), scene.resources(3)
    before = scene.waiting("backlog_dead_letters")
    scene.front.add("entries", "events", text=bad, code="MalformedDetail")

    assert scene.post(good[0], bad, *good[1:]) == 200
    scene.wait_for(*good)
    scene.wait_until_empty()
    assert scene.waiting("backlog_dead_letters") == before + 1
    assert bad not in scene.heard()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "refuse"},
        {"kind": "refuse", "status": 400, "code": "ProvisionedThroughputExceededException"},
        {"kind": "unprocessed"},
        {"kind": "drop"},
        {"kind": "hang"},
    ],
    ids=str,
)
@pytest.mark.promise("no-repeats")
def test_without_the_table_events_still_arrive(
    scene: Scene, asked: Callable[[str], int], fault: dict[str, Any]
) -> None:
    scene.front.add(service="dynamodb", **fault)
    resources = scene.resources(30)

    assert scene.post(*resources) == 200
    assert asked(fault["kind"]) >= 1
    scene.wait_for(*resources)


@pytest.mark.promise("no-repeats")
def test_deliveries_that_xero_repeats_are_one_event_each(scene: Scene) -> None:
    first, second = scene.resources(), scene.resources()
    for delivered in (first, [*first, *second], [*second, *second], first):
        assert scene.post(*delivered) == 200

    last = scene.resources()
    scene.post(*last)
    scene.wait_for(*first, *second, *last)
    heard = scene.heard()
    assert [heard.count(one) for one in (*first, *second, *last)] == [1, 1, 1]


@pytest.mark.promise("no-repeats")
def test_of_a_call_whose_answer_got_lost_the_events_arrive_at_least_once(scene: Scene) -> None:
    resources = scene.resources(3)
    scene.front.add("drop-answer", "events", times=1)

    assert scene.post(*resources) == 200
    scene.wait_for(*resources)


@pytest.mark.parametrize("kind", ["refuse", "drop", "hang"])
@pytest.mark.promise("key-change")
def test_while_the_secret_store_is_out_deliveries_go_on(scene: Scene, kind: str) -> None:
    scene.deliver(*scene.resources())
    scene.front.add(kind, "secretsmanager")
    resources = scene.resources()

    assert scene.deliver(*resources)[-1] == 200
    scene.wait_for(*resources)


@pytest.mark.parametrize("kind", ["refuse", "drop", "hang"])
@pytest.mark.promise("nothing-lost")
def test_with_bus_and_backlog_out_xero_is_told_and_delivers_again(scene: Scene, kind: str) -> None:
    resources = scene.resources(3)
    scene.front.add(kind, "events")
    scene.front.add(kind, "sqs", "SendMessage")

    assert scene.deliver(*resources) == [500, 200]
    scene.wait_for(*resources)
    assert sorted(set(scene.heard()) & set(resources)) == sorted(resources)


@pytest.mark.promise("four-seconds")
def test_with_every_dependency_hanging_there_is_an_answer_and_later_the_events(
    scene: Scene,
) -> None:
    resources = scene.resources(3)
    for service in ("secretsmanager", "dynamodb", "events", "sqs"):
        scene.front.add("hang", service)

    assert scene.deliver(*resources) == [500, 200]
    scene.wait_for(*resources)


@pytest.mark.promise("unreadable-kept")
def test_a_body_of_unreadable_bytes_ends_among_the_backlog_s_dead_letters(scene: Scene) -> None:
    text = f'{{"events": [{{"resourceId": "{secrets.token_hex(8)}'.encode()
    assert scene.post_body(text) == 200

    sqs, url = scene.stack.account.client("sqs"), scene.stack.queues["backlog_dead_letters"]
    deadline = time.monotonic() + PATIENCE_SECONDS
    held: list[Any] = []
    while text not in held:
        assert time.monotonic() < deadline
        received = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1, VisibilityTimeout=1)
        held += [read_parcel(message["Body"]) for message in received.get("Messages", [])]
