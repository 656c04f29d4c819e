# SPDX-License-Identifier: Apache-2.0
"""Tracking, currencies, branding themes, budgets and the setup of books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from xero_python.accounting import (
    Account,
    AccountType,
    Currency,
    CurrencyCode,
    Item,
    Items,
    Purchase,
    Setup,
    TaxComponent,
    TaxRate,
    TaxRates,
    TrackingCategory,
    TrackingOption,
)

from tests.published import problems
from tests.xero.conftest import Client, invoice, load
from tests.xero.test_chart import TRACKED, account, item, one, rate

if TYPE_CHECKING:
    from local.xero.wire import Document
    from tests.xero.sdk import Sdk

UNKNOWN = "11111111-2222-3333-4444-555555555555"


# Tracking


def categories(client: Client, **query: Any) -> dict[str, Document]:
    listed = client.read("TrackingCategories", **query)["TrackingCategories"]
    return {one["Name"]: one for one in listed}


def tracked_invoice(client: Client, option: str) -> Document:
    line = invoice()["LineItems"][0] | {"Tracking": [{"Name": "Region", "Option": option}]}
    made = client.api("PUT", "Invoices", invoice(LineItems=[line]))
    return load(made)


def test_two_tracking_categories_are_active_at_the_most(client: Client) -> None:
    region = categories(client)["Region"]
    path = f"TrackingCategories/{region['TrackingCategoryID']}"
    full = ["There can be at most 2 active tracking categories"]
    assert client.messages("PUT", "TrackingCategories", {"Name": "Department"}) == full

    client.write("POST", path, {"Status": "ARCHIVED"})
    assert "Region" not in categories(client)
    assert categories(client, includeArchived="true")["Region"]["Status"] == "ARCHIVED"
    assert tracked_invoice(client, "North")["ErrorNumber"] == 10
    made = client.write("PUT", "TrackingCategories", {"Name": "Department"})
    assert made["TrackingCategories"][0]["Options"] == []
    assert client.messages("POST", path, {"Status": "ACTIVE"}) == full
    assert client.messages("PUT", "TrackingCategories", {"Name": "region", "Status": "ARCHIVED"})


def test_an_option_lives_and_is_archived_renamed_and_deleted(client: Client) -> None:
    region = categories(client)["Region"]
    options = f"TrackingCategories/{region['TrackingCategoryID']}/Options"
    made = client.write("PUT", options, {"Name": "Harbour"})["Options"][0]
    path = f"{options}/{made['TrackingOptionID']}"
    assert client.messages("PUT", options, {"Name": "harbour"}) == ["The name must be unique"]

    used = tracked_invoice(client, "Harbour")["Invoices"][0]["InvoiceID"]
    assert client.messages("DELETE", path, None) == ["The tracking option is in use; archive it"]
    client.write("POST", path, {"Name": "Docks"})
    assert one(client, f"Invoices/{used}")["LineItems"][0]["Tracking"][0]["Option"] == "Docks"
    archived = client.write("POST", path, {"Status": "ARCHIVED"})["Options"][0]
    assert (archived["IsArchived"], archived["IsActive"]) == (True, False)
    assert tracked_invoice(client, "Docks")["ErrorNumber"] == 10

    def names(**query: Any) -> set[str]:
        return {each["Name"] for each in categories(client, **query)["Region"]["Options"]}

    assert "Docks" not in names()
    assert "Docks" in names(includeArchived="true")
    north = next(each for each in region["Options"] if each["Name"] == "North")
    gone = load(client.api("DELETE", f"{options}/{north['TrackingOptionID']}"))["Options"][0]
    assert (gone["Status"], gone["IsDeleted"]) == ("DELETED", True)
    assert "North" not in names(includeArchived="true")


def test_a_category_that_lines_name_is_not_deleted(client: Client) -> None:
    tracked_invoice(client, "North")
    found = {
        name: f"TrackingCategories/{one['TrackingCategoryID']}"
        for name, one in categories(client).items()
    }
    assert client.messages("DELETE", found["Region"], None) == [
        "The tracking category is in use; archive it"
    ]
    assert client.api("DELETE", found["Salesperson"]).status == 200
    assert client.api("GET", found["Salesperson"]).status == 404


# The rest


def test_a_currency_is_added_once(client: Client) -> None:
    made = client.write("PUT", "Currencies", {"Code": "CHF", "Description": "Swiss Franc"})
    assert made["Currencies"][0]["Code"] == "CHF"
    assert one(client, "Currencies/CHF")["Description"] == "Swiss Franc"
    assert client.messages("PUT", "Currencies", {"Code": "CHF"})
    assert client.messages("PUT", "Currencies", {"Code": "francs"})


def test_a_theme_is_given_a_payment_service_that_there_is(client: Client) -> None:
    first, second = client.read("BrandingThemes")["BrandingThemes"]
    paths = [f"BrandingThemes/{one['BrandingThemeID']}/PaymentServices" for one in (first, second)]
    (service,) = client.read(paths[0])["PaymentServices"]
    assert client.read(paths[1])["PaymentServices"] == []
    body = {"PaymentServices": [{"PaymentServiceID": service["PaymentServiceID"]}]}
    for _ in range(2):
        client.write("POST", paths[1], body)
    assert client.read(paths[1])["PaymentServices"] == [service]
    unknown = {"PaymentServices": [{"PaymentServiceID": UNKNOWN}]}
    assert client.messages("POST", paths[1], unknown) == ["The payment service does not exist"]
    client.log_in(scope="accounting.settings")
    assert client.api("GET", paths[0]).status == 401


def test_a_budget_shows_the_months_that_are_asked_for(client: Client) -> None:
    overall, eastside = client.read("Budgets")["Budgets"]
    assert overall["BudgetLines"] == []
    assert eastside["Tracking"][0]["Option"] == "Eastside"
    path = f"Budgets/{overall['BudgetID']}"
    asked = client.read(path, DateFrom="2026-03-01", DateTo="2026-04-30")["Budgets"][0]
    periods = [one["Period"] for one in asked["BudgetLines"][0]["BudgetBalances"]]
    assert periods == ["2026-03", "2026-04"]
    assert len(one(client, path)["BudgetLines"][0]["BudgetBalances"]) == 12
    listed = client.read("Budgets", IDs=eastside["BudgetID"])["Budgets"]
    assert [one["BudgetID"] for one in listed] == [eastside["BudgetID"]]


def test_a_setup_replaces_the_chart_but_for_what_is_needed(client: Client) -> None:
    before = len(client.read("Accounts")["Accounts"])
    chart = [account(), account(Code="200", Name="Sale of Goods", Type="REVENUE")]
    sent = {
        "ConversionDate": {"Month": 4, "Year": 2026},
        "ConversionBalances": [{"AccountCode": "470", "Balance": 12.5}],
        "Accounts": chart,
    }
    counts = client.write("POST", "Setup", sent)["ImportSummary"]["Accounts"]

    assert (counts["New"], counts["Updated"], counts["Errored"]) == (1, 1, 0)
    assert counts["Total"] == before + 1 - counts["Deleted"]
    assert one(client, "Accounts/200")["Name"] == "Sale of Goods"
    assert client.api("GET", "Accounts/970").status == 404
    assert client.api("GET", "Accounts/469").status == 200
    for wrong in (
        {"ConversionDate": {"Month": 13, "Year": 2026}},
        {"ConversionBalances": [{"AccountCode": "999", "Balance": 1}]},
    ):
        assert client.messages("POST", "Setup", wrong)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"Items/{UNKNOWN}"),
        ("DELETE", f"TrackingCategories/{UNKNOWN}"),
        ("PUT", f"TrackingCategories/{UNKNOWN}/Options"),
        ("GET", f"BrandingThemes/{UNKNOWN}/PaymentServices"),
        ("GET", f"Budgets/{UNKNOWN}"),
        ("GET", f"Organisation/{UNKNOWN}/CISSettings"),
        ("POST", "Accounts"),
        ("POST", "Currencies"),
    ],
)
def test_what_the_settings_have_not_is_not_found(client: Client, method: str, path: str) -> None:
    assert client.api(method, path, {"Name": "A"}).status == 404


@pytest.mark.promise("simulator-openapi")
def test_the_settings_are_valid(client: Client) -> None:
    region = categories(client)["Region"]["TrackingCategoryID"]
    theme = client.read("BrandingThemes")["BrandingThemes"][0]["BrandingThemeID"]
    organisation = client.read("Organisation")["Organisations"][0]["OrganisationID"]
    answers = [
        ("Accounts", client.write("PUT", "Accounts", account())),
        ("Accounts", load(client.api("DELETE", "Accounts/470"))),
        ("Items", client.write("PUT", "Items", item(**TRACKED))),
        ("Items", client.read("Items/SHELF")),
        ("TaxRates", client.write("PUT", "TaxRates", rate())),
        ("TaxRates", client.read("TaxRates/TAX002")),
        ("Currencies", client.write("PUT", "Currencies", {"Code": "CHF"})),
        ("TrackingCategories", client.read(f"TrackingCategories/{region}")),
        (
            "TrackingOptions",
            client.write("PUT", f"TrackingCategories/{region}/Options", {"Name": "A"}),
        ),
        ("PaymentServices", client.read(f"BrandingThemes/{theme}/PaymentServices")),
        ("Actions", client.read("Organisation/Actions")),
        ("CISOrgSettings", client.read(f"Organisation/{organisation}/CISSettings")),
        ("Budgets", client.read("Budgets")),
        ("Budgets", client.read(f"Budgets/{client.read('Budgets')['Budgets'][0]['BudgetID']}")),
        ("ImportSummaryObject", client.write("POST", "Setup", {"Accounts": [account()]})),
    ]
    for schema, answer in answers:
        assert not problems(schema, answer), schema
    refused = client.api("PUT", "Accounts", account(Name="Rent", Code="469"))
    assert not problems("Error", load(refused))


@pytest.mark.promise("simulator-xero-sdk")
def test_the_sdk_writes_the_settings(sdk: Sdk) -> None:
    api, tenant_id = sdk.accounting, sdk.tenant_id
    made = api.create_account(
        tenant_id, Account(code="470", name="Storage", type=AccountType.EXPENSE)
    ).accounts[0]
    assert api.delete_account(tenant_id, made.account_id).accounts[0].status == "DELETED"
    shelf = Item(code="SHELF", name="Oak shelf", sales_details=Purchase(unit_price=74.1255))
    (stored,) = api.create_items(tenant_id, Items(items=[shelf]), unitdp=4).items
    assert float(stored.sales_details.unit_price) == 74.1255
    api.delete_item(tenant_id, stored.item_id)
    levy = TaxRate(name="Levy", tax_components=[TaxComponent(name="Levy", rate=2.25)])
    (taxed,) = api.create_tax_rates(tenant_id, TaxRates(tax_rates=[levy])).tax_rates
    found = api.get_tax_rate_by_tax_type(tenant_id, taxed.tax_type).tax_rates[0]
    assert found.effective_rate == 2.25
    assert api.create_currency(tenant_id, Currency(code=CurrencyCode.CHF)).currencies


@pytest.mark.promise("simulator-xero-sdk")
def test_the_sdk_tracks_and_reads_the_rest(sdk: Sdk) -> None:
    api, tenant_id = sdk.accounting, sdk.tenant_id
    region = api.get_tracking_categories(tenant_id).tracking_categories[0].tracking_category_id
    renamed = api.update_tracking_category(tenant_id, region, TrackingCategory(name="Area"))
    assert renamed.tracking_categories[0].name == "Area"
    (option,) = api.create_tracking_options(tenant_id, region, TrackingOption(name="A")).options
    gone = api.delete_tracking_options(tenant_id, region, option.tracking_option_id)
    assert gone.options[0].status == "DELETED"
    budget = api.get_budgets(tenant_id).budgets[0].budget_id
    assert api.get_budget(tenant_id, budget).budgets[0].budget_lines
    assert api.get_organisation_actions(tenant_id).actions
    theme = api.get_branding_themes(tenant_id).branding_themes[0].branding_theme_id
    assert api.get_branding_theme_payment_services(tenant_id, theme).payment_services
    summary = api.post_setup(
        tenant_id, Setup(accounts=[Account(code="470", name="Storage", type=AccountType.EXPENSE)])
    )
    assert summary.import_summary.accounts.new == 1
