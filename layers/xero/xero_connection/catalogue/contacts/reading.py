# SPDX-License-Identifier: Apache-2.0
"""Operations that read contacts."""

from __future__ import annotations

from xero_connection.catalogue.contacts.shapes import (
    CONTACTS,
    CISSettingsOutput,
    FindContact,
    ListContacts,
)
from xero_connection.client import Request
from xero_connection.filters import quoted
from xero_connection.operation import Call, Done, Flow, Operation, page_output


def search(field: str, value: str, *, archived: bool) -> Request:
    """Return the call that lists the contacts with exactly this value in a field."""
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
    answer = yield search(field, value, archived=True)
    contacts = answer["Contacts"]
    return Done(output=page_output("contacts", contacts, answer))


READING = (
    CONTACTS.get(
        covers=("getContact",),
        advice="Use find_contact where only the name, number or e-mail address is known.",
    ),
    CONTACTS.list(
        ListContacts,
        covers=("getContacts",),
        summary="List contacts, a page at a time.",
        example={"name_contains": "Harbour", "is_customer": True, "page_size": 20},
        counter_examples=(
            ({"page_size": 5000}, "input.page_size"),
            ({"search": "x"}, "input.search"),
            ({"ids": []}, "input.ids"),
            ({"name_contains": ""}, "input.name_contains"),
            ({"is_supplier": "maybe"}, "input.is_supplier"),
        ),
        advice=(
            "Use search_term where the spelling is not known. Ask for page 2 and so on up to "
            "pagination.page_count."
        ),
    ),
    Operation(
        id="contacts/find_contact",
        kind="query",
        summary="Find the contacts with exactly this number, e-mail address or name.",
        covers=("getContacts", "getContactByContactNumber"),
        input=FindContact,
        output=CONTACTS.some,
        example={"name": "Harbour Lights Ltd"},
        counter_examples=(
            ({}, "input"),
            ({"name": None}, "input"),
            ({"name": "A", "contact_number": "1"}, "input"),
        ),
        flow=_find,
        scopes=CONTACTS.read,
        advice="An empty list means there is none; several can share an e-mail address.",
    ),
    Operation(
        id="contacts/get_contact_cis_settings",
        kind="query",
        summary="Get a contact's part in the Construction Industry Scheme.",
        covers=("getContactCISSettings",),
        input=CONTACTS.named,
        output=CISSettingsOutput,
        example={"contact_id": CONTACTS.example_id},
        counter_examples=(({"contact_id": "Harbour Lights"}, "input.contact_id"),),
        call=Call(
            method="GET",
            path="/Contacts/{contact_id}/CISSettings",
            collection="CISSettings",
        ),
        scopes=("accounting.settings.read", "accounting.settings"),
        advice="Of organisations in the United Kingdom alone; set by a person in Xero.",
    ),
)
