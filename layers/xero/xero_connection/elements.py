# SPDX-License-Identifier: Apache-2.0
"""What an operation on many documents answers: for each of them what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import Field, create_model

from xero_connection.fields import Output

if TYPE_CHECKING:
    from xero_connection.fields import Record

MOST: Final = 500
"""Documents in one input: as many as are sent in the time that a function has."""


class Failure(Output):
    """The connection's error object."""

    type: str = Field(description="Class of the error, such as ValidationError.")
    code: str = Field(description="The same in snake_case, for programs.")
    message: str = Field(description="What happened and what to change.")
    retryable: bool = Field(description="Whether the same document may succeed later.")
    retry_after: float | None = Field(description="Seconds to wait before, where that is known.")
    details: dict[str, Any] = Field(description="Data about the failure, such as Xero's messages.")
    advice: str = Field(description="What to do next.")


class ReadyCall(Output):
    """An invocation that can be made as it is."""

    operation: str
    input: dict[str, Any]
    tenant_id: str | None = Field(default=None, description="Organisation in which to make it.")


def answer_for_each(elements: str, record_key: str, record: type[Record]) -> type[Output]:
    """Return the output of an operation on many documents.

    Args:
        elements: the field that lists the answers; the operation's `Batch.elements`.
        record_key: the name of the record in each of them; its `Batch.record_key`.
        record: what Xero answers for one document.
    """
    noun = record_key.replace("_", " ")
    in_each: dict[str, Any] = {
        "index": (int, Field(description=f"Place of the {noun} in the input, from 0.")),
        "ok": (bool, Field(description="Whether Xero has taken it.")),
        record_key: (record | None, Field(description="The record, where ok.")),
        "error": (Failure | None, Field(description="Why not, where not ok.")),
        "undo": (
            ReadyCall | None,
            Field(description="The call that takes this one back, where there is one."),
        ),
        "replayed": (bool, Field(description="True where an earlier attempt had done it.")),
    }
    name = record.__name__.removesuffix("Record")
    element = create_model(
        f"{name}Answer", __base__=Output, __doc__=f"What became of one {noun}.", **in_each
    )
    in_all: dict[str, Any] = {
        elements: (list[element], Field(description="One for each, in the order of the input.")),
        "succeeded": (int, Field(description="How many are ok.")),
        "failed": (int, Field(description="How many are not.")),
    }
    return create_model(
        f"{name}AnswersOutput",
        __base__=Output,
        __doc__=f"What became of each {noun}; some may have failed.",
        **in_all,
    )
