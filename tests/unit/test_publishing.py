# SPDX-License-Identifier: Apache-2.0
"""What becomes of a record that may be news: on the bus, in the table, among the dead letters."""

import json
from typing import Any

import pytest
from xero_connection.findings import Swept, read_finding, swept_texts
from xero_connection.hearing import heard_key
from xero_connection.observe import Observer
from xero_connection.publishing import buried
from xero_connection.records import row_key
from xero_connection.resources import RESOURCES

from tests.unit.books import (
    START,
    TENANT,
    DeadError,
    DownError,
    Message,
    Office,
    later,
    table_down,
    told_text,
    uuid_of,
)

INVOICES = RESOURCES["invoices"]
TRANSFERS = RESOURCES["bank_transfers"]
UNTIL = "2026-11-22T01:15:39Z"
KEY = row_key(TENANT, INVOICES, str(uuid_of("a")))


def swept(office: Office, *, until: str = "", **fields: Any) -> None:
    """Have a sweep find the record as Xero has it, or as it is said here."""
    record = {
        "InvoiceID": str(uuid_of("a")),
        "UpdatedDateUTC": "2026-11-22T01:15:39Z",
        "Type": "ACCREC",
        **fields,
    }
    office.queue += map(Message, swept_texts(TENANT, INVOICES, [record], baseline_until=until))


def told(office: Office, event_type: str = "UPDATE", **fields: Any) -> None:
    """Have a webhook tell of the record, which has changed."""
    office.xero.put(INVOICES, "a", Type="ACCREC", **fields)
    office.tell(INVOICES, "a", event_type)


# Once


@pytest.mark.promise("record-once")
def test_a_version_found_again_is_not_published_again() -> None:
    office = Office()
    told(office, "CREATE")
    office.work_off()
    swept(office)
    office.tell(INVOICES, "a")
    office.tell(INVOICES, "a", "CREATE")
    office.work_off()

    assert office.names == ["invoices/invoice_created"]
    assert office.queue == []
    assert office.lines[-1]["repeated"] == 1


@pytest.mark.promise("record-once")
def test_a_version_older_than_the_one_published_is_not_published() -> None:
    office = Office()
    told(office)
    office.work_off()
    swept(office, UpdatedDateUTC="2026-11-22T01:00:00Z")
    office.work_off()

    assert len(office.bus) == 1
    assert office.queue == []


@pytest.mark.promise("changed")
def test_a_change_says_what_it_changed_and_which_status_was_before() -> None:
    office = Office()
    for status, total in (("DRAFT", 1), ("AUTHORISED", 1), ("AUTHORISED", 2)):
        told(office, Status=status, Total=total)
        office.clock.sleep(1)
        office.work_off()

    assert [(one["changed"], one["previous_status"]) for one in office.details] == [
        ([], None),
        (["Status", "UpdatedDateUTC"], "DRAFT"),
        (["Status", "UpdatedDateUTC"], "DRAFT"),
        (["Total", "UpdatedDateUTC"], "AUTHORISED"),
    ]


@pytest.mark.promise("record-once")
def test_what_ends_between_bus_and_table_repeats_with_the_same_id() -> None:
    office = Office()
    told(office)

    def before(call: str) -> None:
        if call in {"put", "give_back"}:
            raise DeadError

    office.rows.before = before
    with pytest.raises(DeadError):
        office.work_off()
    office.rows.before = lambda _: None
    office.work_off()

    assert len(office.bus) == 2
    assert office.repeats == 1
    assert office.queue == []


@pytest.mark.promise("record-once")
def test_what_the_table_cannot_note_comes_again() -> None:
    office = Office()
    told(office)
    office.rows.before = lambda call: table_down(call) if call == "put" else None
    office.work_off()
    assert len(office.queue) == 1

    office.rows.before = lambda _: None
    office.work_off()
    assert (len(office.bus), office.queue) == (2, [])


# The bus


@pytest.mark.promise("records")
def test_what_the_bus_refuses_comes_again_and_holds_up_no_other() -> None:
    office = Office()
    for name in "ab":
        office.xero.put(INVOICES, name)
        office.tell(INVOICES, name)
    office.bus_refuses = lambda entry: str(uuid_of("a")) in entry["Detail"]
    office.work_off()
    assert [one["resource_id"] for one in office.details] == [str(uuid_of("b"))]
    kept = {row_key(TENANT, INVOICES, str(uuid_of("b"))), heard_key(TENANT, INVOICES.name)}
    assert office.rows.rows.keys() == kept

    office.bus_refuses = lambda _: False
    office.work_off()
    assert len(office.bus) == 2
    assert office.queue == []


@pytest.mark.promise("record-dead-letters")
def test_what_the_bus_can_never_take_is_kept_with_the_reason_and_holds_up_no_other() -> None:
    office = Office()
    for name in "ab":
        office.xero.put(INVOICES, name)
        office.tell(INVOICES, name)
    office.never = lambda entry: str(uuid_of("a")) in entry["Detail"]
    office.work_off()

    assert office.dead == [(told_text(INVOICES, "a"), "the bus can never take it")]
    assert len(office.bus) == 1
    assert office.queue == []
    assert {"failed": True, "outcome": "buried", "reason": "the bus can never take it"} in (
        office.lines
    )


@pytest.mark.promise("record-dead-letters")
def test_of_a_swept_message_only_the_record_that_cannot_be_published_is_kept_apart() -> None:
    office = Office()
    records = [
        {"InvoiceID": str(uuid_of(name)), "UpdatedDateUTC": date}
        for name, date in (("a", "yesterday"), ("b", "2026-11-22T01:15:39Z"))
    ]
    office.queue += map(Message, swept_texts(TENANT, INVOICES, records, baseline_until=UNTIL[:-1]))
    office.work_off()

    assert len(office.rows.rows) == 1
    ((text, reason),) = office.dead
    held = read_finding(text)
    assert isinstance(held, Swept)
    assert (list(held.records.values()), held.baseline_until) == ([records[0]], UNTIL[:-1])
    assert reason.startswith("ValueError at documents.py:")
    assert office.queue == []
    assert office.lines[-1].get("repeated") == 0


@pytest.mark.promise("record-dead-letters")
def test_what_cannot_even_be_buried_comes_again() -> None:
    office = Office(dead_down=True)
    swept(office, UpdatedDateUTC="yesterday")
    office.queue.append(Message("no finding"))
    office.work_off()
    assert len(office.queue) == 2

    office.dead_down = False
    office.work_off()
    assert (len(office.dead), office.queue) == (2, [])


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"moment": "soon", "status": "", "fields": "{}"},
        {"moment": UNTIL, "status": "", "fields": "no json"},
        {"moment": "", "status": "", "fields": "[]"},
        {"moment": "", "status": "", "fields": "[" * 100_000},
    ],
)
@pytest.mark.promise("record-dead-letters")
def test_a_row_that_cannot_be_read_holds_up_no_other_record(row: dict[str, str]) -> None:
    office = Office()
    office.rows.rows[KEY] = {"pk": KEY, **row}
    for name in "ab":
        office.xero.put(INVOICES, name)
        office.tell(INVOICES, name)
    office.work_off()

    assert [one["resource_id"] for one in office.details] == [str(uuid_of("b"))]
    assert [text for text, _ in office.dead] == [told_text(INVOICES, "a")]
    assert office.queue == []


@pytest.mark.promise("record-dead-letters")
def test_a_record_nested_beyond_writing_is_kept_by_its_message_or_its_id() -> None:
    office = Office()
    deep: Any = {}
    for _ in range(700):
        deep = {"a": deep}
    record = {"InvoiceID": str(uuid_of("a")), "Deep": deep}
    (by_id,) = swept_texts(TENANT, INVOICES, [record])
    assert json.loads(by_id)["swept"]["ids"] == [str(uuid_of("a"))]

    office.xero.kinds["Invoices"] = {uuid_of("a"): record}
    office.queue += [Message(by_id), Message(told_text(INVOICES, "b"))]
    office.xero.put(INVOICES, "b")
    office.work_off()
    assert len(office.bus) == 1
    assert [text for text, _ in office.dead] == [by_id]
    assert office.queue == []


# The baseline, and messages in another order


@pytest.mark.promise("baseline")
def test_the_baseline_is_noted_and_the_first_change_after_it_says_what_changed() -> None:
    office = Office()
    swept(office, until=UNTIL, Status="DRAFT")
    office.work_off()
    assert office.bus == []

    swept(office, UpdatedDateUTC="2026-11-22T01:20:00Z", Status="AUTHORISED")
    office.work_off()
    assert office.names == ["invoices/invoice_updated", "invoices/invoice_approved"]
    assert office.details[0]["previous_status"] == "DRAFT"


@pytest.mark.promise("baseline")
def test_what_changes_while_the_baseline_is_made_is_published_and_not_said_to_be_new() -> None:
    office = Office()
    swept(office, until=UNTIL, UpdatedDateUTC="2026-11-22T01:15:39.001Z", Status="PAID")
    office.work_off()

    assert office.names == ["invoices/invoice_updated"]


@pytest.mark.promise("baseline")
def test_what_a_webhook_tells_of_is_published_though_the_baseline_was_quicker() -> None:
    office = Office()
    told(office, UpdatedDateUTC=START)
    waiting = list(office.queue)
    swept(office, until=UNTIL)
    office.work_off(office.queue[1:])
    assert (office.bus, office.queue) == ([], waiting)

    office.work_off()
    assert office.names == ["invoices/invoice_updated"]
    office.tell(INVOICES, "a")
    swept(office)
    office.work_off()
    assert len(office.bus) == 1


@pytest.mark.promise("baseline")
def test_of_a_known_record_the_baseline_publishes_what_no_webhook_told_of() -> None:
    office = Office()
    told(office, Status="DRAFT", UpdatedDateUTC=START - later(60))
    office.work_off()
    swept(office, until=UNTIL, Status="AUTHORISED")
    office.work_off()

    assert office.names[1:] == ["invoices/invoice_updated", "invoices/invoice_approved"]


@pytest.mark.parametrize("newer", [False, True])
@pytest.mark.promise("meanings")
def test_a_creation_that_is_told_after_an_update_is_published_all_the_same(newer: bool) -> None:
    office = Office()
    told(office, "UPDATE", Status="AUTHORISED")
    office.work_off()
    assert office.names == ["invoices/invoice_updated"]

    office.clock.sleep(1)
    if newer:
        told(office, "CREATE", Total=2)
    else:
        office.tell(INVOICES, "a", "CREATE")
    office.work_off()
    assert office.names[1:] == ["invoices/invoice_created", "invoices/invoice_approved"]
    assert office.repeats == 0
    office.tell(INVOICES, "a", "CREATE")
    office.work_off()
    assert len(office.bus) == 3


def test_a_creation_that_a_sweep_found_first_is_said_once() -> None:
    office = Office()
    office.xero.put(INVOICES, "a", Type="ACCREC")
    swept(office)
    office.work_off()
    office.tell(INVOICES, "a", "CREATE")
    office.work_off()

    assert office.names == ["invoices/invoice_created"]


@pytest.mark.promise("baseline")
def test_records_without_dates_are_of_the_baseline_while_it_is_made() -> None:
    office = Office()
    for until, amount in ((UNTIL, 1), ("", 1), ("", 2)):
        record = {"BankTransferID": str(uuid_of("a")), "Amount": amount}
        texts = swept_texts(TENANT, TRANSFERS, [record], baseline_until=until)
        office.queue += map(Message, texts)
        office.work_off()

    assert [one["changed"] for one in office.details] == [["Amount"]]


def test_a_failing_dead_letter_queue_is_said_without_its_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Powertools keeps a logger, and the output it has found, by its service's name.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "buried")

    def bury(text: str, *, reason: str) -> None:
        raise DownError(text + reason)

    assert not buried(bury, Observer("record"), "a-secret", "a reason")
    said = capsys.readouterr().out
    assert "DownError at " in said
    assert "a-secret" not in said
