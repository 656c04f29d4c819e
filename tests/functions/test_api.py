# SPDX-License-Identifier: Apache-2.0
"""Raw calls: whatever Xero's reference has, by the same rules as the operations, if allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from xero_connection.errors import NotFoundError, UnknownOperationError, ValidationError

if TYPE_CHECKING:
    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("raw-calls")


@pytest.fixture
def open_stack(stack: Stack) -> Stack:
    """A stack whose owner allows raw writes."""
    stack.raw_writes = "true"
    return stack


def test_a_raw_read_answers_xeros_document(stack: Stack) -> None:
    given = {"path": "/Invoices", "query": {"page": "1", "where": 'Type=="ACCPAY"'}}
    document = stack.read("api/get", given)["document"]

    assert {one["Type"] for one in document["Invoices"]} == {"ACCPAY"}
    assert "/Date(" not in str(document)
    (sent,) = stack.sent(path="/api.xro/2.0/Invoices")
    assert sent["method"] == "GET"


def test_a_raw_read_of_another_api_goes_to_that_one(stack: Stack) -> None:
    with pytest.raises(NotFoundError):
        stack.read("api/get", {"api": "files", "path": "/Files"})

    assert stack.sent(path="/files.xro/1.0/Files")


def test_raw_writes_are_off_until_the_owner_switches_them_on(stack: Stack) -> None:
    given = {"method": "PUT", "path": "/Contacts", "body": {"Name": "Raw & Sons"}}
    with pytest.raises(UnknownOperationError, match="RawWrites=true"):
        stack.act("api/send", given)

    assert not stack.sent(method="PUT")


def test_a_raw_write_is_made_once_for_its_key(open_stack: Stack) -> None:
    given = {"method": "PUT", "path": "/Contacts", "body": {"Name": "Raw & Sons"}}
    first, again = (
        open_stack.ask("action", "api/send", given, idempotency_key="raw-1") for _ in range(2)
    )

    assert first["output"]["document"]["Contacts"][0]["Name"] == "Raw & Sons"
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert len(open_stack.sent(method="PUT")) == 1


def test_a_raw_write_that_xero_refuses_brings_xeros_words(open_stack: Stack) -> None:
    given = {"method": "PUT", "path": "/Contacts", "body": {"FirstName": "A"}}
    with pytest.raises(ValidationError) as caught:
        open_stack.act("api/send", given)

    assert caught.value.details["messages"][0]["messages"]


def test_a_raw_write_that_was_cut_is_sent_again_with_its_key(open_stack: Stack) -> None:
    open_stack.fault("cut-after")
    given = {"method": "PUT", "path": "/Contacts", "body": {"Name": "Raw & Sons"}}
    open_stack.act("api/send", given)

    keys = {one["idempotency_key"] for one in open_stack.sent(method="PUT")}
    found = open_stack.read("contacts/find_contact", {"name": "Raw & Sons"})["contacts"]
    assert (len(keys), len(found)) == (1, 1)
