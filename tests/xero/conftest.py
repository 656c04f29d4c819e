# SPDX-License-Identifier: Apache-2.0
"""A simulated Xero with a clock that tests move, and a client that is logged in to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from local.xero import SimulatorConfig, XeroSimulator
from local.xero.wire import Request
from tests.xero.sdk import sdk

if TYPE_CHECKING:
    from local.xero.wire import Document, Response

__all__ = ["sdk"]


READ_ONLY = (
    "Prepayments",
    "Overpayments",
)
SEEDED = (
    *READ_ONLY,
    *("CreditNotes", "BankTransactions", "BankTransfers", "ManualJournals", "Payments"),
    *("PurchaseOrders", "Quotes"),
)
"""Kinds that a test finds some of and makes more of past Xero's rules."""


class Clock:
    """A time that moves only when told to."""

    def __init__(self) -> None:
        """Start in the middle of a second."""
        self.now = datetime(2026, 11, 22, 1, 15, 39, 902_000, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def forward(self, **amount: float) -> None:
        """Move on by so many seconds, minutes, hours or days."""
        self.now += timedelta(**amount)


@dataclass
class Client:
    """Sends requests to a simulator as one logged-in app."""

    simulator: XeroSimulator
    token: str = field(default="", repr=False)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Response:
        """Send a request; a body that is not bytes travels as JSON."""
        target = path + ("?" + urlencode(query) if query else "")
        sent = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b""
        return self.simulator.handle(
            Request.build(method, target, (sent | (headers or {})).items(), raw)
        )

    def api(self, method: str, path: str, body: Any = None, **options: Any) -> Response:
        """Send a request to the accounting API."""
        return self.send(method, "/api.xro/2.0/" + path, body, **options)

    def read(self, path: str, **query: Any) -> Document:
        """Read from the accounting API."""
        response = self.api("GET", path, query=query)
        assert response.status == 200, response.body
        return load(response)

    def write(self, method: str, path: str, body: Any, **options: Any) -> Document:
        """Write to the accounting API."""
        response = self.api(method, path, body, **options)
        assert response.status == 200, response.body
        return load(response)

    def messages(self, method: str, path: str, body: Any) -> list[str]:
        """Write what is refused, and return the reasons."""
        response = self.api(method, path, body)
        assert response.status == 400, response.body
        return [
            error["Message"]
            for element in load(response)["Elements"]
            for error in element["ValidationErrors"]
        ]

    def form(self, path: str, fields: dict[str, str], **headers: str) -> Response:
        """Post a form, without a token."""
        return self.simulator.handle(
            Request.build("POST", path, headers.items(), urlencode(fields).encode())
        )

    def log_in(self, **fields: str) -> Document:
        """Take a token by client credentials and use it from now on."""
        config = self.simulator.config
        response = self.form(
            "/connect/token",
            {
                "grant_type": "client_credentials",
                "client_id": config.client_id,
                "client_secret": config.client_secret,
                **fields,
            },
        )
        assert response.status == 200, response.body
        answer = load(response)
        self.token = answer["access_token"]
        return answer


def load(response: Response) -> Document:
    document: Document = json.loads(response.body)
    return document


def invoice(**fields: Any) -> Document:
    """A sales invoice that may be approved."""
    return {
        "Type": "ACCREC",
        "Contact": {"Name": "Larkspur Interiors"},
        "Date": "2026-11-20",
        "DueDate": "2026-12-04",
        "LineItems": [
            {"Description": "Desk", "Quantity": 2, "UnitAmount": 120.5, "AccountCode": "200"}
        ],
        **fields,
    }


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def config() -> SimulatorConfig:
    return SimulatorConfig()


@pytest.fixture
def simulator(config: SimulatorConfig, clock: Clock) -> XeroSimulator:
    return XeroSimulator(config, clock=clock)


@pytest.fixture
def client(simulator: XeroSimulator) -> Client:
    made = Client(simulator)
    made.log_in()
    return made
