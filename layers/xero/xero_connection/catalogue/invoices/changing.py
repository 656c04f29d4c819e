# SPDX-License-Identifier: Apache-2.0
"""Invoices: sales invoices (ACCREC) and bills (ACCPAY).

https://developer.xero.com/documentation/api/accounting/invoices
"""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.client import PDF, Request
from xero_connection.fields import (
    Body,
    Input,
    OneOf,
    Output,
    Pagination,
    Query,
    SearchedInput,
    document,
    quoted,
)
from xero_connection.models.invoices import ContactReference, Invoice, InvoiceRecord, LineItem
from xero_connection.operation import Call, Done, Flow, Operation, Undo, pagination
from xero_connection.resources import RESOURCES
from xero_connection.trigger import triggers

READ = RESOURCES["invoices"].scopes
WRITE = ("accounting.invoices",)

# Without it Xero rounds unit prices to two places, in what it keeps and in what it answers.
FOUR_PLACES = {"unitdp": "4"}
SINGLE = {"summarizeErrors": "true", **FOUR_PLACES}

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


class UpdateInvoice(Input):
    """A change to an invoice or bill."""

    invoice_id: UUID
    invoice: Annotated[Invoice, Body("Invoices")] = Field(description="Only what changes.")

    @model_validator(mode="after")
    def _means_one(self) -> UpdateInvoice:
        if self.invoice.InvoiceID not in {None, self.invoice_id}:
            raise ValueError("invoice_id and invoice.InvoiceID name two documents")
        return self


class UpsertInvoice(Input):
    """An invoice or bill that may exist."""

    invoice: Annotated[KnownTypeInvoice, Body("Invoices")] = Field(
        description="Matched by InvoiceID, or by InvoiceNumber for sales invoices."
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


class InvoicesOutput(Output):
    """A page of invoices and bills."""

    invoices: list[InvoiceRecord]
    pagination: Pagination


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


def _add_line_items(asked: AddLineItems) -> Flow:
    path = f"/Invoices/{asked.invoice_id}"
    answer = yield Request(method="GET", path=path, query=FOUR_PLACES)
    present = [{"LineItemID": line["LineItemID"]} for line in answer["Invoices"][0]["LineItems"]]
    lines = present + [document(line) for line in asked.line_items]
    answer = yield Request(
        method="POST",
        path=path,
        query=FOUR_PLACES,
        body={"Invoices": [{"InvoiceID": asked.invoice_id, "LineItems": lines}]},
    )
    before = {"invoice_id": str(asked.invoice_id), "invoice": {"LineItems": present}}
    return Done(
        output={"invoice": answer["Invoices"][0]},
        undo={"operation": "invoices/update_invoice", "input": before},
    )


def _email(asked: OneInvoice) -> Flow:
    yield Request(method="POST", path=f"/Invoices/{asked.invoice_id}/Email", body={})
    return Done(output={"emailed": True, "invoice_id": str(asked.invoice_id)})


def _pdf(asked: OneInvoice) -> Flow:
    # The record's own address with another Accept: the /pdf of Xero's API description is no path.
    content = yield Request(method="GET", path=f"/Invoices/{asked.invoice_id}", accept=PDF)
    return Done(
        output={
            "content": b64encode(content).decode(),
            "content_type": PDF,
            "file_name": f"{asked.invoice_id}.pdf",
            "size": len(content),
        }
    )


def _online_url(asked: OneInvoice) -> Flow:
    answer = yield Request(method="GET", path=f"/Invoices/{asked.invoice_id}/OnlineInvoice")
    found = answer.get("OnlineInvoices") or [{}]
    return Done(output={"url": found[0].get("OnlineInvoiceUrl") or None})


def _find(asked: FindInvoice) -> Flow:
    # InvoiceNumbers would take a comma for the end of the number.
    where = f"InvoiceNumber=={quoted(asked.invoice_number)}"
    query = {"where": where, "page": "1", **FOUR_PLACES}
    answer = yield Request(method="GET", path="/Invoices", query=query)
    invoices = answer["Invoices"]
    return Done(output={"invoices": invoices, "pagination": pagination(answer, len(invoices))})


def _status_call(status: str) -> Call:
    """Approve, void and delete are changes of status. They have no calls of their own."""
    return Call(
        method="POST",
        path="/Invoices/{invoice_id}",
        collection="Invoices",
        query=FOUR_PLACES,
        body={"Invoices": [{"Status": status}]},
    )


CREATE = Call(method="PUT", path="/Invoices", collection="Invoices", query=SINGLE)
BY_ID = {"invoice_id": "InvoiceID"}
DELETE = Undo(
    operation="invoices/delete_draft_invoice",
    arguments=BY_ID,
    statuses=frozenset({"DRAFT", "SUBMITTED"}),
)
VOID = Undo(operation="invoices/void_invoice", arguments=BY_ID, statuses=frozenset({"AUTHORISED"}))
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

OPERATIONS = (
    *triggers("invoices"),
    Operation(
        id="invoices/create_invoice",
        kind="action",
        summary="Create a sales invoice.",
        input=CreateInvoice,
        output=OneInvoiceOutput,
        example=SALE,
        counter_examples=(
            ({"invoice": {"LineItems": [LINE]}}, "input.invoice.Contact"),
            ({"invoice": SALE["invoice"] | {"Type": "ACCPAY"}}, "input.invoice.Type"),
            ({"invoice": SALE["invoice"] | {"Status": "PAID"}}, "input.invoice.Status"),
            ({"invoice": SALE["invoice"] | {"DueDate": "20/12/2026"}}, "input.invoice.DueDate"),
            ({"invoice": SALE["invoice"] | {"DueDate": 0}}, "input.invoice.DueDate"),
            (
                {"invoice": SALE["invoice"] | {"LineItems": [LINE | {"Price": 1}]}},
                "input.invoice.LineItems.0.Price",
            ),
            (
                {"invoice": SALE["invoice"] | {"LineItems": [LINE | {"UnitAmount": 1.23456}]}},
                "input.invoice.LineItems.0.UnitAmount",
            ),
        ),
        call=CREATE,
        scopes=WRITE,
        idempotency="key",
        undo=(DELETE, VOID),
        advice=(
            "Look up the contact, account codes and tax types first. It is a draft unless Status "
            "is AUTHORISED."
        ),
    ),
    Operation(
        id="invoices/create_bill",
        kind="action",
        summary="Create a bill.",
        input=CreateBill,
        output=OneInvoiceOutput,
        example=BILL,
        counter_examples=(
            ({"invoice": BILL["invoice"] | {"Type": "ACCREC"}}, "input.invoice.Type"),
            ({"invoice": BILL["invoice"] | {"LineItems": []}}, "input.invoice.LineItems"),
        ),
        call=CREATE,
        scopes=WRITE,
        idempotency="key",
        undo=(DELETE, VOID),
        advice="Bill numbers are not unique in Xero: look with find_invoice before creating one.",
    ),
    Operation(
        id="invoices/update_invoice",
        kind="action",
        summary="Change an invoice or bill.",
        input=UpdateInvoice,
        output=OneInvoiceOutput,
        example={"invoice_id": EXAMPLE_ID, "invoice": {"Reference": "Order 1048"}},
        counter_examples=(
            ({"invoice": {"Reference": "A"}}, "input.invoice_id"),
            ({"invoice_id": EXAMPLE_ID, "invoice": {"Total": 10}}, "input.invoice.Total"),
            ({"invoice_id": EXAMPLE_ID, "invoice": {"InvoiceID": OTHER_ID}}, "input"),
        ),
        call=Call(
            method="POST",
            path="/Invoices/{invoice_id}",
            collection="Invoices",
            query=FOUR_PLACES,
        ),
        scopes=WRITE,
        idempotency="key",
        destructive=True,
        advice="Send LineItems whole, each with its LineItemID, or not at all.",
    ),
    Operation(
        id="invoices/upsert_invoice",
        kind="action",
        summary="Create an invoice or bill, or change the one with the same id or number.",
        input=UpsertInvoice,
        output=OneInvoiceOutput,
        example={
            "invoice": SALE["invoice"] | {"Type": "ACCREC", "InvoiceNumber": "WEB-1047"},
        },
        counter_examples=((SALE, "input.invoice.Type"),),
        call=Call(method="POST", path="/Invoices", collection="Invoices", query=SINGLE),
        scopes=WRITE,
        idempotency="key",
        destructive=True,
        advice="A bill without InvoiceID is always a new one: bill numbers are not unique.",
    ),
    Operation(
        id="invoices/add_line_items",
        kind="action",
        summary="Add lines to an invoice or bill and keep those it has.",
        input=AddLineItems,
        output=OneInvoiceOutput,
        example={"invoice_id": EXAMPLE_ID, "line_items": [LINE]},
        counter_examples=(({"invoice_id": EXAMPLE_ID, "line_items": []}, "input.line_items"),),
        flow=_add_line_items,
        scopes=WRITE,
        idempotency="key",
        advice=(
            "Works while the document may be changed: draft, submitted or unpaid. One at a time "
            "for a document: Xero keeps the lines of whoever writes last."
        ),
    ),
    Operation(
        id="invoices/approve_invoice",
        kind="action",
        summary="Approve an invoice or bill.",
        input=OneInvoice,
        output=OneInvoiceOutput,
        example={"invoice_id": EXAMPLE_ID},
        call=_status_call("AUTHORISED"),
        scopes=WRITE,
        idempotency="natural",
        undo=(VOID,),
        advice="It then counts in the books and can no longer become a draft again.",
    ),
    Operation(
        id="invoices/void_invoice",
        kind="action",
        summary="Void an approved invoice or bill.",
        input=OneInvoice,
        output=OneInvoiceOutput,
        example={"invoice_id": EXAMPLE_ID},
        call=_status_call("VOIDED"),
        scopes=WRITE,
        idempotency="natural",
        destructive=True,
        advice="Remove its payments first. There is no way back; drafts are deleted instead.",
    ),
    Operation(
        id="invoices/delete_draft_invoice",
        kind="action",
        summary="Delete a draft or submitted invoice or bill.",
        input=OneInvoice,
        output=OneInvoiceOutput,
        example={"invoice_id": EXAMPLE_ID},
        call=_status_call("DELETED"),
        scopes=WRITE,
        idempotency="natural",
        destructive=True,
        advice="There is no way back; an approved document is voided instead.",
    ),
    Operation(
        id="invoices/email_invoice",
        kind="action",
        summary="Send a sales invoice to its contact by e-mail.",
        input=OneInvoice,
        output=EmailedOutput,
        example={"invoice_id": EXAMPLE_ID},
        flow=_email,
        scopes=WRITE,
        idempotency="key",
        advice="Needs an approved invoice and a contact with an e-mail address.",
    ),
    Operation(
        id="invoices/get_invoice",
        kind="query",
        summary="Get an invoice or bill by its id, with all lines.",
        input=OneInvoice,
        output=OneInvoiceOutput,
        example={"invoice_id": EXAMPLE_ID},
        counter_examples=(({"invoice_id": "INV-0001"}, "input.invoice_id"),),
        call=Call(
            method="GET",
            path="/Invoices/{invoice_id}",
            collection="Invoices",
            query=FOUR_PLACES,
        ),
        scopes=READ,
        advice="Use find_invoice where only the number is known.",
    ),
    Operation(
        id="invoices/list_invoices",
        kind="query",
        summary="List invoices and bills, a page at a time.",
        input=ListInvoices,
        output=InvoicesOutput,
        example={"statuses": ["AUTHORISED"], "order": "DueDate ASC", "page_size": 20},
        counter_examples=(
            ({"statuses": ["OPEN"]}, "input.statuses.0"),
            ({"page": 0}, "input.page"),
            ({"status": "PAID"}, "input.status"),
            ({"ids": []}, "input.ids"),
            ({"modified_since": 5}, "input.modified_since"),
            ({"modified_since": "0001-01-01T00:00:00+14:00"}, "input.modified_since"),
            ({"invoice_numbers": ["INV-1,INV-2"]}, "input.invoice_numbers.0"),
        ),
        call=Call(method="GET", path="/Invoices", collection="Invoices", query=FOUR_PLACES),
        scopes=READ,
        advice='Bills too, unless where has Type=="ACCREC". Use fields to keep the answer small.',
    ),
    Operation(
        id="invoices/find_invoice",
        kind="query",
        summary="Find the invoices and bills with exactly this number.",
        input=FindInvoice,
        output=InvoicesOutput,
        example={"invoice_number": "INV-0001"},
        counter_examples=(({"invoice_number": ""}, "input.invoice_number"),),
        flow=_find,
        scopes=READ,
        advice="Several suppliers can use the same bill number: compare the contact.",
    ),
    Operation(
        id="invoices/get_invoice_pdf",
        kind="query",
        summary="Get an invoice as a PDF file.",
        input=OneInvoice,
        output=PdfOutput,
        example={"invoice_id": EXAMPLE_ID},
        flow=_pdf,
        scopes=READ,
        advice="The content is base64; write it to a file rather than into a prompt.",
    ),
    Operation(
        id="invoices/get_online_invoice_url",
        kind="query",
        summary="Get the link under which the customer sees a sales invoice.",
        input=OneInvoice,
        output=OnlineInvoiceOutput,
        example={"invoice_id": EXAMPLE_ID},
        flow=_online_url,
        scopes=READ,
        advice="Only approved sales invoices have one.",
    ),
)
