# SPDX-License-Identifier: Apache-2.0
"""Answers kept under their Idempotency-Key, so that a repeated write is done once.

Rules: https://developer.xero.com/documentation/guides/idempotent-requests/idempotency/.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from local.xero.replies import XeroError, api_exception

if TYPE_CHECKING:
    from datetime import datetime

    from local.xero.wire import Request, Response

LIFE = timedelta(minutes=6)
LONGEST_KEY = 128
METHODS = ("POST", "PUT", "PATCH")


@dataclass(frozen=True, slots=True)
class _Kept:
    fingerprint: bytes
    response: Response
    until: datetime


class IdempotencyStore:
    """The answers of one app, errors too, for six minutes from the first call."""

    def __init__(self) -> None:
        """Start empty."""
        self._kept: dict[str, _Kept] = {}

    def find(self, request: Request, now: datetime) -> Response | None:
        """Return the answer kept for the request's key, None where it has none.

        Raises:
            XeroError: the key is too long, or belongs to another request (400).
        """
        key = key_of(request)
        if len(key) > LONGEST_KEY:
            raise _refusal(f"Idempotency Key must not exceed {LONGEST_KEY} characters.")
        self._forget(now)
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.fingerprint != _fingerprint(request):
            raise _refusal(f"Idempotency Key: {key} is used with a different request.")
        return kept.response

    def keep(self, request: Request, response: Response, now: datetime) -> None:
        """Keep the answer, where the request has a key."""
        if key := key_of(request):
            self._kept[key] = _Kept(_fingerprint(request), response, now + LIFE)

    def _forget(self, now: datetime) -> None:
        # They stand in the order in which they were kept.
        while self._kept and next(iter(self._kept.values())).until <= now:
            del self._kept[next(iter(self._kept))]


def key_of(request: Request) -> str:
    """Return the key of a write; other methods' keys mean nothing."""
    return request.header("Idempotency-Key") if request.method in METHODS else ""


def _fingerprint(request: Request) -> bytes:
    tenant = request.header("xero-tenant-id")
    head = repr((request.method, request.path, sorted(request.query.items()), tenant))
    return hashlib.sha256(head.encode() + request.body).digest()


def _refusal(message: str) -> XeroError:
    return XeroError(api_exception(10, "ValidationException", message))
