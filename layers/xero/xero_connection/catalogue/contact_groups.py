# SPDX-License-Identifier: Apache-2.0
"""Contact groups: names under which contacts are kept together.

https://developer.xero.com/documentation/api/accounting/contactgroups
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from pydantic import Field

from xero_connection.client import Request
from xero_connection.endpoint import Endpoint
from xero_connection.fields import Body, Input, Output
from xero_connection.filters import Where
from xero_connection.lists import ListInput
from xero_connection.models.contact_groups import ContactGroup, ContactGroupRecord, Member
from xero_connection.models.lines import ContactShown
from xero_connection.operation import Call, Done, Operation, ReadBack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.operation import Flow


class NewContactGroup(ContactGroup):
    """A group that does not exist yet."""

    Name: str = Field(min_length=1, description="Unique among groups.")


class ListContactGroups(ListInput):
    """Which contact groups to list."""

    name_contains: Annotated[str | None, Where("Name", "contains")] = Field(
        default=None, min_length=1, description="Only with this text in the name."
    )


class AddContacts(Input):
    """Contacts for a group."""

    contact_group_id: UUID
    contacts: Annotated[list[Member], Body("Contacts")] = Field(
        min_length=1, description="Active contacts, by their ContactID."
    )


class OneMember(Input):
    """A contact in a group."""

    contact_group_id: UUID
    contact_id: UUID


class AddedOutput(Output):
    """Who was added."""

    contacts: list[ContactShown]


class RemovedOutput(Output):
    """Out of which group contacts were taken."""

    removed: bool = Field(description="They are in the group no more.")
    contact_group_id: UUID


def new_group(_: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which field a new group is known from all others."""
    return ("Name",)


def _remove_all(asked: Any) -> Flow:
    group_id = asked.contact_group_id
    yield Request(method="DELETE", path=f"/ContactGroups/{group_id}/Contacts")
    return Done(output={"removed": True, "contact_group_id": str(group_id)})


def _remove_one(asked: OneMember) -> Flow:
    group_id, contact_id = str(asked.contact_group_id), str(asked.contact_id)
    yield Request(method="DELETE", path=f"/ContactGroups/{group_id}/Contacts/{contact_id}")
    member = {"contact_group_id": group_id, "contacts": [{"ContactID": contact_id}]}
    return Done(
        output={"removed": True, "contact_group_id": group_id},
        undo={"operation": "contact_groups/add_contacts_to_group", "input": member},
    )


_GROUPS = Endpoint(
    resource="contact_groups",
    noun="contact_group",
    collection="ContactGroups",
    record=ContactGroupRecord,
    read=("accounting.contacts.read", "accounting.contacts"),
    write=("accounting.contacts",),
    example_id="243a55d6-84af-5407-aa5a-13a3ec8f69f0",
    each_query=False,
    read_back=ReadBack(
        path="/ContactGroups",
        collection="ContactGroups",
        id_field="ContactGroupID",
        identity=new_group,
    ),
)
_GROUP = {"contact_group_id": _GROUPS.example_id}
_CONTACT_ID = "11e5006f-e5cc-58c0-bf95-b5789b5985b1"

OPERATIONS = (
    _GROUPS.create(
        NewContactGroup,
        {"Name": "Wholesale"},
        covers=("createContactGroup",),
        counter_examples=(
            ({"contact_group": {}}, "input.contact_group.Name"),
            (
                {"contact_group": {"Name": "A", "Status": "ACTIVE"}},
                "input.contact_group.Status",
            ),
        ),
        undo=(_GROUPS.undo("delete_contact_group"),),
        advice="Names are unique: look with list_contact_groups. Add contacts to it afterwards.",
    ),
    _GROUPS.update(
        ContactGroup,
        {"Name": "Wholesale customers"},
        covers=("updateContactGroup",),
        counter_examples=(({"contact_group": {"Name": "A"}}, "input.contact_group_id"),),
        summary="Rename a contact group.",
        advice="There is no undo: get the group first where its name may have to be put back.",
    ),
    _GROUPS.become(
        "delete_contact_group",
        "Delete a contact group.",
        {"Status": "DELETED"},
        covers=("updateContactGroup",),
        destructive=True,
        advice="Its contacts stay, without the group. There is no way back.",
    ),
    Operation(
        id="contact_groups/add_contacts_to_group",
        kind="action",
        summary="Add contacts to a contact group.",
        covers=("createContactGroupContacts",),
        input=AddContacts,
        output=AddedOutput,
        example=_GROUP | {"contacts": [{"ContactID": _CONTACT_ID}]},
        counter_examples=(
            (_GROUP | {"contacts": []}, "input.contacts"),
            (_GROUP | {"contacts": [{}]}, "input.contacts.0.ContactID"),
        ),
        call=Call(
            method="PUT",
            path="/ContactGroups/{contact_group_id}/Contacts",
            collection="Contacts",
        ),
        scopes=_GROUPS.write,
        idempotency="natural",
        advice=(
            "Archived contacts are refused. There is no undo in one call: "
            "remove_contact_from_group takes each out again."
        ),
    ),
    Operation(
        id="contact_groups/remove_contact_from_group",
        kind="action",
        summary="Take a contact out of a contact group.",
        covers=("deleteContactGroupContact",),
        input=OneMember,
        output=RemovedOutput,
        example=_GROUP | {"contact_id": _CONTACT_ID},
        counter_examples=((_GROUP, "input.contact_id"),),
        flow=_remove_one,
        scopes=_GROUPS.write,
        idempotency="natural",
        advice="The contact itself stays. Its undo puts it into the group again.",
    ),
    Operation(
        id="contact_groups/remove_contacts_from_group",
        kind="action",
        summary="Take all contacts out of a contact group.",
        covers=("deleteContactGroupContacts",),
        input=_GROUPS.named,
        output=RemovedOutput,
        example=_GROUP,
        counter_examples=(({}, "input.contact_group_id"),),
        flow=_remove_all,
        scopes=_GROUPS.write,
        idempotency="natural",
        destructive=True,
        advice="There is no undo: get the group first where its contacts may be wanted again.",
    ),
    _GROUPS.get(
        covers=("getContactGroup",),
        summary="Get a contact group by its id, with its contacts.",
        advice="Use list_contact_groups to find the id.",
    ),
    _GROUPS.list(
        ListContactGroups,
        covers=("getContactGroups",),
        example={"name_contains": "Schools", "order": "Name ASC"},
        counter_examples=(
            ({"page": 2}, "input.page"),
            ({"name_contains": ""}, "input.name_contains"),
        ),
        advice="Without their contacts: get_contact_group has those. Deleted groups are left out.",
    ),
)
