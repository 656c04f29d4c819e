# SPDX-License-Identifier: Apache-2.0
"""Repeating invoices: templates by which Xero makes invoices or bills on a schedule.

A template can be made and deleted, not changed: "Repeating invoice status must be set to DELETED".
https://developer.xero.com/documentation/api/accounting/repeatinginvoices
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from xero_connection.endpoint import Endpoint
from xero_connection.fields import Day, OneOf
from xero_connection.filters import Where
from xero_connection.identities import by_reference
from xero_connection.lists import ListInput
from xero_connection.models.lines import ContactReference, LineItem  # noqa: TC001 - for pydantic
from xero_connection.models.repeating_invoices import (
    Recurrence,
    RepeatingInvoice,
    RepeatingInvoiceRecord,
)
from xero_connection.operation import ReadBack

if TYPE_CHECKING:
    from collections.abc import Mapping


class NewRecurrence(Recurrence):
    """The schedule of a template that does not exist yet."""

    Period: int = Field(ge=1, description="1 with WEEKLY: every week.")
    Unit: Annotated[str, OneOf("WEEKLY", "MONTHLY")]
    DueDate: int = Field(ge=0, description="Counted as DueDateType says.")
    DueDateType: Annotated[
        str,
        OneOf(
            "DAYSAFTERBILLDATE",
            "DAYSAFTERBILLMONTH",
            "DAYSAFTERINVOICEDATE",
            "DAYSAFTERINVOICEMONTH",
            "OFCURRENTMONTH",
            "OFFOLLOWINGMONTH",
        ),
    ]
    StartDate: Day = Field(description="Date of the first document.")


class NewRepeatingInvoice(RepeatingInvoice):
    """A template that does not exist yet."""

    Type: Annotated[str, OneOf("ACCREC", "ACCPAY")] = Field(
        description="ACCREC makes sales invoices, ACCPAY bills."
    )
    Contact: ContactReference
    Schedule: NewRecurrence
    LineItems: list[LineItem] = Field(
        min_length=1, description="Texts may hold [Week], [Month], [Year] and the like."
    )


class ListRepeatingInvoices(ListInput):
    """Which templates to list."""

    type: Annotated[str | None, OneOf("ACCREC", "ACCPAY"), Where("Type")] = Field(
        default=None, description="ACCREC for those of sales invoices, ACCPAY for those of bills."
    )
    status: Annotated[str | None, OneOf("DRAFT", "AUTHORISED", "DELETED"), Where("Status")] = Field(
        default=None, description="Only in this status."
    )


_CONTENT = ("Type", "Contact", "Schedule", "LineAmountTypes", "CurrencyCode", "LineItems")


def new_repeating_invoice(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new template is known from all others."""
    # Xero keeps no reference of bills.
    known = by_reference(document, ()) if document.get("Type") == "ACCREC" else ()
    return tuple(dict.fromkeys((*known, *_CONTENT)))


_TEMPLATES = Endpoint(
    resource="repeating_invoices",
    noun="repeating_invoice",
    collection="RepeatingInvoices",
    record=RepeatingInvoiceRecord,
    read=("accounting.invoices.read", "accounting.invoices"),
    write=("accounting.invoices",),
    example_id="5499a167-a04c-5a87-84c1-4fda8c658720",
    read_back=ReadBack(
        path="/RepeatingInvoices",
        collection="RepeatingInvoices",
        id_field="RepeatingInvoiceID",
        identity=new_repeating_invoice,
    ),
)
_DELETE = _TEMPLATES.undo("delete_repeating_invoice")
_SCHEDULE = {
    "Period": 1,
    "Unit": "MONTHLY",
    "DueDate": 20,
    "DueDateType": "OFFOLLOWINGMONTH",
    "StartDate": "2027-01-01",
}
_TEMPLATE = {
    "Type": "ACCREC",
    "Contact": {"Name": "Harbour Lights Ltd"},
    "Schedule": _SCHEDULE,
    "LineItems": [
        {"Description": "Support in [Month]", "UnitAmount": 85, "AccountCode": "200", "Quantity": 1}
    ],
    "Reference": "Support",
}


def _schedule(**changes: Any) -> dict[str, Any]:
    """Return the example with another schedule, without what is None."""
    schedule = {**_SCHEDULE, **changes}
    given = {name: value for name, value in schedule.items() if value is not None}
    return {"repeating_invoice": _TEMPLATE | {"Schedule": given}}


OPERATIONS = (
    _TEMPLATES.create(
        NewRepeatingInvoice,
        _TEMPLATE,
        covers=("createRepeatingInvoices", "updateOrCreateRepeatingInvoices"),
        summary="Create a template by which Xero makes invoices or bills on a schedule.",
        counter_examples=(
            (_schedule(Unit="DAILY"), "input.repeating_invoice.Schedule.Unit"),
            (_schedule(StartDate=None), "input.repeating_invoice.Schedule.StartDate"),
            (
                _schedule(NextScheduledDate="2027-02-01"),
                "input.repeating_invoice.Schedule.NextScheduledDate",
            ),
            (
                {"repeating_invoice": _TEMPLATE | {"LineItems": []}},
                "input.repeating_invoice.LineItems",
            ),
            (
                {"repeating_invoice": _TEMPLATE | {"Status": "SUBMITTED"}},
                "input.repeating_invoice.Status",
            ),
        ),
        undo=(_DELETE,),
        advice=(
            "With Status DRAFT each document waits for approval, with AUTHORISED it counts at "
            "once. It cannot be changed later: delete it and create another."
        ),
    ),
    _TEMPLATES.create_many(
        NewRepeatingInvoice,
        (_TEMPLATE, _TEMPLATE | {"Reference": "Support by night"}),
        covers=("createRepeatingInvoices", "updateOrCreateRepeatingInvoices"),
        undo=(_DELETE,),
        advice=(
            "Look at ok of each. Give each a Reference of its own, by which it is known again. "
            "Each that is made has an undo of its own."
        ),
    ),
    _TEMPLATES.become(
        "delete_repeating_invoice",
        "Delete a template, so that it makes no more documents.",
        {"Status": "DELETED"},
        covers=("updateRepeatingInvoice", "updateOrCreateRepeatingInvoices"),
        destructive=True,
        advice="There is no way back; what it has made stays.",
    ),
    _TEMPLATES.get(
        covers=("getRepeatingInvoice",),
        advice="An invoice that a template made names it in RepeatingInvoiceID.",
    ),
    _TEMPLATES.list(
        ListRepeatingInvoices,
        covers=("getRepeatingInvoices",),
        summary="List the templates of repeating invoices and bills.",
        example={"type": "ACCREC", "status": "AUTHORISED"},
        counter_examples=(
            ({"type": "SALE"}, "input.type"),
            ({"page": 2}, "input.page"),
        ),
        advice="Xero gives all at once, without pages.",
    ),
)
