# SPDX-License-Identifier: Apache-2.0
"""Linked transactions and classic expense claims: what is taken, and how their statuses follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from xero_python.accounting import LinkedTransaction, LinkedTransactions

from tests.published import problems
from tests.xero.conftest import invoice
from tests.xero.test_bank import spent
from tests.xero.writing import change, make, read

if TYPE_CHECKING:
    from local.xero.wire import Document
    from tests.xero.conftest import Client
    from tests.xero.sdk import Sdk


def contact_id(client: Client, name: str = "Larkspur Interiors") -> str:
    found: str = client.read("Contacts", where=f'Name=="{name}"')["Contacts"][0]["ContactID"]
    return found


def source(client: Client, **fields: Any) -> Document:
    lines = [{"Description": "Wood", "UnitAmount": 40, "AccountCode": "310"}]
    made = make(client, "Invoices", invoice(Type="ACCPAY", LineItems=lines, **fields))
    return {
        "SourceTransactionID": made["InvoiceID"],
        "SourceLineItemID": made["LineItems"][0]["LineItemID"],
    }


# Linked transactions


def test_a_links_status_follows_from_its_documents(client: Client) -> None:
    linked = make(client, "LinkedTransactions", source(client))
    assert (linked["Status"], linked["SourceTransactionTypeCode"]) == ("DRAFT", "ACCPAY")
    key = linked["LinkedTransactionID"]

    def status() -> str:
        return str(read(client, "LinkedTransactions", key)["Status"])

    change(client, "Invoices", linked["SourceTransactionID"], Status="AUTHORISED")
    assert status() == "APPROVED"
    sale = make(client, "Invoices", invoice())
    target = change(client, "LinkedTransactions", key, TargetTransactionID=sale["InvoiceID"])
    assert (target["Status"], target["ContactID"]) == ("ONDRAFT", contact_id(client))
    change(client, "Invoices", sale["InvoiceID"], Status="AUTHORISED")
    assert status() == "BILLED"
    change(client, "Invoices", sale["InvoiceID"], Status="VOIDED")
    assert status() == "VOIDED"
    listed = client.read("LinkedTransactions", page=1, TargetTransactionID=sale["InvoiceID"])
    assert [one["Status"] for one in listed["LinkedTransactions"]] == ["VOIDED"]
    assert client.api("DELETE", f"LinkedTransactions/{key}").status == 204
    assert client.api("GET", f"LinkedTransactions/{key}").status == 404
    assert client.api("DELETE", f"LinkedTransactions/{key}").status == 404


def test_spent_money_is_linked_too_and_what_does_not_fit_is_refused(client: Client) -> None:
    made = make(client, "BankTransactions", spent())
    line_id = made["LineItems"][0]["LineItemID"]
    wish = {"SourceTransactionID": made["BankTransactionID"], "SourceLineItemID": line_id}
    linked = make(client, "LinkedTransactions", wish | {"ContactID": contact_id(client)})
    assert (linked["Status"], linked["SourceTransactionTypeCode"]) == ("APPROVED", "SPEND")
    sale = make(client, "Invoices", invoice(Contact={"Name": "Northgate Dental"}))
    for fields, message in (
        (
            {"SourceLineItemID": sale["InvoiceID"]},
            "The SourceLineItemID and SourceTransactionID do",
        ),
        ({"SourceTransactionID": sale["InvoiceID"]}, "The SourceTransactionID is neither a bill"),
        ({"TargetTransactionID": made["BankTransactionID"]}, "The TargetTransactionID is not a"),
        (
            {"ContactID": contact_id(client), "TargetTransactionID": sale["InvoiceID"]},
            "The ContactID and the TargetTransaction ContactID do not match",
        ),
        (
            {"TargetTransactionID": sale["InvoiceID"], "TargetLineItemID": line_id},
            "The TargetLineItemID and TargetTransactionID do not match",
        ),
        ({"ContactID": line_id}, "The ContactID could not be found"),
    ):
        (said,) = client.messages("PUT", "LinkedTransactions", wish | fields)
        assert said.startswith(message)


@pytest.mark.promise("simulator-xero-sdk")
def test_the_sdk_links_a_line_and_unlinks_it(sdk: Sdk) -> None:
    api, tenant_id = sdk.accounting, sdk.tenant_id
    known = api.get_linked_transactions(tenant_id, page=1).linked_transactions[0]
    wish = LinkedTransaction(
        source_transaction_id=known.source_transaction_id,
        source_line_item_id=known.source_line_item_id,
    )
    made = api.create_linked_transaction(tenant_id, wish).linked_transactions[0]
    changed = api.update_linked_transaction(
        tenant_id,
        made.linked_transaction_id,
        LinkedTransactions(linked_transactions=[LinkedTransaction(contact_id=known.contact_id)]),
    ).linked_transactions[0]
    assert changed.contact_id == known.contact_id
    api.delete_linked_transaction(tenant_id, made.linked_transaction_id)
    left = api.get_linked_transactions(tenant_id).linked_transactions
    assert made.linked_transaction_id not in [one.linked_transaction_id for one in left]


# Receipts and expense claims


def receipt(client: Client, **fields: Any) -> Document:
    user = client.read("Users")["Users"][0]["UserID"]
    line = {"Description": "Taxi", "UnitAmount": 24.5, "AccountCode": "493"}
    wish = {"User": {"UserID": user}, "Contact": {"Name": "Harbour Cabs"}, "LineItems": [line]}
    return make(client, "Receipts", wish | fields)


def test_receipts_are_claimed_approved_and_voided_together(client: Client) -> None:
    first, second = receipt(client, Reference="Out"), receipt(client, Reference="Back")
    assert (first["Status"], first["Total"], second["Reference"]) == ("DRAFT", 28.18, "Back")
    assert int(second["ReceiptNumber"]) == int(first["ReceiptNumber"]) + 1
    changed = change(client, "Receipts", first["ReceiptID"], Reference="There")
    assert (changed["Reference"], changed["LineItems"]) == ("There", first["LineItems"])
    ids = [{"ReceiptID": one["ReceiptID"]} for one in (first, second)]
    wish = {"User": {"UserID": first["User"]["UserID"]}, "Receipts": ids}
    claim = make(client, "ExpenseClaims", wish)
    assert (claim["Status"], claim["Total"], claim["AmountDue"]) == ("SUBMITTED", 56.36, 56.36)
    assert client.messages("PUT", "ExpenseClaims", wish) == [
        "A receipt is in another expense claim"
    ]
    path = f"Receipts/{first['ReceiptID']}"
    assert client.messages("POST", path, {"Reference": "A"}) == [
        "Receipt not of valid status for modification"
    ]
    for status in ("AUTHORISED", "VOIDED"):
        key = claim["ExpenseClaimID"]
        assert change(client, "ExpenseClaims", key, Status=status)["Status"] == status
        assert read(client, "Receipts", first["ReceiptID"])["Status"] == status
    assert read(client, "ExpenseClaims", claim["ExpenseClaimID"])["AmountDue"] == 0


def test_a_claim_that_is_taken_back_frees_its_receipts(client: Client) -> None:
    one = receipt(client)
    wish = {"User": one["User"], "Receipts": [{"ReceiptID": one["ReceiptID"]}]}
    claim = make(client, "ExpenseClaims", wish)
    change(client, "ExpenseClaims", claim["ExpenseClaimID"], Status="DELETED")
    assert read(client, "Receipts", one["ReceiptID"])["Status"] == "DRAFT"
    assert make(client, "ExpenseClaims", wish)["Status"] == "SUBMITTED"
    (said,) = client.messages("PUT", "ExpenseClaims", {"User": one["User"]})
    assert said.startswith("At least one receipt must be specified")
    assert client.messages("PUT", "Receipts", {"Status": "AUTHORISED"}) == [
        "Only draft receipts can be written"
    ]
    assert not problems("ExpenseClaims", client.read("ExpenseClaims", where='Status=="SUBMITTED"'))


@pytest.mark.promise("simulator-xero-sdk")
def test_the_sdk_reads_receipts_and_claims(sdk: Sdk) -> None:
    api, tenant_id = sdk.accounting, sdk.tenant_id
    claims = api.get_expense_claims(tenant_id).expense_claims
    claimed = {one.receipt_id for claim in claims for one in claim.receipts}
    receipts = api.get_receipts(tenant_id).receipts
    assert claimed < {one.receipt_id for one in receipts}
    assert {one.status for one in receipts} == {"DRAFT", "SUBMITTED"}
