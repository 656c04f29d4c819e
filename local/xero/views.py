# SPDX-License-Identifier: Apache-2.0
"""How records leave, whole or in a list. Invoices' and contacts' own ways stand with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import contacts, invoice_views, references, totals
from local.xero.resource import FINE_PLACES

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.resource import Resource
    from local.xero.wire import Document, Request

_PRICED = ("SalesDetails", "PurchaseDetails")


def unit_places(resource: Resource, request: Request) -> int:
    """Return how many decimals unit amounts have."""
    fine = resource.unitdp and request.param("unitdp") == str(FINE_PLACES)
    return FINE_PLACES if fine else resource.unit_places


def show_all(
    resource: Resource, records: list[Document], request: Request, places: int
) -> list[Document]:
    """Return records as a list shows them; unpaged or summarised ones lose their details."""
    summary = request.flag("summaryOnly")
    if resource.name == "Contacts":
        return [contacts.show(one, detailed=not summary) for one in records]
    paged = (resource.paged and bool(request.param("page"))) or not resource.bare
    if resource.name == "Invoices":
        detailed = paged and not summary
        return [invoice_views.show(one, detailed=detailed, unit_places=places) for one in records]
    return [_show(resource, one, detailed=paged, places=places) for one in records]


def show_one(writing: Writing, resource: Resource, record: Document) -> Document:
    """Return one record whole."""
    if resource.name == "Contacts":
        shown = contacts.show(record, detailed=True)
        if balances := _balances(writing, record):
            shown["Balances"] = balances
        return shown
    if resource.name == "Invoices":
        shown = invoice_views.show(record, detailed=True, unit_places=writing.unit_places)
        shown["Contact"] = contacts.show(record["Contact"], detailed=True)
        return shown
    shown = _show(resource, record, detailed=True, places=writing.unit_places)
    if resource.name == "Payments" and record.get("Invoice"):
        paid = record["Invoice"]
        shown["Invoice"] = invoice_views.show(paid, detailed=True, unit_places=writing.unit_places)
    return shown


def _show(resource: Resource, record: Document, *, detailed: bool, places: int) -> Document:
    shown = references.show(record)
    if resource.lines:
        # Xero sends the field empty, where it leaves the lines out.
        kept = record[resource.lines] if detailed else []
        shown[resource.lines] = [_round(line, "UnitAmount", places) for line in kept]
    if resource.name == "Items":
        for name in _PRICED:
            shown[name] = _round(record[name], "UnitPrice", places)
    return shown


def _round(priced: Document, name: str, places: int) -> Document:
    return priced | {name: totals.round_to(priced[name], places)} if name in priced else priced


def _balances(writing: Writing, contact: Document) -> Document:
    """Return what a contact owes and is owed on approved documents, empty where there are none."""
    found: Document = {}
    for invoice in writing.books.invoices_of(contact):
        if invoice["Status"] == "AUTHORISED":
            side = "Receivable" if invoice["Type"] == "ACCREC" else "Payable"
            sums = found.setdefault(f"Accounts{side}", {"Outstanding": 0, "Overdue": 0})
            sums["Outstanding"] += invoice["AmountDue"]
            if invoice["DueDate"] < writing.today:
                sums["Overdue"] += invoice["AmountDue"]
    return found
