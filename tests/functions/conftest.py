# SPDX-License-Identifier: Apache-2.0
"""A stack for each test, and after it a look at everything that was logged."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import boto3
import pytest
import requests
from moto import mock_aws
from moto.events.utils import EventTemplateParser
from xero_connection.aws import Aws
from xero_connection.backlog import Replay
from xero_connection.budgets import Budgets
from xero_connection.bus import Bus
from xero_connection.connection import Connection
from xero_connection.jobs import Jobs
from xero_connection.observe import FIELDS
from xero_connection.once import Once
from xero_connection.receiver import Receiver
from xero_connection.recorder import Recorder
from xero_connection.refresh import Refresher
from xero_connection.rows import Rows
from xero_connection.sweeper import Sweeper
from xero_connection.table import Table

from local.derived.samples import SAMPLE_KEY
from local.xero import SimulatorConfig, XeroSimulator
from tests.functions.stack import SESSION, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

# Powertools' own, and what it makes of LOG_LEVEL and the rest.
OF_POWERTOOLS: Final = {"level", "message", "timestamp", "service", "xray_trace_id"}
OF_METRICS: Final = {
    "_aws", "service", "function", "operation", "outcome", "Handled", "problem", "Problems",
}  # fmt: skip


@dataclass
class Output:
    """What the functions have written so far."""

    capsys: pytest.CaptureFixture[str]
    text: str = ""

    def lines(self) -> list[dict[str, Any]]:
        """Return the log lines, each of which is a JSON object, without those of the metrics."""
        return [line for line in self.all_lines() if "_aws" not in line]

    def all_lines(self) -> list[dict[str, Any]]:
        """Return the log lines and the metrics."""
        self.text += self.capsys.readouterr().out
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str]) -> Output:
    return Output(capsys)


@pytest.fixture
def config() -> SimulatorConfig:
    return SimulatorConfig()


@pytest.fixture
def empty_stack(
    config: SimulatorConfig,
    monkeypatch: pytest.MonkeyPatch,
    output: Output,
) -> Iterator[Stack]:
    """A stack just deployed: its secrets hold nothing."""
    slept: list[float] = []
    waited: list[float] = []
    # moto takes longer over a thousand events than the bus has; see the tests that move this.
    defaults = {
        (Connection, "sleep"): slept.append,
        (Bus, "sleep"): slept.append,
        (Bus, "clock"): lambda: 0.0,
        (Table, "clock"): lambda: 0.0,
        (Replay, "clock"): lambda: 0.0,
        (Receiver, "clock"): lambda: 0.0,
        (Recorder, "sleep"): slept.append,
        (Sweeper, "sleep"): slept.append,
        (Rows, "sleep"): slept.append,
        (Budgets, "sleep"): waited.append,
        (Budgets, "now"): lambda: time.time() + sum(waited) + sum(slept),
        (Jobs, "sleep"): slept.append,
        (Once, "sleep"): slept.append,
        (Refresher, "sleep"): slept.append,
        (Refresher, "clock"): lambda: sum(slept),
    }
    for (kind, name), value in defaults.items():
        monkeypatch.setitem(kind.__init__.__kwdefaults__, name, value)  # type: ignore[misc]
    # What moto does without an input transformer comes to the same, slower, with one more package.
    monkeypatch.setattr(EventTemplateParser, "parse", staticmethod(_whole_event))
    with mock_aws():
        stack = Stack(XeroSimulator(config), slept, waited)
        monkeypatch.setattr(boto3, "Session", lambda: SESSION)
        session = stack.session()
        monkeypatch.setattr(requests, "Session", lambda: session)
        monkeypatch.setattr(Aws, "client", lambda _, service, *__: stack.client(service))
        monkeypatch.setattr(Aws, "hurried", lambda _, service, **__: stack.client(service))
        yield stack
    check_output(stack, output)


@pytest.fixture
def stack(empty_stack: Stack) -> Stack:
    """A stack that is connected to the simulated Xero."""
    empty_stack.connect()
    return empty_stack


def check_output(stack: Stack, output: Output) -> None:
    """Hold a test's whole output to the promise: listed fields only, nothing sensitive."""
    for line in output.all_lines():
        allowed = OF_METRICS if "_aws" in line else OF_POWERTOOLS | FIELDS
        assert line.keys() <= allowed, line.keys() - allowed
    books = stack.xero.books.values()
    contacts = [one for book in books for one in book.contacts.values()]
    invoices = [one for book in books for one in book.invoices.values()]
    lines = [line for invoice in invoices for line in invoice["LineItems"]]
    private = {
        SAMPLE_KEY,
        stack.xero.config.client_secret,
        *stack.xero.identity._access,  # noqa: SLF001 - the tokens it has given
        *(contact[name] for contact in contacts for name in ("Name", "EmailAddress")),
        *(line.get("Description") for line in lines),
    }
    assert [word for word in private if word and word in output.text] == []


def _whole_event(
    input_template: str | None,  # noqa: ARG001 - moto's names
    input_paths_map: dict[str, Any],  # noqa: ARG001
    event: dict[str, Any],
) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name != "ingestion-time"}
