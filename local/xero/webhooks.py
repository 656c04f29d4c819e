# SPDX-License-Identifier: Apache-2.0
"""The bodies and signatures of webhook deliveries, and the intent-to-receive probes.

Rules: https://developer.xero.com/documentation/guides/webhooks/overview/. When a delivery is due
is `subscription`'s matter, the sending `delivery`'s.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import string
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from local.xero.books import Change
    from local.xero.wire import Document

DEADLINE = 5.0
"""Seconds in which a receiver must answer."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One signed POST of the intent-to-receive series."""

    body: bytes
    signature: str
    rightly_signed: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a receiver answered; the status is None where no answer came in time."""

    status: int | None
    body_empty: bool = True
    sets_cookie: bool = False
    seconds: float = 0.0

    @property
    def accepted(self) -> bool:
        """Tell whether Xero would count the delivery as received."""
        return self.status == HTTPStatus.OK and self.body_empty and not self.sets_cookie


def sign(body: bytes, *, key: str) -> str:
    """Return the x-xero-signature: base64 of HMAC-SHA256 with the key's text as it stands."""
    return base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()


def event(change: Change) -> Document:
    """Return the event that tells of a change; its time has milliseconds and no zone."""
    extra = {} if change.data is None else {"data": change.data}
    return {
        "resourceUrl": f"https://api.xero.com/api.xro/2.0/{change.resource}/{change.resource_id}",
        "resourceId": change.resource_id,
        "eventDateUtc": change.at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3],
        "eventType": change.event_type,
        "eventCategory": change.category,
        "tenantId": change.tenant_id,
        "tenantType": "ORGANISATION",
        **extra,
    }


def body(events: Sequence[Document], first_sequence: int) -> bytes:
    """Return a delivery's body; as with Xero's, a space stands after some colons only.

    Parsing it and writing it again does not give the same bytes, so a receiver that signs what
    it wrote again fails here as it fails with Xero.
    """
    last = first_sequence + len(events) - 1 if events else first_sequence
    listed = json.dumps(list(events), separators=(",", ": "))
    return (
        f'{{"events":{listed},"firstEventSequence": {first_sequence},'
        f'"lastEventSequence": {last}, "entropy": "{entropy()}"}}'
    ).encode()


def entropy() -> str:
    """Return twenty random capitals."""
    return "".join(secrets.choice(string.ascii_uppercase) for _ in range(20))


def probes(*, key: str) -> list[Probe]:
    """Return the intent-to-receive series: three wrongly signed, then a right one.

    One of the wrong signatures differs from the right one by a single character.
    """
    bodies = [body([], 0) for _ in range(4)]
    right = [sign(one, key=key) for one in bodies]
    wrong = [
        base64.b64encode(secrets.token_bytes(32)).decode(),
        _one_character_off(right[1]),
        sign(bodies[2], key=secrets.token_urlsafe(64)),
    ]
    return [
        *(Probe(one, signature, False) for one, signature in zip(bodies, wrong, strict=False)),
        Probe(bodies[3], right[3], True),
    ]


def verdict(answers: Iterable[tuple[Probe, Outcome]]) -> str | None:
    """Return why intent to receive failed, in the words of Xero's portal, or None."""
    for probe, outcome in answers:
        if outcome.status is None:
            return f"No response within {DEADLINE:g} seconds"
        if probe.rightly_signed and outcome.status != HTTPStatus.OK:
            return "Response not 200"
        if not probe.rightly_signed and outcome.status != HTTPStatus.UNAUTHORIZED:
            return "Response to incorrectly signed payload not 401"
        if not outcome.body_empty:
            return "Response contains a body"
        if outcome.sets_cookie:
            return "Response contains a cookie"
    return None


def _one_character_off(signature: str) -> str:
    position = len(signature) // 2
    other = "A" if signature[position] != "A" else "B"
    return signature[:position] + other + signature[position + 1 :]
