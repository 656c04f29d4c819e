# SPDX-License-Identifier: Apache-2.0
"""The organisations' limits in the table: what is asked of it, and that it can be done without."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto import mock_aws
from xero_connection.aws import Aws
from xero_connection.booking import Ticket
from xero_connection.budgets import Budgets
from xero_connection.errors import RateLimitedError
from xero_connection.lessons import Said
from xero_connection.limits import BACKGROUND, PEOPLE, App

NAME = "the-table"
TENANT = "c2cc9b6e"
START = 1_800_000_000.0
BUSY = ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "x")
SLOW = ReadTimeoutError(endpoint_url="x")


class Client:
    """DynamoDB, which notes its calls, and fails or takes its time as it is told."""

    def __init__(self, real: Any) -> None:
        """Take the one that does the work."""
        self.real = real
        self.calls: list[str] = []
        self.error: Exception | None = None
        self.before_writing: list[Callable[[], None]] = []
        """What happens before the next write, once."""

    def __getattr__(self, name: str) -> Any:
        """Return a call."""

        def call(**parameters: Any) -> Any:
            self.calls.append(name)
            if self.error:
                raise self.error
            while name == "update_item" and self.before_writing:
                self.before_writing.pop()()
            return getattr(self.real, name)(**parameters)

        return call


class World:
    """Two copies of functions at the same table, their clock and their log."""

    def __init__(self, client: Client) -> None:
        """Begin."""
        self.client = client
        self.now = START
        self.lines: list[dict[str, Any]] = []
        self.copy, self.other = (
            Budgets(
                client,
                NAME,
                observer=self,  # type: ignore[arg-type]
                now=lambda: self.now,
                sleep=self.sleep,
            )
            for _ in range(2)
        )

    def sleep(self, seconds: float) -> None:
        """Go forward."""
        self.now += seconds

    def record(self, **fields: Any) -> None:
        """Keep a line of the log."""
        self.lines.append(fields)

    def item(self, key: str = f"limit#{TENANT}") -> dict[str, int]:
        """Return a row as the table has it."""
        found = self.client.real.get_item(TableName=NAME, Key={"pk": {"S": key}})
        item = found.get("Item", {})
        return {name: int(value["N"]) for name, value in item.items() if name != "pk"}

    def enter(self, budgets: Budgets, share: Any = PEOPLE, patience: float = 20) -> Ticket:
        """Book a call."""
        ticket = budgets.enter(TENANT, share, patience=patience)
        assert ticket
        return ticket


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        real = Aws().client("dynamodb")
        real.create_table(
            TableName=NAME,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        )
        yield World(Client(real))


@pytest.mark.promise("shared-limits")
def test_a_call_costs_one_read_and_one_write_and_a_right_answer_nothing(world: World) -> None:
    for left in (59, 58, 57):
        ticket = world.enter(world.copy)
        world.client.calls.remove("batch_get_item")
        world.client.calls.remove("update_item")
        world.copy.leave(ticket, Said(minute=left, day=4_000))
        # What is left of the day is news, once an hour.
        assert world.client.calls == ["update_item"] * (left == 59)
        world.client.calls.clear()


@pytest.mark.promise("shared-limits")
def test_what_one_copy_books_and_learns_the_other_knows(world: World) -> None:
    first = world.enter(world.copy)
    second = world.enter(world.other)
    assert (second.start - first.start, second.row.minute_left) == (250, 58)

    world.copy.leave(second, Said(refused="minute", retry_after=30))
    with pytest.raises(RateLimitedError) as limited:
        world.other.enter(TENANT, PEOPLE, patience=20)
    assert limited.value.retry_after == 30
    world.enter(world.other, patience=40)
    assert START + 30 <= world.now < START + 33


def test_every_attribute_of_a_row_goes_to_the_table_and_comes_back(world: World) -> None:
    ticket = world.enter(world.copy)
    world.now += 2
    world.copy.leave(ticket, Said(minute=20, day=900))
    again = world.enter(world.other)

    item = world.item()
    assert item.pop("expires_at") == int(START) + 2 + 2 * 24 * 3600
    assert item == again.row.__dict__
    assert (again.row.minute_left, again.row.day_left, again.row.others) == (58, 899, 39)


def test_all_that_is_set_is_counted_from_the_row_as_it_was(world: World) -> None:
    """A booking changes the spacing and adds it up in one go."""
    ticket = world.enter(world.copy)
    world.now += 0.1
    world.copy.leave(ticket, Said())
    again = world.enter(world.copy)

    assert world.item()["spacing"] == again.row.spacing == 250 - 8
    assert world.item()["next_start"] == again.row.next_start == again.start + 250


def test_a_booking_that_came_too_late_goes_on_from_the_row_it_met(world: World) -> None:
    world.enter(world.copy)
    world.now += 1
    others: list[Ticket] = []
    world.client.before_writing.append(lambda: others.append(world.enter(world.other)))
    world.client.calls.clear()
    ticket = world.enter(world.copy)

    assert ticket.start == others[0].start + 250
    # What it met came with the refusal of its write, so that it had not to be read.
    assert world.client.calls.count("batch_get_item") == 2
    assert world.client.calls.count("update_item") == 3


def test_the_apps_row_is_kept_for_all_organisations(world: World) -> None:
    world.copy.leave(world.enter(world.copy), Said(refused="app", retry_after=9))

    assert world.item("limit#app")["closed_until"] == (START + 9) * 1000
    with pytest.raises(RateLimitedError) as limited:
        world.other.enter("another", PEOPLE, patience=5)
    assert limited.value.details == {"limit": "app"}
    world.now += 9
    ticket = world.other.enter("another", BACKGROUND, patience=5)
    assert ticket
    assert ticket.app == App(closed_until=round(START + 9) * 1000)
    world.other.leave(ticket, Said(app=100))
    with pytest.raises(RateLimitedError):
        world.copy.enter(TENANT, BACKGROUND, patience=5)


def test_what_is_left_is_told_as_far_as_it_is_known(world: World) -> None:
    assert world.copy.left(TENANT) == {}
    ticket = world.enter(world.copy)
    assert world.copy.left(TENANT) == {"minute_remaining": 59}
    world.copy.leave(ticket, Said(refused="minute", retry_after=9, day=900))
    assert world.copy.left(TENANT) == {"minute_remaining": 0}
    world.now += 10
    world.copy.leave(world.enter(world.copy), Said(minute=59, day=900))
    assert world.copy.left(TENANT) == {"minute_remaining": 59, "day_remaining": 900}
    world.client.error = SLOW
    world.client.calls.clear()
    assert world.copy.left(TENANT) == world.copy.left(TENANT) == {}
    assert len(world.client.calls) == 1


@pytest.mark.parametrize("error", [BUSY, SLOW])
@pytest.mark.promise("limits-fail-open")
def test_a_table_that_is_out_stops_nobody_and_is_asked_again_after_a_while(
    world: World, error: Exception
) -> None:
    known = world.enter(world.copy)
    world.client.error = error
    world.client.calls.clear()
    for _ in range(20):
        assert world.copy.enter(TENANT, PEOPLE, patience=20) is None
        world.copy.leave(known, Said(refused="minute", retry_after=30))
        world.now += 1

    # What hangs is waited for once, not before each call.
    assert len(world.client.calls) == 1
    assert [(line["outcome"], line["failed"]) for line in world.lines] == [("limits unknown", True)]
    assert "x" not in world.lines[0]["reason"].split()
    world.client.error = None
    world.now += 15
    assert world.copy.enter(TENANT, PEOPLE, patience=20)


@pytest.mark.promise("limits-fail-open")
def test_a_table_that_takes_no_lesson_is_out_too(world: World) -> None:
    ticket = world.enter(world.copy)
    world.client.error = SLOW
    world.copy.leave(ticket, Said(refused="minute", retry_after=30))
    world.client.error = None

    assert [line["reason"] for line in world.lines] == ["ReadTimeoutError"]
    assert world.copy.enter(TENANT, PEOPLE, patience=20) is None


@pytest.mark.promise("limits-fail-open")
def test_a_table_that_can_be_read_and_not_written_is_out_too(world: World) -> None:
    def busy() -> None:
        raise BUSY

    world.client.before_writing.append(busy)

    assert world.copy.enter(TENANT, PEOPLE, patience=20) is None
    assert [line["reason"] for line in world.lines] == ["ProvisionedThroughputExceededException"]


def test_a_refused_call_says_nothing_of_how_long_calls_take(world: World) -> None:
    ticket = world.enter(world.copy)
    world.now += 5
    world.copy.leave(ticket, Said(refused="app"))

    assert world.enter(world.copy).row.spacing == 250
