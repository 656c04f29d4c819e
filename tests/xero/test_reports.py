# SPDX-License-Identifier: Apache-2.0
"""The reports of the simulated Xero follow from its documents."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from local.xero import ledger
from tests.published import problems
from tests.xero.conftest import invoice, load

if TYPE_CHECKING:
    from tests.xero.conftest import Client

pytestmark = pytest.mark.promise("simulator-openapi")

LARKSPUR = "Larkspur Interiors"


def report(client: Client, name: str, **query: str) -> Any:
    """Return a report's rows of figures, by section and name."""
    response = client.api("GET", f"Reports/{name}", query=query)
    assert response.status == 200, response.body
    document = load(response)
    assert not problems("ReportWithRows", document)
    (found,) = document["Reports"]
    return found


def figures(found: Any) -> dict[str, list[Decimal]]:
    """Return the amounts of each row of a report by the row's name."""
    rows = [row for part in found["Rows"] for row in part.get("Rows", [])]
    return {
        row["Cells"][0]["Value"]: [Decimal(cell["Value"]) for cell in row["Cells"][1:]]
        for row in rows
    }


@pytest.mark.parametrize(
    "name",
    ["ProfitAndLoss", "BalanceSheet", "TrialBalance", "BankSummary", "ExecutiveSummary"],
)
def test_a_report_is_valid_against_xeros_description(client: Client, name: str) -> None:
    assert figures(report(client, name))


def test_all_postings_come_to_zero(client: Client) -> None:
    (books,) = client.simulator.books.values()

    assert sum((one.amount for one in ledger.postings(books)), Decimal(0)) == 0


def test_a_trial_balance_is_one(client: Client) -> None:
    total = figures(report(client, "TrialBalance"))["Total"]

    assert total[0] == total[1]
    assert total[2] == total[3] > 0


def test_an_approved_invoice_shows_in_the_profit_and_in_what_its_contact_owes(
    client: Client,
) -> None:
    before = figures(report(client, "ProfitAndLoss"))
    made = client.api("PUT", "Invoices", invoice(Status="AUTHORISED"))
    (document,) = load(made)["Invoices"]
    after = figures(report(client, "ProfitAndLoss"))
    net = Decimal(str(document["Total"])) - Decimal(str(document["TotalTax"]))

    assert after["Net Profit"][0] - before["Net Profit"][0] == net
    aged = report(client, "AgedReceivablesByContact", contactId=document["Contact"]["ContactID"])
    numbers = [row["Cells"][1]["Value"] for part in aged["Rows"] for row in part.get("Rows", [])]
    assert document["InvoiceNumber"] in numbers


def test_periods_are_columns(client: Client) -> None:
    found = report(client, "ProfitAndLoss", periods="3", timeframe="QUARTER")

    assert len(found["Rows"][0]["Cells"]) == 5


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("ProfitAndLoss", {"periods": "13"}),
        ("ProfitAndLoss", {"timeframe": "WEEK"}),
        ("ProfitAndLoss", {"fromDate": "2026-05-01", "toDate": "2026-04-01"}),
        ("BalanceSheet", {"date": "soon"}),
        ("BudgetSummary", {"timeframe": "2"}),
    ],
)
def test_what_makes_no_sense_is_refused(client: Client, name: str, query: dict[str, str]) -> None:
    assert client.api("GET", f"Reports/{name}", query=query).status == 400


def test_an_unknown_report_or_contact_is_not_found(client: Client) -> None:
    assert client.api("GET", "Reports/NoSuchReport").status == 404
    assert client.api("GET", "Reports/AgedPayablesByContact").status == 404
    (published,) = load(client.api("GET", "Reports"))["Reports"]
    assert figures(report(client, published["ReportID"])) == {"Tax collected": [Decimal(0)]}
    assert load(client.api("GET", "Reports/TenNinetyNine"))["Reports"] == []
