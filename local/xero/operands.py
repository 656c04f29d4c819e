# SPDX-License-Identifier: Apache-2.0
"""What the values in a filter mean: how they compare, convert and sort. Parsing is `filters`'."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

from local.xero.wire import as_moment

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class QueryError(ValueError):
    """A `where` or `order` that Xero would not understand."""


@dataclass(frozen=True, slots=True)
class Guid:
    """An id in a filter, in lower case."""

    text: str


def text_of(value: Any) -> str:
    """Return a value as text.

    Raises:
        QueryError: it is not one.
    """
    # An absent text is empty here, as it is in the database behind Xero's lists.
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Guid):
        return value.text
    raise QueryError("The method needs a text")


def truth(value: Any) -> bool:
    """Return a value as a boolean; an absent one is false.

    Raises:
        QueryError: it is neither.
    """
    if value is None:
        return False
    if isinstance(value, bool):
        return value
    raise QueryError("Expression of type 'Boolean' expected")


def moment(arguments: list[Any]) -> datetime:
    """Return the time that the arguments of DateTime(…) name, in UTC.

    Raises:
        QueryError: they name none.
    """
    try:
        if len(arguments) == 1:
            parsed = datetime.fromisoformat(arguments[0])
            return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        year, month, day, *time = (int(argument) for argument in arguments)
        return datetime(year, month, day, *time, tzinfo=UTC)  # type: ignore[misc,arg-type]
    except (TypeError, ValueError, OverflowError) as error:
        raise QueryError("DateTime needs (year, month, day)") from error


def guid(arguments: list[Any]) -> Guid:
    """Return the id that the argument of Guid(…) names.

    Raises:
        QueryError: there is not just one text.
    """
    if len(arguments) != 1 or not isinstance(arguments[0], str):
        raise QueryError("Guid needs one text")
    return Guid(arguments[0].lower())


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return as_moment(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value


def compare(sign: str, left: Any, right: Any) -> bool:
    """Compare two values; an absent one is equal to null only.

    Raises:
        QueryError: they are of different kinds.
    """
    if left is None or right is None:
        same = left is right
        return same if sign in {"==", "<=", ">="} else sign == "!=" and not same
    if isinstance(left, Guid) or isinstance(right, Guid):
        left, right = text_of(left).lower(), text_of(right).lower()
    left, right = _plain(left), _plain(right)
    if type(left) is not type(right) or isinstance(left, dict | list):
        raise QueryError(f"Operator '{sign}' incompatible with operand types")
    return bool(OPERATORS[sign](left, right))


def sort_key(value: Any) -> tuple[int, Any]:
    """Return a key that sorts absent values first, and texts regardless of case."""
    plain = _plain(value)
    if plain is None:
        return (0, 0)
    if isinstance(plain, str):
        return (1, plain.lower())
    return (1, plain) if isinstance(plain, Decimal | datetime | bool) else (0, 0)
