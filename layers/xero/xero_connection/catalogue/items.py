# SPDX-License-Identifier: Apache-2.0
"""Items: what is bought and sold.

https://developer.xero.com/documentation/api/accounting/items
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.client import Request
from xero_connection.endpoint import Endpoint
from xero_connection.errors import NotFoundError
from xero_connection.fields import Input, refusal
from xero_connection.filters import Where
from xero_connection.lists import ModifiedSinceInput
from xero_connection.models.items import Item, ItemRecord
from xero_connection.operation import Done, Operation, ReadBack, page_output
from xero_connection.resources import RESOURCES
from xero_connection.trigger import triggers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.operation import Flow

# Without it Xero rounds prices to two places, in what it keeps and in what it answers.
_FOUR_PLACES = {"unitdp": "4"}


class NewItem(Item):
    """An item that does not exist yet."""

    @model_validator(mode="after")
    def _keeps_stock_or_does_not(self) -> Self:
        stock = self.InventoryAssetAccountCode
        cogs = self.PurchaseDetails and self.PurchaseDetails.COGSAccountCode
        if stock and not cogs:
            raise refusal("Where stock is kept it needs a COGSAccountCode", "PurchaseDetails")
        if cogs and not stock:
            raise refusal(
                "COGSAccountCode is for an item with an InventoryAssetAccountCode",
                "PurchaseDetails",
                "COGSAccountCode",
            )
        return self


class OneItemByEither(Input):
    """One item by its id or its code."""

    item_id: str = Field(min_length=1, max_length=36, description="The item's id, or its code.")


class FindItem(Input):
    """What to find an item by, one of the two."""

    code: str | None = Field(default=None, min_length=1, max_length=30, description="Its code.")
    name: str | None = Field(default=None, min_length=1, max_length=50)

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if sum(value is not None for _, value in self) != 1:
            raise ValueError("give one of code and name")
        return self


class ListItems(ModifiedSinceInput):
    """Which items to list."""

    name_contains: Annotated[str | None, Where("Name", "contains")] = Field(
        default=None, min_length=1, description="Only with this text in the name."
    )
    is_sold: Annotated[bool | None, Where("IsSold")] = Field(
        default=None, description="Only those that are sold, or are not."
    )
    is_purchased: Annotated[bool | None, Where("IsPurchased")] = Field(
        default=None, description="Only those that are bought, or are not."
    )
    is_tracked: Annotated[bool | None, Where("IsTrackedAsInventory")] = Field(
        default=None, description="Only those whose stock Xero keeps, or does not."
    )


def new_item(_: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new item is known from all others."""
    return ("Code",)


def _with(field: str, value: str) -> Request:
    """Return the call that lists the items with exactly this value in a field."""
    query = {**_FOUR_PLACES, "where": Where(field).clause(value)}
    return Request(method="GET", path="/Items", query=query)


def _get(asked: OneItemByEither) -> Flow:
    # In a path a code may mean something else, such as another path.
    try:
        item_id = UUID(asked.item_id)
    except ValueError:
        answer = yield _with("Code", asked.item_id)
    else:
        answer = yield Request(method="GET", path=f"/Items/{item_id}", query=_FOUR_PLACES)
    if not answer.get("Items"):
        raise NotFoundError("There is no item with this code.")
    return Done(output={"item": answer["Items"][0]})


def _find(asked: FindItem) -> Flow:
    field, value = ("Code", asked.code) if asked.code is not None else ("Name", asked.name)
    answer = yield _with(field, str(value))
    return Done(output=page_output("items", answer["Items"], answer))


_ITEMS = Endpoint(
    resource="items",
    noun="item",
    collection="Items",
    record=ItemRecord,
    read=RESOURCES["items"].scopes,
    write=("accounting.settings", "accounting.invoices"),
    example_id="29734f7a-d9e0-55da-9f84-24d87a0084bf",
    query=_FOUR_PLACES,
    read_back=ReadBack(
        path="/Items",
        collection="Items",
        id_field="ItemID",
        identity=new_item,
        query=_FOUR_PLACES,
    ),
)
_SHELF = {
    "Code": "SHELF",
    "Name": "Oak shelf",
    "Description": "Oak shelf, 120 cm",
    "SalesDetails": {"UnitPrice": 74.1255, "AccountCode": "200", "TaxType": "OUTPUT"},
    "PurchaseDetails": {"UnitPrice": 41.2, "AccountCode": "310", "TaxType": "INPUT"},
}
_HOOK = {"Code": "HOOK", "Name": "Brass hook", "IsPurchased": False}
_DELETE = _ITEMS.undo("delete_item")
_BY_CODE = "Known by its Code, or by nothing at all: choose a code that stays."


def _refused(path: str, **changes: Any) -> tuple[dict[str, Any], str]:
    """Return the example with other fields, without those that are None."""
    changed = {**_SHELF, **changes}
    item = {name: value for name, value in changed.items() if value is not None}
    return {"item": item}, f"input.item.{path}"


OPERATIONS = (
    *triggers("items"),
    _ITEMS.create(
        NewItem,
        _SHELF,
        covers=("createItems",),
        counter_examples=(
            _refused("Code", Code=None),
            _refused("Code", Code="A" * 31),
            _refused("Name", Name="A" * 51),
            _refused("Description", Description="A" * 4001),
            _refused("SalesDetails.UnitPrice", SalesDetails={"UnitPrice": 1.00005}),
            _refused("SalesDetails.COGSAccountCode", SalesDetails={"COGSAccountCode": "310"}),
            _refused("Description", IsSold=False),
            _refused("PurchaseDetails", IsPurchased=False),
            _refused("PurchaseDetails", InventoryAssetAccountCode="630"),
            _refused(
                "PurchaseDetails", PurchaseDetails={"COGSAccountCode": "310", "AccountCode": "310"}
            ),
            _refused("PurchaseDetails.COGSAccountCode", PurchaseDetails={"COGSAccountCode": "310"}),
            _refused("QuantityOnHand", QuantityOnHand=5),
        ),
        undo=(_DELETE,),
        advice=(
            "Codes are unique: use upsert_item where the item may exist. Xero keeps stock of one "
            "with InventoryAssetAccountCode and PurchaseDetails.COGSAccountCode; how much there "
            "is follows from bills and invoices."
        ),
    ),
    _ITEMS.create_many(
        NewItem,
        (_SHELF, _HOOK),
        covers=("createItems",),
        counter_examples=(
            ({"items": []}, "input.items"),
            ({"items": [_SHELF, {"Name": "Brass hook"}]}, "input.items.1.Code"),
        ),
        undo=(_DELETE,),
        advice="Look at ok of each. Use upsert_items where some may exist.",
    ),
    _ITEMS.upsert(
        Item,
        _SHELF,
        summary="Create an item, or change the one with the same code.",
        covers=("updateOrCreateItems",),
        counter_examples=(({"item": {"Name": "Oak shelf"}}, "input.item.Code"),),
        idempotency="natural",
        advice=f"{_BY_CODE} There is no undo: what was there before is not known.",
    ),
    _ITEMS.upsert_many(
        Item,
        (_SHELF, _HOOK),
        covers=("updateOrCreateItems",),
        idempotency="natural",
        advice=(
            f"Look at ok of each. {_BY_CODE} There is no undo: what was there before is not known."
        ),
    ),
    _ITEMS.update(
        Item,
        {"Code": "LAMP", "SalesDetails": {"UnitPrice": 42.5}},
        covers=("updateItem",),
        counter_examples=(
            ({"item_id": "SHELF", "item": {"Code": "SHELF"}}, "input.item_id"),
            ({"item_id": _ITEMS.example_id, "item": {"Name": "Oak shelf"}}, "input.item.Code"),
        ),
        advice=(
            "Send the Code, its own or a new one, and what changes. Get the item first: "
            "there is no undo."
        ),
    ),
    _ITEMS.delete(
        summary="Delete an item.",
        covers=("deleteItem",),
        advice=(
            "Documents that name it keep their lines; Xero refuses it for one whose stock it keeps "
            "and that was used. There is no way back."
        ),
    ),
    Operation(
        id="items/get_item",
        kind="query",
        summary="Get an item by its id or its code.",
        input=OneItemByEither,
        output=_ITEMS.one,
        example={"item_id": "DESK"},
        covers=("getItem",),
        counter_examples=(({"item_id": ""}, "input.item_id"),),
        flow=_get,
        scopes=_ITEMS.read,
        advice="Use find_item where only the name is known.",
    ),
    Operation(
        id="items/find_item",
        kind="query",
        summary="Find the items with exactly this code or name.",
        input=FindItem,
        output=_ITEMS.some,
        example={"name": "Office chair"},
        covers=("getItems",),
        counter_examples=(
            ({}, "input"),
            ({"code": "DESK", "name": "Standing desk"}, "input"),
        ),
        flow=_find,
        scopes=_ITEMS.read,
        advice="An empty list means there is none; several can share a name, none a code.",
    ),
    _ITEMS.list(
        ListItems,
        covers=("getItems",),
        example={"name_contains": "desk", "is_sold": True, "order": "Code ASC"},
        counter_examples=(({"name_contains": ""}, "input.name_contains"),),
        advice="Take Code from here for ItemCode in line items.",
    ),
)
