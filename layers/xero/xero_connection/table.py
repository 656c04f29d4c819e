# SPDX-License-Identifier: Apache-2.0
"""The stack's table, for rows that can be done without: what fails is as if it were not there."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from xero_connection.aws import in_parallel
from xero_connection.batches import parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
_KEYS_PER_CALL: Final = 100
_ITEMS_PER_CALL: Final = 25


class Table:
    """The table."""

    def __init__(
        self, client: Any, name: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Name the table."""
        self._client = client
        self._name = name
        self._clock = clock

    def present(self, keys: Sequence[str], *, until: float) -> tuple[set[str], bool]:
        """Return which of the keys have an item, and whether the table told of all of them.

        Args:
            keys: any number, each once.
            until: the moment on the clock after which no further call is begun.
        """
        answers = in_parallel(lambda part: self._present(part, until), parts(keys, _KEYS_PER_CALL))
        found = {key for part, _ in answers for key in part}
        return found, all(complete for _, complete in answers)

    def _present(self, keys: Sequence[str], until: float) -> tuple[list[str], bool]:
        if self._clock() >= until:
            return [], False
        asked = {"Keys": [{"pk": {"S": key}} for key in keys], "ProjectionExpression": "pk"}
        try:
            answer = self._client.batch_get_item(RequestItems={self._name: asked})
        except (ClientError, BotoCoreError):
            return [], False
        found = [item["pk"]["S"] for item in answer["Responses"].get(self._name, [])]
        return found, not answer.get("UnprocessedKeys")

    def put(self, keys: Sequence[str], *, expires_at: int, until: float) -> None:
        """Put an item under each key, as far as the table takes them.

        Args:
            keys: any number, each once.
            expires_at: seconds since 1970 after which the table may forget them.
            until: the moment on the clock after which no further call is begun.
        """
        requests = [
            {"PutRequest": {"Item": {"pk": {"S": key}, "expires_at": {"N": str(expires_at)}}}}
            for key in keys
        ]
        in_parallel(lambda part: self._put(part, until), parts(requests, _ITEMS_PER_CALL))

    def advance(self, key: str, number: int, *, expires_at: int, until: float) -> int | None:
        """Put a number under a key where a lower one is, or none, and return that lower one.

        None means that there was none, that there is none lower, or that the table did not tell.
        """
        if self._clock() >= until:
            return None
        values = {":number": {"N": str(number)}, ":expires_at": {"N": str(expires_at)}}
        with suppress(ClientError, BotoCoreError):
            answer = self._client.update_item(
                TableName=self._name,
                Key={"pk": {"S": key}},
                UpdateExpression="SET #number = :number, expires_at = :expires_at",
                ConditionExpression="attribute_not_exists(pk) OR #number < :number",
                ExpressionAttributeNames={"#number": "number"},
                ExpressionAttributeValues=values,
                ReturnValues="UPDATED_OLD",
            )
            before = answer.get("Attributes", {}).get("number")
            return int(before["N"]) if before else None
        return None

    def note(
        self, key: str, texts: Mapping[str, str], *, first: str, over: str, until: float
    ) -> None:
        """Set attributes of an item, whatever else it has, if the table takes it.

        Args:
            key: the item's.
            texts: by the attributes' names.
            first: the attribute that keeps what it has; empty for none.
            over: the attribute that is removed; empty for none.
            until: the moment on the clock after which the call is not begun.
        """
        if self._clock() >= until:
            return
        sets = [
            f"#{name} = if_not_exists(#{name}, :{name})" if name == first else f"#{name} = :{name}"
            for name in texts
        ]
        removes = f" REMOVE #{over}" if over else ""
        with suppress(ClientError, BotoCoreError):
            self._client.update_item(
                TableName=self._name,
                Key={"pk": {"S": key}},
                UpdateExpression=f"SET {', '.join(sets)}{removes}",
                ExpressionAttributeNames={f"#{name}": name for name in (*texts, over) if name},
                ExpressionAttributeValues={f":{name}": {"S": one} for name, one in texts.items()},
            )

    def _put(self, requests: Sequence[Any], until: float) -> None:
        waiting = {self._name: requests}
        with suppress(ClientError, BotoCoreError):
            # DynamoDB leaves out what it is too busy for: once more is for a moment's rush.
            for _ in range(2):
                if not waiting or self._clock() >= until:
                    return
                waiting = self._client.batch_write_item(RequestItems=waiting)["UnprocessedItems"]
