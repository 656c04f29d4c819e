# SPDX-License-Identifier: Apache-2.0
"""Lists through the query function: pages, cursors, counts, and books too large for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.errors import InputError

if TYPE_CHECKING:
    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("whole-lists")


@pytest.fixture
def crowd(stack: Stack) -> Stack:
    """A stack whose organisation has many contacts."""
    stack.admin("POST", "records", {"resource": "Contacts", "count": 1_200})
    return stack


def ids(output: Any) -> list[str]:
    """Return the contacts of an answer."""
    return [one["ContactID"] for one in output["contacts"]]


def test_a_page_says_how_to_go_on(crowd: Stack) -> None:
    first = crowd.read("contacts/list_contacts", {"page_size": 300, "order": "Name ASC"})
    second = crowd.read(
        "contacts/list_contacts", {"cursor": first["next_cursor"], "order": "Name ASC"}
    )

    assert (len(ids(first)), len(ids(second))) == (300, 300)
    assert not set(ids(first)) & set(ids(second))
    assert second["pagination"]["page"] == 2


def test_all_pages_come_in_one_answer(crowd: Stack) -> None:
    before = len(crowd.sent(path="/Contacts"))
    output = crowd.read("contacts/list_contacts", {"all_pages": True, "order": "Name ASC"})

    assert len(set(ids(output))) == output["pagination"]["item_count"] >= 1_200
    assert (output["next_cursor"], output["stopped_by"]) == (None, None)
    assert len(crowd.sent(path="/Contacts")) - before == 3


def test_what_lambda_cannot_return_comes_in_more_answers(stack: Stack) -> None:
    big = {"resource": "Contacts", "count": 1_500}
    stack.admin("POST", "records", big)
    made = stack.read("contacts/list_contacts", {"all_pages": True})["contacts"]
    for start in range(0, len(made), 500):
        changed = [
            {"ContactID": one["ContactID"], "BankAccountDetails": "9" * 6_000}
            for one in made[start : start + 500]
        ]
        stack.admin("POST", "records", {"resource": "Contacts", "records": changed})
    found: list[str] = []
    asked: dict[str, Any] = {"all_pages": True, "order": "ContactID ASC"}
    reasons = []
    for _ in range(10):
        output = stack.read("contacts/list_contacts", asked)
        found += ids(output)
        reasons.append(output["stopped_by"])
        if output["next_cursor"] is None:
            break
        asked = {**asked, "cursor": output["next_cursor"]}

    assert sorted(found) == sorted(one["ContactID"] for one in made)
    assert reasons[0] == "size"
    assert reasons[-1] is None
    answer = stack.ask("query", "contacts/list_contacts", {"all_pages": True}, fields=["ContactID"])
    assert len(answer["output"]["contacts"]) == len(made)


def test_records_are_counted_by_one_small_call(crowd: Stack) -> None:
    output = crowd.read("contacts/list_contacts", {"count_only": True})

    assert (output["contacts"], output["pagination"]["item_count"] >= 1_200) == ([], True)
    assert crowd.read("accounts/list_accounts", {"count_only": True})["pagination"]["item_count"]


def test_a_cursor_with_other_filters_is_refused(crowd: Stack) -> None:
    cursor = crowd.read("contacts/list_contacts", {"page_size": 10})["next_cursor"]
    with pytest.raises(InputError, match=r"input\.cursor: This cursor is of another list"):
        crowd.read("contacts/list_contacts", {"cursor": cursor, "search_term": "a"})
