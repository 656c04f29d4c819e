# SPDX-License-Identifier: Apache-2.0
"""What documents are made with: the organisation, its accounts, tax, items and the like."""

from __future__ import annotations

from local.xero.resource import Hidden, Resource

RESOURCES = (
    Resource(name="Organisation", id_field="OrganisationID"),
    Resource(
        name="Accounts",
        id_field="AccountID",
        keys=("Code",),
        model="400",
        number=("Code", "N{:04d}"),
        dated=True,
    ),
    Resource(name="TaxRates", id_field="TaxType"),
    Resource(name="Currencies", id_field="Code"),
    Resource(
        name="TrackingCategories",
        id_field="TrackingCategoryID",
        hidden=Hidden("Status", ("ARCHIVED",), "includeArchived"),
    ),
    Resource(name="BrandingThemes", id_field="BrandingThemeID", filtered=False),
    Resource(name="Budgets", id_field="BudgetID", filtered=False, parameters={"IDs": "BudgetID"}),
    Resource(
        name="Items",
        id_field="ItemID",
        keys=("Code",),
        number=("Code", "ITEM-{:04d}"),
        fields=frozenset(("InventoryAssetAccountCode", "QuantityOnHand", "TotalCostPool")),
        dated=True,
        unitdp=True,
    ),
    Resource(name="Users", id_field="UserID", dated=True),
)
