# SPDX-License-Identifier: Apache-2.0
"""The accounting API of one organisation: routes, envelopes, and errors per element.

Tokens, limits and idempotency keys are settled before a request comes here.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from local.xero import contacts, invoice_views, invoices, lists, reading
from local.xero.replies import (
    ValidationError,
    XeroError,
    json_reply,
    not_found,
    post_data_invalid,
    validation_exception,
)
from local.xero.wire import ZERO_ID, Document, Response, from_json, new_id, read_date

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.xero.books import Books, Writing
    from local.xero.lists import Collection
    from local.xero.wire import Request


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one kind of record that can be written is found and written."""

    find: Callable[[Books, str], Document | None]
    shape: reading.Shape
    match: Callable[[Books, Document], Document | None]
    write: Callable[[Writing, Document, Document | None], Document]
    flag: str
    """The field that tells, in an answer with errors per element, that there are some."""


_KINDS = {
    "Contacts": _Kind(
        contacts.find, contacts.SHAPE, contacts.match, contacts.write, "HasValidationErrors"
    ),
    "Invoices": _Kind(invoices.find, invoices.SHAPE, invoices.match, invoices.write, "HasErrors"),
}


def answer(writing: Writing, request: Request, resource: str, rest: list[str]) -> Response:
    """Answer a request for a resource (the first part of the path) and what follows it.

    Raises:
        XeroError: the request ends with the error's answer.
    """
    writing.unit_places = lists.unit_places(request)
    collection = lists.COLLECTIONS.get(resource.lower())
    if collection is None:
        raise XeroError(not_found())
    if request.method == "GET" and not rest:
        return _list(writing, collection, request)
    if request.method == "GET" and len(rest) == 1:
        return _one(writing, collection, request, rest[0])
    if collection.name == "Invoices" and len(rest) == 2:  # noqa: PLR2004 - id and what of it
        return _part(writing, request, rest)
    kind = _KINDS.get(collection.name)
    if kind is None or len(rest) > 1:
        raise XeroError(not_found())
    if request.method == "POST" or (request.method == "PUT" and not rest):
        return _write(writing, collection, kind, request, rest)
    raise XeroError(not_found())


def _list(writing: Writing, collection: Collection, request: Request) -> Response:
    selection = lists.select(writing.books, collection, request, writing.client_id)
    paged = selection.pagination is not None
    shown = lists.show_all(collection, selection, request, writing.unit_places)
    extra = {"pagination": selection.pagination} if paged else {}
    return _envelope(writing, collection, shown, extra)


def _one(writing: Writing, collection: Collection, request: Request, key: str) -> Response:
    kind = _KINDS.get(collection.name)
    record = kind.find(writing.books, key) if kind else _look_up(writing.books, collection, key)
    if record is None:
        raise XeroError(not_found())
    if collection.name == "Invoices" and "application/pdf" in request.header("Accept"):
        return invoice_views.pdf(record)
    return _envelope(writing, collection, [_show(writing, collection, record)])


def _look_up(books: Books, collection: Collection, key: str) -> Document | None:
    names = {collection.id_field, "Code"}
    return next(
        (
            one
            for one in collection.records(books)
            if any(str(one.get(name)).lower() == key.lower() for name in names)
        ),
        None,
    )


def _part(writing: Writing, request: Request, rest: list[str]) -> Response:
    invoice = invoices.find(writing.books, rest[0])
    what = (request.method, rest[1].lower())
    if invoice is None or what not in {
        ("GET", "pdf"),
        ("GET", "onlineinvoice"),
        ("POST", "email"),
    }:
        raise XeroError(not_found())
    if what == ("GET", "pdf"):
        return invoice_views.pdf(invoice)
    if what == ("POST", "email"):
        invoice_views.email(writing, invoice)
        return Response(HTTPStatus.NO_CONTENT)
    link = {"OnlineInvoiceUrl": invoice_views.online_url(invoice)}
    return json_reply(_head(writing) | {"OnlineInvoices": [link]})


def _write(
    writing: Writing, collection: Collection, kind: _Kind, request: Request, rest: list[str]
) -> Response:
    elements = _read_elements(request, collection)
    for element in elements:
        reading.check(element, kind.shape)
    targets = _targets(writing.books, collection, elements, request.method, rest)
    shown: list[Document] = []
    failed: list[Document] = []
    for element, target in zip(elements, targets, strict=True):
        # A record that an earlier element of this request made is matched too.
        existing = target or (
            kind.match(writing.books, element) if request.method == "POST" else None
        )
        try:
            record = kind.write(writing, element, existing)
        except ValidationError as error:
            failed.append(_failure(collection, kind, element, existing, error))
            shown.append(failed[-1])
        else:
            shown.append(
                _show(writing, collection, record)
                | {kind.flag: False, "StatusAttributeString": "OK"}
            )
    if failed and request.flag("summarizeErrors", default=True):
        return validation_exception(failed)
    return _envelope(writing, collection, shown)


def _read_elements(request: Request, collection: Collection) -> list[Document]:
    try:
        body = from_json(request.body)
    except ValueError as error:
        raise post_data_invalid(f"JSON for post data was invalid,{error}") from error
    if not isinstance(body, dict):
        raise post_data_invalid("JSON for post data was invalid,an object was expected")
    for name in body:
        if name.lower() == collection.name.lower():
            return reading.elements(body, name) or []
    return [body]


def _targets(
    books: Books,
    collection: Collection,
    elements: list[Document],
    method: str,
    rest: list[str],
) -> list[Document | None]:
    """Find what each element changes, before any is written: an unknown id refuses them all."""
    kind = _KINDS[collection.name]
    if rest:
        record = kind.find(books, rest[0])
        if record is None or len(elements) != 1:
            raise XeroError(not_found())
        named = reading.text(elements[0], collection.id_field)
        if named and named.lower() != record[collection.id_field]:
            raise post_data_invalid(f"The {collection.id_field} does not match the path")
        return [record]
    if method == "PUT":
        return [None] * len(elements)
    return [kind.match(books, element) for element in elements]


def _failure(
    collection: Collection,
    kind: _Kind,
    element: Document,
    existing: Document | None,
    error: ValidationError,
) -> Document:
    """Return the refused element as Xero sends it back: as it came, with the reasons."""
    dates = invoices.DATES if collection.name == "Invoices" else ()
    echoed = {
        name: read_date(value) if name in dates and value else value
        for name, value in element.items()
    }
    return echoed | {
        collection.id_field: existing[collection.id_field] if existing else ZERO_ID,
        kind.flag: True,
        "StatusAttributeString": "ERROR",
        "ValidationErrors": [{"Message": message} for message in error.messages],
    }


def _show(writing: Writing, collection: Collection, record: Document) -> Document:
    if collection.name == "Contacts":
        shown = contacts.show(record, detailed=True)
        if balances := _balances(writing, record):
            shown["Balances"] = balances
        return shown
    if collection.name == "Invoices":
        shown = invoice_views.show(record, detailed=True, unit_places=writing.unit_places)
        shown["Contact"] = contacts.show(record["Contact"], detailed=True)
        return shown
    return record


def _balances(writing: Writing, contact: Document) -> Document:
    """Return what a contact owes and is owed on approved documents, empty where there are none."""
    found: Document = {}
    for invoice in writing.books.invoices.values():
        if invoice["Contact"] is contact and invoice["Status"] == "AUTHORISED":
            side = "Receivable" if invoice["Type"] == "ACCREC" else "Payable"
            sums = found.setdefault(f"Accounts{side}", {"Outstanding": 0, "Overdue": 0})
            sums["Outstanding"] += invoice["AmountDue"]
            if invoice["DueDate"] < writing.now.date():
                sums["Overdue"] += invoice["AmountDue"]
    return found


def _envelope(
    writing: Writing,
    collection: Collection,
    records: list[Document],
    extra: Document | None = None,
) -> Response:
    name = "Organisations" if collection.name == "Organisation" else collection.name
    return json_reply(_head(writing) | (extra or {}) | {name: records})


def _head(writing: Writing) -> Document:
    return {
        "Id": new_id(),
        "Status": "OK",
        "ProviderName": "Simulated Xero",
        "DateTimeUTC": writing.now,
    }
