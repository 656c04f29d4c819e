# SPDX-License-Identifier: Apache-2.0
"""How answers and errors look to a person."""

from decimal import Decimal
from io import StringIO
from typing import Any

from rich.console import Console as Rich

from local.calling.layout import closing, error_lines, page_of, records_in, table_of

INVOICES = [
    {
        "LineItems": [],
        "Contact": {"ContactID": "c", "Name": "Ann"},
        "DueDate": "2026-12-20",
        "InvoiceID": f"2927d206-ac4f-5ff8-986a-8293c16201a{digit}",
        "InvoiceNumber": f"INV-{digit}",
        "CurrencyCode": "AUD",
        "Total": Decimal("120.50"),
        "SentToContact": True,
        "Reference": "",
    }
    for digit in range(2)
]


def _drawn(records: list[Any], wanted: list[str], width: int) -> list[str]:
    table = table_of(records, wanted, width)
    assert table is not None
    screen = StringIO()
    Rich(file=screen, width=width).print(table)
    return [line.rstrip() for line in screen.getvalue().splitlines()]


def test_records_are_known_by_their_id_and_the_fields_that_tell_most() -> None:
    heading, first, _ = _drawn(INVOICES, [], 120)

    assert heading.split() == [
        "InvoiceID", "InvoiceNumber", "Contact.Name", "Total", "DueDate", "CurrencyCode",
        "SentToContact",
    ]  # fmt: skip
    assert first.split()[2:] == ["Ann", "120.50", "2026-12-20", "AUD", "yes"]


def test_a_narrow_terminal_has_fewer_columns_and_no_value_is_cut_off() -> None:
    heading, first, second = _drawn(INVOICES, [], 61)

    assert heading.split() == ["InvoiceID", "InvoiceNumber", "Total"]
    assert first.split()[0] == INVOICES[0]["InvoiceID"]
    assert second.endswith("120.50")


def test_the_columns_asked_for_are_shown_in_their_order() -> None:
    assert _drawn(INVOICES, ["Total", "InvoiceNumber"], 80)[0].split() == ["Total", "InvoiceNumber"]


def test_what_is_no_table_is_left_to_json() -> None:
    assert table_of(INVOICES, ["LineItems"], 80) is None
    assert table_of([{"Lines": []}], [], 80) is None
    assert records_in({"invoice": {}}) == ""
    assert records_in({"invoices": []}) == ""
    assert records_in({"invoices": [{}], "warnings": [{}]}) == ""
    assert records_in({"invoices": [{}], "pagination": {}}) == "invoices"


def test_nothing_in_a_record_reaches_the_terminal_as_a_command() -> None:
    _, line = _drawn([{"Name": "\x1b[2JAnn"}], [], 40)

    assert line == "?[2JAnn"


def test_the_line_below_says_where_at_what_cost_and_what_is_left() -> None:
    usage = {"calls": 2, "minute_remaining": 57, "day_remaining": None}

    said = closing({"tenant_name": "Ann's", "usage": usage, "replayed": True})

    assert said == (
        "Ann's · 2 calls · left: 57 this minute · was done before with this key, and not again"
    )
    assert closing({"tenant_name": None}) == ""


def test_a_page_says_where_it_stands() -> None:
    page = {"page": 1, "page_count": 3, "item_count": 214}
    uncounted = {"page": 2, "page_count": None, "item_count": None}

    assert page_of({"pagination": page, "stopped_by": "size"}) == (
        "page 1 of 3, 214 in all, ended early: size"
    )
    assert page_of({"pagination": uncounted}) == "page 2"
    assert page_of({}) == ""


def test_an_error_says_each_problem_once_and_what_to_do() -> None:
    problems = [
        {"path": "input.a", "message": "Field required"},
        {"path": "input.b", "message": "This field is unknown.", "suggestion": "c"},
    ]
    error = {
        "message": "input.a: Field required",
        "details": {"problems": problems},
        "advice": "Correct the fields.",
    }

    assert list(error_lines(error)) == [
        "input.a: Field required.",
        "input.b: This field is unknown. Did you mean c?",
        "Correct the fields.",
    ]


def test_xero_s_own_words_and_other_details_are_shown() -> None:
    details = {
        "messages": [{"index": 0, "messages": ["No date."]}, {"index": 1, "messages": ["No sum."]}],
        "scopes": ["accounting.invoices"],
        "limit": "minute",
        "reason": None,
    }
    error = {"message": "Xero refused it.", "details": details, "retry_after": 3, "advice": "Wait."}

    assert list(error_lines(error)) == [
        "Xero refused it.",
        "Xero: [0] No date.",
        "Xero: [1] No sum.",
        'scopes: ["accounting.invoices"]',
        "limit: minute",
        "retry after: 3 s",
        "Wait.",
    ]
