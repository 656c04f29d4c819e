# SPDX-License-Identifier: Apache-2.0
"""Receives Xero's webhook deliveries: a genuine one is kept before it is answered.

What is genuine and what it says is decided in `webhooks`; the bus and the queue are passed in.
"""

from __future__ import annotations

import time
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, Final, Protocol

from xero_connection.documents import read_json, to_json
from xero_connection.webhooks import UnreadableError, is_genuine, read_delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

KEY_HINT: Final = '{"current": "<the webhook key from Xero\'s developer portal>"}'

# Xero waits 5 s. A call that hangs takes one second, and the queue may take another after it; so
# with everything hanging the answer leaves after four.
_PUBLISH_SECONDS: Final = 2.4
# SQS takes messages of up to 1 MiB; entries are parted well below that.
_PARCEL_BYTES: Final = 800_000


class Secret(Protocol):
    """A secret that is read often and changes seldom."""

    name: str

    def read(self, *, fresh: bool = False) -> str:
        """Return its text, not from memory where `fresh`."""


class Publish(Protocol):
    """Puts entries on the bus, as `aws.Bus.put` does."""

    def __call__(self, entries: list[dict[str, Any]], *, until: float) -> list[dict[str, Any]]:
        """Return the entries it refused; begin no call after `until`."""


class Receiver:
    """The webhook function's work, one delivery at a time."""

    def __init__(
        self,
        *,
        key_secret: Secret,
        publish: Publish,
        park: Callable[[str], None],
        log: Callable[..., None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what the work is done with.

        Args:
            key_secret: holds `{"current": …, "previous": …}`.
            publish: puts entries on the bus and returns those it refused.
            park: keeps a text in the backlog queue.
            log: writes the line about a delivery.
            clock: the one that `publish` looks at too.
        """
        self._key_secret = key_secret
        self._publish = publish
        self._park = park
        self._log = log
        self._clock = clock

    def receive(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return API Gateway's answer to a delivery: 200 kept, 401 not genuine; always empty.

        An exception means that neither bus nor queue took it; API Gateway makes it a 500, after
        which Xero delivers again.
        """
        until = self._clock() + _PUBLISH_SECONDS
        body = raw_body(event)
        signature = header(event, "x-xero-signature")
        if body is None or not signature:
            self._log(outcome="refused", reason="no signature", bytes=len(body or b""))
            return answer(401)
        keys = self._keys(fresh=False) or self._keys(fresh=True)
        if not keys:
            hint = f"put {KEY_HINT} into the secret {self._key_secret.name}"
            self._log(outcome="refused", reason=f"no webhook key: {hint}", bytes=len(body))
            return answer(401)
        # A key changed a moment ago is tried too; the secret limits how often it is asked.
        if not is_genuine(body, signature=signature, keys=keys) and not is_genuine(
            body, signature=signature, keys=self._keys(fresh=True)
        ):
            self._log(outcome="refused", reason="wrong signature", bytes=len(body))
            return answer(401)
        try:
            delivery = read_delivery(body)
        except UnreadableError:
            # Refusing what Xero has signed would make it switch the webhook off in the end.
            self._park(to_json({"kind": "body", "body": b64encode(body).decode()}))
            self._log(outcome="unreadable", bytes=len(body))
            return answer(200)
        refused = self._publish(delivery.entries, until=until)
        for parcel in parcels(refused):
            self._park(parcel)
        if not delivery.complete:
            self._park(to_json({"kind": "body", "body": b64encode(body).decode()}))
        self._log(
            outcome="kept" if delivery.complete else "partly unreadable",
            bytes=len(body),
            events=len(delivery.entries),
            parked=len(refused),
        )
        return answer(200)

    def _keys(self, *, fresh: bool) -> list[str]:
        try:
            document = read_json(self._key_secret.read(fresh=fresh))
        except ValueError:
            document = {}
        named = document if isinstance(document, dict) else {}
        keys = [named.get("current"), named.get("previous")]
        return [key.strip() for key in keys if isinstance(key, str) and key.strip()]


def raw_body(event: Mapping[str, Any]) -> bytes | None:
    """Return the body's bytes as Xero sent them, or None where they cannot be had."""
    body = event.get("body") or ""
    try:
        return b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except ValueError:
        return None


def header(event: Mapping[str, Any], name: str) -> str | None:
    """Return a header, whatever case the gateway has left its name in."""
    headers = event.get("headers") or {}
    return next((text for key, text in headers.items() if key.lower() == name), None)


def answer(status: int) -> dict[str, Any]:
    """Return an answer with an empty body; Xero refuses any other."""
    return {"statusCode": status, "body": ""}


def parcels(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return entries as queue messages, together as far as a message holds them."""
    texts: list[list[str]] = []
    size = _PARCEL_BYTES
    for entry in entries:
        text = to_json(entry)
        if size + len(text) > _PARCEL_BYTES:
            texts.append([])
            size = 0
        texts[-1].append(text)
        size += len(text)
    return [f'{{"kind":"entries","entries":[{",".join(parcel)}]}}' for parcel in texts]
