# SPDX-License-Identifier: Apache-2.0
"""The stack's table, for the outcomes of requests and for what they have made in Xero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from xero_connection.aws import in_parallel, reason_of
from xero_connection.errors import UnavailableError
from xero_connection.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_OUTCOME: Final = "request#key#"
_MADE: Final = "request#made#"
_CONDITION_FAILED: Final = "ConditionalCheckFailedException"


class OutcomeRows:
    """The outcomes in the table. What fails raises: a write that is not noted must not be made."""

    def __init__(
        self,
        client: Any,
        name: str,
        *,
        now: Callable[[], float],
        spread: Callable[[Callable[[str], Any], Sequence[str]], list[Any]] = in_parallel,
    ) -> None:
        """Name the table.

        Args:
            client: of DynamoDB.
            name: the table's.
            now: the clock that tells seconds since 1970.
            spread: does the same for several rows at a time.
        """
        self._client = client
        self._name = name
        self._now = now
        self._spread = spread

    def put(self, outcome: Outcome, *, instead_of: Outcome | None) -> bool:
        """Keep an outcome; return whether it could take the place of what was known to be there.

        Args:
            outcome: the row.
            instead_of: the row as it was last seen; None where there should be none.

        Raises:
            UnavailableError: the table did not take it, as far as is known.
        """
        values = {":now": {"N": str(int(self._now()))}}
        condition = "attribute_not_exists(pk) OR expires_at < :now"
        names = {}
        if instead_of:
            condition = "#owner = :owner AND #state = :state"
            names = {"#owner": "owner", "#state": "state"}
            values = {":owner": {"S": instead_of.owner}, ":state": {"S": instead_of.state}}
        return self._put(_item(outcome), condition, names, values)

    def get(self, key: str) -> Outcome | None:
        """Return what is kept of a request, None where nothing is.

        Raises:
            UnavailableError: the table does not tell.
        """
        item = self._get(_OUTCOME + key)
        return _outcome(item) if item else None

    def claim(self, record_ids: Sequence[str], key: str, *, expires_at: int) -> set[str]:
        """Take records in Xero for what the request with this key has made, but for others' work.

        Returns:
            Those that another request has made, or that were found to be another's.

        Raises:
            UnavailableError: the table does not tell of all of them.
        """

        def take(record_id: str) -> bool:
            item = {
                "pk": {"S": _MADE + record_id.lower()},
                "key": {"S": key},
                "expires_at": {"N": str(expires_at)},
            }
            condition = "attribute_not_exists(pk) OR #key = :key"
            return self._put(item, condition, {"#key": "key"}, {":key": {"S": key}})

        taken = self._spread(take, record_ids)
        return {one for one, mine in zip(record_ids, taken, strict=True) if not mine}

    def makers(self, record_ids: Sequence[str]) -> dict[str, str]:
        """Return the keys of the requests that have made records, as far as they are known.

        Raises:
            UnavailableError: the table does not tell.
        """
        rows = self._spread(lambda one: self._get(_MADE + one.lower()), record_ids)
        found = zip(record_ids, rows, strict=True)
        return {one: row["key"]["S"] for one, row in found if row}

    def _get(self, key: str) -> Any:
        try:
            answer = self._client.get_item(
                TableName=self._name, Key={"pk": {"S": key}}, ConsistentRead=True
            )
        except (ClientError, BotoCoreError) as error:
            raise _unavailable("read", error) from None
        return answer.get("Item")

    def _put(
        self, item: Mapping[str, Any], condition: str, names: Mapping[str, str], values: Any
    ) -> bool:
        called = {"ExpressionAttributeNames": names} if names else {}
        try:
            self._client.put_item(
                TableName=self._name,
                Item=item,
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
                **called,
            )
        except (ClientError, BotoCoreError) as error:
            if reason_of(error) == _CONDITION_FAILED:
                return False
            raise _unavailable("written", error) from None
        return True


def _item(outcome: Outcome) -> dict[str, Any]:
    return {
        "pk": {"S": _OUTCOME + outcome.key},
        "state": {"S": outcome.state},
        "owner": {"S": outcome.owner},
        "until": {"N": str(outcome.until)},
        "fingerprint": {"S": outcome.fingerprint},
        "generation": {"N": str(outcome.generation)},
        "body": {"B": outcome.packed()},
        "expires_at": {"N": str(outcome.expires_at)},
    }


def _outcome(item: Mapping[str, Any]) -> Outcome:
    outcome = Outcome(
        key=item["pk"]["S"].removeprefix(_OUTCOME),
        owner=item["owner"]["S"],
        until=float(item["until"]["N"]),
        fingerprint=item["fingerprint"]["S"],
        expires_at=int(item["expires_at"]["N"]),
        state=item["state"]["S"],
        generation=int(item["generation"]["N"]),
    )
    outcome.unpack(item["body"]["B"])
    return outcome


def _unavailable(done: str, error: ClientError | BotoCoreError) -> UnavailableError:
    return UnavailableError(f"The table cannot be {done}: {reason_of(error)}.")
