# SPDX-License-Identifier: Apache-2.0
"""The server, the adapter for `requests`, the command and the configuration file."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
import requests

from local.xero import Limits, SimulatorConfig, XeroSimulator
from local.xero.adapter import SimulatorAdapter
from local.xero.server import XeroServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORIGIN = "https://api.xero.com"
HEALTH = "/_simulator/health"
LINE = {"Description": "Desk", "Quantity": 1, "UnitAmount": 10, "AccountCode": "200"}


@pytest.fixture
def server() -> Iterator[XeroServer]:
    with XeroServer(XeroSimulator()) as started:
        yield started


@pytest.fixture
def session(simulator: XeroSimulator) -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.mount(ORIGIN, SimulatorAdapter(simulator))
        yield made


def log_in(session: requests.Session, origin: str) -> None:
    config = SimulatorConfig()
    answer = session.post(
        origin + "/connect/token",
        data={"grant_type": "client_credentials"},
        auth=(config.client_id, config.client_secret),
        timeout=5,
    )
    session.headers["Authorization"] = "Bearer " + answer.json()["access_token"]


def test_the_server_keeps_a_connection_for_several_requests(server: XeroServer) -> None:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=5)
    for _ in range(3):
        connection.request("GET", HEALTH)
        assert json.load(connection.getresponse()) == {"status": "ok"}
    connection.close()


def test_a_304_has_no_body_and_the_connection_goes_on() -> None:
    simulator = XeroSimulator(SimulatorConfig(not_modified=True))
    with XeroServer(simulator) as started, requests.Session() as session:
        log_in(session, started.url)
        headers = {"If-Modified-Since": "2200-01-01T00:00:00"}
        for _ in range(2):
            url = started.url + "/api.xro/2.0/Payments"
            answer = session.get(url, headers=headers, timeout=5)
            assert (answer.status_code, answer.content) == (304, b"")
            assert "Content-Length" not in answer.headers


def test_the_server_reads_chunked_bodies(server: XeroServer) -> None:
    with requests.Session() as session:
        log_in(session, server.url)
        answer = session.put(
            server.url + "/api.xro/2.0/Contacts",
            data=iter([b'{"Name":', b' "Juniper"}']),
            timeout=5,
        )
    assert answer.json()["Contacts"][0]["Name"] == "Juniper"


@pytest.mark.parametrize(
    "header",
    [b"Content-Length: many", b"Content-Length: -1", b"Content-Length: 99999999999"],
)
def test_the_server_refuses_a_length_it_cannot_use(server: XeroServer, header: bytes) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 400 ")


def test_the_server_cuts_and_delays_for_real(server: XeroServer) -> None:
    with requests.Session() as session:
        log_in(session, server.url)
        url = server.url + "/api.xro/2.0/Organisation"
        with pytest.raises(requests.ConnectionError):
            session.get(url, headers={"x-simulate-fault": "cut"}, timeout=5)
        with pytest.raises(requests.ReadTimeout):
            session.get(url, headers={"x-simulate-fault": "slow:60"}, timeout=0.05)
        assert session.get(url, timeout=5).status_code == 200


def test_the_server_answers_head_without_a_body(server: XeroServer) -> None:
    answer = requests.head(server.url + "/nothing", timeout=5)
    assert (answer.status_code, answer.content) == (404, b"")


def test_calls_hold_their_places_on_the_wire() -> None:
    with XeroServer(XeroSimulator()) as started, requests.Session() as session:
        log_in(session, started.url)
        host, port = started.url.removeprefix("http://").split(":")
        usage = started.url + "/_simulator/usage"
        with ExitStack() as waiting:
            for _ in range(5):
                connection = socket.create_connection((host, int(port)), timeout=5)
                waiting.enter_context(connection)
                lines = [
                    "GET /api.xro/2.0/Currencies HTTP/1.1",
                    f"Host: {host}",
                    f"Authorization: {session.headers['Authorization']!s}",
                    "x-simulate-fault: slow:600",
                ]
                connection.sendall("\r\n".join([*lines, "", ""]).encode())
            deadline = time.monotonic() + 10
            while _most_at_once(session, usage) < 5:
                assert time.monotonic() < deadline
            late = session.get(started.url + "/api.xro/2.0/Currencies", timeout=5)
            assert (late.status_code, late.headers["x-rate-limit-problem"]) == (429, "concurrent")
            assert _most_at_once(session, usage) == 6


def _most_at_once(session: requests.Session, url: str) -> int:
    (counts,) = session.get(url, timeout=5).json().values()
    return int(counts["most_at_once"])


@pytest.mark.parametrize("fault", ["", "cut-after", "503-after"])
def test_the_same_key_many_times_at_the_same_moment_writes_once(fault: str) -> None:
    config = SimulatorConfig(limits=Limits(concurrent=50))
    with XeroServer(XeroSimulator(config)) as started, requests.Session() as session:
        log_in(session, started.url)
        together = threading.Barrier(8)
        headers = {
            "Authorization": str(session.headers["Authorization"]),
            "Idempotency-Key": "order-1",
        }
        if fault:
            plan = {"fault": fault, "times": 3}
            session.post(started.url + "/_simulator/faults", json=plan, timeout=5)

        def put(_: int) -> str | None:
            together.wait(10)
            try:
                answer = requests.put(
                    started.url + "/api.xro/2.0/Invoices",
                    json={"Type": "ACCREC", "Contact": {"Name": "Juniper"}, "LineItems": [LINE]},
                    headers=headers,
                    timeout=5,
                )
            except requests.ConnectionError:
                return None
            return str(answer.json()["Invoices"][0]["InvoiceID"]) if answer.ok else None

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(put, range(8)))
        assert answers.count(None) == (3 if fault else 0)
        found = session.get(
            started.url + "/api.xro/2.0/Invoices",
            params={"where": 'Contact.Name=="Juniper"'},
            timeout=5,
        ).json()["Invoices"]
        assert {one["InvoiceID"] for one in found} == set(answers) - {None}
        assert len(found) == 1


def test_the_adapter_answers_in_process(session: requests.Session) -> None:
    log_in(session, ORIGIN)
    url = ORIGIN + "/api.xro/2.0/Contacts"
    made = session.put(url, json={"Name": "Juniper"}, timeout=5)
    assert made.headers["x-minlimit-remaining"] == "59"
    found = session.get(url, params={"where": 'Name=="Juniper"'}, timeout=5)
    assert found.json()["Contacts"][0]["ContactID"] == made.json()["Contacts"][0]["ContactID"]


def test_the_adapter_raises_what_requests_would(session: requests.Session) -> None:
    log_in(session, ORIGIN)
    url = ORIGIN + "/api.xro/2.0/Organisation"
    with pytest.raises(requests.ConnectionError):
        session.get(url, headers={"x-simulate-fault": "cut"}, timeout=5)
    for timeout in (5, (1, 5)):
        with pytest.raises(requests.ReadTimeout):
            session.get(url, headers={"x-simulate-fault": "slow:6"}, timeout=timeout)
    assert session.get(url, headers={"x-simulate-fault": "slow:6"}, timeout=7).ok


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_until_it_is_told_to_stop(tmp_path: Path, number: int) -> None:
    file = tmp_path / "xero.json"
    file.write_text(json.dumps({"client_id": "app", "client_secret": "s", "organisations": 2}))
    command = [sys.executable, "-m", "local.xero", "--port", "0", "--config", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        word, url = process.stdout.readline().split()
        assert word == "ready"
        with requests.Session() as session:
            state = session.get(url + "/_simulator/state", timeout=5).json()
            assert len(state["tenants"]) == 2
            process.send_signal(number)
            assert process.wait(10) == 0


def test_a_configuration_file_sets_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "xero.json"
    file.write_text(
        json.dumps({"scopes": "accounting.contacts", "limits": {"minute": 5}, "webhook_url": None})
    )
    config = SimulatorConfig.load(file)
    assert config.scopes == ("accounting.contacts",)
    assert config.limits == Limits(minute=5)
    assert config.webhook_url == ""
    assert config.client_id == SimulatorConfig().client_id


@pytest.mark.parametrize("text", ["[]", '{"colour": "blue"}', "{"])
def test_a_configuration_file_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "xero.json"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"JSON object|unknown settings|Expecting"):
        SimulatorConfig.load(file)
