# SPDX-License-Identifier: Apache-2.0
"""Finds operations of the catalogue as a person names them; needs neither a stack nor a network."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from xero_connection.catalogue import RESOURCES, all_operations, operations_of
from xero_connection.operation import Kind, Operation

from local.problems import Problem

# What a word is worth by where it stands: in the name, the resource, the summary, the advice.
_WORTH = (8, 4, 2, 1)
_WORD = re.compile("[a-z0-9]+")


class UnknownOperationError(Problem):
    """There is no such operation; the message names those that were probably meant."""


def operation(asked: str) -> Operation:
    """Return the operation with an id, or whose id ends in the name after the slash.

    Raises:
        UnknownOperationError: there is none.
    """
    found = exact(asked)
    if found:
        return found
    resource, _, name = asked.rpartition("/")
    if resource in RESOURCES:
        near = get_close_matches(asked, [one.id for one in operations_of(resource)], cutoff=0.3)
    else:
        ids = {one.name: one.id for one in all_operations()}
        near = [ids[one] for one in get_close_matches(name, ids, cutoff=0.5)]
    hint = (
        f" Did you mean {' or '.join(near)}?" if near else " `operations` with some words finds it."
    )
    raise UnknownOperationError(f"There is no operation {asked[:100]}.{hint}")


def exact(asked: str) -> Operation | None:
    """Return the operation with exactly this id or name, if there is one."""
    return next((one for one in all_operations() if asked in {one.id, one.name}), None)


def search(words: Sequence[str], kind: Kind | None = None) -> list[Operation]:
    """Return the operations in which every word stands somewhere, best first."""
    wanted = [part for word in words for part in word.lower().split()]
    found = [one for one in all_operations() if kind in {None, one.kind}]
    worth = {one.id: [_worth(word, one) for word in wanted] for one in found}
    matching = [one for one in found if all(worth[one.id])]
    return sorted(matching, key=lambda one: (-sum(worth[one.id]), len(one.name), one.id))


def begins(incomplete: str, *, invoked: bool = False) -> list[tuple[str, str]]:
    """Return the ids that begin so, and the names, each with its summary.

    Args:
        incomplete: what has been typed.
        invoked: leave out triggers, which nobody invokes.
    """
    found = [one for one in all_operations() if not (invoked and one.kind == "trigger")]
    ids = [(one.id, one.summary) for one in found if one.id.startswith(incomplete)]
    if not incomplete:
        return ids
    return ids + [(one.name, one.summary) for one in found if one.name.startswith(incomplete)]


def _worth(word: str, one: Operation) -> int:
    """Return what a word is worth, twice as much where it stands as a whole."""
    places = (one.name, one.resource, f"{one.kind} {one.summary}", one.advice)
    return sum(
        worth * (1 + (word in _WORD.findall(text.lower())))
        for worth, text in zip(_WORTH, places, strict=True)
        if word in text.lower()
    )
