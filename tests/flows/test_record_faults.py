# SPDX-License-Identifier: Apache-2.0
"""Records under faults that are really there: every change is published, no version twice.

One stack whose functions find AWS through a front that fails as it is told. The count is taken
over the whole module, after its last test.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.machine import control
from tests.flows.scenes import QUEUES, Scene, playing


@pytest.fixture(scope="module")
def whole_scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with playing(tmp_path_factory.mktemp("record-faults"), Scene) as scene:
        scene.wait_for(*scene.change("Invoices"))
        yield scene
        scene.front.mend()
        scene.settle()
        lost = scene.lost()
        print(  # noqa: T201 - the count is what the module is for
            f"\nchanges {len(scene.sent)}, events {len(scene.listener.events)}, "
            f"repeated {scene.repeated()}, "
            f"parked {sum(control.waiting(scene.stack, one) for one in QUEUES)}, lost {len(lost)}"
        )
        assert lost == set()
        assert scene.repeated(*scene.repeatable) == 0


@pytest.fixture
def scene(whole_scene: Scene) -> Iterator[Scene]:
    yield whole_scene
    whole_scene.front.mend()
    whole_scene.xero("DELETE", "faults")


@pytest.fixture
def met(scene: Scene) -> Callable[[str], int]:
    """Return a function that tells how often a fault has come true since the test began."""
    start = len(scene.front.asked)
    return lambda kind: sum(one.fault == kind for one in scene.front.asked[start:])


def _change_and_wait_for_fault(
    scene: Scene, met: Callable[[str], int], fault: dict[str, Any], times: int = 1
) -> list[str]:
    """Change records while something is wrong, and mend it once it has been met."""
    scene.front.add(**fault)
    marks = [*scene.change("Invoices"), *scene.change("Contacts")]
    scene.wait_until(lambda: met(fault["kind"]) >= times)
    assert not scene.heard(*marks)
    scene.front.mend()
    return marks


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "refuse"},
        {"kind": "refuse", "code": "ThrottlingException", "status": 400},
        {"kind": "entries"},
        {"kind": "drop"},
        {"kind": "hang"},
    ],
    ids=str,
)
@pytest.mark.promise("record-once")
def test_what_the_bus_refuses_is_published_when_it_is_back(
    scene: Scene, met: Callable[[str], int], fault: dict[str, Any]
) -> None:
    bus = {"service": "events", "text": "xero.records", **fault}
    marks = _change_and_wait_for_fault(scene, met, bus)
    scene.wait_for(*marks)


@pytest.mark.promise("record-once")
def test_of_a_batch_only_the_refused_record_comes_again(scene: Scene) -> None:
    word = secrets.token_hex(8)
    scene.front.add("entries", "events", text=word)
    good = scene.change("Invoices", *scene.make("Invoices", 5))
    (bad,) = scene.change("Invoices", Url=f"https://example.com/{word}")

    scene.wait_for(*good)
    assert not scene.heard(bad)
    scene.front.mend()
    scene.wait_for(bad)


@pytest.mark.promise("record-dead-letters")
def test_a_record_that_the_bus_can_never_take_is_kept_with_the_reason(scene: Scene) -> None:
    word = secrets.token_hex(8)
    scene.front.add("entries", "events", text=word, code="MalformedDetail")
    ((bad, record_id),) = scene.changed("Invoices", Url=f"https://example.com/{word}")
    scene.sent.remove(bad)

    scene.wait_for(*scene.change("Invoices", *scene.make("Invoices", 3)))
    scene.settle()
    assert not scene.heard(bad)
    (letter,) = scene.letters()
    assert record_id in letter["Body"]
    assert letter["MessageAttributes"]["reason"]["StringValue"] == "the bus can never take it"


@pytest.mark.promise("record-once")
def test_of_a_publication_whose_answer_got_lost_the_records_arrive_at_least_once(
    scene: Scene, met: Callable[[str], int]
) -> None:
    scene.front.add("drop-answer", "events", text="xero.records", times=1)
    marks = scene.change("Invoices")
    scene.repeatable += marks
    scene.wait_for(*marks)
    assert met("drop-answer") == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "refuse", "operation": "PutItem"},
        {"kind": "refuse", "operation": "BatchGetItem"},
        {"kind": "unprocessed", "operation": "BatchGetItem"},
        {"kind": "drop", "operation": "BatchGetItem"},
        {"kind": "hang", "operation": "BatchGetItem"},
    ],
    ids=str,
)
@pytest.mark.promise("record-once")
def test_while_the_table_cannot_be_read_nothing_is_published_and_then_all_once(
    scene: Scene, met: Callable[[str], int], fault: dict[str, Any]
) -> None:
    table = {"service": "dynamodb", "text": "record#", **fault}
    marks = _change_and_wait_for_fault(scene, met, table)
    scene.wait_for(*marks)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "refuse", "times": 4},
        {"kind": "refuse", "times": 2, "status": 400, "code": "ThrottlingException"},
        {"kind": "unprocessed", "times": 2},
        {"kind": "drop", "times": 2},
        {"kind": "drop-answer", "times": 1},
        {"kind": "delay", "times": 1, "seconds": 1.5},
    ],
    ids=str,
)
@pytest.mark.promise("record-once")
def test_a_table_that_refuses_writes_for_a_moment_repeats_nothing(
    scene: Scene, met: Callable[[str], int], fault: dict[str, Any]
) -> None:
    scene.front.add(service="dynamodb", operation="BatchWriteItem", text="record#", **fault)
    scene.wait_for(*scene.change("Invoices"))
    scene.wait_until(lambda: met(fault["kind"]) == fault["times"])


@pytest.mark.promise("record-once")
def test_a_copy_that_ends_between_publishing_and_marking_repeats_and_loses_nothing(
    scene: Scene, met: Callable[[str], int]
) -> None:
    scene.front.add("hang", "dynamodb", "BatchWriteItem", text="record#")
    (mark,) = scene.change("Invoices")
    scene.repeatable.append(mark)
    scene.wait_until(lambda: met("hang") == 1)
    control.end_copies(scene.stack, "record")
    scene.front.mend()
    control.end_turns(scene.stack)

    scene.settle()
    by_type: dict[str, set[str]] = {}
    for event in scene.heard(mark):
        by_type.setdefault(event["detail-type"], set()).add(event["detail"]["event_id"])
    assert by_type.keys() == {"invoices/invoice_created", "invoices/invoice_approved"}
    assert len(scene.heard(mark)) == 4
    assert [len(ids) for ids in by_type.values()] == [1, 1]


@pytest.mark.promise("nothing-lost")
@pytest.mark.parametrize(
    ("service", "operation"),
    [("events", "PutEvents"), ("dynamodb", "BatchWriteItem")],
)
def test_a_webhook_copy_that_ends_on_its_way_has_xero_deliver_again(
    scene: Scene, met: Callable[[str], int], service: str, operation: str
) -> None:
    scene.front.add(
        "hang", service, operation, text='"xero.webhooks' if service == "events" else "event#"
    )
    ids = scene.make("Invoices", 3)
    marks, body = scene.change("Invoices", *ids, quiet=True), scene.body(*ids)
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(scene.post, body)
        scene.wait_until(lambda: met("hang") >= 1)
        control.end_copies(scene.stack, "webhook")
        assert answer.result() == 500
    scene.front.mend()

    assert scene.post(body) == 200
    scene.wait_for(*marks)
    scene.settle()


@pytest.mark.promise("record-once")
def test_deliveries_and_messages_that_are_repeated_publish_a_record_once(scene: Scene) -> None:
    ids = scene.make("Invoices", 5)
    marks, body = scene.change("Invoices", *ids, quiet=True), scene.body(*ids)
    for _ in range(3):
        assert scene.post(body) == 200
    scene.wait_for(*marks)

    # As the queue itself may repeat them.
    event = scene.heard(marks[0])[0]
    told = {"detail": event["detail"] | {"record": None}}
    for _ in range(3):
        scene.stack.account.client("sqs").send_message(
            QueueUrl=scene.stack.queues["records"], MessageBody=json.dumps(told)
        )
    scene.settle()
    assert [len(scene.heard(mark)) for mark in marks] == [1] * len(marks)


@pytest.mark.promise("record-once")
def test_deliveries_out_of_order_end_with_the_last_version(scene: Scene) -> None:
    ids = scene.make("Invoices", 4)
    deliveries = []
    for _ in range(4):
        # A version that the next one overtakes before anybody asks is not published.
        overtaken = len(scene.sent)
        marks = scene.change("Invoices", *ids, quiet=True)
        deliveries.append(scene.body(*ids))
        del scene.sent[overtaken:]
    scene.sent += marks
    for body in (deliveries[2], deliveries[3], deliveries[0], deliveries[1]):
        assert scene.post(body) == 200

    scene.wait_for(*marks)
    scene.settle()
    for one in ids:
        moments = [
            event["detail"]["occurred_at"]
            for event in scene.listener.events
            if event["detail"]["resource_id"] == one
        ]
        assert moments == sorted(moments)


@pytest.mark.parametrize(
    ("fault", "times"),
    [
        ("429-minute:1", 1),
        ("429-minute:3", 1),
        ("429-day:3", 1),
        ("500", 4),
        ("503", 2),
        ("slow:1.5", 1),
        ("cut", 4),
        ("cut-after", 2),
        ("html-error", 2),
        ("empty", 2),
        ("expired-token", 1),
    ],
)
@pytest.mark.promise("records")
def test_whatever_is_wrong_at_xero_the_records_arrive_once(
    scene: Scene, fault: str, times: int
) -> None:
    before = len(scene.calls())
    scene.xero("POST", "faults", {"fault": fault, "times": times, "path": "/Invoices"})
    marks = scene.change("Invoices", *scene.make("Invoices", 3))
    scene.wait_for(*marks)
    # What is slow is answered in the end; all else is asked for again.
    assert len(scene.calls()) - before >= times + (not fault.startswith("slow"))
    assert [len(scene.heard(mark)) for mark in marks] == [1] * len(marks)


@pytest.mark.promise("records")
@pytest.mark.parametrize("kind", ["refuse", "drop", "hang"])
def test_a_new_copy_that_cannot_read_the_token_goes_on_when_it_can(
    scene: Scene, met: Callable[[str], int], kind: str
) -> None:
    # A copy that is ended before it has marked what it published would repeat it.
    scene.settle()
    control.end_copies(scene.stack, "record")
    fault = {"kind": kind, "service": "secretsmanager"}
    marks = _change_and_wait_for_fault(scene, met, fault)
    scene.wait_for(*marks)


@pytest.mark.promise("token-reread")
def test_while_no_new_token_can_be_had_records_wait(
    scene: Scene, met: Callable[[str], int]
) -> None:
    scene.xero("POST", "expire-tokens")
    marks = _change_and_wait_for_fault(scene, met, {"kind": "refuse", "service": "lambda"})
    scene.wait_for(*marks)


@pytest.mark.promise("nothing-lost")
def test_with_everything_failing_in_turn_the_records_arrive(scene: Scene) -> None:
    marks = []
    for service in ("events", "dynamodb", "secretsmanager"):
        scene.front.add("refuse", service)
        scene.xero("POST", "faults", {"fault": "503", "times": 2})
        marks += scene.change("Invoices") + scene.change("Contacts")
        scene.listen()
        scene.front.mend()
    scene.wait_for(*marks)
