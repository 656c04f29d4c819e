# SPDX-License-Identifier: Apache-2.0
"""Operations that create contacts, or find or change those they match."""

from __future__ import annotations

from typing import Any

from xero_connection.catalogue.contacts.reading import search
from xero_connection.catalogue.contacts.shapes import (
    ARCHIVE,
    CONTACTS,
    EXAMPLE,
    FoundOrCreated,
    MatchedContact,
    NewContact,
)
from xero_connection.client import Request
from xero_connection.fields import document
from xero_connection.forms import one_to_send
from xero_connection.operation import Done, Flow, Operation


def _find_or_create(asked: Any) -> Flow:
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
    answer = yield Request(
        method="PUT",
        path="/Contacts",
        query={"summarizeErrors": "true"},
        body={"Contacts": [document(contact)]},
    )
    created = answer["Contacts"][0]
    undo = ARCHIVE.ready_call(created)
    return Done(output={"contact": created, "created": True}, undo=undo)


_MANY = (
    EXAMPLE | {"ContactNumber": "CRM-31"},
    {"Name": "Tern Street Bakery", "ContactNumber": "CRM-32"},
)

CREATING = (
    CONTACTS.create(
        NewContact,
        EXAMPLE,
        covers=("createContacts",),
        counter_examples=(
            ({"contact": {"EmailAddress": "a@harbourlights.example"}}, "input.contact.Name"),
            ({"contact": {"Name": "A", "Email": "a@b.example"}}, "input.contact.Email"),
            ({"contact": {"Name": "A" * 256}}, "input.contact.Name"),
        ),
        undo=(ARCHIVE,),
        advice="Names are unique: use find_or_create_contact where the contact may exist.",
    ),
    CONTACTS.create_many(
        NewContact,
        _MANY,
        covers=("createContacts",),
        counter_examples=(
            ({"contacts": []}, "input.contacts"),
            ({"contacts": [{"Name": "A"}, {"FirstName": "B"}]}, "input.contacts.1.Name"),
        ),
        undo=(ARCHIVE,),
        advice=(
            "Look at ok of each. Set ContactNumber to your own system's id: by it each is known "
            "again. Use upsert_contacts where some may exist."
        ),
    ),
    CONTACTS.upsert(
        MatchedContact,
        EXAMPLE,
        covers=("updateOrCreateContacts",),
        summary="Create a contact, or change the one with the same id, number or name.",
        counter_examples=(
            ({"contact": {"FirstName": "A"}}, "input.contact"),
            ({"contact": {"Name": None}}, "input.contact"),
        ),
        idempotency="natural",
        advice=(
            "Set ContactNumber to your own system's id: names change, numbers do not. There is no "
            "undo: what was there before is not known."
        ),
    ),
    CONTACTS.upsert_many(
        MatchedContact,
        _MANY,
        covers=("updateOrCreateContacts",),
        counter_examples=(
            ({"contacts": [{"Name": "A"}] * 501}, "input.contacts"),
            ({"contacts": [{"FirstName": "A"}]}, "input.contacts.0"),
        ),
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
        covers=("createContacts",),
        input=one_to_send("FindOrCreate", "contact", NewContact, CONTACTS.body("PUT")),
        output=FoundOrCreated,
        example={"contact": EXAMPLE},
        counter_examples=(({"contact": {"ContactNumber": "C-1"}}, "input.contact.Name"),),
        flow=_find_or_create,
        calls=3,
        scopes=CONTACTS.write,
        idempotency="key",
        read_back=CONTACTS.read_back,
        advice=(
            "A contact that is found is left as it is, and then there is nothing to undo; see "
            "created in the output. One found by number may be archived: see ContactStatus."
        ),
    ),
)
