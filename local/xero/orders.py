# SPDX-License-Identifier: Apache-2.0
"""How purchase orders are matched and written.

Rules: https://developer.xero.com/documentation/api/accounting/purchaseorders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import reading, traded
from local.xero.replies import ValidationError, XeroError, not_found
from local.xero.wire import Document, is_id

if TYPE_CHECKING:
    from local.xero.books import Books, Writing

NAME = "PurchaseOrders"
STATUSES = ("DRAFT", "SUBMITTED", "AUTHORISED", "BILLED", "DELETED")
_OPEN = ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED")
_TRANSITIONS = {
    "DRAFT": _OPEN,
    "SUBMITTED": _OPEN,
    "AUTHORISED": ("AUTHORISED", "BILLED", "DELETED"),
    "BILLED": ("AUTHORISED", "BILLED"),
}
DATES = ("Date", "DeliveryDate", "ExpectedArrivalDate")
_LONGEST_INSTRUCTIONS = 500
_DELIVERY = ("DeliveryAddress", "AttentionTo", "Telephone", "DeliveryInstructions")
_TEXTS = ("PurchaseOrderNumber", "Reference", "BrandingThemeID", "CurrencyCode", *_DELIVERY)
SHAPE: reading.Shape = {
    **traded.SHAPE,
    **dict.fromkeys(("PurchaseOrderID", *_TEXTS), reading.text),
    **dict.fromkeys(DATES, reading.day),
    "Status": reading.one_of(STATUSES),
    "LineAmountTypes": reading.one_of(traded.LINE_AMOUNT_TYPES),
    "CurrencyRate": reading.number,
    "SentToContact": reading.boolean,
}


def find(books: Books, key: str) -> Document | None:
    """Find a purchase order by id or, as Xero allows in the path, by number."""
    return books.find(NAME, key)


def match(books: Books, element: Document) -> Document | None:
    """Find the purchase order that a posted element means, by id or number.

    Raises:
        XeroError: there is an id, and no purchase order has it (404).
    """
    order_id = reading.text(element, "PurchaseOrderID")
    if not order_id:
        number = reading.text(element, "PurchaseOrderNumber")
        return books.find(NAME, number) if number else None
    found = books.shelves[NAME].get(order_id.lower()) if is_id(order_id) else None
    if found is None:
        raise XeroError(not_found())
    return found


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Create a purchase order, or change an existing one in place.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    status = _next_status(existing, reading.choice(element, "Status", STATUSES))
    order = dict(existing) if existing else _blank(writing)
    order["Status"] = status
    if status != "DELETED":
        _fill(writing, order, element, existing)
    return traded.keep(writing, NAME, order, existing)


def _next_status(existing: Document | None, asked: str) -> str:
    if existing is None:
        if asked in ("BILLED", "DELETED"):
            raise ValidationError(f"A purchase order cannot be created with the status {asked}")
        return asked or "DRAFT"
    current = existing["Status"]
    if (asked or current) not in _TRANSITIONS.get(current, ()):
        raise ValidationError("Purchase Order not of valid status for modification")
    return asked or current


def _blank(writing: Writing) -> Document:
    return {
        "PurchaseOrderID": writing.make_id(),
        "PurchaseOrderNumber": "",
        "Type": "PURCHASEORDER",
        "Reference": "",
        "CurrencyRate": 1,
        "CurrencyCode": writing.books.organisation["BaseCurrency"],
        "DeliveryAddress": "",
        "AttentionTo": "",
        "SentToContact": False,
        "HasAttachments": False,
        "IsDiscounted": False,
        "LineAmountTypes": "Exclusive",
        "LineItems": [],
        "Date": writing.today,
    }


def _fill(writing: Writing, order: Document, element: Document, existing: Document | None) -> None:
    problems: list[str] = []
    order |= {name: value for name in _TEXTS if (value := reading.text(element, name))}
    dates = {name: reading.day(element, name) for name in DATES}
    order |= {name: value for name, value in dates.items() if value is not None}
    if (rate := reading.number(element, "CurrencyRate")) is not None:
        order["CurrencyRate"] = rate
    # It "can be set only on purchase orders that have been approved or billed".
    if "SentToContact" in element and order["Status"] in ("AUTHORISED", "BILLED"):
        order["SentToContact"] = reading.boolean(element, "SentToContact")
    approved = order["Status"] != "DRAFT"
    rules = traded.Rules(sale=False, approved=approved, discounts=True)
    traded.fill_lines(writing, order, element, existing, rules, problems)
    order["IsDiscounted"] = "TotalDiscount" in order
    if len(order.get("DeliveryInstructions", "")) > _LONGEST_INSTRUCTIONS:
        problems.append(f"Delivery instructions have at most {_LONGEST_INSTRUCTIONS} characters")
    traded.check_currency(writing, order, problems)
    number = order["PurchaseOrderNumber"]
    if number and traded.numbered(writing, NAME, number) not in (None, existing):
        problems.append("Order number must be unique")
    # Xero makes no contacts of those of purchase orders.
    traded.fill_contact(writing, order, element, problems, makes=False)
    order["PurchaseOrderNumber"] = number or traded.next_number(writing, NAME)
