# SPDX-License-Identifier: Apache-2.0
"""Operations that read invoices and bills."""

from __future__ import annotations

from xero_connection.catalogue.invoices.shapes import (
    EXAMPLE_ID,
    FOUR_PLACES,
    INVOICES,
    READ,
    FindInvoice,
    ListInvoices,
    OneInvoice,
    OnlineInvoiceOutput,
    RemindersOutput,
)
from xero_connection.client import Request
from xero_connection.filters import quoted
from xero_connection.operation import Call, Done, Flow, Operation, page_output
from xero_connection.pdfs import pdf_operations


def _find(asked: FindInvoice) -> Flow:
    # InvoiceNumbers would take a comma for the end of the number.
    where = f"InvoiceNumber=={quoted(asked.invoice_number)}"
    query = {"where": where, "page": "1", **FOUR_PLACES}
    answer = yield Request(method="GET", path="/Invoices", query=query)
    invoices = answer["Invoices"]
    return Done(output=page_output("invoices", invoices, answer))


def _online_url(asked: OneInvoice) -> Flow:
    answer = yield Request(method="GET", path=f"/Invoices/{asked.invoice_id}/OnlineInvoice")
    found = answer.get("OnlineInvoices") or [{}]
    return Done(output={"url": found[0].get("OnlineInvoiceUrl") or None})


READING = (
    INVOICES.get(
        covers=("getInvoice",),
        summary="Get an invoice or bill by its id, with all lines.",
        counter_examples=(({"invoice_id": "INV-0001"}, "input.invoice_id"),),
        advice="Use find_invoice where only the number is known.",
    ),
    INVOICES.list(
        ListInvoices,
        covers=("getInvoices",),
        summary="List invoices and bills, a page at a time.",
        example={
            "type": "ACCREC",
            "statuses": ["AUTHORISED"],
            "due_to": "2026-11-30",
            "amount_due_over": 100,
            "order": "DueDate ASC",
            "page_size": 20,
        },
        counter_examples=(
            ({"statuses": ["OPEN"]}, "input.statuses.0"),
            ({"page": 0}, "input.page"),
            ({"status": "PAID"}, "input.status"),
            ({"type": "SALE"}, "input.type"),
            ({"due_to": "today"}, "input.due_to"),
            ({"contact_name": ""}, "input.contact_name"),
            ({"ids": []}, "input.ids"),
            ({"modified_since": 5}, "input.modified_since"),
            ({"modified_since": "0001-01-01T00:00:00+14:00"}, "input.modified_since"),
            ({"invoice_numbers": ["INV-1,INV-2"]}, "input.invoice_numbers.0"),
        ),
        advice="Bills too, unless type is ACCREC. Use fields to keep the answer small.",
    ),
    Operation(
        id="invoices/find_invoice",
        kind="query",
        summary="Find the invoices and bills with exactly this number.",
        covers=("getInvoices",),
        input=FindInvoice,
        output=INVOICES.some,
        example={"invoice_number": "INV-0001"},
        counter_examples=(({"invoice_number": ""}, "input.invoice_number"),),
        flow=_find,
        scopes=READ,
        advice="Several suppliers can use the same bill number: compare the contact.",
    ),
    *pdf_operations("invoices", EXAMPLE_ID),
    Operation(
        id="invoices/get_online_invoice_url",
        kind="query",
        summary="Get the link under which the customer sees a sales invoice.",
        covers=("getOnlineInvoice",),
        input=OneInvoice,
        output=OnlineInvoiceOutput,
        example={"invoice_id": EXAMPLE_ID},
        counter_examples=(({"invoice_id": "INV-0001"}, "input.invoice_id"),),
        flow=_online_url,
        scopes=READ,
        advice="Only approved sales invoices have one.",
    ),
    Operation(
        id="invoices/get_reminder_settings",
        kind="query",
        summary="Get whether Xero reminds customers of invoices that are due.",
        covers=("getInvoiceReminders",),
        output=RemindersOutput,
        call=Call(method="GET", path="/InvoiceReminders/Settings", collection="InvoiceReminders"),
        scopes=("accounting.settings.read", "accounting.settings"),
        advice="The reminders themselves are set up by a person in Xero.",
    ),
)
