# SPDX-License-Identifier: Apache-2.0
"""The stack's table, for rows that the work depends on: what fails is an error, not a guess."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from xero_connection.aws import in_parallel, reason_of
from xero_connection.batches import parts
from xero_connection.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
_KEYS_PER_CALL: Final = 100
_ITEMS_PER_CALL: Final = 25
_PAUSES: Final = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 0.0)
"""Seconds after each try that failed, on top of botocore's own."""
_DAY: Final = 24 * 3600


class Rows:
    """The table's rows, whose attributes are all texts."""

    def __init__(
        self,
        client: Any,
        name: str,
        *,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Name the table."""
        self._client = client
        self._name = name
        self._now = now
        self._sleep = sleep

    def get(self, keys: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return the rows there are under these keys.

        Raises:
            UnavailableError: the table did not tell of all of them.
        """
        wanted = [{"pk": {"S": key}} for key in keys]
        found = in_parallel(self._get, parts(wanted, _KEYS_PER_CALL))
        return {row["pk"]: row for part in found for row in part}

    def put(self, rows: Mapping[str, Mapping[str, str]]) -> None:
        """Put rows under their keys, in the place of those there are.

        Raises:
            UnavailableError: the table did not take all of them.
        """
        requests = [
            {"PutRequest": {"Item": _item({**row, "pk": key})}} for key, row in rows.items()
        ]
        in_parallel(self._put, parts(requests, _ITEMS_PER_CALL))

    def note(self, key: str, row: Mapping[str, str]) -> None:
        """Put a row that nothing depends on; one that the table does not take is left out."""
        with suppress(ClientError, BotoCoreError):
            self._client.put_item(TableName=self._name, Item=_item({**row, "pk": key}))

    def take(self, key: str, *, owner: str, seconds: float) -> bool:
        """Return whether the turn that a row stands for is the owner's now, for so many seconds.

        Raises:
            UnavailableError: the table does not answer.
        """
        now = self._now()
        until = int(now + seconds) + 1
        item = {"pk": {"S": key}, "owner": {"S": owner}, "until": {"N": str(until)}}
        try:
            self._client.put_item(
                TableName=self._name,
                Item=item | {"expires_at": {"N": str(until + _DAY)}},
                ConditionExpression="attribute_not_exists(pk) OR #until < :now OR #owner = :owner",
                ExpressionAttributeNames={"#until": "until", "#owner": "owner"},
                ExpressionAttributeValues={":now": {"N": str(int(now))}, ":owner": {"S": owner}},
            )
        except (ClientError, BotoCoreError) as error:
            if reason_of(error) == "ConditionalCheckFailedException":
                return False
            raise _unavailable("written", error) from None
        return True

    def give_back(self, key: str, *, owner: str) -> None:
        """End a turn before its time; one that cannot be ended now ends by itself."""
        try:
            self._client.delete_item(
                TableName=self._name,
                Key={"pk": {"S": key}},
                ConditionExpression="#owner = :owner",
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues={":owner": {"S": owner}},
            )
        except (ClientError, BotoCoreError):
            return

    def _get(self, keys: Sequence[Any]) -> list[dict[str, str]]:
        waiting: Any = {self._name: {"Keys": keys, "ConsistentRead": True}}
        found: list[dict[str, str]] = []
        for pause in _PAUSES:
            try:
                answer = self._client.batch_get_item(RequestItems=waiting)
            except (ClientError, BotoCoreError) as error:
                raise _unavailable("read", error) from None
            found += map(_row, answer["Responses"].get(self._name, []))
            waiting = answer.get("UnprocessedKeys")
            if not waiting:
                return found
            self._sleep(pause)
        raise UnavailableError("The table is too busy to be read.")

    def _put(self, requests: Sequence[Any]) -> None:
        waiting: Any = {self._name: requests}
        failure = UnavailableError("The table is too busy to be written.")
        for pause in _PAUSES:
            try:
                waiting = self._client.batch_write_item(RequestItems=waiting)["UnprocessedItems"]
            except (ClientError, BotoCoreError) as error:
                # What these rows are about has been published: forgetting it would repeat it.
                failure = _unavailable("written", error)
            if not waiting:
                return
            self._sleep(pause)
        raise failure


def _item(row: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"S": value} for name, value in row.items()}


def _row(item: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {name: value["S"] for name, value in item.items() if "S" in value}


def _unavailable(done: str, error: ClientError | BotoCoreError) -> UnavailableError:
    return UnavailableError(f"The table cannot be {done}: {reason_of(error)}.")
