# SPDX-License-Identifier: Apache-2.0
"""Payment services: the ways to pay that online invoices offer.

https://developer.xero.com/documentation/api/accounting/paymentservices
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from xero_connection.endpoint import Endpoint
from xero_connection.lists import Listed
from xero_connection.models.payment_services import PaymentService, PaymentServiceRecord
from xero_connection.operation import ReadBack

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCOPE = ("paymentservices",)


class NewPaymentService(PaymentService):
    """A payment service that does not exist yet."""

    PaymentServiceName: str = Field(min_length=1)
    PaymentServiceUrl: str = Field(
        pattern="^https?://",
        description="Where customers pay; Xero fills in [AMOUNT], [INVOICENUMBER] and the like.",
    )


def new_payment_service(document: Mapping[str, object]) -> tuple[str, ...]:
    """Return by which fields a new one is known from all others."""
    return tuple(document)


_SERVICES = Endpoint(
    resource="payment_services",
    noun="payment_service",
    collection="PaymentServices",
    record=PaymentServiceRecord,
    read=_SCOPE,
    write=_SCOPE,
    example_id="54b3b4f6-0443-4fba-bcd1-61ec0c35ca55",
    read_back=ReadBack(
        path="/PaymentServices",
        collection="PaymentServices",
        id_field="PaymentServiceID",
        identity=new_payment_service,
    ),
    each_query=False,
)
_SERVICE = {
    "PaymentServiceName": "Harbour Pay",
    "PaymentServiceUrl": "https://pay.harbourlights.example/?amount=[AMOUNT]",
    "PayNowText": "Pay now",
}

OPERATIONS = (
    _SERVICES.list(
        Listed,
        covers=("getPaymentServices",),
        advice="Xero gives them all at once; the scope paymentservices is asked for by itself.",
    ),
    _SERVICES.create(
        NewPaymentService,
        _SERVICE,
        covers=("createPaymentService",),
        counter_examples=(
            (
                {"payment_service": {"PaymentServiceName": "Harbour Pay"}},
                "input.payment_service.PaymentServiceUrl",
            ),
            (
                {"payment_service": _SERVICE | {"PaymentServiceUrl": "harbourlights.example"}},
                "input.payment_service.PaymentServiceUrl",
            ),
            (
                {"payment_service": _SERVICE | {"PaymentServiceType": "Custom"}},
                "input.payment_service.PaymentServiceType",
            ),
        ),
        advice=(
            "Look with list_payment_services first: there is no way back in the API, people remove "
            "one in Xero."
        ),
    ),
)
