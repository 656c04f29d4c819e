# SPDX-License-Identifier: Apache-2.0
"""Manual journals: entries that a person makes in the general ledger directly.

https://developer.xero.com/documentation/api/accounting/manualjournals
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self
from uuid import UUID  # noqa: TC003 - pydantic reads it

from pydantic import Field, model_validator

from xero_connection.endpoint import Endpoint
from xero_connection.fields import Day, OneOf, refusal
from xero_connection.filters import Where
from xero_connection.lists import PagedInput
from xero_connection.models.manual_journals import (
    ManualJournal,
    ManualJournalLine,
    ManualJournalRecord,
    taxed,
)
from xero_connection.operation import ReadBack
from xero_connection.resources import RESOURCES
from xero_connection.trigger import triggers

if TYPE_CHECKING:
    from collections.abc import Mapping

_JOURNALS = Endpoint(
    resource="manual_journals",
    noun="manual_journal",
    collection="ManualJournals",
    record=ManualJournalRecord,
    read=RESOURCES["manual_journals"].scopes,
    write=("accounting.manualjournals",),
    example_id="5359ed7d-82f3-51b5-9b01-0fea99d205c5",
)


class NewManualJournal(ManualJournal):
    """A manual journal that does not exist yet."""

    Narration: str = Field(min_length=1, description="What it is for.")
    JournalLines: list[ManualJournalLine] = Field(
        min_length=2,
        description=(
            "They come to zero; with LineAmountTypes Exclusive they do together with their tax."
        ),
    )

    @model_validator(mode="after")
    def _has_whole_lines(self) -> Self:
        for place, line in enumerate(self.JournalLines):
            if line.IsBlank:
                continue
            if line.LineAmount is None:
                raise refusal("Give each line its amount", "JournalLines", place, "LineAmount")
            if line.AccountCode is None and line.AccountID is None:
                raise refusal("Give each line its account", "JournalLines", place, "AccountCode")
            if taxed(line) and self.LineAmountTypes in {None, "NoTax"}:
                raise refusal(
                    "There is tax on a line only where LineAmountTypes is Exclusive or Inclusive",
                    *("JournalLines", place, "TaxType"),
                )
        return self


class KnownManualJournal(NewManualJournal):
    """A manual journal that may exist, whole."""

    ManualJournalID: UUID | None = Field(
        default=None, description="Xero's id of an existing one; a new one without."
    )


class ListManualJournals(PagedInput):
    """Which manual journals to list."""

    status: Annotated[
        str | None, OneOf("DRAFT", "POSTED", "DELETED", "VOIDED", "ARCHIVED"), Where("Status")
    ] = Field(default=None, description="Only in this status.")
    narration_contains: Annotated[str | None, Where("Narration", "contains")] = Field(
        default=None, min_length=1, description="Only with this text in the narration."
    )
    date_from: Annotated[Day | None, Where("Date", ">=")] = Field(
        default=None, description="Only of this day or later."
    )
    date_to: Annotated[Day | None, Where("Date", "<=")] = Field(
        default=None, description="Only of this day or earlier."
    )


def new_manual_journal(_: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new manual journal is known from all others: none has a number."""
    return ("Narration", "Date", "LineAmountTypes", "Url", "JournalLines")


def matched_manual_journal(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields one is known that may have been there before."""
    if document.get("ManualJournalID"):
        return tuple(name for name in document if name != "Status")
    return new_manual_journal(document)


def _read_back(identity: Any) -> ReadBack:
    return ReadBack(
        path="/ManualJournals",
        collection="ManualJournals",
        id_field="ManualJournalID",
        identity=identity,
        unfilled=("Url",),
    )


def _journal(*amounts: float, **changes: Any) -> dict[str, Any]:
    """Return the example with other amounts, or other fields."""
    lines = [
        {"LineAmount": amount, "AccountCode": code}
        for amount, code in zip(amounts, ("433", "620"), strict=False)
    ]
    return _EXAMPLE | ({"JournalLines": lines} if amounts else {}) | changes


_EXAMPLE: dict[str, Any] = {
    "Narration": "Insurance used in November",
    "Date": "2026-11-30",
    "JournalLines": [
        {"LineAmount": 75.5, "AccountCode": "433", "Description": "Insurance"},
        {"LineAmount": -75.5, "AccountCode": "620", "Description": "Paid in advance"},
    ],
}
_DELETE = _JOURNALS.undo("delete_draft_manual_journal", "DRAFT")
_VOID = _JOURNALS.undo("void_manual_journal", "POSTED")
_CREATED = _read_back(new_manual_journal)
_MATCHED = _read_back(matched_manual_journal)
_ID = {"manual_journal_id": _JOURNALS.example_id}

OPERATIONS = (
    *triggers("manual_journals"),
    _JOURNALS.create(
        NewManualJournal,
        _EXAMPLE,
        covers=("createManualJournals",),
        counter_examples=(
            ({"manual_journal": _journal(100, -90)}, "input.manual_journal.JournalLines"),
            ({"manual_journal": _journal(0.01)}, "input.manual_journal.JournalLines"),
            ({"manual_journal": _journal(Narration="")}, "input.manual_journal.Narration"),
            ({"manual_journal": _journal(Status="VOIDED")}, "input.manual_journal.Status"),
            (
                {"manual_journal": _journal(JournalLines=[{"LineAmount": 0}] * 2)},
                "input.manual_journal.JournalLines.0.AccountCode",
            ),
            (
                {"manual_journal": _journal(JournalLines=[{"AccountCode": "433"}] * 2)},
                "input.manual_journal.JournalLines.0.LineAmount",
            ),
            (
                {
                    "manual_journal": _journal(
                        JournalLines=[
                            _EXAMPLE["JournalLines"][1],
                            _EXAMPLE["JournalLines"][0] | {"TaxType": "INPUT"},
                        ],
                        LineAmountTypes="NoTax",
                    )
                },
                "input.manual_journal.JournalLines.1.TaxType",
            ),
        ),
        read_back=_CREATED,
        undo=(_DELETE, _VOID),
        advice=(
            "Look up the account codes first: Xero refuses bank accounts and system accounts, such "
            "as receivables, payables and sales tax. Tax is said by a line's TaxType, with "
            "LineAmountTypes Exclusive or Inclusive, never by a line of its own. It is a draft "
            "unless Status is POSTED."
        ),
    ),
    _JOURNALS.create_many(
        NewManualJournal,
        (_EXAMPLE, _journal(12, -12, Narration="Insurance of the van")),
        covers=("createManualJournals",),
        counter_examples=(
            ({"manual_journals": []}, "input.manual_journals"),
            (
                {"manual_journals": [_EXAMPLE, _journal(1, -1.01)]},
                "input.manual_journals.1.JournalLines",
            ),
        ),
        read_back=_CREATED,
        undo=(_DELETE, _VOID),
        advice=(
            "Look at ok of each. Give each a narration of its own, by which it is known again. "
            "Each that is made has an undo of its own."
        ),
    ),
    _JOURNALS.upsert(
        KnownManualJournal,
        _EXAMPLE,
        summary="Create a manual journal, or change the one with the same id.",
        covers=("updateOrCreateManualJournals",),
        counter_examples=(
            ({"manual_journal": _journal(100, -90)}, "input.manual_journal.JournalLines"),
            ({"manual_journal": {"Narration": "A"}}, "input.manual_journal.JournalLines"),
        ),
        idempotency="key",
        read_back=_MATCHED,
        destructive=True,
        advice=(
            "Without a ManualJournalID it is always a new one: a narration is nobody's alone. "
            "There is no undo: what was there before is not known; use create_manual_journal for "
            "a new one."
        ),
    ),
    _JOURNALS.upsert_many(
        KnownManualJournal,
        (_EXAMPLE, _journal(12, -12, Narration="Insurance of the van")),
        covers=("updateOrCreateManualJournals",),
        idempotency="key",
        read_back=_MATCHED,
        destructive=True,
        advice=(
            "Look at ok of each. One without a ManualJournalID is always new. There is no undo: "
            "what was there before is not known."
        ),
    ),
    _JOURNALS.update(
        ManualJournal,
        {"Narration": "Insurance used in the fourth quarter"},
        covers=("updateManualJournal",),
        counter_examples=(
            (
                _ID | {"manual_journal": {"HasAttachments": True}},
                "input.manual_journal.HasAttachments",
            ),
            (_ID | {"manual_journal": {"Status": "VOIDED"}}, "input.manual_journal.Status"),
            (
                _ID | {"manual_journal": {"JournalLines": _journal(1, -2)["JournalLines"]}},
                "input.manual_journal.JournalLines",
            ),
            (
                _ID | {"manual_journal": {"JournalLines": [_EXAMPLE["JournalLines"][0]]}},
                "input.manual_journal.JournalLines",
            ),
        ),
        destructive=True,
        advice=(
            "JournalLines replace all lines that are there: send them whole or not at all. There "
            "is no undo: get the journal first where it may have to be put back."
        ),
    ),
    _JOURNALS.become(
        "post_manual_journal",
        "Post a draft manual journal.",
        {"Status": "POSTED"},
        covers=("updateManualJournal",),
        undo=(_VOID,),
        advice="It then counts in the books and never becomes a draft again: its undo voids it.",
    ),
    _JOURNALS.become(
        "void_manual_journal",
        "Void a posted manual journal.",
        {"Status": "VOIDED"},
        covers=("updateManualJournal",),
        destructive=True,
        advice="There is no way back; a draft is deleted instead.",
    ),
    _JOURNALS.become(
        "delete_draft_manual_journal",
        "Delete a draft manual journal.",
        {"Status": "DELETED"},
        covers=("updateManualJournal",),
        destructive=True,
        advice="There is no way back; a posted journal is voided instead.",
    ),
    _JOURNALS.get(
        summary="Get a manual journal by its id, with all lines.",
        covers=("getManualJournal",),
        advice="For the entries that other documents make see list_journals.",
    ),
    _JOURNALS.list(
        ListManualJournals,
        summary="List manual journals, a page at a time.",
        covers=("getManualJournals",),
        example={"status": "POSTED", "date_from": "2026-01-01", "order": "Date DESC"},
        counter_examples=(
            ({"status": "PAID"}, "input.status"),
            ({"narration_contains": ""}, "input.narration_contains"),
            ({"page": 0}, "input.page"),
        ),
        advice="Voided and deleted ones are among them, unless status leaves them out.",
    ),
)
