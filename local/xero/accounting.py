# SPDX-License-Identifier: Apache-2.0
"""The accounting API of one organisation: routes, envelopes, and errors per element.

Tokens, limits and idempotency keys are settled before a request comes here.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from local.xero import contacts, invoice_views, invoices, lists, reading, resources, views
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
    from local.xero.resources import Resource
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


def answer(
    writing: Writing, request: Request, name: str, rest: list[str], *, not_modified: bool
) -> Response:
    """Answer a request for a resource (the first part of the path) and what follows it.

    `not_modified` says that a list in which nothing changed is answered with 304.

    Raises:
        XeroError: the request ends with the error's answer.
    """
    resource = resources.find(name)
    if resource is None:
        raise XeroError(not_found())
    writing.unit_places = views.unit_places(resource, request)
    if request.method == "GET" and not rest:
        return _list(writing, resource, request, not_modified=not_modified)
    if request.method == "GET" and len(rest) == 1:
        return _one(writing, resource, request, rest[0])
    if resource.name == "Invoices" and len(rest) == 2:  # noqa: PLR2004 - id and what of it
        return _part(writing, request, rest)
    kind = _KINDS.get(resource.name)
    if kind is None or len(rest) > 1:
        raise XeroError(not_found())
    if request.method == "POST" or (request.method == "PUT" and not rest):
        return _write(writing, resource, kind, request, rest)
    raise XeroError(not_found())


def _list(
    writing: Writing, resource: Resource, request: Request, *, not_modified: bool
) -> Response:
    selection = lists.select(writing.books, resource, request, writing.client_id)
    if not_modified and not selection.total and lists.asks_for_changes(resource, request):
        return Response(HTTPStatus.NOT_MODIFIED)
    shown = views.show_all(resource, selection.records, request, writing.unit_places)
    extra = {} if selection.pagination is None else {"pagination": selection.pagination}
    return _envelope(writing, resource, shown, extra)


def _one(writing: Writing, resource: Resource, request: Request, key: str) -> Response:
    kind = _KINDS.get(resource.name)
    record = kind.find(writing.books, key) if kind else writing.books.find(resource.name, key)
    if record is None:
        raise XeroError(not_found())
    if resource.name == "Invoices" and "application/pdf" in request.header("Accept"):
        return invoice_views.pdf(record)
    return _envelope(writing, resource, [views.show_one(writing, resource, record)])


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
    writing: Writing, resource: Resource, kind: _Kind, request: Request, rest: list[str]
) -> Response:
    elements = _read_elements(request, resource)
    for element in elements:
        reading.check(element, kind.shape)
    targets = _targets(writing.books, resource, elements, request.method, rest)
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
            failed.append(_failure(resource, kind, element, existing, error))
            shown.append(failed[-1])
        else:
            shown.append(
                views.show_one(writing, resource, record)
                | {kind.flag: False, "StatusAttributeString": "OK"}
            )
    if failed and request.flag("summarizeErrors", default=True):
        return validation_exception(failed)
    return _envelope(writing, resource, shown)


def _read_elements(request: Request, resource: Resource) -> list[Document]:
    try:
        body = from_json(request.body)
    except ValueError as error:
        raise post_data_invalid(f"JSON for post data was invalid,{error}") from error
    if not isinstance(body, dict):
        raise post_data_invalid("JSON for post data was invalid,an object was expected")
    for name in body:
        if name.lower() == resource.name.lower():
            return reading.elements(body, name) or []
    return [body]


def _targets(
    books: Books,
    resource: Resource,
    elements: list[Document],
    method: str,
    rest: list[str],
) -> list[Document | None]:
    """Find what each element changes, before any is written: an unknown id refuses them all."""
    kind = _KINDS[resource.name]
    if rest:
        record = kind.find(books, rest[0])
        if record is None or len(elements) != 1:
            raise XeroError(not_found())
        named = reading.text(elements[0], resource.id_field)
        if named and named.lower() != record[resource.id_field]:
            raise post_data_invalid(f"The {resource.id_field} does not match the path")
        return [record]
    if method == "PUT":
        return [None] * len(elements)
    return [kind.match(books, element) for element in elements]


def _failure(
    resource: Resource,
    kind: _Kind,
    element: Document,
    existing: Document | None,
    error: ValidationError,
) -> Document:
    """Return the refused element as Xero sends it back: as it came, with the reasons."""
    dates = invoices.DATES if resource.name == "Invoices" else ()
    echoed = {
        name: read_date(value) if name in dates and value else value
        for name, value in element.items()
    }
    return echoed | {
        resource.id_field: existing[resource.id_field] if existing else ZERO_ID,
        kind.flag: True,
        "StatusAttributeString": "ERROR",
        "ValidationErrors": [{"Message": message} for message in error.messages],
    }


def _envelope(
    writing: Writing,
    resource: Resource,
    records: list[Document],
    extra: Document | None = None,
) -> Response:
    name = "Organisations" if resource.name == "Organisation" else resource.name
    return json_reply(_head(writing) | (extra or {}) | {name: records})


def _head(writing: Writing) -> Document:
    return {
        "Id": new_id(),
        "Status": "OK",
        "ProviderName": "Simulated Xero",
        "DateTimeUTC": writing.now,
    }
