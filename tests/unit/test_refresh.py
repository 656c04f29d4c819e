# SPDX-License-Identifier: Apache-2.0
"""Many invocations of the token function at once, on one set of secrets."""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from xero_connection.errors import UnavailableError
from xero_connection.filling import Tools
from xero_connection.http import Http
from xero_connection.login import Login
from xero_connection.refresh import Refresher

from local.xero import SimulatorConfig, XeroSimulator
from local.xero.adapter import SimulatorAdapter
from local.xero.identity import Code
from local.xero.wire import Request

MANY = 50


@dataclass
class Held:
    """A secret."""

    name: str
    text: str

    def read(self, *, fresh: bool = False) -> str:
        """Return its text."""
        assert fresh
        return self.text

    def write(self, text: str) -> None:
        """Put another."""
        self.text = text


@dataclass
class Turns:
    """The table, with turns that are taken by one at a time."""

    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    owner: str = ""
    came: set[str] = field(default_factory=set)
    """Who has asked for the turn."""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def wait_for_all(self) -> None:
        """Wait until everybody has asked for the turn."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.came) == MANY, timeout=30)

    def get(self, keys: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return the rows there are."""
        return {key: self.rows[key] for key in keys if key in self.rows}

    def note(self, key: str, row: Mapping[str, str]) -> None:
        """Put a row."""
        self.rows[key] = dict(row)

    def take(self, key: str, *, owner: str, seconds: float) -> bool:
        """Give the turn to the first."""
        assert key == "lock#token"
        assert seconds > 0
        with self.changed:
            self.came.add(owner)
            self.changed.notify_all()
            self.owner = self.owner or owner
            return self.owner == owner

    def give_back(self, key: str, *, owner: str) -> None:
        """End the turn."""
        assert key == "lock#token"
        with self.changed:
            if self.owner == owner:
                self.owner = ""


class Silent:
    """Writes nothing down."""

    def record(self, **_: object) -> None:
        """Do nothing."""


@dataclass
class Context:
    """An invocation's."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Leave as much as the function has."""
        return 30_000


class _Unhurried(SimulatorAdapter):
    """A Xero that gives no token before everybody has found that one is needed."""

    def __init__(self, simulator: XeroSimulator, turns: Turns) -> None:
        super().__init__(simulator)
        self._turns = turns

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        if request.path_url == "/connect/token":
            self._turns.wait_for_all()
        return super().send(request, *args, **more)


class Stand:
    """Secrets, a table and a Xero."""

    def __init__(self, kind: str) -> None:
        """Hold a credential, and tokens that have ended."""
        self.xero = XeroSimulator(SimulatorConfig(strict_refresh=True))
        config = self.xero.config
        app = {"client_id": config.client_id, "client_secret": config.client_secret}
        credential = {"kind": kind, **app}
        if kind == "oauth2":
            scopes = ("offline_access", *config.scopes)
            until = datetime.now(UTC) + timedelta(minutes=5)
            code = self.xero.identity.issue_code(Code(scopes, "https://a.example/", "", until))
            form = {"grant_type": "authorization_code", "code": code, **app}
            body = urlencode(form | {"redirect_uri": "https://a.example/"}).encode()
            answer = self.xero.handle(
                Request.build("POST", "https://identity.xero.com/connect/token", [], body)
            )
            credential["refresh_token"] = json.loads(answer.body)["refresh_token"]
        self.xero.log.clear()
        self.credential = Held("credential", json.dumps(credential))
        ended = {
            "access_token": "ended",
            "expires_at": "2026-01-01T00:00:00Z",
            "tenants": [{"tenant_id": self.xero.tenant_id}],
        }
        self.full, self.read = (Held(name, json.dumps(ended)) for name in ("full", "read"))
        self.turns = Turns()

    def copy(self) -> Refresher:
        """Return what a copy of the function has made when it started."""
        session = requests.Session()
        session.mount("https://", _Unhurried(self.xero, self.turns))
        tools: Any = {
            "credential_secret": self.credential,
            "token_secret": self.full,
            "read_token_secret": self.read,
            "rows": self.turns,
            "observer": Silent(),
        }
        login = Login(Http(api_url="https://api.xero.com", session=session), "https://i.xero.com")
        return Refresher(Tools(**tools, login=login), sleep=lambda _: time.sleep(0.01))

    def ask_at_once(self, event: Any, *, request_id: str = "") -> list[Any]:
        """Return what so many copies answer that are asked at the same moment."""
        ready = threading.Barrier(MANY)

        def ask(number: int) -> Any:
            copy = self.copy()
            ready.wait()
            try:
                return copy.handle(event, Context(request_id or str(number)))
            except UnavailableError as error:
                return error

        with ThreadPoolExecutor(MANY) as pool:
            return list(pool.map(ask, range(MANY)))

    def asked(self) -> int:
        """Return how often Xero was asked for a token."""
        return sum(one["path"] == "/connect/token" for one in self.xero.log)


@pytest.mark.promise("one-refresh")
@pytest.mark.parametrize(("kind", "calls"), [("custom_connection", 2), ("oauth2", 1)])
def test_fifty_at_once_ask_xero_for_one_token_and_all_have_it(kind: str, calls: int) -> None:
    stand = Stand(kind)
    answers = stand.ask_at_once({"refused": None})

    assert stand.asked() == calls
    assert [one["refreshed"] for one in answers].count(True) == 1
    assert {tuple(one["tenants"]) for one in answers} == {(stand.xero.tenant_id,)}
    assert stand.turns.owner == ""


@pytest.mark.promise("one-refresh")
def test_fifty_at_once_meet_an_outage_once() -> None:
    stand = Stand("oauth2")
    stand.xero.faults.add({"fault": "503", "times": MANY, "path": "/connect/token"})
    answers = stand.ask_at_once({"refused": None})

    # Whoever came while another was told has the same answer.
    assert stand.asked() == 1
    assert {str(one) for one in answers} == {str(answers[0])}


@pytest.mark.promise("one-refresh")
def test_one_request_that_lambda_runs_many_times_at_once_asks_xero_for_one_token() -> None:
    stand = Stand("oauth2")

    stand.ask_at_once({"refused": None}, request_id="the same")

    assert stand.asked() == 1
