# SPDX-License-Identifier: Apache-2.0
"""Limits, what calls came to, idempotency keys, the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.xero import Limits, SimulatorConfig, XeroSimulator
from local.xero.wire import Request
from tests.xero.conftest import Client, load

if TYPE_CHECKING:
    from tests.xero.conftest import Clock


def limited(clock: Clock, **limits: int) -> Client:
    client = Client(XeroSimulator(SimulatorConfig(limits=Limits(**limits)), clock=clock))
    client.log_in()
    return client


@pytest.mark.parametrize(
    ("limits", "problem", "longest"),
    [
        ({"minute": 3}, "minute", 60),
        ({"day": 3}, "day", 86_400),
        ({"app_minute": 3}, "appminute", 60),
    ],
)
def test_a_spent_window_is_a_429_until_it_starts_anew(
    clock: Clock, limits: dict[str, int], problem: str, longest: int
) -> None:
    client = limited(clock, **limits)
    for _ in range(3):
        assert client.api("GET", "Currencies").status == 200
    refused = client.api("GET", "Currencies")
    assert refused.status == 429
    assert refused.headers["X-Rate-Limit-Problem"] == problem
    wait = int(refused.headers["Retry-After"])
    assert 0 < wait <= longest
    clock.forward(seconds=wait)
    client.log_in()
    assert client.api("GET", "Currencies").status == 200


def test_every_answer_tells_what_is_left(clock: Clock) -> None:
    client = limited(clock)
    for left in (59, 58):
        headers = client.api("GET", "Nothing").headers
        assert headers["X-MinLimit-Remaining"] == str(left)
        assert headers["X-DayLimit-Remaining"] == str(4940 + left)
        assert headers["X-AppMinLimit-Remaining"] == str(9940 + left)
        assert headers["xero-correlation-id"]


def test_more_than_five_at_once_are_refused_without_a_time_to_wait(clock: Clock) -> None:
    client = limited(clock)
    slow = {"x-simulate-fault": "slow:2"}
    for _ in range(5):
        assert client.api("GET", "Currencies", headers=slow).delay == 2.0
    refused = client.api("GET", "Currencies")
    assert (refused.status, refused.headers["X-Rate-Limit-Problem"]) == (429, "concurrent")
    assert "Retry-After" not in refused.headers
    clock.forward(seconds=2)
    assert client.api("GET", "Currencies").status == 200


def test_an_organisations_windows_are_its_own(clock: Clock) -> None:
    simulator = XeroSimulator(
        SimulatorConfig(organisations=2, limits=Limits(minute=1), latency=0.1), clock=clock
    )
    first, second = simulator.books
    assert simulator.limiter.admit(first, clock.now) is None
    assert simulator.limiter.admit(first, clock.now) is not None
    assert simulator.limiter.admit(second, clock.now) is None


def test_a_call_holds_its_place_until_its_answer_has_left(clock: Clock) -> None:
    client = limited(clock, concurrent=2)
    simulator = client.simulator
    request = Request.build(
        "GET", "/api.xro/2.0/Currencies", [("Authorization", f"Bearer {client.token}")], b""
    )
    with simulator.answering(request) as first, simulator.answering(request) as second:
        clock.forward(seconds=59)
        with simulator.answering(request) as third:
            assert (first.status, second.status, third.status) == (200, 200, 429)
            assert third.headers["X-Rate-Limit-Problem"] == "concurrent"
        assert client.api("GET", "Currencies").status == 429
    assert client.api("GET", "Currencies").status == 200
    (usage,) = load(client.send("GET", "/_simulator/usage")).values()
    assert (usage["calls"], usage["refused"]["concurrent"], usage["most_at_once"]) == (3, 2, 3)


def test_usage_tells_how_close_together_calls_were(clock: Clock) -> None:
    client = limited(clock, minute=4)
    tenant_id = client.simulator.tenant_id
    resets_in = load(client.send("POST", "/_simulator/limits", {}))["minute_resets_in"]
    clock.forward(seconds=resets_in - 1)
    for _ in range(3):
        client.api("GET", "Currencies")
    clock.forward(seconds=1)
    for _ in range(6):
        client.api("GET", "Currencies")
    usage = load(client.send("GET", "/_simulator/usage"))[tenant_id]
    assert usage == {
        "calls": 7,
        "refused": {"minute": 2, "day": 0, "concurrent": 0, "appminute": 0},
        "most_in_a_minute": 4,
        "most_in_sixty_seconds": 7,
        "most_at_once": 1,
    }
    assert client.send("DELETE", "/_simulator/usage").status == 204
    started = load(client.send("GET", "/_simulator/usage"))[tenant_id]
    assert started["calls"] == started["most_at_once"] == started["refused"]["minute"] == 0
    clock.forward(seconds=60)
    client.api("GET", "Currencies")
    started = load(client.send("GET", "/_simulator/usage"))[tenant_id]
    assert (started["calls"], started["most_in_sixty_seconds"]) == (1, 1)


def test_counts_that_start_anew_begin_with_the_calls_under_way(clock: Clock) -> None:
    client = limited(clock)
    tenant_id = client.simulator.tenant_id
    for seconds in (1, 5):
        client.api("GET", "Currencies", headers={"x-simulate-fault": f"slow:{seconds}"})
    clock.forward(seconds=2)
    client.send("DELETE", "/_simulator/usage")
    assert load(client.send("GET", "/_simulator/usage"))[tenant_id]["most_at_once"] == 1


def test_a_nearly_spent_day_is_there_without_thousands_of_calls(clock: Clock) -> None:
    simulator = XeroSimulator(SimulatorConfig(organisations=2), clock=clock)
    first, second = simulator.books
    wish = {"tenant_id": first, "minute_used": 55, "day_used": 4999}
    client = Client(simulator)
    client.log_in()
    said = load(client.send("POST", "/_simulator/limits", wish))
    assert (said["minute_used"], said["day_used"], said["appminute_used"]) == (55, 4999, 0)
    headers = client.api("GET", "Currencies").headers
    assert (headers["X-MinLimit-Remaining"], headers["X-DayLimit-Remaining"]) == ("4", "0")
    refused = client.api("GET", "Currencies")
    assert refused.headers["X-Rate-Limit-Problem"] == "day"
    assert int(refused.headers["Retry-After"]) == said["day_resets_in"]
    assert simulator.limiter.admit(second, clock.now) is None
    clock.forward(seconds=said["day_resets_in"])
    client.log_in()
    assert client.api("GET", "Currencies").headers["X-DayLimit-Remaining"] == "4999"


def test_a_repeated_key_is_answered_with_the_first_answer(client: Client, clock: Clock) -> None:
    headers = {"Idempotency-Key": "order-1"}
    first = client.api("PUT", "Contacts", {"Name": "Juniper"}, headers=headers)
    clock.forward(minutes=5, seconds=59)
    again = client.api("PUT", "Contacts", {"Name": "Juniper"}, headers=headers)
    assert (again.status, again.body) == (200, first.body)
    assert again.headers["X-MinLimit-Remaining"] == "59"
    clock.forward(seconds=1)
    late = client.api("PUT", "Contacts", {"Name": "Juniper"}, headers=headers)
    assert late.status == 400


def test_errors_are_kept_under_their_key_too(client: Client) -> None:
    headers = {"Idempotency-Key": "order-1"}
    refused = client.api("PUT", "Contacts", {"Name": "Larkspur Interiors"}, headers=headers)
    found = client.read("Contacts", searchTerm="larkspur")["Contacts"][0]["ContactID"]
    client.write("POST", f"Contacts/{found}", {"Name": "Renamed"})
    again = client.api("PUT", "Contacts", {"Name": "Larkspur Interiors"}, headers=headers)
    assert (again.status, again.body) == (400, refused.body)


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [("PUT", "Contacts", "Other"), ("POST", "Contacts", "Juniper"), ("PUT", "Invoices", "Juniper")],
)
def test_a_key_of_another_request_is_refused(
    client: Client, method: str, path: str, name: str
) -> None:
    headers = {"Idempotency-Key": "order-1"}
    client.api("PUT", "Contacts", {"Name": "Juniper"}, headers=headers)
    refused = client.api(method, path, {"Name": name}, headers=headers)
    assert refused.status == 400
    assert "is used with a different request" in load(refused)["Message"]
    same = client.api("PUT", "Contacts", {"Name": "Juniper"}, headers=headers)
    assert same.status == 200


def test_a_key_has_at_most_128_characters_and_means_nothing_on_reads(client: Client) -> None:
    headers = {"Idempotency-Key": "k" * 129}
    assert client.api("PUT", "Contacts", {"Name": "Juniper"}, headers=headers).status == 400
    assert client.api("GET", "Contacts", headers=headers).status == 200


def test_what_was_asked_is_logged_and_a_reset_brings_the_first_books_back(client: Client) -> None:
    before = client.send("GET", "/_simulator/state").body
    headers = {"Idempotency-Key": "order-1", "xero-tenant-id": client.simulator.tenant_id}
    client.api("PUT", "Contacts?summarizeErrors=true", {"Name": "Juniper"}, headers=headers)
    assert client.send("GET", "/_simulator/state").body != before
    entries = load(client.send("GET", "/_simulator/requests"))["requests"]
    assert entries[-1] == {
        "at": "2026-11-22T01:15:39.902000+00:00",
        "method": "PUT",
        "path": "/api.xro/2.0/Contacts",
        "query": {"summarizeErrors": ["true"]},
        "status": 200,
        "idempotency_key": "order-1",
        "tenant": client.simulator.tenant_id,
        "fault": None,
    }
    assert client.send("POST", "/_simulator/reset").status == 204
    assert client.send("GET", "/_simulator/state").body == before
    assert client.api("GET", "Organisation").status == 200


def test_tokens_can_be_made_to_expire(client: Client) -> None:
    assert load(client.send("POST", "/_simulator/expire-tokens")) == {"expired": 1}
    refused = client.api("GET", "Organisation")
    assert refused.status == 401
    assert load(refused)["Detail"].startswith("TokenExpired")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "health", None, 200),
        ("GET", "nothing", None, 404),
        ("DELETE", "webhook", None, 404),
        ("POST", "faults", b"{", 400),
        ("POST", "faults", b"[]", 400),
        ("POST", "faults", {"fault": "cut", "times": 0}, 400),
        ("POST", "faults", {"fault": "cut", "chance": 0}, 400),
        ("POST", "faults", {"fault": "cut", "chance": 1.5}, 400),
        ("POST", "faults", {"fault": "cut", "chance": "often"}, 400),
        ("POST", "limits", {"minute_used": -1}, 400),
        ("POST", "limits", {"day_used": 1.5}, 400),
        ("POST", "limits", {"tenant_id": "nobody"}, 400),
    ],
)
def test_an_own_route_answers(
    client: Client, method: str, path: str, body: object, status: int
) -> None:
    assert client.send(method, f"/_simulator/{path}", body).status == status
