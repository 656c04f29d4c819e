# SPDX-License-Identifier: Apache-2.0
"""Operations that change quotes that are there.

Xero empties what a change of a quote leaves out, its lines apart, and wants its contact and date
each time: https://github.com/XeroAPI/xero-mcp-server/pull/309. So each is read first, and sent as
it is but for what changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xero_connection.catalogue.quotes.shapes import LINE, QUOTES
from xero_connection.client import Request
from xero_connection.fields import document
from xero_connection.forms import change_to_send
from xero_connection.models.quotes import Quote
from xero_connection.operation import Done, Operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.operation import Flow

# The lines stay as they are where none are sent.
_KEPT = (
    *("QuoteNumber", "Reference", "Date", "ExpiryDate", "LineAmountTypes", "Title", "Summary"),
    *("Terms", "BrandingThemeID", "CurrencyCode", "CurrencyRate"),
)


def _change(quote_id: Any, change: Mapping[str, Any], *, final: bool = False) -> Flow:
    path = f"/Quotes/{quote_id}"
    answer = yield Request(method="GET", path=path)
    before = answer["Quotes"][0]
    kept = {name: before[name] for name in _KEPT if before.get(name)}
    contact = {"ContactID": before["Contact"]["ContactID"]}
    sent = {"QuoteID": before["QuoteID"], "Contact": contact, **kept, **change}
    answer = yield Request(method="POST", path=path, body={"Quotes": [sent]})
    undo = None if final else _way_back(before | {"Contact": contact}, change)
    return Done(output={"quote": answer["Quotes"][0]}, undo=undo)


def _way_back(before: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the change to what was before, None where lines change or there was nothing."""
    was = {name: before.get(name) for name in change if name != "QuoteID"}
    if "LineItems" in was or not all(was.values()):
        return None
    asked = {"quote_id": before["QuoteID"], "quote": was}
    return {"operation": "quotes/update_quote", "input": asked}


def _update(asked: Any) -> Flow:
    return _change(asked.quote_id, document(asked.quote))


def _become(name: str, summary: str, status: str, advice: str, **own: Any) -> Operation:
    """Return the action that brings a quote into a status."""

    def flow(asked: Any) -> Flow:
        return _change(asked.quote_id, {"Status": status}, final=status == "DELETED")

    return Operation(
        id=f"quotes/{name}",
        kind="action",
        summary=summary,
        covers=("updateQuote",),
        input=QUOTES.named,
        output=QUOTES.one,
        example={"quote_id": QUOTES.example_id},
        counter_examples=(({"quote_id": "QU-0001"}, "input.quote_id"),),
        flow=flow,
        calls=2,
        alone="quote_id",
        scopes=QUOTES.write,
        idempotency="natural",
        advice=advice,
        **own,
    )


_OTHER_ID = "0cb10d7a-c36c-5a1d-8ae7-5245ca315cb6"

CHANGING = (
    Operation(
        id="quotes/update_quote",
        kind="action",
        summary="Change a quote.",
        covers=("updateQuote",),
        input=change_to_send("quote", Quote, QUOTES.body("POST")),
        output=QUOTES.one,
        example={"quote_id": QUOTES.example_id, "quote": {"ExpiryDate": "2027-01-31"}},
        counter_examples=(
            ({"quote": {"Title": "A"}}, "input.quote_id"),
            ({"quote_id": QUOTES.example_id, "quote": {"QuoteID": _OTHER_ID}}, "input"),
            (
                {"quote_id": QUOTES.example_id, "quote": {"LineItems": [LINE | {"Price": 1}]}},
                "input.quote.LineItems.0.Price",
            ),
        ),
        flow=_update,
        calls=2,
        alone="quote_id",
        scopes=QUOTES.write,
        idempotency="key",
        destructive=True,
        advice=(
            "Send LineItems whole, each with its LineItemID, or not at all. Its undo brings back "
            "what the fields held; there is none where lines change or a field was empty."
        ),
    ),
    _become(
        "mark_quote_as_sent",
        "Mark a quote as sent to its contact.",
        "SENT",
        "It e-mails nothing: get the PDF and send that. Its undo asks for the status it had.",
    ),
    _become(
        "accept_quote",
        "Mark a quote as accepted by its contact.",
        "ACCEPTED",
        "It makes no invoice: create_invoice does. Its undo asks for the status it had.",
    ),
    _become(
        "decline_quote",
        "Mark a quote as declined by its contact.",
        "DECLINED",
        "Xero refuses it of a draft and of an accepted quote: use mark_quote_as_sent before. Its "
        "undo asks for the status it had.",
    ),
    _become(
        "mark_quote_as_invoiced",
        "Mark a quote as invoiced.",
        "INVOICED",
        "For a quote whose invoice is in the books: it makes none, create_invoice does. Its undo "
        "asks for the status it had.",
    ),
    _become(
        "delete_quote",
        "Delete a quote.",
        "DELETED",
        "There is no way back.",
        destructive=True,
    ),
)
