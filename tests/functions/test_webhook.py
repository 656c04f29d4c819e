# SPDX-License-Identifier: Apache-2.0
"""Deliveries of Xero's, from the gateway through the webhook function to a rule of the user's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from xero_connection.catalogue import all_operations
from xero_connection.trigger import WebhookDetail

from local.derived.samples import delivery
from tests.functions.stack import Stack, sample

TRIGGERS = [one.id for one in all_operations() if one.output is WebhookDetail]
KEPT = {"statusCode": 200, "body": ""}
REFUSED = {"statusCode": 401, "body": ""}


def event(**changes: Any) -> dict[str, Any]:
    """One event as Xero sends it."""
    return {
        "resourceUrl": "https://api.xero.com/api.xro/2.0/Invoices/6f7594f2",
        "resourceId": "6f7594f2-f059-4d56-9e67-47ac9733bfe9",
        "eventDateUtc": "2026-11-22T01:15:39.902",
        "eventType": "UPDATE",
        "eventCategory": "INVOICE",
        "tenantId": "c2cc9b6e-9458-4c7d-93cc-f02b81b0594f",
        "tenantType": "ORGANISATION",
    } | changes


@pytest.mark.promise("events-by-category")
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_the_sample_of_each_trigger_becomes_its_event(stack: Stack, trigger: str) -> None:
    assert stack.invoke("webhook", sample(trigger)) == KEPT
    (seen,) = stack.seen()
    assert (seen["source"], seen["detail-type"]) == ("xero.webhooks", trigger)
    assert seen["detail"]["resource"] == trigger.partition("/")[0]
    assert stack.backlog() == []


@pytest.mark.promise("event-detail")
def test_the_event_says_what_the_contract_says(stack: Stack) -> None:
    given = event(data={"Type": "ACCREC"}, eventType="Update")
    stack.invoke("webhook", delivery([event(resourceId="another"), given]))
    seen = stack.seen()[1]
    assert seen["time"] == "2026-11-22T01:15:39Z"
    detail = seen["detail"]
    assert len(detail.pop("event_id")) == 32
    assert detail == {
        "tenant_id": "c2cc9b6e-9458-4c7d-93cc-f02b81b0594f",
        "tenant_type": "ORGANISATION",
        "resource": "invoices",
        "resource_id": "6f7594f2-f059-4d56-9e67-47ac9733bfe9",
        "resource_url": "https://api.xero.com/api.xro/2.0/Invoices/6f7594f2",
        "event_category": "INVOICE",
        "event_type": "UPDATE",
        "occurred_at": "2026-11-22T01:15:39.902Z",
        "sequence": 2,
        "data": {"Type": "ACCREC"},
    }


@pytest.mark.promise("signature-bytes")
def test_a_base64_body_is_read_as_its_bytes(stack: Stack) -> None:
    assert stack.invoke("webhook", sample("deliveries/base64_body")) == KEPT
    assert len(stack.seen()) == 1


@pytest.mark.promise("signature-bytes")
@pytest.mark.parametrize("name", ["X-Xero-Signature", "X-XERO-SIGNATURE", "x-xero-signature"])
def test_the_signature_is_found_in_any_case(stack: Stack, name: str) -> None:
    given = delivery([event()])
    given["headers"] = {name: given["headers"]["x-xero-signature"]}
    assert stack.invoke("webhook", given) == KEPT
    assert len(stack.seen()) == 1


@pytest.mark.promise("intent-to-receive")
def test_the_intent_to_receive_passes_whatever_its_order(stack: Stack) -> None:
    right = sample("deliveries/intent_to_receive")
    signature = right["headers"]["x-xero-signature"]
    # Xero's wrong probes differ from the right one in a single character.
    wrong = right | {"headers": {"x-xero-signature": "A" + signature[1:]}}
    also_wrong = right | {"headers": {"x-xero-signature": signature[:-2] + "x="}}
    given = [wrong, also_wrong, right, wrong]
    assert [stack.invoke("webhook", one) for one in given] == [REFUSED, REFUSED, KEPT, REFUSED]
    assert stack.seen() == stack.backlog() == []


@pytest.mark.promise("refusal-is-empty")
@pytest.mark.parametrize(
    "changes",
    [
        {"headers": {}},
        {"headers": None},
        {"headers": {"x-xero-signature": ""}},
        {"headers": {"x-xero-signature": "…"}},
        {"body": None},
        {"body": ""},
        {"body": "{}"},
        {"body": "not base64!", "isBase64Encoded": True},
        {"body": "\ud800"},
    ],
)
def test_what_is_not_genuine_is_refused_with_nothing_in_the_answer(
    stack: Stack, changes: dict[str, Any]
) -> None:
    assert stack.invoke("webhook", delivery([event()]) | changes) == REFUSED
    assert stack.seen() == stack.backlog() == []


@pytest.mark.promise("signature-bytes")
def test_a_body_that_only_means_the_same_is_refused(stack: Stack) -> None:
    given = delivery([event()])
    given["body"] = json.dumps(json.loads(given["body"]), separators=(",", ":"))
    assert stack.invoke("webhook", given) == REFUSED


@pytest.mark.promise("large-batches")
def test_hundreds_of_events_in_one_delivery_all_arrive(stack: Stack) -> None:
    ids = [f"resource-{number}" for number in range(300)]
    assert stack.invoke("webhook", delivery([event(resourceId=one) for one in ids])) == KEPT
    seen = {one["detail"]["resource_id"]: one["detail"]["sequence"] for one in stack.seen()}
    assert seen == {one: place + 1 for place, one in enumerate(ids)}
    assert stack.backlog() == []


@pytest.mark.promise("events-by-category")
@pytest.mark.parametrize(
    ("category", "event_type", "trigger"),
    [
        ("QUOTE", "CREATE", "quotes/quote_created"),
        ("PURCHASEORDER", "UPDATE", "purchase_orders/purchase_order_updated"),
        ("Opportunity", "Archive", "opportunities/opportunity_archived"),
        ("C" * 200, "T" * 200, None),
        ("☃", "", None),
    ],
)
def test_a_category_of_tomorrow_passes(
    stack: Stack, category: str, event_type: str, trigger: str | None
) -> None:
    given = delivery([event(eventCategory=category, eventType=event_type)])
    assert stack.invoke("webhook", given) == KEPT
    (seen,) = stack.seen()
    assert trigger in {None, seen["detail-type"]}
    assert 0 < len(seen["detail-type"]) <= 128
