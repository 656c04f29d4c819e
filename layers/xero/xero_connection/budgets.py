# SPDX-License-Identifier: Apache-2.0
"""The organisations' limits in the stack's table; what they allow is decided in `limits`.

A table that is slow or out stops nobody: then Xero's own refusals are all there is to go by.
"""

from __future__ import annotations

import random
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from xero_connection.aws import reason_of
from xero_connection.booking import Attempt, Look, Pause, entering
from xero_connection.lessons import lessons
from xero_connection.limits import App, Row, Sum, believed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xero_connection.booking import Ticket
    from xero_connection.lessons import Said
    from xero_connection.limits import Share, Write
    from xero_connection.observe import Observer

TABLE_SECONDS: Final = 1.0
"""In which a call of the table is to end."""

_APP: Final = "limit#app"
# An invocation waits for a table that is out once, not before each of its calls.
_OUT_SECONDS: Final = 30.0

Known = TypeVar("Known", Row, App)


class Budgets:
    """What is left of every organisation's limits, as all functions know it."""

    def __init__(
        self,
        client: Any,
        name: str,
        *,
        observer: Observer,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Name the table.

        Args:
            client: of DynamoDB, whose calls end within a second or so.
            name: the table's.
            observer: is told when the table cannot be used.
            now: seconds since 1970.
            sleep: waits so many seconds.
        """
        self._client = client
        self._name = name
        self._observer = observer
        self._now = now
        self._sleep = sleep
        self._out_until = float("-inf")
        self._took: dict[str, int] = {}
        """How long this copy's last call of each organisation took, until a booking says so."""

    def enter(self, tenant_id: str, share: Share, *, patience: float) -> Ticket | None:
        """Wait until a call may begin and return its ticket; None where nobody knows.

        Args:
            tenant_id: the organisation.
            share: whose call it is.
            patience: seconds to wait at the most.

        Raises:
            RateLimitedError: that would not be enough; nothing was spent.
        """
        if self._now() < self._out_until:
            return None
        steps = entering(
            tenant_id,
            share,
            now=self._milliseconds,
            latest=self._milliseconds() + round(max(0.0, patience) * 1000),
            took=self._took.pop(tenant_id, None),
            chance=random.random,
        )
        answer: Any = None
        try:
            while True:
                step = steps.send(answer)
                if isinstance(step, Pause):
                    self._sleep(step.seconds)
                    answer = None
                elif isinstance(step, Look):
                    answer = self._look(tenant_id)
                else:
                    answer = self._write(tenant_id, step)
        except StopIteration as end:
            ticket: Ticket = end.value
            return ticket
        except (ClientError, BotoCoreError) as error:
            self._is_out(error)
            return None

    def leave(self, ticket: Ticket, told: Said) -> None:
        """Learn from the answer to a call, where it shows that something else was believed."""
        ended = self._milliseconds()
        if not told.refused:
            self._took[ticket.tenant_id] = ended - ticket.start
        if self._now() < self._out_until:
            return
        try:
            for write in lessons(ticket, told, ended=ended):
                self._write(ticket.tenant_id, write)
        except (ClientError, BotoCoreError) as error:
            self._is_out(error)

    def left(self, tenant_id: str) -> dict[str, int]:
        """Return `minute_remaining` and `day_remaining` of an organisation, where known."""
        if self._now() < self._out_until:
            return {}
        try:
            row, _ = self._look(tenant_id)
        except (ClientError, BotoCoreError) as error:
            self._is_out(error)
            return {}
        return believed(row, now=self._milliseconds())

    def _milliseconds(self) -> int:
        return round(self._now() * 1000)

    def _is_out(self, error: ClientError | BotoCoreError) -> None:
        self._out_until = self._now() + _OUT_SECONDS
        self._observer.record(failed=True, outcome="limits unknown", reason=reason_of(error))

    def _look(self, tenant_id: str) -> tuple[Row | None, App]:
        keys = [{"pk": {"S": key}} for key in (row_key(tenant_id), _APP)]
        asked = {self._name: {"Keys": keys, "ConsistentRead": True}}
        found = self._client.batch_get_item(RequestItems=asked)["Responses"].get(self._name, [])
        items = {item["pk"]["S"]: item for item in found}
        row = items.get(row_key(tenant_id))
        return read_row(Row, row) if row else None, read_row(App, items.get(_APP, {}))

    def _write(self, tenant_id: str, write: Write) -> Attempt:
        values: dict[str, dict[str, str]] = {}
        sets = [f"#{name} = {_term(value, values)}" for name, value in write.sets.items()]
        conditions = [f"#{one} {sign} {_term(than, values)}" for one, sign, than in write.only_if]
        names = {*write.sets, *(one for one, _, _ in write.only_if)}
        names |= {
            part for one in write.sets.values() if isinstance(one, Sum) for part in _names(one)
        }
        if write.new:
            conditions.append("attribute_not_exists(#pk)")
            names.add("pk")
        if conditions:
            condition = {
                "ConditionExpression": " AND ".join(conditions),
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        else:
            condition = {}
        try:
            answer = self._client.update_item(
                TableName=self._name,
                Key={"pk": {"S": _APP if write.app else row_key(tenant_id)}},
                UpdateExpression=f"SET {', '.join(sets)}",
                ExpressionAttributeNames={f"#{name}": name for name in names},
                ExpressionAttributeValues=values,
                ReturnValues="ALL_OLD",
                **condition,
            )
        except ClientError as error:
            if reason_of(error) != "ConditionalCheckFailedException":
                raise
            met: Any = error.response.get("Item")
            return Attempt(done=False, row=read_row(Row, met) if met else None)
        old = answer.get("Attributes")
        return Attempt(done=True, row=read_row(Row, old) if old else None)


def row_key(tenant_id: str) -> str:
    """Return the key of the row about an organisation's limits."""
    return f"limit#{tenant_id}"


def _names(one: Sum) -> list[str]:
    return [part for part in one if isinstance(part, str)]


def _term(value: int | Sum, values: dict[str, dict[str, str]]) -> str:
    """Return what stands for a value in an expression, whose numbers go into `values`."""
    if isinstance(value, Sum):
        other = f"#{value.other}" if isinstance(value.other, str) else _term(value.other, values)
        return f"#{value.attribute} + {other}"
    name = f":v{len(values)}"
    values[name] = {"N": str(value)}
    return name


def read_row(kind: type[Known], item: Mapping[str, Mapping[str, str]]) -> Known:
    """Return what an item of the table says; where it says nothing, what every row begins with."""
    known = asdict(kind())
    return kind(**{name: int(item[name]["N"]) if name in item else known[name] for name in known})
