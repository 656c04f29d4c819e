# SPDX-License-Identifier: Apache-2.0
"""Records that a test makes, changes and removes past Xero's rules, and what webhooks say of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.xero import SimulatorConfig, XeroSimulator, resources
from local.xero.webhooks import Outcome
from tests.published import problems
from tests.xero.conftest import Client, invoice, load

if TYPE_CHECKING:
    from local.xero.wire import Document
    from tests.xero.conftest import Clock

UNKNOWN = "11111111-2222-3333-4444-555555555555"
COUNTED = [
    one.name for one in resources.ALL if one.id_field.endswith("ID") and one.name != "Organisation"
]
TOLD = {
    "Contacts": "CONTACT",
    "Invoices": "INVOICE",
    "CreditNotes": "CREDITNOTE",
    "Payments": "PAYMENT",
    "Prepayments": "PREPAYMENT",
    "Overpayments": "OVERPAYMENT",
}


@pytest.fixture
def config() -> SimulatorConfig:
    return SimulatorConfig(webhook_url="http://127.0.0.1:9/hook", webhook_window=0)


@pytest.fixture
def client(client: Client) -> Client:
    client.simulator.webhook_proven(passed=True)
    return client


def wish(client: Client, **wished: Any) -> list[str]:
    response = client.send("POST", "/_simulator/records", wished)
    assert response.status == 200, response.body
    ids: list[str] = load(response)["ids"]
    return ids


def make(client: Client, name: str, **fields: Any) -> str:
    (made,) = wish(client, resource=name, records=[fields])
    return made


def one(client: Client, name: str, key: str) -> Document:
    found: Document = client.read(f"{name}/{key}")[name][0]
    return found


def delivered(client: Client, clock: Clock) -> Document | None:
    delivery = client.simulator.subscription.take(clock.now)
    if delivery is None:
        return None
    client.simulator.settle_delivery(delivery, Outcome(200))
    body: Document = json.loads(delivery.body)
    return body


@pytest.mark.parametrize("name", COUNTED)
def test_a_made_up_record_is_a_plausible_one(client: Client, name: str) -> None:
    id_field = resources.BY_NAME[name].id_field
    made = make(client, name)
    record = one(client, name, made)
    assert record[id_field] == made
    assert made in [listed[id_field] for listed in client.read(name, page=1)[name]]
    now = "/Date(1795310139902+0000)/"
    assert record.get("UpdatedDateUTC", now) == now
    assert not problems(name, client.read(name, page=1))


def test_fields_that_are_given_are_set_and_the_others_kept(client: Client, clock: Clock) -> None:
    number = one(client, "Invoices", "INV-0006")["InvoiceID"]
    before = one(client, "Invoices", number)
    clock.forward(minutes=1)
    make(client, "Invoices", InvoiceID=number.upper(), Status="PAID", AmountDue=0)
    after = one(client, "Invoices", number)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"Status", "AmountDue", "UpdatedDateUTC", "UpdatedDateUTCString"}
    assert after["UpdatedDateUTCString"] == "2026-11-22T01:16:39Z"


def test_a_record_takes_the_id_the_time_and_the_dates_it_is_given(client: Client) -> None:
    fields = {
        "CreditNoteID": UNKNOWN,
        "UpdatedDateUTC": "2026-11-01T10:00:00Z",
        "Date": "2026-10-31",
    }
    assert make(client, "CreditNotes", **fields) == UNKNOWN
    made = one(client, "CreditNotes", UNKNOWN)
    assert made["UpdatedDateUTC"] == "/Date(1793527200000+0000)/"
    assert made["UpdatedDateUTCString"] == "2026-11-01T10:00:00Z"
    assert made["DateString"] == "2026-10-31T00:00:00"
    make(client, "CreditNotes", CreditNoteID=UNKNOWN, UpdatedDateUTC="/Date(1793527201000+0000)/")
    again = one(client, "CreditNotes", UNKNOWN)
    assert again["UpdatedDateUTC"] == "/Date(1793527201000+0000)/"


def test_a_record_names_other_records_of_the_same_books(client: Client) -> None:
    contact = make(client, "Contacts", Name="Juniper")
    invoice_id = make(client, "Invoices", Contact={"ContactID": contact})
    payment = make(client, "Payments", Invoice={"InvoiceID": invoice_id}, Account={"Code": "091"})
    note = make(client, "CreditNotes", Contact={"Name": "Juniper"})
    make(client, "Contacts", ContactID=contact, Name="Clover")
    assert one(client, "Invoices", invoice_id)["Contact"]["Name"] == "Clover"
    assert one(client, "CreditNotes", note)["Contact"]["ContactID"] == contact
    shown = one(client, "Payments", payment)
    assert shown["Invoice"]["Contact"]["Name"] == "Clover"
    assert shown["Account"]["Code"] == "091"


def test_what_was_made_up_can_be_written_to_as_ever(client: Client) -> None:
    contact = make(client, "Contacts", Name="Juniper", ContactNumber="J-1")
    client.write("POST", f"Contacts/{contact}", {"FirstName": "A"})
    assert one(client, "Contacts", "J-1")["FirstName"] == "A"
    draft = make(client, "Invoices", Status="DRAFT")
    changed = client.write("POST", f"Invoices/{draft}", {"Status": "AUTHORISED"})
    assert changed["Invoices"][0]["Status"] == "AUTHORISED"
    number = one(client, "Invoices", draft)["InvoiceNumber"]
    next_one = client.write("PUT", "Invoices", invoice())["Invoices"][0]
    assert next_one["InvoiceNumber"] not in ("", number)
    make(client, "Accounts", Code="205", Name="Repairs")
    line = {"Description": "Hinge", "UnitAmount": 5, "AccountCode": "205"}
    client.write("PUT", "Invoices", invoice(Type="ACCPAY", LineItems=[line]))


def test_kinds_without_an_id_are_made_under_their_code(client: Client) -> None:
    assert make(client, "Currencies", Code="AUD", Description="Australian Dollar") == "AUD"
    assert make(client, "TaxRates", TaxType="TAX002", Name="Port Levy") == "TAX002"
    assert one(client, "TaxRates", "TAX002")["Name"] == "Port Levy"
    make(client, "TaxRates", TaxType="TAX002", Status="DELETED")
    assert one(client, "TaxRates", "TAX002")["Status"] == "DELETED"


@pytest.mark.parametrize(("name", "category"), TOLD.items())
def test_webhooks_tell_of_the_categories_that_xero_has(
    client: Client, clock: Clock, name: str, category: str
) -> None:
    made = make(client, name)
    make(client, name, **{resources.BY_NAME[name].id_field: made})
    body = delivered(client, clock)
    assert body is not None
    assert [event["eventType"] for event in body["events"]] == ["CREATE", "UPDATE"]
    for event in body["events"]:
        assert event["eventCategory"] == category
        assert event["resourceUrl"] == f"https://api.xero.com/api.xro/2.0/{name}/{made}"
        assert event["eventDateUtc"] == "2026-11-22T01:15:39.902"
        assert ("data" in event) is (name in {"CreditNotes", "Prepayments"})


def test_a_webhook_says_the_type_and_status_where_xero_does(client: Client, clock: Clock) -> None:
    make(client, "CreditNotes", Status="VOIDED")
    make(client, "Prepayments", UpdatedDateUTC="2026-11-22T01:00:00Z")
    body = delivered(client, clock)
    assert body is not None
    assert [event["data"] for event in body["events"]] == [
        {"Type": "ACCRECCREDIT", "Status": "VOIDED"},
        {
            "Type": "RECEIVE-PREPAYMENT",
            "Status": "AUTHORISED",
            "UpdatedDateUTCString": "2026-11-22T01:00:00Z",
        },
    ]
    assert body["events"][1]["eventDateUtc"] == "2026-11-22T01:00:00.000"


@pytest.mark.parametrize("name", [name for name in COUNTED if name not in TOLD])
def test_webhooks_tell_of_nothing_else(client: Client, clock: Clock, name: str) -> None:
    make(client, name)
    assert delivered(client, clock) is None


def test_a_quiet_change_is_a_missed_webhook(client: Client, clock: Clock) -> None:
    made = wish(client, resource="Contacts", records=[{"Name": "Juniper"}], quiet=True)
    assert delivered(client, clock) is None
    make(client, "Contacts", ContactID=made[0])
    body = delivered(client, clock)
    assert body is not None
    assert (body["firstEventSequence"], body["lastEventSequence"]) == (1, 1)


@pytest.mark.parametrize(("spread", "seconds"), [(0, {0}), (10, set(range(10)))])
def test_many_records_are_spread_over_the_last_seconds(
    client: Client, clock: Clock, spread: int, seconds: set[int]
) -> None:
    ids = wish(client, resource="Contacts", count=2000, quiet=True, spread_seconds=spread)
    held = next(iter(client.simulator.books.values())).contacts
    ages = [clock.now - held[key]["UpdatedDateUTC"] for key in ids]
    assert {int(age.total_seconds()) for age in ages} == seconds
    assert ages == sorted(ages, reverse=True)
    assert delivered(client, clock) is None


def test_many_records_are_told_of_unless_they_are_quiet(client: Client, clock: Clock) -> None:
    ids = wish(client, resource="Payments", count=3)
    body = delivered(client, clock)
    assert body is not None
    assert [event["resourceId"] for event in body["events"]] == ids


def test_pages_of_many_records_of_one_second_hold_each_once(client: Client, clock: Clock) -> None:
    since = clock.now.strftime("%Y-%m-%dT%H:%M:%S")
    ids = wish(client, resource="Invoices", count=2500, quiet=True)
    seen: list[str] = []
    for page in (1, 2, 3):
        answer = client.api(
            "GET",
            "Invoices",
            query={"order": "UpdatedDateUTC ASC", "page": page, "pageSize": 1000},
            headers={"If-Modified-Since": since},
        )
        seen += [record["InvoiceID"] for record in load(answer)["Invoices"]]
    assert seen == ids


def test_a_removed_record_is_gone_for_good(client: Client, clock: Clock) -> None:
    kept, gone = wish(client, resource="Payments", records=[{}, {}], quiet=True)
    wished = {"resource": "Payments", "ids": [gone]}
    assert client.send("DELETE", "/_simulator/records", wished).status == 204
    assert client.api("GET", f"Payments/{gone}").status == 404
    for query in ({}, {"order": "UpdatedDateUTC ASC"}):
        ids = {payment["PaymentID"] for payment in client.read("Payments", **query)["Payments"]}
        assert kept in ids
        assert gone not in ids
    assert delivered(client, clock) is None
    assert client.send("DELETE", "/_simulator/records", wished).status == 400


def test_records_are_made_in_the_organisation_that_is_named(clock: Clock) -> None:
    simulator = XeroSimulator(SimulatorConfig(organisations=2), clock=clock)
    first, second = simulator.books.values()
    before = len(first.contacts), len(second.contacts)
    wish(Client(simulator), resource="Contacts", records=[{}], tenant_id=second.tenant_id)
    assert (len(first.contacts), len(second.contacts)) == (before[0], before[1] + 1)


@pytest.mark.parametrize(
    "wished",
    [
        {},
        {"resource": "Ledgers", "records": []},
        {"resource": "Contacts"},
        {"resource": "Contacts", "records": [1]},
        {"resource": "Contacts", "records": [{"ContactID": "juniper"}]},
        {"resource": "Contacts", "records": [{"UpdatedDateUTC": "yesterday"}]},
        {"resource": "Invoices", "records": [{"Date": "yesterday"}]},
        {"resource": "Invoices", "records": [{}, {"Contact": {"ContactID": UNKNOWN}}]},
        {"resource": "Payments", "records": [{"Invoice": "INV-0001"}]},
        {"resource": "Currencies", "records": [{}]},
        {"resource": "Currencies", "count": 2},
        {"resource": "Contacts", "count": 0},
        {"resource": "Contacts", "count": "many"},
        {"resource": "Contacts", "count": 2, "spread_seconds": -1},
        {"resource": "Contacts", "records": [], "tenant_id": UNKNOWN},
    ],
)
def test_a_wish_that_makes_no_sense_changes_nothing(client: Client, wished: Document) -> None:
    before = client.send("GET", "/_simulator/state").body
    assert client.send("POST", "/_simulator/records", wished).status == 400
    assert client.send("GET", "/_simulator/state").body == before


def test_lost_events_leave_a_gap_in_the_sequence(client: Client, clock: Clock) -> None:
    make(client, "Contacts")
    answer = client.send("POST", "/_simulator/webhook/lose", {"events": 7})
    assert load(answer)["sequence"] == 8
    make(client, "Contacts")
    spans = []
    while body := delivered(client, clock):
        spans.append((body["firstEventSequence"], body["lastEventSequence"]))
    assert spans == [(1, 1), (9, 9)]
    assert client.send("POST", "/_simulator/webhook/lose", {"events": 0}).status == 400


def test_what_happens_while_the_webhook_is_off_is_never_sent(client: Client, clock: Clock) -> None:
    before = make(client, "Contacts")
    assert load(client.send("POST", "/_simulator/webhook/off"))["status"] == "Disabled"
    make(client, "Contacts")
    assert delivered(client, clock) is None
    assert load(client.send("POST", "/_simulator/webhook/on"))["status"] == "OK"
    after = make(client, "Contacts")
    sent: list[tuple[str, int]] = []
    while body := delivered(client, clock):
        first = body["firstEventSequence"]
        sent += [(event["resourceId"], first + at) for at, event in enumerate(body["events"])]
    assert sent == [(before, 1), (after, 2)]


def test_a_webhook_without_an_address_cannot_be_switched(client: Client) -> None:
    client.send("PUT", "/_simulator/webhook", {})
    assert client.send("POST", "/_simulator/webhook/on").status == 400
