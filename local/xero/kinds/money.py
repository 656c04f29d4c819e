# SPDX-License-Identifier: Apache-2.0
"""What settles documents: payments, and credit that is allocated to them."""

from __future__ import annotations

from local.xero.resource import TRADED, Resource

RESOURCES = (
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
        spelled=TRADED,
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
        name="BatchPayments",
        id_field="BatchPaymentID",
        fields=frozenset(("Reference", "Particulars", "Code", "Details", "Narrative")),
        dated=True,
        spelled=("Date",),
    ),
    Resource(name="PaymentServices", id_field="PaymentServiceID", filtered=False),
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
        spelled=TRADED,
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
        spelled=TRADED,
        category="OVERPAYMENT",
    ),
)
