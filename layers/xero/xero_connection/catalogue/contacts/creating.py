# SPDX-License-Identifier: Apache-2.0
"""Operations that create contacts, or find or change those they match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xero_connection.catalogue.contacts.changing import ARCHIVE
from xero_connection.catalogue.contacts.reading import search
from xero_connection.catalogue.contacts.shapes import (
    EXAMPLE,
    WRITE,
    ContactAnswersOutput,
    CreateContact,
    CreateContacts,
    FoundOrCreated,
    OneContactOutput,
    UpsertContact,
    UpsertContacts,
)
from xero_connection.operation import Batch, Call, Done, Flow, Operation, ReadBack

if TYPE_CHECKING:
    from collections.abc import Mapping


def new_contact(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new contact is known from all others."""
    return ("ContactNumber",) if document.get("ContactNumber") else ("Name",)


def _find_or_create(asked: CreateContact) -> Flow:
    contact = asked.contact
    # A number stays with its contact for ever. A name is free again once its contact is archived,
    # and Xero keeps it without the white space around it.
    searches = [search("Name", " ".join(contact.Name.split()), archived=False)]
    if contact.ContactNumber is not None:
        searches.insert(0, search("ContactNumber", contact.ContactNumber, archived=True))
    for one in searches:
        answer = yield one
        if answer["Contacts"]:
            return Done(output={"contact": answer["Contacts"][0], "created": False})
    answer = yield _call("PUT", each=False).request(asked)
    created = answer["Contacts"][0]
    undo = ARCHIVE.ready_call(created)
    return Done(output={"contact": created, "created": True}, undo=undo)


def _call(method: Any, *, each: bool) -> Call:
    """Return the call for one contact, or for some with an answer for each."""
    query = {"summarizeErrors": "false" if each else "true"}
    return Call(method=method, path="/Contacts", collection="Contacts", query=query)


_EACH = Batch(elements="contacts", record_key="contact")
_CREATED = ReadBack(
    path="/Contacts",
    collection="Contacts",
    id_field="ContactID",
    identity=new_contact,
    query={"includeArchived": "true"},
)
_MANY = {
    "contacts": [
        EXAMPLE["contact"] | {"ContactNumber": "CRM-31"},
        {"Name": "Tern Street Bakery", "ContactNumber": "CRM-32"},
    ]
}

CREATING = (
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
        call=_call("PUT", each=False),
        scopes=WRITE,
        idempotency="key",
        read_back=_CREATED,
        undo=(ARCHIVE,),
        advice="Names are unique: use find_or_create_contact where the contact may exist.",
    ),
    Operation(
        id="contacts/create_contacts",
        kind="action",
        summary="Create many contacts, each of which succeeds or fails by itself.",
        input=CreateContacts,
        output=ContactAnswersOutput,
        example=_MANY,
        counter_examples=(
            ({"contacts": []}, "input.contacts"),
            ({"contacts": [{"Name": "A"}, {"FirstName": "B"}]}, "input.contacts.1.Name"),
        ),
        call=_call("PUT", each=True),
        batch=_EACH,
        scopes=WRITE,
        idempotency="key",
        read_back=_CREATED,
        undo=(ARCHIVE,),
        advice=(
            "Look at ok of each. Set ContactNumber to your own system's id: by it each is known "
            "again. Use upsert_contacts where some may exist."
        ),
    ),
    Operation(
        id="contacts/upsert_contact",
        kind="action",
        summary="Create a contact, or change the one with the same id, number or name.",
        input=UpsertContact,
        output=OneContactOutput,
        example=EXAMPLE,
        counter_examples=(
            ({"contact": {"FirstName": "A"}}, "input.contact"),
            ({"contact": {"Name": None}}, "input.contact"),
        ),
        call=_call("POST", each=False),
        scopes=WRITE,
        idempotency="natural",
        advice=(
            "Set ContactNumber to your own system's id: names change, numbers do not. There is no "
            "undo: what was there before is not known."
        ),
    ),
    Operation(
        id="contacts/upsert_contacts",
        kind="action",
        summary="Create or change many contacts, each of which succeeds or fails by itself.",
        input=UpsertContacts,
        output=ContactAnswersOutput,
        example=_MANY,
        counter_examples=(
            ({"contacts": [{"Name": "A"}] * 501}, "input.contacts"),
            ({"contacts": [{"FirstName": "A"}]}, "input.contacts.0"),
        ),
        call=_call("POST", each=True),
        batch=_EACH,
        scopes=WRITE,
        idempotency="natural",
        advice=(
            "Look at ok of each. Set ContactNumber to your own system's id: names change, numbers "
            "do not. There is no undo: what was there before is not known."
        ),
    ),
    Operation(
        id="contacts/find_or_create_contact",
        kind="action",
        summary="Return the contact with the same number or name, creating it where there is none.",
        input=CreateContact,
        output=FoundOrCreated,
        example=EXAMPLE,
        flow=_find_or_create,
        calls=3,
        scopes=WRITE,
        idempotency="key",
        read_back=_CREATED,
        advice=(
            "A contact that is found is left as it is, and then there is nothing to undo; see "
            "created in the output. One found by number may be archived: see ContactStatus."
        ),
    ),
)
