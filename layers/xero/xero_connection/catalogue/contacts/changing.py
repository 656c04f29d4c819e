# SPDX-License-Identifier: Apache-2.0
"""Contacts: customers and suppliers.

https://developer.xero.com/documentation/api/accounting/contacts
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.client import Request
from xero_connection.fields import (
    Body,
    Input,
    Output,
    Pagination,
    SearchedInput,
    document,
    quoted,
)
from xero_connection.models.contacts import Contact, ContactRecord
from xero_connection.operation import Call, Done, Flow, Operation, Undo, pagination
from xero_connection.resources import RESOURCES
from xero_connection.trigger import triggers

READ = RESOURCES["contacts"].scopes
WRITE = ("accounting.contacts",)


class NewContact(Contact):
    """A contact that does not exist yet."""

    Name: str = Field(min_length=1, max_length=255, description="Full name; unique in Xero today.")


class CreateContact(Input):
    """A new contact."""

    contact: Annotated[NewContact, Body("Contacts")]


class UpdateContact(Input):
    """A change to a contact."""

    contact_id: UUID
    contact: Annotated[Contact, Body("Contacts")] = Field(description="Only what changes.")

    @model_validator(mode="after")
    def _means_one(self) -> UpdateContact:
        if self.contact.ContactID not in {None, self.contact_id}:
            raise ValueError("contact_id and contact.ContactID name two contacts")
        return self


class UpsertContact(Input):
    """A contact that may exist."""

    contact: Annotated[Contact, Body("Contacts")] = Field(
        description="Matched by ContactID, else ContactNumber, else Name."
    )

    @model_validator(mode="after")
    def _can_be_matched(self) -> UpsertContact:
        contact = self.contact
        if all(key is None for key in (contact.ContactID, contact.ContactNumber, contact.Name)):
            raise ValueError("contact needs a ContactID, a ContactNumber or a Name to match by")
        return self


class OneContact(Input):
    """One contact by its id."""

    contact_id: UUID


class ListContacts(SearchedInput):
    """Which contacts to list."""


class FindContact(Input):
    """What to find a contact by, one of the three."""

    contact_number: str | None = Field(default=None, min_length=1)
    email_address: str | None = Field(default=None, min_length=1)
    name: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _has_one(self) -> FindContact:
        if sum(value is not None for _, value in self) != 1:
            raise ValueError("give one of contact_number, email_address and name")
        return self


class OneContactOutput(Output):
    """One contact."""

    contact: ContactRecord


class FoundOrCreated(Output):
    """One contact, and whether it is new."""

    contact: ContactRecord
    created: bool


class ContactsOutput(Output):
    """A page of contacts."""

    contacts: list[ContactRecord]
    pagination: Pagination


def _search(field: str, value: str, *, archived: bool) -> Request:
    query = {"where": f"{field}=={quoted(value)}", "page": "1"}
    if archived:
        query["includeArchived"] = "true"
    return Request(method="GET", path="/Contacts", query=query)


def _find(asked: FindContact) -> Flow:
    by = {
        "ContactNumber": asked.contact_number,
        "EmailAddress": asked.email_address,
        "Name": asked.name,
    }
    field, value = next((field, value) for field, value in by.items() if value is not None)
    answer = yield _search(field, value, archived=True)
    contacts = answer["Contacts"]
    return Done(output={"contacts": contacts, "pagination": pagination(answer, len(contacts))})


def _find_or_create(asked: CreateContact) -> Flow:
    contact = asked.contact
    # A number stays with its contact for ever. A name is free again once its contact is archived,
    # and Xero keeps it without the white space around it.
    searches = [_search("Name", " ".join(contact.Name.split()), archived=False)]
    if contact.ContactNumber is not None:
        searches.insert(0, _search("ContactNumber", contact.ContactNumber, archived=True))
    for search in searches:
        answer = yield search
        if answer["Contacts"]:
            return Done(output={"contact": answer["Contacts"][0], "created": False})
    answer = yield Request(
        method="PUT",
        path="/Contacts",
        query={"summarizeErrors": "true"},
        body={"Contacts": [document(contact)]},
    )
    created = answer["Contacts"][0]
    undo = ARCHIVE.ready_call(created)
    return Done(output={"contact": created, "created": True}, undo=undo)


ARCHIVE = Undo(operation="contacts/archive_contact", arguments={"contact_id": "ContactID"})
EXAMPLE_ID = "2f5f2f43-6f3c-4a7e-8b8e-0d6f3b1f6c11"
OTHER_ID = "0cb10d7a-c36c-5a1d-8ae7-5245ca315cb6"
EXAMPLE = {
    "contact": {
        "Name": "Harbour Lights Ltd",
        "EmailAddress": "accounts@harbourlights.example",
        "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "5550100", "PhoneAreaCode": "09"}],
    }
}

OPERATIONS = (
    *triggers("contacts"),
    Operation(
        id="contacts/create_contact",
        kind="action",
        summary="Create a contact.",
        input=CreateContact,
        output=OneContactOutput,
        example=EXAMPLE,
        counter_examples=(
            ({"contact": {"EmailAddress": "a@harbourlights.example"}}, "input.contact.Name"),
            ({"contact": {"Name": "A", "Email": "a@b.example"}}, "input.contact.Email"),
            ({"contact": {"Name": "A" * 256}}, "input.contact.Name"),
        ),
        call=Call(
            method="PUT",
            path="/Contacts",
            collection="Contacts",
            query={"summarizeErrors": "true"},
        ),
        scopes=WRITE,
        idempotency="key",
        undo=(ARCHIVE,),
        advice="Names are unique: use find_or_create_contact where the contact may exist.",
    ),
    Operation(
        id="contacts/update_contact",
        kind="action",
        summary="Change a contact.",
        input=UpdateContact,
        output=OneContactOutput,
        example={"contact_id": EXAMPLE_ID, "contact": {"EmailAddress": "new@harbour.example"}},
        counter_examples=(
            ({"contact_id": "INV-1", "contact": {}}, "input.contact_id"),
            ({"contact_id": EXAMPLE_ID, "contact": {"ContactID": OTHER_ID}}, "input"),
        ),
        call=Call(method="POST", path="/Contacts/{contact_id}", collection="Contacts"),
        scopes=WRITE,
        idempotency="natural",
        advice="Send only what changes; ContactPersons, Addresses and Phones replace the old ones.",
    ),
    Operation(
        id="contacts/upsert_contact",
        kind="action",
        summary="Create a contact, or change the one with the same id, number or name.",
        input=UpsertContact,
        output=OneContactOutput,
        example=EXAMPLE,
        counter_examples=(
            ({"contact": {"FirstName": "A"}}, "input"),
            ({"contact": {"Name": None}}, "input"),
        ),
        call=Call(
            method="POST",
            path="/Contacts",
            collection="Contacts",
            query={"summarizeErrors": "true"},
        ),
        scopes=WRITE,
        idempotency="natural",
        advice="Set ContactNumber to your own system's id: names change, numbers do not.",
    ),
    Operation(
        id="contacts/find_or_create_contact",
        kind="action",
        summary="Return the contact with the same number or name, creating it where there is none.",
        input=CreateContact,
        output=FoundOrCreated,
        example=EXAMPLE,
        flow=_find_or_create,
        scopes=WRITE,
        idempotency="key",
        advice=(
            "A contact that is found is left as it is; see created in the output. One found by "
            "number may be archived: see ContactStatus."
        ),
    ),
    Operation(
        id="contacts/archive_contact",
        kind="action",
        summary="Archive a contact.",
        input=OneContact,
        output=OneContactOutput,
        example={"contact_id": EXAMPLE_ID},
        call=Call(
            method="POST",
            path="/Contacts/{contact_id}",
            collection="Contacts",
            body={"Contacts": [{"ContactStatus": "ARCHIVED"}]},
        ),
        scopes=WRITE,
        idempotency="natural",
        destructive=True,
        advice="Xero has no way to delete a contact. An archived one is refused in new documents.",
    ),
    Operation(
        id="contacts/get_contact",
        kind="query",
        summary="Get a contact by its id.",
        input=OneContact,
        output=OneContactOutput,
        example={"contact_id": EXAMPLE_ID},
        call=Call(method="GET", path="/Contacts/{contact_id}", collection="Contacts"),
        scopes=READ,
        advice="Use find_contact where only the name, number or e-mail address is known.",
    ),
    Operation(
        id="contacts/list_contacts",
        kind="query",
        summary="List contacts, a page at a time.",
        input=ListContacts,
        output=ContactsOutput,
        example={"search_term": "Harbour", "page_size": 20},
        counter_examples=(
            ({"page_size": 5000}, "input.page_size"),
            ({"search": "x"}, "input.search"),
            ({"ids": []}, "input.ids"),
        ),
        call=Call(method="GET", path="/Contacts", collection="Contacts"),
        scopes=READ,
        advice="Ask for page 2 and so on up to pagination.page_count.",
    ),
    Operation(
        id="contacts/find_contact",
        kind="query",
        summary="Find the contacts with exactly this number, e-mail address or name.",
        input=FindContact,
        output=ContactsOutput,
        example={"name": "Harbour Lights Ltd"},
        counter_examples=(
            ({}, "input"),
            ({"name": None}, "input"),
            ({"name": "A", "contact_number": "1"}, "input"),
        ),
        flow=_find,
        scopes=READ,
        advice="An empty list means there is none; several can share an e-mail address.",
    ),
)
