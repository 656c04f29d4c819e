# SPDX-License-Identifier: Apache-2.0
"""What operations on accounts, items, tax rates, tracking and the like do to Xero's books."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.documents import to_json
from xero_connection.errors import (
    InputError,
    NotFoundError,
    OutcomeUnknownError,
    ValidationError,
)

from tests.functions.records import LINE, new_invoice
from tests.functions.test_outcomes import later

if TYPE_CHECKING:
    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("one-declaration")

RENT = {"Code": "470", "Name": "Storage Rent", "Type": "EXPENSE"}
SHELF = {"Code": "SHELF", "Name": "Oak shelf", "SalesDetails": {"UnitPrice": 74.1255}}
LEVY = {"Name": "Levy", "TaxComponents": [{"Name": "Levy", "Rate": 2.25}]}


def undone(stack: Stack, answer: dict[str, Any]) -> Any:
    """Take an action back as its answer says, and return what that answers."""
    return stack.invoke("action", json.loads(to_json(answer["undo"])))


def account(stack: Stack, code: str) -> dict[str, Any]:
    given = {"where": f'Code=="{code}"'}
    (found,) = stack.read("accounts/list_accounts", given)["accounts"]
    return dict(found)


# Accounts


@pytest.mark.promise("undo")
def test_an_account_is_created_once_for_its_key_and_taken_back(stack: Stack) -> None:
    given = {"account": RENT}
    first, again = (
        stack.ask("action", "accounts/create_account", given, idempotency_key="rent")
        for _ in range(2)
    )
    assert again["replayed"]
    assert first["output"] == again["output"]
    assert account(stack, "470")["Class"] == "EXPENSE"
    assert undone(stack, first)["output"]["deleted"]
    assert stack.read("accounts/list_accounts", {"where": 'Code=="470"'})["accounts"] == []


@pytest.mark.promise("undo")
def test_an_account_is_archived_restored_and_archived_again(stack: Stack) -> None:
    given = {"account_id": account(stack, "400")["AccountID"]}
    archived = stack.ask("action", "accounts/archive_account", given)
    restored = undone(stack, archived)
    assert archived["output"]["account"]["Status"] == "ARCHIVED"
    assert restored["output"]["account"]["Status"] == "ACTIVE"
    assert restored["undo"]["operation"] == "accounts/archive_account"


def test_a_bank_account_has_a_number_and_may_have_no_code(stack: Stack) -> None:
    till = {"Name": "Till", "Type": "BANK", "BankAccountNumber": "02-0908-0765432-10"}
    made = stack.act("accounts/create_account", {"account": till})["account"]
    assert (made["Class"], made["BankAccountType"]) == ("ASSET", "BANK")
    assert "Code" not in made


def test_accounts_are_listed_by_type_class_and_status(stack: Stack) -> None:
    asked = {"types": ["BANK", "FIXED"], "classes": ["ASSET"], "statuses": ["ACTIVE"]}
    listed = stack.read("accounts/list_accounts", asked | {"order": "Code ASC"})
    assert [one["Code"] for one in listed["accounts"]] == ["090", "091", "710"]
    archived = stack.read("accounts/list_accounts", {"statuses": ["ARCHIVED"]})["accounts"]
    assert [one["Code"] for one in archived] == ["408"]


def test_what_xero_needs_or_uses_stays(stack: Stack) -> None:
    for operation, code in (
        ("accounts/update_account", "610"),
        ("accounts/delete_account", "610"),
        ("accounts/delete_account", "090"),
    ):
        given: dict[str, Any] = {"account_id": account(stack, code)["AccountID"]}
        if operation.endswith("update_account"):
            given["account"] = {"Name": "Owed to us"}
        with pytest.raises(ValidationError):
            stack.act(operation, given)
        assert account(stack, code)["Status"] == "ACTIVE"


@pytest.mark.promise("read-back")
@pytest.mark.parametrize(
    ("operation", "given", "kind"),
    [
        ("accounts/create_account", {"account": RENT}, "Accounts"),
        ("items/create_item", {"item": SHELF}, "Items"),
    ],
)
def test_what_was_created_while_nobody_heard_is_found_again(
    stack: Stack, operation: str, given: dict[str, Any], kind: str
) -> None:
    code = next(iter(given.values()))["Code"]
    stack.fault("cut-after", 3, method="PUT")
    with pytest.raises(OutcomeUnknownError):
        stack.act(operation, given, idempotency_key=code)
    later(stack, 600, code)
    shelf = stack.xero.books[stack.xero.tenant_id].shelves[kind].values()
    for record in shelf:
        record["UpdatedDateUTC"] -= timedelta(seconds=600)

    made = next(iter(stack.act(operation, given, idempotency_key=code).values()))

    assert made["Code"] == code
    assert [one["Code"] for one in shelf].count(code) == 1


# Items


@pytest.mark.promise("undo")
def test_an_item_is_created_found_by_code_or_name_and_taken_back(stack: Stack) -> None:
    made = stack.ask("action", "items/create_item", {"item": SHELF})
    item = made["output"]["item"]
    assert item["SalesDetails"]["UnitPrice"] == Decimal("74.1255")
    for key in (item["ItemID"], "SHELF"):
        found = stack.read("items/get_item", {"item_id": key})["item"]
        assert found["ItemID"] == item["ItemID"]
    for asked in ({"code": "SHELF"}, {"name": "Oak shelf"}):
        assert stack.read("items/find_item", asked)["items"] == [found]
    undone(stack, made)
    assert stack.read("items/find_item", {"code": "SHELF"})["items"] == []
    for code in ("SHELF", "..", 'A" OR Code!="'):
        with pytest.raises(NotFoundError):
            stack.read("items/get_item", {"item_id": code})


@pytest.mark.promise("batches")
def test_of_many_items_each_succeeds_or_fails_by_itself(stack: Stack) -> None:
    items = [SHELF, {"Code": "DESK"}, {"Code": "HOOK"}]
    created = stack.act("items/create_items", {"items": items})
    assert [one["ok"] for one in created["items"]] == [True, False, True]
    upserted = stack.act("items/upsert_items", {"items": items}, idempotency_key="2")
    assert (upserted["succeeded"], upserted["failed"]) == (3, 0)
    assert upserted["items"][0]["item"]["ItemID"] == created["items"][0]["item"]["ItemID"]


def test_an_item_is_changed_by_its_id_and_by_its_code(stack: Stack) -> None:
    desk = stack.read("items/get_item", {"item_id": "DESK"})["item"]
    change = {"Code": "DESK", "SalesDetails": {"UnitPrice": "499.9999"}}
    given = {"item_id": desk["ItemID"], "item": change}
    changed = stack.act("items/update_item", given)["item"]
    assert changed["SalesDetails"]["UnitPrice"] == Decimal("499.9999")
    assert changed["PurchaseDetails"] == desk["PurchaseDetails"]
    upserted = stack.act("items/upsert_item", {"item": {"Code": "DESK", "IsPurchased": False}})
    assert upserted["item"]["ItemID"] == desk["ItemID"]
    assert upserted["item"]["PurchaseDetails"] == {}
    listed = stack.read("items/list_items", {"is_purchased": False, "name_contains": "desk"})
    assert [one["Code"] for one in listed["items"]] == ["DESK"]


# Tax rates


@pytest.mark.promise("undo")
def test_a_tax_rate_is_created_changed_put_back_and_deleted(stack: Stack) -> None:
    made = stack.ask("action", "tax_rates/create_tax_rate", {"tax_rate": LEVY})
    tax_type = made["output"]["tax_rate"]["TaxType"]
    change = {"TaxComponents": [{"Name": "Levy", "Rate": "3.125"}]}
    given = {"tax_type": tax_type, "tax_rate": change}
    changed = stack.ask("action", "tax_rates/update_tax_rate", given)
    assert changed["output"]["tax_rate"]["EffectiveRate"] == Decimal("3.125")
    assert changed["output"]["tax_rate"]["Name"] == "Levy"
    back = undone(stack, changed)["output"]["tax_rate"]
    assert back["EffectiveRate"] == Decimal("2.25")
    assert undone(stack, made)["output"]["tax_rate"]["Status"] == "DELETED"
    found = stack.read("tax_rates/get_tax_rate", {"tax_type": tax_type})["tax_rate"]
    assert found["Status"] == "DELETED"
    active = stack.read("tax_rates/list_tax_rates", {"statuses": ["ACTIVE"]})["tax_rates"]
    assert tax_type not in [one["TaxType"] for one in active]


def test_a_tax_rate_that_is_used_or_xeros_own_is_not_deleted(stack: Stack) -> None:
    new_invoice(stack, LineItems=[LINE | {"TaxType": "TAX001"}])
    for tax_type in ("TAX001", "OUTPUT"):
        with pytest.raises(ValidationError):
            stack.act("tax_rates/delete_tax_rate", {"tax_type": tax_type})


# Tracking


def region(stack: Stack) -> dict[str, Any]:
    listed = stack.read("tracking_categories/list_tracking_categories")["tracking_categories"]
    return dict(next(one for one in listed if one["Name"] == "Region"))


@pytest.mark.promise("undo")
def test_a_tracking_category_makes_room_for_another_and_comes_back(stack: Stack) -> None:
    given = {"tracking_category_id": region(stack)["TrackingCategoryID"]}
    new = {"tracking_category": {"Name": "Department"}}
    with pytest.raises(ValidationError):
        stack.act("tracking_categories/create_tracking_category", new, idempotency_key="1")
    archived = stack.ask("action", "tracking_categories/archive_tracking_category", given)
    made = stack.ask("action", "tracking_categories/create_tracking_category", new)
    undone(stack, made)
    assert undone(stack, archived)["output"]["tracking_category"]["Status"] == "ACTIVE"
    rename = given | {"tracking_category": {"Name": "Area"}}
    stack.act("tracking_categories/update_tracking_category", rename)
    found = stack.read("tracking_categories/get_tracking_category", given)["tracking_category"]
    assert found["Name"] == "Area"


@pytest.mark.promise("undo")
def test_a_tracking_option_is_made_archived_restored_and_taken_back(stack: Stack) -> None:
    category_id = region(stack)["TrackingCategoryID"]
    given: dict[str, Any] = {
        "tracking_category_id": category_id,
        "tracking_option": {"Name": "Harbour"},
    }
    made = stack.ask("action", "tracking_categories/create_tracking_option", given)
    ids = made["undo"]["input"]
    stack.act(
        "tracking_categories/update_tracking_option",
        ids | {"tracking_option": {"Name": "Docks"}},
    )
    archived = stack.ask("action", "tracking_categories/archive_tracking_option", ids)
    assert "Docks" not in [one["Name"] for one in region(stack)["Options"]]
    assert undone(stack, archived)["output"]["tracking_option"]["Status"] == "ACTIVE"
    assert "Docks" in [one["Name"] for one in region(stack)["Options"]]
    tracking = [{"Name": "Region", "Option": "Docks"}]
    new_invoice(stack, LineItems=[LINE | {"Tracking": tracking}])
    with pytest.raises(ValidationError):
        undone(stack, made)


# The rest


def test_the_organisation_says_what_it_is_and_what_may_be_done(stack: Stack) -> None:
    organisation = stack.read("organisations/get_organisation")["organisation"]
    given = {"organisation_id": organisation["OrganisationID"]}
    cis = stack.read("organisations/get_organisation_cis_settings", given)["cis_settings"]
    assert cis["CISContractorEnabled"] is False
    actions = stack.read("organisations/list_organisation_actions")["organisation_actions"]
    assert {"Name": "UseMulticurrency", "Status": "ALLOWED"} in actions


def test_a_currency_is_added_and_a_theme_given_a_payment_service(stack: Stack) -> None:
    stack.act("currencies/create_currency", {"currency": {"Code": "CHF"}})
    listed = stack.read("currencies/list_currencies", {"codes": ["CHF", "EUR"]})["currencies"]
    assert {one["Code"] for one in listed} == {"CHF", "EUR"}
    first, second = (
        {"branding_theme_id": one["BrandingThemeID"]}
        for one in stack.read("branding_themes/list_branding_themes")["branding_themes"]
    )
    listing = "branding_themes/list_branding_theme_payment_services"
    (service,) = stack.read(listing, first)["payment_services"]
    given = second | {"payment_service_id": service["PaymentServiceID"]}
    stack.act("branding_themes/add_payment_service_to_branding_theme", given)
    assert stack.read(listing, second)["payment_services"] == [service]
    theme = stack.read("branding_themes/get_branding_theme", second)["branding_theme"]
    assert theme["Name"] == "Special Projects"


def test_a_budget_is_got_month_by_month(stack: Stack) -> None:
    (budget, _) = stack.read("budgets/list_budgets")["budgets"]
    year = budget["UpdatedDateUTC"][:4]
    given = {"budget_id": budget["BudgetID"], "date_from": f"{year}-11-01"}
    lines = stack.read("budgets/get_budget", given)["budget"]["BudgetLines"]
    assert [one["Period"] for one in lines[0]["BudgetBalances"]] == [f"{year}-11", f"{year}-12"]


def test_a_setup_says_what_has_become_of_the_chart(stack: Stack) -> None:
    setup = {
        "ConversionDate": {"Month": 4, "Year": 2026},
        "ConversionBalances": [{"AccountCode": "090", "Balance": 10}],
        "Accounts": [RENT],
    }
    summary = stack.act("setup/create_conversion", {"setup": setup})["import_summary"]
    assert summary["Accounts"]["New"] == 1
    assert account(stack, "470")["Name"] == "Storage Rent"
    with pytest.raises(InputError):
        stack.act("setup/create_conversion", {"setup": {}})
