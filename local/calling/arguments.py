# SPDX-License-Identifier: Apache-2.0
"""An operation's input out of words such as `contact.Name=Ann`, and back into such words."""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from xero_connection.documents import to_json

from local.problems import Problem

# A name, and behind it the places in lists: `LineItems[0]`, `ids[]`, `rows[0][1]`.
_STEP = re.compile(r"([^.\[\]]+)((?:\[\d*\])*)")
_PLACE = re.compile(r"\[(\d*)\]")
_REF = "#/$defs/"
_TEXT = {"string", "null"}

Step = str | int | None
"""The name of a field, the place in a list, or None for a list's end."""


class ArgumentsError(Problem):
    """A word or a document cannot be read; the message says which and why."""


def exactly(text: str) -> Any:
    """Return the JSON value in a text, its decimals with every digit.

    Raises:
        ValueError: it is not JSON.
    """
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (InvalidOperation, RecursionError):
        raise ValueError("a number or a nesting is beyond what can be held") from None


def read_document(text: str, source: str) -> dict[str, Any]:
    """Return the input that a document holds.

    Raises:
        ArgumentsError: it holds none; `source` says which document that is.
    """
    try:
        found = exactly(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ArgumentsError(f"{source} is not JSON: {error.msg} at {where}.") from None
    except ValueError as error:
        raise ArgumentsError(f"{source} is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise ArgumentsError(f"{source} should hold an object, the operation's input.")
    return found


def with_words(
    document: Mapping[str, Any],
    words: Sequence[str],
    schema: Mapping[str, Any],
    *,
    encoded: bool = False,
    read: Callable[[str], bytes] = lambda path: Path(path).read_bytes(),
) -> dict[str, Any]:
    """Return a document with what the words add to it.

    Args:
        document: the input so far.
        words: `key=value` each. A value is JSON where it parses as JSON, else text; a number or
            true where the operation takes text is text too. `@path` is what the file holds.
        schema: the JSON Schema of the operation's input.
        encoded: whether the operation takes a file as base64, in `content`.
        read: returns a file's bytes.

    Raises:
        ArgumentsError: a word is none, or does not fit what is there already.
    """
    filled = deepcopy(dict(document))
    seen: set[tuple[Step, ...]] = set()
    for word in words:
        key, equals, text = word.partition("=")
        if not equals:
            raise ArgumentsError(f"{word} is no key=value.")
        steps = _steps(key)
        if steps in seen and None not in steps:
            raise ArgumentsError(f"{key} is given twice; a list's elements are {key}[]=…")
        seen.add(steps)
        as_bytes = encoded and steps == ("content",)
        value = _value(text, as_text=_takes_text(schema, steps), as_bytes=as_bytes, read=read)
        _put(filled, steps, value, key)
    return filled


def as_words(document: Mapping[str, Any]) -> list[str]:
    """Return words that say a document, for any operation."""
    return [f"{name}={_said(value)}" for name, value in document.items()]


def _said(value: Any) -> str:
    if not isinstance(value, str):
        return to_json(value)
    try:
        exactly(value)
    except ValueError:
        return json.dumps(value) if value.startswith("@") else value
    return json.dumps(value)


def _steps(key: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    for part in key.split("."):
        found = _STEP.fullmatch(part)
        if not found:
            raise ArgumentsError(
                f"{key} names no field: write name, document.Field, list[] or list[0]."
            )
        steps.append(found[1])
        steps += [int(place) if place else None for place in _PLACE.findall(found[2])]
    return tuple(steps)


def _value(text: str, *, as_text: bool, as_bytes: bool, read: Callable[[str], bytes]) -> Any:
    if text.startswith("@"):
        content = _content(text[1:], read)
        if as_bytes:
            return b64encode(content).decode()
        try:
            text = content.decode().removesuffix("\n")
        except UnicodeDecodeError:
            raise ArgumentsError(f"{text[1:]} holds no text.") from None
    try:
        value = exactly(text)
    except ValueError:
        return text
    return text if as_text and isinstance(value, int | Decimal) else value


def _content(path: str, read: Callable[[str], bytes]) -> bytes:
    try:
        return read(path)
    except OSError as error:
        raise ArgumentsError(f"{path} cannot be read: {error.strerror}.") from error


def _put(holder: Any, steps: Sequence[Step], value: Any, key: str) -> None:
    """Put a value to its place in a document."""
    step, rest = steps[0], steps[1:]
    if isinstance(step, str) and isinstance(holder, dict):
        if not rest:
            holder[step] = value
            return
        inner = holder.setdefault(step, _empty(rest))
    elif not isinstance(step, str) and isinstance(holder, list):
        place = len(holder) if step is None else step
        if place > len(holder):
            raise ArgumentsError(f"{key}: the list has {len(holder)} elements; [{place}] is none.")
        if place == len(holder):
            holder.append(_empty(rest) if rest else value)
        elif not rest:
            holder[place] = value
        if not rest:
            return
        inner = holder[place]
    else:
        wanted = "an object" if isinstance(step, str) else "a list"
        raise ArgumentsError(f"{key}: what is there already is not {wanted}.")
    _put(inner, rest, value, key)


def _empty(steps: Sequence[Step]) -> Any:
    return {} if isinstance(steps[0], str) else []


def _takes_text(schema: Mapping[str, Any], steps: Sequence[Step]) -> bool:
    """Return whether a field takes text and nothing else."""
    definitions = schema.get("$defs", {})
    found = [schema]
    for step in steps:
        shapes = [shape for part in found for shape in _shapes(part, definitions)]
        if isinstance(step, str):
            found = [one["properties"][step] for one in shapes if step in one.get("properties", {})]
        else:
            found = [one["items"] for one in shapes if "items" in one]
    kinds = {shape.get("type") for part in found for shape in _shapes(part, definitions)}
    return "string" in kinds and kinds <= _TEXT


def _shapes(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what a part of a schema can be."""
    if "$ref" in part:
        yield from _shapes(definitions[part["$ref"].removeprefix(_REF)], definitions)
    elif "anyOf" in part:
        for one in part["anyOf"]:
            yield from _shapes(one, definitions)
    else:
        yield part


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
