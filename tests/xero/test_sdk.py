# SPDX-License-Identifier: Apache-2.0
"""Xero's own Python SDK works against the served simulator unchanged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from xero_python.accounting import (
    Account,
    Contact,
    Contacts,
    Invoice,
    Invoices,
    LineItem,
    Payment,
    PaymentDelete,
    Payments,
)
from xero_python.exceptions import AccountingBadRequestException, RateLimitException

if TYPE_CHECKING:
    from tests.xero.conftest import Clock
    from tests.xero.sdk import Sdk

pytestmark = pytest.mark.promise("simulator-xero-sdk")


def test_the_sdk_logs_in_and_finds_the_organisation(sdk: Sdk) -> None:
    organisation = sdk.accounting.get_organisations(sdk.tenant_id).organisations[0]
    assert organisation.organisation_id == sdk.tenant_id
    assert organisation.is_demo_company


def test_the_sdk_reads_every_list(sdk: Sdk) -> None:
    api, tenant_id = sdk.accounting, sdk.tenant_id
    assert any(one.code == "200" for one in api.get_accounts(tenant_id).accounts)
    assert any(one.tax_type == "OUTPUT" for one in api.get_tax_rates(tenant_id).tax_rates)
    assert api.get_contacts(tenant_id).contacts
    assert api.get_invoices(tenant_id, page=1).invoices
    assert api.get_items(tenant_id).items
    assert api.get_currencies(tenant_id).currencies
    assert api.get_tracking_categories(tenant_id).tracking_categories
    assert api.get_branding_themes(tenant_id).branding_themes
    assert api.get_users(tenant_id).users


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("credit_notes", "credit_note"),
        ("payments", "payment"),
        ("prepayments", "prepayment"),
        ("overpayments", "overpayment"),
        ("bank_transactions", "bank_transaction"),
        ("bank_transfers", "bank_transfer"),
        ("purchase_orders", "purchase_order"),
        ("quotes", "quote"),
        ("manual_journals", "manual_journal"),
        ("items", "item"),
    ],
)
def test_the_sdk_reads_what_is_read_only(sdk: Sdk, plural: str, singular: str) -> None:
    read_list = getattr(sdk.accounting, f"get_{plural}")
    read_one = getattr(sdk.accounting, f"get_{singular}")
    pages = [{}, {"page": 1}] if "page" in read_list.__doc__ else [{}]
    for page in pages:
        listed = getattr(read_list(sdk.tenant_id, **page), plural)
        assert len(listed) >= 2
    for one in listed:
        record_id = getattr(one, f"{singular}_id")
        (found,) = getattr(read_one(sdk.tenant_id, record_id), plural)
        assert getattr(found, f"{singular}_id") == record_id


def test_the_sdk_creates_and_finds_a_contact(sdk: Sdk) -> None:
    made = sdk.accounting.create_contacts(
        sdk.tenant_id, Contacts(contacts=[Contact(name="Juniper & Sons", contact_number="J-1")])
    ).contacts[0]
    found = sdk.accounting.get_contacts(sdk.tenant_id, where='Name=="Juniper & Sons"').contacts
    assert [one.contact_id for one in found] == [made.contact_id]
    assert sdk.accounting.get_contact(sdk.tenant_id, made.contact_id).contacts[0].name == made.name


def test_the_sdk_takes_an_invoice_through_its_life(sdk: Sdk) -> None:
    api, tenant_id = sdk.accounting, sdk.tenant_id
    line = LineItem(description="Desk", quantity=2.0, unit_amount=120.5, account_code="200")
    made = api.create_invoices(
        tenant_id,
        Invoices(
            invoices=[
                Invoice(
                    type="ACCREC",
                    contact=Contact(name="Larkspur Interiors"),
                    line_items=[line],
                    due_date=date(2027, 1, 31),
                )
            ]
        ),
        idempotency_key="order-1047",
    ).invoices[0]
    assert made.status == "DRAFT"
    assert (made.sub_total, made.total_tax, made.total) == (
        Decimal(241),
        Decimal("36.15"),
        Decimal("277.15"),
    )

    changed = api.update_invoice(
        tenant_id, made.invoice_id, Invoices(invoices=[Invoice(status="AUTHORISED")])
    ).invoices[0]
    assert changed.status == "AUTHORISED"
    assert changed.line_items[0].line_item_id == made.line_items[0].line_item_id

    page = api.get_invoices(tenant_id, page=1, page_size=2, i_ds=[made.invoice_id])
    assert page.pagination.item_count == 1
    assert page.invoices[0].line_items

    ended = api.update_invoice(
        tenant_id, made.invoice_id, Invoices(invoices=[Invoice(status="VOIDED")])
    ).invoices[0]
    assert (ended.status, ended.amount_due) == ("VOIDED", 0)


def test_the_sdk_pays_an_invoice_and_takes_the_payment_back(sdk: Sdk) -> None:
    api, tenant_id = sdk.accounting, sdk.tenant_id
    owed = api.get_invoice(tenant_id, "INV-0003").invoices[0]
    part = Payment(
        invoice=Invoice(invoice_id=owed.invoice_id),
        account=Account(code="090"),
        amount=Decimal("100.25"),
        date=date(2026, 11, 20),
    )
    made = api.create_payment(tenant_id, part, idempotency_key="pay-1").payments[0]
    again = api.create_payment(tenant_id, part, idempotency_key="pay-1").payments[0]
    assert made.payment_id == again.payment_id
    assert (made.payment_type, made.status, made.amount) == (
        "ACCRECPAYMENT",
        "AUTHORISED",
        Decimal("100.25"),
    )
    assert made.date == date(2026, 11, 20)
    part.amount = made.invoice.amount_due
    too_much = Payment(invoice=part.invoice, account=part.account, amount=Decimal(1))
    results = api.create_payments(
        tenant_id, Payments(payments=[part, too_much]), summarize_errors=False
    ).payments
    assert [one.status_attribute_string for one in results] == ["OK", "ERROR"]
    assert api.get_invoice(tenant_id, owed.invoice_id).invoices[0].status == "PAID"
    gone = api.delete_payment(tenant_id, made.payment_id, PaymentDelete(status="DELETED"))
    assert gone.payments[0].status == "DELETED"
    back = api.get_invoice(tenant_id, owed.invoice_id).invoices[0]
    assert (back.status, back.amount_due) == ("AUTHORISED", Decimal("100.25"))
    assert len(back.payments) == 1


def test_the_sdk_fetches_a_pdf(sdk: Sdk) -> None:
    invoice_id = sdk.accounting.get_invoices(sdk.tenant_id, page=1).invoices[0].invoice_id
    path = sdk.accounting.get_invoice_as_pdf(sdk.tenant_id, invoice_id)
    with open(path, "rb") as file:  # noqa: PTH123 - the SDK gives a name
        assert file.read().startswith(b"%PDF-")


def test_the_sdk_raises_xeros_own_message_for_a_refused_element(sdk: Sdk) -> None:
    with pytest.raises(AccountingBadRequestException) as refused:
        sdk.accounting.create_contacts(
            sdk.tenant_id, Contacts(contacts=[Contact(name="Larkspur Interiors")])
        )
    assert refused.value.reason == (
        "The contact name Larkspur Interiors is already assigned to another contact. "
        "The contact name must be unique across all active contacts."
    )


def test_the_sdk_sees_errors_per_element_when_it_asks_for_them(sdk: Sdk) -> None:
    bare = Invoice(type="ACCREC", contact=Contact(name="Saltmarsh Yachts"), date=date(2026, 1, 1))
    draft = Invoice(type="ACCREC", contact=bare.contact, line_items=[LineItem(description="Desk")])
    made = sdk.accounting.update_or_create_invoices(
        sdk.tenant_id,
        Invoices(invoices=[draft, bare]),
        summarize_errors=False,
    ).invoices
    assert [one.status_attribute_string for one in made] == ["OK", "ERROR"]
    assert [one.message for one in made[1].validation_errors] == [
        "One or more line items must be specified"
    ]


def test_the_sdk_names_the_limit_it_ran_into(sdk: Sdk, clock: Clock) -> None:
    # Of the concurrent limit, since urllib3 under the SDK sleeps through a Retry-After.
    for _ in range(5):
        sdk.simulator.places.take(sdk.tenant_id, clock.now)
    with pytest.raises(RateLimitException) as limited:
        sdk.accounting.get_organisations(sdk.tenant_id)
    assert limited.value.rate_limit == "concurrent"
