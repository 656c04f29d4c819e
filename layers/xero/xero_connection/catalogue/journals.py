# SPDX-License-Identifier: Apache-2.0
"""Journals: the entries of the general ledger, which each document makes when it counts.

https://developer.xero.com/documentation/api/accounting/journals
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.client import Request
from xero_connection.errors import NotFoundError
from xero_connection.fields import Input, Query, refusal
from xero_connection.forms import output_of, page_of
from xero_connection.lists import USUAL_PAGE, Listed, Modified
from xero_connection.models.journals import JournalRecord
from xero_connection.operation import Call, Done, Operation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xero_connection.operation import Flow

_SCOPES = ("accounting.journals.read",)
_ACCESS = (
    "Xero opens journals to apps of its Advanced tier alone, after a review, and gives new apps "
    "and custom connections no accounting.journals.read."
)


class ListJournals(Listed, Modified):
    """Which journals to list."""

    place: ClassVar[tuple[str, ...]] = ("offset",)

    offset: Annotated[int, Query("offset")] = Field(
        default=0, ge=0, description="Only journals with a JournalNumber above this one."
    )
    payments_only: Annotated[bool | None, Query("paymentsOnly")] = Field(
        default=None, description="As they count on a cash basis, instead of on accruals."
    )
    all_pages: bool = Field(
        default=False,
        description=(
            "These and all behind them, as far as time, limits and the answer's size allow; "
            "next_cursor then goes on."
        ),
    )

    def following(self, records: Sequence[Any], pagination: Mapping[str, Any]) -> Self | None:  # noqa: ARG002
        """Return what asks for the journals behind these, where there may be some."""
        if len(records) < USUAL_PAGE:
            return None
        return self.moved(offset=records[-1]["JournalNumber"])

    def paged(self, pagination: Mapping[str, Any]) -> dict[str, Any]:
        """Return the place of some journals: Xero counts neither them nor pages of them."""
        return {**pagination, "page_size": USUAL_PAGE, "page_count": None, "item_count": None}


class OneJournal(Input):
    """One journal by its id or its number."""

    journal_id: UUID | None = Field(default=None, description="Its JournalID.")
    journal_number: int | None = Field(default=None, ge=1, description="Its JournalNumber.")

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.journal_id is None) is (self.journal_number is None):
            raise refusal("Give journal_id or journal_number")
        return self


def _get(asked: OneJournal) -> Flow:
    key = asked.journal_id or asked.journal_number
    answer = yield Request(method="GET", path=f"/Journals/{key}")
    if not answer.get("Journals"):
        raise NotFoundError("Xero answered without a record.")
    return Done(output={"journal": answer["Journals"][0]})


OPERATIONS = (
    Operation(
        id="journals/list_journals",
        kind="query",
        summary="List the journals of the general ledger in the order of their numbers.",
        input=ListJournals,
        output=page_of("journals", JournalRecord),
        example={"offset": 0},
        covers=("getJournals",),
        counter_examples=(
            ({"offset": -1}, "input.offset"),
            ({"page": 2}, "input.page"),
            ({"where": "JournalNumber>10"}, "input.where"),
        ),
        call=Call(method="GET", path="/Journals", collection="Journals"),
        scopes=_SCOPES,
        advice=f"{_ACCESS} For entries made by hand list_manual_journals needs neither.",
    ),
    Operation(
        id="journals/get_journal",
        kind="query",
        summary="Get a journal of the general ledger by its id or number.",
        input=OneJournal,
        output=output_of("journal", JournalRecord),
        example={"journal_number": 1},
        covers=("getJournal", "getJournalByNumber"),
        counter_examples=(
            ({}, "input"),
            ({"journal_number": 0}, "input.journal_number"),
            (
                {"journal_number": 1, "journal_id": "1b31feeb-aa23-404c-8c19-24c827c53661"},
                "input",
            ),
        ),
        flow=_get,
        scopes=_SCOPES,
        advice=f"{_ACCESS} SourceType and SourceID name the document that made it.",
    ),
)
