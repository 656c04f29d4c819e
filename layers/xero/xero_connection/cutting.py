# SPDX-License-Identifier: Apache-2.0
"""What is left of an answer or an error that is too large to be told as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from xero_connection.documents import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.errors import XeroConnectionError
    from xero_connection.operation import Operation

# Answers, events and Lambda's failures all have room for it.
_LARGEST_ERROR: Final = 200_000
# Five hundred of them fit into an event.
_LARGEST_OF_AN_ELEMENT: Final = 1_500
_MOST_MEMBERS: Final = 512
_LONGEST_TEXT: Final = 2_048
_SHORTEST_TEXT: Final = 64


def shortened(error: XeroConnectionError) -> XeroConnectionError:
    """Return an error after leaving out of it what would make it too large to be told."""
    told = _cut(error.as_dict(), most=_LARGEST_ERROR)
    error.message, error.advice, error.details = told["message"], told["advice"], told["details"]
    return error


def without_records(operation: Operation, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an action's answer without the records; of a batch it says what became of each."""
    batch, output = operation.batch, answer["output"]
    left: dict[str, Any] = {}
    if batch and batch.elements in output:
        elements = [
            {
                **one,
                batch.record_key: _only_ids(one[batch.record_key]),
                "error": one["error"] and _cut(one["error"], most=_LARGEST_OF_AN_ELEMENT),
            }
            for one in output[batch.elements]
        ]
        left = {**output, batch.elements: elements}
    return {**answer, "output": left, "output_omitted": True}


def _only_ids(record: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if record is None:
        return None
    return {name: value for name, value in record.items() if name.endswith("ID")}


def _cut(error: dict[str, Any], *, most: int) -> dict[str, Any]:
    """Return an error object of so many bytes of JSON at the most; `details.cut` tells."""
    told, members, letters = error, _MOST_MEMBERS, _LONGEST_TEXT
    while len(to_json(told)) > most:
        told = {name: _shorter(value, members, letters) for name, value in error.items()}
        told["details"] = {**told["details"], "cut": True}
        members, letters = members // 2, max(_SHORTEST_TEXT, letters // 2)
    return told


def _shorter(value: Any, members: int, letters: int) -> Any:
    """Return a value with only so many members in each list and object and letters in each text."""
    if isinstance(value, str):
        return value if len(value) <= letters else value[:letters] + "…"
    if isinstance(value, list):
        return [_shorter(one, members, letters) for one in value[:members]]
    if isinstance(value, dict):
        some = list(value.items())[:members]
        return {name[:letters]: _shorter(one, members, letters) for name, one in some}
    return value
