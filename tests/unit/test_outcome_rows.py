# SPDX-License-Identifier: Apache-2.0
"""The table's rows about requests, against moto's DynamoDB: conditions, and what fails."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from threading import Barrier
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto import mock_aws
from xero_connection.aws import Aws
from xero_connection.errors import UnavailableError
from xero_connection.outcome_rows import OutcomeRows
from xero_connection.outcomes import Element, Outcome, Step, fingerprint

from tests.unit.books import Clock

NAME = "the-table"
BUSY = ClientError({"Error": {"Code": "ThrottlingException", "Message": "arn:aws:iam::1"}}, "x")
SLOW = ReadTimeoutError(endpoint_url="https://x")
KEY = "order-1047"
RECORD = "6F7594F2-f059-4d56-9e67-47ac9733bfe9"


@dataclass
class Client:
    """DynamoDB, which fails, or loses answers, as it is told."""

    real: Any
    fails: list[Exception] = field(default_factory=list)
    """Raised instead of an answer, one a call."""
    loses: bool = False
    """Whether it does what is asked before it fails."""

    def get_item(self, **parameters: Any) -> Any:
        """Get an item."""
        return self._call(self.real.get_item, parameters)

    def put_item(self, **parameters: Any) -> Any:
        """Put an item on a condition."""
        return self._call(self.real.put_item, parameters)

    def _call(self, call: Any, parameters: Any) -> Any:
        if self.fails and self.loses:
            call(**parameters)
        if self.fails:
            raise self.fails.pop(0)
        return call(**parameters)


@pytest.fixture
def client() -> Iterator[Client]:
    with mock_aws():
        real = Aws().client("dynamodb")
        real.create_table(
            TableName=NAME,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        )
        yield Client(real)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rows(client: Client, clock: Clock) -> OutcomeRows:
    return OutcomeRows(client, NAME, now=clock)


def outcome(owner: str = "me", **fields: Any) -> Outcome:
    usual = {"until": 12.25, "fingerprint": "f", "expires_at": int(Clock().now) + 60}
    return Outcome(**{"key": KEY, "owner": owner, **usual, **fields})


@pytest.mark.promise("outcome-kept")
def test_what_is_put_comes_back(rows: OutcomeRows) -> None:
    one = outcome(
        state="open",
        generation=3,
        steps=[Step(key=KEY, sent_at=1.5, last_at=2.5, answered=True, document={"a": [1]})],
        elements={7: Element("e", {"InvoiceID": RECORD})},
        answer={"output": {}},
    )
    assert rows.get(KEY) is None
    assert rows.put(one, instead_of=None)
    assert rows.get(KEY) == one
    assert rows.get("another") is None


@pytest.mark.promise("one-at-work")
def test_of_two_who_put_the_first_one_is_there(rows: OutcomeRows) -> None:
    assert rows.put(outcome("me"), instead_of=None)
    assert not rows.put(outcome("you"), instead_of=None)
    there = rows.get(KEY)
    assert there
    assert there.owner == "me"


@pytest.mark.promise("one-at-work")
def test_what_has_changed_hands_is_not_overwritten(rows: OutcomeRows) -> None:
    mine = outcome("me")
    assert rows.put(mine, instead_of=None)
    assert rows.put(outcome("you"), instead_of=mine)
    assert not rows.put(replace(mine, state="done"), instead_of=mine)
    assert not rows.put(outcome("third"), instead_of=mine)


def test_what_has_ended_is_not_put_back_to_work(rows: OutcomeRows) -> None:
    mine = outcome()
    assert rows.put(mine, instead_of=None)
    assert rows.put(replace(mine, state="done"), instead_of=mine)
    assert not rows.put(mine, instead_of=mine)


@pytest.mark.promise("outcome-kept")
def test_a_row_counts_until_its_moment_also_where_the_table_still_has_it(
    rows: OutcomeRows, clock: Clock
) -> None:
    assert rows.put(outcome("me"), instead_of=None)
    clock.sleep(60)
    assert not rows.put(outcome("you"), instead_of=None)
    clock.sleep(2)
    assert rows.put(outcome("you"), instead_of=None)


@pytest.mark.promise("unknown-settled")
def test_a_record_is_the_work_of_one_request(rows: OutcomeRows) -> None:
    upper, lower = RECORD.upper(), RECORD.lower()
    assert rows.makers([upper]) == {}
    assert rows.claim([upper], KEY, expires_at=99) == set()
    assert rows.claim([upper], KEY, expires_at=99) == set()
    assert rows.claim(["free", lower], "another", expires_at=99) == {lower}
    assert rows.makers([upper, lower, "free", "x"]) == {upper: KEY, lower: KEY, "free": "another"}
    assert rows.claim([], KEY, expires_at=99) == set()


def test_records_are_claimed_several_at_a_time(rows: OutcomeRows, client: Client) -> None:
    together = Barrier(4, timeout=20)
    put = client.put_item

    def meet(**parameters: Any) -> Any:
        together.wait()
        return put(**parameters)

    client.put_item = meet  # type: ignore[method-assign]
    assert rows.claim(["a", "b", "c", "d"], KEY, expires_at=99) == set()
    assert set(rows.makers(["a", "b", "c", "d"]).values()) == {KEY}


def test_what_the_table_does_not_take_of_some_records_keeps_the_others_nobody_elses(
    rows: OutcomeRows, client: Client
) -> None:
    client.fails.append(BUSY)
    with pytest.raises(UnavailableError):
        rows.claim(["a", "b", "c"], KEY, expires_at=99)
    assert len(rows.makers(["a", "b", "c"])) == 2


@pytest.mark.parametrize("failure", [BUSY, SLOW], ids=["refuses", "hangs"])
def test_what_fails_is_said_without_the_tables_own_words(
    rows: OutcomeRows, client: Client, failure: Exception
) -> None:
    calls = (
        lambda: rows.put(outcome(), instead_of=None),
        lambda: rows.get(KEY),
        lambda: rows.claim([RECORD], KEY, expires_at=99),
        lambda: rows.makers([RECORD]),
    )
    for call in calls:
        client.fails.append(failure)
        with pytest.raises(UnavailableError) as failed:
            call()
        said = str(failed.value)
        assert "arn:" not in said
        assert KEY not in said
        assert RECORD not in said


def test_a_put_whose_answer_was_lost_is_there(rows: OutcomeRows, client: Client) -> None:
    client.fails, client.loses = [SLOW], True
    with pytest.raises(UnavailableError):
        rows.put(outcome(), instead_of=None)
    assert rows.get(KEY) == outcome()


def test_a_row_that_is_too_large_is_refused_and_nothing_is_lost(rows: OutcomeRows) -> None:
    mine = outcome()
    assert rows.put(mine, instead_of=None)
    noise = [fingerprint(number) for number in range(15_000)]
    large = replace(mine, steps=[Step(key=KEY, document=noise)])
    with pytest.raises(UnavailableError):
        rows.put(large, instead_of=mine)
    assert rows.get(KEY) == mine
