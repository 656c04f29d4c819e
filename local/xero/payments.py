# SPDX-License-Identifier: Apache-2.0
"""How payments of invoices and bills are made and deleted, and what follows for the document.

Rules: https://developer.xero.com/documentation/api/accounting/payments. Refunds of credit notes,
prepayments and overpayments are refused here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from local.xero import invoices, reading, resources, totals
from local.xero.replies import ValidationError, XeroError, not_found
from local.xero.wire import Document, is_id

if TYPE_CHECKING:
    from local.xero.books import Books, Writing

STATUSES = ("AUTHORISED", "DELETED")
DATES = ("Date",)
_OTHERS = ("CreditNote", "Prepayment", "Overpayment")
_BANK_TEXTS = ("BankAccountNumber", "Particulars", "Details")
_TEXTS = ("PaymentID", "InvoiceNumber", "CreditNoteNumber", "Code", "Reference", *_BANK_TEXTS)
_LONGEST = 255
SHAPE: reading.Shape = {
    **dict.fromkeys(_TEXTS, reading.text),
    **dict.fromkeys(("Amount", "BankAmount", "CurrencyRate"), reading.number),
    **dict.fromkeys(_OTHERS, reading.nested),
    "Invoice": reading.inside(dict.fromkeys(("InvoiceID", "InvoiceNumber"), reading.text)),
    "Account": reading.inside(dict.fromkeys(("AccountID", "Code"), reading.text)),
    "Date": reading.day,
    "IsReconciled": reading.boolean,
    "Status": reading.one_of(STATUSES),
}


def find(books: Books, key: str) -> Document | None:
    """Find a payment by id."""
    return books.shelves["Payments"].get(key.lower())


def match(books: Books, element: Document) -> Document | None:
    """Find the payment that a posted element means, by id.

    Raises:
        XeroError: there is an id, and no payment has it (404).
    """
    payment_id = reading.text(element, "PaymentID")
    if not payment_id:
        return None
    found = find(books, payment_id) if is_id(payment_id) else None
    if found is None:
        raise XeroError(not_found())
    return found


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
    if sent := [one for one in (*_OTHERS, "CreditNoteNumber") if element.get(one)]:
        raise ValidationError(f"The simulated Xero takes no payments by {sent[0]}")
    problems: list[str] = []
    invoice = _invoice(writing.books, element, problems)
    account = _account(writing.books, element, problems)
    amount = totals.round_to(reading.number(element, "Amount") or 0, 2)
    if amount <= 0:
        problems.append("Payment amount must be greater than zero")
    if invoice and invoice["Status"] != "AUTHORISED":
        problems.append("Payments can only be made against Authorised documents")
    if invoice and amount > invoice["AmountDue"]:
        problems.append("Payment amount exceeds the amount outstanding on this document")
    if len(reading.text(element, "Reference")) > _LONGEST:
        problems.append(f"The reference has at most {_LONGEST} characters")
    rate = reading.number(element, "CurrencyRate")
    if rate is not None and rate <= 0:
        problems.append("The currency rate must be greater than zero")
    if problems or invoice is None or account is None:
        raise ValidationError(*problems)
    payment: Document = {
        "PaymentID": writing.make_id(),
        "PaymentType": f"{invoice['Type']}PAYMENT",
        "Status": "AUTHORISED",
        "Date": reading.day(element, "Date") or writing.today,
        "Amount": amount,
        "Reference": reading.text(element, "Reference"),
        "CurrencyRate": rate or invoice["CurrencyRate"],
        "Invoice": invoice,
        "Account": account,
        "HasAccount": True,
        "IsReconciled": reading.boolean(element, "IsReconciled"),
    }
    payment |= {name: text for name in _BANK_TEXTS if (text := reading.text(element, name))}
    payment["BankAmount"] = _bank_amount(payment, reading.number(element, "BankAmount"))
    return _keep(writing, payment)


def _invoice(books: Books, element: Document, problems: list[str]) -> Document | None:
    sent = reading.nested(element, "Invoice")
    invoice_id = reading.text(sent, "InvoiceID")
    number = reading.text(sent, "InvoiceNumber") or reading.text(element, "InvoiceNumber")
    if invoice_id:
        found = [one for one in [books.invoices.get(invoice_id.lower())] if one]
    else:
        found = books.numbered(number)
    if not invoice_id and not number:
        problems.append("An invoice must be specified for a payment")
    elif not found:
        problems.append("Invoice could not be found")
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


def _bank_amount(payment: Document, stated: Decimal | None) -> Decimal:
    """Return what the bank moves, in its account's currency where that is another one."""
    invoice, account = payment["Invoice"], payment["Account"]
    amount: Decimal = payment["Amount"]
    if stated is not None:
        return totals.round_to(stated, 2)
    if account.get("CurrencyCode", invoice["CurrencyCode"]) == invoice["CurrencyCode"]:
        return amount
    return totals.round_to(amount / Decimal(payment["CurrencyRate"]), 2)


def _keep(writing: Writing, payment: Document) -> Document:
    _stamp(writing, payment)
    writing.books.put("Payments", [payment])
    writing.changed("Payments", payment, created=True)
    shown = ("PaymentID", "Date", "Amount", "Reference", "CurrencyRate")
    short = {name: payment[name] for name in shown}
    invoice = payment["Invoice"]
    invoice["Payments"] = [
        *invoice["Payments"],
        short | {"HasAccount": False, "HasValidationErrors": False},
    ]
    invoice["AmountPaid"] += payment["Amount"]
    _settle(writing, invoice)
    return payment


def _delete(writing: Writing, payment: Document, status: str) -> Document:
    if payment["Status"] == "DELETED":
        raise ValidationError("Payment not of valid status for modification")
    if status != "DELETED":
        raise ValidationError("A payment cannot be changed, only deleted")
    if payment.get("BatchPaymentID"):
        raise ValidationError("A payment of a batch is deleted with its batch")
    payment["Status"] = "DELETED"
    _stamp(writing, payment)
    writing.changed("Payments", payment, created=False)
    invoice = payment["Invoice"]
    kept = [one for one in invoice["Payments"] if one["PaymentID"] != payment["PaymentID"]]
    # One that was made past the rules is not among them.
    if len(kept) < len(invoice["Payments"]):
        invoice["Payments"] = kept
        invoice["AmountPaid"] -= payment["Amount"]
        _settle(writing, invoice)
    return payment


def _settle(writing: Writing, invoice: Document) -> None:
    """Have the document say whether it is paid."""
    invoices.balance(invoice)
    if invoice["AmountDue"]:
        invoice["Status"] = "AUTHORISED"
        invoice.pop("FullyPaidOnDate", None)
    else:
        invoice["Status"] = "PAID"
        invoice["FullyPaidOnDate"] = max(one["Date"] for one in invoice["Payments"])
    invoice["UpdatedDateUTC"] = writing.now
    resources.BY_NAME["Invoices"].spell(invoice)
    writing.changed("Invoices", invoice, created=False)


def _stamp(writing: Writing, payment: Document) -> None:
    payment["UpdatedDateUTC"] = writing.now
    resources.BY_NAME["Payments"].spell(payment)
