# SPDX-License-Identifier: Apache-2.0
"""How a currency is added to those that an organisation deals in.

Rules: https://developer.xero.com/documentation/api/accounting/currencies.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local.xero import reading
from local.xero.replies import ValidationError

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Document

SHAPE: reading.Shape = dict.fromkeys(("Code", "Description"), reading.text)
_CODE = re.compile("[A-Z]{3}")


def find(books: Books, key: str) -> Document | None:
    """Find a currency by code."""
    return books.find("Currencies", key)


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Add a currency; one that is there stays as it is.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    code = reading.text(element, "Code")
    if not _CODE.fullmatch(code):
        raise ValidationError("The currency code is not valid")
    if existing or find(writing.books, code):
        raise ValidationError("The currency has been added before")
    currency = {"Code": code, "Description": reading.text(element, "Description") or code}
    writing.books.put("Currencies", [currency])
    writing.changed("Currencies", currency, created=True)
    return currency
