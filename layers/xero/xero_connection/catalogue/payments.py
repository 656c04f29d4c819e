# SPDX-License-Identifier: Apache-2.0
"""Payments: of invoices and bills, and back from credit notes, prepayments and overpayments.

https://developer.xero.com/documentation/api/accounting/payments
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.elements import MOST, answer_for_each
from xero_connection.fields import Amount as Money
from xero_connection.fields import Body, Input, ListOutput, Output, refusal
from xero_connection.lists import PagedInput
from xero_connection.models.payments import Payment, PaymentAccount, PaymentRecord
from xero_connection.operation import Batch, Call, Operation, ReadBack, Undo
from xero_connection.resources import RESOURCES
from xero_connection.trigger import triggers

if TYPE_CHECKING:
    from collections.abc import Mapping

READ = RESOURCES["payments"].scopes
WRITE = ("accounting.payments",)

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
        for name in (*paid, "Account"):
            reference = getattr(self, name)
            known_by = type(reference).model_fields
            if sum(getattr(reference, one) is not None for one in known_by) != 1:
                raise refusal(f"Give {' or '.join(known_by)}", name)
        return self


class CreatePayment(Input):
    """A new payment."""

    payment: Annotated[NewPayment, Body("Payments")]


class CreatePayments(Input):
    """New payments."""

    payments: Annotated[list[NewPayment], Body("Payments")] = Field(
        min_length=1, max_length=MOST, description=f"1 to {MOST} payments."
    )


class OnePayment(Input):
    """One payment by its id."""

    payment_id: UUID


class OnePaymentOutput(Output):
    """One payment."""

    payment: PaymentRecord


class PaymentsOutput(ListOutput):
    """A page of payments."""

    payments: list[PaymentRecord]


def new_payment(_: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new payment is known from all others."""
    return (*_PAID, "Account", "Amount", "Date", "Reference")


def _create(*, each: bool) -> Call:
    """Return the call for one payment, or for some with an answer for each."""
    query = {"summarizeErrors": "false" if each else "true"}
    return Call(method="PUT", path="/Payments", collection="Payments", query=query)


_CREATED = ReadBack(
    path="/Payments",
    collection="Payments",
    id_field="PaymentID",
    identity=new_payment,
    unfilled=("Reference",),
)
_DELETE = Undo(
    operation="payments/delete_payment",
    arguments={"payment_id": "PaymentID"},
    statuses=frozenset({"AUTHORISED"}),
)
_EXAMPLE_ID = "297c2dc5-cc47-4afd-8ec8-74990b8761e9"
_INVOICE_ID = "6f7594f2-f059-4d56-9e67-47ac9733bfe9"
_PAYMENT = {
    "Invoice": {"InvoiceID": _INVOICE_ID},
    "Account": {"Code": "090"},
    "Amount": 120.5,
    "Date": "2026-11-22",
    "Reference": "Receipt 88012",
}


def _payment(**changes: Any) -> dict[str, Any]:
    """Return the example with other fields, without those that are None."""
    changed = {**_PAYMENT, **changes}
    return {name: value for name, value in changed.items() if value is not None}


OPERATIONS = (
    *triggers("payments"),
    Operation(
        id="payments/create_payment",
        kind="action",
        summary="Record a payment of an invoice, bill, credit note, prepayment or overpayment.",
        input=CreatePayment,
        output=OnePaymentOutput,
        example={"payment": _PAYMENT},
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
        call=_create(each=False),
        scopes=WRITE,
        idempotency="key",
        read_back=_CREATED,
        undo=(_DELETE,),
        advice=(
            "Only an approved document takes a payment, up to its AmountDue; the account is a "
            "BANK account or one with EnablePaymentsToAccount. It cannot be changed later, only "
            "deleted. Give a Reference of your own, by which it is known again."
        ),
    ),
    Operation(
        id="payments/create_payments",
        kind="action",
        summary="Record many payments, each of which succeeds or fails by itself.",
        input=CreatePayments,
        output=answer_for_each("payments", "payment", PaymentRecord),
        example={"payments": [_PAYMENT, _payment(Amount=30, Reference="Receipt 88013")]},
        counter_examples=(
            ({"payments": []}, "input.payments"),
            ({"payments": [_PAYMENT] * 501}, "input.payments"),
            ({"payments": [_PAYMENT, _payment(Amount=0)]}, "input.payments.1.Amount"),
            ({"payments": [_payment(Account={})]}, "input.payments.0.Account"),
        ),
        call=_create(each=True),
        batch=Batch(elements="payments", record_key="payment"),
        scopes=WRITE,
        idempotency="key",
        read_back=_CREATED,
        undo=(_DELETE,),
        advice=(
            "Look at ok of each. Give each a Reference of its own, by which it is known again. "
            "Each that is made has an undo of its own."
        ),
    ),
    Operation(
        id="payments/delete_payment",
        kind="action",
        summary="Delete a payment, so that its document is due again.",
        input=OnePayment,
        output=OnePaymentOutput,
        example={"payment_id": _EXAMPLE_ID},
        counter_examples=(({"payment_id": "Receipt 88012"}, "input.payment_id"),),
        call=Call(
            method="POST",
            path="/Payments/{payment_id}",
            collection="Payments",
            body={"Status": "DELETED"},
        ),
        scopes=WRITE,
        idempotency="natural",
        destructive=True,
        advice=(
            "There is no way back but to record it anew. A payment with a BatchPaymentID is "
            "deleted with its batch, in Xero."
        ),
    ),
    Operation(
        id="payments/get_payment",
        kind="query",
        summary="Get a payment by its id.",
        input=OnePayment,
        output=OnePaymentOutput,
        example={"payment_id": _EXAMPLE_ID},
        counter_examples=(({}, "input.payment_id"),),
        call=Call(method="GET", path="/Payments/{payment_id}", collection="Payments"),
        scopes=READ,
        advice="An invoice lists the ids of its payments in Payments.",
    ),
    Operation(
        id="payments/list_payments",
        kind="query",
        summary="List payments, a page at a time.",
        input=PagedInput,
        output=PaymentsOutput,
        example={"where": 'Status=="AUTHORISED"', "order": "Date DESC", "page_size": 20},
        counter_examples=(
            ({"page_size": 1001}, "input.page_size"),
            ({"invoice_id": _INVOICE_ID}, "input.invoice_id"),
        ),
        call=Call(method="GET", path="/Payments", collection="Payments"),
        scopes=READ,
        advice="Deleted payments are in the list too, unless where leaves them out.",
    ),
)
