# SPDX-License-Identifier: Apache-2.0
"""Tracking categories, by which lines are told apart in reports, and their options.

https://developer.xero.com/documentation/api/accounting/trackingcategories
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from xero_connection.fields import Document, OneOf, Record

TrackingStatus = Annotated[str, OneOf("ACTIVE", "ARCHIVED", "DELETED")]


class TrackingOption(Document):
    """An option of a tracking category as it is sent."""

    Name: str | None = Field(
        default=None, min_length=1, max_length=100, description="Such as East; unique in it."
    )


class TrackingOptionRecord(TrackingOption, Record):
    """An option of a tracking category as Xero answers it."""

    TrackingOptionID: UUID
    TrackingCategoryID: UUID | None = None
    Status: TrackingStatus | None = None


class TrackingCategory(Document):
    """A tracking category as it is sent."""

    Name: str | None = Field(
        default=None, min_length=1, max_length=100, description="Such as Region; unique."
    )


class TrackingCategoryRecord(TrackingCategory, Record):
    """A tracking category as Xero answers it."""

    TrackingCategoryID: UUID
    TrackingOptionID: UUID | None = Field(
        default=None, description="Where the category stands for one option of it, as in a budget."
    )
    Option: str | None = Field(default=None, description="Name of that option.")
    Status: TrackingStatus | None = None
    Options: list[TrackingOptionRecord] | None = None
