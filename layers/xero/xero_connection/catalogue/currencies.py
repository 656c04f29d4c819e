# SPDX-License-Identifier: Apache-2.0
"""Currencies: those that an organisation deals in.

https://developer.xero.com/documentation/api/accounting/currencies
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from xero_connection.endpoint import Endpoint
from xero_connection.fields import Currency as CurrencyCode  # noqa: TC001 - for pydantic
from xero_connection.filters import Where
from xero_connection.lists import ListInput
from xero_connection.models.currencies import Currency, CurrencyRecord


class ListCurrencies(ListInput):
    """Which currencies to list."""

    codes: Annotated[list[CurrencyCode] | None, Where("Code")] = Field(
        default=None, min_length=1, description="Only these, such as EUR."
    )


_CURRENCIES = Endpoint(
    resource="currencies",
    noun="currency",
    collection="Currencies",
    record=CurrencyRecord,
    read=("accounting.settings.read", "accounting.settings"),
    write=("accounting.settings",),
    example_id="",
    each_query=False,
    bare=("PUT",),
)

OPERATIONS = (
    _CURRENCIES.create(
        Currency,
        {"Code": "CHF", "Description": "Swiss Franc"},
        summary="Add a currency to those that the organisation deals in.",
        covers=("createCurrency",),
        counter_examples=(
            ({"currency": {"Description": "Swiss Franc"}}, "input.currency.Code"),
            ({"currency": {"Code": "francs"}}, "input.currency.Code"),
        ),
        # A code is a currency's alone: a repeat adds nothing.
        idempotency="natural",
        advice=(
            "Documents can then be in it; the organisation's plan has to have several currencies. "
            "There is no way back: a person removes it in Xero."
        ),
    ),
    _CURRENCIES.list(
        ListCurrencies,
        covers=("getCurrencies",),
        example={"codes": ["EUR", "GBP"]},
        counter_examples=(
            ({"codes": []}, "input.codes"),
            ({"codes": ["Euro"]}, "input.codes.0"),
        ),
        advice="Take Code from here for CurrencyCode; get_organisation has the books' own.",
    ),
)
