# SPDX-License-Identifier: Apache-2.0
"""Carries an operation out against documents at hand, and keeps what it asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args, get_origin
from uuid import UUID

from xero_connection.catalogue import all_operations
from xero_connection.client import JSON
from xero_connection.invocation import read_input

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel
    from xero_connection.client import Request
    from xero_connection.operation import Done, Operation

RECORD_ID = "6f7594f2-f059-4d56-9e67-47ac9733bfe9"

# One record of everything, as far as the operations need it.
BOOKS: dict[str, Any] = {
    "Attachments": [
        {"AttachmentID": RECORD_ID, "FileName": "Delivery note 7.txt", "MimeType": "text/plain"}
    ],
    "Accounts": [{"AccountID": RECORD_ID, "Name": "Sales", "Type": "REVENUE"}],
    "Actions": [{"Name": "CreateDraftQuote", "Status": "ALLOWED"}],
    "Allocations": [
        {
            "AllocationID": RECORD_ID,
            "Invoice": {"InvoiceID": RECORD_ID},
            "Amount": 60.5,
            "Date": "2026-11-22",
        }
    ],
    "BankTransactions": [{"BankTransactionID": RECORD_ID, "Status": "AUTHORISED"}],
    "BankTransfers": [{"BankTransferID": RECORD_ID, "Status": "AUTHORISED", "Amount": 750}],
    "BatchPayments": [{"BatchPaymentID": RECORD_ID, "Status": "AUTHORISED"}],
    "CISSettings": [{"CISEnabled": False}],
    "ContactGroups": [{"ContactGroupID": RECORD_ID, "Name": "Suppliers", "Status": "ACTIVE"}],
    "Contacts": [{"ContactID": RECORD_ID, "Name": "Harbour Lights", "ContactStatus": "ACTIVE"}],
    "CreditNotes": [{"CreditNoteID": RECORD_ID, "Status": "DRAFT"}],
    "HistoryRecords": [{"Changes": "Note", "Details": "Customer promised to pay."}],
    "ImportSummary": {"Accounts": {"Total": 1}, "Organisation": {"Present": False}},
    "InvoiceReminders": [{"Enabled": False}],
    "Invoices": [
        {
            "InvoiceID": RECORD_ID,
            "Type": "ACCREC",
            "Contact": {"ContactID": RECORD_ID},
            "Status": "DRAFT",
            "LineItems": [{"LineItemID": RECORD_ID}],
            "AmountDue": 120,
        }
    ],
    "Items": [{"ItemID": RECORD_ID, "Code": "DESK"}],
    "Journals": [{"JournalID": RECORD_ID, "JournalNumber": 1}],
    "ManualJournals": [{"ManualJournalID": RECORD_ID, "Status": "DRAFT", "Narration": "A"}],
    "OnlineInvoices": [{"OnlineInvoiceUrl": "https://in.xero.com/a"}],
    "Options": [{"TrackingOptionID": RECORD_ID, "Name": "East", "Status": "ACTIVE"}],
    "Organisations": [{"OrganisationID": RECORD_ID, "Name": "Demo Company"}],
    "PaymentServices": [{"PaymentServiceID": RECORD_ID}],
    "Payments": [{"PaymentID": RECORD_ID, "Status": "AUTHORISED", "Amount": 120}],
    "PurchaseOrders": [{"PurchaseOrderID": RECORD_ID, "Status": "DRAFT"}],
    "Quotes": [
        {
            "QuoteID": RECORD_ID,
            "Contact": {"ContactID": RECORD_ID},
            "Date": "2026-11-22",
            "ExpiryDate": "2026-12-22",
            "Status": "SENT",
        }
    ],
    "RepeatingInvoices": [{"RepeatingInvoiceID": RECORD_ID, "Status": "DRAFT"}],
    "Reports": [{"ReportName": "Bank Summary", "Rows": []}],
    "TaxRates": [{"Name": "GST on Income", "TaxType": "OUTPUT"}],
}
CONNECTIONS = [{"id": RECORD_ID, "tenantId": RECORD_ID, "tenantType": "ORGANISATION"}]
PDF_FILE = b"%PDF-1.4"


@dataclass
class Driven:
    """What an operation asked Xero for, and how it ended."""

    requests: list[Request] = field(default_factory=list)
    done: Done | None = None


def drive(
    operation: Operation,
    given: Mapping[str, Any],
    *answers: Any,
    books: Mapping[str, Any] | None = None,
) -> Driven:
    """Carry an operation out: each request gets the next answer, or one from the books.

    It ends before its end where the operation raises.
    """
    driven, script = Driven(), list(answers)
    books = {**_own_book(operation), **BOOKS} if books is None else books
    flow = operation.run(read_input(operation, given))
    try:
        request = next(flow)
        while True:
            driven.requests.append(request)
            request = flow.send(script.pop(0) if script else _answer(request, books))
    except StopIteration as end:
        driven.done = end.value
    return driven


def empty_books() -> dict[str, Any]:
    """Return an answer in which no kind of record has any."""
    collections = {one.call.collection for one in all_operations() if one.call}
    return {name: [] for name in [*BOOKS, *collections]}


def _answer(request: Request, books: Mapping[str, Any]) -> Any:
    if request.accept != JSON:
        return PDF_FILE
    return CONNECTIONS if request.api == "identity" else books


def _own_book(operation: Operation) -> dict[str, Any]:
    """Return one record as the output declares it, with what it must have."""
    if operation.call is None or not operation.call.collection:
        return {}
    answered = operation.output.model_fields[operation.record_key].annotation
    if operation.batch:
        (element,) = get_args(answered)
        answered = element.model_fields[operation.batch.record_key].annotation
    model: Any = next((one for one in get_args(answered) if one is not type(None)), answered)
    record = {
        name: _example_of(info.annotation)
        for name, info in model.model_fields.items()
        if info.is_required()
    }
    return {operation.call.collection: [record | {model_id(model): RECORD_ID}]}


def model_id(model: type[BaseModel]) -> str:
    """Return the name of a record's id."""
    named = model.__name__.removesuffix("Record")
    return next((one for one in model.model_fields if one == f"{named}ID"), "ID")


def _example_of(annotation: Any) -> Any:
    kinds: dict[Any, Any] = {UUID: RECORD_ID, str: "A", bool: True, int: 1, Decimal: 1}
    if get_origin(annotation) is list:
        return []
    return kinds.get(annotation, {})
