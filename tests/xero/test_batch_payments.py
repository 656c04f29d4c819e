# SPDX-License-Identifier: Apache-2.0
"""Batch payments: made whole or not at all, and deleted whole. And payment services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.published import problems
from tests.xero.conftest import invoice, load

if TYPE_CHECKING:
    from local.xero.wire import Document
    from tests.xero.conftest import Client

UNKNOWN = "11111111-2222-3333-4444-555555555555"


def approved(client: Client, **fields: Any) -> Document:
    made: Document = client.write("PUT", "Invoices", invoice(Status="AUTHORISED", **fields))
    first: Document = made["Invoices"][0]
    return first


def batch(*dues: Document, **fields: Any) -> Document:
    payments = [{"Invoice": {"InvoiceID": one["InvoiceID"]}, "Amount": 100} for one in dues]
    whole = {"Account": {"Code": "090"}, "Date": "2026-11-21", "Payments": payments}
    return {"BatchPayments": [whole | fields]}


def due_on(client: Client, document: Document) -> float:
    found = client.read(f"Invoices/{document['InvoiceID']}")["Invoices"][0]
    due: float = found["AmountDue"]
    return due


@pytest.mark.parametrize("by", ["path", "body"])
def test_a_batch_pays_its_documents_and_is_deleted_with_all_its_payments(
    client: Client, by: str
) -> None:
    dues = [approved(client), approved(client)]
    body = batch(*dues, Details="Desks")
    made = client.write("PUT", "BatchPayments", body)["BatchPayments"][0]
    assert (made["Type"], made["Status"], made["TotalAmount"]) == ("RECBATCH", "AUTHORISED", 200)
    assert [due_on(client, one) for one in dues] == [177.15, 177.15]
    payment = f"Payments/{made['Payments'][0]['PaymentID']}"
    assert client.read(payment)["Payments"][0]["BatchPaymentID"] == made["BatchPaymentID"]
    assert client.messages("POST", payment, {"Status": "DELETED"}) == [
        "A payment of a batch is deleted with its batch"
    ]
    path, end = f"BatchPayments/{made['BatchPaymentID']}", {"Status": "DELETED"}
    if by == "body":
        path, end = "BatchPayments", end | {"BatchPaymentID": made["BatchPaymentID"]}
    gone = client.write("POST", path, end)
    assert gone["BatchPayments"][0]["Status"] == "DELETED"
    assert [due_on(client, one) for one in dues] == [277.15, 277.15]
    assert client.read(payment)["Payments"][0]["Status"] == "DELETED"
    assert client.messages("POST", path, end) == [
        "Batch payment not of valid status for modification"
    ]


def test_a_batch_that_breaks_a_rule_pays_nothing(client: Client) -> None:
    due, other = approved(client), approved(client)
    lines = [{"Description": "Paper", "Quantity": 9, "UnitAmount": 99, "AccountCode": "400"}]
    bill = approved(client, Type="ACCPAY", LineItems=lines)
    refused = [
        (batch(), "A batch payment must have at least one payment"),
        (batch(due, due), "A document can be paid once in a batch payment"),
        (batch(due, bill), "The payments of a batch must be all of invoices or all of bills"),
        (batch(due, {"InvoiceID": UNKNOWN}), "Invoice could not be found"),
        (batch(due, Account={"Code": "970"}), "A batch payment must be made from a bank account"),
        (batch(due, Account=None), "An account must be specified for a payment"),
        (
            batch(due, Details="D" * 19),
            "The Details field must not be longer than 18 characters.",
        ),
    ]
    for body, message in refused:
        assert message in client.messages("PUT", "BatchPayments", body)
    assert [due_on(client, one) for one in (due, other)] == [277.15, 277.15]
    assert client.api("POST", "BatchPayments", batch(due)).status == 404


def test_a_payment_service_is_made_once_and_for_all(client: Client) -> None:
    service = {"PaymentServiceName": "Gannet Pay", "PaymentServiceUrl": "https://gannet.example"}
    answer = client.write("PUT", "PaymentServices", {"PaymentServices": [service]})
    made = answer["PaymentServices"][0]
    assert (made["PaymentServiceType"], made["PayNowText"]) == ("Custom", "Pay by credit card")
    listed = client.read("PaymentServices")
    assert made["PaymentServiceID"] in [
        one["PaymentServiceID"] for one in listed["PaymentServices"]
    ]
    assert client.messages("PUT", "PaymentServices", {"PaymentServiceUrl": "gannet"}) == [
        "Payment service name must be specified",
        "Payment service URL must be a valid URL",
    ]
    assert client.api("POST", "PaymentServices", service).status == 404


def test_payment_services_need_a_scope_of_their_own(client: Client) -> None:
    client.log_in(scope="accounting.payments accounting.invoices accounting.settings")
    refused = client.api("GET", "PaymentServices")
    assert (refused.status, load(refused)["Detail"]) == (401, "AuthorizationUnsuccessful")


@pytest.mark.promise("simulator-openapi")
def test_what_is_made_deleted_or_refused_is_valid(client: Client) -> None:
    answer = client.write("PUT", "BatchPayments", batch(approved(client)))
    path = f"BatchPayments/{answer['BatchPayments'][0]['BatchPaymentID']}"
    gone = client.write("POST", path, {"Status": "DELETED"})
    for each in (answer, gone, client.read(path)):
        assert not problems("BatchPayments", each)
    assert not problems("Error", load(client.api("PUT", "BatchPayments", batch())))
    assert not problems("Error", load(client.api("PUT", "PaymentServices", {"PayNowText": "A"})))
