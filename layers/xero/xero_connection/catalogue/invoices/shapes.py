# SPDX-License-Identifier: Apache-2.0
"""What operations on invoices and bills are asked with and answer, and examples of it."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.elements import MOST, answer_for_each
from xero_connection.fields import Body, Input, ListOutput, OneOf, Output, Query
from xero_connection.lists import SearchedInput
from xero_connection.models.invoices import Invoice, InvoiceRecord
from xero_connection.models.lines import ContactReference, LineItem
from xero_connection.resources import RESOURCES

READ = RESOURCES["invoices"].scopes
WRITE = ("accounting.invoices",)

# Without it Xero rounds unit prices to two places, in what it keeps and in what it answers.
FOUR_PLACES = {"unitdp": "4"}

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


class CreateInvoice(Input):
    """A new sales invoice."""

    invoice: Annotated[NewInvoice, Body("Invoices")]


class CreateBill(Input):
    """A new bill."""

    invoice: Annotated[NewBill, Body("Invoices")]


class CreateInvoices(Input):
    """New sales invoices."""

    invoices: Annotated[list[NewInvoice], Body("Invoices")] = Field(
        min_length=1, max_length=MOST, description=f"1 to {MOST} sales invoices."
    )


class CreateBills(Input):
    """New bills."""

    invoices: Annotated[list[NewBill], Body("Invoices")] = Field(
        min_length=1, max_length=MOST, description=f"1 to {MOST} bills."
    )


class UpdateInvoice(Input):
    """A change to an invoice or bill."""

    invoice_id: UUID
    invoice: Annotated[Invoice, Body("Invoices")] = Field(description="Only what changes.")

    @model_validator(mode="after")
    def _means_one(self) -> Self:
        if self.invoice.InvoiceID not in {None, self.invoice_id}:
            raise ValueError("invoice_id and invoice.InvoiceID name two documents")
        return self


class UpsertInvoice(Input):
    """An invoice or bill that may exist."""

    invoice: Annotated[KnownTypeInvoice, Body("Invoices")] = Field(
        description="Matched by InvoiceID, or by InvoiceNumber for sales invoices."
    )


class UpsertInvoices(Input):
    """Invoices and bills that may exist."""

    invoices: Annotated[list[KnownTypeInvoice], Body("Invoices")] = Field(
        min_length=1,
        max_length=MOST,
        description=(
            f"1 to {MOST}, each matched by InvoiceID, or by InvoiceNumber for sales invoices."
        ),
    )


class AddLineItems(Input):
    """More lines for an invoice or bill."""

    invoice_id: UUID
    line_items: list[LineItem] = Field(min_length=1, description="Added behind the present lines.")


class OneInvoice(Input):
    """One invoice or bill by its id."""

    invoice_id: UUID


class ListInvoices(SearchedInput):
    """Which invoices and bills to list."""

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


class OneInvoiceOutput(Output):
    """One invoice or bill."""

    invoice: InvoiceRecord


class InvoicesOutput(ListOutput):
    """A page of invoices and bills."""

    invoices: list[InvoiceRecord]


InvoiceAnswersOutput = answer_for_each("invoices", "invoice", InvoiceRecord)


class EmailedOutput(Output):
    """What was sent."""

    emailed: bool = Field(description="Xero has accepted the e-mail for sending.")
    invoice_id: UUID


class PdfOutput(Output):
    """A PDF file."""

    content: str = Field(description="The file, base64.")
    content_type: str
    file_name: str
    size: int = Field(description="Bytes of the file.")


class OnlineInvoiceOutput(Output):
    """Where the customer sees the invoice."""

    url: str | None = Field(description="Null where Xero has no online invoice for it.")


EXAMPLE_ID = "6f7594f2-f059-4d56-9e67-47ac9733bfe9"
OTHER_ID = "0cb10d7a-c36c-5a1d-8ae7-5245ca315cb6"
LINE = {"Description": "Desk", "Quantity": 1, "UnitAmount": 120.5, "AccountCode": "200"}
SALE = {
    "invoice": {
        "Contact": {"Name": "Harbour Lights Ltd"},
        "LineItems": [LINE],
        "Date": "2026-11-22",
        "DueDate": "2026-12-20",
        "Reference": "Order 1047",
    }
}
BILL = {
    "invoice": {
        "Contact": {"Name": "Harbour Lights Ltd"},
        "LineItems": [LINE | {"AccountCode": "400"}],
        "InvoiceNumber": "HL-2201",
        "Date": "2026-11-22",
        "DueDate": "2026-12-20",
    }
}
