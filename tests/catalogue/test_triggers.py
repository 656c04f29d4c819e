# SPDX-License-Identifier: Apache-2.0
"""The triggers, against what the webhook function makes of their examples."""

import json

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from xero_connection.catalogue import all_operations
from xero_connection.describe import output_schema
from xero_connection.operation import Operation
from xero_connection.webhooks import event_entry

# https://developer.xero.com/documentation/guides/webhooks/overview
CATEGORIES = {
    "CONTACT": "contacts/contact",
    "INVOICE": "invoices/invoice",
    "CREDITNOTE": "credit_notes/credit_note",
    "PAYMENT": "payments/payment",
    "PREPAYMENT": "prepayments/prepayment",
    "OVERPAYMENT": "overpayments/overpayment",
    "SUBSCRIPTION": "subscriptions/subscription",
}
TRIGGERS = [operation for operation in all_operations() if operation.kind == "trigger"]

each = pytest.mark.parametrize("trigger", TRIGGERS, ids=lambda trigger: trigger.id)


@pytest.mark.promise("events-by-category")
def test_each_category_has_a_trigger_for_created_and_for_updated() -> None:
    assert sorted(trigger.id for trigger in TRIGGERS) == sorted(
        f"{record}_{happened}"
        for record in CATEGORIES.values()
        for happened in ("created", "updated")
    )


@each
@pytest.mark.promise("events-by-category")
def test_an_event_like_the_example_fires_the_trigger(trigger: Operation) -> None:
    record = CATEGORIES[trigger.example["eventCategory"]]
    entry = event_entry(trigger.example, sequence=1)

    assert trigger.id.startswith(f"{record}_")
    assert entry["DetailType"] == trigger.id
    assert json.loads(entry["Detail"])["resource"] == trigger.resource


@each
@pytest.mark.parametrize("more", [{}, {"data": {"Type": "ACCRECCREDIT", "Status": "PAID"}}])
@pytest.mark.promise("event-detail")
def test_an_events_detail_is_what_the_trigger_declares(
    trigger: Operation, more: dict[str, object]
) -> None:
    entry = event_entry({**trigger.example, **more}, sequence=1)

    assert trigger.output.model_validate_json(entry["Detail"])
    detail = json.loads(entry["Detail"])
    assert detail.keys() | {"data"} == trigger.output.model_fields.keys()
    Draft202012Validator(output_schema(trigger)).validate(detail)


@each
def test_an_example_is_of_an_organisation_unless_it_is_a_subscription(trigger: Operation) -> None:
    of_app = trigger.resource == "subscriptions"

    assert trigger.example["tenantType"] == ("APPLICATION" if of_app else "ORGANISATION")
    assert ("/appstore/2.0/" in trigger.example["resourceUrl"]) is of_app
