# SPDX-License-Identifier: Apache-2.0
"""What lists can be asked with, from the plainest to those that Xero can search.

Each knows where it stands in the whole list and how to go on from there.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Self
from uuid import UUID

from pydantic import Field, PrivateAttr, model_validator

from xero_connection.fields import Day, Header, Input, Moment, Query, refusal
from xero_connection.filters import Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

USUAL_PAGE: Final = 100
"""Records in a page whose size is not asked for."""
# A page of so many is some megabytes at the most, and few calls get a whole list.
_LARGE_PAGE: Final = 500
_DIGEST: Final = 12


class Listed(Input):
    """A list that may be longer than one answer."""

    place: ClassVar[tuple[str, ...]] = ()
    """The fields that say where in the whole list it begins."""

    cursor: str | None = Field(
        default=None,
        description="next_cursor of an earlier answer: goes on from there, with the same filters.",
    )
    count_only: bool = Field(
        default=False, description="Only how many there are, in pagination.item_count."
    )
    _skipped: int = PrivateAttr(default=0)

    @property
    def skipped(self) -> int:
        """Records at the beginning of the page that an earlier answer had."""
        return self._skipped

    def cursor_after(self, skipped: int = 0) -> str:
        """Return the cursor that goes on from here, behind so many records of the page."""
        at = {name: getattr(self, name) for name in self.place}
        cursor = {"at": at, "skipped": skipped, "of": self._digest()}
        return urlsafe_b64encode(json.dumps(cursor).encode()).decode()

    def following(self, records: Sequence[Any], pagination: Mapping[str, Any]) -> Self | None:  # noqa: ARG002
        """Return what asks for the records behind those of an answer, None where there are none."""
        return None

    def paged(self, pagination: Mapping[str, Any]) -> dict[str, Any]:
        """Return what an answer says of its place in the whole list; this one is whole."""
        return {**pagination, "page_count": 1, "item_count": pagination["page_size"]}

    def smallest(self) -> Self:
        """Return what asks for as little as tells how many there are."""
        return self

    def moved(self, **place: Any) -> Self:
        """Return the same question about another place in the list."""
        other = self.model_copy(update={**place, "cursor": None})
        other._skipped = 0  # noqa: SLF001 - its own class's
        return other

    @model_validator(mode="after")
    def _goes_on(self) -> Self:
        if self.cursor is None:
            return self
        if given := [one for one in self.place if one in self.model_fields_set]:
            raise refusal("Give it or cursor, not both: a cursor says where to go on", given[0])
        try:
            cursor = json.loads(urlsafe_b64decode(self.cursor))
            at, skipped, of = cursor["at"], cursor["skipped"], cursor["of"]
            whole = [one for one in (*at.values(), skipped) if type(one) is int and one >= 0]
            here = self.moved()
            for name in self.place:
                type(self).__pydantic_validator__.validate_assignment(here, name, at[name])
        except (AttributeError, KeyError, TypeError, ValueError):
            raise refusal("This is no cursor: take next_cursor of an answer", "cursor") from None
        if of != self._digest() or set(at) != set(self.place) or len(whole) <= len(at):
            raise refusal("This cursor is of another list: keep the filters as they were", "cursor")
        for name in at:
            setattr(self, name, at[name])
        self._skipped = skipped
        return self

    def _digest(self) -> str:
        """Return what tells this list from one with other filters."""
        filters = self.model_dump(mode="json", exclude={*_GOING_ON, *self.place})
        return sha256(json.dumps([type(self).__name__, filters]).encode()).hexdigest()[:_DIGEST]


_GOING_ON: Final = {"cursor", "count_only", "all_pages"}


class Pages(Listed):
    """A list that Xero gives out a hundred at a time, without saying how many there are."""

    place: ClassVar[tuple[str, ...]] = ("page",)

    # Always sent: without a page Xero leaves the line items of several documents out.
    page: Annotated[int, Query("page")] = Field(default=1, ge=1, description="Page, from 1.")
    all_pages: bool = Field(
        default=False,
        description=(
            "This page and all behind it, as far as time, limits and the answer's size allow; "
            "next_cursor then goes on."
        ),
    )

    def following(self, records: Sequence[Any], pagination: Mapping[str, Any]) -> Self | None:  # noqa: ARG002
        """Return what asks for the next page, where this one is full."""
        return self.moved(page=self.page + 1) if len(records) >= USUAL_PAGE else None

    def paged(self, pagination: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Return the place of the page; Xero does not say how many there are."""
        uncounted = {"page_count": None, "item_count": None}
        return {"page": self.page, "page_size": USUAL_PAGE, **uncounted}


class SizedPages(Pages):
    """A list that Xero gives out in pages of any size, and counts."""

    place: ClassVar[tuple[str, ...]] = ("page", "page_size")

    page_size: Annotated[int, Query("pageSize")] = Field(
        default=USUAL_PAGE, ge=1, le=1000, description="Records per page, at most 1000."
    )

    @model_validator(mode="after")
    def _takes_large_pages(self) -> Self:
        if self.all_pages and self.cursor is None and "page_size" not in self.model_fields_set:
            self.page_size = _LARGE_PAGE
        return self

    def following(self, records: Sequence[Any], pagination: Mapping[str, Any]) -> Self | None:
        """Return what asks for the next page, where there is one."""
        pages = pagination["page_count"]
        more = len(records) >= self.page_size if pages is None else self.page < pages
        return self.moved(page=self.page + 1) if more else None

    def paged(self, pagination: Mapping[str, Any]) -> dict[str, Any]:
        """Return the place of the page, as Xero says it."""
        return dict(pagination)

    def smallest(self) -> Self:
        """Return what asks for one record: Xero says how many there are beside it."""
        return self.moved(page=1, page_size=1)


class Ordered(Input):
    """What can be asked of lists that Xero sorts."""

    order: Annotated[str | None, Query("order")] = Field(
        default=None, description="Sort order, such as UpdatedDateUTC DESC."
    )


class Filtered(Ordered):
    """What can be asked of lists that Xero filters."""

    where: Annotated[str | None, Query("where")] = Field(
        default=None,
        description=(
            "Filter in Xero's expression language, such as UpdatedDateUTC>=DateTime(2026,01,01). "
            "Prefer the named filters: they are faster, and safe with any text."
        ),
    )


class Modified(Input):
    """What can be asked of lists that Xero can narrow to what changed."""

    modified_since: Annotated[Moment | None, Header("If-Modified-Since")] = Field(
        default=None, description="Only records changed at or after this moment, to the second."
    )


class Dated(Input):
    """What can be asked of lists of documents that have a date."""

    date_from: Annotated[Day | None, Where("Date", ">=")] = Field(
        default=None, description="Dated on this day or later."
    )
    date_to: Annotated[Day | None, Where("Date", "<=")] = Field(
        default=None, description="Dated on this day or earlier."
    )


class ListInput(Listed, Filtered):
    """A list that comes whole."""


class ModifiedSinceInput(ListInput, Modified):
    """A list that comes whole and can be narrowed to what changed."""


class PagedInput(SizedPages, Modified, Filtered):
    """A list that Xero gives out in pages."""


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
