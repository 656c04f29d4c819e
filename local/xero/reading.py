# SPDX-License-Identifier: Apache-2.0
"""Reads the values of a posted element into Python's, refusing what Xero's types would refuse."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING, Any

from local.xero.replies import post_data_invalid
from local.xero.wire import Document, from_json, read_date

if TYPE_CHECKING:
    from datetime import date

    from local.xero.wire import Request

_LARGEST = Decimal(10) ** 12
_SMALLEST_EXPONENT = -12


Shape = Mapping[str, Callable[[Document, str], Any]]
"""Field name to what reads it."""


def body(request: Request) -> Document:
    """Return the object that a request's body holds.

    Raises:
        XeroError: it holds none (400).
    """
    try:
        read = from_json(request.body)
    except ValueError as error:
        raise post_data_invalid(f"JSON for post data was invalid,{error}") from error
    if not isinstance(read, dict):
        raise post_data_invalid("JSON for post data was invalid,an object was expected")
    return read


def check(element: Document, shape: Shape) -> None:
    """Read every field of a shape, so that one that cannot be read ends the request at once.

    Raises:
        XeroError: a value is not of its field's type (400).
    """
    for name, read in shape.items():
        read(element, name)


def posted(request: Request, collection: str) -> list[Document]:
    """Return a request's elements: a single one may come without the collection around it.

    Raises:
        XeroError: they cannot be read (400).
    """
    sent = body(request)
    for name in sent:
        if name.lower() == collection.lower():
            return elements(sent, name) or []
    return [sent]


def one_of(choices: Collection[str]) -> Callable[[Document, str], str]:
    """Return a reader of a closed set of values."""
    return partial(choice, choices=choices)


def each(shape: Shape) -> Callable[[Document, str], None]:
    """Return a reader of a list of objects of one shape."""

    def read(element: Document, name: str) -> None:
        for one in elements(element, name) or []:
            check(one, shape)

    return read


def inside(shape: Shape) -> Callable[[Document, str], None]:
    """Return a reader of an object of a shape."""
    return lambda element, name: check(nested(element, name), shape)


def text(element: Document, name: str) -> str:
    """Return a text field, empty where it is absent or null."""
    value = element.get(name)
    if value is None:
        return ""
    if isinstance(value, dict | list):
        raise post_data_invalid(f"Cannot read the value of '{name}' as text")
    return str(value).strip()


def boolean(element: Document, name: str) -> bool:
    """Return a boolean field, false where it is absent or null."""
    value = element.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    if str(value).lower() in {"true", "false"}:
        return str(value).lower() == "true"
    raise _unreadable(name, value, "Boolean")


def number(element: Document, name: str) -> Decimal | None:
    """Return a number, None where it is absent or null; numbers in quotes are taken too."""
    value = element.get(name)
    if value is None or value == "":
        return None
    try:
        if isinstance(value, bool | dict | list):
            raise _unreadable(name, value, "Decimal")
        read = Decimal(str(value))
    except InvalidOperation as error:
        raise _unreadable(name, value, "Decimal") from error
    if not read.is_finite() or abs(read) >= _LARGEST:
        raise _unreadable(name, value, "Decimal")
    if int(read.as_tuple().exponent) < _SMALLEST_EXPONENT:
        raise _unreadable(name, value, "Decimal")
    return read


def day(element: Document, name: str) -> date | None:
    """Return a calendar date, None where it is absent or null."""
    value = element.get(name)
    if value is None or value == "":
        return None
    try:
        return read_date(value)
    except ValueError as error:
        raise post_data_invalid(f"The string '{value}' is not a valid AllXsd value.") from error


def choice(element: Document, name: str, choices: Collection[str]) -> str:
    """Return one of a closed set of values, empty where it is absent or null."""
    value = text(element, name)
    if value and value not in choices:
        raise _unreadable(name, value, name)
    return value


def elements(element: Document, name: str) -> list[Document] | None:
    """Return a list of objects, None where it is absent or null."""
    value = element.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise post_data_invalid(f"Cannot read the value of '{name}' as a list of objects")
    return value


def nested(element: Document, name: str) -> Document:
    """Return an object, an empty one where it is absent or null."""
    value = element.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise post_data_invalid(f"Cannot read the value of '{name}' as an object")
    return value


def _unreadable(name: str, value: Any, kind: str) -> Exception:
    return post_data_invalid(f"Error converting value \"{value}\" to type '{kind}'. Path '{name}'.")
