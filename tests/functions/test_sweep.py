# SPDX-License-Identifier: Apache-2.0
"""Changes that no webhook told of, from the sweep through the record function to a rule."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.resources import RESOURCES
from xero_connection.sweeper import Sweeper

from local.xero import SimulatorConfig
from local.xero.config import Limits
from tests.functions.stack import Context, sample

if TYPE_CHECKING:
    from tests.functions.stack import Stack


@pytest.fixture
def config(request: pytest.FixtureRequest) -> SimulatorConfig:
    """Enough calls a minute for a test; those of the reserve name their own limits."""
    return SimulatorConfig(limits=getattr(request, "param", Limits(minute=10_000)))


KINDS = {one.collection: one for one in RESOURCES.values()}


def sweep(stack: Stack, event: Any = None, *, milliseconds: int = 900_000) -> dict[str, Any]:
    """Return what a sweep answers, after which the record function has worked off its findings."""
    answer = stack.invoke("sweep", event or {}, Context(milliseconds=milliseconds))
    stack.work_off()
    return dict(answer)


@pytest.fixture
def swept(stack: Stack) -> Stack:
    """A stack whose baseline is made."""
    sweep(stack)
    return stack


@pytest.mark.promise("baseline")
def test_the_first_sweep_notes_everything_and_publishes_nothing(stack: Stack) -> None:
    answer = sweep(stack)

    assert answer["complete"] == len(RESOURCES)
    assert answer["records"] > 50
    assert answer["left"] == answer["refused"] == answer["without_scope"] == []
    assert stack.told() == []
    again = sweep(stack)
    assert again["records"] < answer["records"]
    assert stack.told() == []


@pytest.mark.parametrize("collection", KINDS)
@pytest.mark.promise("sweep")
def test_a_change_that_nobody_told_of_is_found(swept: Stack, collection: str) -> None:
    resource = KINDS[collection]
    (record_id,) = swept.change(collection, {})
    sweep(swept)
    (created, *_) = swept.news()
    assert created["detail-type"] == f"{resource.name}/{resource.noun}_created"
    assert created["detail"]["found_by"] == "sweep"
    assert created["detail"]["record"][resource.id_field] == record_id

    before = len(swept.news())
    swept.change(collection, {resource.id_field: record_id, "HasAttachments": True})
    sweep(swept)
    updated = swept.news()[before]
    assert updated["detail-type"] == f"{resource.name}/{resource.noun}_updated"
    assert "HasAttachments" in updated["detail"]["changed"]
    sweep(swept)
    assert len([one for one in swept.told() if one.endswith("_updated")]) <= 2


@pytest.mark.promise("changed")
def test_after_the_baseline_the_first_change_says_what_it_changed(swept: Stack) -> None:
    books = next(iter(swept.xero.books.values()))
    contact = next(iter(books.contacts.values()))["ContactID"]
    swept.change("Contacts", {"ContactID": contact, "ContactStatus": "ARCHIVED"})
    sweep(swept)

    assert swept.told() == ["contacts/contact_updated", "contacts/contact_archived"]
    detail = swept.news()[0]["detail"]
    assert "ContactStatus" in detail["changed"]
    assert detail["previous_status"] == "ACTIVE"


@pytest.mark.promise("record-once")
def test_what_a_webhook_told_of_is_not_published_again_by_the_sweep(swept: Stack) -> None:
    (contact,) = swept.change("Contacts", {})
    swept.tell("CONTACT", contact, happened="CREATE")
    swept.work_off()
    sweep(swept)
    sweep(swept)

    assert swept.told() == ["contacts/contact_created"]


@pytest.mark.promise("sequence-gap")
def test_a_gap_in_xeros_numbering_is_said_and_swept_for(swept: Stack) -> None:
    (one, lost) = swept.change("Contacts", {}, {})
    (item,) = swept.change("Items", {})
    swept.tell("CONTACT", one, happened="CREATE", first=7)
    swept.tell("CONTACT", one, first=15)

    missed = [event for event in swept.seen() if event["detail-type"] == "webhooks/events_missed"]
    (detail,) = [event["detail"] for event in missed]
    assert (detail["expected_sequence"], detail["received_sequence"]) == (8, 15)
    assert detail["missed"] == 7
    assert swept.work_off("sweeps", "sweep") == 0
    swept.work_off()
    published = [event["detail"]["resource_id"] for event in swept.news()]
    assert sorted(published) == sorted([one, lost])
    # Items are never told of, so none of them can have been missed.
    assert item not in published


@pytest.mark.promise("sequence-gap")
def test_a_sweep_for_missed_webhooks_comes_again_while_xero_is_out(swept: Stack) -> None:
    swept.tell("CONTACT", swept.change("Contacts", {})[0], first=7)
    swept.tell("CONTACT", swept.change("Contacts", {})[0], first=15)
    swept.fault("503", times=30)

    assert swept.work_off("sweeps", "sweep") == 1
    swept.admin("DELETE", "faults")
    assert swept.work_off("sweeps", "sweep") == 0


@pytest.mark.promise("sweep-cursor")
def test_the_cursor_waits_for_the_queue(swept: Stack) -> None:
    (contact,) = swept.change("Contacts", {})
    swept.client("sqs").down = True
    assert sweep(swept)["left"] != []
    swept.client("sqs").down = False
    sweep(swept)

    assert [event["detail"]["resource_id"] for event in swept.news()] == [contact]


@pytest.mark.promise("sweep-cursor")
def test_a_sweep_that_runs_out_of_time_goes_on_from_there(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = {"resource": "Contacts", "count": 3000, "quiet": True, "spread_seconds": 86_400}
    ids = stack.admin("POST", "records", wish)["ids"]
    ticks, defaults = count(), Sweeper.__init__.__kwdefaults__
    assert defaults
    # A second passes with each look at the clock.
    monkeypatch.setitem(defaults, "clock", lambda: float(next(ticks)))
    answers = [sweep(stack, milliseconds=60_000) for _ in range(8)]
    assert all(answer["left"] for answer in answers)
    # What has waited longest comes first, so that after a few everything has had its turn.
    assert sum(answer["complete"] for answer in answers) >= len(RESOURCES)
    assert sweep(stack)["left"] == []

    listed = [one for one in stack.sent("GET", "/Contacts") if one["status"] == 200]
    # Seven pages, each of which begins in the second where the last one ended; and one for each
    # sweep that came by again.
    assert 7 <= len(listed) <= 8 + len(answers)
    assert stack.told() == []
    stack.change("Contacts", *({"ContactID": one, "FirstName": "New"} for one in ids[:3]))
    sweep(stack)
    assert stack.told() == ["contacts/contact_updated"] * 3


@pytest.mark.promise("sweep")
def test_what_the_token_has_no_scope_for_is_not_asked_for(stack: Stack) -> None:
    held = stack.held("token")
    scopes = ["accounting.contacts.read", "accounting.payments"]
    stack.fill(token=held | {"access_token": stack.log_in(*scopes), "scopes": scopes})
    answer = sweep(stack)

    assert answer["complete"] == 4
    assert answer["left"] == []
    assert "invoices" in answer["without_scope"]
    assert {one["path"].rpartition("/")[2] for one in stack.sent("GET")} == {
        "Contacts",
        "Payments",
        "Prepayments",
        "Overpayments",
    }


@pytest.mark.promise("sweep")
def test_on_a_stack_without_a_credential_the_schedule_says_what_to_fill(
    empty_stack: Stack,
) -> None:
    answer = empty_stack.invoke("sweep", sample("deliveries/schedule"))

    assert answer["complete"] == 0
    assert "put" in answer["reason"]


@pytest.mark.promise("query-reads-only")
def test_the_sweep_only_reads(stack: Stack) -> None:
    sweep(stack)

    assert {one["method"] for one in stack.sent()} == {"GET"}


@pytest.mark.parametrize("config", [Limits(minute=25)], indirect=True)
@pytest.mark.promise("reserve")
def test_with_few_calls_left_this_minute_a_sweep_takes_its_time(stack: Stack) -> None:
    # Xero has once said when its minutes end.
    stack.fault("429-minute:1")
    answer = sweep(stack)

    assert answer["left"] == []
    # Of 25 calls others have most: what the first answer of a minute shows to be left is theirs.
    assert len([one for one in stack.waited if one > 30]) == len(RESOURCES) - 1


@pytest.mark.parametrize("config", [Limits(day=104)], indirect=True)
@pytest.mark.promise("reserve")
def test_the_last_hundred_calls_of_a_day_are_left_to_people(stack: Stack) -> None:
    answer = sweep(stack)

    assert len(stack.sent("GET")) == 4
    assert len(answer["left"]) == len(RESOURCES) - 4
    assert stack.read("contacts/list_contacts")["contacts"]


@pytest.mark.parametrize("not_modified", [True, False])
@pytest.mark.promise("sweep-cursor")
def test_an_answer_without_content_moves_the_cursor_on(stack: Stack, not_modified: bool) -> None:
    stack.xero.config = SimulatorConfig(not_modified=not_modified)
    sweep(stack)
    before = sweep(stack)
    (contact,) = stack.change("Contacts", {})
    sweep(stack)

    assert before["left"] == []
    assert [event["detail"]["resource_id"] for event in stack.news()] == [contact]
