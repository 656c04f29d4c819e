# SPDX-License-Identifier: Apache-2.0
"""A record's versions: which one is news, what it changes, and what the change amounts to."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.bus import entry_bytes
from xero_connection.events import detail_of, event_id
from xero_connection.findings import Told
from xero_connection.records import (
    Version,
    kept_version,
    news,
    row_key,
    unavailable,
    version_of,
)
from xero_connection.resources import RESOURCES, Resource

from tests.unit.books import JSON, TENANT, uuid_of

INVOICES = RESOURCES["invoices"]
CREDIT_NOTES = RESOURCES["credit_notes"]
CONTACTS = RESOURCES["contacts"]
PAYMENTS = RESOURCES["payments"]
TRANSFERS = RESOURCES["bank_transfers"]
ID = str(uuid_of("a"))
NOT_READABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def invoice(minute: int = 0, **fields: Any) -> dict[str, Any]:
    return {"InvoiceID": ID, "UpdatedDateUTC": f"2026-11-22T01:{minute:02}:00Z", **fields}


def of(record: dict[str, Any], resource: Resource = INVOICES) -> Version:
    return version_of(resource, record)


def told_of(
    record: dict[str, Any],
    kept: dict[str, Any] | None = None,
    *,
    created: bool = False,
    resource: Resource = INVOICES,
) -> list[dict[str, Any]]:
    """Return the entries that tell of a record."""
    return news(
        resource,
        record,
        tenant_id=TENANT,
        found_by="webhook",
        created=created,
        version=of(record, resource),
        kept=None if kept is None else of(kept, resource),
    )


def names(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["DetailType"].partition("/")[2] for entry in entries]


# Versions


@pytest.mark.parametrize(
    ("one", "other", "newer"),
    [
        ("2026-11-22T01:15:39Z", "2026-11-22T01:15:38Z", True),
        ("2026-11-22T01:15:39.1Z", "2026-11-22T01:15:39Z", True),
        ("2026-11-22T01:15:39Z", "2026-11-22T01:15:39.1Z", False),
        ("2026-11-22T01:15:39Z", "2026-11-22T01:15:39Z", False),
        # without a zone it is UTC, as all of Xero's are
        ("2026-11-22T01:15:39", "2026-11-22T01:15:39Z", False),
        ("2026-11-22T02:15:39+01:00", "2026-11-22T01:15:39", False),
    ],
)
@pytest.mark.promise("record-once")
def test_a_version_with_a_later_date_is_news(one: str, other: str, newer: bool) -> None:
    assert of(invoice(UpdatedDateUTC=one, A=1)).supersedes(of(invoice(UpdatedDateUTC=other))) is (
        newer
    )


@pytest.mark.promise("record-once")
def test_without_a_date_a_version_that_differs_is_news() -> None:
    one, same, other = (
        version_of(TRANSFERS, {"BankTransferID": ID, "Amount": amount}) for amount in (1, 1, 2)
    )

    assert other.supersedes(one)
    assert not same.supersedes(one)
    assert one.name == same.name != other.name


@given(st.dictionaries(st.text(), JSON), st.dictionaries(st.text(), JSON))
@pytest.mark.promise("changed")
def test_what_changed_is_each_field_that_one_of_the_two_has_differently(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    before = version_of(INVOICES, one | {"Status": "A", "UpdatedDateUTC": None})
    after = version_of(INVOICES, other | {"Status": "A", "UpdatedDateUTC": None})
    differ = {
        name
        for name in (one | other).keys() - {"Status", "UpdatedDateUTC"}
        if name not in one or name not in other or json.dumps(one[name]) != json.dumps(other[name])
    }

    assert after.changed(before) == before.changed(after) == sorted(differ)


@given(st.dictionaries(st.text(), JSON))
@pytest.mark.promise("record-once")
def test_a_version_is_kept_as_it_is(record: dict[str, Any]) -> None:
    version = version_of(INVOICES, record | {"Status": "PAID"} | invoice())

    assert kept_version(version.as_row()) == version
    assert all(isinstance(value, str) for value in version.as_row().values())


def test_halves_of_characters_which_json_can_hold_are_content_like_any_other() -> None:
    before, after = (of(invoice() | {"\ud800": text}) for text in ("\ud801", "\ud802"))

    assert after.changed(before) == ["\ud800"]
    assert kept_version(after.as_row()) == after


@pytest.mark.promise("no-secrets-said")
def test_a_kept_version_does_not_hold_what_was_in_the_record() -> None:
    row = of(invoice(Reference="Harbour Lights", Total=120.5)).as_row()

    assert "Harbour" not in json.dumps(row)
    assert "120.5" not in json.dumps(row)


@given(
    st.dictionaries(
        st.sampled_from(["InvoiceID", "UpdatedDateUTC", "CreatedDateUTC", "Status", "Type", "X"]),
        JSON | st.sampled_from([ID, "2026-11-22", "0001-01-01T00:00:00+14:00", "PAID"]),
    ),
    st.none() | st.dictionaries(st.sampled_from(["moment", "status", "fields"]), st.text()),
)
@pytest.mark.promise("record-dead-letters")
def test_any_record_and_any_row_are_read_or_refused_in_a_way_that_is_expected(
    record: dict[str, Any], row: dict[str, str] | None
) -> None:
    with suppress(*NOT_READABLE):
        version = version_of(INVOICES, record)
        kept = kept_version(row) if row is not None else None
        entries = news(
            INVOICES,
            record,
            tenant_id=TENANT,
            found_by="sweep",
            created=True,
            version=version,
            kept=kept,
        )
        assert all(isinstance(entry["Time"], datetime) for entry in entries if "Time" in entry)


@pytest.mark.parametrize(
    "record",
    [
        invoice(UpdatedDateUTC="/Date(99999999999999999+0000)/"),
        invoice(UpdatedDateUTC="yesterday"),
        invoice(UpdatedDateUTC=5),
        invoice(UpdatedDateUTC="0001-01-01T00:00:00+14:00"),
        invoice(Status=5),
        invoice(Status=["PAID"]),
    ],
)
def test_a_version_that_could_not_be_kept_is_none(record: dict[str, Any]) -> None:
    with pytest.raises(NOT_READABLE):
        of(record)


# Events


@pytest.mark.promise("records")
def test_an_event_says_what_the_contract_says() -> None:
    before = invoice(Type="ACCREC", Status="DRAFT", Total=1)
    after = invoice(15, Type="ACCREC", Status="SUBMITTED", Reference="x", Total=1)
    (entry,) = told_of(after, before)

    assert entry["Source"] == "xero.records"
    assert entry["DetailType"] == "invoices/invoice_updated"
    assert entry["Time"] == datetime(2026, 11, 22, 1, 15, tzinfo=UTC)
    assert detail_of(entry) | {"event_id": ""} == {
        "event_id": "",
        "tenant_id": TENANT,
        "tenant_type": "ORGANISATION",
        "resource": "invoices",
        "resource_id": ID,
        "resource_url": f"https://api.xero.com/api.xro/2.0/Invoices/{ID}",
        "event_category": "INVOICE",
        "event_type": "UPDATE",
        "occurred_at": "2026-11-22T01:15:00Z",
        "found_by": "webhook",
        "changed": ["Reference", "Status", "UpdatedDateUTC"],
        "previous_status": "DRAFT",
        "record": after,
    }


@pytest.mark.promise("record-once")
def test_each_version_and_name_has_an_id_of_its_own_that_stays_the_same() -> None:
    versions = [invoice(minute, Type="ACCPAY", Status="PAID") for minute in (1, 2)]
    entries = [entry for one in versions for entry in told_of(one, created=True)]
    again = [entry for one in versions for entry in told_of(one, created=True)]

    assert len({event_id(entry) for entry in entries}) == len(entries) == 8
    assert list(map(event_id, entries)) == list(map(event_id, again))


def test_a_record_without_a_date_is_told_of_with_that_of_its_making_or_none() -> None:
    made = {"BankTransferID": ID, "CreatedDateUTC": "2026-11-22T01:15:00Z"}
    (with_date,) = told_of(made, resource=TRANSFERS, created=True)
    (without,) = told_of({"BankTransferID": ID}, resource=TRANSFERS, created=True)

    assert with_date["Time"] == datetime(2026, 11, 22, 1, 15, tzinfo=UTC)
    assert detail_of(without)["occurred_at"] is None
    assert "Time" not in without


@pytest.mark.parametrize(
    ("size", "fits"), [(900_000, True), (999_000, True), (1_000_000, False), (3_000_000, False)]
)
@pytest.mark.promise("records")
def test_an_event_too_large_for_the_bus_goes_without_its_record(size: int, fits: bool) -> None:
    for entry in told_of(invoice(Reference="x" * size, Type="ACCPAY"), created=True):
        detail = detail_of(entry)
        assert ("record" in detail) is fits
        assert detail.get("record_omitted", False) is not fits
        assert detail["resource_id"] == ID
        assert entry_bytes(entry) <= 1_048_576


@pytest.mark.promise("out-of-reach")
def test_what_xero_does_not_give_is_told_of_with_the_reason_and_a_stable_id() -> None:
    told = Told(
        tenant_id=TENANT,
        resource=INVOICES,
        record_id=uuid_of("a"),
        event_id="3c9d",
        event_type="CREATE",
        occurred_at="2026-11-22T01:15:39Z",
    )
    entry = unavailable(INVOICES, told, "not_found")

    assert entry == unavailable(INVOICES, told, "not_found")
    assert entry["DetailType"] == "invoices/invoice_unavailable"
    assert (detail_of(entry)["reason"], detail_of(entry)["event_type"]) == ("not_found", "CREATE")


def test_a_row_is_kept_for_each_organisation_kind_and_record() -> None:
    assert row_key("t", INVOICES, ID) == f"record#t#invoices#{ID}"


# Meanings

NOTHING = "nothing known"
NEW = "new"


@pytest.mark.parametrize(
    ("resource", "of_type", "previous", "now", "expected"),
    [
        # an invoice's way
        (INVOICES, "ACCREC", "DRAFT", "SUBMITTED", []),
        (INVOICES, "ACCREC", "SUBMITTED", "AUTHORISED", ["invoice_approved"]),
        (INVOICES, "ACCREC", "AUTHORISED", "PAID", ["invoice_paid"]),
        (INVOICES, "ACCREC", "DRAFT", "PAID", ["invoice_approved", "invoice_paid"]),
        (INVOICES, "ACCREC", "AUTHORISED", "VOIDED", ["invoice_voided"]),
        (INVOICES, "ACCREC", "PAID", "VOIDED", ["invoice_voided"]),
        (INVOICES, "ACCREC", "DRAFT", "DELETED", []),
        # nothing entered anew; a payment taken back
        (INVOICES, "ACCREC", "AUTHORISED", "AUTHORISED", []),
        (INVOICES, "ACCREC", "PAID", "PAID", []),
        (INVOICES, "ACCREC", "PAID", "AUTHORISED", []),
        (INVOICES, "ACCREC", "VOIDED", "VOIDED", []),
        # made as what it is
        (INVOICES, "ACCREC", NEW, "DRAFT", []),
        (INVOICES, "ACCREC", NEW, "AUTHORISED", ["invoice_approved"]),
        (INVOICES, "ACCREC", NEW, "PAID", ["invoice_approved", "invoice_paid"]),
        (INVOICES, "ACCREC", NEW, None, []),
        # nobody can say what it was before
        (INVOICES, "ACCREC", NOTHING, "PAID", []),
        (INVOICES, "ACCREC", NOTHING, "VOIDED", []),
        # known, with a status that is not
        (INVOICES, "ACCREC", None, "PAID", ["invoice_approved", "invoice_paid"]),
        # bills
        (INVOICES, "ACCPAY", "DRAFT", "SUBMITTED", ["bill_updated"]),
        (INVOICES, "ACCPAY", "DRAFT", "AUTHORISED", ["bill_updated", "bill_approved"]),
        (INVOICES, "ACCPAY", "AUTHORISED", "PAID", ["bill_updated", "bill_paid"]),
        (INVOICES, "ACCPAY", "AUTHORISED", "VOIDED", ["bill_updated", "bill_voided"]),
        (INVOICES, "ACCPAY", NEW, "AUTHORISED", ["bill_created", "bill_approved"]),
        (INVOICES, "ACCPAY", NOTHING, "PAID", ["bill_updated"]),
        # a type that Xero may add
        (INVOICES, "OTHER", "DRAFT", "PAID", []),
        (INVOICES, None, "DRAFT", "PAID", []),
        # credit notes of either type
        (CREDIT_NOTES, "ACCRECCREDIT", "DRAFT", "AUTHORISED", ["credit_note_approved"]),
        (CREDIT_NOTES, "ACCPAYCREDIT", "DRAFT", "PAID", ["credit_note_approved"]),
        (CREDIT_NOTES, "ACCPAYCREDIT", "AUTHORISED", "PAID", []),
        (CREDIT_NOTES, "ACCRECCREDIT", "AUTHORISED", "VOIDED", ["credit_note_voided"]),
        # contacts have a status by another name
        (CONTACTS, None, "ACTIVE", "ARCHIVED", ["contact_archived"]),
        (CONTACTS, None, "ARCHIVED", "ACTIVE", []),
        (CONTACTS, None, NOTHING, "ARCHIVED", []),
        (CONTACTS, None, NEW, "ACTIVE", []),
        # kinds without meanings
        (PAYMENTS, "ACCRECPAYMENT", "AUTHORISED", "DELETED", []),
    ],
)
@pytest.mark.promise("meanings")
def test_what_a_change_amounts_to_is_an_event_of_its_own(
    resource: Resource,
    of_type: str | None,
    previous: str | None,
    now: str | None,
    expected: list[str],
) -> None:
    fixed = {resource.id_field: ID, "Type": of_type}
    after = fixed | {resource.status_field: now, "UpdatedDateUTC": "2026-11-22T01:15:00Z"}
    before = fixed | {resource.status_field: previous, "UpdatedDateUTC": "2026-11-22T01:10:00Z"}
    known = previous not in {NEW, NOTHING}
    entries = told_of(after, before if known else None, created=previous == NEW, resource=resource)
    happened = "created" if previous == NEW else "updated"

    assert names(entries) == [f"{resource.noun}_{happened}", *expected]
    assert {detail_of(entry)["previous_status"] for entry in entries} == {
        previous if known else None
    }


def test_what_is_known_already_is_not_created_whatever_a_webhook_calls_it() -> None:
    entries = told_of(invoice(15), invoice(10), created=True)

    assert names(entries) == ["invoice_updated"]
    assert detail_of(entries[0])["event_type"] == "UPDATE"
