# SPDX-License-Identifier: Apache-2.0
"""What each operation on contacts does to Xero's books, read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.functions.records import contact, new_contact, new_invoice

if TYPE_CHECKING:
    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("one-declaration")


def test_a_created_contact_is_there(stack: Stack) -> None:
    made = new_contact(
        stack, ContactNumber="C-7", Phones=[{"PhoneType": "MOBILE", "PhoneNumber": "55"}]
    )
    found = stack.read("contacts/get_contact", {"contact_id": made["ContactID"]})["contact"]
    assert (found["Name"], found["ContactNumber"]) == ("Gannet & Sons", "C-7")
    assert "55" in [phone["PhoneNumber"] for phone in found["Phones"]]


def test_an_update_changes_what_it_names_and_no_more(stack: Stack) -> None:
    made = new_contact(stack)
    given = {"contact_id": made["ContactID"], "contact": {"FirstName": "Ida"}}
    stack.act("contacts/update_contact", given)
    found = stack.read("contacts/get_contact", {"contact_id": made["ContactID"]})["contact"]
    assert (found["FirstName"], found["EmailAddress"]) == ("Ida", "books@gannet.example")


def test_an_upsert_creates_once_and_then_changes(stack: Stack) -> None:
    first = stack.act("contacts/upsert_contact", {"contact": contact()}, idempotency_key="1")
    again = {"contact": contact(EmailAddress="new@gannet.example")}
    second = stack.act("contacts/upsert_contact", again, idempotency_key="2")
    assert second["contact"]["ContactID"] == first["contact"]["ContactID"]
    assert second["contact"]["EmailAddress"] == "new@gannet.example"


def test_find_or_create_creates_once_and_then_finds(stack: Stack) -> None:
    given = {"contact": contact()}
    first = stack.ask("action", "contacts/find_or_create_contact", given, idempotency_key="1")
    assert first["output"]["created"] is True
    assert first["undo"]["operation"] == "contacts/archive_contact"
    changed = {"contact": contact(EmailAddress="other@gannet.example")}
    second = stack.ask("action", "contacts/find_or_create_contact", changed, idempotency_key="2")
    assert second["output"]["created"] is False
    assert second["output"]["contact"]["ContactID"] == first["output"]["contact"]["ContactID"]
    assert second["output"]["contact"]["EmailAddress"] == "books@gannet.example"
    assert second["undo"] is None


def test_find_or_create_prefers_the_number_to_the_name(stack: Stack) -> None:
    made = new_contact(stack, Name="Old name", ContactNumber="C-7")
    given = {"contact": contact(Name="New name", ContactNumber="C-7")}
    found = stack.act("contacts/find_or_create_contact", given)
    assert (found["created"], found["contact"]["ContactID"]) == (False, made["ContactID"])


@pytest.mark.parametrize(
    "name", ['Quote " Ltd', "Back\\slash", 'a" OR Name!="', "O'Neill", "50% & more"]
)
def test_a_contact_of_any_name_is_found_by_exactly_that(stack: Stack, name: str) -> None:
    made = new_contact(stack, Name=name)
    found = stack.read("contacts/find_contact", {"name": name})["contacts"]
    assert [one["ContactID"] for one in found] == [made["ContactID"]]


def test_a_contact_is_found_by_number_and_by_e_mail_address(stack: Stack) -> None:
    made = new_contact(stack, ContactNumber="C-7")
    for given in ({"contact_number": "C-7"}, {"email_address": "books@gannet.example"}):
        found = stack.read("contacts/find_contact", given)["contacts"]
        assert [one["ContactID"] for one in found] == [made["ContactID"]]
    assert stack.read("contacts/find_contact", {"name": "Nobody"})["contacts"] == []


def test_an_archived_contact_is_archived_and_listed_only_when_asked_for(stack: Stack) -> None:
    made = new_contact(stack)
    stack.act("contacts/archive_contact", {"contact_id": made["ContactID"]}, idempotency_key="a")
    given = {"search_term": "Gannet"}
    assert stack.read("contacts/list_contacts", given)["contacts"] == []
    listed = stack.read("contacts/list_contacts", given | {"include_archived": True})["contacts"]
    assert [one["ContactStatus"] for one in listed] == ["ARCHIVED"]


def test_a_list_is_read_page_by_page(stack: Stack) -> None:
    first = stack.read("contacts/list_contacts", {"page_size": 5, "order": "Name ASC"})
    count = first["pagination"]["page_count"]
    assert first["pagination"] | {"page_count": 0, "item_count": 0} == {
        "page": 1,
        "page_size": 5,
        "page_count": 0,
        "item_count": 0,
    }
    names = [one["Name"] for one in first["contacts"]]
    for page in range(2, count + 1):
        given = {"page_size": 5, "page": page, "order": "Name ASC"}
        names += [one["Name"] for one in stack.read("contacts/list_contacts", given)["contacts"]]
    assert len(names) == first["pagination"]["item_count"]
    assert names == sorted(set(names))
    beyond = stack.read("contacts/list_contacts", {"page_size": 5, "page": count + 1})
    assert beyond["contacts"] == []


def test_a_list_is_narrowed_by_ids_and_by_time(stack: Stack) -> None:
    made = new_contact(stack)
    by_id = stack.read("contacts/list_contacts", {"ids": [made["ContactID"]]})["contacts"]
    assert [one["ContactID"] for one in by_id] == [made["ContactID"]]
    since = {"modified_since": made["UpdatedDateUTC"]}
    ids = [one["ContactID"] for one in stack.read("contacts/list_contacts", since)["contacts"]]
    assert made["ContactID"] in ids
    later = {"modified_since": "2099-01-01T00:00:00+12:00"}
    assert stack.read("contacts/list_contacts", later)["contacts"] == []


@pytest.mark.promise("fields")
def test_fields_keep_the_answer_to_what_is_wanted(stack: Stack) -> None:
    wanted = ["ContactID", "Name"]
    listed = stack.ask("query", "contacts/list_contacts", fields=wanted)["output"]
    assert {tuple(one) for one in listed["contacts"]} == {("ContactID", "Name")}
    assert listed["pagination"]["page"] == 1
    made = stack.act("contacts/create_contact", {"contact": contact()}, fields=["ContactID"])
    assert made["contact"].keys() == {"ContactID"}


@pytest.mark.promise("fields")
def test_a_misspelt_field_is_refused_and_one_nobody_knows_is_left_out(stack: Stack) -> None:
    refused = stack.ask("query", "contacts/list_contacts", fields=["ContactId"], on_error="return")
    assert "ContactID" in refused["error"]["message"]
    assert stack.sent() == []
    listed = stack.ask("query", "contacts/list_contacts", fields=["BrandNewThing"])["output"]
    assert all(one == {} for one in listed["contacts"])


def test_a_contact_with_an_invoice_says_so(stack: Stack) -> None:
    made = new_contact(stack)
    new_invoice(stack, Contact={"ContactID": made["ContactID"]}, Status="AUTHORISED")
    found = stack.read("contacts/get_contact", {"contact_id": made["ContactID"]})["contact"]
    assert found["IsCustomer"] is True
