# SPDX-License-Identifier: Apache-2.0
"""How payments of documents, and refunds of credits, are made and deleted.

Rules: https://developer.xero.com/documentation/api/accounting/payments. What follows for the
document is in `settling`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from local.xero import reading, resources, totals
from local.xero.replies import ValidationError
from local.xero.settling import CREDITS, left_of, settle

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Document

STATUSES = ("AUTHORISED", "DELETED")
DATES = ("Date",)
_KINDS = {"Invoice": "Invoices", **CREDITS}
_SIDES = {
    "ACCREC": "ACCREC",
    "ACCPAY": "ACCPAY",
    "ACCRECCREDIT": "ARCREDIT",
    "ACCPAYCREDIT": "APCREDIT",
    "RECEIVE-PREPAYMENT": "ARPREPAYMENT",
    "SPEND-PREPAYMENT": "APPREPAYMENT",
    "RECEIVE-OVERPAYMENT": "AROVERPAYMENT",
    "SPEND-OVERPAYMENT": "APOVERPAYMENT",
}
"""Type of what is paid to what the payment's own type begins with."""
_BANK_TEXTS = ("BankAccountNumber", "Particulars", "Details")
_TEXTS = ("PaymentID", "InvoiceNumber", "CreditNoteNumber", "Code", "Reference", *_BANK_TEXTS)
_LONGEST = 255
SHAPE: reading.Shape = {
    **dict.fromkeys(_TEXTS, reading.text),
    **dict.fromkeys(("Amount", "BankAmount", "CurrencyRate"), reading.number),
    **{
        one: reading.inside(dict.fromkeys((f"{one}ID", f"{one}Number"), reading.text))
        for one in _KINDS
    },
    "Account": reading.inside(dict.fromkeys(("AccountID", "Code"), reading.text)),
    "Date": reading.day,
    "IsReconciled": reading.boolean,
    "Status": reading.one_of(STATUSES),
}


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Make a payment, or delete an existing one, which is all that can be done with it.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    status = reading.choice(element, "Status", STATUSES)
    if existing is not None:
        return _delete(writing, existing, status)
    if status == "DELETED":
        raise ValidationError("A payment cannot be created with the status DELETED")
    return keep(writing, read(writing, element))


def read(writing: Writing, element: Document) -> Document:
    """Return the payment that an element is to become; nothing is written.

    Raises:
        ValidationError: the element breaks a rule.
    """
    problems: list[str] = []
    one = _paid(element, problems)
    document = _document(writing.books, one, element, problems)
    account = _account(writing.books, element, problems)
    amount = totals.round_to(reading.number(element, "Amount") or 0, 2)
    if amount <= 0:
        problems.append("Payment amount must be greater than zero")
    if document and document["Status"] != "AUTHORISED":
        problems.append("Payments can only be made against Authorised documents")
    if document and amount > left_of(document):
        problems.append("Payment amount exceeds the amount outstanding on this document")
    if len(reading.text(element, "Reference")) > _LONGEST:
        problems.append(f"The reference has at most {_LONGEST} characters")
    rate = reading.number(element, "CurrencyRate")
    if rate is not None and rate <= 0:
        problems.append("The currency rate must be greater than zero")
    if problems or document is None or account is None:
        raise ValidationError(*problems)
    payment: Document = {
        "PaymentID": writing.make_id(),
        "PaymentType": f"{_SIDES[document['Type']]}PAYMENT",
        "Status": "AUTHORISED",
        "Date": reading.day(element, "Date") or writing.today,
        "Amount": amount,
        "Reference": reading.text(element, "Reference"),
        "CurrencyRate": rate or document["CurrencyRate"],
        one: document,
        "Account": account,
        "HasAccount": True,
        "IsReconciled": reading.boolean(element, "IsReconciled"),
    }
    payment |= {name: text for name in _BANK_TEXTS if (text := reading.text(element, name))}
    payment["BankAmount"] = _bank_amount(
        payment, document["CurrencyCode"], reading.number(element, "BankAmount")
    )
    return payment


def _paid(element: Document, problems: list[str]) -> str:
    """Return the field that names what is paid."""
    named = [one for one in _KINDS if element.get(one) or element.get(f"{one}Number")]
    if len(named) > 1:
        problems.append(f"A payment is of one of {', '.join(named)}")
    return named[0] if named else "Invoice"


def _document(books: Books, one: str, element: Document, problems: list[str]) -> Document | None:
    sent = reading.nested(element, one)
    record_id = reading.text(sent, f"{one}ID")
    number = reading.text(sent, f"{one}Number") or reading.text(element, f"{one}Number")
    shelf = books.shelves[_KINDS[one]]
    words = {"CreditNote": "Credit note"}.get(one, one)
    if record_id:
        found = [each for each in [shelf.get(record_id.lower())] if each]
    else:
        found = list(shelf.found_by("number", number)) if number else []
    if not record_id and not number:
        article = "An" if words[0] in "IO" else "A"
        problems.append(f"{article} {words.lower()} must be specified for a payment")
    elif not found:
        problems.append(f"{words} could not be found")
    elif len(found) > 1:
        problems.append(f"More than one document has the number {number}")
    return found[0] if len(found) == 1 else None


def _account(books: Books, element: Document, problems: list[str]) -> Document | None:
    sent = reading.nested(element, "Account")
    account_id = reading.text(sent, "AccountID")
    code = reading.text(sent, "Code") or reading.text(element, "Code")
    if account_id:
        found = books.shelves["Accounts"].get(account_id.lower())
    else:
        found = books.account(code) if code else None
    if not account_id and not code:
        problems.append("An account must be specified for a payment")
    elif found is None or found["Status"] != "ACTIVE":
        problems.append("Account could not be found")
    elif found["Type"] != "BANK" and not found["EnablePaymentsToAccount"]:
        problems.append("Account is neither a bank account nor enabled for payments")
    return found


def _bank_amount(payment: Document, currency: str, stated: Decimal | None) -> Decimal:
    """Return what the bank moves, in its account's currency where that is another one."""
    amount: Decimal = payment["Amount"]
    if stated is not None:
        return totals.round_to(stated, 2)
    if payment["Account"].get("CurrencyCode", currency) == currency:
        return amount
    return totals.round_to(amount / Decimal(payment["CurrencyRate"]), 2)


def keep(writing: Writing, payment: Document) -> Document:
    """Put a payment that breaks no rule into the books."""
    _stamp(writing, payment)
    writing.books.put("Payments", [payment])
    writing.changed("Payments", payment, created=True)
    shown = ("PaymentID", "BatchPaymentID", "Date", "Amount", "Reference", "CurrencyRate")
    short = {name: payment[name] for name in shown if name in payment}
    one, document = _of(payment)
    document["Payments"] = [
        *document["Payments"],
        short | {"HasAccount": False, "HasValidationErrors": False},
    ]
    settle(writing, _KINDS[one], document, payment["Amount"], _counted(one))
    return payment


def _delete(writing: Writing, payment: Document, status: str) -> Document:
    if payment["Status"] == "DELETED":
        raise ValidationError("Payment not of valid status for modification")
    if status != "DELETED":
        raise ValidationError("A payment cannot be changed, only deleted")
    if payment.get("BatchPaymentID"):
        raise ValidationError("A payment of a batch is deleted with its batch")
    return remove(writing, payment)


def remove(writing: Writing, payment: Document) -> Document:
    """Delete a payment, and count it to its document no more."""
    payment["Status"] = "DELETED"
    _stamp(writing, payment)
    writing.changed("Payments", payment, created=False)
    one, document = _of(payment)
    kept = [each for each in document["Payments"] if each["PaymentID"] != payment["PaymentID"]]
    # One that was made past the rules is not among them.
    if len(kept) < len(document["Payments"]):
        document["Payments"] = kept
        settle(writing, _KINDS[one], document, -payment["Amount"], _counted(one))
    return payment


def _of(payment: Document) -> tuple[str, Document]:
    """Return what a payment is of, and the field that says so."""
    return next((one, payment[one]) for one in _KINDS if payment.get(one))


def _counted(one: str) -> str:
    return "AmountPaid" if one == "Invoice" else ""


def _stamp(writing: Writing, payment: Document) -> None:
    payment["UpdatedDateUTC"] = writing.now
    resources.BY_NAME["Payments"].spell(payment)
