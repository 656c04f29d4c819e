# SPDX-License-Identifier: Apache-2.0
"""The kinds of records that an organisation holds, as one table: names, lists, webhooks.

Rules: https://developer.xero.com/documentation/api/accounting/. What a record may be written
with is not here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.xero import contacts
from local.xero.wire import iso_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.xero.wire import Document

FINE_PLACES = 4
"""Decimals of a unit amount where the request says unitdp=4, or the resource always has them."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Records that a list leaves out unless a parameter asks for them."""

    field: str
    values: tuple[str, ...]
    unless: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One kind of record: how it is found, listed and told of."""

    name: str
    id_field: str
    keys: tuple[str, ...] = ()
    """Other fields whose value finds a record in the path."""
    model: str = ""
    """Key of the seeded record that made-up ones are like; the first where it is empty."""
    number: tuple[str, str] | None = None
    """The field that tells made-up records apart to people, and how it is spelled."""
    fields: frozenset[str] = frozenset()
    """Field names that a filter may name though no record holds them at the moment."""
    dated: bool = False
    """True where lists honour If-Modified-Since."""
    filtered: bool = True
    """True where lists honour `where`."""
    paged: bool = False
    sized: bool = False
    """True where `pageSize` counts too, and the answer has a `pagination` object."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Query parameter to the dotted field that it lists values of."""
    ranges: Mapping[str, str] = field(default_factory=dict)
    """Query parameters to the date that they bound: `Date` stands for DateFrom and DateTo."""
    searched: tuple[str, ...] = ()
    """Fields that `searchTerm` looks into."""
    hidden: Hidden | None = None
    lines: str = ""
    """The field that holds the lines."""
    bare: bool = False
    """True where a list without `page` leaves the lines out."""
    unit_places: int = 2
    unitdp: bool = False
    """True where `unitdp` may ask for more decimals."""
    spelled: tuple[str, ...] = ()
    """Dates beside which their text stands: DateString, UpdatedDateUTCString."""
    category: str = ""
    """The webhooks' category, empty where Xero has none."""
    told: tuple[str, ...] = ()
    """Fields that a webhook's `data` holds."""

    def spell(self, record: Document) -> None:
        """Write the texts that stand beside a record's dates."""
        for name in self.spelled:
            if name in record:
                zone = "Z" if name.endswith("UTC") else ""
                record[f"{name}String"] = iso_seconds(record[name]) + zone


_TRADED = ("Date", "DueDate", "UpdatedDateUTC")
ALL = (
    Resource(name="Organisation", id_field="OrganisationID"),
    Resource(
        name="Accounts",
        id_field="AccountID",
        keys=("Code",),
        model="400",
        number=("Code", "N{:04d}"),
        dated=True,
    ),
    Resource(name="TaxRates", id_field="TaxType"),
    Resource(name="Currencies", id_field="Code"),
    Resource(name="TrackingCategories", id_field="TrackingCategoryID"),
    Resource(name="BrandingThemes", id_field="BrandingThemeID"),
    Resource(
        name="Items",
        id_field="ItemID",
        keys=("Code",),
        number=("Code", "ITEM-{:04d}"),
        dated=True,
        unitdp=True,
    ),
    Resource(name="Users", id_field="UserID", dated=True),
    Resource(
        name="Contacts",
        id_field="ContactID",
        keys=("ContactNumber",),
        number=("Name", "Contact {:06d}"),
        fields=frozenset((*contacts.TEXT_LENGTHS, "Website", "BrandingTheme", "PaymentTerms")),
        dated=True,
        paged=True,
        sized=True,
        parameters={"IDs": "ContactID"},
        searched=("Name", "FirstName", "LastName", "ContactNumber", "EmailAddress"),
        hidden=Hidden("ContactStatus", ("ARCHIVED", "GDPRREQUEST"), "includeArchived"),
        category="CONTACT",
    ),
    Resource(
        name="Invoices",
        id_field="InvoiceID",
        keys=("InvoiceNumber",),
        model="INV-0003",
        number=("InvoiceNumber", "INV-{:04d}"),
        fields=frozenset(
            (
                *("DueDate", "FullyPaidOnDate", "ExpectedPaymentDate", "PlannedPaymentDate"),
                *("BrandingThemeID", "Url", "TotalDiscount", "RepeatingInvoiceID"),
            )
        ),
        dated=True,
        paged=True,
        sized=True,
        parameters={
            "IDs": "InvoiceID",
            "InvoiceNumbers": "InvoiceNumber",
            "ContactIDs": "Contact.ContactID",
            "Statuses": "Status",
        },
        searched=("InvoiceNumber", "Reference", "Contact.Name"),
        lines="LineItems",
        bare=True,
        unitdp=True,
        spelled=_TRADED,
        category="INVOICE",
    ),
    Resource(
        name="CreditNotes",
        id_field="CreditNoteID",
        keys=("CreditNoteNumber",),
        number=("CreditNoteNumber", "CN-{:04d}"),
        fields=frozenset(("DueDate", "FullyPaidOnDate", "BrandingThemeID", "AppliedAmount")),
        dated=True,
        paged=True,
        sized=True,
        lines="LineItems",
        bare=True,
        unitdp=True,
        spelled=_TRADED,
        category="CREDITNOTE",
        told=("Type", "Status"),
    ),
    Resource(
        name="Payments",
        id_field="PaymentID",
        fields=frozenset(("BatchPaymentID", "CreditNote", "Prepayment", "Overpayment")),
        dated=True,
        paged=True,
        sized=True,
        spelled=("UpdatedDateUTC",),
        category="PAYMENT",
    ),
    Resource(
        name="Prepayments",
        id_field="PrepaymentID",
        dated=True,
        paged=True,
        sized=True,
        parameters={"InvoiceNumbers": "InvoiceNumber"},
        lines="LineItems",
        bare=True,
        unitdp=True,
        spelled=_TRADED,
        category="PREPAYMENT",
        told=("Type", "Status", "UpdatedDateUTCString"),
    ),
    Resource(
        name="Overpayments",
        id_field="OverpaymentID",
        dated=True,
        paged=True,
        sized=True,
        parameters={"References": "Reference"},
        lines="LineItems",
        bare=True,
        unitdp=True,
        spelled=_TRADED,
        category="OVERPAYMENT",
    ),
    Resource(
        name="BankTransactions",
        id_field="BankTransactionID",
        fields=frozenset(("Contact", "PrepaymentID", "OverpaymentID", "Url")),
        dated=True,
        paged=True,
        sized=True,
        lines="LineItems",
        bare=True,
        unitdp=True,
        spelled=("Date",),
    ),
    Resource(
        name="BankTransfers",
        id_field="BankTransferID",
        dated=True,
        hidden=Hidden("Status", ("DELETED",), "includeDeleted"),
        spelled=("Date",),
    ),
    Resource(
        name="PurchaseOrders",
        id_field="PurchaseOrderID",
        keys=("PurchaseOrderNumber",),
        number=("PurchaseOrderNumber", "PO-{:04d}"),
        dated=True,
        filtered=False,
        paged=True,
        sized=True,
        parameters={"Status": "Status"},
        ranges={"Date": "Date"},
        lines="LineItems",
        bare=True,
        unit_places=FINE_PLACES,
        spelled=("Date", "DeliveryDate"),
    ),
    Resource(
        name="Quotes",
        id_field="QuoteID",
        number=("QuoteNumber", "QU-{:04d}"),
        dated=True,
        filtered=False,
        paged=True,
        parameters={
            "Status": "Status",
            "ContactID": "Contact.ContactID",
            "QuoteNumber": "QuoteNumber",
        },
        ranges={"Date": "Date", "ExpiryDate": "ExpiryDate"},
        lines="LineItems",
        spelled=("Date", "ExpiryDate"),
    ),
    Resource(
        name="ManualJournals",
        id_field="ManualJournalID",
        dated=True,
        paged=True,
        sized=True,
        lines="JournalLines",
        bare=True,
    ),
)
BY_NAME = {resource.name: resource for resource in ALL}


def find(name: str) -> Resource | None:
    """Return the resource of a name in a path, which may be in any case."""
    return _BY_LOWER_NAME.get(name.lower())


def collection_of(category: str) -> str:
    """Return the collection that a webhook category's records are in."""
    return _COLLECTIONS.get(category, f"{category.capitalize()}s")


_BY_LOWER_NAME = {resource.name.lower(): resource for resource in ALL}
_COLLECTIONS = {resource.category: resource.name for resource in ALL if resource.category}
