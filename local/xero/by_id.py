# SPDX-License-Identifier: Apache-2.0
"""How records are found that have no number or name to be found by."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from local.xero import reading, resources
from local.xero.replies import XeroError, not_found
from local.xero.wire import is_id
from local.xero.writable import Writable

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.xero.books import Books, Writing
    from local.xero.wire import Document


def find(name: str, books: Books, key: str) -> Document | None:
    """Find a record of a kind by its id."""
    return books.shelves[name].get(key.lower())


def match(name: str, books: Books, element: Document) -> Document | None:
    """Find the record that a posted element names by id; None where it names none.

    Raises:
        XeroError: there is an id, and no record has it (404).
    """
    record_id = reading.text(element, resources.BY_NAME[name].id_field)
    if not record_id:
        return None
    found = find(name, books, record_id) if is_id(record_id) else None
    if found is None:
        raise XeroError(not_found())
    return found


def writable(
    name: str,
    shape: reading.Shape,
    write: Callable[[Writing, Document, Document | None], Document],
    dates: tuple[str, ...] = ("Date",),
) -> Writable:
    """Return how a kind is written whose records are found by their ids alone."""
    return Writable(partial(find, name), shape, partial(match, name), write, dates=dates)


def keep(
    writing: Writing, name: str, record: Document, existing: Document | None = None
) -> Document:
    """Put a new record on its shelf, or its new content into an existing one."""
    resource = resources.BY_NAME[name]
    resource.spell(record)
    if existing is None:
        writing.books.put(name, [record])
        writing.changed(name, record, created=True)
        return record
    if existing is not record:
        existing.clear()
        existing.update(record)
    writing.changed(name, existing, created=False)
    return existing
