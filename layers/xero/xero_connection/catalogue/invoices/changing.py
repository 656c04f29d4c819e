# SPDX-License-Identifier: Apache-2.0
"""Operations that change invoices and bills that are there."""

from __future__ import annotations

from xero_connection.catalogue.invoices.shapes import (
    EXAMPLE_ID,
    FOUR_PLACES,
    INVOICES,
    LINE,
    OTHER_ID,
    WRITE,
    AddLineItems,
    EmailedOutput,
    OneInvoice,
)
from xero_connection.client import Request
from xero_connection.fields import document
from xero_connection.models.invoices import Invoice
from xero_connection.operation import Done, Flow, Operation


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


DELETE = INVOICES.undo("delete_draft_invoice", "DRAFT", "SUBMITTED")
VOID = INVOICES.undo("void_invoice", "AUTHORISED")

CHANGING = (
    INVOICES.update(
        Invoice,
        {"Reference": "Order 1048"},
        covers=("updateInvoice",),
        summary="Change an invoice or bill.",
        counter_examples=(
            ({"invoice": {"Reference": "A"}}, "input.invoice_id"),
            ({"invoice_id": EXAMPLE_ID, "invoice": {"Total": 10}}, "input.invoice.Total"),
            ({"invoice_id": EXAMPLE_ID, "invoice": {"InvoiceID": OTHER_ID}}, "input"),
        ),
        idempotency="key",
        destructive=True,
        advice=(
            "Send LineItems whole, each with its LineItemID, or not at all. There is no undo: get "
            "the document first where it may have to be put back."
        ),
    ),
    Operation(
        id="invoices/add_line_items",
        kind="action",
        summary="Add lines to an invoice or bill and keep those it has.",
        covers=("updateInvoice",),
        input=AddLineItems,
        output=INVOICES.one,
        example={"invoice_id": EXAMPLE_ID, "line_items": [LINE]},
        counter_examples=(({"invoice_id": EXAMPLE_ID, "line_items": []}, "input.line_items"),),
        flow=_add_line_items,
        calls=2,
        alone="invoice_id",
        scopes=WRITE,
        idempotency="key",
        advice=(
            "Works while the document may be changed: draft, submitted or unpaid. What a person "
            "changes in its lines at the same moment is lost: Xero keeps whoever writes last. Its "
            "undo brings back the lines as they were; what was added later goes too."
        ),
    ),
    INVOICES.become(
        "approve_invoice",
        "Approve an invoice or bill.",
        {"Status": "AUTHORISED"},
        covers=("updateInvoice",),
        undo=(VOID,),
        advice="It then counts in the books and never becomes a draft again: its undo voids it.",
    ),
    INVOICES.become(
        "void_invoice",
        "Void an approved invoice or bill.",
        {"Status": "VOIDED"},
        covers=("updateInvoice",),
        destructive=True,
        advice="Remove its payments first. There is no way back; drafts are deleted instead.",
    ),
    INVOICES.become(
        "delete_draft_invoice",
        "Delete a draft or submitted invoice or bill.",
        {"Status": "DELETED"},
        covers=("updateInvoice",),
        destructive=True,
        advice="There is no way back; an approved document is voided instead.",
    ),
    INVOICES.become(
        "mark_invoice_as_sent",
        "Mark an approved sales invoice as sent to its contact.",
        {"SentToContact": True},
        covers=("updateInvoice",),
        advice=(
            "For one that was sent by other means; email_invoice sends it and marks it itself. "
            "There is no undo call: update_invoice takes SentToContact too."
        ),
    ),
    Operation(
        id="invoices/email_invoice",
        kind="action",
        summary="Send a sales invoice to its contact by e-mail.",
        covers=("emailInvoice",),
        input=OneInvoice,
        output=EmailedOutput,
        example={"invoice_id": EXAMPLE_ID},
        counter_examples=(({"invoice_id": "INV-0001"}, "input.invoice_id"),),
        flow=_email,
        scopes=WRITE,
        idempotency="key",
        untold="An e-mail leaves no trace that tells it from an earlier one.",
        advice="Needs an approved invoice and a contact with an e-mail address. It has no undo.",
    ),
)
