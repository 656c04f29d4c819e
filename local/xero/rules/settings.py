# SPDX-License-Identifier: Apache-2.0
"""The rules of what documents are made with: accounts, tax, items and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero.rules import (
    accounts,
    budgets,
    conversions,
    currencies,
    items,
    organisations,
    tax_rates,
    themes,
    tracking,
)
from local.xero.writable import Writable

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.writable import Route

WRITABLE = {
    "Accounts": Writable(accounts.find, accounts.SHAPE, None, accounts.write),
    "Items": Writable(items.find, items.SHAPE, items.match, items.write),
    "TaxRates": Writable(tax_rates.find, tax_rates.SHAPE, tax_rates.match, tax_rates.write),
    "TrackingCategories": Writable(tracking.find, tracking.SHAPE, None, tracking.write),
    "Currencies": Writable(currencies.find, currencies.SHAPE, None, currencies.write),
}
_OPTIONS = "TrackingCategories/*/Options"
_SERVICES = "BrandingThemes/*/PaymentServices"
ROUTES: dict[tuple[str, str], Route] = {
    ("DELETE", "Accounts/*"): accounts.delete,
    ("DELETE", "Items/*"): items.delete,
    ("GET", "TrackingCategories"): tracking.listed,
    ("DELETE", "TrackingCategories/*"): tracking.delete,
    ("PUT", _OPTIONS): tracking.create_option,
    ("POST", f"{_OPTIONS}/*"): tracking.update_option,
    ("DELETE", f"{_OPTIONS}/*"): tracking.delete_option,
    ("GET", _SERVICES): themes.services,
    ("POST", _SERVICES): themes.add_service,
    ("GET", "Organisation/Actions"): organisations.actions,
    ("GET", "Organisation/*/CISSettings"): organisations.cis_settings,
    ("GET", "Budgets"): budgets.listed,
    ("GET", "Budgets/*"): budgets.one,
    ("POST", "Setup"): conversions.post,
}


def seed(writing: Writing) -> None:
    """Put budgets and payment services; `local.xero.seed` puts the rest."""
    budgets.seed(writing)
    themes.seed(writing)
