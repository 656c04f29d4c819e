# SPDX-License-Identifier: Apache-2.0
"""Xero's webhooks: whether a delivery is genuine, and the events it becomes. No I/O.

https://developer.xero.com/documentation/guides/webhooks/overview
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from xero_connection.documents import iso, read_json, read_moment
from xero_connection.events import WEBHOOKS, entry, short_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

MISSED: Final = "webhooks/events_missed"

# Xero writes a category as one word. These are two in the name of their resource; any other
# category is its own singular, so one that Xero adds tomorrow passes by the same rule.
_NOUNS: Final = {
    "banktransaction": "bank_transaction",
    "banktransfer": "bank_transfer",
    "batchpayment": "batch_payment",
    "brandingtheme": "branding_theme",
    "contactgroup": "contact_group",
    "creditnote": "credit_note",
    "expenseclaim": "expense_claim",
    "linkedtransaction": "linked_transaction",
    "manualjournal": "manual_journal",
    "paymentservice": "payment_service",
    "purchaseorder": "purchase_order",
    "repeatinginvoice": "repeating_invoice",
    "taxrate": "tax_rate",
    "trackingcategory": "tracking_category",
}
# EventBridge takes detail-types of 128 characters: two such names with their endings, and a type.
_LONGEST_NAME: Final = 40
_LARGEST: Final = 2**63
"""Beyond Xero's own largest sequence, and within what the table holds exactly."""
_NEEDED: Final = ("tenantId", "resourceId", "eventCategory", "eventType", "eventDateUtc")


class UnreadableError(ValueError):
    """A genuine body that is not what Xero documents."""


@dataclass(frozen=True)
class Delivery:
    """What a genuine body says."""

    entries: list[dict[str, Any]]
    """PutEvents entries without the bus's name."""
    complete: bool
    """Whether each event in the body became an entry."""
    sequence: range = range(0)
    """The places of its events in Xero's sequence for the app; empty where it tells none."""


def is_genuine(body: bytes, *, signature: str, keys: Iterable[str]) -> bool:
    """Return whether the signature is the body's under one of the keys; see `signer`."""
    return signer(body, signature=signature, keys=keys) is not None


def signer(body: bytes, *, signature: str, keys: Iterable[str]) -> str | None:
    """Return the key under which the signature is the body's, None where it is under none.

    The signature is base64 of HMAC-SHA256 over the bytes as received; the key is used as its
    text, not decoded. Each comparison takes the same time whatever matches, and covers the whole
    value: Xero's own wrong probes differ by a single character.
    https://developer.xero.com/documentation/guides/webhooks/configuring-your-server
    """
    given = _bytes(signature)
    found = None
    for key in keys:
        if hmac.compare_digest(b64encode(hmac.digest(_bytes(key), body, "sha256")), given):
            found = key
    return found


def read_delivery(body: bytes) -> Delivery:
    """Return the events in a genuine body as PutEvents entries.

    Raises:
        UnreadableError: the body is not JSON, holds no list of events, or cannot be written again.
    """
    try:
        document = read_json(body)
    except ValueError:
        raise UnreadableError("the body is not JSON") from None
    events = document.get("events") if isinstance(document, dict) else None
    if not isinstance(events, list):
        raise UnreadableError("the body holds no list of events")
    sequence = _sequence(document.get("firstEventSequence"), len(events))
    try:
        entries = [
            event_entry(event, sequence=sequence[place] if sequence else None)
            for place, event in enumerate(events)
            if _is_event(event)
        ]
    except (ValueError, RecursionError):
        raise UnreadableError("a number or a nesting is too large to be written") from None
    return Delivery(entries=entries, complete=len(entries) == len(events), sequence=sequence)


def event_entry(event: Mapping[str, Any], *, sequence: int | None) -> dict[str, Any]:
    """Return the PutEvents entry for one event of Xero's."""
    category, event_type = event["eventCategory"].upper(), event["eventType"].upper()
    noun = _noun(category)
    occurred = _moment(event["eventDateUtc"])
    identity = (event["tenantId"], event["resourceId"], category, event_type, event["eventDateUtc"])
    detail = {
        "event_id": short_id(*identity),
        "tenant_id": event["tenantId"],
        "tenant_type": event.get("tenantType"),
        "resource": _plural(noun),
        "resource_id": event["resourceId"],
        "resource_url": event.get("resourceUrl"),
        "event_category": category,
        "event_type": event_type,
        "occurred_at": iso(occurred) if occurred else event["eventDateUtc"],
        "sequence": sequence,
    }
    if "data" in event:
        detail["data"] = event["data"]
    detail_type = f"{_plural(noun)}/{noun}_{_past(event_type)}"
    return entry(WEBHOOKS, detail_type, detail, at=occurred)


def missed_entry(expected: int, received: int, *, now: datetime) -> dict[str, Any]:
    """Return the PutEvents entry that tells of events which Xero sent and nobody received.

    Args:
        expected: the place in Xero's sequence that follows the last one received.
        received: the place that came instead.
        now: the time.
    """
    detail = {
        "event_id": short_id("missed", str(expected), str(received)),
        "resource": "webhooks",
        "expected_sequence": expected,
        "received_sequence": received,
        "missed": received - expected,
        "occurred_at": iso(now),
    }
    return entry(WEBHOOKS, MISSED, detail, at=now)


def _sequence(first: Any, count: int) -> range:
    numbered = isinstance(first, int) and not isinstance(first, bool) and 0 <= first < _LARGEST
    return range(first, first + count) if numbered else range(0)


def _bytes(text: str) -> bytes:
    """Return text as UTF-8; JSON can hold halves of characters, for which UTF-8 has no form."""
    return text.encode("utf-8", "surrogatepass")


def _is_event(event: Any) -> bool:
    return isinstance(event, dict) and all(isinstance(event.get(name), str) for name in _NEEDED)


def _moment(text: str) -> datetime | None:
    try:
        return read_moment(text)
    except (ValueError, OverflowError):
        return None


def _name(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:_LONGEST_NAME] or "unknown"


def _noun(category: str) -> str:
    name = _name(category)
    return _NOUNS.get(name.replace("_", ""), name)


def _plural(noun: str) -> str:
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if re.search(r"(s|x|z|ch|sh)$", noun) else "s")


def _past(event_type: str) -> str:
    name = _name(event_type)
    return name + ("d" if name.endswith("e") else "ed")
