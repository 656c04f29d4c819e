# SPDX-License-Identifier: Apache-2.0
"""Conditions that hold between writers at once, and an end to what has outlived its time.

That a request is carried out once rests on both.
"""

import json
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.machine.aws import Account

from .conftest import MakeFunction

pytestmark = pytest.mark.promise("emulator")

WRITERS = 8
TIMES = 25
KEY = {"pk": {"S": "the one row"}}
TIMEOUT_SECONDS = 1
LATE_SECONDS = 3
PATIENCE_SECONDS = 3
"""How long after its moment a write would have been seen."""


@pytest.fixture
def table(account: Account) -> str:
    """Return the name of a table of one test."""
    name = f"table-{secrets.token_hex(4)}"
    account.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    return name


def _at_once(account: Account, write: Callable[[Any], bool]) -> int:
    """Have each writer write with a client of its own, and return how many writes held."""
    clients = [account.client("dynamodb") for _ in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        return sum(pool.map(write, clients * TIMES))


def _held(client: Any, call: str, **parameters: Any) -> bool:
    """Write, and return whether the condition held."""
    try:
        getattr(client, call)(**parameters)
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _row(account: Account, table: str) -> dict[str, Any]:
    found: dict[str, Any] = account.client("dynamodb").get_item(
        TableName=table, Key=KEY, ConsistentRead=True
    )["Item"]
    return found


def test_of_all_who_put_a_row_that_must_not_be_there_one_does(account: Account, table: str) -> None:
    def put(client: Any) -> bool:
        mine = {**KEY, "by": {"S": secrets.token_hex(8)}}
        return _held(
            client,
            "put_item",
            TableName=table,
            Item=mine,
            ConditionExpression="attribute_not_exists(pk)",
        )

    assert _at_once(account, put) == 1


def test_of_all_who_change_the_version_they_have_read_each_changes_it_once(
    account: Account, table: str
) -> None:
    account.client("dynamodb").put_item(TableName=table, Item={**KEY, "version": {"N": "0"}})

    def change(client: Any) -> bool:
        found = client.get_item(TableName=table, Key=KEY, ConsistentRead=True)["Item"]
        seen = int(found["version"]["N"])
        return _held(
            client,
            "update_item",
            TableName=table,
            Key=KEY,
            UpdateExpression="SET version = :next",
            ConditionExpression="version = :seen",
            ExpressionAttributeValues={":seen": {"N": str(seen)}, ":next": {"N": str(seen + 1)}},
        )

    def change_until_done(client: Any) -> bool:
        while not change(client):
            pass
        return True

    assert _at_once(account, change_until_done) == WRITERS * TIMES
    assert _row(account, table)["version"] == {"N": str(WRITERS * TIMES)}


def test_of_all_who_add_while_there_is_room_no_more_do_than_there_is_room_for(
    account: Account, table: str
) -> None:
    room = WRITERS * TIMES // 2
    account.client("dynamodb").put_item(TableName=table, Item={**KEY, "taken": {"N": "0"}})

    def add(client: Any) -> bool:
        return _held(
            client,
            "update_item",
            TableName=table,
            Key=KEY,
            UpdateExpression="ADD taken :one",
            ConditionExpression="taken < :room",
            ExpressionAttributeValues={":one": {"N": "1"}, ":room": {"N": str(room)}},
        )

    assert _at_once(account, add) == room
    assert _row(account, table)["taken"] == {"N": str(room)}


def test_what_has_outlived_its_time_is_ended_and_writes_no_more(
    account: Account, table: str, make_function: MakeFunction
) -> None:
    source = f"""
import boto3, time
client = boto3.client("dynamodb")
def handler(event, context):
    write("began")
    time.sleep(event["seconds"])
    write("went on")
def write(what):
    client.put_item(TableName={table!r}, Item={{"pk": {{"S": what}}}})
"""
    function = make_function(source, timeout=TIMEOUT_SECONDS)

    def invoke(seconds: float) -> dict[str, Any]:
        answer = account.client("lambda").invoke(
            FunctionName=function, Payload=json.dumps({"seconds": seconds}).encode()
        )
        return {"failed": "FunctionError" in answer, "payload": json.load(answer["Payload"])}

    def written() -> set[str]:
        rows = account.client("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]
        return {row["pk"]["S"] for row in rows}

    ended = invoke(LATE_SECONDS)
    deadline = time.monotonic() + LATE_SECONDS + PATIENCE_SECONDS
    assert ended["failed"]
    assert "timed out" in ended["payload"]["errorMessage"]
    while time.monotonic() < deadline:
        assert written() == {"began"}
        time.sleep(0.1)

    assert not invoke(0)["failed"]
    assert written() == {"began", "went on"}
