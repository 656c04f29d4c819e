# SPDX-License-Identifier: Apache-2.0
"""The rules of contacts and of the documents that are sent to them or come from them."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from local.xero import (
    by_id,
    contacts,
    groups,
    invoice_views,
    invoices,
    orders,
    quotes,
    repeating,
    seed_sales,
)
from local.xero.envelopes import envelope
from local.xero.replies import XeroError, not_found
from local.xero.wire import Response
from local.xero.writable import Writable

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Document, Request
    from local.xero.writable import Route

WRITABLE = {
    "Contacts": Writable(contacts.find, contacts.SHAPE, contacts.match, contacts.write),
    "Invoices": Writable(
        invoices.find,
        invoices.SHAPE,
        invoices.match,
        invoices.write,
        flag="HasErrors",
        dates=invoices.DATES,
    ),
    "PurchaseOrders": Writable(
        orders.find,
        orders.SHAPE,
        orders.match,
        orders.write,
        flag="HasErrors",
        dates=orders.DATES,
    ),
    "Quotes": Writable(quotes.find, quotes.SHAPE, quotes.match, quotes.write, dates=quotes.DATES),
    "RepeatingInvoices": by_id.writable("RepeatingInvoices", repeating.SHAPE, repeating.write, ()),
    "ContactGroups": replace(
        by_id.writable("ContactGroups", groups.SHAPE, groups.write, ()), find=groups.find
    ),
}


def seed(writing: Writing) -> None:
    """Put orders, quotes, templates and groups; `local.xero.seed` puts the rest."""
    seed_sales.write(writing)


def _email(writing: Writing, _: Request, rest: list[str]) -> Response:
    invoice_views.email(writing, _invoice(writing.books, rest[0]))
    return Response(HTTPStatus.NO_CONTENT)


def _online(writing: Writing, _: Request, rest: list[str]) -> Response:
    link = {"OnlineInvoiceUrl": invoice_views.online_url(_invoice(writing.books, rest[0]))}
    return envelope(writing, "OnlineInvoices", [link])


def _reminders(writing: Writing, _: Request, __: list[str]) -> Response:
    return envelope(writing, "InvoiceReminders", [{"Enabled": True}])


def _cis_settings(writing: Writing, _: Request, rest: list[str]) -> Response:
    if contacts.find(writing.books, rest[0]) is None:
        raise XeroError(not_found())
    # Nobody is a subcontractor: the organisation is not in the United Kingdom.
    return envelope(writing, "CISSettings", [{"CISEnabled": False}])


def _invoice(books: Books, key: str) -> Document:
    found = invoices.find(books, key)
    if found is None:
        raise XeroError(not_found())
    return found


ROUTES: dict[tuple[str, str], Route] = {
    ("POST", "Invoices/*/Email"): _email,
    ("GET", "Invoices/*/OnlineInvoice"): _online,
    ("GET", "InvoiceReminders/Settings"): _reminders,
    ("GET", "Contacts/*/CISSettings"): _cis_settings,
    ("GET", "ContactGroups/*"): groups.get,
    ("PUT", "ContactGroups/*/Contacts"): groups.add,
    ("DELETE", "ContactGroups/*/Contacts"): groups.remove_all,
    ("DELETE", "ContactGroups/*/Contacts/*"): groups.remove_one,
}
