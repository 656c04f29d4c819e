# SPDX-License-Identifier: Apache-2.0
"""Operations that change contacts that are there."""

from __future__ import annotations

from xero_connection.catalogue.contacts.shapes import (
    EXAMPLE_ID,
    OTHER_ID,
    WRITE,
    OneContact,
    OneContactOutput,
    UpdateContact,
)
from xero_connection.operation import Call, Operation, Undo

ARCHIVE = Undo(operation="contacts/archive_contact", arguments={"contact_id": "ContactID"})

CHANGING = (
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
        advice=(
            "Send only what changes; ContactPersons, Addresses and Phones replace the old ones. "
            "There is no undo: get the contact first where it may have to be put back."
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
        advice=(
            "Xero has no way to delete a contact. An archived one is refused in new documents. "
            "There is no undo: a person restores it in Xero."
        ),
    ),
)
