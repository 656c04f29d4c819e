# SPDX-License-Identifier: Apache-2.0
"""The event bus: how entries get there, ten a call, and which of them it will never take."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from xero_connection.aws import in_parallel, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
_ENTRIES_PER_CALL: Final = 10
_PUT_ATTEMPTS: Final = 3
_LARGEST_ENTRY: Final = 1_048_576
"""Bytes of an entry that EventBridge takes."""
_LARGEST_CALL: Final = 1_000_000
"""Bytes of the entries put in one call, so that they pass whether each or all are limited."""
# What is wrong with the entry itself stays wrong. A missing permission may yet be given.
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
_NEVER: Final = {"InvalidArgument", "MalformedDetail"}
# The same, said of a call with a single entry.
_NEVER_ALONE: Final = _NEVER | {
    "ParamValidationError",
    "RequestEntityTooLarge",
    "ValidationError",
    "ValidationException",
}
_TOO_FAST: Final = {"Throttling", "ThrottlingException", "TooManyRequestsException"}


class Refusal(NamedTuple):
    """An entry that the bus did not take."""

    entry: dict[str, Any]
    for_good: bool
    """Whether it never will."""


class Bus:
    """The event bus."""

    def __init__(
        self,
        client: Any,
        name: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Name the bus."""
        self._client = client
        self._name = name
        self._sleep = sleep
        self._clock = clock

    def put(self, entries: Sequence[dict[str, Any]], *, until: float) -> list[Refusal]:
        """Put entries on the bus, ten a call, and return those it refused in the end, in order.

        Neither EventBridge nor botocore repeats an entry that failed inside a call that did not.
        https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html

        Args:
            entries: any number of them.
            until: the moment on the clock after which no further call is begun.
        """
        sizes = list(map(entry_bytes, entries))
        for_good = {place for place, size in enumerate(sizes) if size > _LARGEST_ENTRY}
        waiting = [place for place in range(len(entries)) if place not in for_good]
        for attempt in range(_PUT_ATTEMPTS):
            if not waiting or (attempt and self._clock() >= until):
                break
            if attempt:
                self._sleep(0.05 * 2**attempt)
            answers = in_parallel(
                lambda batch: self._put_ten(batch, entries, until), _batches(waiting, sizes)
            )
            refused = {place: never for answer in answers for place, never in answer.items()}
            for_good |= {place for place, never in refused.items() if never}
            waiting = sorted(refused.keys() - for_good)
        return [
            Refusal(entries[place], for_good=place in for_good)
            for place in sorted(for_good.union(waiting))
        ]

    def _put_ten(
        self, batch: Sequence[int], entries: Sequence[dict[str, Any]], until: float
    ) -> dict[int, bool]:
        """Return the places of the entries that were refused, and whether for good."""
        if self._clock() >= until:
            return dict.fromkeys(batch, False)
        named = [{**entries[place], "EventBusName": self._name} for place in batch]
        try:
            results = self._client.put_events(Entries=named)["Entries"]
        except (ClientError, BotoCoreError) as error:
            if not _blames_an_entry(error):
                return dict.fromkeys(batch, False)
            if len(batch) == 1:
                return {batch[0]: reason_of(error) in _NEVER_ALONE}
            alone = [self._put_ten([place], entries, until) for place in batch]
            return {place: for_good for answer in alone for place, for_good in answer.items()}
        return {
            place: result["ErrorCode"] in _NEVER
            for place, result in zip(batch, results, strict=True)
            if result.get("ErrorCode")
        }


def entry_bytes(entry: Mapping[str, Any]) -> int:
    """Return an entry's size as EventBridge counts it.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html
    """
    named = sum(len(entry[name].encode()) for name in ("Source", "DetailType", "Detail"))
    return named + (14 if "Time" in entry else 0)


def _batches(places: Sequence[int], sizes: Sequence[int]) -> list[list[int]]:
    """Return the places in as few calls as take them."""
    batches: list[list[int]] = []
    size = _LARGEST_CALL
    for place in places:
        if size + sizes[place] > _LARGEST_CALL or len(batches[-1]) == _ENTRIES_PER_CALL:
            batches.append([])
            size = 0
        batches[-1].append(place)
        size += sizes[place]
    return batches


def _blames_an_entry(error: ClientError | BotoCoreError) -> bool:
    """Return whether a call may have failed for one of its entries alone."""
    if not isinstance(error, ClientError):
        return isinstance(error, ParamValidationError)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    busy = status == HTTPStatus.TOO_MANY_REQUESTS or reason_of(error) in _TOO_FAST
    return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and not busy
