# SPDX-License-Identifier: Apache-2.0
"""Xero's own SDK takes credit notes, allocations and batch payments through their lives."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from xero_python.accounting import (
    Account,
    Allocation,
    Allocations,
    BatchPayment,
    BatchPaymentDelete,
    BatchPayments,
    Contact,
    CreditNote,
    CreditNotes,
    Invoice,
    LineItem,
    Payment,
    PaymentService,
    PaymentServices,
)

if TYPE_CHECKING:
    from tests.xero.sdk import Sdk

pytestmark = pytest.mark.promise("simulator-xero-sdk")


def test_the_sdk_allocates_a_credit_note_and_takes_it_back(sdk: Sdk) -> None:
    api, tenant_id = sdk.accounting, sdk.tenant_id
    owed = api.get_invoice(tenant_id, "INV-0003").invoices[0]
    line = LineItem(description="Chair", quantity=1.0, unit_amount=20.0, account_code="200")
    draft = CreditNote(
        type="ACCRECCREDIT",
        contact=Contact(contact_id=owed.contact.contact_id),
        line_items=[line],
        date=date(2026, 11, 20),
    )
    made = api.create_credit_notes(tenant_id, CreditNotes(credit_notes=[draft])).credit_notes[0]
    approved = api.update_credit_note(
        tenant_id, made.credit_note_id, CreditNotes(credit_notes=[CreditNote(status="AUTHORISED")])
    ).credit_notes[0]
    assert (approved.status, approved.remaining_credit) == ("AUTHORISED", Decimal(23))
    part = Allocation(
        invoice=Invoice(invoice_id=owed.invoice_id), amount=Decimal("10.5"), date=date(2026, 11, 21)
    )
    allocated = api.create_credit_note_allocation(
        tenant_id, made.credit_note_id, Allocations(allocations=[part])
    ).allocations[0]
    left = api.get_credit_note(tenant_id, made.credit_note_id).credit_notes[0]
    assert left.remaining_credit == Decimal("12.5")
    assert left.allocations[0].allocation_id == allocated.allocation_id
    gone = api.delete_credit_note_allocations(
        tenant_id, made.credit_note_id, allocated.allocation_id
    )
    assert gone.is_deleted
    assert api.get_invoice(tenant_id, owed.invoice_id).invoices[0].amount_due == owed.amount_due


def test_the_sdk_pays_a_batch_and_takes_it_back(sdk: Sdk) -> None:
    api, tenant_id = sdk.accounting, sdk.tenant_id
    owed = [api.get_invoice(tenant_id, one).invoices[0] for one in ("INV-0003", "INV-0004")]
    payments = [
        Payment(invoice=Invoice(invoice_id=one.invoice_id), amount=one.amount_due) for one in owed
    ]
    batch = BatchPayment(
        account=Account(code="090"), date=date(2026, 11, 20), payments=payments, details="Desks"
    )
    made = api.create_batch_payment(
        tenant_id, BatchPayments(batch_payments=[batch])
    ).batch_payments[0]
    assert made.total_amount == sum(one.amount_due for one in owed)
    assert api.get_batch_payment(tenant_id, made.batch_payment_id).batch_payments[0].payments
    gone = api.delete_batch_payment(
        tenant_id, BatchPaymentDelete(batch_payment_id=made.batch_payment_id, status="DELETED")
    ).batch_payments[0]
    assert gone.status == "DELETED"
    assert api.get_invoice(tenant_id, "INV-0003").invoices[0].amount_due == owed[0].amount_due


def test_the_sdk_makes_a_payment_service(sdk: Sdk) -> None:
    api, tenant_id = sdk.accounting, sdk.tenant_id
    service = PaymentService(
        payment_service_name="Gannet Pay", payment_service_url="https://gannet.example"
    )
    api.create_payment_service(tenant_id, PaymentServices(payment_services=[service]))
    names = [
        one.payment_service_name for one in api.get_payment_services(tenant_id).payment_services
    ]
    assert "Gannet Pay" in names
