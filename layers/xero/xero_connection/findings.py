# SPDX-License-Identifier: Apache-2.0
"""The messages of the record queue: what a webhook told of, and what a sweep has found. No I/O."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from xero_connection.documents import read_json, to_json
from xero_connection.errors import UnavailableError
from xero_connection.resources import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xero_connection.resources import Resource

# A message may have 1 MiB and a batch of Lambda's 6 MB, in which each quote is written with a
# backslash: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
_USUAL_TEXT: Final = 200_000
_LARGEST_TEXT: Final = 900_000


class UnreadableFindingError(ValueError):
    """A message that is none of these; its text says why, without the message's own."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A webhook told that a record changed."""

    tenant_id: str
    resource: Resource
    record_id: UUID
    event_id: str
    event_type: str
    occurred_at: str


@dataclass(frozen=True, kw_only=True)
class Swept:
    """A sweep has found records that changed."""

    tenant_id: str
    resource: Resource
    records: Mapping[UUID, Mapping[str, Any]]
    ids: Sequence[UUID] = ()
    """Of those too large for a message."""
    baseline_until: str = ""
    """Where it makes the baseline: what changed until then is noted and not published."""


def swept_texts(
    tenant_id: str,
    resource: Resource,
    records: Sequence[Mapping[str, Any]],
    *,
    baseline_until: str = "",
) -> Iterator[str]:
    """Yield the messages that carry records, each as large as is handy."""

    def text(**carried: Any) -> str:
        swept = {"tenant_id": tenant_id, "resource": resource.name, **carried}
        return to_json({"swept": swept | {"baseline_until": baseline_until}})

    part: list[Mapping[str, Any]] = []
    size = 0.0
    for record in records:
        length = _length(record)
        if length > _LARGEST_TEXT:
            yield text(ids=[record[resource.id_field]])
            continue
        if part and size + length > _USUAL_TEXT:
            yield text(records=part)
            part, size = [], 0
        part.append(record)
        size += length
    if part:
        yield text(records=part)


def _length(record: Mapping[str, Any]) -> float:
    """Return the characters that a record takes; one nested beyond writing takes too many."""
    try:
        return len(to_json(record))
    except RecursionError:
        return float("inf")


def read_finding(text: str) -> Told | Swept | None:
    """Return what a message says, or None where its resource is not one that has records.

    Raises:
        UnreadableFindingError: it is no such message.
    """
    try:
        message = read_json(text)
        if "swept" in message:
            return _swept(**message["swept"])
        return _told(**_chosen(message["detail"]))
    except json.JSONDecodeError:
        raise UnreadableFindingError("not JSON") from None
    except (AttributeError, KeyError, TypeError, UnavailableError, ValueError) as error:
        raise UnreadableFindingError(f"not a finding: {type(error).__name__}") from None


def _chosen(detail: Mapping[str, Any]) -> dict[str, str]:
    names = ("tenant_id", "resource", "resource_id", "event_id", "event_type", "occurred_at")
    return {name: _text(detail[name]) for name in names}


def _told(*, resource: str, resource_id: str, **rest: str) -> Told | None:
    if resource not in RESOURCES:
        return None
    return Told(resource=RESOURCES[resource], record_id=UUID(resource_id), **rest)


def _swept(
    *,
    tenant_id: str,
    resource: str,
    records: Sequence[Mapping[str, Any]] = (),
    ids: Sequence[str] = (),
    baseline_until: str = "",
) -> Swept:
    known = RESOURCES[resource]
    return Swept(
        tenant_id=_text(tenant_id),
        resource=known,
        records=known.records({known.collection: records}),
        ids=list(map(UUID, ids)),
        baseline_until=_text(baseline_until),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
