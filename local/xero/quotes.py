# SPDX-License-Identifier: Apache-2.0
"""How quotes are matched and written.

Rules: https://developer.xero.com/documentation/api/accounting/quotes, and what callers saw of
statuses and of fields left out: https://github.com/XeroAPI/xero-mcp-server/pull/309.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import reading, traded
from local.xero.replies import ValidationError, XeroError, not_found
from local.xero.wire import Document, is_id

if TYPE_CHECKING:
    from local.xero.books import Books, Writing

NAME = "Quotes"
STATUSES = ("DRAFT", "SENT", "DECLINED", "ACCEPTED", "INVOICED", "DELETED")
LINE_AMOUNT_TYPES = ("EXCLUSIVE", "INCLUSIVE", "NOTAX")
_REFUSED = {("DRAFT", "DECLINED"), ("ACCEPTED", "DECLINED")}
DATES = ("Date", "ExpiryDate")
_LENGTHS = {"Reference": 4000, "Terms": 4000, "Title": 100, "Summary": 3000}
"""Texts that are emptied where they are left out, with the characters that they may have."""
_KEPT_TEXTS = ("QuoteNumber", "BrandingThemeID", "CurrencyCode")
_LONGEST_NUMBER = 255
SHAPE: reading.Shape = {
    **traded.SHAPE,
    **dict.fromkeys(("QuoteID", *_KEPT_TEXTS, *_LENGTHS), reading.text),
    **dict.fromkeys(DATES, reading.day),
    "Status": reading.one_of(STATUSES),
    "LineAmountTypes": reading.one_of(LINE_AMOUNT_TYPES),
    "CurrencyRate": reading.number,
}


def find(books: Books, key: str) -> Document | None:
    """Find a quote by id."""
    return books.shelves[NAME].get(key.lower())


def match(books: Books, element: Document) -> Document | None:
    """Find the quote that a posted element means, by id or number.

    Raises:
        XeroError: there is an id, and no quote has it (404).
    """
    quote_id, number = reading.text(element, "QuoteID"), reading.text(element, "QuoteNumber")
    if not quote_id:
        quotes = books.shelves[NAME].values()
        return next((one for one in quotes if number and one["QuoteNumber"] == number), None)
    found = find(books, quote_id) if is_id(quote_id) else None
    if found is None:
        raise XeroError(not_found())
    return found


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Create a quote, or change an existing one in place.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    problems: list[str] = []
    quote = dict(existing) if existing else _blank(writing)
    quote["Status"] = _next_status(existing, reading.choice(element, "Status", STATUSES))
    quote |= {name: reading.text(element, name) for name in _LENGTHS}
    quote |= {name: value for name in _KEPT_TEXTS if (value := reading.text(element, name))}
    for name in DATES:
        quote.pop(name, None)
        if (day := reading.day(element, name)) is not None:
            quote[name] = day
    quote["LineAmountTypes"] = (
        reading.choice(element, "LineAmountTypes", LINE_AMOUNT_TYPES) or LINE_AMOUNT_TYPES[0]
    )
    if (rate := reading.number(element, "CurrencyRate")) is not None:
        quote["CurrencyRate"] = rate
    rules = traded.Rules(sale=True, approved=quote["Status"] != "DRAFT")
    traded.fill_lines(writing, quote, element, existing, rules, problems)
    _check(writing, quote, existing, problems)
    if not reading.nested(element, "Contact"):
        problems.append("Contact cannot be empty")
    traded.fill_contact(writing, quote, element, problems)
    quote["QuoteNumber"] = quote["QuoteNumber"] or traded.next_number(writing, NAME)
    for name in DATES:
        if name not in quote:
            quote.pop(f"{name}String", None)
    return traded.keep(writing, NAME, quote, existing)


def _next_status(existing: Document | None, asked: str) -> str:
    if existing is None:
        if asked == "DELETED":
            raise ValidationError("A quote cannot be created with the status DELETED")
        return asked or "DRAFT"
    current = existing["Status"]
    if current == "DELETED" or (current, asked) in _REFUSED:
        raise ValidationError("Quote not of valid status for modification")
    return asked or current


def _blank(writing: Writing) -> Document:
    return {
        "QuoteID": writing.make_id(),
        "QuoteNumber": "",
        "CurrencyRate": 1,
        "CurrencyCode": writing.books.organisation["BaseCurrency"],
        "LineAmountTypes": LINE_AMOUNT_TYPES[0],
        "LineItems": [],
    }


def _check(
    writing: Writing, quote: Document, existing: Document | None, problems: list[str]
) -> None:
    if "Date" not in quote:
        problems.append("Date cannot be empty")
    problems += [
        f"The {name} field must not be longer than {longest} characters."
        for name, longest in {**_LENGTHS, "QuoteNumber": _LONGEST_NUMBER}.items()
        if len(quote[name]) > longest
    ]
    traded.check_currency(writing, quote, problems)
    number = quote["QuoteNumber"]
    if number and traded.numbered(writing, NAME, number) not in (None, existing):
        problems.append("Quote number must be unique")
