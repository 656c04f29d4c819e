# SPDX-License-Identifier: Apache-2.0
"""Payments: what is taken, what follows for the document, and what deleting takes back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.xero import SimulatorConfig
from tests.published import problems
from tests.xero.conftest import Client, invoice, load

if TYPE_CHECKING:
    from local.xero.wire import Document
    from tests.xero.conftest import Clock

UNKNOWN = "11111111-2222-3333-4444-555555555555"
TOO_MUCH = "Payment amount exceeds the amount outstanding on this document"
NOT_APPROVED = "Payments can only be made against Authorised documents"


@pytest.fixture
def config() -> SimulatorConfig:
    return SimulatorConfig(webhook_url="http://127.0.0.1:9/hook", webhook_window=0)


def approved(client: Client, **fields: Any) -> Document:
    made: Document = client.write("PUT", "Invoices", invoice(Status="AUTHORISED", **fields))
    first: Document = made["Invoices"][0]
    return first


def payment(document: Document, **fields: Any) -> Document:
    return {
        "Invoice": {"InvoiceID": document["InvoiceID"]},
        "Account": {"Code": "090"},
        "Date": "2026-11-21",
        "Amount": 277.15,
        **fields,
    }


def pay(client: Client, document: Document, **fields: Any) -> Document:
    made: Document = client.write("PUT", "Payments", payment(document, **fields))["Payments"][0]
    return made


def delete(client: Client, made: Document) -> Document:
    path = f"Payments/{made['PaymentID']}"
    gone: Document = client.write("POST", path, {"Status": "DELETED"})["Payments"][0]
    return gone


def again(client: Client, document: Document) -> Document:
    found: Document = client.read(f"Invoices/{document['InvoiceID']}")["Invoices"][0]
    return found


def events(client: Client, clock: Clock) -> list[tuple[str, str]]:
    delivery = client.simulator.subscription.take(clock.now)
    assert delivery
    told = json.loads(delivery.body)["events"]
    return [(event["eventCategory"], event["eventType"]) for event in told]


def test_a_document_is_paid_in_parts_and_then_in_whole(client: Client, clock: Clock) -> None:
    document = approved(client)
    clock.forward(minutes=1)
    first = pay(client, document, Amount=77.15, Reference="A", IsReconciled=True)
    assert (first["PaymentType"], first["Status"]) == ("ACCRECPAYMENT", "AUTHORISED")
    assert (first["Amount"], first["BankAmount"], first["CurrencyRate"]) == (77.15, 77.15, 1)
    assert (first["Reference"], first["IsReconciled"], first["HasAccount"]) == ("A", True, True)
    assert first["Account"]["Name"] == "Business Bank Account"
    assert (first["Invoice"]["AmountDue"], first["Invoice"]["AmountPaid"]) == (200.0, 77.15)
    part = again(client, document)
    assert (part["Status"], part["AmountDue"], part["AmountPaid"]) == ("AUTHORISED", 200.0, 77.15)
    assert part["UpdatedDateUTCString"] == "2026-11-22T01:16:39Z"
    second = pay(client, document, Amount=200, Date="2026-11-19")
    whole = again(client, document)
    assert (whole["Status"], whole["AmountDue"], whole["AmountPaid"]) == ("PAID", 0.0, 277.15)
    assert whole["FullyPaidOnDate"] == first["Date"]
    shown = [(one["PaymentID"], one["Amount"]) for one in whole["Payments"]]
    assert shown == [(first["PaymentID"], 77.15), (second["PaymentID"], 200.0)]


def test_a_bill_is_found_by_its_number_and_paid_from_an_account_enabled_for_it(
    client: Client,
) -> None:
    lines = [{"Description": "Paper", "UnitAmount": 10, "AccountCode": "400"}]
    bill = approved(client, Type="ACCPAY", InvoiceNumber="B-1", LineItems=lines)
    account = client.read("Accounts/970")["Accounts"][0]["AccountID"]
    element = {
        "InvoiceNumber": "B-1",
        "Account": {"AccountID": account.upper()},
        "Amount": bill["Total"],
    }
    made = client.write("POST", "Payments", element)["Payments"][0]
    assert (made["PaymentType"], made["Account"]["Code"]) == ("ACCPAYPAYMENT", "970")
    assert again(client, bill)["Status"] == "PAID"


def test_deleting_a_payment_takes_all_of_it_back(client: Client) -> None:
    document = approved(client)
    made = pay(client, document)
    path = f"Invoices/{document['InvoiceID']}"
    assert client.messages("POST", path, {"Status": "VOIDED"})
    assert delete(client, made)["Status"] == "DELETED"
    back = again(client, document)
    assert (back["Status"], back["AmountDue"], back["AmountPaid"]) == ("AUTHORISED", 277.15, 0.0)
    assert back["Payments"] == []
    assert "FullyPaidOnDate" not in back
    assert client.write("POST", path, {"Status": "VOIDED"})["Invoices"][0]["Status"] == "VOIDED"


def test_a_deleted_payment_stays_in_the_list(client: Client) -> None:
    made = pay(client, approved(client))
    delete(client, made)
    listed = client.read("Payments", where='Status=="DELETED"')["Payments"]
    assert [one["PaymentID"] for one in listed] == [made["PaymentID"]]
    assert client.read(f"Payments/{made['PaymentID']}")["Payments"][0]["Status"] == "DELETED"


def test_a_payment_is_deleted_once_and_never_changed(client: Client) -> None:
    made = pay(client, approved(client))
    path = f"Payments/{made['PaymentID']}"
    for change in ({"Amount": 5}, {"Status": "AUTHORISED"}, {}):
        body = {"Payments": [change]}
        assert client.messages("POST", path, body) == ["A payment cannot be changed, only deleted"]
    listed = {"Payments": [{"PaymentID": made["PaymentID"], "Status": "DELETED"}]}
    client.write("POST", "Payments", listed)
    assert client.messages("POST", path, {"Status": "DELETED"}) == [
        "Payment not of valid status for modification"
    ]
    assert client.api("POST", f"Payments/{UNKNOWN}", {"Status": "DELETED"}).status == 404
    assert client.api("POST", "Payments", {"PaymentID": UNKNOWN}).status == 404
    assert client.api("PUT", path, {"Status": "DELETED"}).status == 404


def test_a_payment_of_a_batch_is_not_deleted_alone(client: Client) -> None:
    wish = {"resource": "Payments", "records": [{"BatchPaymentID": UNKNOWN}]}
    (made,) = load(client.send("POST", "/_simulator/records", wish))["ids"]
    assert client.messages("POST", f"Payments/{made}", {"Status": "DELETED"}) == [
        "A payment of a batch is deleted with its batch"
    ]


def test_deleting_a_payment_made_past_the_rules_leaves_its_document(client: Client) -> None:
    before = client.read("Invoices/INV-0001")
    wish = {"resource": "Payments", "records": [{"Invoice": {"InvoiceNumber": "INV-0001"}}]}
    (made,) = load(client.send("POST", "/_simulator/records", wish))["ids"]
    assert delete(client, {"PaymentID": made})["Status"] == "DELETED"
    assert client.read("Invoices/INV-0001")["Invoices"] == before["Invoices"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"Amount": 277.16}, TOO_MUCH),
        ({"Amount": 0}, "Payment amount must be greater than zero"),
        ({"Amount": -5}, "Payment amount must be greater than zero"),
        ({"Amount": None}, "Payment amount must be greater than zero"),
        ({"Amount": 0.004}, "Payment amount must be greater than zero"),
        ({"Invoice": None}, "An invoice must be specified for a payment"),
        ({"Invoice": {"InvoiceID": UNKNOWN}}, "Invoice could not be found"),
        ({"Invoice": {"InvoiceNumber": "INV-9999"}}, "Invoice could not be found"),
        ({"Account": None}, "An account must be specified for a payment"),
        ({"Account": {"Code": "999"}}, "Account could not be found"),
        ({"Account": {"AccountID": UNKNOWN}}, "Account could not be found"),
        ({"Account": {"Code": "408"}}, "Account could not be found"),
        (
            {"Account": {"Code": "200"}},
            "Account is neither a bank account nor enabled for payments",
        ),
        ({"CurrencyRate": -1}, "The currency rate must be greater than zero"),
        ({"Reference": "R" * 256}, "The reference has at most 255 characters"),
        ({"Status": "DELETED"}, "A payment cannot be created with the status DELETED"),
        ({"CreditNote": {"CreditNoteID": UNKNOWN}}, "A payment is of one of Invoice, CreditNote"),
        ({"CreditNoteNumber": "CN-0001"}, "A payment is of one of Invoice, CreditNote"),
        (
            {"Invoice": None, "CreditNote": {"CreditNoteID": UNKNOWN}},
            "Credit note could not be found",
        ),
        ({"Invoice": None, "CreditNoteNumber": "CN-9"}, "Credit note could not be found"),
        (
            {"Invoice": None, "Prepayment": {"PrepaymentID": UNKNOWN}},
            "Prepayment could not be found",
        ),
        (
            {"Invoice": None, "Overpayment": {"OverpaymentID": UNKNOWN}},
            "Overpayment could not be found",
        ),
    ],
)
def test_a_payment_that_breaks_a_rule_is_refused_and_changes_nothing(
    client: Client, fields: Document, message: str
) -> None:
    document = approved(client)
    before = again(client, document), client.send("GET", "/_simulator/state").body
    (said,) = client.messages("PUT", "Payments", payment(document, **fields))
    assert said.startswith(message)
    assert (again(client, document), client.send("GET", "/_simulator/state").body) == before


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
def test_only_approved_documents_are_paid(client: Client, status: str) -> None:
    draft = client.write("PUT", "Invoices", invoice(Status=status))["Invoices"][0]
    assert client.messages("PUT", "Payments", payment(draft)) == [NOT_APPROVED]


def test_a_paid_document_is_not_paid_again(client: Client) -> None:
    document = approved(client)
    pay(client, document)
    assert client.messages("PUT", "Payments", payment(document)) == [NOT_APPROVED, TOO_MUCH]


def test_bills_that_share_a_number_have_to_be_told_apart_by_id(client: Client) -> None:
    lines = [{"Description": "Paper", "UnitAmount": 10, "AccountCode": "400"}]
    for _ in range(2):
        bill = approved(client, Type="ACCPAY", InvoiceNumber="B-1", LineItems=lines)
    by_number = payment(bill, Invoice={"InvoiceNumber": "B-1"}, Amount=5)
    assert client.messages("PUT", "Payments", by_number) == [
        "More than one document has the number B-1"
    ]
    pay(client, bill, Amount=5)


def test_the_second_of_two_whole_payments_in_one_request_is_refused(client: Client) -> None:
    document = approved(client)
    body = {"Payments": [payment(document), payment(document, Date="2026-11-20")]}
    answer = client.write("PUT", "Payments", body, query={"summarizeErrors": "false"})
    good, bad = answer["Payments"]
    assert (good["StatusAttributeString"], good["HasValidationErrors"]) == ("OK", False)
    assert (bad["StatusAttributeString"], bad["HasValidationErrors"]) == ("ERROR", True)
    assert bad["ValidationErrors"] == [{"Message": NOT_APPROVED}, {"Message": TOO_MUCH}]
    assert bad["Date"] == "/Date(1795132800000+0000)/"
    assert not problems("Payments", answer)
    assert again(client, document)["AmountPaid"] == 277.15


def test_a_summary_of_refused_payments_leaves_the_others_made(client: Client) -> None:
    document = approved(client)
    bad = payment(document, Account={"Code": "999"})
    response = client.api("PUT", "Payments", {"Payments": [bad, payment(document)]})
    assert (response.status, len(load(response)["Elements"])) == (400, 1)
    assert not problems("Error", load(response))
    assert again(client, document)["Status"] == "PAID"


def test_webhooks_tell_of_the_payment_and_of_its_document(client: Client, clock: Clock) -> None:
    document = approved(client)
    client.simulator.webhook_proven(passed=True)
    made = pay(client, document)
    assert events(client, clock) == [("PAYMENT", "CREATE"), ("INVOICE", "UPDATE")]
    client.simulator.subscription.forget()
    delete(client, made)
    assert events(client, clock) == [("PAYMENT", "UPDATE"), ("INVOICE", "UPDATE")]


def test_a_payment_in_another_currency_moves_the_banks_own(client: Client) -> None:
    document = approved(client, CurrencyCode="EUR", CurrencyRate=0.8)
    first = pay(client, document, Amount=100)
    assert (first["Amount"], first["BankAmount"], first["CurrencyRate"]) == (100.0, 125.0, 0.8)
    other = pay(client, document, Amount=100, CurrencyRate=0.5)
    assert (other["BankAmount"], other["CurrencyRate"]) == (200.0, 0.5)
    assert pay(client, document, Amount=10, BankAmount=12.5)["BankAmount"] == 12.5


@pytest.mark.promise("simulator-openapi")
def test_payments_are_valid(client: Client) -> None:
    made = pay(client, approved(client), BankAccountNumber="1", Particulars="p", Details="d")
    path = f"Payments/{made['PaymentID']}"
    for answer in (
        client.read(path),
        client.write("POST", path, {"Status": "DELETED"}),
        client.read("Payments", page=1),
    ):
        assert not problems("Payments", answer)
