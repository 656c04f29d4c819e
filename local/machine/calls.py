# SPDX-License-Identifier: Apache-2.0
"""Calls a running stack as the world does: a webhook over HTTP, a function by invocation."""

import base64
import hashlib
import hmac
import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from local.machine.stack import Stack

_WEBHOOK_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """What the webhook was answered."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Invocation:
    """How an invocation of a function ended."""

    payload: Any
    failed: bool


def signature(key: str, body: bytes) -> str:
    """Sign as Xero does: base64 of HMAC-SHA256 over the body's bytes."""
    return base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()


def post_webhook(stack: Stack, body: bytes, signed: str | None = None) -> Answer:
    """Post a body to the webhook, signed with the stack's key unless a signature is given."""
    parts = urlsplit(stack.webhook_url)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "x-xero-signature": signature(stack.webhook_key, body) if signed is None else signed,
    }
    connection = http.client.HTTPConnection(parts.netloc, timeout=_WEBHOOK_SECONDS)
    try:
        connection.request("POST", parts.path, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(), dict(answer.getheaders()))
    finally:
        connection.close()


def invoke(stack: Stack, function: str, payload: Any) -> Invocation:
    """Invoke a function by its short name and wait for its answer."""
    answer = stack.account.client("lambda").invoke(
        FunctionName=stack.functions[function], Payload=json.dumps(payload).encode()
    )
    return Invocation(json.load(answer["Payload"]), "FunctionError" in answer)
