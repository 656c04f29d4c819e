# SPDX-License-Identifier: Apache-2.0
"""Operations that read contacts."""

from __future__ import annotations

from xero_connection.catalogue.contacts.shapes import (
    EXAMPLE_ID,
    READ,
    ContactsOutput,
    FindContact,
    ListContacts,
    OneContact,
    OneContactOutput,
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
