# SPDX-License-Identifier: Apache-2.0
"""What a person sees: progress while something lasts, and lines that stay. Or what a program reads.

On a terminal the step under way has a spinner; anywhere else every line is plain text. A program
gets JSON documents alone, a line each.
"""

import json
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from rich.console import Console as Rich
from rich.highlighter import JSONHighlighter
from rich.table import Table
from rich.text import Text
from xero_connection.documents import to_json

from local.folding import folded

_INDENT = 4
_WIDTH = 96
_WIDE = 160
_COLOURS = JSONHighlighter()


class Console:
    """Progress and results, or nothing at all."""

    def __init__(self, *, quiet: bool = False, as_json: bool = False) -> None:
        """`quiet` swallows everything, `as_json` all but documents and errors."""
        self._as_json = as_json
        self._rich = Rich(quiet=quiet or as_json, highlight=False, soft_wrap=True)
        if not self._rich.is_terminal:
            self._rich.width = _WIDE

    @contextmanager
    def step(self, doing: str) -> Iterator[None]:
        """Show `doing` while the block runs, and how long it took when it is done."""
        started = time.monotonic()
        with self._rich.status(doing):
            yield
        self._rich.print(Text(f"{time.monotonic() - started:5.1f} s  {doing}"))

    @contextmanager
    def waiting(self, doing: str) -> Iterator[None]:
        """Show `doing` on a terminal while the block runs, and nothing afterwards."""
        with self._rich.status(doing):
            yield

    @property
    def width(self) -> int:
        """Characters in a line; without a terminal as many as an id and some fields take."""
        return self._rich.width

    def note(self, text: str) -> None:
        """Say something about the step under way."""
        self._rich.print(Text(_fitting(self._rich, f"         {text}"), style="dim"))

    def heading(self, text: str) -> None:
        """Begin a part."""
        self._rich.print()
        self._rich.print(Text(text, style="bold"))

    def line(self, text: str) -> None:
        """Say one thing of the part."""
        self._rich.print(Text(_fitting(self._rich, " " * _INDENT + printable(text))))

    def command(self, text: str) -> None:
        """Show something to be copied, in one line however long it is."""
        self._rich.print(Text(" " * _INDENT + printable(text)))

    def json(self, value: Any) -> None:
        """Show a document."""
        self._rich.print(_COLOURS(textwrap.indent(_laid_out(value, _WIDTH), " " * _INDENT)))

    def table(self, table: Table) -> None:
        """Show a table, folded to the terminal's width."""
        self._rich.print(table, soft_wrap=False)

    def event(self, moment: str, source: str, kind: str, about: str) -> None:
        """Show an event in a line."""
        styles = ((moment, "dim"), (source, "cyan"), (kind, "bold"), (about, ""))
        self._rich.print(
            Text("  ").join(Text(printable(text), style=style) for text, style in styles if text)
        )

    def document(self, value: Any) -> None:
        """Say the outcome to a program; a person has been told in words."""
        if self._as_json:
            print(_line(value), flush=True)

    def error(self, text: str, **data: Any) -> None:
        """Say what went wrong; a program gets the data too."""
        self.document({"error": {"message": text, **data}})
        self.complain(text, command=data.get("command", ""))

    def complain(self, text: str, *, command: str = "") -> None:
        """Say to a person what went wrong, and what to type now; a program has got a document."""
        if self._as_json:
            return
        rich = Rich(stderr=True, highlight=False, soft_wrap=True)
        rich.print(Text(_fitting(rich, printable(text)), style="red"))
        if command:
            rich.print(Text(printable(command), style="red"))


def _fitting(rich: Rich, text: str) -> str:
    """Return a text folded to a terminal; a file has its lines whole."""
    return folded(text, rich.width) if rich.is_terminal else text


def printable(text: str) -> str:
    """Return a text from outside as a terminal may show it: nothing in it moves the cursor."""
    return "".join(one if one.isprintable() or one == "\n" else "?" for one in text)


def _laid_out(value: Any, width: int) -> str:
    """Return JSON, each object or list on one line where it fits."""
    line = _line(value)
    if len(line) <= width or not isinstance(value, dict | list) or not value:
        return line
    if isinstance(value, dict):
        brackets, keys = "{}", [f"{json.dumps(key, ensure_ascii=False)}: " for key in value]
        parts = [
            key + _laid_out(part, width - 2 - len(key))
            for key, part in zip(keys, value.values(), strict=True)
        ]
    else:
        brackets, parts = "[]", [_laid_out(part, width - 2) for part in value]
    inside = textwrap.indent(",\n".join(parts), "  ")
    return f"{brackets[0]}\n{inside}\n{brackets[1]}"


def _line(value: Any) -> str:
    """Return JSON on one line, in which every decimal keeps all its digits."""
    if isinstance(value, Decimal):
        return to_json(value)
    if isinstance(value, dict):
        members = (f"{_line(str(key))}: {_line(part)}" for key, part in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_line, value)) + "]"
    return json.dumps(value, ensure_ascii=False, default=str)
