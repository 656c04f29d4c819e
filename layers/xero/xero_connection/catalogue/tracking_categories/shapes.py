# SPDX-License-Identifier: Apache-2.0
"""Tracking categories as an endpoint."""

from __future__ import annotations

from xero_connection.endpoint import Endpoint
from xero_connection.models.tracking_categories import TrackingCategoryRecord

CATEGORIES = Endpoint(
    resource="tracking_categories",
    noun="tracking_category",
    collection="TrackingCategories",
    record=TrackingCategoryRecord,
    read=("accounting.settings.read", "accounting.settings"),
    write=("accounting.settings",),
    example_id="feaff55a-2a89-555d-9c7b-f11b989dabd5",
    each_query=False,
    bare=("PUT", "POST"),
)
