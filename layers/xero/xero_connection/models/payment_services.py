# SPDX-License-Identifier: Apache-2.0
"""Payment services: the ways to pay that online invoices offer.

https://developer.xero.com/documentation/api/accounting/paymentservices
"""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from xero_connection.fields import Document, Record


class PaymentService(Document):
    """A payment service as it is sent."""

    PaymentServiceName: str | None = Field(default=None, min_length=1)
    PaymentServiceUrl: str | None = Field(
        default=None,
        pattern="^https?://",
        description="Where customers pay; Xero fills in [AMOUNT], [INVOICENUMBER] and the like.",
    )
    PayNowText: str | None = Field(
        default=None, description="On the button; Pay by credit card where left out."
    )


class PaymentServiceRecord(PaymentService, Record):
    """A payment service as Xero answers it."""

    PaymentServiceID: UUID | None = None
    PaymentServiceType: str | None = Field(
        default=None, description="Custom for those made through the API."
    )
