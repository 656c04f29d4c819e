# SPDX-License-Identifier: Apache-2.0
"""Whether a write is in the books, decided from documents and records alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.catalogue import find
from xero_connection.client import Request
from xero_connection.errors import UnavailableError
from xero_connection.operation import ReadBack
from xero_connection.readback import (
    contains,
    exchangeable,
    look_by_id,
    made_from,
    records_in,
    seconds_too_young,
    sent_documents,
    shows,
    still_as_read,
    tells,
)
from xero_connection.searching import Search, search_for

ID = "6f7594f2-f059-4d56-9e67-47ac9733bfe9"
NOW = datetime(2026, 11, 22, 1, 15, 39, tzinfo=UTC)
BACK = ReadBack(
    path="/Papers",
    collection="Papers",
    id_field="PaperID",
    identity=lambda _: ("Reference", "Contact", "LineItems"),
    query={"unitdp": "4"},
    unfilled=("Reference",),
)


@pytest.mark.parametrize(
    ("have", "sent"),
    [
        (1, Decimal("1.00")),
        (Decimal("12.50"), 12.5),
        ("Order  1047 ", " order 1047"),
        (ID.upper(), UUID(ID)),
        ("2026-11-22", date(2026, 11, 22)),
        (None, None),
        (None, ""),
        ("", None),
        ([], None),
        (None, []),
        ({"Name": "A", "ContactID": ID}, {"Name": "a"}),
        ({"Name": "A"}, {"Name": "A", "EmailAddress": "not shown in a list"}),
        ([{"Quantity": 1, "LineItemID": ID}], [{"Quantity": Decimal(1)}]),
        (True, True),
    ],
)
def test_what_was_sent_is_in_what_the_books_have(have: Any, sent: Any) -> None:
    assert contains(have, sent)


@pytest.mark.parametrize(
    ("have", "sent"),
    [
        (1, 2),
        ("1", True),
        (None, "None"),
        (None, 0),
        (None, False),
        ("a", None),
        (["a"], None),
        ({"Name": "A"}, {"Name": "B"}),
        ([{"Quantity": 1}], [{"Quantity": 1}, {"Quantity": 1}]),
        ([{"Quantity": 1}, {"Quantity": 1}], [{"Quantity": 1}]),
        ([{"Quantity": 1}, {"Quantity": 2}], [{"Quantity": 2}, {"Quantity": 1}]),
        (None, [{"Quantity": 1}]),
        ("AB", "A B"),
    ],
)
def test_what_differs_is_not_in_the_books(have: Any, sent: Any) -> None:
    assert not contains(have, sent)


SENT = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(sent=SENT)
def test_a_document_is_in_itself(sent: Any) -> None:
    assert contains(sent, sent)
    assert contains(sent, sent, whole=True)


def change(document: Any, path: str = f"/Papers/{ID}", method: str = "POST") -> Request:
    return Request(method=method, path=path, body={"Papers": [document]}, query={"unitdp": "4"})


def test_only_a_change_of_one_record_is_looked_for_by_its_id() -> None:
    found = look_by_id(change({}))
    assert found == Request(method="GET", path=f"/Papers/{ID}", query={"unitdp": "4"})
    for path in ("/Papers", f"/Papers/{ID}/Email", "/Papers/INV-1"):
        assert look_by_id(change({}, path)) is None
    assert look_by_id(change({}, method="PUT")) is None


@pytest.mark.parametrize(
    ("record", "changed"),
    [
        ({"Status": "AUTHORISED", "Total": 5}, True),
        ({"Status": "DRAFT"}, False),
        ({"Total": 5}, False),
        ({}, False),
    ],
)
@pytest.mark.promise("unknown-settled")
def test_a_change_that_the_record_does_not_show_was_not_made(
    record: dict[str, Any], *, changed: bool
) -> None:
    """Xero leaves a field out while it is empty."""
    asked = change({"Status": "AUTHORISED", "Reference": None})
    assert shows(asked, {"Papers": [record]}) is changed


@pytest.mark.parametrize("document", [{}, {"Papers": []}, {"Papers": None}, [], None, b"x"])
def test_an_answer_without_the_record_shows_no_change(document: Any) -> None:
    assert not shows(change({"Status": "VOIDED"}), document)


def test_the_documents_of_a_write_are_found_in_their_collection_or_alone() -> None:
    assert sent_documents(change({"a": 1})) == ("Papers", [{"a": 1}])
    alone = Request(method="POST", path=f"/Payments/{ID}", body={"Status": "DELETED"})
    assert sent_documents(alone) == ("Payments", [{"Status": "DELETED"}])
    assert sent_documents(Request(method="PUT", path="/Papers"))[1] == []


def test_records_are_read_from_what_may_be_anything() -> None:
    assert records_in({"Papers": [{"a": 1}, None, 5]}, "Papers") == [{"a": 1}]
    others: list[Any] = [None, [], {"Papers": {"a": 1}}, {"Papers": None}, b"%PDF"]
    for answer in others:
        assert records_in(answer, "Papers") == []


def test_a_search_asks_for_what_changed_since_by_pages_in_a_fixed_order() -> None:
    asked = Search(BACK, NOW).request()
    assert (asked.method, asked.path) == ("GET", "/Papers")
    assert asked.headers == {"If-Modified-Since": "2026-11-22T01:14:39"}
    assert asked.query == {
        "unitdp": "4",
        "page": "1",
        "pageSize": "1000",
        "order": "PaperID ASC",
    }


def page(first: int, count: int) -> dict[str, Any]:
    return {"Papers": [{"PaperID": str(number)} for number in range(first, first + count)]}


def test_a_search_ends_with_the_last_page_however_many_records_a_page_has() -> None:
    search = Search(BACK, NOW)
    search.take(page(0, 100) | {"pagination": {"pageCount": 2}})
    assert not search.ended
    assert search.request().query["page"] == "2"
    search.take(page(99, 3) | {"pagination": {"pageCount": 2}})
    assert search.ended
    assert len(search.records) == 102


def test_a_search_ends_where_a_list_says_nothing_new_and_nothing_of_pages() -> None:
    search = Search(BACK, NOW)
    search.take(page(0, 150))
    assert not search.ended
    search.take(page(0, 150))
    assert search.ended
    assert len(search.records) == 150


def test_nothing_changed_is_an_end_too() -> None:
    search = Search(BACK, NOW)
    search.take({})
    assert search.ended


@pytest.mark.parametrize(
    "document", [[], None, {"Papers": [{}]}, {"Papers": [None]}, {"Papers": 5}]
)
def test_what_is_no_page_is_said_to_be_none(document: Any) -> None:
    with pytest.raises(UnavailableError):
        Search(BACK, NOW).take(document)


PARTS = ReadBack(path="", collection="Parts", id_field="PartID", identity=tuple)
ADDS = Request(method="PUT", path=f"/Papers/{ID}/Parts", body={"Parts": [{"Amount": 1}]})


def test_parts_of_a_record_are_looked_for_in_the_record() -> None:
    search = search_for(PARTS, ADDS, NOW)
    assert search.request() == Request(method="GET", path=f"/Papers/{ID}")
    changed = NOW.isoformat()
    search.take({"Papers": [{"UpdatedDateUTC": changed, "Parts": [{"PartID": "a"}]}]})
    assert search.ended
    assert search.records == {"a": {"PartID": "a", "UpdatedDateUTC": changed}}
    assert isinstance(search_for(BACK, ADDS, NOW), Search)


def test_no_part_is_new_of_a_record_that_was_not_changed_since() -> None:
    search = search_for(PARTS, ADDS, NOW)
    before = (NOW - timedelta(seconds=61)).isoformat()
    search.take({"Papers": [{"UpdatedDateUTC": before, "Parts": [{"PartID": "a"}]}]})
    assert not search.records


@pytest.mark.parametrize("document", [None, {}, {"Papers": []}, {"Papers": [{"Parts": [{}]}]}])
def test_what_is_no_record_has_no_parts_to_look_through(document: Any) -> None:
    with pytest.raises(UnavailableError):
        search_for(PARTS, ADDS, NOW).take(document)


def record(number: int, **fields: Any) -> dict[str, Any]:
    changed = NOW + timedelta(milliseconds=250 * number)
    return {"PaperID": str(number), "UpdatedDateUTC": changed.isoformat(), **fields}


def by_id(*records: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["PaperID"]: one for one in records}


@pytest.mark.promise("unknown-settled")
def test_no_record_is_two_documents() -> None:
    records = by_id(record(1, Reference="a"))
    sent = [{"Reference": "a"}, {"Reference": "a"}]
    assert made_from(BACK, records, sent, mine=()) == ["1", None]


@pytest.mark.promise("unknown-settled")
def test_a_record_is_the_documents_that_says_most() -> None:
    records = by_id(record(1, Reference="a", Contact={"Name": "X"}), record(2, Reference="a"))
    sent: list[dict[str, Any]] = [{"Reference": "a"}]
    sent.append({"Reference": "a", "Contact": {"Name": "X", "Phone": "1"}})
    assert made_from(BACK, records, sent, mine=()) == ["2", "1"]
    assert made_from(BACK, by_id(records["1"]), sent, mine=()) == [None, "1"]


@pytest.mark.promise("unknown-settled")
@pytest.mark.parametrize("reference", [{}, {"Reference": None}, {"Reference": " "}])
def test_a_record_with_what_xero_never_fills_in_is_not_that_of_who_left_it_out(
    reference: dict[str, Any],
) -> None:
    desk = {"LineItems": [{"Description": "Desk"}]}
    sent = {**desk, **reference}
    records = by_id(record(1, Reference="a", **desk), record(2, Reference="", **desk))
    assert made_from(BACK, records, [sent], mine=()) == ["2"]
    assert made_from(BACK, by_id(records["1"]), [sent], mine=()) == [None]


@pytest.mark.promise("unknown-settled")
def test_what_is_blank_is_filled_in_by_xero_and_not_compared() -> None:
    numbered = replace(BACK, identity=lambda _: ("Number", "LineItems"))
    desk = {"LineItems": [{"Description": "Desk"}]}
    records = by_id(record(1, Number="INV-1", **desk))
    assert made_from(numbered, records, [{**desk, "Number": ""}], mine=()) == ["1"]


@pytest.mark.promise("unknown-settled")
def test_one_of_several_records_is_as_good_as_another_only_if_they_are_alike() -> None:
    desk = {"LineItems": [{"Description": "Desk"}]}
    old, alike = record(1, Contact={"Name": "X"}, **desk), record(2, Contact={"Name": "X"}, **desk)
    other = record(3, Contact={"Name": "Y"}, **desk)

    def good(*records: dict[str, Any], mine: tuple[str, ...] = ()) -> bool:
        return exchangeable(BACK, by_id(*records), [desk], ["1"], mine=mine)

    assert good(old)
    assert good(old, alike)
    assert not good(old, alike, other)
    assert good(old, other, mine=("1",))
    assert exchangeable(BACK, by_id(other), [desk], [None], mine=())
    # a sister document has taken the other
    assert exchangeable(BACK, by_id(old, other), [desk, desk], ["1", "3"], mine=())


@pytest.mark.promise("unknown-settled")
def test_the_oldest_record_is_taken_unless_one_is_known_to_be_ones_own() -> None:
    records = by_id(record(3, Reference="a"), record(2, Reference="a"), record(4, Reference="a"))
    assert made_from(BACK, records, [{"Reference": "a"}], mine=()) == ["2"]
    assert made_from(BACK, records, [{"Reference": "a"}], mine={"4"}) == ["4"]


def test_of_lines_only_what_xero_keeps_as_sent_is_compared() -> None:
    kept = {"Description": "Desk", "Quantity": Decimal("1.0000"), "TaxAmount": 15}
    records = by_id(record(1, LineItems=[kept]))
    line = {"Description": "Desk", "Quantity": 1, "TaxAmount": 14.99, "ItemCode": "D"}
    assert made_from(BACK, records, [{"LineItems": [line]}], mine=()) == ["1"]
    other = line | {"Description": "Chair"}
    assert made_from(BACK, records, [{"LineItems": [other]}], mine=()) == [None]


def test_a_document_without_any_of_what_it_would_be_known_by_tells_nothing() -> None:
    assert tells(BACK, {"Reference": "a"})
    assert not tells(BACK, {"Reference": None, "Total": 5})
    assert made_from(BACK, by_id(record(1)), [{"Total": 5}], mine=()) == [None]


@pytest.mark.parametrize(
    ("changed", "seconds"),
    [
        ("2026-11-22T01:15:39Z", 420.0),
        ("2026-11-22T01:10:39.000Z", 120.0),
        ("2026-11-22T01:08:39Z", 0.0),
        ("2026-11-22T01:16:39Z", 480.0),
        (None, 0.0),
        ("soon", 0.0),
    ],
)
def test_a_record_grows_old_enough_to_be_somebodys(changed: Any, seconds: float) -> None:
    assert seconds_too_young({"UpdatedDateUTC": changed}, NOW) == seconds


PAID = {"CreditNote": {"CreditNoteID": ID}, "Account": {"Code": "090"}, "Amount": 2}
BATCHED = "2026-11-22T01:15:39Z"


@pytest.mark.promise("read-back")
@pytest.mark.parametrize("name", ["Invoice", "CreditNote"])
@pytest.mark.parametrize(("paid", "same"), [(ID, True), (str(UUID(int=7)), False)])
def test_what_a_payment_pays_is_known_under_whichever_name_it_is_shown(
    name: str, paid: str, *, same: bool
) -> None:
    """Xero shows a credit note that is paid back as an invoice."""
    read_back = find("payments/create_payment").read_back
    assert read_back
    shown = {"Amount": 2, "Account": {"Code": "090"}, name: {f"{name}ID": paid, "Type": "X"}}
    found = made_from(read_back, {"1": shown | {"UpdatedDateUTC": BATCHED}}, [PAID], mine=())
    assert found == (["1"] if same else [None])


@pytest.mark.promise("read-back")
def test_a_record_without_a_change_is_as_young_as_it_was_made() -> None:
    assert seconds_too_young({"CreatedDateUTC": BATCHED}, NOW) > 0
    assert seconds_too_young({"CreatedDateUTC": BATCHED}, NOW + timedelta(hours=1)) == 0


@pytest.mark.promise("read-back")
def test_of_a_list_that_gives_all_only_what_is_new_or_undated_can_be_it() -> None:
    search = Search(BACK, NOW)
    search.take(
        {
            "Papers": [
                {"PaperID": "new", "UpdatedDateUTC": BATCHED},
                {"PaperID": "old", "UpdatedDateUTC": "2026-11-22T01:14:38Z"},
                {"PaperID": "undated"},
            ]
        }
    )
    assert search.records.keys() == {"new", "undated"}
    search.take({"Papers": [{"PaperID": "old", "UpdatedDateUTC": "2026-11-22T01:14:38Z"}]})
    assert search.ended


@pytest.mark.promise("read-back")
@pytest.mark.parametrize(("lines", "same"), [([1], True), ([1, 2], False), (None, False)])
def test_a_record_is_as_it_was_read_where_what_a_write_changes_is(
    lines: list[int] | None, *, same: bool
) -> None:
    request = Request(method="POST", path=f"/Papers/{ID}", body={"Papers": [{"Lines": [1, 2]}]})
    read = {"Papers": [{"Lines": [1], "Note": "a"}]}
    now = {"Papers": [{"Lines": lines, "Note": "b"}]} if lines else None
    assert still_as_read(request, read, now) is same


@pytest.mark.promise("read-back")
@pytest.mark.parametrize(
    ("operation", "document", "unkept"),
    [
        ("invoices/create_bill", {"Type": "ACCPAY"}, "Reference"),
        ("credit_notes/create_credit_note", {"Type": "ACCPAYCREDIT"}, "Reference"),
        ("repeating_invoices/create_repeating_invoice", {"Type": "ACCPAY"}, "Reference"),
        ("batch_payments/create_batch_payment", {}, "Details"),
        ("batch_payments/create_batch_payment", {}, "Narrative"),
    ],
)
def test_a_text_that_xero_may_not_keep_does_not_hide_a_record(
    operation: str, document: dict[str, Any], unkept: str
) -> None:
    read_back = find(operation).read_back
    assert read_back
    whole = {"Contact": {"ContactID": ID}, "Account": {"AccountID": ID}, "Date": "2026-11-22"}
    record = {**whole, **document, "UpdatedDateUTC": BATCHED, unkept: ""}
    sent = {**whole, **document, unkept: "Order 1047"}
    assert made_from(read_back, {"1": record}, [sent], mine=()) == ["1"]
