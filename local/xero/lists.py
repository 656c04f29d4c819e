# SPDX-License-Identifier: Apache-2.0
"""Which records a list request asks for: filters, order, pages.

Rules: https://developer.xero.com/documentation/api/accounting/requests-and-responses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.xero import filters
from local.xero.operands import QueryError
from local.xero.replies import query_parse_error
from local.xero.wire import Document, Request, as_moment, read_moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from local.xero.books import Books
    from local.xero.resource import Resource
    from local.xero.shelf import Shelf

PAGE_SIZE = 100
LARGEST_PAGE = 1000
_OR = re.compile(r"\s+or\s+|\s*\|\|\s*", re.IGNORECASE)
_ID_TERM = re.compile(r'\s*(?P<name>\w+)\s*==?\s*guid\("(?P<id>[^"]*)"\)\s*', re.IGNORECASE)
_OLDEST_FIRST = (["updateddateutc"], ["updateddateutc", "asc"])


@dataclass(frozen=True, slots=True)
class Selection:
    """What a list request selects: the records of the page, and how many there are in all."""

    records: list[Document]
    total: int
    pagination: Document | None = None


def select(books: Books, resource: Resource, request: Request, client_id: str) -> Selection:
    """Return the records of a list request in order, one page where it asks for one.

    Raises:
        XeroError: the filter or the order cannot be read (400).
    """
    shelf = books.shelves[resource.name]
    clause = request.param("order")
    indexed = clause.lower().split() in _OLDEST_FIRST and "UpdatedDateUTC" in shelf.fields
    records = _changed(shelf, _since(resource, request), indexed=indexed)
    records = _narrow(records, resource, request)
    if request.flag("createdByMyApp") and resource.name == "Invoices":
        records = [one for one in records if books.created_by.get(one["InvoiceID"]) == client_id]
    fields = shelf.fields | resource.fields
    try:
        if resource.filtered and (expression := request.param("where")):
            test = filters.where(expression, fields)
            ids = _ids(expression, resource)
            # Fifty ids asked of each of 100,000 records would take seconds.
            found = records if ids is None else _with_ids(records, resource, ids)
            records = [one for one in found if test(one)]
        if clause and not indexed:
            records = filters.order(records, clause, fields)
    except QueryError as error:
        raise query_parse_error(str(error)) from error
    return _page(records, resource, request)


def asks_for_changes(resource: Resource, request: Request) -> bool:
    """Tell whether a request wants only what changed since a time."""
    return _since(resource, request) is not None


def _since(resource: Resource, request: Request) -> datetime | None:
    since = read_moment(request.header("If-Modified-Since")) if resource.dated else None
    return since and since.replace(microsecond=0)


def _changed(shelf: Shelf, since: datetime | None, *, indexed: bool) -> list[Document]:
    if indexed:
        return shelf.changed_since(since)
    if since is None:
        return list(shelf.values())
    return [one for one in shelf.values() if shelf.moment(one) >= since]


def _narrow(records: list[Document], resource: Resource, request: Request) -> list[Document]:
    for parameter, path in resource.parameters.items():
        wanted = {value.lower() for value in request.values(parameter)}
        if wanted and path == resource.id_field:
            records = _with_ids(records, resource, wanted)
        elif wanted:
            records = [one for one in records if _at(one, path) in wanted]
    for prefix, name in resource.ranges.items():
        if first := read_moment(request.param(f"{prefix}From")):
            records = [one for one in records if name in one and as_moment(one[name]) >= first]
        if last := read_moment(request.param(f"{prefix}To")):
            records = [one for one in records if name in one and as_moment(one[name]) <= last]
    if resource.searched and (term := request.param("searchTerm").lower()):
        records = [
            one for one in records if any(term in _at(one, path) for path in resource.searched)
        ]
    return _visible(records, resource, request)


def _visible(records: Iterable[Document], resource: Resource, request: Request) -> list[Document]:
    hidden = resource.hidden
    if hidden is None or request.flag(hidden.unless):
        return list(records)
    # A record asked for by its id is shown though it is archived.
    asked = {one.lower() for one in request.values("IDs")}
    return [
        one
        for one in records
        if one[hidden.field] not in hidden.values or one[resource.id_field] in asked
    ]


def _with_ids(records: list[Document], resource: Resource, ids: set[str]) -> list[Document]:
    return [one for one in records if one[resource.id_field].lower() in ids]


def _ids(expression: str, resource: Resource) -> set[str] | None:
    """Return the ids that a filter asks for, None where it asks for anything else."""
    ids = set()
    for part in _OR.split(expression):
        term = _ID_TERM.fullmatch(part)
        if term is None or term["name"].lower() != resource.id_field.lower():
            return None
        ids.add(term["id"].lower())
    return ids


def _at(record: Document, path: str) -> str:
    value: object = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return str(value or "").lower()


def _page(records: list[Document], resource: Resource, request: Request) -> Selection:
    total = len(records)
    if not resource.paged or not request.param("page"):
        return Selection(records, total)
    page = _whole(request.param("page"), 1)
    asked = _whole(request.param("pageSize"), PAGE_SIZE) if resource.sized else PAGE_SIZE
    size = min(asked, LARGEST_PAGE)
    records = records[(page - 1) * size : page * size]
    if not resource.sized:
        return Selection(records, total)
    pagination = {
        "page": page,
        "pageSize": size,
        "pageCount": -(-total // size),
        "itemCount": total,
    }
    return Selection(records, total, pagination)


def _whole(text: str, default: int) -> int:
    return int(text) if re.fullmatch("[1-9][0-9]{0,8}", text) else default
