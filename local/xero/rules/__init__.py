# SPDX-License-Identifier: Apache-2.0
"""What each kind of record may be written with, and the paths that are its own.

A module holds the rules of the kinds in the table of the same name in `kinds`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero.rules import bank, files, money, reports, sales, settings

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.writable import Route, Writable

_ALL = (settings, sales, money, bank, reports, files)
WRITABLE: dict[str, Writable] = {name: kind for one in _ALL for name, kind in one.WRITABLE.items()}
"""Name of a kind to how it is written; the others are read only."""
_ROUTES: dict[tuple[str, ...], Route] = {
    (method, *path.lower().split("/")): route
    for one in _ALL
    for (method, path), route in one.ROUTES.items()
}


def route(method: str, path: list[str]) -> Route | None:
    """Return what answers a path of its own; `*` in a declared path stands for any one part."""
    asked = (method, *(part.lower() for part in path))
    return next((found for wanted, found in _ROUTES.items() if _fits(wanted, asked)), None)


def seed(writing: Writing) -> None:
    """Put what a new organisation holds of the kinds that say so themselves."""
    for one in _ALL:
        one.seed(writing)


def _fits(wanted: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    if len(wanted) != len(asked):
        return False
    return all(part in {"*", given} for part, given in zip(wanted, asked, strict=True))
