# SPDX-License-Identifier: Apache-2.0
"""Invoices: sales invoices (ACCREC) and bills (ACCPAY).

https://developer.xero.com/documentation/api/accounting/invoices
"""

from __future__ import annotations

from xero_connection.catalogue.invoices.changing import CHANGING
from xero_connection.catalogue.invoices.creating import CREATING
from xero_connection.catalogue.invoices.reading import READING
from xero_connection.trigger import triggers

OPERATIONS = (*triggers("invoices"), *CREATING, *CHANGING, *READING)
