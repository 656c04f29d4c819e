# SPDX-License-Identifier: Apache-2.0
"""Carries an operation out against documents at hand, and keeps what it asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xero_connection.client import JSON
from xero_connection.invocation import read_input

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.client import Request
    from xero_connection.operation import Done, Operation

RECORD_ID = "6f7594f2-f059-4d56-9e67-47ac9733bfe9"

# One record of everything, as far as the operations need it.
BOOKS: dict[str, Any] = {
    "Accounts": [{"AccountID": RECORD_ID, "Name": "Sales", "Type": "REVENUE"}],
    "Contacts": [{"ContactID": RECORD_ID, "Name": "Harbour Lights", "ContactStatus": "ACTIVE"}],
    "Invoices": [
        {"InvoiceID": RECORD_ID, "Status": "DRAFT", "LineItems": [{"LineItemID": RECORD_ID}]}
    ],
    "OnlineInvoices": [{"OnlineInvoiceUrl": "https://in.xero.com/a"}],
    "Organisations": [{"OrganisationID": RECORD_ID, "Name": "Demo Company"}],
    "Payments": [{"PaymentID": RECORD_ID, "Status": "AUTHORISED", "Amount": 120}],
    "TaxRates": [{"Name": "GST on Income", "TaxType": "OUTPUT"}],
}
CONNECTIONS = [{"id": RECORD_ID, "tenantId": RECORD_ID, "tenantType": "ORGANISATION"}]
PDF_FILE = b"%PDF-1.4"


@dataclass
class Driven:
    """What an operation asked Xero for, and how it ended."""

    requests: list[Request] = field(default_factory=list)
    done: Done | None = None


def drive(operation: Operation, given: Mapping[str, Any], *answers: Any) -> Driven:
    """Carry an operation out: each request gets the next answer, or one from the books.

    It ends before its end where the operation raises.
    """
    driven, script = Driven(), list(answers)
    flow = operation.run(read_input(operation, given))
    try:
        request = next(flow)
        while True:
            driven.requests.append(request)
            request = flow.send(script.pop(0) if script else _answer(request))
    except StopIteration as end:
        driven.done = end.value
    return driven


def _answer(request: Request) -> Any:
    if request.accept != JSON:
        return PDF_FILE
    return CONNECTIONS if request.api == "identity" else BOOKS
