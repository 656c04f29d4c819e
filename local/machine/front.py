# SPDX-License-Identifier: Apache-2.0
"""Stands where API Gateway's host name stands: gives the webhook its plain address on this machine.

Passes method, headers and body on to the emulator's HTTP API byte for byte. Run as
`python -m local.machine.front --port N --target URL`.
"""

import argparse
import http.client
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 30  # an HTTP API's own longest wait
_NOT_PASSED_ON = {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}
_FAILED = (500, b'{"message":"Internal Server Error"}')


class Front(ThreadingHTTPServer):
    """Forwards every request to `target`, an http URL that the request's path is appended to."""

    daemon_threads = True
    # A burst of webhooks arrives before the first is answered.
    request_queue_size = 128

    def __init__(self, port: int, target: str) -> None:
        """Listen on the loopback interface only."""
        super().__init__(("127.0.0.1", port), _Handler)
        parts = urlsplit(target)
        self.host, self.port, self.prefix = parts.hostname or "", parts.port, parts.path


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Nagle's algorithm would hold a small answer back for 40 ms.
    disable_nagle_algorithm = True
    server: Front

    def _forward(self) -> None:
        body = self._body()
        # A header sent more than once arrives as one, as API Gateway does it.
        headers = {
            name: ",".join(self.headers.get_all(name, []))
            for name in self.headers
            if name.lower() not in _NOT_PASSED_ON
        }
        upstream = http.client.HTTPConnection(
            self.server.host, self.server.port, timeout=_TIMEOUT_SECONDS
        )
        try:
            upstream.request(self.command, self.server.prefix + self.path, body, headers)
            answer = upstream.getresponse()
            status, content, content_headers = answer.status, answer.read(), answer.getheaders()
        except (OSError, http.client.HTTPException):
            status, content = _FAILED
            content_headers = [("content-type", "application/json")]
        finally:
            upstream.close()
        if status == http.HTTPStatus.BAD_GATEWAY:
            # The emulator answers a failed function with 502 and the function's own error text;
            # an HTTP API answers 500 and tells the caller nothing.
            status, content = _FAILED
        self.send_response_only(status)
        for name, value in content_headers:
            if name.lower() not in _NOT_PASSED_ON:
                self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("transfer-encoding", "").lower():
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(chunks)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, the base class's name
        """Say nothing: requests are logged where they end."""

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _forward  # noqa: N815


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--target", required=True)
    arguments = parser.parse_args()
    Front(arguments.port, arguments.target).serve_forever()


if __name__ == "__main__":
    main()
