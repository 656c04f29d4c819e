# SPDX-License-Identifier: Apache-2.0
"""What operations on invoices and bills are asked with and answer, and examples of it."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from xero_connection.endpoint import Endpoint
from xero_connection.fields import Amount, Day, Input, OneOf, Output, Query
from xero_connection.filters import Where
from xero_connection.lists import SearchedInput
from xero_connection.models.invoices import Invoice, InvoiceRecord, InvoiceReminderRecord
from xero_connection.models.lines import ContactReference, LineItem
from xero_connection.resources import RESOURCES

# Without it Xero rounds unit prices to two places, in what it keeps and in what it answers.
FOUR_PLACES = {"unitdp": "4"}
INVOICES = Endpoint(
    resource="invoices",
    noun="invoice",
    collection="Invoices",
    record=InvoiceRecord,
    read=RESOURCES["invoices"].scopes,
    write=("accounting.invoices",),
    example_id="d60a3682-8378-5b15-b75f-588cd8c95890",
    query=FOUR_PLACES,
)
READ, WRITE, EXAMPLE_ID = INVOICES.read, INVOICES.write, INVOICES.example_id

# Xero separates several by commas.
Number = Annotated[str, Field(pattern=r"^[^,]+$", max_length=255)]
Status = Annotated[str, OneOf("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED")]


class NewInvoice(Invoice):
    """A sales invoice that does not exist yet."""

    Type: Literal["ACCREC"] = "ACCREC"
    Contact: ContactReference
    LineItems: list[LineItem] = Field(min_length=1)


class NewBill(Invoice):
    """A bill that does not exist yet."""

    Type: Literal["ACCPAY"] = "ACCPAY"
    Contact: ContactReference
    LineItems: list[LineItem] = Field(min_length=1)


class KnownTypeInvoice(Invoice):
    """An invoice or bill that may exist."""

    Type: Annotated[str, OneOf("ACCREC", "ACCPAY")]


class AddLineItems(Input):
    """More lines for an invoice or bill."""

    invoice_id: UUID
    line_items: list[LineItem] = Field(min_length=1, description="Added behind the present lines.")


class OneInvoice(Input):
    """One invoice or bill by its id."""

    invoice_id: UUID


class CopyInvoice(Input):
    """What to copy, and what is to be its own."""

    invoice_id: UUID = Field(description="The invoice or bill to copy.")
    date: Day | None = Field(
        default=None, description="Date of the copy; left out: today where the books are."
    )
    due_date: Day | None = Field(
        default=None, description="When the copy falls due; needed before it is approved."
    )
    invoice_number: str | None = Field(
        default=None,
        min_length=1,
        max_length=255,
        description="Number of the copy; Xero gives a sales invoice the next one.",
    )
    reference: str | None = Field(
        default=None,
        max_length=255,
        description="Reference of the copy, by which a sales invoice is known again.",
    )


class ListInvoices(SearchedInput):
    """Which invoices and bills to list."""

    type: Annotated[str | None, OneOf("ACCREC", "ACCPAY"), Where("Type")] = Field(
        default=None, description="ACCREC for sales invoices alone, ACCPAY for bills."
    )
    date_from: Annotated[Day | None, Where("Date", ">=")] = Field(
        default=None, description="Only of this date and later."
    )
    date_to: Annotated[Day | None, Where("Date", "<=")] = Field(
        default=None, description="Only of this date and earlier."
    )
    due_from: Annotated[Day | None, Where("DueDate", ">=")] = Field(
        default=None, description="Only those that fall due on this day and later."
    )
    due_to: Annotated[Day | None, Where("DueDate", "<=")] = Field(
        default=None, description="Only those that fall due on this day and earlier."
    )
    amount_due_over: Annotated[Amount | None, Where("AmountDue", ">")] = Field(
        default=None, description="Only where more than this is due; 0 for all that is unpaid."
    )
    contact_name: Annotated[str | None, Where("Contact.Name")] = Field(
        default=None, min_length=1, description="Only of the contact with exactly this name."
    )
    reference: Annotated[str | None, Where("Reference")] = Field(
        default=None, min_length=1, description="Only with exactly this reference."
    )
    invoice_numbers: Annotated[list[Number] | None, Query("InvoiceNumbers")] = Field(
        default=None, min_length=1, max_length=50, description="Only these numbers, at most 50."
    )
    contact_ids: Annotated[list[UUID] | None, Query("ContactIDs")] = Field(
        default=None,
        min_length=1,
        max_length=50,
        description="Only of these contacts, at most 50.",
    )
    statuses: Annotated[list[Status] | None, Query("Statuses")] = Field(
        default=None, min_length=1, description="Only in these statuses."
    )
    created_by_my_app: Annotated[bool | None, Query("createdByMyApp")] = Field(
        default=None, description="Only those this app has created."
    )


class FindInvoice(Input):
    """The number to find."""

    invoice_number: str = Field(min_length=1, max_length=255)


class EmailedOutput(Output):
    """What was sent."""

    emailed: bool = Field(description="Xero has accepted the e-mail for sending.")
    invoice_id: UUID


class RemindersOutput(Output):
    """Whether Xero reminds customers of what they owe."""

    reminders: InvoiceReminderRecord


class OnlineInvoiceOutput(Output):
    """Where the customer sees the invoice."""

    url: str | None = Field(description="Null where Xero has no online invoice for it.")


OTHER_ID = "0cb10d7a-c36c-5a1d-8ae7-5245ca315cb6"
LINE = {"Description": "Desk", "Quantity": 1, "UnitAmount": 120.5, "AccountCode": "200"}
SALE = {
    "Contact": {"Name": "Harbour Lights Ltd"},
    "LineItems": [LINE],
    "Date": "2026-11-22",
    "DueDate": "2026-12-20",
    "Reference": "Order 1047",
}
BILL = {
    "Contact": {"Name": "Harbour Lights Ltd"},
    "LineItems": [LINE | {"AccountCode": "400"}],
    "InvoiceNumber": "HL-2201",
    "Date": "2026-11-22",
    "DueDate": "2026-12-20",
}
