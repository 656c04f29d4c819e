# SPDX-License-Identifier: Apache-2.0
"""The backlog's replay, and the whole webhook function under any faults in any order."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xero_connection.batches import is_batch
from xero_connection.parcels import body_parcels, entry_parcels, read_parcel

from tests.unit.world import KEPT, DownError, Message, World, body_of, delivery

UNREADABLE = b'{"events": [{"resourceId": '


def resource_is(*names: str) -> Any:
    return lambda entry: json.loads(entry["Detail"])["resource_id"] in names


def anything(_: dict[str, Any]) -> bool:
    return True


def nothing(_: dict[str, Any]) -> bool:
    return False


@pytest.mark.promise("backlog-replayed")
def test_what_was_parked_is_published_oldest_first() -> None:
    world = World(bus_refuses=anything)
    for name in "abc":
        assert world.receive(delivery(body_of(name))) == KEPT

    world.bus_refuses = nothing
    world.replay()
    assert world.published == ["a", "b", "c"]
    assert world.queue == world.dead_letters == []
    assert [line["outcome"] for line in world.lines[3:]] == ["replayed"] * 3


@pytest.mark.promise("backlog-replayed")
def test_a_parcel_that_is_refused_again_holds_all_that_came_after_it() -> None:
    world = World(bus_refuses=anything)
    for name in "abc":
        world.receive(delivery(body_of(name, name + "2")))

    world.bus_refuses = resource_is("b")
    world.replay()
    assert world.published == ["a", "a2", "b2"]
    assert len(world.queue) == 2
    world.bus_refuses = nothing
    world.replay()
    assert world.published == ["a", "a2", "b2", "b", "c", "c2"]
    assert world.queue == []


@pytest.mark.promise("backlog-replayed")
def test_an_entry_that_the_bus_can_never_take_holds_nothing_and_is_among_the_dead_letters() -> None:
    world = World(never=resource_is("b"))
    world.receive(delivery(body_of("a", "b", "c")))
    assert len(world.queue) == 1

    world.replay()
    assert world.queue == []
    assert world.published == ["a", "c"]
    (letter,) = world.dead_letters
    held = read_parcel(letter.text)
    assert isinstance(held, list)
    assert [json.loads(entry["Detail"])["resource_id"] for entry in held] == ["b"]


@pytest.mark.promise("backlog-replayed")
def test_what_can_never_be_taken_stays_with_what_still_waits() -> None:
    world = World(never=resource_is("b"), bus_refuses=resource_is("c"))
    world.receive(delivery(body_of("a", "b", "c")))
    world.replay()
    assert (len(world.queue), world.dead_letters) == (1, [])

    world.bus_refuses = nothing
    world.replay()
    assert (world.queue, len(world.dead_letters)) == ([], 1)


@pytest.mark.promise("unreadable-kept")
def test_a_body_that_nobody_can_read_ends_among_the_dead_letters_and_holds_up_no_other() -> None:
    world = World(bus_refuses=anything)
    world.receive(delivery(UNREADABLE))
    world.receive(delivery(body_of("a")))

    world.bus_refuses = nothing
    world.replay()
    assert world.published == ["a"]
    assert world.queue == []
    assert [read_parcel(one.text) for one in world.dead_letters] == [UNREADABLE]


@pytest.mark.promise("unreadable-kept")
def test_a_body_that_a_newer_version_can_read_is_published() -> None:
    world = World()
    (parcel,) = body_parcels(body_of("a"))
    world.queue.append(Message(parcel.text, parcel.group, 1))

    world.replay()
    assert world.published == ["a"]
    assert world.queue == world.dead_letters == []


@pytest.mark.promise("unreadable-kept")
def test_of_a_body_that_is_partly_readable_the_rest_is_kept() -> None:
    body = json.dumps({"events": [json.loads(body_of("a"))["events"][0], 5]}).encode()
    world = World()
    world.receive(delivery(body))
    world.replay()

    assert world.published == ["a"]
    assert world.queue == []
    assert [read_parcel(one.text) for one in world.dead_letters] == [body]


@pytest.mark.parametrize("body", [UNREADABLE, body_of("a")])
def test_a_body_waits_while_neither_bus_nor_dead_letters_take_it(body: bytes) -> None:
    world = World(bus_refuses=anything, queue_down=True)
    (parcel,) = body_parcels(body)
    world.queue.append(Message(parcel.text, parcel.group, 1))

    world.replay()
    assert len(world.queue) == 1


@pytest.mark.parametrize("text", ["", "no parcel", '{"kind": "part", "number": 1}'])
def test_a_message_that_holds_nothing_ends_among_the_dead_letters(text: str) -> None:
    world = World()
    world.queue.append(Message(text, "entries", 1))
    world.replay()

    assert world.queue == []
    assert [one.text for one in world.dead_letters] == [text]


@pytest.mark.promise("nothing-lost")
def test_a_letter_that_a_person_puts_back_is_among_the_dead_again_if_it_cannot_be_read() -> None:
    world = World()
    for number in (7, 8):
        world.queue.append(Message("no parcel", "alone", number))
        world.replay()

    assert [one.text for one in world.dead_letters] == ["no parcel"] * 2
    # Handed over twice, a message is one letter.
    world.queue.append(Message("no parcel", "alone", 8))
    world.replay()
    assert len(world.dead_letters) == 2


def test_a_message_that_causes_an_unforeseen_failure_holds_its_own_group_only() -> None:
    world = World()
    (parcel,) = entry_parcels([{"Detail": "{}"}])
    world.queue.append(Message(parcel.text, parcel.group, 1))
    (body,) = body_parcels(body_of("a"))
    world.queue.append(Message(body.text, body.group, 2))
    world.replay()

    assert world.published == ["a"]
    assert [one.number for one in world.queue] == [1]
    assert world.lines[0]["reason"] == "KeyError"


def test_a_message_is_not_begun_when_the_invocation_is_about_to_end() -> None:
    world = World(bus_refuses=anything, milliseconds=3_900)
    world.receive(delivery(body_of("a")))
    world.bus_refuses = nothing
    world.replay()

    assert world.published == []
    assert len(world.queue) == 1


@pytest.mark.parametrize(
    ("event", "batch"),
    [
        ({"Records": [{"eventSource": "aws:sqs"}]}, True),
        ({"Records": [{"eventSource": "aws:sns"}]}, False),
        ({"Records": "x"}, False),
        ({"body": '{"Records": []}'}, False),
        (None, False),
    ],
)
def test_a_batch_is_told_from_all_else(event: Any, batch: bool) -> None:
    assert is_batch(event) is batch


FAULTS = st.sets(
    st.sampled_from(["bus", "some of the bus", "table", "queue", "death", "hanging", "odd"])
)


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from("abcdefgh"), max_size=4), FAULTS), min_size=1, max_size=8
    )
)
@pytest.mark.promise("nothing-lost")
def test_whatever_fails_in_whatever_order_each_event_arrives_and_none_is_lost(
    steps: list[tuple[list[str], set[str]]],
) -> None:
    """Xero delivers until it is answered 200; the backlog is handed over after each delivery."""
    world = World()
    told, answered, parts_odd = set[str](), 0, 0
    for names, faults in steps:
        told |= set(names)
        events = json.loads(body_of(*names))["events"] + ([5] if "odd" in faults else [])
        body = json.dumps({"events": events}).encode()
        parts_odd += "odd" in faults
        set_faults(world, faults)
        try:
            assert world.receive(delivery(body)) == KEPT
            answered += 1
        except DownError:
            set_faults(world, set())
            assert world.receive(delivery(body)) == KEPT
            set_faults(world, faults)
        try:
            world.replay()
        finally:
            assert told <= {*world.published, *parked(world)}
    set_faults(world, set())
    world.replay()

    assert set(world.published) == told
    assert world.queue == []
    assert len(world.dead_letters) <= parts_odd
    assert all(isinstance(read_parcel(one.text), bytes) for one in world.dead_letters)
    if not any(faults & {"table", "death", "hanging"} for _, faults in steps):
        assert sorted(world.published) == sorted(told), "an event was repeated without a reason"


def set_faults(world: World, faults: set[str]) -> None:
    hanging = "hanging" in faults
    some = resource_is("a", "c", "e") if "some of the bus" in faults else nothing
    world.bus_refuses = anything if "bus" in faults or hanging else some
    world.table_down = "table" in faults or hanging
    world.queue_down = "queue" in faults
    world.dies_before_marking = "death" in faults
    world.bus_seconds = world.table_seconds = 0.5 if hanging else 0


def parked(world: World) -> list[str]:
    """Return the resources of which the queues hold events."""
    found = []
    for message in (*world.queue, *world.dead_letters):
        held = read_parcel(message.text)
        if isinstance(held, list):
            found += [json.loads(entry["Detail"])["resource_id"] for entry in held]
    return found
