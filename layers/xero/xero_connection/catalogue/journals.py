# SPDX-License-Identifier: Apache-2.0
"""Journals: the entries of the general ledger, which each document makes when it counts.

https://developer.xero.com/documentation/api/accounting/journals
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.client import Request
from xero_connection.endpoint import output_of
from xero_connection.errors import NotFoundError
from xero_connection.fields import Header, Input, Moment, Output, Query, refusal, request_parts
from xero_connection.models.journals import JournalRecord
from xero_connection.operation import Done, Operation

if TYPE_CHECKING:
    from xero_connection.operation import Flow

_SCOPES = ("accounting.journals.read",)
_PAGE: Final = 100
_ACCESS = (
    "Xero opens journals to apps of its Advanced tier alone, after a review, and gives new apps "
    "and custom connections no accounting.journals.read."
)


class ListJournals(Input):
    """Which journals to list."""

    offset: Annotated[int | None, Query("offset")] = Field(
        default=None, ge=0, description="Only journals with a JournalNumber above this one."
    )
    payments_only: Annotated[bool | None, Query("paymentsOnly")] = Field(
        default=None, description="As they count on a cash basis, instead of on accruals."
    )
    modified_since: Annotated[Moment | None, Header("If-Modified-Since")] = Field(
        default=None, description="Only journals made at or after this moment, to the second."
    )


class OneJournal(Input):
    """One journal by its id or its number."""

    journal_id: UUID | None = Field(default=None, description="Its JournalID.")
    journal_number: int | None = Field(default=None, ge=1, description="Its JournalNumber.")

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.journal_id is None) is (self.journal_number is None):
            raise refusal("Give journal_id or journal_number")
        return self


class JournalsOutput(Output):
    """Journals in the order of their numbers."""

    journals: list[JournalRecord] = Field(description="100 at the most.")
    next_offset: int | None = Field(
        description="The offset to go on with; null where these were the last."
    )


def _list(asked: ListJournals) -> Flow:
    parts = request_parts(asked)
    answer = yield Request(method="GET", path="/Journals", query=parts.query, headers=parts.headers)
    journals = answer.get("Journals") or []
    more = journals[-1]["JournalNumber"] if len(journals) >= _PAGE else None
    return Done(output={"journals": journals, "next_offset": more})


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
        output=JournalsOutput,
        example={"offset": 0},
        covers=("getJournals",),
        counter_examples=(
            ({"offset": -1}, "input.offset"),
            ({"page": 2}, "input.page"),
            ({"where": "JournalNumber>10"}, "input.where"),
        ),
        flow=_list,
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
