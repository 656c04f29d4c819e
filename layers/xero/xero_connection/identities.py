# SPDX-License-Identifier: Apache-2.0
"""By which fields the record of a new document is known from all others, where it has a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def by_reference(document: Mapping[str, Any], content: tuple[str, ...]) -> tuple[str, ...]:
    """Return a document's contact, reference and date, or all of its content where these lack."""
    # In its documents Xero shows a contact's id and name; its number would not be compared.
    shown = document.get("Contact", {}).keys() & {"ContactID", "Name"}
    if shown and document.get("Reference"):
        return ("Contact", "Reference", "Date")
    return content


def by_number(
    document: Mapping[str, Any], number: str, content: tuple[str, ...]
) -> tuple[str, ...]:
    """Return a number that is one record's alone, or what else tells."""
    return (number,) if document.get(number) else by_reference(document, content)
