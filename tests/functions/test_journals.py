# SPDX-License-Identifier: Apache-2.0
"""What operations on manual journals do to Xero's ledger, read back from it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from xero_connection.catalogue import find
from xero_connection.errors import InputError, NotFoundError
from xero_connection.invocation import read_input
from xero_connection.lists import Listed

from tests.functions.test_bank import example, got

if TYPE_CHECKING:
    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("one-declaration")


LIST = find("journals/list_journals")
ENTERED = example("manual_journals/create_manual_journal")


@pytest.mark.promise("undo")
@pytest.mark.parametrize(("status", "after"), [("DRAFT", "DELETED"), ("POSTED", "VOIDED")])
def test_a_manual_journal_is_taken_back_as_its_status_allows(
    stack: Stack, status: str, after: str
) -> None:
    given = {"manual_journal": ENTERED | {"Status": status}}
    answer = stack.ask("action", "manual_journals/create_manual_journal", given)
    stack.invoke("action", answer["undo"])
    record_id = answer["output"]["manual_journal"]["ManualJournalID"]
    assert got(stack, "manual_journals", "manual_journal", record_id)["Status"] == after


@pytest.mark.promise("undo")
def test_a_draft_is_posted_into_the_ledger_and_voided(stack: Stack) -> None:
    made = stack.act("manual_journals/create_manual_journal", {"manual_journal": ENTERED})
    named = {"manual_journal_id": made["manual_journal"]["ManualJournalID"]}
    stack.act("manual_journals/update_manual_journal", named | {"manual_journal": {"Url": "u"}})
    before = stack.read("journals/list_journals")["journals"][-1]["JournalNumber"]
    answer = stack.ask("action", "manual_journals/post_manual_journal", named)
    ledger = stack.read("journals/list_journals", {"offset": before})
    (entry,) = ledger["journals"]
    assert (entry["SourceType"], entry["SourceID"]) == ("MANJOURNAL", named["manual_journal_id"])
    assert [line["NetAmount"] for line in entry["JournalLines"]] == [
        Decimal("75.5"),
        Decimal("-75.5"),
    ]
    for given in (
        {"journal_id": entry["JournalID"]},
        {"journal_number": entry["JournalNumber"]},
    ):
        assert stack.read("journals/get_journal", given)["journal"] == entry
    stack.invoke("action", answer["undo"])
    found = stack.read("manual_journals/list_manual_journals", {"narration_contains": "November"})
    assert [one["Status"] for one in found["manual_journals"]] == ["VOIDED"]


@pytest.mark.promise("typed-input")
def test_a_journal_that_does_not_come_to_zero_is_told_by_how_much(stack: Stack) -> None:
    lines = [line | {"LineAmount": abs(line["LineAmount"])} for line in ENTERED["JournalLines"]]
    given = {"manual_journal": ENTERED | {"JournalLines": lines}}
    with pytest.raises(InputError, match=r"151\.0+ too much debit"):
        stack.act("manual_journals/create_manual_journal", given)
    assert stack.sent("PUT") == []


def test_a_line_in_the_account_of_receivables_is_refused_by_xero(stack: Stack) -> None:
    lines = [ENTERED["JournalLines"][0], ENTERED["JournalLines"][1] | {"AccountCode": "610"}]
    given = {"manual_journals": [ENTERED, ENTERED | {"JournalLines": lines}]}
    answer = stack.act("manual_journals/create_manual_journals", given)
    assert [one["ok"] for one in answer["manual_journals"]] == [True, False]


def test_a_full_page_of_journals_says_how_to_go_on(stack: Stack) -> None:
    books = next(iter(stack.xero.books.values()))
    shelf = books.shelves["Journals"]
    last = len(shelf)
    for number in range(last + 1, last + 101):
        key = f"{number:08d}-0000-4000-8000-000000000000"
        shelf[key] = shelf.model | {"JournalID": key, "JournalNumber": number}
    page = stack.read("journals/list_journals", {"offset": last})
    assert len(page["journals"]) == 100
    asked = read_input(LIST, {"offset": last})
    assert isinstance(asked, Listed)
    behind = asked.following(page["journals"], page["pagination"])
    assert behind is not None
    given = {"cursor": behind.cursor_after()}
    assert read_input(LIST, given).model_dump()["offset"] == last + 100
    end = stack.read("journals/list_journals", {"offset": last + 100})
    assert end["journals"] == []
    assert behind.following(end["journals"], end["pagination"]) is None
    with pytest.raises(NotFoundError):
        stack.read("journals/get_journal", {"journal_number": 9999})
