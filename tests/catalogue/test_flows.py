# SPDX-License-Identifier: Apache-2.0
"""The operations that one call does not say: what they ask Xero, in which order, and make of it."""

from base64 import b64decode
from typing import Any

import pytest
from xero_connection.catalogue import find
from xero_connection.client import Request
from xero_connection.errors import InputError
from xero_connection.invocation import read_input

from tests.catalogue.driving import PDF_FILE, RECORD_ID, Driven, drive

ACTIVE = {"ContactID": RECORD_ID, "Name": "Harbour Lights Ltd", "ContactStatus": "ACTIVE"}
ARCHIVED = ACTIVE | {"ContactID": "archived", "ContactStatus": "ARCHIVED"}
NONE: dict[str, Any] = {"Contacts": []}


def ended(driven: Driven) -> dict[str, Any]:
    assert driven.done is not None
    return driven.done.output


def filters(driven: Driven) -> list[str]:
    return [request.query["where"] for request in driven.requests if "where" in request.query]


# Contacts


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"contact_number": "C-1"}, 'ContactNumber=="C-1"'),
        ({"email_address": "a@b.example"}, 'EmailAddress=="a@b.example"'),
        ({"name": "Harbour Lights Ltd"}, 'Name=="Harbour Lights Ltd"'),
        # null is not given
        ({"name": "A", "contact_number": None}, 'Name=="A"'),
        # what would end the filter does not
        ({"name": 'A" OR Name!="'}, 'Name=="A"" OR Name!="""'),
    ],
)
def test_a_contact_is_found_by_what_is_given(given: dict[str, Any], where: str) -> None:
    driven = drive(find("contacts/find_contact"), given, {"Contacts": [ACTIVE]})

    assert filters(driven) == [where]
    assert ended(driven)["contacts"] == [ACTIVE]
    assert ended(driven)["pagination"]["page_size"] == 1


@pytest.mark.parametrize(
    ("answers", "found", "asked"),
    [
        # by number before by name
        (({"Contacts": [ACTIVE]},), ACTIVE, ["ContactNumber"]),
        ((NONE, {"Contacts": [ACTIVE]}), ACTIVE, ["ContactNumber", "Name"]),
        # an archived one keeps its number, not its name
        (({"Contacts": [ARCHIVED]},), ARCHIVED, ["ContactNumber"]),
    ],
)
def test_a_contact_that_is_there_is_not_created(
    answers: tuple[Any, ...], found: dict[str, Any], asked: list[str]
) -> None:
    given = {"contact": {"Name": "Harbour Lights Ltd", "ContactNumber": "C-1"}}
    driven = drive(find("contacts/find_or_create_contact"), given, *answers)

    assert ended(driven) == {"contact": found, "created": False}
    assert [where.partition("==")[0] for where in filters(driven)] == asked
    with_archived = {"ContactNumber": "true", "Name": None}
    for request, field in zip(driven.requests, asked, strict=True):
        assert request.query.get("includeArchived") == with_archived[field]
    assert not any(request.writes for request in driven.requests)
    assert driven.done is not None
    assert driven.done.undo is None


@pytest.mark.promise("undo")
def test_a_contact_that_is_not_there_is_created_and_can_be_archived() -> None:
    given = {"contact": {"Name": "Harbour Lights Ltd", "Phones": []}}
    driven = drive(find("contacts/find_or_create_contact"), given, NONE, {"Contacts": [ACTIVE]})

    assert ended(driven) == {"contact": ACTIVE, "created": True}
    assert driven.requests[-1] == Request(
        method="PUT",
        path="/Contacts",
        query={"summarizeErrors": "true"},
        body={"Contacts": [given["contact"]]},
    )
    assert driven.done is not None
    assert driven.done.undo == {
        "operation": "contacts/archive_contact",
        "input": {"contact_id": RECORD_ID},
    }


@pytest.mark.parametrize("key", ["ContactID", "ContactNumber", "Name"])
def test_a_contact_that_may_exist_needs_something_to_match_by(key: str) -> None:
    upsert = find("contacts/upsert_contact")

    assert read_input(upsert, {"contact": {key: RECORD_ID}})
    with pytest.raises(InputError, match="to match by"):
        read_input(upsert, {"contact": {key: None, "FirstName": "A"}})


def test_archiving_changes_the_status_and_nothing_else() -> None:
    (request,) = drive(find("contacts/archive_contact"), {"contact_id": RECORD_ID}).requests

    assert (request.method, request.path) == ("POST", f"/Contacts/{RECORD_ID}")
    assert request.body == {"Contacts": [{"ContactStatus": "ARCHIVED"}]}


# Invoices

LINES = {"invoice_id": RECORD_ID, "line_items": [{"Description": "Desk", "UnitAmount": "120.50"}]}


def test_lines_are_added_behind_those_that_are_there() -> None:
    present = {"LineItems": [{"LineItemID": "a", "Quantity": 1}, {"LineItemID": "b"}]}
    driven = drive(find("invoices/add_line_items"), LINES, {"Invoices": [present]})
    read, write = driven.requests

    assert (read.method, write.method) == ("GET", "POST")
    assert read.path == write.path == f"/Invoices/{RECORD_ID}"
    assert read.query["unitdp"] == write.query["unitdp"] == "4"
    (invoice,) = write.body["Invoices"]
    assert [line.get("LineItemID") for line in invoice["LineItems"]] == ["a", "b", None]
    assert str(invoice["LineItems"][2]["UnitAmount"]) == "120.50"


@pytest.mark.promise("undo")
def test_added_lines_are_taken_away_by_sending_those_that_were_there() -> None:
    present = {"LineItems": [{"LineItemID": RECORD_ID, "Quantity": 1}]}
    done = drive(find("invoices/add_line_items"), LINES, {"Invoices": [present]}).done

    assert done is not None
    assert done.undo == {
        "operation": "invoices/update_invoice",
        "input": {
            "invoice_id": RECORD_ID,
            "invoice": {"LineItems": [{"LineItemID": RECORD_ID}]},
        },
    }


@pytest.mark.parametrize(
    ("operation_id", "status"),
    [
        ("invoices/approve_invoice", "AUTHORISED"),
        ("invoices/void_invoice", "VOIDED"),
        ("invoices/delete_draft_invoice", "DELETED"),
    ],
)
def test_a_change_of_status_sends_the_status_and_nothing_else(
    operation_id: str, status: str
) -> None:
    (request,) = drive(find(operation_id), {"invoice_id": RECORD_ID}).requests

    assert request.method == "POST"
    assert request.body == {"Invoices": [{"Status": status}]}


@pytest.mark.parametrize(
    ("operation_id", "kind"),
    [("invoices/create_invoice", "ACCREC"), ("invoices/create_bill", "ACCPAY")],
)
def test_the_type_of_a_new_document_goes_along_unasked(operation_id: str, kind: str) -> None:
    operation = find(operation_id)
    assert "Type" not in operation.example["invoice"]
    (request,) = drive(operation, operation.example).requests

    assert request.body["Invoices"][0]["Type"] == kind


def test_an_update_sends_only_what_changes() -> None:
    given = {"invoice_id": RECORD_ID, "invoice": {"Reference": None, "DueDate": "2026-12-20"}}
    (request,) = drive(find("invoices/update_invoice"), given).requests

    assert request.body["Invoices"][0].keys() == {"Reference", "DueDate"}


def test_a_pdf_is_base64_with_its_size() -> None:
    output = ended(drive(find("invoices/get_invoice_pdf"), {"invoice_id": RECORD_ID}))

    assert b64decode(output["content"]) == PDF_FILE
    assert output["size"] == len(PDF_FILE)
    assert (output["content_type"], output["file_name"]) == (
        "application/pdf",
        f"{RECORD_ID}.pdf",
    )


@pytest.mark.parametrize(
    ("answer", "url"),
    [
        (
            {"OnlineInvoices": [{"OnlineInvoiceUrl": "https://in.xero.com/a"}]},
            "https://in.xero.com/a",
        ),
        ({"OnlineInvoices": [{"OnlineInvoiceUrl": ""}]}, None),
        ({"OnlineInvoices": [{}]}, None),
        ({"OnlineInvoices": []}, None),
        ({}, None),
    ],
)
def test_an_invoice_without_an_online_invoice_has_no_url(
    answer: dict[str, Any], url: str | None
) -> None:
    driven = drive(find("invoices/get_online_invoice_url"), {"invoice_id": RECORD_ID}, answer)

    assert ended(driven) == {"url": url}


def test_sending_an_invoice_says_so() -> None:
    driven = drive(find("invoices/email_invoice"), {"invoice_id": RECORD_ID}, {})

    assert driven.requests[0].path == f"/Invoices/{RECORD_ID}/Email"
    assert ended(driven) == {"emailed": True, "invoice_id": RECORD_ID}


@pytest.mark.parametrize("name", ["ids", "invoice_numbers", "contact_ids", "statuses"])
def test_an_empty_filter_is_refused_since_xero_would_answer_everything(name: str) -> None:
    with pytest.raises(InputError, match=f"input.{name}: "):
        read_input(find("invoices/list_invoices"), {name: []})
