# SPDX-License-Identifier: Apache-2.0
"""The kinds of record: what each is asked with, and that an answer holds records or is none."""

import json
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.client import Request
from xero_connection.errors import UnavailableError
from xero_connection.resources import RESOURCES, Resource

from tests.unit.books import JSON

INVOICES = RESOURCES["invoices"]
IDS = [UUID(int=number) for number in range(50)]
KINDS = pytest.mark.parametrize("resource", RESOURCES.values(), ids=RESOURCES.keys())


@KINDS
def test_a_kind_has_its_names_in_xeros_spelling(resource: Resource) -> None:
    assert resource.id_field.removesuffix("ID").lower() == resource.noun.replace("_", "")
    assert resource.category == resource.noun.replace("_", "").upper()
    assert resource.url("an-id").endswith(f"/{resource.collection}/an-id")


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("contacts", {"IDs": f"{IDS[0]},{IDS[1]}", "includeArchived": "true", "page": "1"}),
        ("invoices", {"IDs": f"{IDS[0]},{IDS[1]}", "unitdp": "4", "page": "1"}),
        (
            "payments",
            {"where": f'PaymentID==Guid("{IDS[0]}") OR PaymentID==Guid("{IDS[1]}")', "page": "1"},
        ),
        # all at once, so without a page
        ("accounts", {"where": f'AccountID==Guid("{IDS[0]}") OR AccountID==Guid("{IDS[1]}")'}),
    ],
)
@pytest.mark.promise("records")
def test_records_are_asked_for_together(name: str, query: dict[str, str]) -> None:
    resource = RESOURCES[name]

    assert resource.with_ids(IDS[:2]) == Request(
        method="GET", path=f"/{resource.collection}", query=query
    )


@KINDS
@pytest.mark.promise("few-calls")
def test_as_many_ids_as_go_together_fit_into_one_address(resource: Resource) -> None:
    if resource.ids_per_call:
        query = resource.with_ids(IDS[: resource.ids_per_call]).query
        assert sum(map(len, query.values())) < 2100


@KINDS
@pytest.mark.promise("sweep")
def test_what_changed_is_asked_for_in_the_order_of_change_where_it_comes_in_pages(
    resource: Resource,
) -> None:
    since = "2026-11-22T01:15:39"
    first = resource.changed_since("", 1)
    later = resource.changed_since(since, 3, newest_first=True)

    assert (first.headers, later.headers) == ({}, {"If-Modified-Since": since})
    paged = ("1", "3") if resource.page_size else (None, None)
    assert (first.query.get("page"), later.query.get("page")) == paged
    if resource.page_size:
        assert first.query["order"] == "UpdatedDateUTC ASC"
        assert later.query["order"] == "UpdatedDateUTC DESC"
    assert ("pageSize" in first.query) is (resource.paging == "sized")


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        0,
        False,
        "",
        "Invoices",
        5,
        [{"Invoices": []}],
        {"Contacts": []},
        {"Invoices": None},
        {"Invoices": 5},
        {"Invoices": [None]},
        {"Invoices": ["InvoiceID"]},
        {"Invoices": [[]]},
        {"Invoices": [{}]},
        {"Invoices": [{"InvoiceID": None}]},
        {"Invoices": [{"InvoiceID": 5}]},
        {"Invoices": [{"InvoiceID": "6f7594f2"}]},
        {"Invoices": {"InvoiceID": str(IDS[0])}},
    ],
    ids=json.dumps,
)
@pytest.mark.promise("records")
def test_an_answer_without_a_list_of_records_is_none(document: Any) -> None:
    with pytest.raises(UnavailableError):
        INVOICES.records(document)


@given(JSON | st.dictionaries(st.sampled_from(["Invoices", "Items"]), JSON))
def test_any_document_holds_records_or_is_no_answer(document: Any) -> None:
    with suppress(UnavailableError):
        assert all(isinstance(one, dict) for one in INVOICES.records(document).values())


def test_records_come_by_their_ids_in_their_order() -> None:
    records = [{"InvoiceID": str(one).upper(), "Total": 1} for one in IDS[::-1]]

    assert list(INVOICES.records({"Invoices": records}).items()) == [
        *zip(IDS[::-1], records, strict=True)
    ]
    # An answer without content, which means that nothing changed.
    assert INVOICES.records({}) == {}
