# SPDX-License-Identifier: Apache-2.0
"""Batches: a queue's, as Lambda hands them over and wants them answered, and those of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

One = TypeVar("One")


def is_batch(event: Any) -> bool:
    """Return whether the event is a batch from a queue."""
    records = event.get("Records") if isinstance(event, dict) else None
    return isinstance(records, list) and all(
        isinstance(record, dict) and record.get("eventSource") == "aws:sqs" for record in records
    )


def to_come_again(records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the answer that has these messages come again, and none of the others.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in records]}


def parts(whole: Sequence[One], size: int) -> list[Sequence[One]]:
    """Return a sequence in parts of a size at the most."""
    return [whole[start : start + size] for start in range(0, len(whole), size)]
