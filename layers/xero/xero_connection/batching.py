# SPDX-License-Identifier: Apache-2.0
"""Many documents in one request: sent some at a time, each with an answer of its own. No I/O."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from xero_connection.documents import to_json
from xero_connection.errors import IdempotencyError, ValidationError
from xero_connection.meanings import element_messages
from xero_connection.operation import Done
from xero_connection.outcomes import Element, fingerprint
from xero_connection.readback import ABSENT, sent_documents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xero_connection.client import Request
    from xero_connection.errors import XeroConnectionError
    from xero_connection.fields import Input
    from xero_connection.operation import Batch, Flow, Operation

# Xero takes 3.5 MB: https://developer.xero.com/documentation/guides/oauth2/limits
_LARGEST_CALL: Final = 3_000_000


class Many:
    """The documents of one request, and what became of each."""

    def __init__(
        self, operation: Operation, batch: Batch, asked: Input, taken: Mapping[int, Element]
    ) -> None:
        """Take the request, and what Xero has taken of it before."""
        if operation.call is None:
            raise TypeError(f"{operation.id} sends no documents")
        self._operation = operation
        self._batch = batch
        self._whole = operation.call.request(asked)
        self._collection, self._documents = sent_documents(self._whole)
        self._before = taken
        self._records = {
            index: element.record
            for index, element in taken.items()
            if index < len(self._documents) and self._is_still(index, element)
        }
        self._errors: dict[int, XeroConnectionError] = {
            index: _other_document(index)
            for index in taken
            if index < len(self._documents) and index not in self._records
        }

    @property
    def taken(self) -> dict[int, Element]:
        """What Xero has taken by now."""
        new = {
            index: Element(fingerprint(self._documents[index]), record)
            for index, record in self._records.items()
        }
        return {**new, **self._before}

    @property
    def complete(self) -> bool:
        """Whether Xero has taken all."""
        return len(self._records) == len(self._documents)

    def calls(self) -> int:
        """Return how many calls it takes."""
        return sum(1 for _ in self._parts(self._open()))

    def flow(self) -> Flow:
        """Send what Xero has not taken before, and return an answer for each document."""
        waiting = self._open()
        while waiting:
            some = next(self._parts(waiting))
            waiting = waiting[len(some) :]
            answer = yield self._request(some)
            records = answer[self._collection]
            if len(records) != len(some):
                raise KeyError(self._collection)
            for index, record in zip(some, records, strict=True):
                status = record.get("StatusAttributeString")
                if status == ABSENT:
                    waiting.append(index)
                elif messages := _refusal(record, status):
                    self._errors[index] = _refused(messages)
                else:
                    self._records[index] = record
        return Done(output=self._output())

    def _open(self) -> list[int]:
        done = self._records.keys() | self._errors.keys()
        return [index for index in range(len(self._documents)) if index not in done]

    def _parts(self, indexes: Sequence[int]) -> Iterator[list[int]]:
        part: list[int] = []
        size = 0
        for index in indexes:
            length = len(to_json(self._documents[index]))
            if part and (len(part) == self._batch.size or size + length > _LARGEST_CALL):
                yield part
                part, size = [], 0
            part.append(index)
            size += length
        if part:
            yield part

    def _request(self, indexes: Sequence[int]) -> Request:
        documents = [self._documents[index] for index in indexes]
        return replace(self._whole, body={self._collection: documents}, each=True)

    def _is_still(self, index: int, element: Element) -> bool:
        return fingerprint(self._documents[index]) == element.fingerprint

    def _output(self) -> dict[str, Any]:
        answers = [self._answer(index) for index in range(len(self._documents))]
        return {
            self._batch.elements: answers,
            "succeeded": len(self._records),
            "failed": len(answers) - len(self._records),
        }

    def _answer(self, index: int) -> dict[str, Any]:
        record, error = self._records.get(index), self._errors.get(index)
        ways = (undo.ready_call(record) for undo in self._operation.undo if record)
        return {
            "index": index,
            "ok": index in self._records,
            self._batch.record_key: record,
            "error": error.as_dict() if error else None,
            "undo": next((way for way in ways if way), None),
            "replayed": index in self._before and index in self._records,
        }


def refused_whole(request: Request, error: ValidationError) -> dict[str, Any]:
    """Return the answer of a call that Xero refused as a whole, as if it had refused each."""
    collection, documents = sent_documents(request)
    said = [text for one in error.details.get("messages", []) for text in one["messages"]]
    problems = [{"Message": text} for text in said or [error.message]]
    refused = {"StatusAttributeString": "ERROR", "ValidationErrors": problems}
    return {collection: [refused] * len(documents)}


def _refusal(record: Mapping[str, Any], status: Any) -> list[str]:
    if status != "ERROR":
        return []
    return element_messages(record) or ["Xero refused the document and does not say why."]


def _refused(messages: list[str]) -> ValidationError:
    return ValidationError(
        "Xero refused the document: see details.messages.",
        details={"messages": [{"index": 0, "messages": messages}]},
        advice="Correct it and ask again with the same key: what Xero has taken stays as it is.",
    )


def _other_document(index: int) -> IdempotencyError:
    return IdempotencyError(
        f"With this key another document at place {index} is in Xero already.",
        advice="Repeat it unchanged, or send the new document in a request with a new key.",
    )
