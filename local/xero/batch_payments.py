# SPDX-License-Identifier: Apache-2.0
"""How several invoices, or several bills, are paid at once, and that deleted.

Rules: https://developer.xero.com/documentation/api/accounting/batchpayments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import payments, reading, references, resources, totals
from local.xero.replies import ValidationError, XeroError, not_found
from local.xero.wire import Document, is_id

if TYPE_CHECKING:
    from local.xero.books import Books, Writing

DATES = ("Date",)
_LONGEST = {"Reference": 255, "Particulars": 12, "Code": 12, "Details": 18, "Narrative": 18}
SHAPE: reading.Shape = {
    **dict.fromkeys(("BatchPaymentID", *_LONGEST), reading.text),
    "Account": payments.SHAPE["Account"],
    "Date": reading.day,
    "Payments": reading.each(payments.SHAPE),
    "Status": reading.one_of(payments.STATUSES),
}


def find(books: Books, key: str) -> Document | None:
    """Find a batch payment by id."""
    return books.shelves["BatchPayments"].get(key.lower())


def match(books: Books, element: Document) -> Document:
    """Find the batch payment that a posted element means: POST makes none.

    Raises:
        XeroError: there is none (404).
    """
    batch_id = reading.text(element, "BatchPaymentID")
    found = find(books, batch_id) if is_id(batch_id) else None
    if found is None:
        raise XeroError(not_found())
    return found


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Make a batch payment, or delete an existing one, which is all that can be done with it.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    if existing is not None:
        return _delete(writing, existing, reading.choice(element, "Status", payments.STATUSES))
    parts = _parts(writing, element)
    batch: Document = {
        "BatchPaymentID": writing.make_id(),
        "Account": parts[0]["Account"],
        "Date": parts[0]["Date"],
        "Type": "RECBATCH" if parts[0]["Invoice"]["Type"] == "ACCREC" else "PAYBATCH",
        "Status": "AUTHORISED",
        "TotalAmount": sum((one["Amount"] for one in parts), totals.ZERO),
        "IsReconciled": False,
    }
    batch |= {name: text for name in _LONGEST if (text := reading.text(element, name))}
    for one in parts:
        one["BatchPaymentID"] = batch["BatchPaymentID"]
        payments.keep(writing, one)
    batch["Payments"] = [
        references.show(
            {name: one[name] for name in ("PaymentID", "Invoice", "Amount", "BankAmount")}
        )
        for one in parts
    ]
    _stamp(writing, batch)
    writing.books.put("BatchPayments", [batch])
    return batch


def _parts(writing: Writing, element: Document) -> list[Document]:
    """Return the payments of a new batch, none of which is kept yet."""
    sent = reading.elements(element, "Payments") or []
    problems = [
        f"The {name} field must not be longer than {longest} characters."
        for name, longest in _LONGEST.items()
        if len(reading.text(element, name)) > longest
    ]
    if not sent:
        problems.append("A batch payment must have at least one payment")
    whole: Document = {name: element[name] for name in ("Account", "Date") if name in element}
    parts = []
    for one in sent:
        try:
            parts.append(payments.read(writing, {**one, **whole}))
        except ValidationError as error:
            problems += error.messages
    paid = [one.get("Invoice", {}) for one in parts]
    if len({one.get("InvoiceID") for one in paid}) < len(paid):
        problems.append("A document can be paid once in a batch payment")
    if len({one.get("Type") for one in paid}) > 1:
        problems.append("The payments of a batch must be all of invoices or all of bills")
    if any(one["Account"]["Type"] != "BANK" for one in parts):
        problems.append("A batch payment must be made from a bank account")
    if problems:
        raise ValidationError(*dict.fromkeys(problems))
    return parts


def _delete(writing: Writing, batch: Document, status: str) -> Document:
    if batch["Status"] == "DELETED":
        raise ValidationError("Batch payment not of valid status for modification")
    if status != "DELETED":
        raise ValidationError("A batch payment cannot be changed, only deleted")
    if batch["IsReconciled"]:
        raise ValidationError("A reconciled batch payment cannot be deleted")
    for one in batch["Payments"]:
        payments.remove(writing, writing.books.shelves["Payments"][one["PaymentID"]])
    batch |= {"Status": "DELETED", "Payments": []}
    _stamp(writing, batch)
    writing.changed("BatchPayments", batch, created=False)
    return batch


def _stamp(writing: Writing, batch: Document) -> None:
    batch["UpdatedDateUTC"] = writing.now
    resources.BY_NAME["BatchPayments"].spell(batch)
