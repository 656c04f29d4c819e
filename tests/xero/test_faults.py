# SPDX-License-Identifier: Apache-2.0
"""Faults: instead of the work or after it, for one request, for the next ones, by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.xero import Limits, SimulatorConfig, XeroSimulator
from local.xero.wire import Request
from tests.xero.conftest import Client, load

if TYPE_CHECKING:
    from tests.xero.conftest import Clock

FAULTS = {
    "429-minute": 429,
    "429-day": 429,
    "429-minute:3": 429,
    "500": 500,
    "503": 503,
    "expired-token": 401,
    "html-error": 502,
    "empty": 200,
}


@pytest.mark.promise("simulator-faults")
@pytest.mark.parametrize(("fault", "status"), FAULTS.items())
def test_a_fault_comes_instead_of_the_work(client: Client, fault: str, status: int) -> None:
    response = client.api(
        "PUT", "Contacts", {"Name": "Juniper"}, headers={"x-simulate-fault": fault}
    )
    assert response.status == status
    assert not client.read("Contacts", searchTerm="juniper")["Contacts"]
    if status == 429:
        assert response.headers["X-Rate-Limit-Problem"] == fault[4:].split(":", 1)[0]
        assert int(response.headers["Retry-After"]) == 3 or ":" not in fault


@pytest.mark.promise("simulator-faults")
@pytest.mark.parametrize(("fault", "done"), [("cut", False), ("cut-after", True)])
def test_a_connection_is_cut_before_or_after_the_work(
    client: Client, fault: str, *, done: bool
) -> None:
    response = client.api(
        "PUT", "Contacts", {"Name": "Juniper"}, headers={"x-simulate-fault": fault}
    )
    assert response.cut
    assert bool(client.read("Contacts", searchTerm="juniper")["Contacts"]) is done


@pytest.mark.promise("simulator-faults")
def test_a_planned_fault_meets_the_next_requests_that_match(client: Client) -> None:
    plan = {"fault": "503", "times": 2, "method": "get", "path": "/contacts"}
    assert client.send("POST", "/_simulator/faults", plan).status == 204
    assert client.api("GET", "Invoices").status == 200
    assert [client.api("GET", "Contacts").status for _ in range(3)] == [503, 503, 200]
    client.send("POST", "/_simulator/faults", {"fault": "cut", "times": 5})
    client.send("DELETE", "/_simulator/faults")
    assert not client.api("GET", "Contacts").cut


def test_planned_faults_come_by_chance_until_they_are_cleared(client: Client) -> None:
    plan = {"fault": "503", "chance": 0.25, "method": "GET", "path": "/contacts", "seed": 7}

    def met(count: int) -> list[bool]:
        return [client.simulator.faults.take(request).kind == "503" for _ in range(count)]

    request = Request.build("GET", "/api.xro/2.0/Contacts", [], b"")
    client.send("POST", "/_simulator/faults", plan)
    drawn = met(1000)
    assert 200 < sum(drawn) < 300
    assert load(client.send("GET", "/_simulator/faults")) == {"met": {"503": sum(drawn)}}
    client.send("DELETE", "/_simulator/faults")
    assert not any(met(100))
    client.send("POST", "/_simulator/faults", plan)
    assert met(1000) == drawn
    client.send("DELETE", "/_simulator/faults")
    client.send("POST", "/_simulator/faults", plan | {"seed": 8})
    assert met(1000) != drawn


def test_several_faults_may_be_planned_each_with_its_chance(client: Client) -> None:
    for plan in (
        {"fault": "cut", "chance": 0.5, "seed": 1},
        {"fault": "500", "chance": 1, "path": "/contacts"},
        {"fault": "503", "times": 1, "chance": 1},
    ):
        assert client.send("POST", "/_simulator/faults", plan).status == 204
    answers = [client.api("GET", "Contacts") for _ in range(20)]
    assert {(one.cut, one.status) for one in answers} == {(True, 200), (False, 500)}
    others = [client.api("GET", "Currencies") for _ in range(20)]
    assert [one.status for one in others if not one.cut].count(503) == 1


@pytest.mark.promise("simulator-faults")
def test_work_that_ended_in_a_500_is_done_and_stays_a_500_under_its_key(
    client: Client, clock: Clock
) -> None:
    sent: Any = ("PUT", "Contacts", {"Name": "Juniper"})
    key = {"Idempotency-Key": "order-1"}
    first = client.api(*sent, headers={**key, "x-simulate-fault": "500-after"})
    assert first.status == 500
    assert client.read("Contacts", searchTerm="juniper")["Contacts"]
    clock.forward(minutes=5, seconds=59)
    assert client.api(*sent, headers=key).status == 500
    clock.forward(seconds=1)
    assert client.messages(*sent)[0].startswith("The contact name Juniper is already assigned")


@pytest.mark.promise("simulator-faults")
@pytest.mark.parametrize("fault", ["503-after", "cut-after"])
def test_work_whose_answer_was_lost_is_answered_again_under_its_key(
    client: Client, fault: str
) -> None:
    sent: Any = ("PUT", "Contacts", {"Name": "Juniper"})
    key = {"Idempotency-Key": "order-1"}
    for _ in range(2):
        lost = client.api(*sent, headers={**key, "x-simulate-fault": fault})
        assert lost.cut or lost.status == 503
    again = client.write(*sent, headers=key)["Contacts"]
    found = client.read("Contacts", searchTerm="juniper")["Contacts"]
    assert [one["ContactID"] for one in found] == [again[0]["ContactID"]]


@pytest.mark.parametrize("fault", ["500", "503", "cut", "html-error", "empty", "429-minute"])
def test_a_fault_instead_of_the_work_is_kept_under_no_key(client: Client, fault: str) -> None:
    key = {"Idempotency-Key": "order-1"}
    client.api("PUT", "Contacts", {"Name": "A"}, headers={**key, "x-simulate-fault": fault})
    # Not even the key is taken: another request may have it.
    assert client.api("PUT", "Contacts", {"Name": "Juniper"}, headers=key).status == 200


def test_what_is_refused_before_the_work_is_not_answered_as_if_it_were_done(
    clock: Clock,
) -> None:
    client = Client(XeroSimulator(SimulatorConfig(limits=Limits(minute=1)), clock=clock))
    client.log_in()
    client.api("GET", "Currencies")
    late = client.api("GET", "Currencies", headers={"x-simulate-fault": "503-after"})
    assert late.status == 429


def test_a_planned_fault_reaches_the_token_endpoint(client: Client) -> None:
    client.send("POST", "/_simulator/faults", {"fault": "500", "path": "/connect/token"})
    assert client.form("/connect/token", {}).status == 500


@pytest.mark.parametrize("fault", ["earthquake", "slow", "slow:-1", "slow:inf", "cut:3", "slow:x"])
def test_a_fault_that_does_not_exist_is_refused(client: Client, fault: str) -> None:
    response = client.api("GET", "Contacts", headers={"x-simulate-fault": fault})
    assert response.status == 400
    assert client.send("POST", "/_simulator/faults", {"fault": fault}).status == 400
