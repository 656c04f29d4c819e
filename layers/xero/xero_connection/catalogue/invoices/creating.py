# SPDX-License-Identifier: Apache-2.0
"""Operations that create invoices and bills, or change those they match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xero_connection.catalogue.invoices.changing import DELETE, VOID
from xero_connection.catalogue.invoices.shapes import (
    BILL,
    FOUR_PLACES,
    LINE,
    SALE,
    WRITE,
    CreateBill,
    CreateBills,
    CreateInvoice,
    CreateInvoices,
    InvoiceAnswersOutput,
    OneInvoiceOutput,
    UpsertInvoice,
    UpsertInvoices,
)
from xero_connection.operation import Batch, Call, Operation, ReadBack

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONTENT = (
    "Type",
    "Reference",
    "Contact",
    "Date",
    "DueDate",
    "LineAmountTypes",
    "CurrencyCode",
    "Url",
    "LineItems",
)


def new_document(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new invoice or bill is known from all others.

    The number of a sales invoice is its own; a bill's is its supplier's, and may come twice.
    """
    sale = document.get("Type") == "ACCREC"
    if sale and document.get("InvoiceNumber"):
        return ("Type", "InvoiceNumber")
    # In its documents Xero shows a contact's id and name; its number would not be compared.
    shown = document.get("Contact", {}).keys() & {"ContactID", "Name"}
    if sale and shown and document.get("Reference"):
        return ("Type", "Contact", "Reference", "Date")
    # Xero numbers sales by itself, bills never.
    return _CONTENT if sale else ("InvoiceNumber", *_CONTENT)


def matched_document(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields one is known that may have been there before.

    That it is there says nothing then: all that was sent is compared but for the status.
    """
    matched = document.get("Type") == "ACCREC" and document.get("InvoiceNumber")
    if document.get("InvoiceID") or matched:
        return tuple(name for name in document if name not in {"Status", "SentToContact"})
    return new_document(document)


def _call(method: Any, *, each: bool) -> Call:
    """Return the call for one document, or for some with an answer for each."""
    query = {"summarizeErrors": "false" if each else "true", **FOUR_PLACES}
    return Call(method=method, path="/Invoices", collection="Invoices", query=query)


_UNFILLED = ("InvoiceNumber", "Reference", "Url")
_EACH = Batch(elements="invoices", record_key="invoice")
_CREATED = ReadBack(
    path="/Invoices",
    collection="Invoices",
    id_field="InvoiceID",
    identity=new_document,
    query={"createdByMyApp": "true", **FOUR_PLACES},
    unfilled=_UNFILLED,
)
# What is changed may have been created by anybody.
_MATCHED = ReadBack(
    path="/Invoices",
    collection="Invoices",
    id_field="InvoiceID",
    identity=matched_document,
    query=FOUR_PLACES,
    unfilled=_UNFILLED,
)
_WEB = SALE["invoice"] | {"Type": "ACCREC", "InvoiceNumber": "WEB-1047"}


def _sale(**line: Any) -> dict[str, Any]:
    """Return the example with another line."""
    return {"invoice": SALE["invoice"] | {"LineItems": [LINE | line]}}


CREATING = (
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
            (_sale(Price=1), "input.invoice.LineItems.0.Price"),
            (_sale(UnitAmount=1.23456), "input.invoice.LineItems.0.UnitAmount"),
            (_sale(Quantity="NaN"), "input.invoice.LineItems.0.Quantity"),
            (_sale(LineAmount=120.51), "input.invoice.LineItems.0.LineAmount"),
            (_sale(LineAmount=120.5, DiscountRate=10), "input.invoice.LineItems.0.LineAmount"),
            (
                _sale(DiscountRate=10, DiscountAmount=12.05),
                "input.invoice.LineItems.0.DiscountAmount",
            ),
        ),
        call=_call("PUT", each=False),
        scopes=WRITE,
        idempotency="key",
        read_back=_CREATED,
        undo=(DELETE, VOID),
        advice=(
            "Look up the contact, account codes and tax types first. It is a draft unless Status "
            "is AUTHORISED. Leave LineAmount and TaxAmount to Xero."
        ),
    ),
    Operation(
        id="invoices/create_invoices",
        kind="action",
        summary="Create many sales invoices, each of which succeeds or fails by itself.",
        input=CreateInvoices,
        output=InvoiceAnswersOutput,
        example={
            "invoices": [
                SALE["invoice"] | {"InvoiceNumber": f"WEB-{number}", "Reference": f"Order {number}"}
                for number in (1047, 1048)
            ]
        },
        counter_examples=(
            ({"invoices": []}, "input.invoices"),
            ({"invoices": [SALE["invoice"]] * 501}, "input.invoices"),
            ({"invoices": [SALE["invoice"], {"LineItems": [LINE]}]}, "input.invoices.1.Contact"),
            (
                {"invoices": [_sale(LineAmount=1)["invoice"]]},
                "input.invoices.0.LineItems.0.LineAmount",
            ),
        ),
        call=_call("PUT", each=True),
        batch=_EACH,
        scopes=WRITE,
        idempotency="key",
        read_back=_CREATED,
        undo=(DELETE, VOID),
        advice=(
            "Look at ok of each. Give each an InvoiceNumber or a Reference of its own, by which it "
            "is known again. Each that is made has an undo of its own."
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
            (
                {"invoice": BILL["invoice"] | {"LineItems": [LINE, LINE | {"DiscountRate": 5}]}},
                "input.invoice.LineItems.1.DiscountRate",
            ),
        ),
        call=_call("PUT", each=False),
        scopes=WRITE,
        idempotency="key",
        read_back=_CREATED,
        undo=(DELETE, VOID),
        advice="Bill numbers are not unique in Xero: look with find_invoice before creating one.",
    ),
    Operation(
        id="invoices/create_bills",
        kind="action",
        summary="Create many bills, each of which succeeds or fails by itself.",
        input=CreateBills,
        output=InvoiceAnswersOutput,
        example={
            "invoices": [
                BILL["invoice"] | {"InvoiceNumber": number} for number in ("HL-2201", "HL-2202")
            ]
        },
        counter_examples=(
            ({"invoices": [SALE["invoice"] | {"Type": "ACCREC"}]}, "input.invoices.0.Type"),
            (
                {"invoices": [BILL["invoice"] | {"LineItems": [LINE | {"DiscountAmount": 1}]}]},
                "input.invoices.0.LineItems.0.DiscountAmount",
            ),
        ),
        call=_call("PUT", each=True),
        batch=_EACH,
        scopes=WRITE,
        idempotency="key",
        read_back=_CREATED,
        undo=(DELETE, VOID),
        advice=(
            "Look at ok of each. Bill numbers are not unique in Xero: look with find_invoice "
            "before. Each that is made has an undo of its own."
        ),
    ),
    Operation(
        id="invoices/upsert_invoice",
        kind="action",
        summary="Create an invoice or bill, or change the one with the same id or number.",
        input=UpsertInvoice,
        output=OneInvoiceOutput,
        example={"invoice": _WEB},
        counter_examples=((SALE, "input.invoice.Type"),),
        call=_call("POST", each=False),
        scopes=WRITE,
        idempotency="key",
        read_back=_MATCHED,
        destructive=True,
        advice=(
            "A bill without InvoiceID is always a new one: bill numbers are not unique. There is "
            "no undo: what was there before is not known; use create_invoice for a new one."
        ),
    ),
    Operation(
        id="invoices/upsert_invoices",
        kind="action",
        summary="Create or change many invoices and bills, each of which succeeds or fails alone.",
        input=UpsertInvoices,
        output=InvoiceAnswersOutput,
        example={"invoices": [_WEB, BILL["invoice"] | {"Type": "ACCPAY"}]},
        counter_examples=(
            ({"invoices": [_WEB, SALE["invoice"]]}, "input.invoices.1.Type"),
            ({"invoices": [_WEB | {"Total": 10}]}, "input.invoices.0.Total"),
        ),
        call=_call("POST", each=True),
        batch=_EACH,
        scopes=WRITE,
        idempotency="key",
        read_back=_MATCHED,
        destructive=True,
        advice=(
            "Look at ok of each. Send a document's LineItems whole: Xero deletes those left out. "
            "There is no undo: what was there before is not known."
        ),
    ),
)
