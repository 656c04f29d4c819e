# SPDX-License-Identifier: Apache-2.0
"""Quotes: what a customer is offered, before there is an invoice.

https://developer.xero.com/documentation/api/accounting/quotes
"""

from __future__ import annotations

from xero_connection.catalogue.quotes.changing import CHANGING
from xero_connection.catalogue.quotes.creating import CREATING
from xero_connection.catalogue.quotes.reading import READING
from xero_connection.catalogue.quotes.shapes import QUOTES
from xero_connection.pdfs import pdf_operations
from xero_connection.trigger import triggers

OPERATIONS = (
    *triggers("quotes"),
    *CREATING,
    *CHANGING,
    *READING,
    *pdf_operations("quotes", QUOTES.example_id),
)
