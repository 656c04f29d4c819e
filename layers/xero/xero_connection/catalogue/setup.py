# SPDX-License-Identifier: Apache-2.0
"""Setup: what books begin with when they come to Xero from elsewhere.

https://developer.xero.com/documentation/api/accounting/setup
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import model_validator

from xero_connection.client import Request
from xero_connection.fields import Input, document, refusal
from xero_connection.forms import output_of
from xero_connection.models.setup import ImportSummaryRecord, Setup
from xero_connection.operation import Done, Operation

if TYPE_CHECKING:
    from xero_connection.operation import Flow


class SomeSetup(Setup):
    """What the books begin with: at least one part of it."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        given = [name for name in Setup.model_fields if getattr(self, name) is not None]
        if not given:
            raise refusal(f"Give one of {', '.join(Setup.model_fields)}")
        if given == ["ConversionBalances"]:
            raise refusal("Balances are of a month: give it", "ConversionDate")
        return self


class CreateConversion(Input):
    """What the books begin with."""

    setup: SomeSetup


def _create(asked: CreateConversion) -> Flow:
    answer = yield Request(method="POST", path="/Setup", body=document(asked.setup))
    return Done(output={"import_summary": answer["ImportSummary"]})


_CHART = [
    {"Code": "200", "Name": "Sales", "Type": "SALES", "ReportingCode": "REV.TRA.GOO"},
    {"Code": "610", "Name": "Accounts Receivable", "Type": "CURRENT", "SystemAccount": "DEBTORS"},
]
_BEGINNING = {
    "ConversionDate": {"Month": 4, "Year": 2026},
    "ConversionBalances": [
        {"AccountCode": "090", "Balance": 1250.75},
        {"AccountCode": "970", "Balance": -1250.75},
    ],
}

OPERATIONS = (
    Operation(
        id="setup/create_conversion",
        kind="action",
        summary="Say what the books begin with: the month, the chart of accounts, the balances.",
        input=CreateConversion,
        output=output_of("import_summary", ImportSummaryRecord),
        example={"setup": _BEGINNING},
        covers=("postSetup",),
        counter_examples=(
            ({"setup": {}}, "input.setup"),
            (
                {"setup": {**_BEGINNING, "ConversionDate": {"Month": 13, "Year": 2026}}},
                "input.setup.ConversionDate.Month",
            ),
            (
                {"setup": {**_BEGINNING, "ConversionDate": {"Month": 4, "Year": 2006}}},
                "input.setup.ConversionDate.Year",
            ),
            (
                {"setup": {"ConversionBalances": _BEGINNING["ConversionBalances"]}},
                "input.setup.ConversionDate",
            ),
            (
                {"setup": {"Accounts": [*_CHART, {"Code": "201", "Name": "Repairs"}]}},
                "input.setup.Accounts.2.Type",
            ),
        ),
        flow=_create,
        scopes=("accounting.settings",),
        idempotency="natural",
        destructive=True,
        advice=(
            "For books that are new to Xero. Accounts is the whole chart: what it leaves out may "
            "be deleted where it is not in use, so list_accounts first. Debits are above zero, "
            "credits below, and together they should come to zero. There is no way back."
        ),
    ),
)
