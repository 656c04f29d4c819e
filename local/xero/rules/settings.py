# SPDX-License-Identifier: Apache-2.0
"""The rules of what documents are made with: accounts, tax, items and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.writable import Route, Writable

WRITABLE: dict[str, Writable] = {}
ROUTES: dict[tuple[str, str], Route] = {}


def seed(writing: Writing) -> None:
    """Put nothing: `local.xero.seed` does."""
