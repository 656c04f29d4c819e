# SPDX-License-Identifier: Apache-2.0
"""Operations that read quotes."""

from __future__ import annotations

from xero_connection.catalogue.quotes.shapes import QUOTES, FindQuote, ListQuotes
from xero_connection.operation import Call, Operation

READING = (
    QUOTES.get(
        covers=("getQuote",),
        advice="Use find_quote where only the number is known.",
    ),
    QUOTES.list(
        ListQuotes,
        covers=("getQuotes",),
        summary="List quotes, a hundred at a time.",
        example={"status": "SENT", "expiry_date_to": "2026-12-31", "order": "Date DESC"},
        counter_examples=(
            ({"status": "OPEN"}, "input.status"),
            ({"where": 'Status=="SENT"'}, "input.where"),
            ({"contact_id": "Harbour Lights"}, "input.contact_id"),
            ({"page_size": 20}, "input.page_size"),
        ),
        advice="Xero does not say how many there are: go on with next_cursor until it is null.",
    ),
    Operation(
        id="quotes/find_quote",
        kind="query",
        summary="Find the quote with exactly this number.",
        covers=("getQuotes",),
        input=FindQuote,
        output=QUOTES.some,
        example={"quote_number": "QU-0001"},
        counter_examples=(({"quote_number": ""}, "input.quote_number"),),
        call=Call(method="GET", path="/Quotes", collection="Quotes"),
        scopes=QUOTES.read,
        advice="An empty list means there is none.",
    ),
)
