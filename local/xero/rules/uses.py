# SPDX-License-Identifier: Apache-2.0
"""Where in the books a record is used, so that it cannot go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import resources
from local.xero.replies import XeroError, validation_exception

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.xero.books import Books
    from local.xero.wire import Document

_ACCOUNTS = ("Account", "BankAccount", "FromBankAccount", "ToBankAccount")
_DETAILS = ("SalesDetails", "PurchaseDetails")


def lines(books: Books) -> Iterator[Document]:
    """Go through the lines of all documents, of those that were voided or deleted too."""
    for resource in resources.ALL:
        if resource.lines:
            for record in books.shelves[resource.name].values():
                yield from record.get(resource.lines, [])


def tracked(books: Books) -> Iterator[Document]:
    """Go through the tracking options that lines name."""
    for line in lines(books):
        yield from line.get("Tracking", [])


def of_account(books: Books, account: Document) -> bool:
    """Tell whether something was booked on an account, or an item starts with it."""
    code = account.get("Code")
    named = any(code and one.get("AccountCode") == code for one in lines(books))
    moved = any(
        record.get(name) is account
        for shelf in books.shelves.values()
        for record in shelf.values()
        for name in _ACCOUNTS
    )
    return named or moved or any(code in _codes(one) for one in books.shelves["Items"].values())


def of_tax_rate(books: Books, tax_type: str) -> bool:
    """Tell whether a line has a tax rate, or an account or item starts with it."""
    accounts, items = books.shelves["Accounts"].values(), books.shelves["Items"].values()
    starting = [*accounts, *(one[name] for one in items for name in _DETAILS)]
    return any(one.get("TaxType") == tax_type for one in (*lines(books), *starting))


def of_item(books: Books, item: Document) -> bool:
    """Tell whether a line names an item."""
    return any(one.get("ItemCode") == item["Code"] for one in lines(books))


def refusal(record: Document, message: str) -> XeroError:
    """Make the error for a record that cannot go."""
    return XeroError(validation_exception([{**record, "ValidationErrors": [{"Message": message}]}]))


def _codes(item: Document) -> set[str | None]:
    details = [item[name] for name in _DETAILS]
    named = {one.get(name) for one in details for name in ("AccountCode", "COGSAccountCode")}
    return (named | {item.get("InventoryAssetAccountCode")}) - {None}
