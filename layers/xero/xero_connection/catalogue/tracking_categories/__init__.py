# SPDX-License-Identifier: Apache-2.0
"""Tracking categories, by which lines are told apart in reports, and their options.

https://developer.xero.com/documentation/api/accounting/trackingcategories
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from xero_connection.catalogue.tracking_categories.options import OPTIONS
from xero_connection.catalogue.tracking_categories.shapes import CATEGORIES
from xero_connection.fields import Query
from xero_connection.filters import Where
from xero_connection.lists import ListInput
from xero_connection.models.tracking_categories import TrackingCategory, TrackingStatus


class NewTrackingCategory(TrackingCategory):
    """A tracking category that does not exist yet."""

    Name: str = Field(min_length=1, max_length=100, description="Such as Region; unique.")


class ListTrackingCategories(ListInput):
    """Which tracking categories to list."""

    include_archived: Annotated[bool | None, Query("includeArchived")] = Field(
        default=None, description="Archived categories, and archived options, too."
    )
    statuses: Annotated[list[TrackingStatus] | None, Where("Status")] = Field(
        default=None, min_length=1, description="Only in these statuses."
    )


OPERATIONS = (
    CATEGORIES.create(
        NewTrackingCategory,
        {"Name": "Department"},
        covers=("createTrackingCategory",),
        counter_examples=(
            ({"tracking_category": {}}, "input.tracking_category.Name"),
            ({"tracking_category": {"Name": "A" * 101}}, "input.tracking_category.Name"),
            (
                {"tracking_category": {"Name": "Department", "Options": []}},
                "input.tracking_category.Options",
            ),
        ),
        # Names are unique: a repeat is refused.
        idempotency="natural",
        undo=(CATEGORIES.undo("delete_tracking_category", "ACTIVE"),),
        advice=(
            "An organisation has two active ones at the most; archive_tracking_category makes "
            "room. Give it options with create_tracking_option. Names are unique: where a repeat "
            "is refused for its name, the category was made before."
        ),
    ),
    CATEGORIES.update(
        NewTrackingCategory,
        {"Name": "Division"},
        summary="Give a tracking category another name.",
        covers=("updateTrackingCategory",),
        counter_examples=(
            (
                {"tracking_category_id": "Region", "tracking_category": {"Name": "Division"}},
                "input.tracking_category_id",
            ),
            (
                {
                    "tracking_category_id": CATEGORIES.example_id,
                    "tracking_category": {"Name": "A", "Status": "A"},
                },
                "input.tracking_category.Status",
            ),
        ),
        advice="Lines that name it follow. There is no undo: the name before is not known.",
    ),
    CATEGORIES.become(
        "archive_tracking_category",
        "Archive a tracking category, so that new lines cannot name it.",
        {"Status": "ARCHIVED"},
        covers=("updateTrackingCategory",),
        destructive=True,
        undo=(CATEGORIES.undo("restore_tracking_category", "ARCHIVED"),),
        advice="Choose it for one that was used; lines and reports of before keep it.",
    ),
    CATEGORIES.become(
        "restore_tracking_category",
        "Make an archived tracking category one that lines can name again.",
        {"Status": "ACTIVE"},
        covers=("updateTrackingCategory",),
        undo=(CATEGORIES.undo("archive_tracking_category", "ACTIVE"),),
        advice="Two can be active at the most. Find it with list_tracking_categories.",
    ),
    CATEGORIES.delete(
        covers=("deleteTrackingCategory",),
        advice=(
            "Xero refuses it where lines name it: archive it then. Its options go with it, and "
            "there is no way back."
        ),
    ),
    CATEGORIES.get(
        summary="Get a tracking category by its id, with its options.",
        covers=("getTrackingCategory",),
        advice="Use list_tracking_categories to find the id.",
    ),
    CATEGORIES.list(
        ListTrackingCategories,
        summary="List tracking categories with their options.",
        covers=("getTrackingCategories",),
        example={"include_archived": True, "order": "Name ASC"},
        counter_examples=(({"statuses": ["OPEN"]}, "input.statuses.0"),),
        advice="Take names or ids from here for Tracking in line items.",
    ),
    *OPTIONS,
)
