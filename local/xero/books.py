# SPDX-License-Identifier: Apache-2.0
"""The books of one organisation, and the setting in which they are written to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.xero import resources, zones
from local.xero.attachments import Attachments
from local.xero.history import History
from local.xero.shelf import Shelf
from local.xero.wire import Document, new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

    from local.xero.shelf import Indexes

_INDEXES: dict[str, Indexes] = {
    "Contacts": {
        "name": lambda one: _folded(one.get("Name")),
        "number": lambda one: str(one.get("ContactNumber", "")),
    },
    "CreditNotes": {"number": lambda one: str(one.get("CreditNoteNumber", ""))},
    "Invoices": {
        "number": lambda one: str(one.get("InvoiceNumber", "")),
        "contact": lambda one: str(one["Contact"]["ContactID"]),
    },
}
"""Of what many are written in one request, or there are many."""


def _shelves() -> dict[str, Shelf]:
    return {one.name: Shelf(one.id_field, _INDEXES.get(one.name)) for one in resources.ALL}


def _folded(name: object) -> str:
    return str(name or "").strip().casefold()


@dataclass(slots=True)
class Books:
    """Everything one organisation holds: a shelf of records for each kind.

    A document's `Contact` is the contact's own document, so a change of name shows everywhere.
    """

    tenant_id: str
    organisation: Document
    shelves: dict[str, Shelf] = field(default_factory=_shelves)
    created_by: dict[str, str] = field(default_factory=dict)
    """Invoice id to the client id of the app that made it."""
    theme_services: dict[str, list[Document]] = field(default_factory=dict)
    """Branding theme id to its payment services."""
    attachments: Attachments = field(default_factory=Attachments)
    history: History = field(default_factory=History)

    @property
    def contacts(self) -> Shelf:
        """The contacts."""
        return self.shelves["Contacts"]

    @property
    def invoices(self) -> Shelf:
        """The invoices and bills."""
        return self.shelves["Invoices"]

    def put(self, name: str, records: Iterable[Document]) -> None:
        """Put records of one kind on their shelf."""
        id_field = resources.BY_NAME[name].id_field
        for record in records:
            self.shelves[name][record[id_field]] = record
            self.history.seen(record[id_field], record)

    def find(self, name: str, key: str) -> Document | None:
        """Find a record by its id, or by a code or number that stands for it."""
        shelf = self.shelves[name]
        if found := shelf.get(key.lower()):
            return found
        resource = resources.BY_NAME[name]
        names = (resource.id_field, *resource.keys)
        return next(
            (
                one
                for one in shelf.values()
                if any(str(one.get(field)).lower() == key.lower() for field in names)
            ),
            None,
        )

    def account(self, code: str) -> Document | None:
        """Find an account by code."""
        return _first(self.shelves["Accounts"].values(), "Code", code)

    def tax_rate(self, tax_type: str) -> Document | None:
        """Find an active tax rate by its type."""
        rate = self.shelves["TaxRates"].get(tax_type)
        return rate if rate and rate["Status"] == "ACTIVE" else None

    def item(self, code: str) -> Document | None:
        """Find an item by code."""
        return _first(self.shelves["Items"].values(), "Code", code)

    def contact_named(self, name: str) -> Document | None:
        """Find a contact by name regardless of case, an active one before an archived one."""
        same = list(self.contacts.found_by("name", _folded(name)))
        active = (one for one in same if one["ContactStatus"] == "ACTIVE")
        return next(active, same[0] if same else None)

    def contact_numbered(self, number: str) -> Document | None:
        """Find a contact by the number that another system gave it."""
        return next(iter(self.contacts.found_by("number", number)), None)

    def numbered(self, number: str) -> list[Document]:
        """Find the invoices and bills of a number; a bill may share its number with others."""
        return list(self.invoices.found_by("number", number))

    def sales_invoice(self, number: str) -> Document | None:
        """Find a sales invoice by number."""
        return next((one for one in self.numbered(number) if one["Type"] == "ACCREC"), None)

    def invoices_of(self, contact: Document) -> list[Document]:
        """Find the invoices and bills of a contact."""
        return list(self.invoices.found_by("contact", contact["ContactID"]))

    def today(self, now: datetime) -> date:
        """Return the calendar date of a moment, in the organisation's time zone."""
        return zones.day_at(now, self.organisation["Timezone"])

    def next_number(self) -> str:
        """Return the next free invoice number and count it as used."""
        while True:
            self.invoices.serial += 1
            number = f"INV-{self.invoices.serial:04d}"
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
    data: Document | None = None


@dataclass(slots=True)
class Writing:
    """The setting of one write: whose books, when, by whom, and what came of it."""

    books: Books
    now: datetime
    client_id: str = ""
    unit_places: int = 2
    make_id: Callable[[], str] = new_id
    changes: list[Change] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The calendar date in the organisation's time zone."""
        return self.books.today(self.now)

    def changed(
        self, name: str, record: Document, *, created: bool, at: datetime | None = None
    ) -> None:
        """Note that a record of a kind was written; Xero tells of some kinds by webhook."""
        resource = resources.BY_NAME[name]
        moment = at or self.now
        self.books.shelves[name].touch(record, moment)
        self.books.history.changed(record[resource.id_field], record, moment, created=created)
        if not resource.category:
            return
        self.changes.append(
            Change(
                category=resource.category,
                event_type="CREATE" if created else "UPDATE",
                resource=name,
                resource_id=record[resource.id_field],
                tenant_id=self.books.tenant_id,
                at=moment,
                data={one: record.get(one) for one in resource.told} or None,
            )
        )
