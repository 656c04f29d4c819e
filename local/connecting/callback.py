# SPDX-License-Identifier: Apache-2.0
"""The address on this machine to which Xero sends the browser back, for as long as a consent lasts.

Nothing but the state that was asked with ends the wait. The browser is answered when all is done,
so that its page tells how it ended.
"""

import errno
import queue
import secrets
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from local.connecting import consent, pages
from local.connecting.consent import DeniedError, ForeignAnswerError
from local.problems import Problem

_PAGE_SECONDS = 90
"""How long the browser waits for the exchange and the check after it."""
_POLL_SECONDS = 0.1
_REACH_SECONDS = 0.5


class PortTakenError(Problem):
    """Another program listens there."""


class NobodyCameError(Problem):
    """The time for the consent is over."""


@dataclass
class _Visit:
    """The browser, back from Xero."""

    answer: str | DeniedError
    page: Future[bytes] = field(default_factory=Future)
    told: threading.Event = field(default_factory=threading.Event)


class Callback:
    """What waits for the browser."""

    def __init__(self, server: "_Server") -> None:
        """Take the server that listens."""
        self._server = server
        self._visit: _Visit | None = None

    def door(self, address: str) -> str:
        """Return an address on this machine that leads to another one, a single time.

        It is for a browser's command line, which everybody on the machine can read: with the state
        in the consent's own address they could bring a code of theirs.
        """
        word = secrets.token_urlsafe()
        self._server.doors[f"/{word}"] = address
        return consent.local_address(self._server.server_port, f"/{word}")

    def wait(self, seconds: float) -> str:
        """Return the code that the browser brings.

        Raises:
            DeniedError: it brings a refusal.
            NobodyCameError: it does not come.
        """
        try:
            self._visit = self._server.visits.get(timeout=seconds)
        except queue.Empty:
            raise NobodyCameError(
                f"Nobody came back from Xero within {seconds:g} seconds; nothing was changed. Where"
                " Xero showed an error, compare client id and redirect URI"
                f" ({consent.redirect_uri(self._server.server_port)}) with the portal. Then run it"
                " again, with --timeout for more time, or with --no-browser where the browser is"
                " on another machine."
            ) from None
        if isinstance(self._visit.answer, DeniedError):
            raise self._visit.answer
        return self._visit.answer

    def tell(self, page: bytes) -> None:
        """Show the browser how it ended; what is said after that it does not hear."""
        if self._visit and not self._visit.page.done():
            self._visit.page.set_result(page)
            self._visit.told.wait(_PAGE_SECONDS)


@contextmanager
def listening(port: int, state: str) -> Iterator[Callback]:
    """Listen on 127.0.0.1 while the block runs; if it fails, the browser is told so.

    Raises:
        PortTakenError: another program has the port.
    """
    server = _listen(port, state)
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
    thread.start()
    callback = Callback(server)
    try:
        yield callback
    except DeniedError as error:
        callback.tell(pages.refused(str(error)))
        raise
    except BaseException:
        callback.tell(pages.failed())
        raise
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def require_free(port: int) -> None:
    """Make sure that the port can be listened on, before a person is sent to Xero.

    Raises:
        PortTakenError: another program has it.
    """
    _listen(port, "").server_close()


def _listen(port: int, state: str) -> "_Server":
    if _answers_first(port):
        raise _taken(port)
    try:
        return _Server(port, state)
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        raise _taken(port) from None


def _taken(port: int) -> PortTakenError:
    other = port + 1
    return PortTakenError(
        f"Port {port} is not free on this machine. Take another with --port {other}, and enter"
        f" {consent.redirect_uri(other)} as a redirect URI of the app in Xero's portal."
    )


def _answers_first(port: int) -> bool:
    """Return whether another program has the port of localhost's other address.

    Browsers try that one before 127.0.0.1, so the code would go there.
    """
    try:
        with socket.create_connection(("::1", port), timeout=_REACH_SECONDS):
            return True
    except OSError:
        return False


class _Server(ThreadingHTTPServer):
    # A browser opens connections ahead that it may never use: nobody waits for those.
    daemon_threads = True

    def __init__(self, port: int, state: str) -> None:
        self.state = state
        self.doors: dict[str, str] = {}
        self.visits: queue.SimpleQueue[_Visit] = queue.SimpleQueue()
        self._first = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def is_first(self) -> bool:
        """Return whether nobody asked this before."""
        return self._first.acquire(blocking=False)

    def handle_error(self, *_: Any) -> None:
        """Say nothing: the person looks at a browser, and the terminal goes on waiting."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if address := self.server.doors.pop(parts.path, ""):
            self._send(HTTPStatus.SEE_OTHER, b"", Location=address)
            return
        if parts.path != consent.CALLBACK_PATH:
            self._send(HTTPStatus.NOT_FOUND, b"")
            return
        answer: str | DeniedError
        try:
            answer = consent.code_in(parts.query, self.server.state)
        except ForeignAnswerError:
            self._send(HTTPStatus.BAD_REQUEST, pages.foreign())
            return
        except DeniedError as error:
            answer = error
        if not self.server.is_first():
            self._send(HTTPStatus.CONFLICT, pages.again())
            return
        self._receive(_Visit(answer))

    def _receive(self, visit: _Visit) -> None:
        self.server.visits.put(visit)
        try:
            page = visit.page.result(_PAGE_SECONDS)
        except TimeoutError:
            page = pages.again()
        try:
            self._send(HTTPStatus.OK, page)
        finally:
            visit.told.set()

    def _send(self, status: HTTPStatus, page: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in (pages.HEADERS | headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def version_string(self) -> str:
        """Name no program."""
        return "xero-connection"

    def log_message(self, *_: Any) -> None:
        """Log nothing: a request line holds the code."""
