# SPDX-License-Identifier: Apache-2.0
"""Clauses of Xero's filter language, made of typed values that cannot end a clause.

https://developer.xero.com/documentation/api/accounting/requests-and-responses
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Where:
    """The field of an input is a clause of the filter: only records of which it is true."""

    field: str
    """Of the record, with dots for a field inside another: `Contact.ContactID`."""
    operator: str = "=="
    """`==`, `>`, `>=`, `<=`, or `contains` and `starts` for texts."""

    def clause(self, value: Any) -> str:
        """Return the clause for a value; for a list, one that is true of any of them."""
        if isinstance(value, list):
            return "(" + " OR ".join(map(self.clause, value)) + ")"
        if self.operator in _METHODS:
            # Without the guard Xero refuses the filter where a record has no such text.
            test = f"{self.field}.{_METHODS[self.operator]}({literal(value)})"
            return f"({self.field}!=null AND {test})"
        return f"{self.field}{self.operator}{literal(value)}"


_METHODS = {"contains": "Contains", "starts": "StartsWith"}


def both(given: str | None, clauses: Iterable[str]) -> str:
    """Return a filter that is true where a given one and all clauses are."""
    all_of = " AND ".join(clauses)
    return f"{all_of} AND ({given})" if given else all_of


def literal(value: Any) -> str:
    """Return a value as the language writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, UUID):
        return f'Guid("{value}")'
    if isinstance(value, datetime):
        return f"DateTime({value:%Y,%m,%d,%H,%M,%S})"
    if isinstance(value, date):
        return f"DateTime({value:%Y,%m,%d})"
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return quoted(str(value))


def quoted(text: str) -> str:
    """Return text as a string literal; it cannot end the literal.

    The language is that of .NET's dynamic queries: a quote inside is doubled, a backslash is a
    character like any other.
    """
    return '"' + text.replace('"', '""') + '"'
