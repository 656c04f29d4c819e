# SPDX-License-Identifier: Apache-2.0
"""The triggers, against what the webhook function makes of their examples."""

import json

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from xero_connection.catalogue import all_operations
from xero_connection.describe import output_schema
from xero_connection.notices import SOLVED
from xero_connection.operation import Operation
from xero_connection.problems import PROBLEMS, Kind
from xero_connection.resources import RESOURCES
from xero_connection.trigger import RecordDetail, WebhookDetail
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
OF_WEBHOOKS = [trigger for trigger in TRIGGERS if trigger.output is WebhookDetail]
OTHERS = [trigger for trigger in TRIGGERS if trigger.output is not WebhookDetail]
OF_CONNECTION = [trigger for trigger in TRIGGERS if "xero.connection" in trigger.sources]
# The contract's list of what a change means, and of what only a sweep sees.
MEANINGS = {
    "contacts/contact_archived",
    *(f"invoices/invoice_{happened}" for happened in ("approved", "paid", "voided")),
    *(f"invoices/bill_{one}" for one in ("created", "updated", "approved", "paid", "voided")),
    *(f"credit_notes/credit_note_{happened}" for happened in ("approved", "voided")),
    *(
        f"{record}_{happened}"
        for record in (
            "bank_transactions/bank_transaction",
            "bank_transfers/bank_transfer",
            "purchase_orders/purchase_order",
            "quotes/quote",
            "items/item",
            "accounts/account",
            "manual_journals/manual_journal",
        )
        for happened in ("created", "updated")
    ),
}

each = pytest.mark.parametrize("trigger", OF_WEBHOOKS, ids=lambda trigger: trigger.id)
each_other = pytest.mark.parametrize("trigger", OTHERS, ids=lambda trigger: trigger.id)


@pytest.mark.promise("events-by-category")
def test_each_category_has_a_trigger_for_created_and_for_updated() -> None:
    assert sorted(trigger.id for trigger in OF_WEBHOOKS) == sorted(
        f"{record}_{happened}"
        for record in CATEGORIES.values()
        for happened in ("created", "updated")
    )


@pytest.mark.promise("meanings")
def test_what_a_change_means_has_a_trigger_and_so_has_each_kind_that_only_a_sweep_sees() -> None:
    assert {trigger.id for trigger in OTHERS if trigger.output is RecordDetail} == MEANINGS


@pytest.mark.promise("out-of-reach")
def test_each_kind_that_webhooks_tell_of_can_be_out_of_reach() -> None:
    told = [one for one in RESOURCES.values() if one.told]

    assert {one.id for one in OTHERS if one.name.endswith("_unavailable")} == {
        f"{one.name}/{one.noun}_unavailable" for one in told
    }
    assert {one.category for one in told} == CATEGORIES.keys() - {"SUBSCRIPTION"}


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


@each_other
@pytest.mark.promise("event-detail")
def test_an_example_is_the_detail_that_the_trigger_declares(trigger: Operation) -> None:
    detail = trigger.output.model_validate(trigger.example)

    assert trigger.example.keys() | {"record_omitted"} >= type(detail).model_fields.keys()
    assert trigger.example.keys() <= type(detail).model_fields.keys()
    assert trigger.example["resource"] == trigger.resource or trigger in OF_CONNECTION
    Draft202012Validator(output_schema(trigger)).validate(trigger.example)


@pytest.mark.parametrize("trigger", TRIGGERS, ids=lambda trigger: trigger.id)
def test_a_trigger_says_which_sources_have_it(trigger: Operation) -> None:
    recorded = trigger.resource in RESOURCES
    webhook = trigger in OF_WEBHOOKS or not (recorded or trigger in OF_CONNECTION)

    assert ("xero.webhooks" in trigger.sources) is webhook
    assert ("xero.records" in trigger.sources) is recorded


@pytest.mark.promise("alarms")
def test_each_problem_has_a_trigger_and_so_has_its_end() -> None:
    assert {one.id for one in OF_CONNECTION} == {SOLVED, *(one.id for one in PROBLEMS.values())}
    for trigger in OF_CONNECTION:
        assert trigger.sources == ("xero.connection",)
        assert trigger.example["problem"] == trigger.name or trigger.id == SOLVED


@pytest.mark.parametrize("kind", PROBLEMS.values(), ids=lambda kind: str(kind.name))
@pytest.mark.promise("alarms")
def test_a_problem_says_what_to_do_naming_the_command_that_does_it(kind: Kind) -> None:
    assert "`xero-connection " in kind.advice


@each
def test_an_example_is_of_an_organisation_unless_it_is_a_subscription(trigger: Operation) -> None:
    of_app = trigger.resource == "subscriptions"

    assert trigger.example["tenantType"] == ("APPLICATION" if of_app else "ORGANISATION")
    assert ("/appstore/2.0/" in trigger.example["resourceUrl"]) is of_app
