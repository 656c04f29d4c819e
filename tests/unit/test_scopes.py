# SPDX-License-Identifier: Apache-2.0
"""The rule of read scopes, held to what the catalogue's operations need."""

import pytest
from xero_connection.catalogue import all_operations
from xero_connection.resources import RESOURCES
from xero_connection.scopes import read_scopes

from local.xero.scopes import ACCOUNTING_SCOPES

OPERATIONS = list(all_operations())
NO_TWIN = {"paymentservices"}
"""What writes and reads, since Xero has no scope that only reads it."""


@pytest.mark.parametrize(
    ("scopes", "reading"),
    [
        ((), ()),
        (("accounting.contacts",), ("accounting.contacts.read",)),
        (("accounting.contacts", "accounting.contacts.read"), ("accounting.contacts.read",)),
        (("accounting.reports.aged.read",), ("accounting.reports.aged.read",)),
        (("paymentservices",), ("paymentservices",)),
        (("files", "projects"), ("files.read", "projects.read")),
        # of an app from before March 2026
        (("accounting.transactions",), ("accounting.transactions.read",)),
        (("openid", "profile", "email", "offline_access"), ()),
    ],
)
@pytest.mark.promise("read-only-token")
def test_what_reads_is_asked_for(scopes: tuple[str, ...], reading: tuple[str, ...]) -> None:
    assert read_scopes(scopes) == reading


@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if one.kind == "query"], ids=lambda one: one.id
)
@pytest.mark.promise("read-only-token")
def test_whatever_opens_a_query_opens_it_when_it_only_reads(operation: object) -> None:
    for scope in getattr(operation, "scopes", ()):
        assert set(read_scopes([scope])) <= set(getattr(operation, "scopes", ()))


@pytest.mark.promise("read-only-token")
def test_what_sweeps_and_records_read_is_read_with_read_scopes() -> None:
    for resource in RESOURCES.values():
        for scope in resource.scopes:
            assert set(read_scopes([scope])) <= set(resource.scopes)


@pytest.mark.promise("read-only-token")
def test_no_action_but_those_without_a_twin_can_be_done_with_what_reads() -> None:
    reading = set(read_scopes(ACCOUNTING_SCOPES))
    opened = {
        scope
        for one in OPERATIONS
        if one.kind == "action"
        for scope in reading.intersection(one.scopes)
    }
    assert opened == NO_TWIN
