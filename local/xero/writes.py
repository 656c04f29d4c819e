# SPDX-License-Identifier: Apache-2.0
"""How a request's elements are written, one after the other, and what comes of each.

What each kind must hold is in its own module; how records leave is in `views`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.xero import reading, views
from local.xero.replies import ValidationError, XeroError, not_found, post_data_invalid
from local.xero.rules import WRITABLE
from local.xero.wire import ZERO_ID, Document, read_date

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.resource import Resource
    from local.xero.wire import Request
    from local.xero.writable import Writable


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a request's elements, in their order, and which of them were refused."""

    shown: list[Document]
    refused: list[Document]


def write(writing: Writing, resource: Resource, request: Request, key: str | None) -> Written:
    """Write each element that breaks no rule, to the record of a key where the path has one.

    Raises:
        XeroError: an element cannot be read, or names a record that is not there; nothing was
            written.
    """
    kind = WRITABLE[resource.name]
    elements = reading.posted(request, resource.name)
    for element in elements:
        reading.check(element, kind.shape)
    written = Written([], [])
    # Found before any is written: an element that means what an earlier one makes is refused.
    targets = _targets(writing.books, resource, elements, request.method, key)
    for element, target in zip(elements, targets, strict=True):
        try:
            record = kind.write(writing, element, target)
        except ValidationError as error:
            written.refused.append(_refusal(resource, kind, element, target, error))
            written.shown.append(written.refused[-1])
        else:
            shown = views.show_one(writing, resource, record)
            written.shown.append(shown | {kind.flag: False, "StatusAttributeString": "OK"})
    return written


def _targets(
    books: Books, resource: Resource, elements: list[Document], method: str, key: str | None
) -> list[Document | None]:
    """Find what each element changes; an unknown id refuses them all."""
    kind = WRITABLE[resource.name]
    if key is not None:
        record = kind.find(books, key)
        if record is None or len(elements) != 1:
            raise XeroError(not_found())
        named = reading.text(elements[0], resource.id_field)
        if named and named.lower() != record[resource.id_field]:
            raise post_data_invalid(f"The {resource.id_field} does not match the path")
        return [record]
    if method == "PUT" or kind.match is None:
        return [None] * len(elements)
    return [kind.match(books, element) for element in elements]


def _refusal(
    resource: Resource,
    kind: Writable,
    element: Document,
    target: Document | None,
    error: ValidationError,
) -> Document:
    """Return the refused element as Xero sends it back: as it came, with the reasons."""
    echoed = {
        name: read_date(value) if name in kind.dates and value else value
        for name, value in element.items()
    }
    return echoed | {
        resource.id_field: target[resource.id_field] if target else ZERO_ID,
        kind.flag: True,
        "StatusAttributeString": "ERROR",
        "ValidationErrors": [{"Message": message} for message in error.messages],
    }
