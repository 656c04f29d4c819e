# SPDX-License-Identifier: Apache-2.0
"""What lists can be asked with, from the plainest to those that Xero can search."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from xero_connection.fields import Header, Input, Moment, Query


class ListInput(Input):
    """What every list can be asked with."""

    where: Annotated[str | None, Query("where")] = Field(
        default=None,
        description=(
            "Filter in Xero's expression language, such as UpdatedDateUTC>=DateTime(2026,01,01). "
            "Prefer the named filters: they are faster."
        ),
    )
    order: Annotated[str | None, Query("order")] = Field(
        default=None, description="Sort order, such as UpdatedDateUTC DESC."
    )


class ModifiedSinceInput(ListInput):
    """A list that can be narrowed to what changed."""

    modified_since: Annotated[Moment | None, Header("If-Modified-Since")] = Field(
        default=None, description="Only records changed at or after this moment, to the second."
    )


class PagedInput(ModifiedSinceInput):
    """A list that Xero gives out in pages."""

    # Always sent: without a page Xero leaves the line items of several invoices out.
    page: Annotated[int, Query("page")] = Field(default=1, ge=1, description="Page, from 1.")
    page_size: Annotated[int, Query("pageSize")] = Field(
        default=100, ge=1, le=1000, description="Records per page, at most 1000."
    )


class SearchedInput(PagedInput):
    """A list that Xero can also search, and make lighter."""

    ids: Annotated[list[UUID] | None, Query("IDs")] = Field(
        default=None, min_length=1, max_length=50, description="Only these, at most 50."
    )
    search_term: Annotated[str | None, Query("searchTerm")] = Field(
        default=None, description="Text in names, numbers, references and the like."
    )
    include_archived: Annotated[bool | None, Query("includeArchived")] = Field(
        default=None, description="Archived contacts, and what is theirs, too."
    )
    summary_only: Annotated[bool | None, Query("summaryOnly")] = Field(
        default=None, description="A lighter and faster answer with fewer fields."
    )
