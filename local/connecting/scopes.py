# SPDX-License-Identifier: Apache-2.0
"""Which scopes to ask Xero for: those that the operations of the catalogue need.

https://developer.xero.com/documentation/guides/oauth2/scopes
"""

import re
from collections.abc import Iterable

from xero_connection.catalogue import all_operations
from xero_connection.scopes import ABOUT_A_PERSON, read_scopes

from local.problems import Problem

NOT_FOR_NEW_APPS = frozenset(
    {
        "accounting.classicexpenses",
        "accounting.classicexpenses.read",
        "accounting.journals.read",
        "paymentservices",
    }
)
"""Xero refuses a request whole for one scope that the app may not have."""

_READ = ".read"


def needed(*, read_only: bool = False) -> tuple[str, ...]:
    """Return the fewest scopes for all operations, or all queries, that a new app can have."""
    found = set()
    for operation in all_operations():
        enough = [one for one in operation.scopes if one not in NOT_FOR_NEW_APPS]
        found.update(enough[:1])
    asked = tuple(sorted(one for one in found if not _is_part(one, found)))
    return read_scopes(asked) if read_only else asked


def read(text: str) -> tuple[str, ...]:
    """Return the scopes in what a person typed, with spaces or commas between.

    Raises:
        Problem: something in it is no scope.
    """
    named = tuple(dict.fromkeys(re.split(r"[\s,]+", text.strip())))
    wrong = [one for one in named if not re.fullmatch(r"[a-z0-9._]+", one)]
    if wrong:
        raise Problem(f"{wrong[0] or 'Nothing'!r} is no scope, as accounting.contacts is one.")
    return named


def missing(asked: Iterable[str], granted: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes that were asked for and do not open what they should."""
    have = set(granted)
    wanted = set(asked) - ABOUT_A_PERSON - have
    return tuple(sorted(one for one in wanted if not _is_part(one, have)))


def without_identity(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes that open something of an organisation's."""
    return tuple(one for one in scopes if one not in ABOUT_A_PERSON)


def _is_part(scope: str, others: set[str]) -> bool:
    """Return whether another scope allows the same and more."""
    return scope.endswith(_READ) and scope.removesuffix(_READ) in others
