# SPDX-License-Identifier: Apache-2.0
"""The accounting API of one organisation: which of its paths is answered by what.

Tokens, limits and idempotency keys are settled before a request comes here; how the elements of
a request are written is in `writes`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from local.xero import lists, pdfs, resources, rules, views, writes
from local.xero.envelopes import envelope
from local.xero.replies import XeroError, not_found, validation_exception
from local.xero.wire import Response

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.resource import Resource
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
    if resource is not None:
        writing.unit_places = views.unit_places(resource, request)
    if route := rules.route(request.method, [name, *rest]):
        return route(writing, request, rest)
    if resource is None or len(rest) > 1:
        raise XeroError(not_found())
    if request.method == "GET":
        if rest:
            return _one(writing, resource, request, rest[0])
        return _list(writing, resource, request, not_modified=not_modified)
    kind = rules.WRITABLE.get(resource.name)
    takes = {"PUT": not rest, "POST": bool(rest or (kind and kind.match))}
    if kind and takes.get(request.method):
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
    return envelope(writing, resource.name, shown, extra)


def _one(writing: Writing, resource: Resource, request: Request, key: str) -> Response:
    kind = rules.WRITABLE.get(resource.name)
    record = kind.find(writing.books, key) if kind else writing.books.find(resource.name, key)
    if record is None:
        raise XeroError(not_found())
    if pdfs.asked_for(resource.name, request):
        return pdfs.pdf(resource.name, record)
    return envelope(writing, resource.name, [views.show_one(writing, resource, record)])


def _write(
    writing: Writing, resource: Resource, request: Request, key: str | None = None
) -> Response:
    written = writes.write(writing, resource, request, key)
    if written.refused and request.flag("summarizeErrors", default=True):
        return validation_exception(written.refused)
    return envelope(writing, resource.name, written.shown)
