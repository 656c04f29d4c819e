# SPDX-License-Identifier: Apache-2.0
"""The books of one organisation, and the setting in which they are written to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.xero.wire import Document, new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime


@dataclass(slots=True)
class Books:
    """Everything one organisation holds; records under their ids, in the order of creation.

    An invoice's `Contact` is the contact's own document, so a change of name shows everywhere.
    """

    tenant_id: str
    organisation: Document
    accounts: list[Document] = field(default_factory=list)
    tax_rates: list[Document] = field(default_factory=list)
    currencies: list[Document] = field(default_factory=list)
    tracking_categories: list[Document] = field(default_factory=list)
    branding_themes: list[Document] = field(default_factory=list)
    items: list[Document] = field(default_factory=list)
    users: list[Document] = field(default_factory=list)
    contacts: dict[str, Document] = field(default_factory=dict)
    invoices: dict[str, Document] = field(default_factory=dict)
    created_by: dict[str, str] = field(default_factory=dict)
    """Invoice id to the client id of the app that made it."""
    last_number: int = 0

    def account(self, code: str) -> Document | None:
        """Find an account by code."""
        return _first(self.accounts, "Code", code)

    def tax_rate(self, tax_type: str) -> Document | None:
        """Find an active tax rate by its type."""
        rate = _first(self.tax_rates, "TaxType", tax_type)
        return rate if rate and rate["Status"] == "ACTIVE" else None

    def item(self, code: str) -> Document | None:
        """Find an item by code."""
        return _first(self.items, "Code", code)

    def contact_named(self, name: str) -> Document | None:
        """Find a contact by name regardless of case, an active one before an archived one."""
        folded = name.strip().casefold()
        same = [one for one in self.contacts.values() if one["Name"].casefold() == folded]
        active = (one for one in same if one["ContactStatus"] == "ACTIVE")
        return next(active, same[0] if same else None)

    def contact_numbered(self, number: str) -> Document | None:
        """Find a contact by the number that another system gave it."""
        return _first(self.contacts.values(), "ContactNumber", number)

    def sales_invoice(self, number: str) -> Document | None:
        """Find a sales invoice by number; the numbers of bills are not unique."""
        return next(
            (
                one
                for one in self.invoices.values()
                if one["Type"] == "ACCREC" and one.get("InvoiceNumber") == number
            ),
            None,
        )

    def next_number(self) -> str:
        """Return the next free invoice number and count it as used."""
        while True:
            self.last_number += 1
            number = f"INV-{self.last_number:04d}"
            if self.sales_invoice(number) is None:
                return number


def _first(documents: Iterable[Document], name: str, value: str) -> Document | None:
    return next((one for one in documents if one.get(name) == value), None)


@dataclass(frozen=True, slots=True)
class Change:
    """A record that was created or updated, as a webhook would tell of it."""

    category: str
    event_type: str
    resource: str
    resource_id: str
    tenant_id: str
    at: datetime


@dataclass(slots=True)
class Writing:
    """The setting of one write: whose books, when, by whom, and what came of it."""

    books: Books
    now: datetime
    client_id: str = ""
    unit_places: int = 2
    make_id: Callable[[], str] = new_id
    changes: list[Change] = field(default_factory=list)

    def changed(self, category: str, record: Document, *, created: bool) -> None:
        """Note that a record was written."""
        singular = category.capitalize()
        self.changes.append(
            Change(
                category=category,
                event_type="CREATE" if created else "UPDATE",
                resource=f"{singular}s",
                resource_id=record[f"{singular}ID"],
                tenant_id=self.books.tenant_id,
                at=self.now,
            )
        )
