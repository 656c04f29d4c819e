# SPDX-License-Identifier: Apache-2.0
"""What operations on contacts are asked with and answer, and examples of it."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from xero_connection.elements import MOST, answer_for_each
from xero_connection.fields import Body, Input, ListOutput, Output
from xero_connection.lists import SearchedInput
from xero_connection.models.contacts import Contact, ContactRecord
from xero_connection.resources import RESOURCES

READ = RESOURCES["contacts"].scopes
WRITE = ("accounting.contacts",)


class NewContact(Contact):
    """A contact that does not exist yet."""

    Name: str = Field(min_length=1, max_length=255, description="Full name; unique in Xero today.")


class MatchedContact(Contact):
    """A contact that may exist."""

    @model_validator(mode="after")
    def _can_be_matched(self) -> Self:
        if all(key is None for key in (self.ContactID, self.ContactNumber, self.Name)):
            raise ValueError("a ContactID, a ContactNumber or a Name is needed to match by")
        return self


class CreateContact(Input):
    """A new contact."""

    contact: Annotated[NewContact, Body("Contacts")]


class CreateContacts(Input):
    """New contacts."""

    contacts: Annotated[list[NewContact], Body("Contacts")] = Field(
        min_length=1, max_length=MOST, description=f"1 to {MOST} contacts."
    )


class UpdateContact(Input):
    """A change to a contact."""

    contact_id: UUID
    contact: Annotated[Contact, Body("Contacts")] = Field(description="Only what changes.")

    @model_validator(mode="after")
    def _means_one(self) -> Self:
        if self.contact.ContactID not in {None, self.contact_id}:
            raise ValueError("contact_id and contact.ContactID name two contacts")
        return self


class UpsertContact(Input):
    """A contact that may exist."""

    contact: Annotated[MatchedContact, Body("Contacts")] = Field(
        description="Matched by ContactID, else ContactNumber, else Name."
    )


class UpsertContacts(Input):
    """Contacts that may exist."""

    contacts: Annotated[list[MatchedContact], Body("Contacts")] = Field(
        min_length=1,
        max_length=MOST,
        description=f"1 to {MOST}, each matched by ContactID, else ContactNumber, else Name.",
    )


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
    def _has_one(self) -> Self:
        if sum(value is not None for _, value in self) != 1:
            raise ValueError("give one of contact_number, email_address and name")
        return self


class OneContactOutput(Output):
    """One contact."""

    contact: ContactRecord


ContactAnswersOutput = answer_for_each("contacts", "contact", ContactRecord)


class FoundOrCreated(Output):
    """One contact, and whether it is new."""

    contact: ContactRecord
    created: bool


class ContactsOutput(ListOutput):
    """A page of contacts."""

    contacts: list[ContactRecord]


EXAMPLE_ID = "2f5f2f43-6f3c-4a7e-8b8e-0d6f3b1f6c11"
OTHER_ID = "0cb10d7a-c36c-5a1d-8ae7-5245ca315cb6"
EXAMPLE = {
    "contact": {
        "Name": "Harbour Lights Ltd",
        "EmailAddress": "accounts@harbourlights.example",
        "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "5550100", "PhoneAreaCode": "09"}],
    }
}
