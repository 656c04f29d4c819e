# SPDX-License-Identifier: Apache-2.0
"""The organisation's calendar: a date that is left out is today's there, not in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfoNotFoundError

import pytest

from local.xero import SimulatorConfig, XeroSimulator, zones
from tests.published import description
from tests.xero.conftest import Client, invoice, load

if TYPE_CHECKING:
    from tests.xero.conftest import Clock

AUCKLAND, NEW_YORK = "NEWZEALANDSTANDARDTIME", "EASTERNSTANDARDTIME"


@pytest.mark.parametrize(
    ("timezone", "moment", "day"),
    [
        # 13 hours ahead until 4 April 2027, 12 from then on, 13 again from 26 September.
        (AUCKLAND, "2027-04-03T10:59:59", "2027-04-03"),
        (AUCKLAND, "2027-04-03T11:00:00", "2027-04-04"),
        (AUCKLAND, "2027-04-04T11:59:59", "2027-04-04"),
        (AUCKLAND, "2027-04-04T12:00:00", "2027-04-05"),
        (AUCKLAND, "2027-09-25T11:59:59", "2027-09-25"),
        (AUCKLAND, "2027-09-25T12:00:00", "2027-09-26"),
        (AUCKLAND, "2027-09-26T10:59:59", "2027-09-26"),
        (AUCKLAND, "2027-09-26T11:00:00", "2027-09-27"),
        # 5 hours behind until 14 March 2027, 4 from then on.
        (NEW_YORK, "2027-03-14T04:59:59", "2027-03-13"),
        (NEW_YORK, "2027-03-14T05:00:00", "2027-03-14"),
        (NEW_YORK, "2027-03-15T03:59:59", "2027-03-14"),
        (NEW_YORK, "2027-03-15T04:00:00", "2027-03-15"),
        ("UTC", "2026-12-31T23:59:59", "2026-12-31"),
        ("UTC", "2027-01-01T00:00:00", "2027-01-01"),
    ],
)
def test_a_date_that_is_left_out_is_the_organisations_today(
    clock: Clock, timezone: str, moment: str, day: str
) -> None:
    clock.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    client = Client(XeroSimulator(SimulatorConfig(timezone=timezone), clock=clock))
    client.log_in()
    assert client.read("Organisation")["Organisations"][0]["Timezone"] == timezone
    body = invoice(Status="AUTHORISED", Date=None)
    made = client.write("PUT", "Invoices", body)["Invoices"][0]
    assert made["DateString"] == f"{day}T00:00:00"
    paid = client.write(
        "PUT",
        "Payments",
        {"Invoice": {"InvoiceID": made["InvoiceID"]}, "Account": {"Code": "090"}, "Amount": 5},
    )
    midnight = datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert paid["Payments"][0]["Date"] == f"/Date({int(midnight.timestamp())}000+0000)/"


def test_a_date_that_is_sent_stays(clock: Clock) -> None:
    clock.now = datetime(2027, 4, 4, 11, 59, 59, tzinfo=UTC)
    client = Client(XeroSimulator(SimulatorConfig(timezone=AUCKLAND), clock=clock))
    client.log_in()
    made = client.write("PUT", "Invoices", invoice(Date="2027-04-01"))["Invoices"][0]
    assert made["DateString"] == "2027-04-01T00:00:00"
    path = f"Invoices/{made['InvoiceID']}"
    changed = client.write("POST", path, {"Reference": "R"})["Invoices"][0]
    assert changed["DateString"] == "2027-04-01T00:00:00"


def test_the_books_move_to_another_zone(client: Client, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
    fields = {"OrganisationID": client.simulator.tenant_id, "Timezone": AUCKLAND}
    wish = {"resource": "Organisation", "records": [fields]}
    assert client.send("POST", "/_simulator/records", wish).status == 200
    client.log_in()
    made = client.write("PUT", "Invoices", invoice(Date=None))["Invoices"][0]
    assert made["DateString"] == "2026-11-23T00:00:00"
    fields["Timezone"] = "MARSSTANDARDTIME"
    assert client.send("POST", "/_simulator/records", wish).status == 400


def test_a_document_is_overdue_by_the_organisations_calendar(clock: Clock) -> None:
    clock.now = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
    owed = []
    for timezone in ("UTC", AUCKLAND):
        client = Client(XeroSimulator(SimulatorConfig(timezone=timezone), clock=clock))
        client.log_in()
        body = invoice(Status="AUTHORISED", DueDate="2026-11-22", Contact={"Name": "Juniper"})
        contact = client.write("PUT", "Invoices", body)["Invoices"][0]["Contact"]["ContactID"]
        read = load(client.api("GET", f"Contacts/{contact}"))["Contacts"][0]
        owed.append(read["Balances"]["AccountsReceivable"]["Overdue"])
    assert owed == [0, 277.15]


def test_every_zone_is_one_of_xeros() -> None:
    known = description()["components"]["schemas"]["TimeZone"]["enum"]
    for name in zones.NAMES:
        assert name in known
        zones.zone(name)


def test_a_zone_that_cannot_be_used_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="NEWZEALANDSTANDARDTIME"):
        SimulatorConfig(timezone="Pacific/Auckland")

    def bare(key: str) -> None:
        raise ZoneInfoNotFoundError(key)

    monkeypatch.setattr(zones, "ZoneInfo", bare)
    assert zones.zone("UTC") is UTC
    with pytest.raises(ValueError, match="pip install tzdata"):
        zones.zone(AUCKLAND)
