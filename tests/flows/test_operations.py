# SPDX-License-Identifier: Apache-2.0
"""Invocations from any AWS client, and what Xero's own SDK sees of them."""

import json
import secrets
from decimal import Decimal
from typing import Any

import pytest
from xero_python.accounting import AccountingApi, Contact, Contacts
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token

from local.machine import xero_peer
from local.machine.stack import Stack
from tests.flows.conftest import BusListener, Invoke

LINE = {"Description": "Desk", "Quantity": 3, "UnitAmount": 0.3333, "AccountCode": "200"}


def _invoice(**more: Any) -> dict[str, Any]:
    contact = {"Name": "Lantern Street Bakery"}
    return {"invoice": {"Contact": contact, "LineItems": [LINE], "DueDate": "2026-12-20", **more}}


@pytest.fixture
def sdk(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> AccountingApi:
    """Return Xero's own SDK with the token that the functions use."""
    # The SDK's first configuration would be every later one's.
    monkeypatch.setattr(Configuration, "_default", None)
    secret = stack.account.client("secretsmanager").get_secret_value(
        SecretId=stack.secrets["token"]
    )
    token = {
        "access_token": json.loads(secret["SecretString"])["access_token"],
        "token_type": "Bearer",
        "scope": "",
        "refresh_token": "",
        "expires_at": 4e9,
        "expires_in": 1800,
    }
    client = ApiClient(Configuration(oauth2_token=OAuth2Token(client_id="", client_secret="")))
    client.oauth2_token_getter(lambda: token)
    return AccountingApi(client, base_url=f"{stack.xero_url}/api.xro/2.0")


def test_an_invoice_goes_from_draft_to_void_and_each_step_says_how_to_take_it_back(
    invoke: Invoke,
) -> None:
    created = invoke("action", {"operation": "invoices/create_invoice", "input": _invoice()})
    invoice = created.payload["output"]["invoice"]
    approved = invoke(
        "action",
        {"operation": "invoices/approve_invoice", "input": {"invoice_id": invoice["InvoiceID"]}},
    )
    voided = invoke("action", approved.payload["undo"])

    assert invoice["Status"] == "DRAFT"
    assert created.payload["undo"]["operation"] == "invoices/delete_draft_invoice"
    assert approved.payload["output"]["invoice"]["Status"] == "AUTHORISED"
    assert voided.payload["output"]["invoice"]["Status"] == "VOIDED"


def test_an_action_is_followed_by_xeros_webhook_event(
    invoke: Invoke, bus_listener: BusListener
) -> None:
    listener = bus_listener({"detail-type": ["contacts/contact_created"]})

    answer = invoke(
        "action",
        {
            "operation": "contacts/create_contact",
            "input": {"contact": {"Name": f"Quay {secrets.token_hex(4)}"}},
        },
    )

    contact_id = answer.payload["output"]["contact"]["ContactID"]
    event = listener.wait_until(lambda one: one["detail"]["resource_id"] == contact_id)
    assert event["source"] == "xero.webhooks"


@pytest.mark.promise("exact-money")
def test_a_price_keeps_its_four_places_on_the_way_there_and_back(stack: Stack) -> None:
    payload = {"operation": "invoices/create_invoice", "input": _invoice()}
    client = stack.account.client("lambda")

    answer = client.invoke(FunctionName=stack.functions["action"], Payload=json.dumps(payload))

    document = json.loads(answer["Payload"].read(), parse_float=Decimal)
    line = document["output"]["invoice"]["LineItems"][0]
    assert (line["UnitAmount"], line["LineAmount"]) == (Decimal("0.3333"), Decimal("1.00"))


@pytest.mark.parametrize(
    "operation",
    [
        "reports/get_balance_sheet",
        "journals/list_journals",
        "budgets/list_budgets",
        "receipts/list_receipts",
        "payment_services/list_payment_services",
    ],
)
def test_the_local_connection_may_do_all_that_an_operation_needs(
    operation: str, invoke: Invoke
) -> None:
    answer = invoke("query", {"operation": operation, "on_error": "return"})

    assert "error" not in answer.payload


@pytest.mark.promise("iso-dates")
def test_no_microsoft_date_reaches_a_caller(invoke: Invoke) -> None:
    answer = invoke("query", {"operation": "invoices/list_invoices", "input": {"page_size": 50}})

    text = json.dumps(answer.payload)
    assert "/Date(" not in text
    assert answer.payload["output"]["pagination"]["item_count"] > 0


def test_xeros_sdk_finds_what_an_action_made_and_a_query_what_the_sdk_made(
    stack: Stack, invoke: Invoke, sdk: AccountingApi
) -> None:
    ours, theirs = (f"Pier {secrets.token_hex(4)}" for _ in range(2))

    invoke("action", {"operation": "contacts/create_contact", "input": {"contact": {"Name": ours}}})
    sdk.create_contacts(stack.tenant_id, Contacts(contacts=[Contact(name=theirs)]))

    seen = sdk.get_contacts(stack.tenant_id, where=f'Name=="{ours}"', page=1).contacts
    found = invoke("query", {"operation": "contacts/find_contact", "input": {"name": theirs}})
    assert [contact.name for contact in seen] == [ours]
    assert [contact["Name"] for contact in found.payload["output"]["contacts"]] == [theirs]


@pytest.mark.promise("on-error")
def test_a_failed_invocation_has_the_errors_class_and_its_object(invoke: Invoke) -> None:
    invocation = {
        "operation": "invoices/create_invoice",
        "input": _invoice(LineItems=[LINE | {"Qty": 1}]),
    }

    raised = invoke("action", invocation)
    returned = invoke("action", {**invocation, "on_error": "return"})

    error = json.loads(raised.payload["errorMessage"])
    assert raised.failed
    assert raised.payload["errorType"] == "InputError"
    assert error["details"]["problems"][0] == {
        "path": "input.invoice.LineItems.0.Qty",
        "message": "This field is unknown.",
        "suggestion": "Quantity",
    }
    assert not returned.failed
    assert returned.payload["error"] == error


@pytest.mark.promise("error-tree")
def test_xeros_refusal_comes_with_its_own_words(invoke: Invoke) -> None:
    line = LINE | {"AccountCode": "nowhere"}

    answer = invoke(
        "action",
        {
            "operation": "invoices/create_invoice",
            "on_error": "return",
            "input": _invoice(LineItems=[line], Status="AUTHORISED"),
        },
    )

    assert answer.payload["error"]["type"] == "ValidationError"
    assert "nowhere" in json.dumps(answer.payload["error"]["details"]["messages"])


@pytest.mark.promise("token-reread")
def test_an_expired_token_is_renewed_on_demand(stack: Stack, invoke: Invoke) -> None:
    xero_peer.request(stack.xero_url, "POST", "/_simulator/expire-tokens")

    answer = invoke("query", {"operation": "organisations/get_organisation"})

    assert not answer.failed, answer.payload
    assert answer.payload["usage"] | {"bytes": 0, "minute_remaining": 0, "day_remaining": 0} == {
        "calls": 1,
        "attempts": 2,
        "bytes": 0,
        "minute_remaining": 0,
        "day_remaining": 0,
    }


@pytest.mark.promise("query-reads-only")
def test_query_refuses_an_action_and_says_where_to_go(invoke: Invoke) -> None:
    answer = invoke(
        "query",
        {"operation": "contacts/archive_contact", "input": {"contact_id": secrets.token_hex(16)}},
    )

    assert answer.payload["errorType"] == "UnknownOperationError"
    assert "invoke the action function" in answer.payload["errorMessage"]


def test_a_rule_of_ones_own_can_target_the_action_function(
    stack: Stack, bus_listener: BusListener
) -> None:
    events, functions = stack.account.client("events"), stack.account.client("lambda")
    name = f"orders-{secrets.token_hex(4)}"
    function = functions.get_function_configuration(FunctionName=stack.functions["action"])
    pattern = json.dumps({"source": [name]})
    rule = events.put_rule(Name=name, EventBusName=stack.bus, EventPattern=pattern)
    functions.add_permission(
        FunctionName=stack.functions["action"],
        StatementId=name,
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule["RuleArn"],
    )
    target = {"Id": "action", "Arn": function["FunctionArn"]}
    events.put_targets(Rule=name, EventBusName=stack.bus, Targets=[target])
    listener = bus_listener({"source": ["xero.results"]})
    detail = {
        "operation": "contacts/create_contact",
        "correlation_id": name,
        "input": {"contact": {"Name": f"Wharf {name}"}},
    }

    events.put_events(
        Entries=[
            {
                "EventBusName": stack.bus,
                "Source": name,
                "DetailType": "Order placed",
                "Detail": json.dumps(detail),
            }
        ]
    )

    result = listener.wait_until(lambda one: one["detail"]["correlation_id"] == name)
    assert result["detail-type"] == "contacts/create_contact"
    assert result["detail"]["output"]["contact"]["Name"] == f"Wharf {name}"
    events.remove_targets(Rule=name, EventBusName=stack.bus, Ids=["action"])
    events.delete_rule(Name=name, EventBusName=stack.bus)
