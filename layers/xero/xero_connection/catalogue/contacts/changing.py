# SPDX-License-Identifier: Apache-2.0
"""Operations that change contacts that are there."""

from __future__ import annotations

from xero_connection.catalogue.contacts.shapes import CONTACTS, OTHER_ID
from xero_connection.models.contacts import Contact

CHANGING = (
    CONTACTS.update(
        Contact,
        {"EmailAddress": "new@harbour.example"},
        covers=("updateContact",),
        counter_examples=(
            ({"contact_id": "INV-1", "contact": {}}, "input.contact_id"),
            ({"contact_id": CONTACTS.example_id, "contact": {"ContactID": OTHER_ID}}, "input"),
            (
                {"contact_id": CONTACTS.example_id, "contact": {"Balances": {}}},
                "input.contact.Balances",
            ),
        ),
        advice=(
            "Send only what changes; ContactPersons, Addresses and Phones replace the old ones. "
            "There is no undo: get the contact first where it may have to be put back."
        ),
    ),
    CONTACTS.become(
        "archive_contact",
        "Archive a contact.",
        {"ContactStatus": "ARCHIVED"},
        covers=("updateContact",),
        destructive=True,
        advice=(
            "Xero has no way to delete a contact. An archived one is refused in new documents. "
            "There is no undo: a person restores it in Xero."
        ),
    ),
)
