# SPDX-License-Identifier: Apache-2.0
"""The table's rows: what fails is an error, and a turn is one invocation's alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws
from xero_connection.aws import Aws
from xero_connection.errors import UnavailableError
from xero_connection.rows import Rows

NAME = "the-table"
BUSY = ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "x")
SLOW = ReadTimeoutError(endpoint_url="x")
KEY = "record#t#invoices"


@dataclass
class Client:
    """DynamoDB, which counts its calls, and fails, loses answers or leaves out as it is told."""

    real: Any
    calls: list[int] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    """Raised instead of an answer, one a call."""
    loses: bool = False
    """Whether it does what is asked before it fails."""
    leaves_out: int = 0
    """How many of a call's keys or items it leaves out."""
    heals: bool = False
    """Whether it leaves them out only once."""

    def batch_get_item(self, *, RequestItems: Any) -> Any:  # noqa: N803 - boto3's spelling
        """Get items but for the first few."""
        asked = RequestItems[NAME]
        left, taken = self._parted(asked["Keys"])
        if not taken:
            return {"Responses": {}, "UnprocessedKeys": RequestItems}
        answer = self.real.batch_get_item(RequestItems={NAME: asked | {"Keys": taken}})
        unprocessed = {NAME: asked | {"Keys": left}} if left else {}
        return answer | {"UnprocessedKeys": unprocessed}

    def batch_write_item(self, *, RequestItems: Any) -> Any:  # noqa: N803
        """Put items but for the first few."""
        left, taken = self._parted(RequestItems[NAME])
        if taken:
            self.real.batch_write_item(RequestItems={NAME: taken})
        return {"UnprocessedItems": {NAME: left} if left else {}}

    def put_item(self, **parameters: Any) -> Any:
        """Put an item on a condition."""
        return self._single(self.real.put_item, parameters)

    def delete_item(self, **parameters: Any) -> Any:
        """Delete an item on a condition."""
        return self._single(self.real.delete_item, parameters)

    def _single(self, operation: Any, parameters: Any) -> Any:
        if self.loses:
            operation(**parameters)
        self._note(1)
        return operation(**parameters)

    def _parted(self, asked: list[Any]) -> tuple[list[Any], list[Any]]:
        """Return what a call leaves out, and what it takes."""
        self._note(len(asked))
        count = self.leaves_out
        self.leaves_out = 0 if self.heals else count
        return asked[:count], asked[count:]

    def _note(self, count: int) -> None:
        self.calls.append(count)
        if self.fails:
            raise self.fails.pop(0)


@dataclass
class Clock:
    """Seconds since 1970."""

    now: float = 1_000_000.5
    pauses: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Go forward."""
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture(scope="module")
def real() -> Iterator[Any]:
    with mock_aws():
        client = Aws().client("dynamodb")
        client.create_table(
            TableName=NAME,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        )
        yield client


@pytest.fixture
def client(real: Any) -> Client:
    empty(real)
    return Client(real)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def empty(real: Any) -> None:
    for item in real.scan(TableName=NAME)["Items"]:
        real.delete_item(TableName=NAME, Key={"pk": item["pk"]})


def rows(client: Any, clock: Clock) -> Rows:
    return Rows(client, NAME, now=lambda: clock.now, sleep=clock.sleep)


def some(count: int) -> dict[str, dict[str, str]]:
    return {f"record#{number}": {"moment": str(number), "status": ""} for number in range(count)}


# Reading and writing


def test_rows_are_put_and_got_in_as_few_calls_as_there_can_be(client: Client, clock: Clock) -> None:
    table, given_rows = rows(client, clock), some(230)
    table.put(given_rows)
    assert sorted(client.calls) == [5, *[25] * 9]

    client.calls.clear()
    found = table.get([*given_rows, "record#none"])
    assert found == {key: row | {"pk": key} for key, row in given_rows.items()}
    assert sorted(client.calls) == [31, 100, 100]


def test_nothing_is_no_call(client: Client, clock: Clock) -> None:
    rows(client, clock).put({})

    assert rows(client, clock).get([]) == {}
    assert client.calls == []


def test_what_the_table_leaves_out_is_asked_for_again(client: Client, clock: Clock) -> None:
    client.leaves_out = 2
    client.heals = True
    rows(client, clock).put(some(7))
    assert client.calls == [7, 2]

    client.leaves_out = 2
    assert rows(client, clock).get(list(some(7))).keys() == some(7).keys()
    assert client.calls == [7, 2, 7, 2]


def test_what_the_table_leaves_out_for_good_is_an_error_after_a_while(
    client: Client, clock: Clock
) -> None:
    client.leaves_out = 2
    with pytest.raises(UnavailableError, match="too busy to be written"):
        rows(client, clock).put(some(2))
    with pytest.raises(UnavailableError, match="too busy to be read"):
        rows(client, clock).get(["a", "b", "c"])

    assert len(client.calls) == 14
    assert sum(clock.pauses) < 15


@pytest.mark.promise("record-once")
def test_a_write_that_fails_is_tried_again_since_what_it_notes_is_published(
    client: Client, clock: Clock
) -> None:
    client.fails = [BUSY, SLOW]
    rows(client, clock).put(some(3))

    assert rows(client, clock).get(list(some(3))).keys() == some(3).keys()


@pytest.mark.parametrize("error", [BUSY, SLOW])
def test_a_table_that_fails_is_an_error_that_names_the_reason(
    client: Client, clock: Clock, error: Exception
) -> None:
    table = rows(client, clock)
    client.fails = [error] * 100

    with pytest.raises(UnavailableError, match=r"read: (Provisioned|ReadTimeout)"):
        table.get(["a"])
    with pytest.raises(UnavailableError, match=r"written: (Provisioned|ReadTimeout)"):
        table.put(some(1))
    with pytest.raises(UnavailableError, match=r"written: (Provisioned|ReadTimeout)"):
        table.take(KEY, owner="a", seconds=60)
    table.give_back(KEY, owner="a")


# Turns


@pytest.mark.promise("one-turn")
def test_a_turn_is_one_owners_until_it_is_given_back(client: Client, clock: Clock) -> None:
    table = rows(client, clock)

    assert table.take(KEY, owner="a", seconds=60)
    assert not table.take(KEY, owner="b", seconds=60)
    assert table.take("record#t#contacts", owner="b", seconds=60)
    table.give_back(KEY, owner="b")
    assert not table.take(KEY, owner="b", seconds=60)
    table.give_back(KEY, owner="a")
    assert table.take(KEY, owner="b", seconds=60)


@pytest.mark.promise("one-turn")
def test_a_turn_that_nobody_gives_back_ends_with_its_invocation(
    client: Client, clock: Clock
) -> None:
    table = rows(client, clock)
    assert table.take(KEY, owner="a", seconds=60)

    clock.now += 60
    assert not table.take(KEY, owner="b", seconds=60)
    clock.now += 2
    assert table.take(KEY, owner="b", seconds=60)
    # Whoever was late does not end another's.
    table.give_back(KEY, owner="a")
    assert not table.take(KEY, owner="a", seconds=60)


@pytest.mark.promise("one-turn")
def test_a_turn_whose_answer_got_lost_is_its_owners_when_it_asks_again(
    client: Client, clock: Clock
) -> None:
    table = rows(client, clock)
    client.fails, client.loses = [SLOW], True
    with pytest.raises(UnavailableError):
        table.take(KEY, owner="a", seconds=60)

    assert not table.take(KEY, owner="b", seconds=60)
    assert table.take(KEY, owner="a", seconds=60)


def test_a_turn_that_cannot_be_given_back_is_left_to_end(client: Client, clock: Clock) -> None:
    table = rows(client, clock)
    assert table.take(KEY, owner="a", seconds=60)
    client.fails = [BUSY]
    table.give_back(KEY, owner="a")

    assert not table.take(KEY, owner="b", seconds=60)


def test_a_turn_that_is_over_is_forgotten_within_days(client: Client, clock: Clock) -> None:
    rows(client, clock).take(KEY, owner="a", seconds=60)
    (item,) = client.real.scan(TableName=NAME)["Items"]

    assert int(item["expires_at"]["N"]) == pytest.approx(clock.now + 60 + 24 * 3600, abs=2)
    assert rows(client, clock).get([KEY])[KEY] == {"pk": KEY, "owner": "a"}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", "give back"]),
        st.sampled_from("abc"),
        st.sampled_from([1, 10]),
        st.sampled_from([0.0, 0.4, 5.0, 12.0]),
    ),
    max_size=15,
)


@settings(max_examples=60)
@given(steps=STEPS)
@pytest.mark.promise("one-turn")
def test_no_two_ever_have_the_turn_at_once(
    real: Any, steps: list[tuple[str, str, int, float]]
) -> None:
    empty(real)
    clock = Clock()
    table = rows(Client(real), clock)
    ends: dict[str, float] = {}
    for step, owner, seconds, pause in steps:
        if step == "take":
            others = [end for one, end in ends.items() if one != owner and end > clock.now]
            if table.take(KEY, owner=owner, seconds=seconds):
                assert not others
                ends = {owner: clock.now + seconds}
            else:
                assert ends.keys() != {owner}
        else:
            table.give_back(KEY, owner=owner)
            ends.pop(owner, None)
        clock.now += pause


@pytest.mark.parametrize("fails", [[], [BUSY], [SLOW]])
def test_a_note_is_made_or_left_out(client: Client, clock: Clock, fails: list[Exception]) -> None:
    client.fails = list(fails)
    table = rows(client, clock)
    table.note("token#state", {"kind": "oauth2"})

    assert bool(table.get(["token#state"])) is not bool(fails)
    assert len(client.calls) == 2
    assert clock.pauses == []
