# SPDX-License-Identifier: Apache-2.0
"""A list is answered as far as an answer holds it, and every record once however it is gone on."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError as ModelError
from xero_connection.errors import RateLimitedError, ResponseTooLargeError, UnavailableError
from xero_connection.fields import request_parts
from xero_connection.lists import Listed, ListInput, PagedInput, Pages, SearchedInput
from xero_connection.paging import Lister

pytestmark = pytest.mark.promise("whole-lists")


@dataclass
class Shelf:
    """Records at Xero, and how they are given out."""

    records: list[dict[str, Any]]
    counted: bool = True
    fails_at: dict[int, Exception] = field(default_factory=dict)
    """Number of the call, from 1, to what it fails with."""
    seconds: float = 1.0
    now: float = 0.0
    asked: list[Any] = field(default_factory=list)

    def ask(self, asked: Listed) -> dict[str, Any]:
        """Return the output for a page."""
        self.asked.append(asked)
        self.now += self.seconds
        if error := self.fails_at.get(len(self.asked)):
            raise error
        size = getattr(asked, "page_size", 100)
        page = getattr(asked, "page", 1)
        found = self.records
        pages = None
        if isinstance(asked, Pages):
            found = found[(page - 1) * size : page * size]
            pages = -(-len(self.records) // size) if self.counted else None
        counted = len(self.records) if pages is not None else None
        pagination = {
            "page": page,
            "page_size": size if pages is not None else len(found),
            "page_count": pages,
            "item_count": counted,
        }
        return {"things": found, "pagination": pagination, "next_cursor": None, "stopped_by": None}

    def lister(self, **more: Any) -> Lister:
        """Return what lists these records."""
        ready: dict[str, Any] = {
            "record_key": "things",
            "ask": self.ask,
            "shown": lambda record: record,
            "clock": lambda: self.now,
            "deadline": 1e9,
        }
        return Lister(**{**ready, **more})


def shelf(count: int, **more: Any) -> Shelf:
    return Shelf([{"ID": number, "Text": "x" * (number % 50)} for number in range(count)], **more)


def read_on(lister: Lister, kind: type[Listed], **asked: Any) -> list[int]:
    """Return the ids of all that is there, however many answers that takes."""
    found: list[int] = []
    more: dict[str, Any] = asked
    for _ in range(10_000):
        output = lister.answer(kind.model_validate(more))
        found += [one["ID"] for one in output["things"]]
        if output["next_cursor"] is None:
            return found
        kept = {name: one for name, one in asked.items() if name not in kind.place}
        more = {**kept, "cursor": output["next_cursor"]}
    raise AssertionError("it never ends")


@given(
    count=st.integers(0, 420),
    kind=st.sampled_from([ListInput, PagedInput, Pages]),
    page_size=st.sampled_from([1, 7, 100, 1000]),
    all_pages=st.booleans(),
    most_bytes=st.integers(100, 20_000),
    failing=st.sets(st.integers(2, 30), max_size=3),
    counted=st.booleans(),
)
def test_every_record_comes_once_however_the_answers_are_cut(
    *,
    count: int,
    kind: type[Listed],
    page_size: int,
    all_pages: bool,
    most_bytes: int,
    failing: set[int],
    counted: bool,
) -> None:
    limited = RateLimitedError("Xero's limit is used up.", retry_after=5)
    books = shelf(count, counted=counted, fails_at=dict.fromkeys(failing, limited))
    asked: dict[str, Any] = {}
    if issubclass(kind, Pages):
        asked["all_pages"] = all_pages
    if kind is PagedInput:
        asked["page_size"] = page_size
    found: list[int] = []
    lister = books.lister(most_bytes=most_bytes)
    more = asked
    for _ in range(5_000):
        try:
            output = lister.answer(kind.model_validate(more))
        except RateLimitedError:
            continue
        assert len(json.dumps(output["things"])) <= most_bytes + 2
        found += [one["ID"] for one in output["things"]]
        if output["next_cursor"] is None:
            break
        kept = {name: one for name, one in asked.items() if name not in kind.place}
        more = {**kept, "cursor": output["next_cursor"]}

    assert found == list(range(count))


def test_one_page_is_one_call_and_says_how_to_go_on() -> None:
    books = shelf(250)
    output = books.lister().answer(PagedInput(page=2))

    assert [one["ID"] for one in output["things"]] == list(range(100, 200))
    assert output["pagination"]["item_count"] == 250
    assert output["next_cursor"]
    assert output["stopped_by"] is None
    assert len(books.asked) == 1


def test_all_pages_are_asked_for_in_large_ones() -> None:
    books = shelf(1_200)
    output = books.lister().answer(PagedInput(all_pages=True))

    assert len(output["things"]) == 1_200
    assert (len(books.asked), output["next_cursor"]) == (3, None)


def test_an_answer_with_all_pages_ends_in_time() -> None:
    books = shelf(5_000)
    output = books.lister(deadline=4.0).answer(PagedInput(all_pages=True))

    assert (output["stopped_by"], len(books.asked)) == ("time", 3)
    assert read_on(books.lister(), PagedInput, all_pages=True, page_size=500) == list(range(5_000))


@pytest.mark.parametrize("error", [RateLimitedError("limit"), UnavailableError("out")])
def test_what_was_listed_before_a_failure_is_answered(error: Any) -> None:
    books = shelf(900, fails_at={2: error})
    output = books.lister().answer(PagedInput(all_pages=True))

    assert (len(output["things"]), output["stopped_by"]) == (500, error.code)
    with pytest.raises(type(error)):
        shelf(900, fails_at={1: error}).lister().answer(PagedInput(all_pages=True))


def test_a_record_too_large_for_any_answer_is_said() -> None:
    with pytest.raises(ResponseTooLargeError):
        Shelf([{"ID": 1, "Text": "x" * 900}]).lister(most_bytes=800).answer(ListInput())


@pytest.mark.parametrize(
    ("kind", "counted", "calls"), [(ListInput, True, 1), (PagedInput, True, 1), (Pages, False, 4)]
)
def test_records_are_counted_without_being_answered(
    kind: type[Listed], counted: bool, calls: int
) -> None:
    books = shelf(350, counted=counted)
    output = books.lister().answer(kind.model_validate({"count_only": True}))

    assert (output["things"], output["pagination"]["item_count"]) == ([], 350)
    assert (len(books.asked), output["next_cursor"]) == (calls, None)


class Filtered(PagedInput):
    """A list with a filter of its own."""

    place: ClassVar[tuple[str, ...]] = PagedInput.place
    status: str | None = None


def test_a_cursor_goes_on_with_the_filters_that_it_was_given_for() -> None:
    cursor = Filtered(status="PAID").moved(page=3).cursor_after(4)
    again = Filtered(status="PAID", cursor=cursor)

    assert (again.page, again.page_size, again.skipped) == (3, 100, 4)
    assert request_parts(again).query == {"page": "3", "pageSize": "100"}


def forged(**at: Any) -> str:
    """Return a cursor that no answer has given."""
    cursor = json.loads(urlsafe_b64decode(Filtered(status="PAID").cursor_after()))
    cursor["at"] |= at
    return urlsafe_b64encode(json.dumps(cursor).encode()).decode()


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "bnVsbA=="}, "cursor"),
        ({"cursor": Filtered(status="DRAFT").cursor_after()}, "cursor"),
        ({"cursor": SearchedInput().cursor_after()}, "cursor"),
        ({"cursor": ListInput().cursor_after()}, "cursor"),
        ({"cursor": Filtered(status="PAID").cursor_after(), "page": 2}, "page"),
        ({"cursor": forged(page_size=10**9)}, "cursor"),
        ({"cursor": forged(page=0)}, "cursor"),
        ({"cursor": forged(page=True)}, "cursor"),
        ({"cursor": forged(where="A")}, "cursor"),
    ],
)
def test_a_cursor_that_fits_no_more_is_refused(asked: dict[str, Any], where: str) -> None:
    with pytest.raises(ModelError) as caught:
        Filtered.model_validate({"status": "PAID", **asked})

    assert [one["loc"] for one in caught.value.errors()] == [(where,)]
