# SPDX-License-Identifier: Apache-2.0
"""What hangs on records of many kinds: files, history and notes, and documents on paper."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from local.xero import attachments, pdfs, reading, resources
from local.xero.envelopes import envelope
from local.xero.history import LONGEST_NOTE
from local.xero.replies import (
    ValidationError,
    XeroError,
    json_reply,
    not_found,
    post_data_invalid,
    validation_exception,
)
from local.xero.wire import ZERO_ID, Response, from_json

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.wire import Document, Request
    from local.xero.writable import Route, Writable

ATTACHED = (
    "Accounts",
    "BankTransactions",
    "BankTransfers",
    "Contacts",
    "CreditNotes",
    "Invoices",
    "ManualJournals",
    "PurchaseOrders",
    "Quotes",
    "Receipts",
    "RepeatingInvoices",
)
"""Kinds that take attachments."""
TOLD = (
    "BankTransactions",
    "BankTransfers",
    "BatchPayments",
    "Contacts",
    "CreditNotes",
    "ExpenseClaims",
    "Invoices",
    "Items",
    "ManualJournals",
    "Overpayments",
    "Payments",
    "Prepayments",
    "PurchaseOrders",
    "Quotes",
    "Receipts",
    "RepeatingInvoices",
)
"""Kinds that have a history."""
WRITABLE: dict[str, Writable] = {}
_WITHOUT_A_FLAG = ("Quotes",)
_SHOWN_ONLINE = ("CreditNotes", "Invoices")


def seed(writing: Writing) -> None:
    """Put nothing: a new organisation has no files."""


def _record(name: str, writing: Writing, key: str) -> Document:
    found = writing.books.find(name, key) if name in writing.books.shelves else None
    if found is None:
        raise XeroError(not_found())
    return found


def _id(name: str, record: Document) -> str:
    return str(record[resources.BY_NAME[name].id_field])


def _list(name: str, writing: Writing, _: Request, rest: list[str]) -> Response:
    record_id = _id(name, _record(name, writing, rest[0]))
    files = [one.document for one in writing.books.attachments.of(record_id)]
    return envelope(writing, "Attachments", files)


def _get(name: str, writing: Writing, _: Request, rest: list[str]) -> Response:
    record_id = _id(name, _record(name, writing, rest[0]))
    found = writing.books.attachments.find(record_id, rest[2])
    if found is None:
        raise XeroError(not_found())
    return Response(HTTPStatus.OK, {"Content-Type": found.document["MimeType"]}, found.content)


def _put(name: str, writing: Writing, request: Request, rest: list[str]) -> Response:
    """Take a file under a name, which may be there; POST and PUT do the same."""
    record, file_name = _record(name, writing, rest[0]), rest[2]
    record_id = _id(name, record)
    if len(request.body) > attachments.LARGEST:
        raise XeroError(_too_large())
    try:
        kept = writing.books.attachments.put(
            record_id, file_name, request.body, request.header("Content-Type")
        )
    except ValidationError as error:
        raise XeroError(_refusal(file_name, request, error)) from error
    kept.document["Url"] = (
        f"https://api.xero.com/api.xro/2.0/{name}/{record_id}/Attachments/{quote(file_name)}"
    )
    if name in _SHOWN_ONLINE:
        kept.document["IncludeOnline"] = request.flag("IncludeOnline")
    if name not in _WITHOUT_A_FLAG:
        record["HasAttachments"] = True
    details = f"Attached the file {file_name} through the Xero API"
    writing.books.history.add(record_id, "Attached a file", details, writing.now)
    return envelope(writing, "Attachments", [kept.document])


def _too_large() -> Response:
    problem = {
        "Title": "RequestEntityTooLarge",
        "Status": 413,
        "Detail": "PayloadTooLarge",
        "Extensions": {},
    }
    return json_reply(problem, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _refusal(file_name: str, request: Request, error: ValidationError) -> Response:
    element = {
        "AttachmentID": ZERO_ID,
        "FileName": file_name,
        "MimeType": request.header("Content-Type"),
        "ContentLength": len(request.body),
        "ValidationErrors": [{"Message": message} for message in error.messages],
    }
    return validation_exception([element])


def _history(name: str, writing: Writing, _: Request, rest: list[str]) -> Response:
    record_id = _id(name, _record(name, writing, rest[0]))
    return envelope(writing, "HistoryRecords", list(writing.books.history.of(record_id)))


def _note(name: str, writing: Writing, request: Request, rest: list[str]) -> Response:
    record_id = _id(name, _record(name, writing, rest[0]))
    try:
        body = from_json(request.body)
    except ValueError as error:
        raise post_data_invalid(f"JSON for post data was invalid,{error}") from error
    if not isinstance(body, dict):
        raise post_data_invalid("JSON for post data was invalid,an object was expected")
    notes = [
        reading.text(one, "Details") for one in reading.elements(body, "HistoryRecords") or [body]
    ]
    refused = [one for one in notes if not one or len(one) > LONGEST_NOTE]
    if refused:
        message = f"Details must be a text of up to {LONGEST_NOTE} characters"
        raise XeroError(
            validation_exception(
                [{"Details": one, "ValidationErrors": [{"Message": message}]} for one in refused]
            )
        )
    told = [writing.books.history.add(record_id, "Note", one, writing.now) for one in notes]
    shown = [
        {name: one[name] for name in ("DateUTCString", "DateUTC", "Details")}
        | {"ValidationErrors": []}
        for one in told
    ]
    return envelope(writing, "HistoryRecords", shown)


def _print(name: str, writing: Writing, _: Request, rest: list[str]) -> Response:
    return pdfs.answer(name, writing, rest)


ROUTES: dict[tuple[str, str], Route] = {
    **{("GET", f"{name}/*/Attachments"): partial(_list, name) for name in ATTACHED},
    **{("GET", f"{name}/*/Attachments/*"): partial(_get, name) for name in ATTACHED},
    **{
        (method, f"{name}/*/Attachments/*"): partial(_put, name)
        for name in ATTACHED
        for method in ("PUT", "POST")
    },
    **{("GET", f"{name}/*/History"): partial(_history, name) for name in TOLD},
    **{
        (method, f"{name}/*/History"): partial(_note, name)
        for name in TOLD
        for method in ("PUT", "POST")
    },
    **{("GET", f"{name}/*/pdf"): partial(_print, name) for name in pdfs.PRINTED},
}
