# SPDX-License-Identifier: Apache-2.0
"""Folds lines for a terminal between words; a command in backticks stays whole, to be copied."""

import re
from collections.abc import Iterator

from rich.cells import cell_len

_LEAD = re.compile(r" *(?:\d+\. +)?")
_PIECE = re.compile(r" *(?:`[^`]*`|[^ ])+")


def folded(text: str, width: int, *, hang: int | None = None) -> str:
    """Return a text whose lines are no wider than a terminal, where their words allow it.

    Args:
        text: what is shown; what fits stays as it is.
        width: characters in a line.
        hang: how far what is folded is indented; as the line's own words otherwise.
    """
    return "\n".join(one for line in text.split("\n") for one in _folded(line, width, hang))


def _folded(line: str, width: int, hang: int | None) -> Iterator[str]:
    lead = _LEAD.match(line)
    assert lead is not None, "it matches nothing too"
    if cell_len(line) <= width:
        yield line
        return
    indent = " " * (lead.end() if hang is None else hang)
    built = lead[0]
    empty = True
    for piece in _PIECE.findall(line[lead.end() :]):
        if not empty and cell_len(built + piece) > width:
            yield built
            built, empty = indent, True
        built += piece.lstrip() if empty else piece
        empty = False
    yield built
