# SPDX-License-Identifier: Apache-2.0
"""Linked transactions: how a line that was bought is linked to a customer and to an invoice.

Rules: https://developer.xero.com/documentation/api/accounting/linkedtransactions.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from local.xero import by_id, lists, reading, resources
from local.xero.envelopes import envelope
from local.xero.replies import ValidationError, XeroError, not_found
from local.xero.wire import Response

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Document, Request

NAME = "LinkedTransactions"
_IDS = (
    *("SourceTransactionID", "SourceLineItemID"),
    *("ContactID", "TargetTransactionID", "TargetLineItemID"),
)
_APPROVED = ("AUTHORISED", "PAID")
_ENDED = ("VOIDED", "DELETED")
SHAPE: reading.Shape = dict.fromkeys(("LinkedTransactionID", *_IDS), reading.text)


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Link a line, or name another customer or target for one that is linked.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    linked = dict(existing) if existing else {"LinkedTransactionID": writing.make_id()}
    linked |= {name: text.lower() for name in _IDS if (text := reading.text(element, name))}
    problems: list[str] = []
    source = _source(writing.books, linked)
    if source is None:
        problems.append("The SourceTransactionID is neither a bill nor spent money")
    elif not _has_line(source, linked.get("SourceLineItemID")):
        problems.append("The SourceLineItemID and SourceTransactionID do not match")
    if (contact := linked.get("ContactID")) and contact not in writing.books.contacts:
        problems.append("The ContactID could not be found")
    if linked.get("TargetTransactionID"):
        _check_target(writing.books, linked, problems)
    if problems or source is None:
        raise ValidationError(*problems)
    linked |= {
        "Type": "BILLABLEEXPENSE",
        "SourceTransactionTypeCode": source["Type"],
        "Status": _status(writing.books, linked),
        "UpdatedDateUTC": writing.now,
    }
    return by_id.keep(writing, NAME, linked, existing)


def listed(writing: Writing, request: Request, _: list[str]) -> Response:
    """Answer with linked transactions, each with the status that its documents give it now."""
    _refresh(writing.books)
    selection = lists.select(writing.books, resources.BY_NAME[NAME], request, writing.client_id)
    return envelope(writing, NAME, selection.records)


def one(writing: Writing, _: Request, rest: list[str]) -> Response:
    """Answer with one linked transaction."""
    _refresh(writing.books)
    return envelope(writing, NAME, [_found(writing.books, rest[0])])


def delete(writing: Writing, _: Request, rest: list[str]) -> Response:
    """Unlink; both documents stay as they are."""
    found = _found(writing.books, rest[0])
    del writing.books.shelves[NAME][found["LinkedTransactionID"]]
    return Response(HTTPStatus.NO_CONTENT)


def _found(books: Books, key: str) -> Document:
    found = by_id.find(NAME, books, key)
    if found is None:
        raise XeroError(not_found())
    return found


def _source(books: Books, linked: Document) -> Document | None:
    source_id = linked.get("SourceTransactionID", "")
    found = books.invoices.get(source_id) or by_id.find("BankTransactions", books, source_id)
    return found if found and found["Type"] in {"ACCPAY", "SPEND"} else None


def _check_target(books: Books, linked: Document, problems: list[str]) -> None:
    target = books.invoices.get(linked["TargetTransactionID"])
    if target is None or target["Type"] != "ACCREC":
        problems.append("The TargetTransactionID is not a sales invoice")
    elif (
        linked.setdefault("ContactID", target["Contact"]["ContactID"])
        != (target["Contact"]["ContactID"])
    ):
        problems.append("The ContactID and the TargetTransaction ContactID do not match")
    elif "TargetLineItemID" in linked and not _has_line(target, linked["TargetLineItemID"]):
        problems.append("The TargetLineItemID and TargetTransactionID do not match")


def _has_line(document: Document, line_id: str | None) -> bool:
    return any(line["LineItemID"] == line_id for line in document["LineItems"])


def _refresh(books: Books) -> None:
    for linked in books.shelves[NAME].values():
        linked["Status"] = _status(books, linked)


def _status(books: Books, linked: Document) -> str:
    source = _source(books, linked)
    target = books.invoices.get(linked.get("TargetTransactionID", ""))
    if source is None or source["Status"] in _ENDED or (target and target["Status"] in _ENDED):
        return "VOIDED"
    if target is not None:
        return "BILLED" if target["Status"] in _APPROVED else "ONDRAFT"
    return "APPROVED" if source["Status"] in _APPROVED else "DRAFT"
