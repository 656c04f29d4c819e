# SPDX-License-Identifier: Apache-2.0
"""What operations on quotes are asked with and answer, and examples of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID  # noqa: TC003 - for pydantic

from pydantic import Field, model_validator

from xero_connection.endpoint import Endpoint
from xero_connection.fields import Day, Input, OneOf, Query
from xero_connection.identities import by_number
from xero_connection.lists import Modified, Ordered, Pages
from xero_connection.models.lines import ContactReference, LineItem  # noqa: TC001 - for pydantic
from xero_connection.models.quotes import Quote, QuoteRecord
from xero_connection.operation import ReadBack
from xero_connection.resources import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping


class NewQuote(Quote):
    """A quote that does not exist yet."""

    Contact: ContactReference
    Date: Day = Field(description="Day of the offer.")
    LineItems: list[LineItem] = Field(min_length=1)


class MatchedQuote(Quote):
    """A quote that may exist. Xero wants its contact and date each time."""

    Contact: ContactReference
    Date: Day = Field(description="Day of the offer.")

    @model_validator(mode="after")
    def _can_be_matched(self) -> Self:
        if self.QuoteID is None and self.QuoteNumber is None:
            raise ValueError("a QuoteID or a QuoteNumber is needed to match by")
        return self


class ListQuotes(Pages, Modified, Ordered):
    """Which quotes to list."""

    status: Annotated[
        str | None,
        OneOf("DRAFT", "SENT", "ACCEPTED", "DECLINED", "INVOICED", "DELETED"),
        Query("Status"),
    ] = Field(default=None, description="Only in this status.")
    contact_id: Annotated[UUID | None, Query("ContactID")] = Field(
        default=None, description="Only of this contact."
    )
    date_from: Annotated[Day | None, Query("DateFrom")] = Field(
        default=None, description="Only of this date and later."
    )
    date_to: Annotated[Day | None, Query("DateTo")] = Field(
        default=None, description="Only of this date and earlier."
    )
    expiry_date_from: Annotated[Day | None, Query("ExpiryDateFrom")] = Field(
        default=None, description="Only those that expire on this day and later."
    )
    expiry_date_to: Annotated[Day | None, Query("ExpiryDateTo")] = Field(
        default=None, description="Only those that expire on this day and earlier."
    )


class FindQuote(Input):
    """The number to find."""

    quote_number: Annotated[str, Query("QuoteNumber")] = Field(
        min_length=1, max_length=255, description="The whole number."
    )


_CONTENT = (
    *("Contact", "Date", "ExpiryDate", "LineAmountTypes", "CurrencyCode", "Title", "Summary"),
    "LineItems",
)


def new_quote(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new quote is known from all others."""
    return by_number(document, "QuoteNumber", _CONTENT)


QUOTES = Endpoint(
    resource="quotes",
    noun="quote",
    collection="Quotes",
    record=QuoteRecord,
    read=RESOURCES["quotes"].scopes,
    write=("accounting.invoices",),
    example_id="cd54ee73-f6ab-5eb5-9110-d9c5254bdf42",
    read_back=ReadBack(path="/Quotes", collection="Quotes", id_field="QuoteID", identity=new_quote),
)
LINE = {"Description": "Desk", "Quantity": 2, "UnitAmount": 120.5, "AccountCode": "200"}
QUOTE = {
    "Contact": {"Name": "Harbour Lights Ltd"},
    "LineItems": [LINE],
    "Date": "2026-11-22",
    "ExpiryDate": "2026-12-22",
    "Reference": "Enquiry 311",
    "Title": "Two desks",
}
