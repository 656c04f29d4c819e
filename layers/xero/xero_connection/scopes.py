# SPDX-License-Identifier: Apache-2.0
"""What is known of Xero's scopes: which stand for several, and which only read.

Those that only read follow a rule instead of a look into the catalogue, so that the token function
need not import it; a test holds the rule to what the catalogue's queries declare.
https://developer.xero.com/documentation/guides/oauth2/scopes
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_READ: Final = ".read"
ABOUT_A_PERSON: Final = frozenset({"openid", "profile", "email", "offline_access"})
"""They open none of Xero's APIs."""
_ONE_FOR_BOTH: Final = frozenset({"app.connections", "bankfeeds", "paymentservices"})
"""Xero has no scope that reads the same and no more."""

_WRITTEN: Final = ("invoices", "payments", "banktransactions", "manualjournals", "classicexpenses")
_REPORTS: Final = (
    "aged",
    "balancesheet",
    "banksummary",
    "budgetsummary",
    "executivesummary",
    "profitandloss",
    "trialbalance",
    "taxreports",
)
BROAD: Final[Mapping[str, tuple[str, ...]]] = {
    "accounting.transactions": tuple(f"accounting.{one}" for one in _WRITTEN),
    "accounting.transactions.read": tuple(f"accounting.{one}.read" for one in _WRITTEN),
    "accounting.reports.read": tuple(f"accounting.reports.{one}.read" for one in _REPORTS),
}
"""Scopes that only apps from before March 2026 have → those that take their place."""
END_OF_BROAD: Final = "September 2027"


def read_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes with which all can be read that these open, and as little else as may be.

    Args:
        scopes: granular ones, or the broad ones of older apps.
    """
    return tuple(sorted({_reading(one) for one in scopes if one not in ABOUT_A_PERSON}))


def _reading(scope: str) -> str:
    return scope if scope.endswith(_READ) or scope in _ONE_FOR_BOTH else scope + _READ
