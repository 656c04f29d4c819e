# SPDX-License-Identifier: Apache-2.0
"""What happens on bank accounts, and journals."""

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
)
