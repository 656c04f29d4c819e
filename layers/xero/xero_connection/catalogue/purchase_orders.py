# SPDX-License-Identifier: Apache-2.0
"""Purchase orders: what is asked of a supplier, before there is a bill.

https://developer.xero.com/documentation/api/accounting/purchaseorders
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, model_validator

from xero_connection.endpoint import Endpoint
from xero_connection.fields import Day, Input, OneOf, Query
from xero_connection.identities import by_number
from xero_connection.lists import Modified, Ordered, SizedPages
from xero_connection.models.lines import ContactReference, LineItem  # noqa: TC001 - for pydantic
from xero_connection.models.purchase_orders import PurchaseOrder, PurchaseOrderRecord
from xero_connection.operation import Call, Operation, ReadBack
from xero_connection.pdfs import pdf_operations
from xero_connection.resources import RESOURCES
from xero_connection.trigger import triggers

if TYPE_CHECKING:
    from collections.abc import Mapping


class NewPurchaseOrder(PurchaseOrder):
    """A purchase order that does not exist yet."""

    Contact: ContactReference = Field(description="The supplier, who has to be a contact already.")
    LineItems: list[LineItem] = Field(min_length=1)


class MatchedPurchaseOrder(PurchaseOrder):
    """A purchase order that may exist."""

    @model_validator(mode="after")
    def _can_be_matched(self) -> Self:
        if self.PurchaseOrderID is None and self.PurchaseOrderNumber is None:
            raise ValueError("a PurchaseOrderID or a PurchaseOrderNumber is needed to match by")
        return self


class ListPurchaseOrders(SizedPages, Modified, Ordered):
    """Which purchase orders to list."""

    status: Annotated[
        str | None,
        OneOf("DRAFT", "SUBMITTED", "AUTHORISED", "BILLED", "DELETED"),
        Query("Status"),
    ] = Field(default=None, description="Only in this status.")
    date_from: Annotated[Day | None, Query("DateFrom")] = Field(
        default=None, description="Only of this date and later."
    )
    date_to: Annotated[Day | None, Query("DateTo")] = Field(
        default=None, description="Only of this date and earlier."
    )


class FindPurchaseOrder(Input):
    """The number to find."""

    purchase_order_number: str = Field(min_length=1, description="The whole number.")


_CONTENT = (
    *("Contact", "Date", "DeliveryDate", "LineAmountTypes", "CurrencyCode", "DeliveryAddress"),
    "LineItems",
)


def new_purchase_order(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new purchase order is known from all others."""
    return by_number(document, "PurchaseOrderNumber", _CONTENT)


_ORDERS = Endpoint(
    resource="purchase_orders",
    noun="purchase_order",
    collection="PurchaseOrders",
    record=PurchaseOrderRecord,
    read=RESOURCES["purchase_orders"].scopes,
    write=("accounting.invoices",),
    example_id="8408b732-a6f8-5de5-966a-a629182be717",
    read_back=ReadBack(
        path="/PurchaseOrders",
        collection="PurchaseOrders",
        id_field="PurchaseOrderID",
        identity=new_purchase_order,
    ),
)
_DELETE = _ORDERS.undo("delete_purchase_order", "DRAFT", "SUBMITTED", "AUTHORISED")
_LINE = {"Description": "Leaflets", "Quantity": 500, "UnitAmount": 0.12, "AccountCode": "400"}
_ORDER = {
    "Contact": {"Name": "Umber Print Works"},
    "LineItems": [_LINE],
    "Date": "2026-11-22",
    "DeliveryDate": "2026-12-01",
    "Reference": "Spring campaign",
}
_KNOWN = _ORDER | {"PurchaseOrderNumber": "WEB-PO-12"}

OPERATIONS = (
    *triggers("purchase_orders"),
    _ORDERS.create(
        NewPurchaseOrder,
        _ORDER,
        covers=("createPurchaseOrders",),
        counter_examples=(
            ({"purchase_order": {"LineItems": [_LINE]}}, "input.purchase_order.Contact"),
            ({"purchase_order": _ORDER | {"LineItems": []}}, "input.purchase_order.LineItems"),
            ({"purchase_order": _ORDER | {"Status": "PAID"}}, "input.purchase_order.Status"),
            ({"purchase_order": _ORDER | {"Total": 60}}, "input.purchase_order.Total"),
            (
                {"purchase_order": _ORDER | {"DeliveryInstructions": "A" * 501}},
                "input.purchase_order.DeliveryInstructions",
            ),
        ),
        undo=(_DELETE,),
        advice=(
            "Look up the supplier first: Xero creates none for an order. It is a draft unless "
            "Status is AUTHORISED. Give a Reference of your own, by which it is known again."
        ),
    ),
    _ORDERS.create_many(
        NewPurchaseOrder,
        (_ORDER, _ORDER | {"Reference": "Summer campaign"}),
        covers=("createPurchaseOrders",),
        undo=(_DELETE,),
        advice=(
            "Look at ok of each. Give each a Reference of its own, by which it is known again. "
            "Each that is made has an undo of its own."
        ),
    ),
    _ORDERS.upsert(
        MatchedPurchaseOrder,
        _KNOWN,
        covers=("updateOrCreatePurchaseOrders",),
        summary="Create a purchase order, or change the one with the same id or number.",
        counter_examples=(({"purchase_order": _ORDER}, "input.purchase_order"),),
        idempotency="natural",
        destructive=True,
        advice=(
            "Send LineItems whole: Xero deletes those left out. There is no undo: what was there "
            "before is not known; use create_purchase_order for a new one."
        ),
    ),
    _ORDERS.upsert_many(
        MatchedPurchaseOrder,
        (_KNOWN, _ORDER | {"PurchaseOrderNumber": "WEB-PO-13"}),
        covers=("updateOrCreatePurchaseOrders",),
        idempotency="natural",
        destructive=True,
        advice=(
            "Look at ok of each. Send LineItems whole: Xero deletes those left out. There is no "
            "undo: what was there before is not known."
        ),
    ),
    _ORDERS.update(
        PurchaseOrder,
        {"DeliveryDate": "2026-12-08"},
        covers=("updatePurchaseOrder",),
        counter_examples=(
            ({"purchase_order": {"Reference": "A"}}, "input.purchase_order_id"),
            (
                {
                    "purchase_order_id": _ORDERS.example_id,
                    "purchase_order": {"PurchaseOrderID": "5b96e86b-418e-48e8-8949-308c14aec278"},
                },
                "input",
            ),
        ),
        idempotency="key",
        destructive=True,
        advice=(
            "Send LineItems whole, each with its LineItemID, or not at all. There is no undo: get "
            "the order first where it may have to be put back."
        ),
    ),
    _ORDERS.become(
        "approve_purchase_order",
        "Approve a purchase order.",
        {"Status": "AUTHORISED"},
        covers=("updatePurchaseOrder",),
        advice=(
            "It can then be sent to the supplier. There is no way back to a draft; "
            "delete_purchase_order takes it away altogether."
        ),
    ),
    _ORDERS.become(
        "mark_purchase_order_as_billed",
        "Mark a purchase order as billed.",
        {"Status": "BILLED"},
        covers=("updatePurchaseOrder",),
        advice=(
            "For an approved order whose bill is in the books: it makes no bill, create_bill "
            "does. There is no undo: a person takes the mark away in Xero."
        ),
    ),
    _ORDERS.become(
        "delete_purchase_order",
        "Delete a purchase order that is not billed.",
        {"Status": "DELETED"},
        covers=("updatePurchaseOrder",),
        destructive=True,
        advice="There is no way back. A billed order cannot be deleted.",
    ),
    _ORDERS.get(
        covers=("getPurchaseOrder",),
        advice="Use find_purchase_order where only the number is known.",
    ),
    Operation(
        id="purchase_orders/find_purchase_order",
        kind="query",
        summary="Find the purchase order with exactly this number.",
        covers=("getPurchaseOrderByNumber",),
        input=FindPurchaseOrder,
        output=_ORDERS.one,
        example={"purchase_order_number": "PO-0001"},
        counter_examples=(({"purchase_order_number": ""}, "input.purchase_order_number"),),
        call=Call(
            method="GET",
            path="/PurchaseOrders/{purchase_order_number}",
            collection="PurchaseOrders",
        ),
        scopes=_ORDERS.read,
        advice="A NotFoundError means that no order has the number.",
    ),
    _ORDERS.list(
        ListPurchaseOrders,
        covers=("getPurchaseOrders",),
        summary="List purchase orders, a page at a time.",
        example={"status": "AUTHORISED", "date_from": "2026-01-01", "order": "Date DESC"},
        counter_examples=(
            ({"status": "OPEN"}, "input.status"),
            ({"where": 'Status=="DRAFT"'}, "input.where"),
            ({"date_to": "22/11/2026"}, "input.date_to"),
            ({"page_size": 1001}, "input.page_size"),
        ),
        advice="Xero has no other filters for orders: narrow by date, then look through the pages.",
    ),
    *pdf_operations("purchase_orders", _ORDERS.example_id),
)
