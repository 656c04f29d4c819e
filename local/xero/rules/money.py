# SPDX-License-Identifier: Apache-2.0
"""The rules of what settles documents: payments, and credit that is allocated to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import payments
from local.xero.writable import Writable

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.writable import Route

WRITABLE = {
    "Payments": Writable(
        payments.find, payments.SHAPE, payments.match, payments.write, dates=payments.DATES
    ),
}
ROUTES: dict[tuple[str, str], Route] = {}


def seed(writing: Writing) -> None:
    """Put nothing: `local.xero.seed` does."""
