# SPDX-License-Identifier: Apache-2.0
"""Batches from a queue, as Lambda hands them to a function and wants them answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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
