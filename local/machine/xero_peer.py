# SPDX-License-Identifier: Apache-2.0
"""The Xero that a stack talks to: the simulated one as a process of the stack, or one elsewhere.

The simulated one also gets the stack's address as a webhook, as a person would enter it at Xero.
"""

import http.client
import json
import secrets
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.machine import embedded, environments, private, processes
from local.problems import Problem
from local.xero.scopes import ACCOUNTING_SCOPES

NAME = "xero"
_REQUEST_SECONDS = 30


class XeroError(Problem):
    """The simulated Xero did not answer as expected."""


@dataclass(frozen=True)
class App:
    """What Xero's developer portal shows of an app."""

    client_id: str = field(default_factory=lambda: secrets.token_hex(16).upper())
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(36), repr=False)
    scopes: tuple[str, ...] = ACCOUNTING_SCOPES

    @property
    def credential(self) -> dict[str, Any]:
        """The content of CredentialSecret."""
        return {"kind": "custom_connection", **asdict(self)}


def start(directory: Path, app: App, settings: Mapping[str, Any]) -> str:
    """Start the simulated Xero with one app on a free port, and return its origin."""
    config = directory / "xero.json"
    private.write_json(config, {**settings, **asdict(app)})
    port = embedded.free_port()
    command = [sys.executable, "-m", "local.xero", "--port", str(port), "--config", str(config)]
    environment = embedded.bare_environment(directory) | {"PYTHONPATH": str(environments.ROOT)}
    processes.start(directory, NAME, command, environment)
    return f"http://127.0.0.1:{port}"


def connect_webhook(xero_url: str, webhook_url: str, key: str) -> None:
    """Enter a webhook's address and key and have it tried, as a person does in Xero's portal.

    Raises:
        XeroError: the webhook did not pass, so Xero will send nothing.
    """
    request(xero_url, "PUT", "/_simulator/webhook", {"url": webhook_url, "key": key})
    if not intent_to_receive(xero_url)["passed"]:
        raise XeroError("The webhook did not pass Xero's intent to receive.")


def intent_to_receive(xero_url: str) -> dict[str, Any]:
    """Have Xero try the webhook: `passed`, and `probes` with what each was answered."""
    answer: dict[str, Any] = request(xero_url, "POST", "/_simulator/webhook/intent-to-receive")
    return answer


def request(origin: str, method: str, path: str, body: Any = None) -> Any:
    """Ask the simulated Xero's own routes and return the JSON of the answer.

    Raises:
        XeroError: it answered with an error.
    """
    connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=_REQUEST_SECONDS)
    try:
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, {"content-type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    if answer.status >= http.HTTPStatus.BAD_REQUEST:
        raise XeroError(f"{method} {path}: {answer.status}")
    return json.loads(text) if text else None
