# SPDX-License-Identifier: Apache-2.0
"""History and notes: what was done with a record, alike for sixteen kinds of record.

https://developer.xero.com/documentation/api/accounting/historyandnotes
"""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple
from uuid import UUID

from pydantic import Field

from xero_connection.client import Request
from xero_connection.fields import Input, OneOf, Output
from xero_connection.models.history import HistoryEntryRecord
from xero_connection.operation import Done, Flow, Operation


class _Kind(NamedTuple):
    """A kind of record that has a history."""

    collection: str
    """Its path."""
    scope: str
    """The kind's own: Xero has none for histories."""
    read: str
    """Xero's operationIds, which follow no rule."""
    add: str


_KINDS: Final = {
    "bank_transactions": _Kind(
        "BankTransactions",
        "accounting.banktransactions",
        "getBankTransactionsHistory",
        "createBankTransactionHistoryRecord",
    ),
    "bank_transfers": _Kind(
        "BankTransfers",
        "accounting.banktransactions",
        "getBankTransferHistory",
        "createBankTransferHistoryRecord",
    ),
    "batch_payments": _Kind(
        "BatchPayments",
        "accounting.payments",
        "getBatchPaymentHistory",
        "createBatchPaymentHistoryRecord",
    ),
    "contacts": _Kind(
        "Contacts", "accounting.contacts", "getContactHistory", "createContactHistory"
    ),
    "credit_notes": _Kind(
        "CreditNotes", "accounting.invoices", "getCreditNoteHistory", "createCreditNoteHistory"
    ),
    "expense_claims": _Kind(
        "ExpenseClaims",
        "accounting.classicexpenses",
        "getExpenseClaimHistory",
        "createExpenseClaimHistory",
    ),
    "invoices": _Kind(
        "Invoices", "accounting.invoices", "getInvoiceHistory", "createInvoiceHistory"
    ),
    "items": _Kind("Items", "accounting.settings", "getItemHistory", "createItemHistory"),
    "manual_journals": _Kind(
        "ManualJournals",
        "accounting.manualjournals",
        "getManualJournalsHistory",
        "createManualJournalHistoryRecord",
    ),
    "overpayments": _Kind(
        "Overpayments", "accounting.payments", "getOverpaymentHistory", "createOverpaymentHistory"
    ),
    "payments": _Kind(
        "Payments", "accounting.payments", "getPaymentHistory", "createPaymentHistory"
    ),
    "prepayments": _Kind(
        "Prepayments", "accounting.payments", "getPrepaymentHistory", "createPrepaymentHistory"
    ),
    "purchase_orders": _Kind(
        "PurchaseOrders",
        "accounting.invoices",
        "getPurchaseOrderHistory",
        "createPurchaseOrderHistory",
    ),
    "quotes": _Kind("Quotes", "accounting.invoices", "getQuoteHistory", "createQuoteHistory"),
    "receipts": _Kind(
        "Receipts", "accounting.classicexpenses", "getReceiptHistory", "createReceiptHistory"
    ),
    "repeating_invoices": _Kind(
        "RepeatingInvoices",
        "accounting.invoices",
        "getRepeatingInvoiceHistory",
        "createRepeatingInvoiceHistory",
    ),
}
_LONGEST_NOTE: Final = 2500


class GetHistory(Input):
    """A record whose history is asked for."""

    resource: Annotated[str, OneOf(*_KINDS)] = Field(
        description="Kind of the record; bills are invoices."
    )
    record_id: UUID = Field(description="Id of the record.")

    @property
    def path(self) -> str:
        """Where the record's history is."""
        return f"/{_KINDS[self.resource].collection}/{self.record_id}/History"


class AddHistoryNote(GetHistory):
    """A note on a record."""

    note: str = Field(
        min_length=1,
        max_length=_LONGEST_NOTE,
        pattern=r"\S",
        description="Plain text. Xero may take less for some kinds, and says so.",
    )


class HistoryOutput(Output):
    """Entries of a record's history."""

    history: list[HistoryEntryRecord]


class NoteOutput(Output):
    """The note as Xero has it."""

    note: HistoryEntryRecord


def _get(asked: GetHistory) -> Flow:
    answer = yield Request(method="GET", path=asked.path)
    return Done(output={"history": answer["HistoryRecords"]})


def _add(asked: AddHistoryNote) -> Flow:
    sent = {"HistoryRecords": [{"Details": asked.note}]}
    answer = yield Request(method="PUT", path=asked.path, body=sent)
    entries = answer["HistoryRecords"]
    # The note is answered; when a lost answer is made up for, the whole history is.
    same = (one for one in entries if one.get("Details") == asked.note)
    return Done(output={"note": next(same, entries[0])})


def _reading(asked: GetHistory) -> tuple[str, ...]:
    scope = _KINDS[asked.resource].scope
    return (f"{scope}.read", scope)


def _writing(asked: AddHistoryNote) -> tuple[str, ...]:
    return (_KINDS[asked.resource].scope,)


_SCOPES: Final = sorted({kind.scope for kind in _KINDS.values()})
_INVOICE: Final = {
    "resource": "invoices",
    "record_id": "d60a3682-8378-5b15-b75f-588cd8c95890",
}
_NOTE: Final = {**_INVOICE, "note": "Customer promised to pay on 1 December."}

OPERATIONS = (
    Operation(
        id="history/add_history_note",
        kind="action",
        summary="Add a note to the history of a record.",
        input=AddHistoryNote,
        output=NoteOutput,
        example=_NOTE,
        counter_examples=(
            ({**_NOTE, "resource": "accounts"}, "input.resource"),
            ({**_NOTE, "record_id": "INV-0001"}, "input.record_id"),
            ({**_NOTE, "note": ""}, "input.note"),
            ({**_NOTE, "note": " \n"}, "input.note"),
            ({**_NOTE, "note": "a" * (_LONGEST_NOTE + 1)}, "input.note"),
        ),
        covers=tuple(kind.add for kind in _KINDS.values()),
        flow=_add,
        scopes=tuple(_SCOPES),
        scopes_for=_writing,
        idempotency="key",
        advice=(
            "People see it under History and notes of the record. There is no way back: no call "
            "of Xero's changes a note or takes it away."
        ),
    ),
    Operation(
        id="history/get_history",
        kind="query",
        summary="Get what was done with a record, and the notes on it.",
        input=GetHistory,
        output=HistoryOutput,
        example=_INVOICE,
        counter_examples=(
            ({**_INVOICE, "resource": "Invoices"}, "input.resource"),
            ({"resource": "invoices"}, "input.record_id"),
        ),
        covers=tuple(kind.read for kind in _KINDS.values()),
        flow=_get,
        scopes=tuple(one for scope in _SCOPES for one in (f"{scope}.read", scope)),
        scopes_for=_reading,
        advice="Choose it to see who approved, changed, sent or paid a document, and when.",
    ),
)
