# SPDX-License-Identifier: Apache-2.0
"""The stack's own events: their sources, and the entries in which they are put on the bus."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from xero_connection.documents import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

WEBHOOKS: Final = "xero.webhooks"
RECORDS: Final = "xero.records"
REQUESTS: Final = "xero.requests"
RESULTS: Final = "xero.results"
CONNECTION: Final = "xero.connection"

# EventBridge takes entries of up to 1 MB, names included.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html
_LARGEST_DETAIL: Final = 1_000_000


def entry(
    source: str, detail_type: str, detail: Mapping[str, Any], *, at: datetime | None = None
) -> dict[str, Any]:
    """Return the PutEvents entry of an event, without the bus's name.

    Args:
        source: one of the sources above.
        detail_type: id of a trigger or an action.
        detail: what the event says.
        at: when it happened; None for when the bus takes it.
    """
    written: dict[str, Any] = {
        "Source": source,
        "DetailType": detail_type,
        "Detail": to_json(detail),
    }
    return written if at is None else written | {"Time": at}


def detail_of(written: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an entry says, its amounts as text would have them."""
    detail: dict[str, Any] = json.loads(written["Detail"])
    return detail


def event_id(written: Mapping[str, Any]) -> str:
    """Return the id of the event that an entry tells of."""
    return str(detail_of(written)["event_id"])


def fits(written: Mapping[str, Any]) -> bool:
    """Return whether EventBridge takes an entry of this size."""
    return len(written["Detail"].encode()) <= _LARGEST_DETAIL


def short_id(*identity: str) -> str:
    """Return an event's id: the same for the same identity, told apart from any other.

    JSON can hold halves of characters, for which UTF-8 has no form.
    """
    text = "|".join(identity).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:32]
