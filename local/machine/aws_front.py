# SPDX-License-Identifier: Apache-2.0
"""Stands between the functions and the embedded AWS in tests, and fails as AWS can.

What is to fail is told to `add`, or to the route `/_faults` in the same words; all else is passed
on byte for byte, signatures included.
"""

import http.client
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from local.machine.aws import Account

KINDS = {
    "refuse": "answers with `status` and `code`; the service never hears of it",
    "entries": "PutEvents refuses the entries that hold `text`, with `code`, and takes the others",
    "unprocessed": "DynamoDB's batches come back unprocessed",
    "delay": "passes the request on after `seconds`",
    "drop": "cuts the connection; the service never hears of it",
    "drop-answer": "passes the request on and cuts the connection, so nobody knows",
    "hang": "takes the request and never answers",
}
SERVICES = {"dynamodb", "events", "lambda", "secretsmanager", "sqs"}

_ROUTE = "/_faults"
_TIMEOUT_SECONDS = 30
_NOT_PASSED_ON = {"connection", "content-length", "transfer-encoding"}


@dataclass
class Fault:
    """Something that goes wrong for requests of one service."""

    kind: str
    service: str
    operation: str = ""
    """As in PutEvents; empty for each."""
    text: str = ""
    """What the request, or the entry, has to hold."""
    times: int | None = None
    """How often; None until it is mended."""
    code: str = "InternalFailure"
    status: int = 500
    seconds: float = 0

    def __post_init__(self) -> None:
        """Refuse what would silently do nothing.

        Raises:
            ValueError: there is no such kind or service.
        """
        if self.kind not in KINDS or self.service not in SERVICES:
            raise ValueError(f"no such fault: {self.kind} of {self.service}")


@dataclass(frozen=True)
class Asked:
    """A request that came by."""

    service: str
    operation: str
    fault: str = ""
    """The kind of what went wrong with it."""


@dataclass(frozen=True)
class Reply:
    """An answer to a request."""

    status: int
    content: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)


class AwsFront(ThreadingHTTPServer):
    """Passes everything on to an embedded AWS, but for the faults."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, account: Account) -> None:
        """Listen on the loopback interface only."""
        super().__init__(("127.0.0.1", port), _Handler)
        self.account = account
        self.asked: list[Asked] = []
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._mended = threading.Event()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def add(self, kind: str, service: str, operation: str = "", **more: Any) -> None:
        """Have requests fail from now on; the parameters are the fields of `Fault`.

        Raises:
            ValueError: there is no such kind or service.
        """
        fault = Fault(kind, service, operation, **more)
        with self._lock:
            self._mended.clear()
            self._faults.append(fault)

    def mend(self) -> None:
        """End all faults; what hangs is cut."""
        with self._lock:
            self._faults.clear()
            self._mended.set()

    def faults(self) -> list[dict[str, Any]]:
        """Return the faults there are."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def fault_of(self, service: str, operation: str, body: bytes) -> Fault | None:
        """Return what goes wrong with a request, and note it."""
        with self._lock:
            for fault in self._faults:
                fits = fault.service == service and fault.operation in {"", operation}
                if fits and fault.times != 0 and fault.text.encode() in body:
                    if fault.times:
                        fault.times -= 1
                    self.asked.append(Asked(service, operation, fault.kind))
                    return fault
            self.asked.append(Asked(service, operation))
            return None

    def wait_until_mended(self) -> None:
        """Hang until the faults end."""
        self._mended.wait(_TIMEOUT_SECONDS)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that has given up waiting."""


@contextmanager
def serving(account: Account) -> Iterator[AwsFront]:
    """Hold a front on a free port, in a thread of this process, while the block runs."""
    front = AwsFront(0, account)
    thread = threading.Thread(target=front.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield front
    finally:
        front.mend()
        front.shutdown()
        thread.join()
        front.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: AwsFront

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == _ROUTE:
            self._answer(self._administer(body))
            return
        # The signature names the service: …/region/service/aws4_request.
        scope = re.search(r"/([a-z]+)/aws4_request", self.headers.get("authorization", ""))
        service = scope[1] if scope else ""
        operation = self.headers.get("x-amz-target", "").rpartition(".")[2]
        fault = self.server.fault_of(service, operation, body)
        reply = self._failing(fault, body) if fault else self._passed_on(body)
        if reply is None:
            self.close_connection = True
        else:
            self._answer(reply)

    def _failing(self, fault: Fault, body: bytes) -> Reply | None:
        """Return the answer of a request that something is wrong with, if it gets one."""
        if fault.kind == "refuse":
            return _json(fault.status, {"__type": fault.code, "message": "refused for a test"})
        if fault.kind == "unprocessed":
            asked = json.loads(body)["RequestItems"]
            if self.headers["x-amz-target"].endswith("BatchGetItem"):
                return _json(200, {"Responses": {}, "UnprocessedKeys": asked})
            return _json(200, {"UnprocessedItems": asked})
        if fault.kind == "entries":
            return self._partly(fault, json.loads(body))
        if fault.kind == "delay":
            time.sleep(fault.seconds)
            return self._passed_on(body)
        if fault.kind == "drop-answer":
            self._passed_on(body)
        if fault.kind == "hang":
            self.server.wait_until_mended()
        return None

    def _partly(self, fault: Fault, asked: dict[str, Any]) -> Reply:
        """Put the entries that are not to be refused.

        Another body needs another signature, so it is the account that puts them.
        """
        entries = asked["Entries"]
        refused = [fault.text in json.dumps(entry) for entry in entries]
        refusal = {"ErrorCode": fault.code, "ErrorMessage": "refused for a test"}
        taken = [entry for entry, no in zip(entries, refused, strict=True) if not no]
        events = self.server.account.client("events")
        results = iter(events.put_events(Entries=taken)["Entries"] if taken else [])
        answers = [refusal if no else next(results) for no in refused]
        return _json(200, {"FailedEntryCount": sum(refused), "Entries": answers})

    def _passed_on(self, body: bytes) -> Reply:
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in _NOT_PASSED_ON
        }
        upstream = http.client.HTTPConnection(
            urlsplit(self.server.account.endpoint).netloc, timeout=_TIMEOUT_SECONDS
        )
        try:
            upstream.request(self.command, self.path, body, headers)
            answer = upstream.getresponse()
            return Reply(answer.status, answer.read(), answer.getheaders())
        finally:
            upstream.close()

    def _administer(self, body: bytes) -> Reply:
        if self.command == "POST":
            try:
                self.server.add(**json.loads(body))
            except (TypeError, ValueError) as error:
                return _json(400, {"message": str(error)})
        if self.command == "DELETE":
            self.server.mend()
        asked = [asdict(one) for one in self.server.asked]
        return _json(200, {"faults": self.server.faults(), "asked": asked})

    def _answer(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        for name, value in reply.headers:
            if name.lower() not in _NOT_PASSED_ON:
                self.send_header(name, value)
        self.send_header("content-length", str(len(reply.content)))
        self.end_headers()
        self.wfile.write(reply.content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, the base class's name
        """Say nothing: `asked` has it."""

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815


def _json(status: int, document: Any) -> Reply:
    headers = [("content-type", "application/x-amz-json-1.1")]
    return Reply(status, json.dumps(document).encode(), headers)
