# SPDX-License-Identifier: Apache-2.0
"""The table: what is asked of it how often, and that it can be done without."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto import mock_aws
from xero_connection.aws import Aws
from xero_connection.repeats import MARK_SECONDS, Marks
from xero_connection.table import Table
from xero_connection.webhooks import event_entry

from tests.unit.world import EVENT

NAME = "the-table"
TOO_MANY = ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "x")
SLOW = ReadTimeoutError(endpoint_url="x")
DAY = 24 * 3600


class Client:
    """DynamoDB, which counts its calls, and fails or leaves out what it is told to."""

    def __init__(self, real: Any) -> None:
        """Take the one that does the work."""
        self.real = real
        self.calls: list[int] = []
        self.error: Exception | None = None
        self.leaves_out = 0

    def batch_get_item(self, *, RequestItems: Any) -> Any:  # noqa: N803 - boto3's spelling
        """Get items, or leave the whole call unprocessed."""
        self._note(len(RequestItems[NAME]["Keys"]))
        if self.leaves_out:
            return {"Responses": {}, "UnprocessedKeys": RequestItems}
        return self.real.batch_get_item(RequestItems=RequestItems)

    def batch_write_item(self, *, RequestItems: Any) -> Any:  # noqa: N803
        """Put items but for the first few."""
        self._note(len(RequestItems[NAME]))
        left, taken = RequestItems[NAME][: self.leaves_out], RequestItems[NAME][self.leaves_out :]
        self.leaves_out = 0
        if taken:
            self.real.batch_write_item(RequestItems={NAME: taken})
        return {"UnprocessedItems": {NAME: left} if left else {}}

    def update_item(self, **parameters: Any) -> Any:
        """Change an item on a condition."""
        self._note(1)
        return self.real.update_item(**parameters)

    def _note(self, count: int) -> None:
        self.calls.append(count)
        if self.error:
            raise self.error


@pytest.fixture
def client() -> Iterator[Client]:
    with mock_aws():
        real = Aws().client("dynamodb")
        real.create_table(
            TableName=NAME,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        )
        yield Client(real)


def table(client: Any, now: float = 0) -> Table:
    return Table(client, NAME, clock=lambda: now)


def test_keys_are_written_twenty_five_a_call_and_looked_up_a_hundred_a_call(
    client: Client,
) -> None:
    keys = [f"event#{number}" for number in range(230)]
    table(client).put(keys[:130], expires_at=7, until=1)
    assert sorted(client.calls) == [5, *[25] * 5]

    client.calls.clear()
    assert table(client).present(keys, until=1) == (set(keys[:130]), True)
    assert sorted(client.calls) == [30, 100, 100]


def test_what_the_table_leaves_out_is_written_once_more(client: Client) -> None:
    client.leaves_out = 3
    table(client).put(["a", "b", "c", "d"], expires_at=7, until=1)

    assert client.calls == [4, 3]
    assert table(client).present(["a", "b", "c", "d"], until=1)[0] == {"a", "b", "c", "d"}


@pytest.mark.parametrize("error", [TOO_MANY, SLOW])
@pytest.mark.promise("no-repeats")
def test_a_table_that_fails_has_nothing_and_says_so(client: Client, error: Exception) -> None:
    table(client).put(["a"], expires_at=7, until=1)
    client.error = error

    table(client).put(["b"], expires_at=7, until=1)
    assert table(client).present(["a", "b"], until=1) == (set(), False)


def test_what_the_table_was_too_busy_to_look_up_is_not_there(client: Client) -> None:
    table(client).put(["a"], expires_at=7, until=1)
    client.leaves_out = 1

    assert table(client).present(["a"], until=1) == (set(), False)


@pytest.mark.promise("four-seconds")
def test_no_call_is_begun_when_the_time_is_up(client: Client) -> None:
    table(client, now=1).put(["a"], expires_at=7, until=1)

    assert table(client, now=1).present(["a"], until=1) == (set(), False)
    assert client.calls == []


@pytest.mark.promise("no-repeats")
def test_a_mark_outlives_the_day_in_which_xero_repeats_by_far(client: Client) -> None:
    entries = [event_entry(EVENT | {"resourceId": one}, sequence=1) for one in ("a", "b")]
    marks = Marks(table(client), now=lambda: 1_000_000.9)
    marks.add(entries[:1], until=1)

    fresh = marks.fresh([*entries, entries[1]], until=1)
    assert (fresh.entries, fresh.repeated, fresh.sure) == (entries[1:], 2, True)
    (row,) = client.real.scan(TableName=NAME)["Items"]
    assert row["pk"]["S"].startswith("event#")
    assert int(row["expires_at"]["N"]) == 1_000_000 + MARK_SECONDS
    assert MARK_SECONDS == 3 * DAY


def test_no_events_are_no_calls(client: Client) -> None:
    marks = Marks(table(client))
    marks.add([], until=1)

    assert marks.fresh([], until=1) == ([], 0, True)
    assert client.calls == []


# Xero's sequence


def advanced(client: Any, *numbers: int) -> list[int | None]:
    return [
        table(client).advance("event#sequence", number, expires_at=7, until=1) for number in numbers
    ]


@pytest.mark.promise("sequence-gap")
def test_a_number_takes_the_place_of_a_lower_one_only_and_tells_which_that_was(
    client: Client,
) -> None:
    assert advanced(client, 5, 9, 9, 3, 10) == [None, 5, None, None, 9]
    (row,) = client.real.scan(TableName=NAME)["Items"]
    assert row == {"pk": {"S": "event#sequence"}, "number": {"N": "10"}, "expires_at": {"N": "7"}}


def test_the_largest_number_that_a_body_can_hold_is_kept_exactly(client: Client) -> None:
    assert advanced(client, 0, 2**63 - 1, 2**63 + 500_000, 2**63 + 500_001) == [
        None,
        0,
        2**63 - 1,
        2**63 + 500_000,
    ]


@pytest.mark.parametrize("error", [TOO_MANY, SLOW])
def test_a_table_that_fails_tells_of_no_lower_number(client: Client, error: Exception) -> None:
    advanced(client, 5)
    client.error = error
    assert advanced(client, 9) == [None]

    client.error = None
    assert advanced(client, 11) == [5]


@pytest.mark.promise("four-seconds")
def test_no_number_is_put_when_the_time_is_up(client: Client) -> None:
    late = table(client, now=1)

    assert late.advance("event#sequence", 5, expires_at=7, until=1) is None
    assert client.calls == []


# Notes


def note(client: Client, *, until: float = 1, over: str = "", **texts: str) -> None:
    table(client).note("event#deliveries", texts, first="since", over=over, until=until)


@pytest.mark.promise("deliveries-noted")
def test_a_note_leaves_alone_what_it_does_not_name_and_what_came_first(client: Client) -> None:
    note(client, at="1", since="1")
    note(client, at="2", since="2")
    note(client, right="3")

    (row,) = client.real.scan(TableName=NAME)["Items"]
    texts = {"pk": "event#deliveries", "at": "2", "since": "1", "right": "3"}
    assert row == {name: {"S": text} for name, text in texts.items()}
    assert client.calls == [1, 1, 1]


@pytest.mark.promise("deliveries-noted")
def test_a_note_says_that_something_is_over(client: Client) -> None:
    note(client, since="1")
    note(client, right="3", over="since")

    (row,) = client.real.scan(TableName=NAME)["Items"]
    assert row.keys() == {"pk", "right"}


@pytest.mark.parametrize("error", [TOO_MANY, SLOW])
@pytest.mark.promise("deliveries-noted")
def test_a_note_can_be_done_without(client: Client, error: Exception) -> None:
    client.error = error
    note(client, at="1")


@pytest.mark.promise("four-seconds")
def test_no_note_is_made_when_the_time_is_up(client: Client) -> None:
    note(client, at="1", until=0)

    assert client.calls == []
