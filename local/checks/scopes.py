# SPDX-License-Identifier: Apache-2.0
"""Judges which operations a token's scopes let run, and which scopes are about to end. No I/O.

https://developer.xero.com/documentation/guides/oauth2/scopes
"""

from collections import Counter
from collections.abc import Collection, Iterable

from xero_connection.catalogue import all_operations
from xero_connection.operation import Operation
from xero_connection.scopes import BROAD

_READ = ".read"


def granted(scopes: Iterable[str]) -> frozenset[str]:
    """Return scopes with those that the broad ones among them stand for."""
    own = frozenset(scopes)
    return own.union(*(BROAD.get(one, ()) for one in own))


def broad(scopes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the broad ones among scopes, each with what takes its place."""
    return {one: BROAD[one] for one in sorted(scopes) if one in BROAD}


def can_run(operation: Operation, scopes: Collection[str]) -> bool:
    """Return whether an operation can run with scopes, broad ones spelt out."""
    return not operation.scopes or any(one in scopes for one in operation.scopes)


def missing(
    operations: Iterable[Operation], acting: Collection[str], reading: Collection[str]
) -> dict[str, Counter[str]]:
    """Return which scope is missing → of each resource, how many operations need it to run.

    Args:
        operations: to be run.
        acting: scopes of the token that actions are carried out with, broad ones spelt out.
        reading: scopes of the token that queries are.
    """
    wanted: dict[str, Counter[str]] = {}
    for operation in operations:
        if not can_run(operation, reading if operation.kind == "query" else acting):
            # The first is the one that allows the least.
            wanted.setdefault(operation.scopes[0], Counter())[operation.resource] += 1
    for scope in [one for one in wanted if one.endswith(_READ)]:
        # Who is to be allowed to write may read too.
        if scope.removesuffix(_READ) in wanted:
            wanted[scope.removesuffix(_READ)] += wanted.pop(scope)
    return dict(sorted(wanted.items()))


def invoked() -> list[Operation]:
    """Return the operations that people and agents invoke."""
    return [one for one in all_operations() if one.kind != "trigger"]
