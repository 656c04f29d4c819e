# SPDX-License-Identifier: Apache-2.0
"""Which records a list request asks for: filters, order, pages.

Rules: https://developer.xero.com/documentation/api/accounting/requests-and-responses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.xero import contacts, filters, invoice_views
from local.xero.operands import QueryError
from local.xero.replies import query_parse_error
from local.xero.wire import Document, Request, read_moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.xero.books import Books

PAGE_SIZE = 100
LARGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Collection:
    """One kind of record and how it is listed."""

    name: str
    id_field: str
    records: Callable[[Books], list[Document]]
    fields: frozenset[str] = frozenset()
    """Field names that a filter may name though no record holds them at the moment."""
    paged: bool = False
    parameters: dict[str, str] = field(default_factory=dict)
    """Query parameter to the dotted field that it lists values of."""
    searched: tuple[str, ...] = ()
    """Fields that `searchTerm` looks into."""


COLLECTIONS = {
    collection.name.lower(): collection
    for collection in (
        Collection("Organisation", "OrganisationID", lambda books: [books.organisation]),
        Collection("Accounts", "AccountID", lambda books: books.accounts),
        Collection("TaxRates", "TaxType", lambda books: books.tax_rates),
        Collection("Currencies", "Code", lambda books: books.currencies),
        Collection(
            "TrackingCategories", "TrackingCategoryID", lambda books: books.tracking_categories
        ),
        Collection("BrandingThemes", "BrandingThemeID", lambda books: books.branding_themes),
        Collection("Items", "ItemID", lambda books: books.items),
        Collection("Users", "UserID", lambda books: books.users),
        Collection(
            "Contacts",
            "ContactID",
            lambda books: list(books.contacts.values()),
            fields=frozenset((*contacts.TEXT_LENGTHS, "Website", "BrandingTheme", "PaymentTerms")),
            paged=True,
            parameters={"IDs": "ContactID"},
            searched=("Name", "FirstName", "LastName", "ContactNumber", "EmailAddress"),
        ),
        Collection(
            "Invoices",
            "InvoiceID",
            lambda books: list(books.invoices.values()),
            fields=frozenset(
                (
                    *("DueDate", "FullyPaidOnDate", "ExpectedPaymentDate", "PlannedPaymentDate"),
                    *("BrandingThemeID", "Url", "TotalDiscount", "RepeatingInvoiceID"),
                )
            ),
            paged=True,
            parameters={
                "IDs": "InvoiceID",
                "InvoiceNumbers": "InvoiceNumber",
                "ContactIDs": "Contact.ContactID",
                "Statuses": "Status",
            },
            searched=("InvoiceNumber", "Reference", "Contact.Name"),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What a list request selects."""

    records: list[Document]
    pagination: Document | None


def select(books: Books, collection: Collection, request: Request, client_id: str) -> Selection:
    """Return the records of a list request in order, one page where it asks for one.

    Raises:
        XeroError: the filter or the order cannot be read (400).
    """
    records = collection.records(books)
    fields = collection.fields.union(*(record.keys() for record in records))
    records = _narrow(records, collection, request)
    if not request.flag("includeArchived") and collection.name == "Contacts":
        # A contact asked for by its id is shown though it is archived.
        asked = {one.lower() for one in request.values("IDs")}
        records = [
            one for one in records if one["ContactStatus"] == "ACTIVE" or one["ContactID"] in asked
        ]
    if request.flag("createdByMyApp") and collection.name == "Invoices":
        records = [one for one in records if books.created_by[one["InvoiceID"]] == client_id]
    try:
        if expression := request.param("where"):
            test = filters.where(expression, fields)
            records = [one for one in records if test(one)]
        if clause := request.param("order"):
            records = filters.order(records, clause, fields)
    except QueryError as error:
        raise query_parse_error(str(error)) from error
    return _page(records, collection, request)


def show_all(
    collection: Collection, selection: Selection, request: Request, places: int
) -> list[Document]:
    """Return the records as a list shows them; unpaged or summarised ones lose their details."""
    summary = request.flag("summaryOnly")
    records = selection.records
    if collection.name == "Contacts":
        return [contacts.show(one, detailed=not summary) for one in records]
    if collection.name == "Invoices":
        detailed = not summary and selection.pagination is not None
        return [invoice_views.show(one, detailed=detailed, unit_places=places) for one in records]
    return records


def unit_places(request: Request) -> int:
    """Return how many decimals unit amounts have: two, or four where the request says so."""
    return 4 if request.param("unitdp") == "4" else 2


def _narrow(records: list[Document], collection: Collection, request: Request) -> list[Document]:
    if since := read_moment(request.header("If-Modified-Since")):
        whole = since.replace(microsecond=0)
        records = [one for one in records if one.get("UpdatedDateUTC", whole) >= whole]
    for parameter, path in collection.parameters.items():
        if wanted := {value.lower() for value in request.values(parameter)}:
            records = [one for one in records if _at(one, path) in wanted]
    if collection.searched and (term := request.param("searchTerm").lower()):
        records = [
            one for one in records if any(term in _at(one, path) for path in collection.searched)
        ]
    return records


def _at(record: Document, path: str) -> str:
    value: object = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return str(value or "").lower()


def _page(records: list[Document], collection: Collection, request: Request) -> Selection:
    if not collection.paged or not request.param("page"):
        return Selection(records, None)
    page = _whole(request.param("page"), 1)
    size = min(_whole(request.param("pageSize"), PAGE_SIZE), LARGEST_PAGE)
    pagination = {
        "page": page,
        "pageSize": size,
        "pageCount": -(-len(records) // size),
        "itemCount": len(records),
    }
    return Selection(records[(page - 1) * size : page * size], pagination)


def _whole(text: str, default: int) -> int:
    return int(text) if re.fullmatch("[1-9][0-9]{0,8}", text) else default
