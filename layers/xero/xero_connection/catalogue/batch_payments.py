# SPDX-License-Identifier: Apache-2.0
"""Batch payments: several invoices, or several bills, paid by one movement of the bank account.

https://developer.xero.com/documentation/api/accounting/batchpayments
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, model_validator

from xero_connection.endpoint import Endpoint
from xero_connection.fields import Day, OneOf, refusal
from xero_connection.filters import Where
from xero_connection.lists import Dated, ModifiedSinceInput
from xero_connection.models.batch_payments import BatchedPayment, BatchPayment, BatchPaymentRecord
from xero_connection.models.payments import PaymentAccount, refuse_unnamed
from xero_connection.operation import ReadBack
from xero_connection.resources import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping


class NewBatchPayment(BatchPayment):
    """A batch payment that does not exist yet."""

    Account: PaymentAccount
    Date: Day = Field(description="Day on which the money moved.")
    Payments: list[BatchedPayment] = Field(
        min_length=1, description="All of sales invoices, or all of bills."
    )

    @model_validator(mode="after")
    def _pays_each_document_once(self) -> Self:
        refuse_unnamed(self, "Account")
        paid = set()
        for place, payment in enumerate(self.Payments):
            if payment.Invoice.InvoiceID in paid:
                raise refusal("It is paid in this batch already", "Payments", place, "Invoice")
            paid.add(payment.Invoice.InvoiceID)
        return self


class ListBatchPayments(ModifiedSinceInput, Dated):
    """Which batch payments to list."""

    status: Annotated[Annotated[str, OneOf("AUTHORISED", "DELETED")] | None, Where("Status")] = (
        Field(default=None, description="Only in this status.")
    )


def new_batch_payment(_: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new batch payment is known from all others.

    Which of its texts Xero keeps depends on the country.
    """
    return ("Account", "Date", "Payments")


_BATCHES = Endpoint(
    resource="batch_payments",
    noun="batch_payment",
    collection="BatchPayments",
    record=BatchPaymentRecord,
    read=RESOURCES["payments"].scopes,
    write=("accounting.payments",),
    example_id="2780fbcb-ba6b-5339-8680-74cd4c12ebe9",
    read_back=ReadBack(
        path="/BatchPayments",
        collection="BatchPayments",
        id_field="BatchPaymentID",
        identity=new_batch_payment,
    ),
    bare=("POST",),
)
_BILLS = ("d60a3682-8378-5b15-b75f-588cd8c95890", "0cb10d7a-c36c-5a1d-8ae7-5245ca315cb6")
_PAYMENT = {"Invoice": {"InvoiceID": _BILLS[0]}, "Amount": 120.5}
_BATCH = {
    "Account": {"Code": "090"},
    "Date": "2026-11-22",
    "Details": "Bills 22 Nov",
    "Payments": [_PAYMENT, {"Invoice": {"InvoiceID": _BILLS[1]}, "Amount": 30}],
}

OPERATIONS = (
    _BATCHES.create(
        NewBatchPayment,
        _BATCH,
        summary="Pay several bills, or record that several invoices were paid, in one sum.",
        covers=("createBatchPayment",),
        counter_examples=(
            ({"batch_payment": _BATCH | {"Account": {}}}, "input.batch_payment.Account"),
            ({"batch_payment": _BATCH | {"Payments": []}}, "input.batch_payment.Payments"),
            (
                {"batch_payment": _BATCH | {"Payments": [_PAYMENT, _PAYMENT]}},
                "input.batch_payment.Payments.1.Invoice",
            ),
            (
                {"batch_payment": _BATCH | {"Payments": [_PAYMENT | {"Amount": 0}]}},
                "input.batch_payment.Payments.0.Amount",
            ),
            (
                {"batch_payment": _BATCH | {"Details": "Bills of November 2026"}},
                "input.batch_payment.Details",
            ),
            ({"batch_payment": _BATCH | {"TotalAmount": 5}}, "input.batch_payment.TotalAmount"),
        ),
        undo=(_BATCHES.undo("delete_batch_payment", "AUTHORISED"),),
        advice=(
            "All are approved bills, or all are approved sales invoices; the account is a bank "
            "account. It is made whole or not at all, and moves no money itself. Use "
            "create_payments where each is to be a movement of its own."
        ),
    ),
    _BATCHES.become(
        "delete_batch_payment",
        "Delete a batch payment with all its payments, so that their documents are due again.",
        {"Status": "DELETED"},
        covers=("deleteBatchPayment", "deleteBatchPaymentByUrlParam"),
        destructive=True,
        counter_examples=(({"batch_payment_id": "Bills"}, "input.batch_payment_id"),),
        advice="There is no way back but to create it anew. A reconciled one is not deleted.",
    ),
    _BATCHES.get(
        covers=("getBatchPayment",),
        advice="A payment names its batch in BatchPaymentID.",
    ),
    _BATCHES.list(
        ListBatchPayments,
        covers=("getBatchPayments",),
        example={"status": "AUTHORISED", "date_from": "2026-01-01"},
        counter_examples=(
            ({"status": "PAID"}, "input.status"),
            ({"page": 2}, "input.page"),
        ),
        advice="Xero gives them all at once: narrow it by date or modified_since.",
    ),
)
