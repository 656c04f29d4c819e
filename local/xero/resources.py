# SPDX-License-Identifier: Apache-2.0
"""Finds a kind of record by its name in a path, or by the webhooks' category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero.kinds import bank, money, sales, settings

if TYPE_CHECKING:
    from local.xero.resource import Resource

ALL: tuple[Resource, ...] = (
    *settings.RESOURCES,
    *sales.RESOURCES,
    *money.RESOURCES,
    *bank.RESOURCES,
)
BY_NAME = {resource.name: resource for resource in ALL}


def find(name: str) -> Resource | None:
    """Return the resource of a name in a path, which may be in any case."""
    return _BY_LOWER_NAME.get(name.lower())


def collection_of(category: str) -> str:
    """Return the collection that a webhook category's records are in."""
    return _COLLECTIONS.get(category, f"{category.capitalize()}s")


_BY_LOWER_NAME = {resource.name.lower(): resource for resource in ALL}
_COLLECTIONS = {resource.category: resource.name for resource in ALL if resource.category}
