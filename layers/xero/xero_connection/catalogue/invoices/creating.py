# SPDX-License-Identifier: Apache-2.0
"""Operations that create invoices and bills, or change those they match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xero_connection.catalogue.invoices.changing import DELETE, VOID
from xero_connection.catalogue.invoices.shapes import (
    BILL,
    EXAMPLE_ID,
    FOUR_PLACES,
    INVOICES,
    LINE,
    SALE,
    WRITE,
    CopyInvoice,
    KnownTypeInvoice,
    NewBill,
    NewInvoice,
)
from xero_connection.client import Request
from xero_connection.identities import by_reference
from xero_connection.operation import Done, Operation, ReadBack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.operation import Flow

_CONTENT = (
    "Type",
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
    if sale and (known := by_reference(document, ())):
        return ("Type", *known)
    # Xero numbers sales by itself, bills never, and keeps no reference of a bill.
    return ("Reference" if sale else "InvoiceNumber", *_CONTENT)


def matched_document(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields one is known that may have been there before.

    That it is there says nothing then: all that was sent is compared but for the status.
    """
    matched = document.get("Type") == "ACCREC" and document.get("InvoiceNumber")
    if document.get("InvoiceID") or matched:
        return tuple(name for name in document if name not in {"Status", "SentToContact"})
    return new_document(document)


_UNFILLED = ("InvoiceNumber", "Reference", "Url")
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
# What of a line is the same in a copy; Xero works out the rest.
_COPIED_OF_A_LINE = (
    *("Description", "Quantity", "UnitAmount", "ItemCode", "AccountCode", "TaxType"),
    *("DiscountRate", "DiscountAmount", "Tracking"),
)
_COPIED = ("Type", "LineAmountTypes", "CurrencyCode", "BrandingThemeID")


def _copy(asked: CopyInvoice) -> Flow:
    path = f"/Invoices/{asked.invoice_id}"
    answer = yield Request(method="GET", path=path, query=FOUR_PLACES)
    copied = answer["Invoices"][0]
    own = {
        "Date": asked.date,
        "DueDate": asked.due_date,
        "InvoiceNumber": asked.invoice_number,
        "Reference": asked.reference,
    }
    document = {
        "Contact": {"ContactID": copied["Contact"]["ContactID"]},
        "LineItems": [_copied_line(line) for line in copied["LineItems"]],
        "Status": "DRAFT",
        **{name: copied[name] for name in _COPIED if copied.get(name)},
        **{name: value for name, value in own.items() if value is not None},
    }
    query = {"summarizeErrors": "true", **FOUR_PLACES}
    body = {"Invoices": [document]}
    answer = yield Request(method="PUT", path="/Invoices", query=query, body=body)
    return Done(output={"invoice": answer["Invoices"][0]})


def _copied_line(line: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: line[name] for name in _COPIED_OF_A_LINE if line.get(name)}
    if "DiscountRate" in kept:
        # Xero answers both and takes one.
        kept.pop("DiscountAmount", None)
    return kept


_WEB = SALE | {"Type": "ACCREC", "InvoiceNumber": "WEB-1047"}


def _sale(**line: Any) -> dict[str, Any]:
    """Return the example with another line."""
    return {"invoice": SALE | {"LineItems": [LINE | line]}}


CREATING = (
    INVOICES.create(
        NewInvoice,
        SALE,
        covers=("createInvoices",),
        summary="Create a sales invoice.",
        counter_examples=(
            ({"invoice": {"LineItems": [LINE]}}, "input.invoice.Contact"),
            ({"invoice": SALE | {"Type": "ACCPAY"}}, "input.invoice.Type"),
            ({"invoice": SALE | {"Status": "PAID"}}, "input.invoice.Status"),
            ({"invoice": SALE | {"DueDate": "20/12/2026"}}, "input.invoice.DueDate"),
            ({"invoice": SALE | {"DueDate": 0}}, "input.invoice.DueDate"),
            ({"invoice": SALE | {"CurrencyCode": "euro"}}, "input.invoice.CurrencyCode"),
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
        idempotency="key",
        read_back=_CREATED,
        undo=(DELETE, VOID),
        advice=(
            "Look up the contact, account codes and tax types first. It is a draft unless Status "
            "is AUTHORISED. Leave LineAmount and TaxAmount to Xero."
        ),
    ),
    INVOICES.create_many(
        NewInvoice,
        tuple(
            SALE | {"InvoiceNumber": f"WEB-{number}", "Reference": f"Order {number}"}
            for number in (1047, 1048)
        ),
        covers=("createInvoices",),
        summary="Create many sales invoices, each of which succeeds or fails by itself.",
        counter_examples=(
            ({"invoices": []}, "input.invoices"),
            ({"invoices": [SALE] * 501}, "input.invoices"),
            ({"invoices": [SALE, {"LineItems": [LINE]}]}, "input.invoices.1.Contact"),
            (
                {"invoices": [_sale(LineAmount=1)["invoice"]]},
                "input.invoices.0.LineItems.0.LineAmount",
            ),
        ),
        idempotency="key",
        read_back=_CREATED,
        undo=(DELETE, VOID),
        advice=(
            "Look at ok of each. Give each an InvoiceNumber or a Reference of its own, by which it "
            "is known again. Each that is made has an undo of its own."
        ),
    ),
    INVOICES.create(
        NewBill,
        BILL,
        id="invoices/create_bill",
        covers=("createInvoices",),
        summary="Create a bill.",
        counter_examples=(
            ({"invoice": BILL | {"Type": "ACCREC"}}, "input.invoice.Type"),
            ({"invoice": BILL | {"LineItems": []}}, "input.invoice.LineItems"),
            (
                {"invoice": BILL | {"LineItems": [LINE, LINE | {"DiscountRate": 5}]}},
                "input.invoice.LineItems.1.DiscountRate",
            ),
        ),
        idempotency="key",
        read_back=_CREATED,
        undo=(DELETE, VOID),
        advice="Bill numbers are not unique in Xero: look with find_invoice before creating one.",
    ),
    INVOICES.create_many(
        NewBill,
        tuple(BILL | {"InvoiceNumber": number} for number in ("HL-2201", "HL-2202")),
        id="invoices/create_bills",
        covers=("createInvoices",),
        summary="Create many bills, each of which succeeds or fails by itself.",
        counter_examples=(
            ({"invoices": [SALE | {"Type": "ACCREC"}]}, "input.invoices.0.Type"),
            (
                {"invoices": [BILL | {"LineItems": [LINE | {"DiscountAmount": 1}]}]},
                "input.invoices.0.LineItems.0.DiscountAmount",
            ),
        ),
        idempotency="key",
        read_back=_CREATED,
        undo=(DELETE, VOID),
        advice=(
            "Look at ok of each. Bill numbers are not unique in Xero: look with find_invoice "
            "before. Each that is made has an undo of its own."
        ),
    ),
    Operation(
        id="invoices/copy_invoice",
        kind="action",
        summary="Copy an invoice or bill into a new draft.",
        covers=("createInvoices",),
        input=CopyInvoice,
        output=INVOICES.one,
        example={"invoice_id": EXAMPLE_ID, "date": "2026-12-22", "due_date": "2027-01-20"},
        counter_examples=(
            ({"date": "2026-12-22"}, "input.invoice_id"),
            ({"invoice_id": EXAMPLE_ID, "due_date": "20/01/2027"}, "input.due_date"),
            ({"invoice_id": EXAMPLE_ID, "status": "AUTHORISED"}, "input.status"),
        ),
        flow=_copy,
        calls=2,
        scopes=WRITE,
        idempotency="key",
        read_back=_CREATED,
        undo=(DELETE,),
        advice=(
            "The copy has the contact, lines, currency and theme; never the number, the payments "
            "or the status. Xero works out its tax anew. Its undo deletes the draft."
        ),
    ),
    INVOICES.upsert(
        KnownTypeInvoice,
        _WEB,
        covers=("updateOrCreateInvoices",),
        summary="Create an invoice or bill, or change the one with the same id or number.",
        counter_examples=(({"invoice": SALE}, "input.invoice.Type"),),
        idempotency="key",
        read_back=_MATCHED,
        destructive=True,
        advice=(
            "A bill without InvoiceID is always a new one: bill numbers are not unique. There is "
            "no undo: what was there before is not known; use create_invoice for a new one."
        ),
    ),
    INVOICES.upsert_many(
        KnownTypeInvoice,
        (_WEB, BILL | {"Type": "ACCPAY"}),
        covers=("updateOrCreateInvoices",),
        summary="Create or change many invoices and bills, each of which succeeds or fails alone.",
        counter_examples=(
            ({"invoices": [_WEB, SALE]}, "input.invoices.1.Type"),
            ({"invoices": [_WEB | {"Total": 10}]}, "input.invoices.0.Total"),
        ),
        idempotency="key",
        read_back=_MATCHED,
        destructive=True,
        advice=(
            "Look at ok of each. Send a document's LineItems whole: Xero deletes those left out. "
            "There is no undo: what was there before is not known."
        ),
    ),
)
