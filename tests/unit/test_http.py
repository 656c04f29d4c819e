# SPDX-License-Identifier: Apache-2.0
"""What goes over the wire to Xero, and what each way of failing says about the request."""

import socket
import threading
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests
import urllib3
from requests.adapters import BaseAdapter
from xero_connection.client import PDF, File, NoAnswerError, Request
from xero_connection.http import Http

READ = Request(method="GET", path="/Invoices", query={"where": 'Type=="ACCREC"', "page": "1"})
WRITE = Request(
    method="PUT",
    path="/Invoices",
    headers={"Idempotency-Key": "order-1047"},
    body={"Invoices": [{"Total": Decimal("0.10")}]},
)
NOBODY = "http://127.0.0.1:9"
"""An origin where nobody listens."""


class Heard(NamedTuple):
    """A request as a server has heard it."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


class Server(ThreadingHTTPServer):
    """A server that remembers what it heard and answers as its path asks."""

    daemon_threads = True
    heard: list[Heard]

    @property
    def url(self) -> str:
        """Return the origin."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """Answers 207, redirects, cuts, or hangs."""

    def answer(self) -> None:
        """Remember the request and answer it."""
        server = self.server
        assert isinstance(server, Server)
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        server.heard.append(Heard(self.command, parts.path, parse_qs(parts.query), headers, body))
        if parts.path.endswith("/cut"):
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        length = 100 if parts.path.endswith(("/hang", "/half")) else 2
        self.send_response(302 if parts.path.endswith("/moved") else 207)
        self.send_header("Location", "/elsewhere")
        self.send_header("X-MinLimit-Remaining", "57")
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(b"{}")
        if parts.path.endswith("/hang"):
            self.connection.recv(1)

    do_GET = do_PUT = do_POST = answer  # noqa: N815 - the library's spelling

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        server.heard = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def server(running: Server) -> Server:
    running.heard.clear()
    return running


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def send(http: Http, request: Request, *, tenant_id: str | None = None, timeout: float = 5) -> Any:
    return http.send(request, token="a-token", tenant_id=tenant_id, timeout=timeout)


def failure(http: Http, request: Request, *, timeout: float = 5) -> NoAnswerError:
    with pytest.raises(NoAnswerError) as caught:
        send(http, request, timeout=timeout)
    return caught.value


# What is sent


def test_a_read_is_sent_with_token_and_organisation(
    server: Server, session: requests.Session
) -> None:
    http = Http(api_url=server.url + "/", session=session)
    answer = send(http, READ, tenant_id="c2cc9b6e")

    (heard,) = server.heard
    assert (heard.method, heard.path, heard.body) == ("GET", "/api.xro/2.0/Invoices", b"")
    assert heard.query == {"where": ['Type=="ACCREC"'], "page": ["1"]}
    assert heard.headers["authorization"] == "Bearer a-token"
    assert heard.headers["xero-tenant-id"] == "c2cc9b6e"
    assert heard.headers["accept"] == "application/json"
    assert "content-type" not in heard.headers
    assert (answer.status, answer.body) == (207, b"{}")
    assert answer.headers["x-minlimit-remaining"] == "57"


@pytest.mark.promise("exact-money")
def test_a_write_is_sent_with_its_key_and_exact_amounts(
    server: Server, session: requests.Session
) -> None:
    send(Http(api_url=server.url, session=session), WRITE)

    (heard,) = server.heard
    assert heard.method == "PUT"
    assert heard.headers["idempotency-key"] == "order-1047"
    assert heard.headers["content-type"] == "application/json"
    assert "xero-tenant-id" not in heard.headers
    assert heard.body == b'{"Invoices":[{"Total":0.10}]}'


def test_a_request_says_what_it_accepts_and_which_api_it_is_for(
    server: Server, session: requests.Session
) -> None:
    http = Http(api_url=server.url, session=session)
    send(http, Request(method="GET", path="/Invoices/1", accept=PDF))
    send(http, Request(method="GET", path="/connections", api="identity"))

    assert server.heard[0].headers["accept"] == "application/pdf"
    assert server.heard[1].path == "/connections"


@pytest.mark.promise("file-names")
def test_a_file_is_sent_as_its_bytes_and_its_name_is_encoded_once(
    server: Server, session: requests.Session
) -> None:
    content = bytes(range(256))
    path = f"/Invoices/1/Attachments/{quote('Ærø 7% & #1.png', safe='')}"
    body = File(content=content, content_type="image/png")
    send(Http(api_url=server.url, session=session), Request(method="PUT", path=path, body=body))

    (heard,) = server.heard
    assert heard.path == f"/api.xro/2.0{path}"
    assert (heard.headers["content-type"], heard.body) == ("image/png", content)


def test_a_form_is_posted_with_basic_authentication(
    server: Server, session: requests.Session
) -> None:
    Http(api_url=server.url, session=session).post_form(
        f"{server.url}/connect/token", {"scope": "a b"}, login=("an-id", "a"), timeout=5
    )

    (heard,) = server.heard
    assert (heard.method, heard.body) == ("POST", b"scope=a+b")
    assert heard.headers["content-type"] == "application/x-www-form-urlencoded"
    assert heard.headers["authorization"] == requests.auth._basic_auth_str("an-id", "a")  # noqa: SLF001


def test_a_form_goes_without_a_password_where_there_is_none(
    server: Server, session: requests.Session
) -> None:
    Http(api_url=server.url, session=session).post_form(
        f"{server.url}/connect/token", {"client_id": "an-id"}, login=None, timeout=5
    )

    (heard,) = server.heard
    assert heard.body == b"client_id=an-id"
    assert "authorization" not in heard.headers


def test_neither_netrc_nor_proxies_of_the_environment_change_a_call(
    server: Server, session: requests.Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    send(Http(api_url=server.url, session=session), READ)
    assert server.heard[0].headers["authorization"] == "Bearer a-token"


def test_a_redirect_is_an_answer_and_is_not_followed_with_the_token(
    server: Server, session: requests.Session
) -> None:
    http = Http(api_url=server.url, session=session)

    assert send(http, Request(method="GET", path="/moved")).status == 302
    assert len(server.heard) == 1


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.promise("query-reads-only")
def test_nothing_but_get_leaves_a_session_that_only_reads(
    method: str, server: Server, session: requests.Session
) -> None:
    http = Http(api_url=server.url, read_only=True, session=session)

    with pytest.raises(PermissionError, match=method):
        send(http, Request(method=method, path="/Invoices"))
    send(http, READ)
    assert [heard.method for heard in server.heard] == ["GET"]


# What comes back when nothing does


@pytest.mark.parametrize(
    "origin",
    [
        NOBODY,
        # an origin that is none: the request is never begun
        "localhost:8080",
        "ftp://127.0.0.1",
        "http://",
        "",
    ],
)
@pytest.mark.promise("error-tree")
def test_what_never_connected_was_not_sent(origin: str, session: requests.Session) -> None:
    assert not failure(Http(api_url=origin, session=session), WRITE).sent


def test_what_cannot_be_a_header_was_not_sent(server: Server, session: requests.Session) -> None:
    request = Request(method="PUT", path="/Invoices", headers={"Idempotency-Key": "a\nb"})

    assert not failure(Http(api_url=server.url, session=session), request).sent
    assert server.heard == []


@pytest.mark.parametrize(("path", "timeout"), [("/cut", 5), ("/hang", 0.2), ("/half", 0.2)])
@pytest.mark.promise("error-tree")
def test_what_was_cut_or_came_too_late_may_have_been_received(
    path: str, timeout: float, server: Server, session: requests.Session
) -> None:
    request = Request(method="PUT", path=path, body={})

    assert failure(Http(api_url=server.url, session=session), request, timeout=timeout).sent
    assert len(server.heard) == 1


@pytest.mark.promise("unknown-settled")
def test_a_write_over_a_connection_that_is_cut_meanwhile_is_not_sent_twice(
    server: Server, session: requests.Session
) -> None:
    http = Http(api_url=server.url, session=session)
    send(http, WRITE)

    assert failure(http, Request(method="PUT", path="/cut", body={})).sent
    send(http, WRITE)
    assert len(server.heard) == 3


class Failing(BaseAdapter):
    """A network that fails in one way."""

    def __init__(self, error: Exception) -> None:
        """Take the error of every call."""
        super().__init__()
        self.error = error

    def send(self, *_: Any, **__: Any) -> requests.Response:
        """Fail."""
        raise self.error

    def close(self) -> None:
        """Leave nothing open."""


def wrapped(kind: type[requests.RequestException], reason: Exception) -> Exception:
    pool: Any = None
    return kind(urllib3.exceptions.MaxRetryError(pool, "/", reason))


def tls(reason: Exception) -> Exception:
    return wrapped(requests.exceptions.SSLError, urllib3.exceptions.SSLError(reason))


class SSLCertVerificationError(Exception):
    """As `ssl` names it; its own class is hard to make."""


@pytest.mark.parametrize(
    ("error", "sent"),
    [
        # no connection
        (requests.ConnectTimeout(), False),
        (
            wrapped(
                requests.ConnectionError,
                urllib3.exceptions.NameResolutionError("h", None, socket.gaierror()),  # type: ignore[arg-type]
            ),
            False,
        ),
        # nobody whom we trust on the other side
        (tls(SSLCertVerificationError("self-signed certificate")), False),
        # TLS that breaks can break after the request was received
        (tls(OSError("EOF occurred in violation of protocol")), True),
        # an answer that breaks off, or makes no sense
        (requests.ReadTimeout(), True),
        (requests.ConnectionError("Connection aborted."), True),
        (requests.exceptions.ChunkedEncodingError(), True),
        (requests.exceptions.ContentDecodingError(), True),
        (requests.exceptions.InvalidHeader(urllib3.exceptions.InvalidHeader("two lengths")), True),
        # a request that could not be made
        (requests.exceptions.InvalidHeader(), False),
    ],
)
@pytest.mark.promise("error-tree")
def test_a_failure_says_whether_xero_may_have_received_the_request(
    error: Exception, sent: bool, session: requests.Session
) -> None:
    session.mount("https://", Failing(error))

    assert failure(Http(api_url="https://api.xero.com", session=session), WRITE).sent is sent


@pytest.mark.promise("no-secrets-said")
def test_a_failure_says_neither_token_nor_body(session: requests.Session) -> None:
    session.mount("https://", Failing(requests.ConnectionError("a-token")))
    error = failure(Http(api_url="https://api.xero.com", session=session), WRITE)

    assert "a-token" not in repr(error)
    assert error.__suppress_context__


def test_a_session_is_opened_where_none_is_given() -> None:
    http = Http(api_url=NOBODY, read_only=True)

    assert not failure(http, READ).sent
