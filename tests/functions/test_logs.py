# SPDX-License-Identifier: Apache-2.0
"""What the functions write down; that it holds nothing sensitive is looked at after every test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.errors import XeroConnectionError

from local.derived.samples import delivery
from tests.functions.records import LINE, contact, invoice, new_contact
from tests.functions.stack import Stack, sample, token_secret, tool_context
from tests.functions.test_requests import record, request
from tests.functions.test_webhook import event

if TYPE_CHECKING:
    from tests.functions.conftest import Output

PRIVATE = {
    "Name": "Wilhelmina Thistlethwaite",
    "EmailAddress": "mina@thistlethwaite.example",
    "FirstName": "Wilhelmina",
    "AccountNumber": "ACC-778-199",
}
WORK = "Unspeakable bathroom refurbishment"


def failing(stack: Stack, *args: Any, **envelope: Any) -> str:
    """Return all that an invocation's failure says."""
    with pytest.raises(XeroConnectionError) as failed:
        stack.ask(*args, **envelope)
    return f"{failed.value} {failed.value!r}"


@pytest.mark.promise("no-secrets-said")
def test_a_day_with_every_kind_of_trouble_says_nothing_it_should_not(
    stack: Stack, output: Output
) -> None:
    secrets = [stack.held("token")["access_token"], stack.xero.config.client_secret]
    made = new_contact(stack, **PRIVATE)
    lines = [LINE | {"Description": WORK}]
    document = invoice(Contact={"ContactID": made["ContactID"]}, LineItems=lines)
    stack.act("invoices/create_invoice", {"invoice": document})
    stack.read("contacts/find_contact", {"name": PRIVATE["Name"]})
    stack.invoke(
        "query", {"email_address": PRIVATE["EmailAddress"]}, tool_context("x___find_contact")
    )
    wrong = {"contact": PRIVATE | {"Nme": WORK}}
    said = failing(stack, "action", "contacts/create_contact", wrong)
    for fault in ("429-minute:50", "500", "cut-after", "html-error", "expired-token"):
        stack.fault(fault, 9, path="/Contacts")
        given = {"contact": contact(**PRIVATE, ContactNumber=fault)}
        said += failing(stack, "action", "contacts/upsert_contact", given)
        stack.xero.faults.clear()
    stack.fill(token=token_secret(secrets[0], minutes=-5), credential={"client_secret": secrets[1]})
    stack.start_again()
    said += failing(stack, "query", "contacts/list_contacts")
    stack.connect()
    secrets.append(stack.held("token")["access_token"])
    stack.client("sqs").answers = {"change_message_visibility": {}}
    stack.invoke("action", {"Records": [record(request(given=wrong)), record(WORK)]})
    stack.client("events").down = True
    stack.invoke("action", {"Records": [record(request())]})
    stack.invoke("webhook", delivery([event(data={"Name": PRIVATE["Name"]})]))
    stack.invoke("webhook", {"headers": {"x-xero-signature": secrets[0]}, "body": WORK})
    stack.invoke("token", sample("deliveries/schedule"))

    assert len(output.lines()) > 15
    for word in (*secrets, *PRIVATE.values(), WORK, "Thistlethwaite"):
        assert word not in output.text
        assert word not in said


@pytest.mark.promise("no-secrets-said")
def test_an_exception_nobody_foresaw_is_written_down_by_class_and_place_alone(
    stack: Stack, output: Output
) -> None:
    stack.client("sqs").answers = {"change_message_visibility": {}}
    stack.invoke("action", {"Records": [record(WORK)]})
    (line,) = output.lines()
    assert line["outcome"] == "failed"
    assert line["reason"].startswith("JSONDecodeError at queued.py:")


def test_an_invocation_has_one_line_that_says_how_it_went(stack: Stack, output: Output) -> None:
    stack.fault("500")
    stack.ask("query", "contacts/list_contacts", correlation_id="o-1")
    (line,) = output.lines()
    expected = {
        "level": "INFO",
        "message": "query",
        "operation": "contacts/list_contacts",
        "outcome": "ok",
        "tenant_id": stack.xero.tenant_id,
        "calls": 1,
        "attempts": 2,
        "correlation_id": "o-1",
    }
    assert expected.items() <= line.items()
    assert line["request_id"]


@pytest.mark.parametrize(
    ("function", "asked", "outcome"),
    [
        ("query", {"operation": "contacts/list_contacts", "dry_run": True}, "rehearsed"),
        ("query", {"operation": "contacts/no_such"}, "unknown_operation"),
        ("query", {"operation": "contacts/get_contact"}, "invalid_input"),
        ("query", {"operation": "contacts/list_contacts", "tenant_id": "x"}, "tenant"),
        ("query", {"nothing": 1}, "invalid_input"),
        ("action", {"operation": "contacts/list_contacts"}, "unknown_operation"),
    ],
)
def test_whatever_is_asked_leaves_one_line_and_one_count(
    stack: Stack, output: Output, function: str, asked: dict[str, Any], outcome: str
) -> None:
    stack.invoke(function, asked | {"on_error": "return"})
    (line,) = output.lines()
    assert line["outcome"] == outcome
    (count,) = [one for one in output.all_lines() if "_aws" in one]
    assert (count["function"], count["outcome"], count["Handled"]) == (function, outcome, [1.0])
    # An operation that somebody has made up would make a metric of its own each time.
    assert ("operation" in count) == (
        outcome in {"rehearsed", "invalid_input", "tenant"} and "operation" in asked
    )
    assert json.dumps(count)
