# SPDX-License-Identifier: Apache-2.0
"""The accounting API of one organisation: its routes and the envelopes of its answers.

Tokens, limits and idempotency keys are settled before a request comes here; how the elements of
a request are written is in `writes`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from local.xero import invoice_views, invoices, lists, resources, views, writes
from local.xero.replies import XeroError, json_reply, not_found, validation_exception
from local.xero.wire import Document, Response, new_id

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.resources import Resource
    from local.xero.wire import Request


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
    if resource.name not in writes.KINDS or len(rest) > 1:
        raise XeroError(not_found())
    if request.method == "POST" or (request.method == "PUT" and not rest):
        return _write(writing, resource, request, *rest)
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
    kind = writes.KINDS.get(resource.name)
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
    writing: Writing, resource: Resource, request: Request, key: str | None = None
) -> Response:
    written = writes.write(writing, resource, request, key)
    if written.refused and request.flag("summarizeErrors", default=True):
        return validation_exception(written.refused)
    return _envelope(writing, resource, written.shown)


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
