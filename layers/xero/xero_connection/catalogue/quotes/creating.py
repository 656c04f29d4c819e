# SPDX-License-Identifier: Apache-2.0
"""Operations that create quotes, or change those they match."""

from __future__ import annotations

from xero_connection.catalogue.quotes.shapes import LINE, QUOTE, QUOTES, MatchedQuote, NewQuote

_DELETE = QUOTES.undo("delete_quote")
_KNOWN = QUOTE | {"QuoteNumber": "WEB-QU-7"}

CREATING = (
    QUOTES.create(
        NewQuote,
        QUOTE,
        covers=("createQuotes",),
        counter_examples=(
            ({"quote": {"LineItems": [LINE], "Date": "2026-11-22"}}, "input.quote.Contact"),
            ({"quote": QUOTE | {"Date": None}}, "input.quote.Date"),
            ({"quote": QUOTE | {"LineItems": []}}, "input.quote.LineItems"),
            ({"quote": QUOTE | {"LineAmountTypes": "Exclusive"}}, "input.quote.LineAmountTypes"),
            ({"quote": QUOTE | {"Status": "DELETED"}}, "input.quote.Status"),
            ({"quote": QUOTE | {"Title": "A" * 101}}, "input.quote.Title"),
            ({"quote": QUOTE | {"Total": 241}}, "input.quote.Total"),
        ),
        undo=(_DELETE,),
        advice=(
            "Look up the contact, account codes and tax types first. It is a draft unless Status "
            "says otherwise. Give a Reference of your own, by which it is known again."
        ),
    ),
    QUOTES.create_many(
        NewQuote,
        (QUOTE, QUOTE | {"Reference": "Enquiry 312"}),
        covers=("createQuotes",),
        undo=(_DELETE,),
        advice=(
            "Look at ok of each. Give each a Reference of its own, by which it is known again. "
            "Each that is made has an undo of its own."
        ),
    ),
    QUOTES.upsert(
        MatchedQuote,
        _KNOWN,
        covers=("updateOrCreateQuotes",),
        summary="Create a quote, or replace the one with the same id or number.",
        counter_examples=(
            ({"quote": QUOTE}, "input.quote"),
            ({"quote": {"QuoteNumber": "A", "Date": "2026-11-22"}}, "input.quote.Contact"),
        ),
        idempotency="natural",
        destructive=True,
        advice=(
            "Send it whole: Xero empties the texts and deletes the lines that are left out of a "
            "quote. There is no undo; use update_quote to change a few fields."
        ),
    ),
    QUOTES.upsert_many(
        MatchedQuote,
        (_KNOWN, QUOTE | {"QuoteNumber": "WEB-QU-8"}),
        covers=("updateOrCreateQuotes",),
        summary="Create or replace many quotes, each of which succeeds or fails by itself.",
        idempotency="natural",
        destructive=True,
        advice=(
            "Look at ok of each. Send each whole: Xero empties the texts and deletes the lines "
            "that are left out of a quote. There is no undo."
        ),
    ),
)
