# SPDX-License-Identifier: Apache-2.0
"""The webhook function where nothing answers: real clients, real time, a server that is silent."""

from __future__ import annotations

import importlib.util
import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from xero_connection.errors import UnavailableError

from local.derived.samples import SAMPLE_KEY, delivery
from tests.functions.stack import ROOT, Context
from tests.functions.test_webhook import event

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLES = {
    "BUS_NAME": "bus",
    "WEBHOOK_KEY_SECRET": "secret",
    "BACKLOG_QUEUE_URL": "http://127.0.0.1/backlog",
    "BACKLOG_DEAD_LETTER_QUEUE_URL": "http://127.0.0.1/dead-letters",
    "TABLE_NAME": "table",
}


class SecretStore(BaseHTTPRequestHandler):
    """Secrets Manager with the webhook key."""

    def do_POST(self) -> None:
        """Answer whatever is asked with the key."""
        self.rfile.read(int(self.headers["content-length"]))
        text = json.dumps({"current": SAMPLE_KEY})
        content = json.dumps({"SecretString": text}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), SecretStore) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            # A test that fails would leave it spinning, and pytest waiting for it for ever.
            server.shutdown()
            thread.join()


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    """Return where connections are taken and nothing is ever said."""
    assert capsys
    # Powertools keeps a service's first output for good.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", f"test-{uuid4().hex}")
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        for name, value in (VARIABLES | {"AWS_ENDPOINT_URL": url}).items():
            monkeypatch.setenv(name, value)
        yield url


def handle(given: Any) -> Any:
    """Load the function and have it handle an event."""
    path = ROOT / "functions/webhook/app.py"
    spec = importlib.util.spec_from_file_location("hanging_app", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.handler(given, Context(milliseconds=10_000))


@pytest.mark.promise("four-seconds")
def test_with_everything_silent_the_invocation_ends(silence: str) -> None:
    with pytest.raises(UnavailableError):
        handle(delivery([event()]))
    assert silence


@pytest.mark.promise("four-seconds")
def test_with_all_but_the_key_silent_the_invocation_ends(
    silence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", url)
        with pytest.raises(UnavailableError):
            handle(delivery([event(resourceId=f"r{number}") for number in range(300)]))
    assert silence


def test_with_the_bus_silent_what_waits_comes_again(silence: str) -> None:
    assert silence
    parcel = {"kind": "entries", "entries": [ENTRY]}
    record = {
        "messageId": "m",
        "eventSource": "aws:sqs",
        "body": json.dumps(parcel),
        "attributes": {"MessageGroupId": "entries"},
    }
    assert handle({"Records": [record]}) == {"batchItemFailures": [{"itemIdentifier": "m"}]}


ENTRY = {
    "Source": "xero.webhooks",
    "DetailType": "invoices/invoice_updated",
    "Detail": '{"event_id":"e"}',
}
