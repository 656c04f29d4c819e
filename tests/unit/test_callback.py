# SPDX-License-Identifier: Apache-2.0
"""The address to which Xero sends the browser back: what ends the wait, and what is shown."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from local.connecting import pages
from local.connecting.callback import (
    NobodyCameError,
    PortTakenError,
    listening,
    require_free,
)
from local.connecting.consent import DeniedError
from local.machine.embedded import free_port

STATE = "the-state"
RIGHT = f"/callback?code=the-code&state={STATE}"


class Visitor(threading.Thread):
    """A browser that asks for one page."""

    def __init__(self, port: int, path: str, method: str = "GET") -> None:
        """Take where to go."""
        super().__init__()
        self._port, self._path, self._method = port, path, method
        self.status = 0
        self.headers: dict[str, str] = {}
        self.text = ""

    def run(self) -> None:
        """Go there."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            connection.request(self._method, self._path)
            answer = connection.getresponse()
            self.status, self.headers = answer.status, dict(answer.getheaders())
            self.text = answer.read().decode()
        finally:
            connection.close()

    def went(self) -> "Visitor":
        """Go there and come back."""
        self.start()
        self.join()
        return self


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def cleanup() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.promise("consent")
def test_only_the_right_state_ends_the_wait_and_the_browser_hears_the_end(port: int) -> None:
    with listening(port, STATE) as callback:
        for path, status in (
            ("/favicon.ico", 404),
            ("/", 404),
            ("/callback/more?code=x", 404),
            ("/callback?code=the-code&state=another", 400),
        ):
            assert Visitor(port, path).went().status == status
        assert Visitor(port, RIGHT, "POST").went().status == 501
        with pytest.raises(NobodyCameError):
            callback.wait(0)

        right = Visitor(port, RIGHT)
        right.start()
        assert callback.wait(30) == "the-code"
        second = Visitor(port, RIGHT).went()
        callback.tell(pages.connected("a <stack>", ["Anna & Co"]))
        right.join()

    assert second.status == 409
    assert right.status == 200
    assert "a &lt;stack&gt;" in right.text
    assert "Anna &amp; Co" in right.text
    for page in (right, second):
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Server"].strip() == "xero-connection"
        assert "the-code" not in page.text
        assert STATE not in page.text


@pytest.mark.promise("consent")
def test_a_browser_s_command_line_holds_no_state_and_leads_to_the_consent_once(port: int) -> None:
    address = f"https://login.example/authorize?state={STATE}"
    with listening(port, STATE) as callback:
        door = urlsplit(callback.door(address))
        first, second = (Visitor(port, door.path).went() for _ in range(2))

    assert (door.netloc, door.query) == (f"localhost:{port}", "")
    assert STATE not in door.geturl()
    assert (first.status, first.headers["Location"]) == (303, address)
    assert (second.status, second.text) == (404, "")
    assert "Location" not in second.headers


def _wait(port: int, visitor: Visitor, then: BaseException | None = None) -> None:
    """Wait for a visitor, and fail after that."""
    with listening(port, STATE) as callback:
        visitor.start()
        callback.wait(30)
        if then:
            raise then


@pytest.mark.promise("consent")
def test_a_refusal_ends_the_wait_and_is_shown(port: int) -> None:
    visitor = Visitor(port, f"/callback?error=access_denied&state={STATE}")

    with pytest.raises(DeniedError):
        _wait(port, visitor)
    visitor.join()

    assert "Access was not allowed in Xero." in visitor.text


def test_what_fails_after_the_consent_is_shown_too(port: int) -> None:
    visitor = Visitor(port, RIGHT)

    with pytest.raises(KeyboardInterrupt):
        _wait(port, visitor, KeyboardInterrupt())
    visitor.join()

    assert "The terminal says why." in visitor.text


def test_it_listens_on_the_loopback_alone_and_no_longer_than_the_block(port: int) -> None:
    with listening(port, STATE):
        with pytest.raises(PortTakenError):
            require_free(port)
        with socket.socket() as other:
            # Taken on 0.0.0.0, it would be taken on each address of the machine.
            other.bind(("127.0.0.2", port))
    require_free(port)


def test_a_browser_that_connects_and_says_nothing_holds_nobody_up(
    port: int, cleanup: ExitStack
) -> None:
    with listening(port, STATE) as callback:
        cleanup.enter_context(socket.create_connection(("127.0.0.1", port)))
        visitor = Visitor(port, RIGHT)
        visitor.start()
        assert callback.wait(30) == "the-code"
        callback.tell(pages.again())
        visitor.join()

    assert visitor.status == 200


def test_the_pages_load_nothing_from_elsewhere() -> None:
    for page in (
        pages.connected("a stack", []),
        pages.refused("No."),
        pages.failed(),
        pages.foreign(),
        pages.again(),
    ):
        text = page.decode()
        assert "src=" not in text
        assert "href=" not in text
        assert "url(" not in text
        assert "<script" not in text


def test_a_port_that_another_program_has_on_localhosts_other_address_is_taken(port: int) -> None:
    try:
        other = socket.create_server(("::1", port), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with other, pytest.raises(PortTakenError, match=f"--port {port + 1}"):
        require_free(port)
