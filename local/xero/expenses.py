# SPDX-License-Identifier: Apache-2.0
"""Classic expense claims: how receipts are written, and the claims that are made of them.

Rules: https://developer.xero.com/documentation/api/accounting/receipts and
https://developer.xero.com/documentation/api/accounting/expenseclaims.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import by_id, reading, references, totals, traded
from local.xero.replies import ValidationError

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Document

_RECEIPT_STATUSES = ("DRAFT", "SUBMITTED", "AUTHORISED", "DECLINED", "VOIDED")
_CLAIM_STATUSES = ("SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED")
_NEXT = {"SUBMITTED": ("SUBMITTED", "AUTHORISED", "DELETED"), "AUTHORISED": ("VOIDED",)}
_USER = reading.inside({"UserID": reading.text})
RECEIPT: reading.Shape = {
    **traded.SHAPE,
    "LineAmountTypes": reading.one_of(traded.LINE_AMOUNT_TYPES),
    "Date": reading.day,
    "Reference": reading.text,
    "ReceiptID": reading.text,
    "Status": reading.one_of(_RECEIPT_STATUSES),
    "User": _USER,
}
CLAIM: reading.Shape = {
    "ExpenseClaimID": reading.text,
    "Status": reading.one_of(_CLAIM_STATUSES),
    "User": _USER,
    "Receipts": reading.each({"ReceiptID": reading.text}),
}


def write_receipt(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Create a draft receipt, or change one.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    status = reading.choice(element, "Status", _RECEIPT_STATUSES)
    if status not in {"", "DRAFT"}:
        raise ValidationError("Only draft receipts can be written")
    if existing is not None and existing["Status"] != "DRAFT":
        raise ValidationError("Receipt not of valid status for modification")
    receipt = dict(existing) if existing else _blank_receipt(writing)
    problems: list[str] = []
    receipt["User"] = _user(writing.books, element, receipt.get("User"), problems)
    if "Reference" in element:
        receipt["Reference"] = reading.text(element, "Reference")
    receipt["UpdatedDateUTC"] = writing.now
    receipt["Date"] = reading.day(element, "Date") or receipt["Date"]
    rules = traded.Rules(sale=False, approved=True)
    traded.fill_lines(writing, receipt, element, existing, rules, problems)
    traded.fill_contact(writing, receipt, element, problems)
    if existing is None:
        receipt["ReceiptNumber"] = str(len(_receipts_of(writing.books, receipt["User"])) + 1)
    return by_id.keep(writing, "Receipts", receipt, existing)


def write_claim(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Submit draft receipts, or take a claim of them on.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    claim = dict(existing) if existing else _blank_claim(writing)
    status = reading.choice(element, "Status", _CLAIM_STATUSES) or claim["Status"]
    if status not in _NEXT.get(claim["Status"], ()) or (existing is None and status == "DELETED"):
        raise ValidationError(f"The status '{status}' cannot be applied to the document")
    problems: list[str] = []
    claim["User"] = _user(writing.books, element, claim.get("User"), problems)
    receipts = _receipts(writing.books, element, claim, problems)
    if problems:
        raise ValidationError(*problems)
    claim |= {"Status": status, "UpdatedDateUTC": writing.now}
    if status == "AUTHORISED":
        claim.setdefault("ReportingDate", writing.today)
    total = sum((one["Total"] for one in receipts), totals.ZERO)
    claim |= {"Total": total, "AmountDue": total if status in _NEXT else totals.ZERO}
    for receipt in receipts:
        receipt |= {
            "Status": "DRAFT" if status == "DELETED" else status,
            "UpdatedDateUTC": writing.now,
        }
        by_id.keep(writing, "Receipts", receipt, receipt)
    claim["Receipts"] = [references.show(one) for one in receipts]
    return by_id.keep(writing, "ExpenseClaims", claim, existing)


def _blank_receipt(writing: Writing) -> Document:
    return {
        "ReceiptID": writing.make_id(),
        "Status": "DRAFT",
        "Date": writing.today,
        "Reference": "",
        "LineAmountTypes": "Exclusive",
        "LineItems": [],
        "HasAttachments": False,
    }


def _blank_claim(writing: Writing) -> Document:
    return {
        "ExpenseClaimID": writing.make_id(),
        "Status": "SUBMITTED",
        "Receipts": [],
        "Payments": [],
        "AmountPaid": totals.ZERO,
    }


def _user(
    books: Books, element: Document, known: Document | None, problems: list[str]
) -> Document | None:
    user_id = reading.text(reading.nested(element, "User"), "UserID")
    found = by_id.find("Users", books, user_id) if user_id else known
    if found is None:
        problems.append("User could not be found")
    return found


def _receipts(
    books: Books, element: Document, claim: Document, problems: list[str]
) -> list[Document]:
    """Return the receipts that a claim is of from now on."""
    before = {one["ReceiptID"] for one in claim["Receipts"]}
    sent = reading.elements(element, "Receipts")
    ids = before if sent is None else [reading.text(one, "ReceiptID").lower() for one in sent]
    found = [by_id.find("Receipts", books, one) for one in ids]
    receipts = [one for one in found if one is not None]
    if not ids or len(receipts) < len(ids):
        problems.append("At least one receipt must be specified, and each must exist")
    if any(one["Status"] != "DRAFT" and one["ReceiptID"] not in before for one in receipts):
        problems.append("A receipt is in another expense claim")
    if any(one["User"] is not claim["User"] for one in receipts):
        problems.append("The receipts of an expense claim are of its user")
    return receipts


def _receipts_of(books: Books, user: Document | None) -> list[Document]:
    return [one for one in books.shelves["Receipts"].values() if one["User"] is user]
