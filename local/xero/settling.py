# SPDX-License-Identifier: Apache-2.0
"""What follows for a document when money or credit is counted to it, or taken back.

Invoices and bills have an AmountDue. Credit notes, prepayments and overpayments have a
RemainingCredit, which is allocated or paid back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import invoices, resources, totals

if TYPE_CHECKING:
    from decimal import Decimal

    from local.xero.books import Writing
    from local.xero.wire import Document

CREDITS = {"CreditNote": "CreditNotes", "Prepayment": "Prepayments", "Overpayment": "Overpayments"}
"""Name of the field that holds a credit to its kind."""
_MOVED_BY = ("Payments", *CREDITS.values(), "Allocations")
_SAYS_WHEN = ("Invoices", "CreditNotes")


def left_of(document: Document) -> Decimal:
    """Return what is due on a document, or left of a credit."""
    left: Decimal = document["RemainingCredit" if "RemainingCredit" in document else "AmountDue"]
    return left


def settle(
    writing: Writing, name: str, document: Document, amount: Decimal, counted: str = ""
) -> None:
    """Count an amount, negative where it is taken back, and say whether all is paid.

    Args:
        writing: the setting.
        name: the document's kind.
        document: what the amount settles or uses up.
        amount: in the document's currency.
        counted: the field that adds such amounts up, where the document has one.
    """
    if counted:
        document[counted] = document.get(counted, totals.ZERO) + amount
    if name == "Invoices":
        invoices.balance(document)
    else:
        document["RemainingCredit"] -= amount
    document.pop("FullyPaidOnDate", None)
    document["Status"] = "AUTHORISED" if left_of(document) else "PAID"
    if document["Status"] == "PAID" and name in _SAYS_WHEN:
        days = [one["Date"] for field in _MOVED_BY for one in document.get(field, [])]
        document["FullyPaidOnDate"] = max(days)
    document["UpdatedDateUTC"] = writing.now
    resources.BY_NAME[name].spell(document)
    writing.changed(name, document, created=False)
