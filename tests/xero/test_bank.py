# SPDX-License-Identifier: Apache-2.0
"""Bank transactions and transfers: what is taken, and what follows in other records."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from xero_python.accounting import (
    Account,
    BankTransaction,
    BankTransactions,
    BankTransfer,
    BankTransferDelete,
    BankTransferDeleteByUrlParam,
    BankTransfers,
    BankTransfersDelete,
    Contact,
    LineItem,
)

from tests.published import problems
from tests.xero.writing import change, last_number, latest, make, read

if TYPE_CHECKING:
    from local.xero.wire import Document
    from tests.xero.conftest import Client, Clock
    from tests.xero.sdk import Sdk


RECONCILED = (
    "This Bank Transaction cannot be edited as it has been reconciled with a Bank Statement."
)
ENDED = "Bank transaction not of valid status for modification"
MISSING = "11111111-2222-3333-4444-555555555555"


def line(**fields: Any) -> Document:
    return {"Description": "Paper", "Quantity": 2, "UnitAmount": 50, "AccountCode": "461"} | fields


def spent(**fields: Any) -> Document:
    return {
        "Type": "SPEND",
        "Contact": {"Name": "Umber Print Works"},
        "BankAccount": {"Code": "090"},
        "LineItems": [line()],
        "Date": "2026-11-20",
        **fields,
    }


def overpaid(**fields: Any) -> Document:
    lines = [{"Description": "Paid twice", "UnitAmount": 80}]
    return spent(Type="RECEIVE-OVERPAYMENT", LineItems=lines, **fields)


def transfer(**fields: Any) -> Document:
    accounts = {"FromBankAccount": {"Code": "090"}, "ToBankAccount": {"Code": "091"}}
    return {**accounts, "Amount": 10.5, **fields}


# Bank transactions


def test_spent_money_is_recorded_changed_and_deleted(client: Client, clock: Clock) -> None:
    before = last_number(client)
    made = make(client, "BankTransactions", spent(Reference="Card 1", Url="https://a.example/1"))
    assert (made["Status"], made["IsReconciled"], made["CurrencyCode"]) == (
        "AUTHORISED",
        False,
        "USD",
    )
    assert (made["SubTotal"], made["TotalTax"], made["Total"]) == (100, 15, 115)
    assert made["DateString"] == "2026-11-20T00:00:00"
    key = made["BankTransactionID"]
    clock.forward(minutes=1)
    kept = [{"LineItemID": made["LineItems"][0]["LineItemID"]}]
    more = [*kept, line(UnitAmount=1, Quantity=1)]
    changed = change(client, "BankTransactions", key, LineItems=more, Reference="Card 2")
    assert (changed["Total"], changed["Reference"]) == (116.15, "Card 2")
    assert changed["LineItems"][0] == made["LineItems"][0]
    assert changed["UpdatedDateUTC"] > made["UpdatedDateUTC"]
    assert change(client, "BankTransactions", key, Status="DELETED")["Status"] == "DELETED"
    assert read(client, "BankTransactions", key)["Status"] == "DELETED"
    path = f"BankTransactions/{key}"
    assert client.messages("POST", path, {"Status": "DELETED"}) == [ENDED]
    assert latest(client, before)[0] == ("CASHPAID", [("461", 100), ("820", 15), ("090", -115)])
    assert latest(client, before)[-1] == (
        "CASHPAID",
        [("461", -100), ("461", -1), ("820", -15.15), ("090", 116.15)],
    )


@pytest.mark.parametrize(
    ("kind", "control"),
    [("RECEIVE-OVERPAYMENT", "610"), ("SPEND-OVERPAYMENT", "800")],
)
def test_an_overpayment_is_one_line_in_the_control_account(
    client: Client, kind: str, control: str
) -> None:
    made = make(client, "BankTransactions", overpaid() | {"Type": kind, "Reference": "lost"})
    (only,) = made["LineItems"]
    assert (only["AccountCode"], only["TaxType"], made["Total"]) == (control, "NONE", 80)
    assert (made["LineAmountTypes"], made["Reference"]) == ("NoTax", "")
    answer = client.read(f"Overpayments/{made['OverpaymentID']}")
    assert not problems("Overpayments", answer)
    (credit,) = answer["Overpayments"]
    assert (credit["Type"], credit["RemainingCredit"], credit["Allocations"]) == (kind, 80, [])
    assert credit["Contact"]["Name"] == "Umber Print Works"


def test_what_a_deleted_prepayment_made_is_voided_unless_it_was_used(client: Client) -> None:
    made = make(client, "BankTransactions", spent(Type="SPEND-PREPAYMENT"))
    key, credit = made["BankTransactionID"], made["PrepaymentID"]
    found = read(client, "Prepayments", credit)
    assert (found["RemainingCredit"], found["Status"]) == (115, "AUTHORISED")
    path = f"BankTransactions/{key}"
    (said,) = client.messages("POST", path, {"Reference": "A"})
    assert said.startswith("Only bank transactions of type SPEND and RECEIVE")
    used = {"resource": "Prepayments", "records": [{"PrepaymentID": credit, "RemainingCredit": 5}]}
    client.send("POST", "/_simulator/records", used)
    (said,) = client.messages("POST", path, {"Status": "DELETED"})
    assert said.endswith("has been allocated")
    used["records"][0]["RemainingCredit"] = 115  # type: ignore[index]
    client.send("POST", "/_simulator/records", used)
    change(client, "BankTransactions", key, Status="DELETED")
    gone = read(client, "Prepayments", credit)
    assert (gone["Status"], gone["RemainingCredit"]) == ("VOIDED", 0)


def test_what_is_reconciled_stays_as_it_is(client: Client) -> None:
    made = make(client, "BankTransactions", spent(IsReconciled=True))
    path = f"BankTransactions/{made['BankTransactionID']}"
    for fields in ({"Status": "DELETED"}, {"Reference": "B"}):
        assert client.messages("POST", path, fields) == [RECONCILED]


@pytest.mark.parametrize(
    ("element", "message"),
    [
        (spent(Type=None), "The bank transaction type must be specified"),
        (spent(Type="SPEND-TRANSFER"), "A transfer is made at the BankTransfers endpoint"),
        (spent(Status="DELETED"), "A bank transaction cannot be created with the status DELETED"),
        (spent(BankAccount=None), "A bank account must be specified"),
        (spent(BankAccount={"Code": "461"}), "The account is not a bank account"),
        (spent(BankAccount={"AccountID": MISSING}), "Bank account could not be found"),
        (spent(Contact=None), "A contact must be specified for this type of transaction"),
        (spent(LineItems=[]), "One or more line items must be specified"),
        (spent(LineItems=[line(AccountCode="091")]), "Account code '091' is not a valid code"),
        (spent(CurrencyCode="EUR"), "The currency is that of the bank account"),
        (
            spent(Type="RECEIVE", LineItems=[line(AccountCode="200", DiscountRate=5)]),
            "Discounts are not supported on this type of document",
        ),
        (overpaid() | {"LineItems": [line(AccountCode="610")] * 2}, "An overpayment has one line"),
        (overpaid() | {"LineItems": [line()]}, "The line item of an overpayment has the account"),
        (overpaid(LineAmountTypes="Inclusive"), "Overpayments have the LineAmountTypes NoTax"),
    ],
)
def test_a_bank_transaction_that_breaks_a_rule_is_refused_and_changes_nothing(
    client: Client, element: Document, message: str
) -> None:
    before = client.send("GET", "/_simulator/state").body
    (said,) = client.messages("PUT", "BankTransactions", element)
    assert said.startswith(message)
    assert client.send("GET", "/_simulator/state").body == before


def test_of_several_each_is_judged_by_itself_and_posted_by_id(client: Client) -> None:
    body = {"BankTransactions": [spent(), spent(Contact={})]}
    query = {"summarizeErrors": "false"}
    answer = client.write("PUT", "BankTransactions", body, query=query)
    good, bad = answer["BankTransactions"]
    assert (good["StatusAttributeString"], bad["StatusAttributeString"]) == ("OK", "ERROR")
    assert not problems("BankTransactions", answer)
    again = {"BankTransactionID": good["BankTransactionID"], "Reference": "Card 9"}
    (changed,) = client.write("POST", "BankTransactions", again)["BankTransactions"]
    assert (changed["BankTransactionID"], changed["Reference"]) == (
        good["BankTransactionID"],
        "Card 9",
    )
    assert client.api("POST", "BankTransactions", {"BankTransactionID": MISSING}).status == 404


# Bank transfers


def test_a_transfer_is_in_both_accounts_until_it_is_deleted(client: Client) -> None:
    (region,) = client.read("TrackingCategories", where='Name=="Region"')["TrackingCategories"]
    option = region["Options"][1]
    tracked = {
        "TrackingCategoryID": region["TrackingCategoryID"],
        "TrackingOptionID": option["TrackingOptionID"],
    }
    before = last_number(client)
    made = make(client, "BankTransfers", transfer(Reference="Savings", FromTracking=[tracked]))
    assert made["FromTracking"] == [tracked | {"Name": "Region", "Option": "North"}]
    for side, kind in (("From", "SPEND-TRANSFER"), ("To", "RECEIVE-TRANSFER")):
        found = read(client, "BankTransactions", made[f"{side}BankTransactionID"])
        assert (found["Type"], found["Total"], found["Reference"]) == (kind, 10.5, "Savings")
        path = f"BankTransactions/{found['BankTransactionID']}"
        assert client.messages("POST", path, {"Status": "DELETED"}) == [
            "A transfer is deleted at the BankTransfers endpoint"
        ]
    gone = change(client, "BankTransfers", made["BankTransferID"], Status="DELETED")
    assert gone["Status"] == "DELETED"
    assert read(client, "BankTransactions", made["ToBankTransactionID"])["Status"] == "DELETED"
    listed = client.read("BankTransfers")["BankTransfers"]
    assert made["BankTransferID"] not in [one["BankTransferID"] for one in listed]
    assert latest(client, before) == [
        ("TRANSFER", [("090", -10.5), ("091", 10.5)]),
        ("TRANSFER", [("090", 10.5), ("091", -10.5)]),
    ]


@pytest.mark.parametrize(
    ("element", "message"),
    [
        (transfer(Amount=0), "The amount of a bank transfer must be greater than zero"),
        (transfer(ToBankAccount={"Code": "090"}), "A bank transfer is between two different"),
        (transfer(ToBankAccount={"Code": "200"}), "The account is not a bank account"),
        (transfer(Status="DELETED"), "A bank transfer cannot be created with the status DELETED"),
        (transfer(ToTracking=[{"TrackingCategoryID": MISSING}]), "The tracking category or"),
    ],
)
def test_a_transfer_that_breaks_a_rule_is_refused(
    client: Client, element: Document, message: str
) -> None:
    (said,) = client.messages("PUT", "BankTransfers", element)
    assert said.startswith(message)


def test_a_reconciled_transfer_is_not_deleted(client: Client) -> None:
    made = make(client, "BankTransfers", transfer(ToIsReconciled=True))
    path = f"BankTransfers/{made['BankTransferID']}"
    assert client.messages("POST", path, {"Status": "DELETED"}) == [
        "A bank transfer that is reconciled cannot be deleted"
    ]
    assert client.messages("POST", path, {"Reference": "A"}) == [
        "A bank transfer cannot be changed, only deleted"
    ]


# Xero's SDK


@pytest.mark.promise("simulator-xero-sdk")
def test_the_sdk_spends_money_and_takes_it_back(sdk: Sdk) -> None:
    api, tenant_id = sdk.accounting, sdk.tenant_id
    lines = [LineItem(description="Paper", quantity=2, unit_amount=50, account_code="461")]
    wish = BankTransaction(
        type="SPEND",
        contact=Contact(name="Umber Print Works"),
        bank_account=Account(code="090"),
        line_items=lines,
        date=date(2026, 11, 20),
    )
    wanted = BankTransactions(bank_transactions=[wish])
    made = api.create_bank_transactions(tenant_id, wanted).bank_transactions[0]
    assert (made.total, made.date) == (Decimal(115), date(2026, 11, 20))
    made.status = "DELETED"
    gone = api.update_bank_transaction(
        tenant_id, made.bank_transaction_id, BankTransactions(bank_transactions=[made])
    ).bank_transactions[0]
    assert gone.status == "DELETED"


@pytest.mark.promise("simulator-xero-sdk")
def test_the_sdk_moves_money_and_moves_it_back(sdk: Sdk) -> None:
    api, tenant_id = sdk.accounting, sdk.tenant_id
    wish = BankTransfer(
        from_bank_account=Account(code="090"),
        to_bank_account=Account(code="091"),
        amount=Decimal("10.50"),
    )
    wanted = BankTransfers(bank_transfers=[wish])
    first, second = (
        api.create_bank_transfer(tenant_id, wanted).bank_transfers[0] for _ in range(2)
    )
    assert first.amount == Decimal("10.50")
    param = BankTransferDeleteByUrlParam(status="DELETED")
    gone = api.delete_bank_transfer(tenant_id, first.bank_transfer_id, param).bank_transfers[0]
    assert gone.status == "DELETED"
    delete = BankTransferDelete(bank_transfer_id=second.bank_transfer_id, status="DELETED")
    many = BankTransfersDelete(bank_transfers=[delete])
    assert api.delete_bank_transfers(tenant_id, many).bank_transfers[0].status == "DELETED"
