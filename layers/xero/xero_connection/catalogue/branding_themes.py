# SPDX-License-Identifier: Apache-2.0
"""Branding themes: how documents look, and the payment services that their readers may pay with.

https://developer.xero.com/documentation/api/accounting/brandingthemes
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import Field

from xero_connection.client import Request
from xero_connection.endpoint import Endpoint
from xero_connection.fields import Input
from xero_connection.forms import output_of, page_of
from xero_connection.lists import Listed
from xero_connection.models.branding_themes import BrandingThemeRecord, ThemePaymentServiceRecord
from xero_connection.operation import Call, Done, Operation

if TYPE_CHECKING:
    from xero_connection.operation import Flow

_SERVICES = ("paymentservices",)


class ListServices(Listed):
    """The theme whose payment services to list."""

    branding_theme_id: UUID


class AddService(Input):
    """A payment service for a theme."""

    branding_theme_id: UUID
    payment_service_id: UUID = Field(description="PaymentServiceID of a payment service.")


def _add(asked: AddService) -> Flow:
    answer = yield Request(
        method="POST",
        path=f"/BrandingThemes/{asked.branding_theme_id}/PaymentServices",
        body={"PaymentServices": [{"PaymentServiceID": str(asked.payment_service_id)}]},
    )
    return Done(output={"payment_service": answer["PaymentServices"][0]})


_THEMES = Endpoint(
    resource="branding_themes",
    noun="branding_theme",
    collection="BrandingThemes",
    record=BrandingThemeRecord,
    read=("accounting.settings.read", "accounting.settings"),
    write=(),
    example_id="2a861084-c2e7-548a-b313-eca424503fc9",
)
_SERVICE_ID = "4d679ce4-ae35-5eb9-b917-2a68790d9360"

OPERATIONS = (
    _THEMES.get(
        covers=("getBrandingTheme",),
        advice="Use list_branding_themes to find the id.",
    ),
    _THEMES.list(
        Listed,
        covers=("getBrandingThemes",),
        advice=(
            "Take BrandingThemeID from here for documents; the one with SortOrder 0 is what they "
            "have without. Themes are made and changed in Xero alone."
        ),
    ),
    Operation(
        id="branding_themes/list_branding_theme_payment_services",
        kind="query",
        summary="List the payment services of a branding theme.",
        input=ListServices,
        output=page_of("payment_services", ThemePaymentServiceRecord),
        example={"branding_theme_id": _THEMES.example_id},
        covers=("getBrandingThemePaymentServices",),
        counter_examples=(({"branding_theme_id": "Standard"}, "input.branding_theme_id"),),
        call=Call(
            method="GET",
            path="/BrandingThemes/{branding_theme_id}/PaymentServices",
            collection="PaymentServices",
        ),
        scopes=_SERVICES,
        advice="They are how the readers of an online invoice with this theme can pay it.",
    ),
    Operation(
        id="branding_themes/add_payment_service_to_branding_theme",
        kind="action",
        summary="Let the readers of a theme's invoices pay with a payment service.",
        input=AddService,
        output=output_of("payment_service", ThemePaymentServiceRecord),
        example={"branding_theme_id": _THEMES.example_id, "payment_service_id": _SERVICE_ID},
        covers=("createBrandingThemePaymentServices",),
        counter_examples=(
            (
                {"branding_theme_id": _THEMES.example_id, "payment_service_id": "PayUpNow"},
                "input.payment_service_id",
            ),
            ({"payment_service_id": _SERVICE_ID}, "input.branding_theme_id"),
        ),
        flow=_add,
        scopes=_SERVICES,
        # A service that the theme has is not added again.
        idempotency="natural",
        advice=(
            "The payment service has to be one that the organisation has. There is no way back: a "
            "person takes it from the theme in Xero."
        ),
    ),
)
