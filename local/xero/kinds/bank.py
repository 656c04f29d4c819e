# SPDX-License-Identifier: Apache-2.0
"""What happens on bank accounts, journals, what is billed on, and classic expense claims."""

from __future__ import annotations

from local.xero.resource import Hidden, Resource

RESOURCES = (
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
        name="ManualJournals",
        id_field="ManualJournalID",
        dated=True,
        paged=True,
        sized=True,
        lines="JournalLines",
        bare=True,
    ),
    Resource(
        name="Journals",
        id_field="JournalID",
        keys=("JournalNumber",),
        dated=True,
        filtered=False,
    ),
    Resource(
        name="LinkedTransactions",
        id_field="LinkedTransactionID",
        filtered=False,
        paged=True,
        parameters={
            name: name
            for name in (
                *("LinkedTransactionID", "SourceTransactionID", "TargetTransactionID"),
                *("ContactID", "Status"),
            )
        },
    ),
    Resource(
        name="Receipts",
        id_field="ReceiptID",
        dated=True,
        lines="LineItems",
        bare=True,
        unitdp=True,
        spelled=("Date",),
    ),
    Resource(
        name="ExpenseClaims",
        id_field="ExpenseClaimID",
        fields=frozenset(("PaymentDueDate", "ReportingDate")),
        dated=True,
        lines="Receipts",
        bare=True,
    ),
)
