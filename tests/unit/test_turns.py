# SPDX-License-Identifier: Apache-2.0
"""A batch of findings: what is asked of Xero how often, what waits, and what is said to be gone."""

import json
from typing import Any

import pytest
from xero_connection.client import Request, Response
from xero_connection.errors import UnavailableError
from xero_connection.findings import swept_texts
from xero_connection.limits import Row
from xero_connection.resources import RESOURCES, Resource

from tests.unit.books import (
    START,
    TENANT,
    FixedSecret,
    Message,
    Office,
    no_answer,
    table_down,
    told_text,
    uuid_of,
)
from tests.unit.ledger import Limits

INVOICES = RESOURCES["invoices"]
CONTACTS = RESOURCES["contacts"]
QUOTES = RESOURCES["quotes"]
ITEMS = RESOURCES["items"]
EARLIER = "2026-11-22T01:00:00Z"


def iso_record(resource: Resource, name: str, **fields: Any) -> dict[str, Any]:
    """Return a record as a sweep has read it."""
    return {
        resource.id_field: str(uuid_of(name)),
        "UpdatedDateUTC": "2026-11-22T01:15:39Z",
        **fields,
    }


def swept(office: Office, resource: Resource, *records: dict[str, Any], until: str = "") -> None:
    texts = swept_texts(TENANT, resource, records, baseline_until=until)
    office.queue += map(Message, texts)


def answering(status: int, document: Any, *paths: str) -> Any:
    """Return an answer for calls whose path has one of these parts, and for all without any."""
    body = json.dumps(document).encode()
    answer = Response(status=status, headers={}, body=body)

    def before(request: Request) -> Response | None:
        return answer if not paths or any(one in request.path for one in paths) else None

    return before


# Calls


@pytest.mark.promise("few-calls")
def test_a_thousand_events_about_a_thousand_invoices_are_twenty_calls() -> None:
    office = Office()
    for number in range(1000):
        office.xero.put(INVOICES, f"i{number}", Type="ACCREC")
        office.tell(INVOICES, f"i{number}")
    for start in (500, 0):
        office.work_off(office.queue[start : start + 500])

    assert len(office.xero.requests) == 20
    assert {len(one.query["IDs"].split(",")) for one in office.xero.requests} == {50}
    assert {one.query["page"] for one in office.xero.requests} == {"1"}
    assert office.names == ["invoices/invoice_updated"] * 1000
    assert office.queue == []


@pytest.mark.promise("few-calls")
def test_a_thousand_events_about_ten_invoices_are_one_call() -> None:
    office = Office()
    for number in range(1000):
        office.xero.put(INVOICES, f"i{number % 10}", Type="ACCREC")
        office.tell(INVOICES, f"i{number % 10}")
    office.work_off()

    assert len(office.xero.requests) == 1
    assert len(office.bus) == 10


@pytest.mark.promise("few-calls")
def test_what_a_sweep_brought_is_not_asked_for() -> None:
    office = Office()
    swept(office, INVOICES, *(iso_record(INVOICES, f"i{number}") for number in range(300)))
    office.work_off()

    assert office.xero.requests == []
    assert len(office.bus) == 300
    assert {one["found_by"] for one in office.details} == {"sweep"}


@pytest.mark.parametrize(
    ("name", "calls"),
    [("contacts", 1), ("credit_notes", 3), ("payments", 3), ("items", 3), ("accounts", 3)],
)
@pytest.mark.promise("few-calls")
def test_where_ids_are_asked_for_in_a_filter_twenty_go_together(name: str, calls: int) -> None:
    office, resource = Office(), RESOURCES[name]
    for number in range(50):
        office.xero.put(resource, f"r{number}")
        office.tell(resource, f"r{number}")
    office.work_off()

    assert len(office.xero.requests) == calls
    assert len(office.bus) == 50
    assert ("page" in office.xero.requests[0].query) is (resource.page_size is not None)


@pytest.mark.parametrize("name", ["purchase_orders", "quotes"])
def test_where_a_list_takes_no_ids_each_record_is_got_by_itself(name: str) -> None:
    office, resource = Office(), RESOURCES[name]
    for number in range(3):
        office.xero.put(resource, f"r{number}")
        office.tell(resource, f"r{number}")
    office.work_off()

    assert [one.path for one in office.xero.requests] == [
        f"/{resource.collection}/{uuid_of(f'r{number}')}" for number in range(3)
    ]
    assert len(office.bus) == 3


def test_each_organisation_and_kind_is_asked_for_by_itself() -> None:
    office = Office()
    for resource in (INVOICES, CONTACTS):
        office.xero.put(resource, "r")
        office.tell(resource, "r")
    other = json.loads(told_text(INVOICES, "r"))
    other["detail"]["tenant_id"] = "another"
    office.queue.append(Message(json.dumps(other)))
    office.work_off()

    assert [one.path for one in office.xero.requests] == ["/Invoices", "/Contacts", "/Invoices"]
    assert office.xero.tenants == [TENANT, TENANT, "another"]
    assert len({one["event_id"] for one in office.details}) == 3


# Which state counts


@pytest.mark.promise("records")
def test_what_a_webhook_told_of_too_is_asked_for_since_it_may_be_newer() -> None:
    office = Office()
    swept(office, INVOICES, iso_record(INVOICES, "a", Total=1))
    office.clock.sleep(1)
    office.xero.put(INVOICES, "a", Total=2)
    office.tell(INVOICES, "a", "CREATE")
    office.work_off()

    assert [one["record"]["Total"] for one in office.details] == [2]
    assert [one["found_by"] for one in office.details] == ["webhook"]
    assert office.names == ["invoices/invoice_created"]
    assert office.queue == []


@pytest.mark.parametrize("newest_last", [False, True])
@pytest.mark.promise("sweep")
def test_of_two_states_that_sweeps_brought_xero_is_asked_which_is_the_newer(
    newest_last: bool,
) -> None:
    office = Office()
    states = [iso_record(INVOICES, "a", UpdatedDateUTC=EARLIER), iso_record(INVOICES, "a")]
    office.xero.put(INVOICES, "a")
    for state in states if newest_last else states[::-1]:
        swept(office, INVOICES, state)
    office.work_off()

    assert [one["occurred_at"] for one in office.details] == ["2026-11-22T01:15:39Z"]
    assert len(office.xero.requests) == 1
    assert office.queue == []


@pytest.mark.promise("sweep")
def test_the_same_state_found_twice_is_published_once_without_a_call() -> None:
    office = Office()
    for _ in range(2):
        swept(office, INVOICES, iso_record(INVOICES, "a"))
    office.work_off()

    assert len(office.bus) == 1
    assert office.xero.requests == []


@pytest.mark.promise("sweep")
def test_a_record_that_a_sweep_names_by_its_id_is_asked_for() -> None:
    office = Office()
    large = office.xero.put(INVOICES, "a", Type="ACCPAY", Reference="x" * 1_000_000)
    swept(office, INVOICES, {**iso_record(INVOICES, "a"), "Reference": large["Reference"]})
    assert len(office.queue[0].text) < 500
    office.work_off()

    assert office.names == ["invoices/invoice_created", "invoices/bill_created"]
    assert [one["record_omitted"] for one in office.details] == [True, True]
    assert not [one for one in office.details if "record" in one]


@pytest.mark.promise("baseline")
def test_a_record_too_large_for_a_message_is_not_published_for_the_baseline_either() -> None:
    office = Office()
    office.xero.put(INVOICES, "a", Reference="x" * 1_000_000)
    record = {**iso_record(INVOICES, "a"), "Reference": "x" * 1_000_000}
    swept(office, INVOICES, record, until="2026-11-22T01:15:39Z")
    office.work_off()

    assert office.bus == []
    assert len(office.rows.rows) == 1


@pytest.mark.promise("baseline")
def test_what_a_later_sweep_found_too_is_published() -> None:
    office = Office()
    office.xero.put(INVOICES, "a")
    swept(office, INVOICES, iso_record(INVOICES, "a", UpdatedDateUTC=EARLIER), until=EARLIER)
    swept(office, INVOICES, iso_record(INVOICES, "a"))
    office.work_off()

    assert len(office.bus) == 1


# What Xero does not give


@pytest.mark.promise("out-of-reach")
def test_what_a_list_leaves_out_is_looked_for_by_itself_only_at_the_third_receive() -> None:
    office = Office()
    office.xero.put(INVOICES, "there")
    office.tell(INVOICES, "gone")
    office.tell(INVOICES, "there")
    for _ in range(2):
        office.work_off()
        assert [one.text for one in office.queue] == [told_text(INVOICES, "gone")]
    assert {one.path for one in office.xero.requests} == {"/Invoices"}
    assert office.names == ["invoices/invoice_updated"]

    office.work_off()
    assert office.xero.requests[-1].path == f"/Invoices/{uuid_of('gone')}"
    assert office.names[1:] == ["invoices/invoice_unavailable"]
    assert office.details[-1] | {"event_id": ""} == {
        "event_id": "",
        "tenant_id": TENANT,
        "tenant_type": "ORGANISATION",
        "resource": "invoices",
        "resource_id": str(uuid_of("gone")),
        "resource_url": f"https://api.xero.com/api.xro/2.0/Invoices/{uuid_of('gone')}",
        "event_category": "INVOICE",
        "event_type": "UPDATE",
        "occurred_at": "2026-11-22T01:15:39Z",
        "found_by": "webhook",
        "reason": "not_found",
    }
    assert office.queue == []


@pytest.mark.promise("out-of-reach")
def test_what_only_a_list_leaves_out_is_published_after_the_third_look() -> None:
    office = Office()
    office.xero.put(INVOICES, "a")
    office.tell(INVOICES, "a")

    def shy(request: Request) -> Response | None:
        return office.xero.answer({"Invoices": []}) if request.path == "/Invoices" else None

    office.xero.before = shy
    for _ in range(3):
        office.work_off()

    assert office.names == ["invoices/invoice_updated"]
    assert office.queue == []


@pytest.mark.promise("out-of-reach")
def test_a_record_got_by_itself_is_said_to_be_gone_at_the_third_look_too() -> None:
    office = Office()
    office.tell(QUOTES, "gone")
    for _ in range(2):
        office.work_off()
    assert office.bus == []

    office.work_off()
    assert office.names == ["quotes/quote_unavailable"]


def test_of_what_nobody_told_of_it_is_no_news_that_it_is_gone() -> None:
    office = Office()
    swept(office, INVOICES, iso_record(INVOICES, "gone", Reference="x" * 1_000_000))
    for _ in range(3):
        assert len(office.queue) == 1
        office.work_off()

    assert (office.queue, office.bus) == ([], [])


@pytest.mark.parametrize(
    ("status", "document", "reason"),
    [
        (403, {"Title": "Forbidden", "Detail": "AuthenticationUnsuccessful"}, "disconnected"),
        (401, {"Title": "Unauthorized", "Detail": "AuthorizationUnsuccessful"}, "scope"),
    ],
)
@pytest.mark.promise("out-of-reach")
def test_what_the_connection_may_not_read_is_said_to_be_out_of_reach_at_once(
    status: int, document: Any, reason: str
) -> None:
    office = Office()
    office.xero.before = answering(status, document)
    for number in range(60):
        office.tell(INVOICES, f"i{number}")
    swept(office, INVOICES, iso_record(INVOICES, "swept"))
    office.work_off()

    assert len(office.xero.requests) == 1
    assert office.names == ["invoices/invoice_created"] + ["invoices/invoice_unavailable"] * 60
    assert {one["reason"] for one in office.details[1:]} == {reason}
    assert office.queue == []


@pytest.mark.promise("out-of-reach")
def test_what_cannot_even_be_said_to_be_gone_comes_again() -> None:
    office = Office(bus_refuses=lambda _: True)
    office.xero.before = answering(403, {})
    office.tell(INVOICES, "a")
    office.work_off()

    assert len(office.queue) == 1


@pytest.mark.promise("records")
def test_a_list_that_xero_refuses_is_got_one_by_one_in_the_end() -> None:
    office = Office()
    for name in "abc":
        office.xero.put(INVOICES, name)
        office.tell(INVOICES, name)
    refusal = answering(400, {"Message": "No."})
    office.xero.before = lambda one: refusal(one) if one.path == "/Invoices" else None
    for _ in range(2):
        office.work_off()
    assert office.bus == []

    office.work_off()
    assert len(office.bus) == 3
    assert office.queue == []


def test_what_xero_gives_unasked_is_left_alone() -> None:
    office = Office()
    office.xero.put(INVOICES, "a")
    office.tell(INVOICES, "a")
    office.xero.before = lambda _: office.xero.answer(
        {"Invoices": [office.xero.put(INVOICES, "a"), office.xero.put(INVOICES, "b")]}
    )
    office.work_off()

    assert [one["resource_id"] for one in office.details] == [str(uuid_of("a"))]


# What comes again


@pytest.mark.parametrize(
    "before",
    [
        no_answer,
        answering(500, {}),
        answering(503, {}),
        answering(429, {}),
        answering(401, {"Detail": "TokenExpired"}),
        answering(200, []),
        answering(200, {"Contacts": []}),
        answering(200, {"Invoices": [{"InvoiceID": 5}]}),
    ],
)
@pytest.mark.promise("records")
def test_a_failing_xero_has_all_come_again_and_holds_up_nothing_that_was_swept(before: Any) -> None:
    office = Office()
    office.xero.put(INVOICES, "a")
    office.tell(INVOICES, "a")
    swept(office, INVOICES, iso_record(INVOICES, "b"))
    office.xero.before = before
    office.work_off()

    assert [one["resource_id"] for one in office.details] == [str(uuid_of("b"))]
    assert [one.text for one in office.queue] == [told_text(INVOICES, "a")]
    (line,) = office.lines
    assert (line["failed"], line["outcome"], line["parked"]) == (True, "put off", 1)
    office.xero.before = lambda _: None
    office.clock.sleep(60)
    office.work_off()
    assert len(office.bus) == 2
    assert office.queue == []


@pytest.mark.promise("records")
def test_a_table_that_cannot_be_read_has_all_come_again_and_publishes_nothing() -> None:
    office = Office()
    office.xero.put(INVOICES, "a")
    office.tell(INVOICES, "a")
    office.rows.before = table_down
    office.work_off()

    assert office.bus == []
    assert len(office.queue) == 1


def test_an_unforeseen_failure_puts_one_turn_off_and_no_other() -> None:
    office = Office()
    for resource in (INVOICES, CONTACTS):
        office.xero.put(resource, "r")
        office.tell(resource, "r")

    def broken(request: Request) -> Response | None:
        if request.path == "/Invoices":
            raise KeyError("a-token")
        return None

    office.xero.before = broken
    office.work_off()

    assert office.names == ["contacts/contact_updated"]
    assert len(office.queue) == 1
    assert office.lines[0]["reason"].startswith("KeyError at ")
    assert "a-token" not in json.dumps(office.lines)


def test_without_a_token_all_comes_again() -> None:
    office = Office(secret=FixedSecret())
    office.secret.read = lambda *, fresh=False: "{}"  # type: ignore[method-assign]  # noqa: ARG005
    office.tell(INVOICES, "a")
    office.work_off()

    assert len(office.queue) == 1
    assert office.lines[0]["reason"].startswith("credential: ")


# Limits and time


@pytest.mark.promise("reserve")
def test_a_day_that_is_nearly_spent_puts_off_what_would_cost_calls() -> None:
    office = Office()
    office.xero.headers = {"x-daylimit-remaining": "99"}
    for number in range(120):
        office.xero.put(INVOICES, f"i{number}")
        office.tell(INVOICES, f"i{number}")
    office.work_off()

    assert len(office.xero.requests) == 1
    assert len(office.bus) == 50
    assert len(office.queue) == 70


@pytest.mark.promise("reserve")
def test_a_minute_that_is_nearly_spent_is_left_to_others() -> None:
    office = Office()
    office.xero.headers = {"x-minlimit-remaining": "19"}
    office.budget.limits[TENANT] = Limits(Row(doubt=0))
    for number in range(1000):
        office.xero.put(INVOICES, f"i{number}")
        office.tell(INVOICES, f"i{number}")
    office.work_off()

    assert len(office.xero.requests) == 1
    assert len(office.queue) == 1000 - 50
    assert office.lines[0]["reason"] == "rate_limited: Xero's minute limit is used up."


@pytest.mark.promise("reserve")
def test_of_a_minute_twenty_calls_are_left_to_others() -> None:
    office = Office(seconds=30)
    for number in range(60):
        office.xero.put(QUOTES, f"q{number}")
        office.tell(QUOTES, f"q{number}")
    office.work_off()

    assert len(office.xero.requests) == 40
    assert len(office.queue) == 20


@pytest.mark.parametrize("resource", [INVOICES, QUOTES], ids=lambda one: one.name)
def test_no_call_is_begun_when_the_invocation_is_about_to_end(resource: Resource) -> None:
    office = Office(seconds=14)
    office.xero.put(resource, "a")
    office.tell(resource, "a")
    if resource is QUOTES:
        office.queue[0].receives = 2
    office.work_off()

    assert office.xero.requests == []
    assert len(office.queue) == 1


# Turns


@pytest.mark.promise("one-turn")
def test_whoever_does_not_get_the_turn_waits_and_then_puts_its_work_off() -> None:
    office = Office()
    key = f"record#{TENANT}#invoices"
    assert office.rows.take(key, owner="another", seconds=100)
    office.xero.put(INVOICES, "a")
    office.tell(INVOICES, "a")
    start = office.clock()
    office.work_off()

    assert 30 <= office.clock() - start < 31
    assert (office.bus, office.xero.requests) == ([], [])
    assert len(office.queue) == 1
    assert office.lines[0]["reason"] == "another invocation has the turn"
    assert office.rows.turns[key][0] == "another"


@pytest.mark.promise("one-turn")
def test_whoever_gets_the_turn_while_it_waits_does_its_work_and_gives_it_back() -> None:
    office = Office()
    assert office.rows.take(f"record#{TENANT}#invoices", owner="another", seconds=10)
    office.xero.put(INVOICES, "a")
    office.tell(INVOICES, "a")
    office.work_off()

    assert len(office.bus) == 1
    assert office.queue == []
    assert office.rows.turns == {}


@pytest.mark.promise("one-turn")
def test_a_turn_is_given_back_when_the_work_fails_and_holds_up_no_other_kind() -> None:
    office = Office()
    assert office.rows.take(f"record#{TENANT}#contacts", owner="another", seconds=1000)
    office.xero.put(INVOICES, "a")
    for resource in (CONTACTS, INVOICES):
        office.tell(resource, "a")
    office.xero.before = no_answer
    office.work_off()
    assert list(office.rows.turns) == [f"record#{TENANT}#contacts"]

    office.xero.before = lambda _: None
    office.work_off()
    assert office.names == ["invoices/invoice_updated"]


@pytest.mark.promise("one-turn")
def test_a_turn_lasts_no_longer_than_its_invocation() -> None:
    office = Office(seconds=60)
    taken: list[float] = []
    real = office.rows.take

    def take(key: str, *, owner: str, seconds: float) -> bool:
        taken.append(seconds)
        return real(key, owner=owner, seconds=seconds)

    office.rows.take = take  # type: ignore[method-assign]
    office.xero.put(ITEMS, "a")
    office.tell(ITEMS, "a")
    office.work_off()

    assert taken == [60]


def test_the_line_about_a_turn_says_what_it_did_and_cost() -> None:
    office = Office()
    office.xero.put(INVOICES, "a", Type="ACCPAY", UpdatedDateUTC=START)
    for _ in range(2):
        office.tell(INVOICES, "a")
        office.work_off()

    assert office.lines == [
        {
            "failed": False,
            "outcome": "recorded",
            "tenant_id": TENANT,
            "resource": "invoices",
            "events": events,
            "repeated": repeated,
            "parked": 0,
            "calls": 1,
        }
        for events, repeated in ((2, 0), (0, 1))
    ]


def test_a_turn_whose_table_fails_once_it_has_it_gives_it_back() -> None:
    office = Office()
    office.xero.put(INVOICES, "a")
    office.tell(INVOICES, "a")

    def before(call: str) -> None:
        if call == "get":
            raise UnavailableError("The table cannot be read.")

    office.rows.before = before
    office.work_off()

    assert office.rows.turns == {}
    assert len(office.queue) == 1
