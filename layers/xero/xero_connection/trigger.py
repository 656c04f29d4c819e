# SPDX-License-Identifier: Apache-2.0
"""The triggers that a kind of record gives, and the details that their events carry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from pydantic import Field

from xero_connection.events import RECORDS, WEBHOOKS, detail_of
from xero_connection.fields import Output
from xero_connection.findings import Told
from xero_connection.operation import Operation
from xero_connection.records import news, unavailable, version_of
from xero_connection.resources import RESOURCES, Resource, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping


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


class _OfRecord(Output):
    """What each event from source `xero.records` says."""

    event_id: str = Field(description="The same for the same piece of news.")
    tenant_id: str = Field(description="Organisation.")
    tenant_type: str = Field(description="Always ORGANISATION.")
    resource: str = Field(description="Resource, such as invoices.")
    resource_id: str = Field(description="Id of the record.")
    resource_url: str = Field(description="Where Xero's API has the record.")
    event_category: str = Field(description="Category as Xero's webhooks name it.")
    event_type: str = Field(description="CREATE or UPDATE.")
    occurred_at: str | None = Field(description="Moment of the change, ISO 8601 in UTC.")
    found_by: str = Field(description="webhook or sweep.")


class RecordDetail(_OfRecord):
    """`detail` of an event from source `xero.records`: the record as it now is."""

    changed: list[str] = Field(
        description="Top-level fields that differ from the last version; none of a first one."
    )
    previous_status: str | None = Field(description="Status of the last version, where known.")
    record: dict[str, Any] | None = Field(
        default=None, description="Xero's document, in Xero's spelling."
    )
    record_omitted: bool | None = Field(
        default=None, description="True where the record is too large for an event."
    )


class UnavailableDetail(_OfRecord):
    """`detail` of an event about a record that Xero told of and does not give."""

    reason: str = Field(description="not_found, or the code of the error that is in the way.")


_RECORD_ID: Final = "6f7594f2-f059-4d56-9e67-47ac9733bfe9"
_TENANT_ID: Final = "c2cc9b6e-9458-4c7d-93cc-f02b81b0594f"
_MOMENT: Final = "2026-11-22T01:15:39.902"


def triggers(name: str) -> tuple[Operation, ...]:
    """Return the triggers of a kind of record that is in `resources.RESOURCES`."""
    resource = RESOURCES[name]
    if not resource.told:
        return tuple(_of_records(resource, *told) for told in _happened(resource.noun))
    webhook = webhook_triggers(resource.name, resource.noun, resource.category)
    meanings = (
        _of_records(resource, meaning.name, meaning.summary) for meaning in resource.meanings
    )
    return (*(replace(one, **_BOTH) for one in webhook), *meanings, _unavailable(resource))


def webhook_triggers(resource: str, noun: str, category: str) -> tuple[Operation, ...]:
    """Return the two triggers of a webhook category.

    Args:
        resource: the resource's name, plural and snake_case.
        noun: one record of it, snake_case.
        category: Xero's name for it in a webhook.
    """
    return tuple(
        Operation(
            id=f"{resource}/{name}",
            kind="trigger",
            summary=f"Fires when {summary}.",
            output=WebhookDetail,
            example=_webhook_event(resource, category, event_type),
            sources=(WEBHOOKS,),
            advice="It names the record by id, in resource_id; get the record with a query.",
        )
        for (name, summary), event_type in zip(_happened(noun), ("CREATE", "UPDATE"), strict=True)
    )


_BOTH: Final[Mapping[str, Any]] = {
    "sources": (WEBHOOKS, RECORDS),
    "advice": "From xero.webhooks it has the record's id, at once; from xero.records the record.",
}


def _happened(noun: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return the names of the two plain triggers, and when they fire."""
    return (
        (f"{noun}_created", f"{one_of(noun)} is created"),
        (f"{noun}_updated", f"{one_of(noun)} is updated"),
    )


def _of_records(resource: Resource, name: str, summary: str) -> Operation:
    return Operation(
        id=f"{resource.name}/{name}",
        kind="trigger",
        summary=f"Fires when {summary}.",
        output=RecordDetail,
        example=_record_detail(resource, name),
        sources=(RECORDS,),
        advice="It has the record as it now is, once for each of its versions.",
    )


def _unavailable(resource: Resource) -> Operation:
    name = f"{resource.noun}_unavailable"
    told = Told(
        tenant_id=_TENANT_ID,
        resource=resource,
        record_id=UUID(_RECORD_ID),
        event_id="3c9d4e0f6b8a4d21b7e05a9c1f2d3e4b",
        event_type="UPDATE",
        occurred_at=f"{_MOMENT}Z",
    )
    return Operation(
        id=f"{resource.name}/{name}",
        kind="trigger",
        summary=f"Fires when Xero told of {one_of(resource.noun)} that it does not give.",
        output=UnavailableDetail,
        example=detail_of(unavailable(resource, told, "not_found")),
        sources=(RECORDS,),
        advice="It was deleted, or the connection lacks a scope or the organisation: see reason.",
    )


def _record_detail(resource: Resource, name: str) -> dict[str, Any]:
    """Return the detail of the event with this name, as a change that causes it makes it."""
    meaning = next((one for one in resource.meanings if one.name == name), None)
    before = {resource.id_field: _RECORD_ID}
    if meaning and meaning.of_type:
        before["Type"] = meaning.of_type
    after = before | {"UpdatedDateUTC": f"{_MOMENT}Z"}
    if meaning and meaning.entered:
        usual = "ACTIVE" if resource.status_field == "ContactStatus" else "AUTHORISED"
        before[resource.status_field] = "DRAFT" if usual in meaning.entered else usual
        after[resource.status_field] = min(meaning.entered)
    created = name.endswith("_created")
    entries = news(
        resource,
        after,
        tenant_id=_TENANT_ID,
        found_by="webhook" if resource.told else "sweep",
        created=created,
        version=version_of(resource, after),
        kept=None if created else version_of(resource, before),
    )
    return next(detail_of(one) for one in entries if one["DetailType"] == f"{resource.name}/{name}")


def _webhook_event(resource: str, category: str, event_type: str) -> dict[str, str]:
    """Return an event as Xero sends it in a webhook's body."""
    collection = resource.replace("_", " ").title().replace(" ", "")
    of_app = category == "SUBSCRIPTION"
    path = "appstore/2.0" if of_app else "api.xro/2.0"
    return {
        "resourceUrl": f"https://api.xero.com/{path}/{collection}/{_RECORD_ID}",
        "resourceId": _RECORD_ID,
        "eventDateUtc": _MOMENT,
        "eventType": event_type,
        "eventCategory": category,
        "tenantId": _TENANT_ID,
        "tenantType": "APPLICATION" if of_app else "ORGANISATION",
    }
