# SPDX-License-Identifier: Apache-2.0
"""What operations on contacts are asked with and answer, and examples of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, model_validator

from xero_connection.endpoint import Endpoint
from xero_connection.fields import Input, Output
from xero_connection.filters import Where
from xero_connection.lists import SearchedInput
from xero_connection.models.contacts import CISSettingRecord, Contact, ContactRecord
from xero_connection.operation import ReadBack
from xero_connection.resources import RESOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping


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


class ListContacts(SearchedInput):
    """Which contacts to list."""

    name_contains: Annotated[str | None, Where("Name", "contains")] = Field(
        default=None, min_length=1, description="Only with this in their name, as it is spelled."
    )
    name_starts: Annotated[str | None, Where("Name", "starts")] = Field(
        default=None, min_length=1, description="Only with a name that starts with this."
    )
    email_address: Annotated[str | None, Where("EmailAddress")] = Field(
        default=None, min_length=1, description="Only with exactly this e-mail address."
    )
    account_number: Annotated[str | None, Where("AccountNumber")] = Field(
        default=None, min_length=1, description="Only with exactly this account number."
    )
    is_customer: Annotated[bool | None, Where("IsCustomer")] = Field(
        default=None, description="Only those that have had a sales invoice, or have not."
    )
    is_supplier: Annotated[bool | None, Where("IsSupplier")] = Field(
        default=None, description="Only those that have had a bill, or have not."
    )


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


class FoundOrCreated(Output):
    """One contact, and whether it is new."""

    contact: ContactRecord
    created: bool


def new_contact(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return by which fields a new contact is known from all others."""
    return ("ContactNumber",) if document.get("ContactNumber") else ("Name",)


class CISSettingsOutput(Output):
    """A contact's part in the Construction Industry Scheme."""

    cis_settings: CISSettingRecord


CONTACTS = Endpoint(
    resource="contacts",
    noun="contact",
    collection="Contacts",
    record=ContactRecord,
    read=RESOURCES["contacts"].scopes,
    write=("accounting.contacts",),
    example_id="11e5006f-e5cc-58c0-bf95-b5789b5985b1",
    read_back=ReadBack(
        path="/Contacts",
        collection="Contacts",
        id_field="ContactID",
        identity=new_contact,
        query={"includeArchived": "true"},
    ),
)
ARCHIVE = CONTACTS.undo("archive_contact")
OTHER_ID = "0cb10d7a-c36c-5a1d-8ae7-5245ca315cb6"
EXAMPLE = {
    "Name": "Harbour Lights Ltd",
    "EmailAddress": "accounts@harbourlights.example",
    "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "5550100", "PhoneAreaCode": "09"}],
}
