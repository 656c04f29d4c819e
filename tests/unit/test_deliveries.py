# SPDX-License-Identifier: Apache-2.0
"""What is noted of deliveries: which came when, how seldom that is written, and at whose wish."""

import json
import random

import pytest
from xero_connection.deliveries import KEY as ROW
from xero_connection.deliveries import key_name
from xero_connection.receiver import TABLE_CALL_SECONDS

from tests.unit.test_receiver import NOISE
from tests.unit.world import KEPT, KEY, REFUSED, Keys, World, body_of, delivery

INTENT = b'{"events":[],"firstEventSequence": 0,"lastEventSequence": 0, "entropy": "SXKRVB"}'
WRONG = delivery(key="another key")
SIGNED = {"genuine_key": key_name(KEY)}
UNSIGNED = {"body": "{}", "headers": {}}


def at(seconds: float) -> str:
    """Return the moment that many seconds after the world began."""
    minutes, rest = divmod(1000 + seconds, 60)
    text = f"2026-11-22T00:{int(minutes):02}:{rest:06.3f}Z"
    return text.replace(".000", "")


def noted(world: World) -> dict[str, str]:
    return world.noted.get(ROW, {})


@pytest.mark.promise("deliveries-noted")
def test_a_right_signature_is_noted_and_an_intent_to_receive_apart() -> None:
    world = World()
    world.receive(delivery())
    assert noted(world) == {"genuine_at": at(0), **SIGNED}

    world.now += 5
    world.receive(delivery(INTENT))
    assert noted(world) == {"genuine_at": at(5), "intent_at": at(5), **SIGNED}

    world.now += 5
    world.receive(delivery(b"no json"))
    assert noted(world) == {"genuine_at": at(10), "intent_at": at(5), **SIGNED}


@pytest.mark.promise("key-rotation")
def test_with_which_of_two_keys_xero_signs_is_noted_at_once() -> None:
    both = json.dumps({"current": "the new key", "previous": KEY})
    world = World(keys=Keys(both))
    world.receive(delivery())
    assert noted(world)["genuine_key"] == key_name(KEY)

    world.receive(delivery(body_of("a"), key="the new key"))
    assert noted(world)["genuine_key"] == key_name("the new key")
    assert "the new key" not in json.dumps(noted(world))


@pytest.mark.promise("deliveries-noted")
def test_a_wrong_signature_is_noted_with_the_first_of_them_until_one_is_right() -> None:
    world = World()
    for _ in range(3):
        world.receive(WRONG)
        world.now += 60
    assert noted(world) == {
        "refused_at": at(120),
        "refused_reason": "wrong signature",
        "wrong_at": at(120),
        "wrong_since": at(0),
    }

    world.receive(delivery())
    assert "wrong_since" not in noted(world)
    world.now += 60
    world.receive(WRONG)
    assert noted(world)["wrong_since"] == at(240)


def test_what_is_not_signed_tells_nothing_of_the_key() -> None:
    world = World()
    world.receive(UNSIGNED)

    assert noted(world) == {"refused_at": at(0), "refused_reason": "no signature"}


def test_without_a_key_that_is_what_is_noted() -> None:
    world = World(keys=Keys("{}"))
    world.receive(delivery())

    assert noted(world)["refused_reason"] == "no webhook key"
    assert noted(world)["wrong_since"] == at(0)


@pytest.mark.promise("deliveries-noted")
def test_nothing_of_a_request_is_kept() -> None:
    world = World()
    for event in (WRONG, UNSIGNED, delivery(), delivery(INTENT)):
        world.receive(event)
        world.now += 5

    said = json.dumps(noted(world))
    assert noted(world).keys() == {
        "genuine_at", "genuine_key", "intent_at", "refused_at", "refused_reason", "wrong_at",
    }  # fmt: skip
    assert not [part for part in ("another key", "6f7594f2", "SXKRVB") if part in said]


@pytest.mark.promise("deliveries-noted")
def test_a_forger_causes_one_write_every_two_seconds_however_he_goes_about_it() -> None:
    chance, world = random.Random(6), World()  # noqa: S311 - the same each time
    for _ in range(2000):
        world.receive(chance.choice([WRONG, UNSIGNED]))
        world.now += 0.01

    assert world.notes == 10


def test_a_busy_day_of_xeros_is_written_no_oftener() -> None:
    world = World()
    for number in range(2000):
        world.receive(delivery(body_of(f"r{number}")))
        world.now += 0.01

    assert world.notes == 10


@pytest.mark.promise("deliveries-noted")
def test_after_an_intent_to_receive_in_any_order_the_key_is_known_to_be_right() -> None:
    for place in range(4):
        world = World()
        probes = [WRONG] * 3
        probes.insert(place, delivery(INTENT))
        world.receive(delivery())
        for probe in probes:
            world.receive(probe)
            world.now += 0.1
        # What stays of wrong ones came just after it, which `alarms` knows to mean nothing.
        assert ("wrong_since" in noted(world)) is (place == 0)
        assert noted(world)["intent_at"] == noted(world)["genuine_at"]


@pytest.mark.promise("deliveries-noted")
def test_a_table_that_is_out_or_slow_changes_no_answer_and_keeps_to_the_time() -> None:
    for given, answer in ((delivery(), KEPT), (delivery(INTENT), KEPT), (WRONG, REFUSED)):
        world = World(table_down=True, table_seconds=TABLE_CALL_SECONDS)
        assert world.receive(given) == answer
        assert world.now - 1000 < 4


@pytest.mark.promise("deliveries-noted")
def test_no_note_is_begun_after_the_moment_at_which_marking_may_begin() -> None:
    world = World(queue_seconds=0.8)
    world.keys.before = lambda: setattr(world, "now", world.now + 2.5)

    assert world.receive(delivery(NOISE[:100], encoded=True)) == KEPT
    assert world.now - 1000 > 3.1
    assert world.notes == 0
