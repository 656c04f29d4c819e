# SPDX-License-Identifier: Apache-2.0
"""The kinds of field: what they take, and where they go in a request."""

import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, Self
from urllib.parse import unquote
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError, model_validator
from xero_connection.documents import read_json, to_json
from xero_connection.fields import (
    Amount,
    Body,
    Document,
    Header,
    Input,
    OneOf,
    Query,
    Rate,
    UnitPrice,
    document,
    refusal,
    request_parts,
)
from xero_connection.filters import quoted
from xero_connection.lists import PagedInput

AMOUNT, UNIT_PRICE, RATE = TypeAdapter(Amount), TypeAdapter(UnitPrice), TypeAdapter(Rate)
COLOUR = TypeAdapter(Annotated[str, OneOf("RED", "GREEN")])


class Line(Document):
    """A part of a document."""

    Amount: Decimal | None = None
    Text: str | None = None


class Paper(Document):
    """A document with a value of its own and parts."""

    Type: str = "PAPER"
    Number: str | None = None
    Lines: list[Line] | None = None


class Asked(Input):
    """A field for each place in a request."""

    paper_id: UUID | str = ""
    numbers: Annotated[list[Any] | None, Query("Numbers")] = None
    archived: Annotated[bool | None, Query("includeArchived")] = None
    since: Annotated[datetime | None, Header("If-Modified-Since")] = None
    day: Annotated[date | None, Query("day")] = None
    paper: Annotated[Paper | None, Body("Papers")] = None
    papers: Annotated[list[Paper] | None, Body("Papers")] = None


# Numbers


@given(st.decimals(-(10**12), 10**12, places=2))
@pytest.mark.promise("exact-money")
def test_an_amount_arrives_exactly_as_number_and_as_text(amount: Decimal) -> None:
    as_lambda_hands_it_on = json.loads(to_json(amount))

    assert AMOUNT.validate_python(as_lambda_hands_it_on) == amount
    assert AMOUNT.validate_python(str(amount)) == amount
    assert to_json(AMOUNT.validate_python(str(amount))) == str(amount)


@given(st.floats())
@pytest.mark.promise("exact-money")
def test_a_binary_float_is_taken_as_it_was_written_or_refused(number: float) -> None:
    try:
        rate = RATE.validate_python(number)
    except ValidationError:
        return
    assert float(rate) == number
    assert read_json(to_json(rate)) == rate


@pytest.mark.parametrize(
    ("adapter", "value", "exact"),
    [
        (AMOUNT, 120.5, "120.5"),
        (AMOUNT, 0.1, "0.1"),
        (AMOUNT, 7, "7"),
        (AMOUNT, "1e3", "1E+3"),
        (AMOUNT, -0.01, "-0.01"),
        (AMOUNT, "9999999999999999.99", "9999999999999999.99"),
        (UNIT_PRICE, 1.2345, "1.2345"),
        (RATE, "0.123456789", "0.123456789"),
        (RATE, 1e-7, "1E-7"),
    ],
)
@pytest.mark.promise("exact-money")
def test_a_number_is_exact(adapter: TypeAdapter[Decimal], value: Any, exact: str) -> None:
    assert str(adapter.validate_python(value)) == exact


@pytest.mark.parametrize(
    ("adapter", "value"),
    [
        # more places than Xero keeps
        (AMOUNT, 1.234),
        (AMOUNT, "0.001"),
        (UNIT_PRICE, "1.23456"),
        # more digits than a binary float holds: they may be gone already
        (AMOUNT, 0.1 + 0.2),
        (RATE, 0.1234567890123456),
        (AMOUNT, 9999999999999999.0),
        # more digits than Xero takes
        (AMOUNT, 10**18),
        (AMOUNT, "1e999999999"),
        (RATE, "1e-999999999"),
        (AMOUNT, 1e300),
        # no number
        (AMOUNT, True),
        (AMOUNT, "12,50"),
        (AMOUNT, "NaN"),
        (AMOUNT, float("nan")),
        (AMOUNT, float("inf")),
        (AMOUNT, "Infinity"),
        (AMOUNT, ""),
        (AMOUNT, []),
        (AMOUNT, None),
    ],
)
@pytest.mark.promise("exact-money")
def test_a_number_that_cannot_be_exact_is_refused(
    adapter: TypeAdapter[Decimal], value: Any
) -> None:
    with pytest.raises(ValidationError):
        adapter.validate_python(value)


# Closed sets


@pytest.mark.parametrize("value", ["BLUE", "red", "", 1, None, ["RED"]])
@pytest.mark.promise("typed-input")
def test_what_is_not_of_the_set_is_refused(value: Any) -> None:
    assert COLOUR.validate_python("RED") == "RED"
    with pytest.raises(ValidationError):
        COLOUR.validate_python(value)


def test_the_set_is_named_in_the_refusal() -> None:
    with pytest.raises(ValidationError, match="RED, GREEN"):
        COLOUR.validate_python("BLUE")


def test_a_set_is_closed_for_what_is_sent_and_open_for_what_is_received() -> None:
    assert COLOUR.json_schema(mode="validation")["enum"] == ["RED", "GREEN"]
    assert COLOUR.json_schema(mode="serialization") == {"type": "string"}


# Documents


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        # what was left out is not sent, but for the model's own fixed value
        ({}, {"Type": "PAPER"}),
        ({"Number": "1"}, {"Type": "PAPER", "Number": "1"}),
        # null is sent as null: it empties the field
        ({"Number": None, "Lines": None}, {"Type": "PAPER", "Number": None, "Lines": None}),
        # the same inside
        (
            {"Type": "ROLL", "Lines": [{}, {"Text": None}, {"Amount": "1.10"}]},
            {"Type": "ROLL", "Lines": [{}, {"Text": None}, {"Amount": Decimal("1.10")}]},
        ),
    ],
)
def test_a_document_is_sent_as_it_was_given(given: dict[str, Any], sent: dict[str, Any]) -> None:
    assert document(Paper.model_validate(given)) == sent


# Requests


def test_each_field_goes_where_its_marker_says() -> None:
    parts = request_parts(
        Asked(
            paper_id=UUID(int=1),
            numbers=["a", 2, UUID(int=3)],
            archived=False,
            since=datetime(2026, 11, 22, 14, 15, 39, 999, tzinfo=timezone(timedelta(hours=13))),
            day=date(2026, 11, 22),
            paper=Paper(Number="1"),
        )
    )

    assert parts.path == {"paper_id": str(UUID(int=1))}
    assert parts.query == {
        "Numbers": f"a,2,{UUID(int=3)}",
        "includeArchived": "false",
        "day": "2026-11-22",
    }
    assert parts.headers == {"If-Modified-Since": "2026-11-22T01:15:39"}
    assert parts.body == {"Papers": [{"Type": "PAPER", "Number": "1"}]}


def test_many_documents_are_sent_in_one_collection_each_as_it_was_given() -> None:
    papers = [Paper(Number="1"), Paper(), Paper(Number=None, Type="ROLL")]

    assert request_parts(Asked(papers=papers)).body == {
        "Papers": [
            {"Type": "PAPER", "Number": "1"},
            {"Type": "PAPER"},
            {"Type": "ROLL", "Number": None},
        ]
    }


class Sum(Document):
    """A document whose parts have to agree."""

    Parts: list[int]

    @model_validator(mode="after")
    def _even(self) -> Self:
        for place, part in enumerate(self.Parts):
            if part % 2:
                raise refusal("{Add} one", "Parts", place)
        return self


def test_a_model_refuses_a_field_inside_it_by_the_fields_own_path() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(dict[str, list[Sum]]).validate_python({"sums": [{"Parts": [2, 3]}]})

    (problem,) = caught.value.errors()
    assert problem["loc"] == ("sums", 0, "Parts", 1)
    assert problem["msg"] == "{Add} one"


def test_what_is_null_goes_nowhere() -> None:
    parts = request_parts(Asked())

    assert (parts.query, parts.headers, parts.body) == ({}, {}, None)


@pytest.mark.parametrize(
    ("since", "header"),
    [
        # without a zone it is UTC already
        (datetime(2026, 11, 22, 1, 15, 39), "2026-11-22T01:15:39"),  # noqa: DTZ001
        (datetime(2026, 11, 22, 1, 15, 39, tzinfo=UTC), "2026-11-22T01:15:39"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00"),
    ],
)
def test_a_moment_is_said_as_xero_reads_it(since: datetime, header: str) -> None:
    assert request_parts(Asked(since=since)).headers == {"If-Modified-Since": header}


def test_a_list_is_always_asked_for_by_page() -> None:
    assert request_parts(PagedInput()).query == {"page": "1", "pageSize": "100"}
    assert request_parts(PagedInput(page=2)).query == {
        "page": "2",
        "pageSize": "100",
    }


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_leaves_its_step_of_the_path(text: str) -> None:
    step = request_parts(Asked(paper_id=text)).path["paper_id"]

    assert re.fullmatch(r"[A-Za-z0-9%._~-]*", step)
    assert unquote(step) == text


# Filters


def read_literal(text: str) -> tuple[str, str]:
    """Return the string a literal stands for and what is behind it, reading as Xero does."""
    assert text[0] == '"'
    meant, place = "", 1
    while text[place:]:
        if text[place] != '"':
            meant, place = meant + text[place], place + 1
        elif text[place : place + 2] == '""':
            meant, place = meant + '"', place + 2
        else:
            return meant, text[place + 1 :]
    raise AssertionError("the literal does not end")


@given(st.text() | st.text('"\\ aOR='))
def test_no_text_ends_the_literal_that_it_is_quoted_into(text: str) -> None:
    assert read_literal(f'{quoted(text)} AND Status=="ACTIVE"') == (
        text,
        ' AND Status=="ACTIVE"',
    )


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("Harbour Lights", '"Harbour Lights"'),
        ('A" OR Name!="', '"A"" OR Name!="""'),
        ("\\", r'"\"'),
        ('\\"', r'"\"""'),
        ("", '""'),
    ],
)
def test_text_is_quoted(text: str, literal: str) -> None:
    assert quoted(text) == literal


@pytest.mark.promise("typed-input")
def test_models_refuse_what_they_do_not_know_unless_it_comes_from_xero() -> None:
    with pytest.raises(ValidationError):
        Asked.model_validate({"number": 1})
    with pytest.raises(ValidationError):
        Paper.model_validate({"number": 1})
