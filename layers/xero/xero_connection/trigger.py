# SPDX-License-Identifier: Apache-2.0
"""The triggers a webhook category gives, and the detail that its events carry."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from xero_connection.fields import Output
from xero_connection.operation import Operation


class WebhookDetail(Output):
    """`detail` of an event from source `xero.webhooks`: what changed, by id, not the record."""

    event_id: str = Field(description="The same for the same change in every delivery.")
    tenant_id: str = Field(description="Organisation, or application for subscriptions.")
    tenant_type: str = Field(description="ORGANISATION or APPLICATION.")
    resource: str = Field(description="Resource, such as invoices.")
    resource_id: str = Field(description="Id of the record that changed.")
    resource_url: str = Field(description="Where Xero's API has the record.")
    event_category: str = Field(description="Xero's category, such as INVOICE.")
    event_type: str = Field(description="Xero's type: CREATE or UPDATE today.")
    occurred_at: str = Field(description="Moment of the change, ISO 8601 in UTC.")
    sequence: int = Field(description="Place in Xero's sequence of events for this app.")
    data: dict[str, Any] | None = Field(
        default=None, description="Type and Status, for the categories where Xero sends them."
    )


def webhook_triggers(resource: str, noun: str, category: str) -> tuple[Operation, ...]:
    """Return the two triggers of a webhook category.

    Args:
        resource: the resource's name, plural and snake_case.
        noun: one record of it, snake_case.
        category: Xero's name for it in a webhook.
    """
    spoken = noun.replace("_", " ")
    return tuple(
        Operation(
            id=f"{resource}/{noun}_{happened}",
            kind="trigger",
            summary=f"Fires when {'an' if noun[0] in 'aeiou' else 'a'} {spoken} is {happened}.",
            output=WebhookDetail,
            example=_example(resource, category, event_type),
            advice="It names the record by id, in resource_id; get the record with a query.",
        )
        for happened, event_type in (("created", "CREATE"), ("updated", "UPDATE"))
    )


def _example(resource: str, category: str, event_type: str) -> dict[str, str]:
    """Return an event as Xero sends it in a webhook's body."""
    record_id = "6f7594f2-f059-4d56-9e67-47ac9733bfe9"
    collection = resource.replace("_", " ").title().replace(" ", "")
    of_app = category == "SUBSCRIPTION"
    path = "appstore/2.0" if of_app else "api.xro/2.0"
    return {
        "resourceUrl": f"https://api.xero.com/{path}/{collection}/{record_id}",
        "resourceId": record_id,
        "eventDateUtc": "2026-11-22T01:15:39.902",
        "eventType": event_type,
        "eventCategory": category,
        "tenantId": "c2cc9b6e-9458-4c7d-93cc-f02b81b0594f",
        "tenantType": "APPLICATION" if of_app else "ORGANISATION",
    }
