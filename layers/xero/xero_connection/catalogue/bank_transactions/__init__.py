# SPDX-License-Identifier: Apache-2.0
"""Bank transactions: money spent and received that settles no invoice, bill or credit note.

https://developer.xero.com/documentation/api/accounting/banktransactions
"""

from __future__ import annotations

from xero_connection.catalogue.bank_transactions.changing import CHANGING
from xero_connection.catalogue.bank_transactions.creating import CREATING
from xero_connection.catalogue.bank_transactions.reading import READING
from xero_connection.trigger import triggers

OPERATIONS = (*triggers("bank_transactions"), *CREATING, *CHANGING, *READING)
