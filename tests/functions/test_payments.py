# SPDX-License-Identifier: Apache-2.0
"""What each operation on payments does to Xero's books, read back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.errors import ValidationError

from tests.functions.records import new_invoice, new_payment

if TYPE_CHECKING:
    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("one-declaration")


def payment(invoice_id: str, amount: Any, **changes: Any) -> dict[str, Any]:
    return {
        "Invoice": {"InvoiceID": invoice_id},
        "Account": {"Code": "090"},
        "Amount": amount,
        "Date": "2026-11-22",
    } | changes


def found(stack: Stack, invoice_id: str) -> dict[str, Any]:
    document: dict[str, Any] = stack.read("invoices/get_invoice", {"invoice_id": invoice_id})[
        "invoice"
    ]
    return document


def test_a_payment_settles_its_invoice_to_the_cent(stack: Stack) -> None:
    due = new_invoice(stack, Status="AUTHORISED")
    first = payment(due["InvoiceID"], "100.01", Reference="Receipt 1")
    made = stack.act("payments/create_payment", {"payment": first}, idempotency_key="1")["payment"]
    left = due["AmountDue"] - Decimal("100.01")
    assert made["Amount"] == Decimal("100.01")
    assert (made["Date"], made["Reference"]) == ("2026-11-22", "Receipt 1")
    assert found(stack, due["InvoiceID"])["AmountDue"] == left
    rest = payment(due["InvoiceID"], str(left))
    stack.act("payments/create_payment", {"payment": rest}, idempotency_key="2")
    paid = found(stack, due["InvoiceID"])
    assert (paid["Status"], paid["AmountDue"]) == ("PAID", 0)


def test_more_than_is_due_is_refused_by_xero(stack: Stack) -> None:
    due = new_invoice(stack, Status="AUTHORISED")
    given = {"payment": payment(due["InvoiceID"], str(due["AmountDue"] + Decimal("0.01")))}
    with pytest.raises(ValidationError):
        stack.act("payments/create_payment", given)
    assert found(stack, due["InvoiceID"])["AmountPaid"] == 0


@pytest.mark.promise("undo")
def test_a_payment_is_taken_back_by_deleting_it(stack: Stack) -> None:
    due = new_invoice(stack, Status="AUTHORISED")
    given = {"payment": payment(due["InvoiceID"], 50)}
    answer = stack.ask("action", "payments/create_payment", given)
    deleted = stack.invoke("action", answer["undo"])
    assert deleted["output"]["payment"]["Status"] == "DELETED"
    assert deleted["undo"] is None
    assert found(stack, due["InvoiceID"])["AmountDue"] == due["AmountDue"]


@pytest.mark.promise("batches")
@pytest.mark.promise("undo")
def test_of_many_payments_each_succeeds_or_fails_by_itself(stack: Stack) -> None:
    due = new_invoice(stack, Status="AUTHORISED")
    given = {"payments": [payment(due["InvoiceID"], amount) for amount in (10, 9999, "20.5")]}
    answer = stack.act("payments/create_payments", given)
    assert (answer["succeeded"], answer["failed"]) == (2, 1)
    assert [one["ok"] for one in answer["payments"]] == [True, False, True]
    assert answer["payments"][1]["error"]["type"] == "ValidationError"
    assert found(stack, due["InvoiceID"])["AmountPaid"] == Decimal("30.5")
    for one in (answer["payments"][0], answer["payments"][2]):
        stack.invoke("action", one["undo"])
    assert found(stack, due["InvoiceID"])["AmountPaid"] == 0


def test_a_payment_is_got_by_its_id_and_found_in_the_list(stack: Stack) -> None:
    made = new_payment(stack, Reference="Receipt 77")
    one = stack.read("payments/get_payment", {"payment_id": made["PaymentID"]})["payment"]
    assert one["Reference"] == "Receipt 77"
    where = {"where": 'Reference=="Receipt 77"', "page_size": 5}
    listed = stack.read("payments/list_payments", where)
    assert [each["PaymentID"] for each in listed["payments"]] == [made["PaymentID"]]
    assert listed["pagination"]["page_size"] == 5
