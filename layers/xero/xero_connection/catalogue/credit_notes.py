# SPDX-License-Identifier: Apache-2.0
"""Credit notes: what is owed back to customers (ACCRECCREDIT) or by suppliers (ACCPAYCREDIT).

https://developer.xero.com/documentation/api/accounting/creditnotes
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from xero_connection.allocations import ListCredits, allocations
from xero_connection.endpoint import Endpoint
from xero_connection.fields import Input, OneOf
from xero_connection.filters import Where
from xero_connection.models.credit_notes import CreditNote, CreditNoteRecord
from xero_connection.models.lines import (
    ContactReference,  # noqa: TC001 - models are read at run time
    LineItem,  # noqa: TC001 - models are read at run time
)
from xero_connection.operation import Call, Operation, ReadBack
from xero_connection.pdfs import pdf_operations
from xero_connection.resources import RESOURCES
from xero_connection.trigger import triggers

if TYPE_CHECKING:
    from collections.abc import Mapping

# Without it Xero rounds unit prices to two places, in what it keeps and in what it answers.
_FOUR_PLACES = {"unitdp": "4"}
_Type = Annotated[str, OneOf("ACCRECCREDIT", "ACCPAYCREDIT")]
_Status = Annotated[str, OneOf("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED")]


class KnownTypeCreditNote(CreditNote):
    """A credit note that may exist."""

    Type: _Type = Field(description="ACCRECCREDIT is of a customer, ACCPAYCREDIT of a supplier.")


class NewCreditNote(KnownTypeCreditNote):
    """A credit note that does not exist yet."""

    Contact: ContactReference
    LineItems: list[LineItem] = Field(min_length=1)


class ListCreditNotes(ListCredits):
    """Which credit notes to list."""

    types: Annotated[list[_Type] | None, Where("Type")] = Field(
        default=None, min_length=1, description="Only customers' or only suppliers'."
    )
    statuses: Annotated[list[_Status] | None, Where("Status")] = Field(
        default=None, min_length=1, description="Only in these statuses."
    )


class FindCreditNote(Input):
    """The number to find."""

    credit_note_number: Annotated[str, Where("CreditNoteNumber")] = Field(
        min_length=1, max_length=255, description="As Xero shows it."
    )


_CONTENT = (
    *("Type", "Contact", "Date", "LineAmountTypes", "CurrencyCode"),
    "LineItems",
)


def _numbered(document: Mapping[str, Any]) -> bool:
    """Tell whether a credit note's number is its own: a supplier's may come twice."""
    return document.get("Type") == "ACCRECCREDIT" and bool(document.get("CreditNoteNumber"))


def new_credit_note(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new credit note is known from all others."""
    if _numbered(document):
        return ("Type", "CreditNoteNumber")
    # Xero makes the number of a customer's, gives a supplier's none and keeps no reference of it.
    customers = document.get("Type") == "ACCRECCREDIT"
    return ("Reference" if customers else "CreditNoteNumber", *_CONTENT)


def matched_credit_note(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields one is known that may have been there before.

    That it is there says nothing then: all that was sent is compared but for the status.
    """
    if document.get("CreditNoteID") or _numbered(document):
        return tuple(name for name in document if name != "Status")
    return new_credit_note(document)


_CREATED = ReadBack(
    path="/CreditNotes",
    collection="CreditNotes",
    id_field="CreditNoteID",
    identity=new_credit_note,
    unfilled=("CreditNoteNumber", "Reference"),
    query=_FOUR_PLACES,
)
_NOTES = Endpoint(
    resource="credit_notes",
    noun="credit_note",
    collection="CreditNotes",
    record=CreditNoteRecord,
    read=RESOURCES["credit_notes"].scopes,
    write=("accounting.invoices",),
    example_id="34b5fcea-e511-5773-8bed-84ed8cd3c94f",
    query=_FOUR_PLACES,
    read_back=_CREATED,
)
_UPSERTED: dict[str, Any] = {
    "covers": ("updateOrCreateCreditNotes",),
    "idempotency": "key",
    "read_back": replace(_CREATED, identity=matched_credit_note),
    "destructive": True,
}
_DELETE = _NOTES.undo("delete_draft_credit_note", "DRAFT", "SUBMITTED")
_VOID = _NOTES.undo("void_credit_note", "AUTHORISED")

_LINE = {"Description": "Desk, returned", "Quantity": 1, "UnitAmount": 120.5, "AccountCode": "200"}
_NOTE = {
    "Type": "ACCRECCREDIT",
    "Contact": {"Name": "Harbour Lights Ltd"},
    "LineItems": [_LINE],
    "Date": "2026-11-22",
    "Reference": "Return 88",
}
_SUPPLIERS = {
    "Type": "ACCPAYCREDIT",
    "Contact": {"Name": "Harbour Lights Ltd"},
    "LineItems": [_LINE | {"AccountCode": "400"}],
    "CreditNoteNumber": "HL-C-31",
    "Date": "2026-11-22",
}
_WEB = _NOTE | {"CreditNoteNumber": "WEB-C-88"}
_EXAMPLE_ID = _NOTES.example_id
_EACH = "Look at ok of each. "
_NUMBERS = (
    "Give a customer's a CreditNoteNumber of your own, by which it is known again; a supplier's is "
    "not unique: look with find_credit_note first."
)

OPERATIONS = (
    *triggers("credit_notes"),
    _NOTES.create(
        NewCreditNote,
        _NOTE,
        covers=("createCreditNotes",),
        summary="Create a credit note of a customer or a supplier.",
        counter_examples=(
            ({"credit_note": _NOTE | {"Type": "ACCREC"}}, "input.credit_note.Type"),
            ({"credit_note": _NOTE | {"LineItems": []}}, "input.credit_note.LineItems"),
            ({"credit_note": _NOTE | {"Status": "PAID"}}, "input.credit_note.Status"),
            ({"credit_note": _NOTE | {"RemainingCredit": 1}}, "input.credit_note.RemainingCredit"),
            (
                {"credit_note": _NOTE | {"LineItems": [_LINE | {"DiscountRate": 5}]}},
                "input.credit_note.LineItems.0.DiscountRate",
            ),
        ),
        undo=(_DELETE, _VOID),
        advice=(
            f"{_NUMBERS} It settles nothing by itself: approve it, then use allocate_credit_note, "
            "or create_payment to pay it back."
        ),
    ),
    _NOTES.create_many(
        NewCreditNote,
        (_NOTE, _SUPPLIERS),
        covers=("createCreditNotes",),
        undo=(_DELETE, _VOID),
        advice=f"{_EACH}{_NUMBERS} Each that is made has an undo of its own.",
    ),
    _NOTES.upsert(
        KnownTypeCreditNote,
        _WEB,
        summary="Create a credit note, or change the one with the same id or number.",
        counter_examples=(({"credit_note": {"Reference": "A"}}, "input.credit_note.Type"),),
        advice=(
            "A supplier's without CreditNoteID is always a new one: its number is not unique. "
            "There is no undo: what was there before is not known."
        ),
        **_UPSERTED,
    ),
    _NOTES.upsert_many(
        KnownTypeCreditNote,
        (_WEB, _SUPPLIERS),
        advice=(
            f"{_EACH}Send a document's LineItems whole: Xero deletes those left out. There is no "
            "undo: what was there before is not known."
        ),
        **_UPSERTED,
    ),
    _NOTES.update(
        CreditNote,
        {"Reference": "Return 89"},
        covers=("updateCreditNote",),
        idempotency="key",
        destructive=True,
        counter_examples=(
            ({"credit_note": {"Reference": "A"}}, "input.credit_note_id"),
            (
                {"credit_note_id": _EXAMPLE_ID, "credit_note": {"Total": 10}},
                "input.credit_note.Total",
            ),
            (
                {
                    "credit_note_id": _EXAMPLE_ID,
                    "credit_note": {"CreditNoteID": "0cb10d7a-c36c-5a1d-8ae7-5245ca315cb6"},
                },
                "input",
            ),
        ),
        advice=(
            "Send LineItems whole, each with its LineItemID, or not at all. One that is allocated "
            "or paid back cannot be changed. There is no undo: get it first where it may have to "
            "be put back."
        ),
    ),
    _NOTES.become(
        "approve_credit_note",
        "Approve a credit note.",
        {"Status": "AUTHORISED"},
        covers=("updateCreditNote",),
        undo=(_VOID,),
        advice="It then counts in the books and can be allocated: its undo voids it.",
    ),
    _NOTES.become(
        "void_credit_note",
        "Void an approved credit note.",
        {"Status": "VOIDED"},
        covers=("updateCreditNote",),
        destructive=True,
        advice=(
            "Delete its allocations and payments first. There is no way back; drafts are deleted "
            "instead."
        ),
    ),
    _NOTES.become(
        "delete_draft_credit_note",
        "Delete a draft or submitted credit note.",
        {"Status": "DELETED"},
        covers=("updateCreditNote",),
        destructive=True,
        advice="There is no way back; an approved one is voided instead.",
    ),
    _NOTES.get(
        covers=("getCreditNote",),
        advice=(
            "RemainingCredit is left of it; Allocations and Payments say where the rest went. Use "
            "find_credit_note where only the number is known."
        ),
    ),
    _NOTES.list(
        ListCreditNotes,
        covers=("getCreditNotes",),
        example={"types": ["ACCRECCREDIT"], "statuses": ["AUTHORISED"], "order": "Date DESC"},
        counter_examples=(
            ({"statuses": ["OPEN"]}, "input.statuses.0"),
            ({"types": ["ACCREC"]}, "input.types.0"),
            ({"contact_id": "Harbour Lights"}, "input.contact_id"),
            ({"statuses": []}, "input.statuses"),
        ),
        advice="AUTHORISED ones have RemainingCredit to allocate. Use fields for a small answer.",
    ),
    Operation(
        id="credit_notes/find_credit_note",
        kind="query",
        summary="Find the credit notes with exactly this number.",
        input=FindCreditNote,
        output=_NOTES.some,
        example={"credit_note_number": "CN-0001"},
        counter_examples=(({"credit_note_number": ""}, "input.credit_note_number"),),
        covers=("getCreditNotes",),
        call=Call(
            method="GET",
            path="/CreditNotes",
            collection="CreditNotes",
            # Without a page Xero leaves the lines out.
            query={**_FOUR_PLACES, "page": "1"},
        ),
        scopes=_NOTES.read,
        advice="Several suppliers can use the same number: compare Type and Contact.",
    ),
    *allocations(_NOTES, create="createCreditNoteAllocation", delete="deleteCreditNoteAllocations"),
    *pdf_operations("credit_notes", _NOTES.example_id),
)
