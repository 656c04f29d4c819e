# SPDX-License-Identifier: Apache-2.0
"""How items are matched and written, and which of them can go.

Rules: https://developer.xero.com/documentation/api/accounting/items. Stock is not counted here:
an item whose stock is kept has none.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from local.xero import reading, totals
from local.xero.replies import ValidationError, XeroError, not_found
from local.xero.rules import uses
from local.xero.wire import Document, Response, is_id

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Request

_LENGTHS = {"Code": 30, "Name": 50, "Description": 4000, "PurchaseDescription": 4000}
_STOCK = "InventoryAssetAccountCode"
_COGS = "COGSAccountCode"
_DETAIL_TEXTS = ("AccountCode", _COGS, "TaxType")
_SIDES = {
    "IsSold": ("SalesDetails", "Description"),
    "IsPurchased": ("PurchaseDetails", "PurchaseDescription"),
}
_DETAILS = reading.inside(
    {"UnitPrice": reading.number, **dict.fromkeys(_DETAIL_TEXTS, reading.text)}
)
SHAPE: reading.Shape = {
    **dict.fromkeys(("ItemID", _STOCK, *_LENGTHS), reading.text),
    **dict.fromkeys(_SIDES, reading.boolean),
    **{details: _DETAILS for details, _ in _SIDES.values()},
}


def find(books: Books, key: str) -> Document | None:
    """Find an item by id, or by code."""
    return books.find("Items", key)


def match(books: Books, element: Document) -> Document | None:
    """Find the item that a posted element means: by id, then code.

    Raises:
        XeroError: there is an id, and no item has it (404).
    """
    item_id = reading.text(element, "ItemID")
    if not item_id:
        return books.item(reading.text(element, "Code"))
    found = books.shelves["Items"].get(item_id.lower()) if is_id(item_id) else None
    if found is None:
        raise XeroError(not_found())
    return found


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Make an item, or change an existing one in place.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    if not reading.text(element, "Code"):
        raise ValidationError("The item code must be specified")
    item = dict(existing) if existing else _blank(writing)
    names = (*_LENGTHS, _STOCK)
    item |= {name: value for name in names if (value := reading.text(element, name))}
    for flag, (details, description) in _SIDES.items():
        item[details] = item[details] | _details(writing, reading.nested(element, details))
        if element.get(flag) is not None:
            item[flag] = reading.boolean(element, flag)
        if not item[flag]:
            item[details] = {}
            item.pop(description, None)
    if problems := _problems(writing.books, item, existing):
        raise ValidationError(*problems)
    item["IsTrackedAsInventory"] = bool(item.get(_STOCK))
    if item["IsTrackedAsInventory"]:
        item.setdefault("QuantityOnHand", totals.ZERO)
        item.setdefault("TotalCostPool", totals.ZERO)
    item["UpdatedDateUTC"] = writing.now
    if existing is None:
        writing.books.put("Items", [item])
    else:
        existing.clear()
        existing.update(item)
    kept = existing if existing is not None else item
    writing.changed("Items", kept, created=existing is None)
    return kept


def delete(writing: Writing, _: Request, rest: list[str]) -> Response:
    """Delete an item; lines that name it keep what they say."""
    item = find(writing.books, rest[0])
    if item is None:
        raise XeroError(not_found())
    if item["IsTrackedAsInventory"] and uses.of_item(writing.books, item):
        raise uses.refusal(item, "The tracked item is in use and cannot be deleted")
    del writing.books.shelves["Items"][item["ItemID"]]
    return Response(HTTPStatus.NO_CONTENT)


def _blank(writing: Writing) -> Document:
    return {
        "ItemID": writing.make_id(),
        **dict.fromkeys(_SIDES, True),
        **{details: {} for details, _ in _SIDES.values()},
    }


def _details(writing: Writing, sent: Document) -> Document:
    details = {name: value for name in _DETAIL_TEXTS if (value := reading.text(sent, name))}
    price = reading.number(sent, "UnitPrice")
    if price is not None:
        return details | {"UnitPrice": totals.round_to(price, writing.unit_places)}
    return details


def _problems(books: Books, item: Document, existing: Document | None) -> list[str]:
    problems = [
        f"The {name} field must not be longer than {longest} characters."
        for name, longest in _LENGTHS.items()
        if len(item.get(name, "")) > longest
    ]
    same = books.item(item["Code"])
    if same is not None and same is not existing:
        problems.append(f"Price List Item with Code '{item['Code']}' already exists")
    for details, _ in _SIDES.values():
        problems += _problems_of(books, item[details])
    bought, stock = item["PurchaseDetails"], item.get(_STOCK)
    if _COGS in item["SalesDetails"]:
        problems.append(f"{_COGS} is not for the sales details")
    if bool(stock) is not (_COGS in bought):
        problems.append(f"A tracked item needs both {_STOCK} and {_COGS}")
    if stock and "AccountCode" in bought:
        problems.append("AccountCode is not for the purchase details of a tracked item")
    if stock and (books.account(stock) or {}).get("Type") != "INVENTORY":
        problems.append(f"{_STOCK} '{stock}' is no account of the type INVENTORY")
    became = existing is not None and bool(existing.get(_STOCK)) is not bool(stock)
    if existing is not None and became and uses.of_item(books, existing):
        problems.append("An item that was used cannot become tracked")
    return problems


def _problems_of(books: Books, details: Document) -> list[str]:
    problems = []
    for name in ("AccountCode", _COGS):
        code = details.get(name)
        account = books.account(code) if code else None
        if code and (account is None or account["Status"] != "ACTIVE"):
            problems.append(f"{name} '{code}' is not a valid account")
    tax_type = details.get("TaxType")
    if tax_type and books.tax_rate(tax_type) is None:
        problems.append(f"The TaxType code {tax_type} does not exist.")
    return problems
