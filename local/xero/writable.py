# SPDX-License-Identifier: Apache-2.0
"""What the rules of a kind of record say of writing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.xero import reading
    from local.xero.books import Books, Writing
    from local.xero.wire import Document, Request, Response


@dataclass(frozen=True, slots=True)
class Writable:
    """How one kind of record that can be written is found and written."""

    find: Callable[[Books, str], Document | None]
    shape: reading.Shape
    match: Callable[[Books, Document], Document | None] | None
    """Finds what an element of a posted list means; None where Xero takes no such list."""
    write: Callable[[Writing, Document, Document | None], Document]
    flag: str = "HasValidationErrors"
    """The field that tells, in an answer with errors per element, that there are some."""
    dates: tuple[str, ...] = ()


Route = Callable[["Writing", "Request", "list[str]"], "Response"]
"""Answers a path of its own: gets the parts of the path after the resource's name."""
