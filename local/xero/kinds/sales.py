# SPDX-License-Identifier: Apache-2.0
"""Contacts, and the documents that are sent to them or come from them."""

from __future__ import annotations

from local.xero import contacts
from local.xero.resource import FINE_PLACES, TRADED, Hidden, Resource

RESOURCES = (
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
        spelled=TRADED,
        category="INVOICE",
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
        name="RepeatingInvoices",
        id_field="RepeatingInvoiceID",
        fields=frozenset(("Reference", "BrandingThemeID")),
        lines="LineItems",
    ),
    Resource(
        name="ContactGroups",
        id_field="ContactGroupID",
        number=("Name", "Group {:04d}"),
        hidden=Hidden("Status", ("DELETED",)),
        lines="Contacts",
        bare=True,
    ),
)
