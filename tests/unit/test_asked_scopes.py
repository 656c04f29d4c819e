# SPDX-License-Identifier: Apache-2.0
"""Which scopes a person's app is asked for, held to what the operations need."""

import pytest
from xero_connection.catalogue import all_operations

from local.connecting import scopes
from local.problems import Problem


def _opened(asked: tuple[str, ...]) -> set[str]:
    return {one.id for one in all_operations() if set(one.scopes) & set(asked)}


def _openable(*kinds: str) -> set[str]:
    """Return the operations that a new app can be allowed."""
    return {
        one.id
        for one in all_operations()
        if one.kind in kinds and set(one.scopes) - scopes.NOT_FOR_NEW_APPS
    }


def test_what_is_asked_opens_every_operation_that_a_new_app_can_have() -> None:
    asked = scopes.needed()

    assert _opened(asked) >= _openable("action", "query")
    assert not scopes.NOT_FOR_NEW_APPS & set(asked)
    assert len(asked) == len({one.removesuffix(".read") for one in asked})


def test_no_scope_is_asked_that_opens_nothing_by_itself() -> None:
    asked = scopes.needed()

    for one in asked:
        assert _opened(tuple(set(asked) - {one})) < _opened(asked), one


def test_reading_alone_opens_every_query_and_no_action() -> None:
    asked = scopes.needed(read_only=True)

    assert _opened(asked) >= _openable("query")
    assert not _opened(asked) & _openable("action")


def test_what_new_apps_cannot_have_is_what_some_operations_need() -> None:
    known = {scope for one in all_operations() for scope in one.scopes}

    assert known >= scopes.NOT_FOR_NEW_APPS


def test_a_scope_that_writes_makes_up_for_one_that_reads() -> None:
    asked = ("accounting.contacts.read", "accounting.settings", "offline_access")

    assert scopes.missing(asked, ["accounting.contacts"]) == ("accounting.settings",)
    assert scopes.missing(asked, asked) == ()


def test_scopes_are_typed_with_spaces_or_commas() -> None:
    assert scopes.read(" accounting.contacts, openid  accounting.contacts ") == (
        "accounting.contacts",
        "openid",
    )
    for wrong in ("", "accounting.contacts;openid", "Contacts"):
        with pytest.raises(Problem, match="is no scope"):
            scopes.read(wrong)
