# SPDX-License-Identifier: Apache-2.0
"""Serves a simulated Xero over HTTP/1.1 on the loopback, with real delays and cut connections."""

from __future__ import annotations

import socket
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self, cast

from local.xero import admin, delivery
from local.xero.replies import json_reply, text_reply
from local.xero.wire import Request

if TYPE_CHECKING:
    from types import TracebackType

    from local.xero.simulator import XeroSimulator
    from local.xero.wire import Response

_MOST_BYTES = 10 * 1024 * 1024
"""Xero takes bodies of up to about 10 MB."""
_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class XeroServer:
    """A simulated Xero on a port; a context manager that serves in threads of its own."""

    def __init__(self, simulator: XeroSimulator, port: int = 0) -> None:
        """Bind the port, a free one where it is 0."""
        self._http = _Server(("127.0.0.1", port), simulator)
        self._serving = threading.Thread(target=self._http.serve_forever, args=(0.05,))
        self._deliveries = delivery.DeliveryThread(simulator)

    @property
    def url(self) -> str:
        """The origin that stands for all of Xero's hosts."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def start(self) -> None:
        """Begin to serve."""
        self._serving.start()
        self._deliveries.start()

    def stop(self) -> None:
        """Stop serving, close every connection, and wait for the threads."""
        self._deliveries.stop()
        self._http.shutdown()
        self._http.close_connections()
        self._http.server_close()
        self._serving.join()

    def __enter__(self) -> Self:
        """Begin to serve."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving."""
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], simulator: XeroSimulator) -> None:
        self.simulator = simulator
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, _Handler)

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = super().get_request()
        with self._lock:
            self._open.add(connection)
        return connection, address

    def close_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        with self._lock:
            self._open.discard(cast("socket.socket", request))
        super().close_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away; show what is the simulator's own fault."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def close_connections(self) -> None:
        self.stopping.set()
        with self._lock:
            for connection in self._open:
                _shut(connection)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SimulatedXero"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # status, headers and body leave in one write
    server: _Server

    def answer(self) -> None:
        try:
            body = self._read_body()
        except ValueError as error:
            self.close_connection = True
            self._send(text_reply(HTTPStatus.BAD_REQUEST, str(error)))
            return
        request = Request.build(self.command, self.path, self.headers.items(), body)
        if (request.method, request.path) == ("POST", admin.INTENT_TO_RECEIVE):
            self._send(json_reply(delivery.intent_to_receive(self.server.simulator)))
            return
        with self.server.simulator.answering(request) as response:
            if response.delay:
                self.server.stopping.wait(response.delay)
            if response.cut:
                self.close_connection = True
                _shut(self.connection)
            else:
                self._send(response)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = answer  # noqa: N815 - the names that the base looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Write nothing: the simulator keeps its own log of requests."""

    def _send(self, response: Response) -> None:
        try:
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            if response.status not in _BODILESS:
                self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(response.body)
            self.wfile.flush()
        except OSError:
            self.close_connection = True  # the client has gone, as clients that time out do

    def _read_body(self) -> bytes:
        """Read the body, chunked or of a stated length.

        Raises:
            ValueError: the length cannot be read, or is too large.
        """
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._read_chunks()
        return self.rfile.read(_length(self.headers.get("Content-Length", "0"), 10))

    def _read_chunks(self) -> bytes:
        body = bytearray()
        while size := _length(self.rfile.readline(100).split(b";")[0].decode("ascii"), 16):
            body += self.rfile.read(size)
            self.rfile.readline(3)
            if len(body) > _MOST_BYTES:
                raise ValueError("the body is too large")
        while self.rfile.readline(1000).strip():
            pass  # trailers mean nothing here
        return bytes(body)


def _length(text: str, base: int) -> int:
    length = int(text.strip(), base)
    if not 0 <= length <= _MOST_BYTES:
        raise ValueError("the body is too large")
    return length


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # closed already
