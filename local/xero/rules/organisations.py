# SPDX-License-Identifier: Apache-2.0
"""What an organisation lets be done, and what it is in the Construction Industry Scheme.

Rules: https://developer.xero.com/documentation/api/accounting/organisation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero.envelopes import envelope
from local.xero.replies import XeroError, not_found

if TYPE_CHECKING:
    from local.xero.books import Writing
    from local.xero.wire import Request, Response

_ACTIONS = (
    "CreateDraftInvoice",
    "CreateApprovedInvoice",
    "CreateRepeatingInvoice",
    "CreateInvoicePayment",
    "AttachFilesIntoInvoice",
    "CreateDraftBill",
    "CreateApprovedBill",
    "CreateRepeatingBill",
    "CreateDraftQuote",
    "CreateSentQuote",
    "CreateDraftPurchaseOrder",
    "CreateApprovedPurchaseOrder",
    "UseMulticurrency",
)


def actions(writing: Writing, _: Request, __: list[str]) -> Response:
    """Answer with what can be done in the organisation: all of it."""
    allowed = [{"Name": name, "Status": "ALLOWED"} for name in _ACTIONS]
    return envelope(writing, "Actions", allowed)


def cis_settings(writing: Writing, _: Request, rest: list[str]) -> Response:
    """Answer with what the organisation is in the scheme: nothing."""
    if rest[0].lower() != writing.books.organisation["OrganisationID"]:
        raise XeroError(not_found())
    settings = {"CISContractorEnabled": False, "CISSubContractorEnabled": False, "Rate": 0}
    return envelope(writing, "CISSettings", [settings])
