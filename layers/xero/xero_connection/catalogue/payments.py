# SPDX-License-Identifier: Apache-2.0
"""Payments: of invoices and bills, and back from credit notes, prepayments and overpayments.

https://developer.xero.com/documentation/api/accounting/payments
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID  # noqa: TC003 - models are read at run time

from pydantic import Field, model_validator

from xero_connection.client import Request
from xero_connection.endpoint import Endpoint
from xero_connection.errors import InputError, NotFoundError
from xero_connection.fields import Amount as Money
from xero_connection.fields import Day, Input, OneOf, document, refusal
from xero_connection.filters import Where, quoted
from xero_connection.lists import Dated, PagedInput
from xero_connection.models.payments import (
    Payment,
    PaymentAccount,
    PaymentRecord,
    refuse_unnamed,
)
from xero_connection.operation import Done, Operation, ReadBack
from xero_connection.resources import RESOURCES
from xero_connection.trigger import triggers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.operation import Flow

_PAID = ("Invoice", "CreditNote", "Prepayment", "Overpayment")


class NewPayment(Payment):
    """A payment that does not exist yet, of exactly one document."""

    Account: PaymentAccount
    Amount: Money = Field(
        gt=0, description="In the document's currency; not more than is due on it."
    )

    @model_validator(mode="after")
    def _pays_one_document(self) -> Self:
        paid = [name for name in _PAID if getattr(self, name) is not None]
        if len(paid) != 1:
            raise refusal(f"Give one of {', '.join(_PAID)}")
        refuse_unnamed(self, *paid, "Account")
        return self


class RecordPayment(Input):
    """A payment of the sales invoice with a number."""

    invoice_number: str = Field(min_length=1, max_length=255, description="Of a sales invoice.")
    account: PaymentAccount
    amount: Money | None = Field(
        default=None, gt=0, description="All that is due, where it is left out."
    )
    date: Day | None = Field(
        default=None, description="Day on which the money moved; today where it is left out."
    )
    reference: str | None = Field(
        default=None, description="Text of your own, by which the payment is known again."
    )

    @model_validator(mode="after")
    def _names_an_account(self) -> Self:
        refuse_unnamed(self, "account")
        return self


class ListPayments(PagedInput, Dated):
    """Which payments to list."""

    invoice_id: Annotated[UUID | None, Where("Invoice.InvoiceID")] = Field(
        default=None, description="Only of this invoice or bill."
    )
    status: Annotated[Annotated[str, OneOf("AUTHORISED", "DELETED")] | None, Where("Status")] = (
        Field(default=None, description="Only in this status.")
    )
    type: Annotated[str | None, Where("PaymentType")] = Field(
        default=None, min_length=1, description="Such as ACCRECPAYMENT, of a sales invoice."
    )
    reconciled: Annotated[bool | None, Where("IsReconciled")] = Field(
        default=None, description="Matched with a line of a bank statement, or not."
    )
    reference: Annotated[str | None, Where("Reference")] = Field(
        default=None, min_length=1, description="Only with exactly this reference."
    )


def new_payment(_: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new payment is known from all others."""
    return (*_PAID, "Account", "Amount", "Date", "Reference")


def by_any_name(payment: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a payment with what it pays under each name.

    Xero shows a credit note that is paid back as an Invoice, with its id as InvoiceID.
    """
    name = next((one for one in _PAID if payment.get(one)), "")
    if not name:
        return payment
    paid = payment[name]
    told = {part: paid[name + part] for part in ("ID", "Number") if name + part in paid}
    alike = {one: {one + part: told[part] for part in told} for one in _PAID if one != name}
    return {**payment, **alike}


def _record(asked: RecordPayment) -> Flow:
    number = quoted(asked.invoice_number)
    where = f'Type=="ACCREC" AND InvoiceNumber=={number}'
    answer = yield Request(method="GET", path="/Invoices", query={"where": where, "page": "1"})
    # A number is free again once its invoice is deleted.
    standing = [one for one in answer["Invoices"] if one.get("Status") not in {"DELETED", "VOIDED"}]
    if not standing:
        raise NotFoundError("No sales invoice has this number, or it is voided.")
    if len(standing) > 1:
        raise InputError.at(
            "input.invoice_number",
            "Several sales invoices have this number",
            details={"invoice_ids": [one["InvoiceID"] for one in standing]},
            advice="Find out which is meant, and use create_payment with its InvoiceID.",
        )
    invoice = standing[0]
    amount = invoice.get("AmountDue") if asked.amount is None else asked.amount
    if not amount:
        raise InputError.at(
            "input.invoice_number",
            "Nothing is due on this invoice",
            details={"invoice_id": invoice["InvoiceID"]},
        )
    payment = {
        "Invoice": {"InvoiceID": invoice["InvoiceID"]},
        "Account": document(asked.account),
        "Amount": amount,
        "Date": asked.date,
        "Reference": asked.reference,
    }
    answer = yield Request(
        method="PUT",
        path="/Payments",
        query={"summarizeErrors": "true"},
        body={"Payments": [{name: value for name, value in payment.items() if value is not None}]},
    )
    made = answer["Payments"][0]
    return Done(output={"payment": made}, undo=_DELETE.ready_call(made))


_PAYMENTS = Endpoint(
    resource="payments",
    noun="payment",
    collection="Payments",
    record=PaymentRecord,
    read=RESOURCES["payments"].scopes,
    write=("accounting.payments",),
    example_id="a02a7145-5598-5d94-90df-c5aaa8ff685a",
    bare=("POST",),
    read_back=ReadBack(
        path="/Payments",
        collection="Payments",
        id_field="PaymentID",
        identity=new_payment,
        unfilled=("Reference",),
        shown=by_any_name,
    ),
)
_DELETE = _PAYMENTS.undo("delete_payment", "AUTHORISED")
_INVOICE_ID = "d60a3682-8378-5b15-b75f-588cd8c95890"
_PAYMENT = {
    "Invoice": {"InvoiceID": _INVOICE_ID},
    "Account": {"Code": "090"},
    "Amount": 120.5,
    "Date": "2026-11-22",
    "Reference": "Receipt 88012",
}


_NUMBER = {"invoice_number": "INV-0003", "account": {"Code": "090"}}


def _payment(**changes: Any) -> dict[str, Any]:
    """Return the example with other fields, without those that are None."""
    changed = {**_PAYMENT, **changes}
    return {name: value for name, value in changed.items() if value is not None}


OPERATIONS = (
    *triggers("payments"),
    _PAYMENTS.create(
        NewPayment,
        _PAYMENT,
        summary="Record a payment of an invoice, bill, credit note, prepayment or overpayment.",
        covers=("createPayment", "createPayments"),
        counter_examples=(
            ({"payment": _payment(Account=None)}, "input.payment.Account"),
            ({"payment": _payment(Account={})}, "input.payment.Account"),
            ({"payment": _payment(Invoice=None)}, "input.payment"),
            (
                {"payment": _payment(CreditNote={"CreditNoteID": _INVOICE_ID})},
                "input.payment",
            ),
            (
                {"payment": _payment(Invoice={"InvoiceID": _INVOICE_ID, "InvoiceNumber": "A"})},
                "input.payment.Invoice",
            ),
            ({"payment": _payment(Amount=None)}, "input.payment.Amount"),
            ({"payment": _payment(Amount=0)}, "input.payment.Amount"),
            ({"payment": _payment(Amount=-5)}, "input.payment.Amount"),
            ({"payment": _payment(Amount=1.005)}, "input.payment.Amount"),
            ({"payment": _payment(Date="22/11/2026")}, "input.payment.Date"),
            ({"payment": _payment(Status="DELETED")}, "input.payment.Status"),
        ),
        undo=(_DELETE,),
        advice=(
            "Only an approved document takes a payment, up to its AmountDue or RemainingCredit; "
            "the account is a BANK account or one with EnablePaymentsToAccount. One of a credit "
            "note, prepayment or overpayment pays it back. It cannot be changed later, only "
            "deleted. Give a Reference of your own, by which it is known again."
        ),
    ),
    _PAYMENTS.create_many(
        NewPayment,
        (_PAYMENT, _payment(Amount=30, Reference="Receipt 88013")),
        summary="Record many payments, each of which succeeds or fails by itself.",
        covers=("createPayments",),
        counter_examples=(
            ({"payments": []}, "input.payments"),
            ({"payments": [_PAYMENT] * 501}, "input.payments"),
            ({"payments": [_PAYMENT, _payment(Amount=0)]}, "input.payments.1.Amount"),
            ({"payments": [_payment(Account={})]}, "input.payments.0.Account"),
        ),
        undo=(_DELETE,),
        advice=(
            "Look at ok of each. Give each a Reference of its own, by which it is known again. "
            "Each that is made has an undo of its own."
        ),
    ),
    Operation(
        id="payments/record_payment_for_invoice_number",
        kind="action",
        summary="Record a payment of the one sales invoice with this number.",
        input=RecordPayment,
        output=_PAYMENTS.one,
        example=_NUMBER | {"amount": 40, "date": "2026-11-22", "reference": "Receipt 88014"},
        counter_examples=(
            ({"invoice_number": "INV-0003"}, "input.account"),
            (_NUMBER | {"account": {}}, "input.account"),
            (_NUMBER | {"invoice_number": ""}, "input.invoice_number"),
            (_NUMBER | {"amount": 0}, "input.amount"),
            (_NUMBER | {"amount": 1.005}, "input.amount"),
            (_NUMBER | {"date": "22/11/2026"}, "input.date"),
        ),
        covers=("createPayment", "createPayments"),
        flow=_record,
        calls=2,
        scopes=_PAYMENTS.write,
        idempotency="key",
        read_back=_PAYMENTS.read_back,
        advice=(
            "It pays all that is due unless amount says less, and refuses where no invoice or "
            "several have the number. It reads the invoice too, which needs accounting.invoices. "
            "Numbers of bills are not unique: use find_invoice and create_payment. Its undo "
            "deletes the payment."
        ),
    ),
    _PAYMENTS.become(
        "delete_payment",
        "Delete a payment, so that its document is due again.",
        {"Status": "DELETED"},
        covers=("deletePayment",),
        counter_examples=(({"payment_id": "Receipt 88012"}, "input.payment_id"),),
        destructive=True,
        advice=(
            "There is no way back but to record it anew. A payment with a BatchPaymentID is "
            "deleted with its batch by delete_batch_payment."
        ),
    ),
    _PAYMENTS.get(
        covers=("getPayment",),
        counter_examples=(({}, "input.payment_id"),),
        advice="An invoice lists the ids of its payments in Payments.",
    ),
    _PAYMENTS.list(
        ListPayments,
        summary="List payments, a page at a time.",
        covers=("getPayments",),
        example={
            "status": "AUTHORISED",
            "reconciled": False,
            "order": "Date DESC",
            "page_size": 20,
        },
        counter_examples=(
            ({"page_size": 1001}, "input.page_size"),
            ({"invoice_id": "INV-0001"}, "input.invoice_id"),
            ({"date_from": "1 Nov"}, "input.date_from"),
            ({"reconciled": "maybe"}, "input.reconciled"),
            ({"type": ""}, "input.type"),
        ),
        advice="Deleted payments are in the list too, unless status leaves them out.",
    ),
)
