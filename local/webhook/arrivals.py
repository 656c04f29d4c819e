# SPDX-License-Identifier: Apache-2.0
"""What arrives at the webhook, as it arrives: read from the row in which the function notes it."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from xero_connection import deliveries
from xero_connection.documents import read_moment

Kind = Literal["refused", "intent", "delivery"]

_PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Arrival:
    """A request that was judged by its signature."""

    at: datetime
    kind: Kind
    """Refused; or rightly signed, with no events or with some."""
    key: str = ""
    """Name of the key that it was signed with, where it was right."""
    reason: str = ""
    """Why it was refused."""


def read(dynamodb: Any, table: str) -> dict[str, str]:
    """Return the row about deliveries, empty where there is none."""
    answer = dynamodb.get_item(
        TableName=table, Key={"pk": {"S": deliveries.KEY}}, ConsistentRead=True
    )
    return {name: value["S"] for name, value in answer.get("Item", {}).items() if "S" in value}


def between(before: Mapping[str, str], after: Mapping[str, str]) -> list[Arrival]:
    """Return what arrived while the row went from one state to another, as far as it tells."""

    def is_new(name: str) -> bool:
        return after.get(name, "") != before.get(name, "")

    found = []
    # What nobody signed at all is no word of Xero's.
    if is_new("wrong_at"):
        refused = Arrival(
            read_moment(after["wrong_at"]), "refused", reason=after.get("refused_reason", "")
        )
        found.append(refused)
    if is_new("genuine_at"):
        kind: Kind = "intent" if is_new("intent_at") else "delivery"
        moment = read_moment(after["genuine_at"])
        found.append(Arrival(moment, kind, key=after.get("genuine_key", "")))
    return sorted(found, key=lambda one: one.at)


def following(
    look: Callable[[], Mapping[str, str]],
    before: Mapping[str, str],
    *,
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[list[Arrival]]:
    """Yield what arrived since the last time, or nothing, until the time is over.

    Args:
        look: returns the row.
        before: the row to begin with.
        seconds: how long at the most.
        clock: seconds that only go forward.
        sleep: waits so many of them.
    """
    end = clock() + seconds
    while True:
        after = look()
        yield between(before, after)
        before = after
        left = end - clock()
        if left <= 0:
            return
        sleep(min(_PAUSE_SECONDS, left))
