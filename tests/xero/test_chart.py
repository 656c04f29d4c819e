# SPDX-License-Identifier: Apache-2.0
"""Accounts, items and tax rates: what is taken, what stays, what can go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.xero.conftest import Client, invoice, load

if TYPE_CHECKING:
    from local.xero.wire import Document


def one(client: Client, path: str) -> Document:
    """Return the record at a path."""
    answer = client.read(path)
    record: Document = answer[path.partition("/")[0]][0]
    return record


def account(**changes: Any) -> Document:
    return {"Code": "470", "Name": "Storage Rent", "Type": "EXPENSE"} | changes


def item(**changes: Any) -> Document:
    return {"Code": "SHELF", "Name": "Oak shelf"} | changes


def rate(**changes: Any) -> Document:
    return {"Name": "Levy", "TaxComponents": [{"Name": "Levy", "Rate": 2.25}]} | changes


# Accounts


def test_an_account_gets_what_its_type_brings_and_is_read_by_id_and_code(client: Client) -> None:
    made = client.write("PUT", "Accounts", account())["Accounts"][0]

    assert (made["Class"], made["TaxType"], made["Status"]) == ("EXPENSE", "INPUT", "ACTIVE")
    assert one(client, f"Accounts/{made['AccountID']}")["Name"] == "Storage Rent"
    assert one(client, "Accounts/470")["AccountID"] == made["AccountID"]
    bank = account(Code=None, Name="Till", Type="BANK", BankAccountNumber="02-09")
    till = client.write("PUT", "Accounts", bank)["Accounts"][0]
    assert (till["Class"], till["CurrencyCode"]) == ("ASSET", "USD")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Name": "Sales"}, "Please enter a unique Name."),
        ({"Code": "200"}, "Please enter a unique Code."),
        ({"Code": None}, "Please enter a Code."),
        ({"Name": ""}, "Please enter a Name."),
        ({"Type": None}, "Please enter a Type."),
        ({"Code": "1" * 11}, "The Code field must not be longer than 10 characters."),
        ({"TaxType": "GST on Income"}, "The TaxType code GST on Income does not exist."),
        ({"Type": "BANK"}, "Please enter a BankAccountNumber."),
        (
            {"BankAccountNumber": "1"},
            "Only bank accounts have a number, a bank account type and a currency",
        ),
        (
            {"Type": "BANK", "BankAccountNumber": "1", "Description": "Ours"},
            "A bank account has no description",
        ),
        ({"Status": "DELETED"}, "An account is deleted with DELETE"),
    ],
)
def test_an_account_that_breaks_a_rule_is_refused(
    client: Client, changes: Document, message: str
) -> None:
    assert client.messages("PUT", "Accounts", account(**changes)) == [message]


def test_an_account_is_archived_and_restored_and_system_accounts_stay(client: Client) -> None:
    path = f"Accounts/{one(client, 'Accounts/400')['AccountID']}"
    for status in ("ARCHIVED", "ACTIVE"):
        client.write("POST", path, {"Accounts": [{"Status": status}]})
        assert one(client, path)["Status"] == status
    assert client.messages("POST", "Accounts/610", {"Name": "Owed"}) == [
        "System accounts cannot be changed"
    ]
    assert client.messages("DELETE", "Accounts/610", None) == ["System accounts cannot be deleted"]
    assert client.messages("POST", path, {"Type": "BANK", "BankAccountNumber": "1"}) == [
        "An account's type cannot become BANK, nor be BANK no more"
    ]


@pytest.mark.parametrize("code", ["090", "310", "416", "469"])
def test_an_account_that_is_in_use_is_not_deleted(client: Client, code: str) -> None:
    # a payment's, an item's, a journal's, a bill's
    (message,) = client.messages("DELETE", f"Accounts/{code}", None)
    assert message.startswith("The account is in use")


def test_an_account_that_nothing_names_is_gone_once_it_is_deleted(client: Client) -> None:
    path = f"Accounts/{one(client, 'Accounts/970')['AccountID']}"
    gone = load(client.api("DELETE", path))["Accounts"][0]

    assert (gone["Code"], gone["Status"]) == ("970", "DELETED")
    assert client.api("GET", path).status == 404
    assert client.api("DELETE", path).status == 404


# Items


def test_an_items_price_has_as_many_places_as_the_request_says(client: Client) -> None:
    sent = item(SalesDetails={"UnitPrice": 74.1255})
    fine = client.write("PUT", "Items", {"Items": [sent]}, query={"unitdp": 4})["Items"][0]
    plain = client.write("PUT", "Items", item(Code="HOOK", SalesDetails={"UnitPrice": 1.005}))

    assert fine["SalesDetails"]["UnitPrice"] == 74.1255
    assert client.read("Items/SHELF")["Items"][0]["SalesDetails"]["UnitPrice"] == 74.13
    assert plain["Items"][0]["SalesDetails"]["UnitPrice"] == pytest.approx(1.005, abs=0.0051)
    assert (fine["IsSold"], fine["IsPurchased"], fine["IsTrackedAsInventory"]) == (
        True,
        True,
        False,
    )


def test_a_posted_item_is_the_one_with_its_code_and_keeps_what_is_not_sent(client: Client) -> None:
    before = one(client, "Items/DESK")
    body = {"Items": [item(Code="DESK", Name="Desk"), item()]}
    changed, made = client.write("POST", "Items", body)["Items"]

    assert changed["ItemID"] == before["ItemID"]
    assert (changed["Name"], changed["SalesDetails"]) == ("Desk", before["SalesDetails"])
    assert made["ItemID"] != before["ItemID"]
    bought = client.write("POST", f"Items/{before['ItemID']}", item(Code="DESK", IsSold=False))
    assert bought["Items"][0]["SalesDetails"] == {}
    assert "Description" not in bought["Items"][0]


TRACKED = {"InventoryAssetAccountCode": "630", "PurchaseDetails": {"COGSAccountCode": "310"}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Code": "DESK"}, "Price List Item with Code 'DESK' already exists"),
        ({"Code": None}, "The item code must be specified"),
        ({"Name": "N" * 51}, "The Name field must not be longer than 50 characters."),
        ({"SalesDetails": {"AccountCode": "999"}}, "AccountCode '999' is not a valid account"),
        ({"SalesDetails": {"AccountCode": "408"}}, "AccountCode '408' is not a valid account"),
        (
            {"PurchaseDetails": {"COGSAccountCode": "310"}},
            "A tracked item needs both InventoryAssetAccountCode and COGSAccountCode",
        ),
        (
            {**TRACKED, "InventoryAssetAccountCode": "200"},
            "InventoryAssetAccountCode '200' is no account of the type INVENTORY",
        ),
        (
            {**TRACKED, "PurchaseDetails": {"COGSAccountCode": "310", "AccountCode": "310"}},
            "AccountCode is not for the purchase details of a tracked item",
        ),
    ],
)
def test_an_item_that_breaks_a_rule_is_refused(
    client: Client, changes: Document, message: str
) -> None:
    assert client.messages("PUT", "Items", item(**changes)) == [message]


def test_a_tracked_item_that_was_sold_stays_and_an_untracked_one_goes(client: Client) -> None:
    made = client.write("PUT", "Items", item(**TRACKED))["Items"][0]
    assert (made["IsTrackedAsInventory"], made["QuantityOnHand"]) == (True, 0)
    line = {"ItemCode": "SHELF", "Description": "Shelf", "UnitAmount": 5, "AccountCode": "200"}
    client.write("PUT", "Invoices", invoice(LineItems=[line]))

    assert client.messages("DELETE", "Items/SHELF", None) == [
        "The tracked item is in use and cannot be deleted"
    ]
    assert client.messages("POST", "Items", item(Code="DESK", **TRACKED))[-1] == (
        "An item that was used cannot become tracked"
    )
    assert client.api("DELETE", f"Items/{one(client, 'Items/LAMP')['ItemID']}").status == 204
    assert client.api("GET", "Items/LAMP").status == 404
    assert one(client, "Invoices/INV-0002")["LineItems"][0]["ItemCode"] == "LAMP"


def test_a_line_takes_from_a_sparse_item_what_it_has(client: Client) -> None:
    client.write("PUT", "Items", item(SalesDetails={"UnitPrice": 5}))
    line = {"ItemCode": "SHELF", "Description": "Shelf"}
    made = client.write("PUT", "Invoices", invoice(LineItems=[line]))["Invoices"][0]

    assert made["LineItems"][0]["UnitAmount"] == 5
    assert "AccountCode" not in made["LineItems"][0]


# Tax rates


def test_a_tax_rate_adds_its_components_up_and_can_be_used_at_once(client: Client) -> None:
    parts = [{"Name": "A", "Rate": 5}, {"Name": "B", "Rate": 8.5, "IsCompound": True}]
    made = client.write("PUT", "TaxRates", rate(TaxComponents=parts, ReportTaxType="OUTPUT"))
    (found,) = made["TaxRates"]

    assert (found["TaxType"], found["EffectiveRate"]) == ("TAX002", 13.925)
    assert (found["CanApplyToRevenue"], found["CanApplyToExpenses"]) == (True, False)
    line = {"Description": "A", "UnitAmount": 100, "AccountCode": "200", "TaxType": "TAX002"}
    taxed = client.write("PUT", "Invoices", invoice(LineItems=[line]))["Invoices"][0]
    assert taxed["TotalTax"] == pytest.approx(13.93, abs=0.0051)
    assert client.messages("POST", "TaxRates", rate(TaxType="TAX002", Status="DELETED")) == [
        "The tax rate is in use and cannot be deleted"
    ]


def test_a_tax_rate_is_changed_and_deleted_by_its_type(client: Client) -> None:
    client.write("PUT", "TaxRates", rate())
    changed = client.write("POST", "TaxRates", {"TaxType": "TAX002", "Name": "City"})
    assert changed["TaxRates"][0]["Name"] == "City"
    gone = client.write("POST", "TaxRates", {"Name": "City", "Status": "DELETED"})
    assert gone["TaxRates"][0]["TaxType"] == "TAX002"
    assert one(client, "TaxRates/TAX002")["Status"] == "DELETED"
    again = client.write("PUT", "TaxRates", rate(Name="City"))["TaxRates"][0]
    assert again["TaxType"] == "TAX003"


@pytest.mark.parametrize(
    ("method", "sent", "message"),
    [
        ("PUT", rate(Name="City Levy"), "The tax rate name must be unique"),
        ("PUT", rate(Name=""), "The tax rate name must be specified"),
        ("PUT", rate(TaxComponents=None), "A tax rate needs at least one component"),
        (
            "PUT",
            rate(TaxComponents=[{"Name": "A", "Rate": 1, "IsCompound": True}] * 2),
            "Only one tax component can be compound",
        ),
        (
            "PUT",
            rate(TaxComponents=[{"Name": "A", "Rate": -1}]),
            "The tax component rate must be zero or more",
        ),
        ("POST", {"TaxType": "OUTPUT"}, "A tax rate of Xero's own cannot be changed"),
    ],
)
def test_a_tax_rate_that_breaks_a_rule_is_refused(
    client: Client, method: str, sent: Document, message: str
) -> None:
    assert client.messages(method, "TaxRates", sent) == [message]
