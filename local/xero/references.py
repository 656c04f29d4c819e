# SPDX-License-Identifier: Apache-2.0
"""Fields that hold another record: which kind it is of, and what of it travels.

The field holds the other record's own document, so a change of it shows everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.xero.books import Books
    from local.xero.wire import Document


@dataclass(frozen=True, slots=True)
class _Reference:
    resource: str
    shown: tuple[str, ...]
    blank: Document = field(default_factory=dict)
    """What Xero sends empty in place of the rest."""


_REFERENCES = {
    "Contact": _Reference(
        "Contacts",
        ("ContactID", "Name"),
        {
            **{name: [] for name in ("Addresses", "Phones", "ContactGroups", "ContactPersons")},
            "HasValidationErrors": False,
        },
    ),
    "Invoice": _Reference(
        "Invoices",
        ("Type", "InvoiceID", "InvoiceNumber", "Contact", "CurrencyCode"),
        {
            **{name: [] for name in ("Payments", "CreditNotes", "Prepayments", "Overpayments")},
            "LineItems": [],
            "HasErrors": False,
            "IsDiscounted": False,
        },
    ),
    "CreditNote": _Reference("CreditNotes", ("CreditNoteID", "CreditNoteNumber", "Type")),
    "Prepayment": _Reference("Prepayments", ("PrepaymentID", "Type")),
    "Overpayment": _Reference("Overpayments", ("OverpaymentID", "Type")),
    "Account": _Reference("Accounts", ("AccountID", "Code", "Name")),
    "BankAccount": _Reference("Accounts", ("AccountID", "Code", "Name")),
    "FromBankAccount": _Reference("Accounts", ("AccountID", "Name")),
    "ToBankAccount": _Reference("Accounts", ("AccountID", "Name")),
}


def show(record: Document) -> Document:
    """Return a copy in which the other records are cut to what travels of them."""
    return {
        name: _cut(name, value) if name in _REFERENCES and value else value
        for name, value in record.items()
    }


def resolve(books: Books, fields: Document) -> Document:
    """Return fields in which an object that names another record has become that record.

    Raises:
        ValueError: there is no such record.
    """
    return {
        name: _find(books, name, value) if name in _REFERENCES and value else value
        for name, value in fields.items()
    }


def _cut(name: str, value: Document) -> Document:
    reference = _REFERENCES[name]
    known = {one: value[one] for one in reference.shown if one in value}
    return show(known) | reference.blank


def _find(books: Books, name: str, named: object) -> Document:
    reference = _REFERENCES[name]
    if isinstance(named, dict):
        for key in reference.shown:
            found = books.find(reference.resource, str(named[key])) if key in named else None
            if found is not None:
                return found
        if reference.resource == "Contacts" and (found := books.contact_named(_name(named))):
            return found
    raise ValueError(f"{name} names no record of {reference.resource}")


def _name(named: Document) -> str:
    return str(named.get("Name") or "")
