# SPDX-License-Identifier: Apache-2.0
"""Credits, payments by number and batches: what they ask Xero, and by what they are known."""

from __future__ import annotations

from typing import Any

import pytest
from xero_connection.catalogue import find
from xero_connection.catalogue.credit_notes import matched_credit_note, new_credit_note
from xero_connection.errors import InputError, NotFoundError

from tests.catalogue.driving import RECORD_ID, drive

NUMBER = {"invoice_number": 'A" OR Type!="', "account": {"Code": "090"}}
OTHER_ID = "0cb10d7a-c36c-5a1d-8ae7-5245ca315cb6"
KINDS = [
    ("credit_note", "CreditNotes"),
    ("overpayment", "Overpayments"),
    ("prepayment", "Prepayments"),
]


def due(amount: Any, **fields: Any) -> dict[str, Any]:
    return {"InvoiceID": RECORD_ID, "Status": "AUTHORISED", "AmountDue": amount, **fields}


@pytest.mark.parametrize(("noun", "collection"), KINDS)
@pytest.mark.promise("undo")
def test_an_allocation_is_undone_by_deleting_it_from_its_own_credit(
    noun: str, collection: str
) -> None:
    allocate = find(f"{noun}s/allocate_{noun}")
    driven = drive(allocate, {**allocate.example, f"{noun}_id": OTHER_ID})
    (put,) = driven.requests
    assert (put.method, put.path) == ("PUT", f"/{collection}/{OTHER_ID}/Allocations")
    assert driven.done
    assert driven.done.undo
    undo = driven.done.undo
    (delete,) = drive(find(undo["operation"]), undo["input"]).requests
    assert (delete.method, delete.body) == ("DELETE", None)
    assert delete.path == f"/{collection}/{OTHER_ID}/Allocations/{RECORD_ID}"


@pytest.mark.promise("undo")
def test_an_allocation_whose_id_xero_does_not_say_has_no_ready_undo() -> None:
    allocate = find("credit_notes/allocate_credit_note")
    done = drive(allocate, allocate.example, {"Allocations": [{"Amount": 60.5}]}).done
    assert done
    assert done.undo is None


def test_a_payment_by_number_pays_what_is_due_on_the_one_invoice() -> None:
    record = find("payments/record_payment_for_invoice_number")
    gone = due(5, Status="DELETED", InvoiceID=OTHER_ID)
    driven = drive(record, NUMBER, {"Invoices": [gone, due("120.55")]})
    looked, paid = driven.requests
    assert looked.query["where"] == 'Type=="ACCREC" AND InvoiceNumber=="A"" OR Type!="""'
    assert paid.body == {
        "Payments": [
            {
                "Invoice": {"InvoiceID": RECORD_ID},
                "Account": {"Code": "090"},
                "Amount": "120.55",
            }
        ]
    }


@pytest.mark.parametrize(
    ("invoices", "error"),
    [
        ([], NotFoundError),
        ([due(5, Status="VOIDED")], NotFoundError),
        ([due(5), due(5, InvoiceID=OTHER_ID)], InputError),
        ([due(0, Status="PAID")], InputError),
    ],
)
def test_a_payment_by_number_is_refused_where_it_is_not_clear_what_it_pays(
    invoices: list[dict[str, Any]], error: type[Exception]
) -> None:
    with pytest.raises(error):
        drive(find("payments/record_payment_for_invoice_number"), NUMBER, {"Invoices": invoices})


@pytest.mark.parametrize("name", ["payments/delete_payment", "batch_payments/delete_batch_payment"])
def test_a_deletion_is_a_status_without_a_collection_around_it(name: str) -> None:
    (request,) = drive(find(name), find(name).example).requests
    assert (request.method, request.body) == ("POST", {"Status": "DELETED"})


@pytest.mark.promise("read-back")
def test_a_credit_note_is_known_by_its_own_number_else_by_its_content() -> None:
    own = {"Type": "ACCRECCREDIT", "CreditNoteNumber": "A", "Reference": "R", "Status": "DRAFT"}
    suppliers = own | {"Type": "ACCPAYCREDIT"}
    assert new_credit_note(own) == ("Type", "CreditNoteNumber")
    content = new_credit_note(suppliers)
    # Xero makes another for each customer's that has none, and keeps no supplier's reference
    assert {"CreditNoteNumber", "LineItems"} < set(content) - {"Reference"} == set(content)
    assert new_credit_note({"Type": "ACCRECCREDIT"}) == ("Reference", *content[1:])
    # what may have been there before is known by all that was sent
    assert matched_credit_note(own) == ("Type", "CreditNoteNumber", "Reference")
    assert matched_credit_note(suppliers) == new_credit_note(suppliers)
    by_id = matched_credit_note({"CreditNoteID": RECORD_ID, **suppliers})
    assert by_id == ("CreditNoteID", "Type", "CreditNoteNumber", "Reference")
