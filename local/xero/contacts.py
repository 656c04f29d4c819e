# SPDX-License-Identifier: Apache-2.0
"""How contacts are matched, written and shown.

Rules: https://developer.xero.com/documentation/api/accounting/contacts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import reading
from local.xero.replies import ValidationError, XeroError, not_found
from local.xero.wire import Document, is_id

if TYPE_CHECKING:
    from local.xero.books import Books, Writing

STATUSES = ("ACTIVE", "ARCHIVED", "GDPRREQUEST")
TEXT_LENGTHS = {
    "Name": 255,
    "ContactNumber": 50,
    "AccountNumber": 50,
    "FirstName": 255,
    "LastName": 255,
    "CompanyNumber": 50,
    "EmailAddress": 255,
    "BankAccountDetails": 255,
    "TaxNumber": 50,
    "AccountsReceivableTaxType": 50,
    "AccountsPayableTaxType": 50,
    "DefaultCurrency": 3,
    "SalesDefaultAccountCode": 10,
    "PurchasesDefaultAccountCode": 10,
    "XeroNetworkKey": 50,
}
_SLOTS = {
    "Addresses": ("AddressType", ("STREET", "POBOX")),
    "Phones": ("PhoneType", ("DDI", "DEFAULT", "FAX", "MOBILE", "OFFICE")),
}
_SHOWN_SLOTS = {"Addresses": ("STREET", "POBOX"), "Phones": ("DDI", "DEFAULT", "FAX", "MOBILE")}
_BLANKS = {
    "AddressType": ("City", "Region", "PostalCode", "Country"),
    "PhoneType": ("PhoneNumber", "PhoneAreaCode", "PhoneCountryCode"),
}
_MOST_PERSONS = 5
_PERSON_TEXTS = ("FirstName", "LastName", "EmailAddress")
SHAPE: reading.Shape = {
    **dict.fromkeys(("ContactID", *TEXT_LENGTHS), reading.text),
    "ContactStatus": reading.one_of(STATUSES),
    **{
        plural: reading.each({kind: reading.one_of(kinds)})
        for plural, (kind, kinds) in _SLOTS.items()
    },
    "ContactPersons": reading.each(
        {**dict.fromkeys(_PERSON_TEXTS, reading.text), "IncludeInEmails": reading.boolean}
    ),
    "PaymentTerms": reading.nested,
}
_DETAILS = ("Addresses", "Phones", "ContactPersons", "ContactGroups", "PaymentTerms")


def find(books: Books, key: str) -> Document | None:
    """Find a contact by id or, as Xero allows in the path, by contact number."""
    return books.contacts.get(key.lower()) or books.contact_numbered(key)


def match(books: Books, element: Document) -> Document | None:
    """Find the contact that a posted element means: by id, number, then name.

    Raises:
        XeroError: there is an id, and no contact has it (404).
    """
    contact_id = reading.text(element, "ContactID")
    if contact_id:
        found = books.contacts.get(contact_id.lower()) if is_id(contact_id) else None
        if found is None:
            raise XeroError(not_found())
        return found
    contact_number = reading.text(element, "ContactNumber")
    found = books.contact_numbered(contact_number) if contact_number else None
    name = reading.text(element, "Name")
    return found or (books.contact_named(name) if name else None)


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Create a contact, or change an existing one in place.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    status = reading.choice(element, "ContactStatus", STATUSES)
    archived = existing is not None and existing["ContactStatus"] == "ARCHIVED"
    if archived and status != "ACTIVE":
        raise ValidationError(
            "The specified contact details matched an archived contact. "
            "Archived contacts cannot currently be edited via the API."
        )
    contact = _blank(writing) if existing is None else dict(existing)
    contact |= _sent_values(element, contact)
    contact["ContactStatus"] = status or contact["ContactStatus"]
    if problems := _problems(writing.books, contact):
        raise ValidationError(*problems)
    contact["UpdatedDateUTC"] = writing.now
    if existing is None:
        writing.books.contacts[contact["ContactID"]] = existing = contact
        writing.changed("Contacts", contact, created=True)
    else:
        existing.update(contact)
        writing.changed("Contacts", existing, created=False)
    return existing


def show(contact: Document, *, detailed: bool) -> Document:
    """Return a contact as it travels; in summaries without its details."""
    if detailed:
        return contact | {"HasValidationErrors": False}
    return {name: value for name, value in contact.items() if name not in _DETAILS} | {
        "Addresses": [],
        "Phones": [],
        "ContactGroups": [],
        "ContactPersons": [],
        "HasValidationErrors": False,
    }


def _blank(writing: Writing) -> Document:
    return {
        "ContactID": writing.make_id(),
        "ContactStatus": "ACTIVE",
        "Name": "",
        "EmailAddress": "",
        "BankAccountDetails": "",
        "Addresses": _fill_slots([], [], "Addresses"),
        "Phones": _fill_slots([], [], "Phones"),
        "ContactGroups": [],
        "ContactPersons": [],
        "IsSupplier": False,
        "IsCustomer": False,
        "HasAttachments": False,
    }


def _sent_values(element: Document, contact: Document) -> Document:
    values: Document = {
        name: reading.text(element, name) for name in TEXT_LENGTHS if element.get(name) is not None
    }
    for plural in _SLOTS:
        if (sent := reading.elements(element, plural)) is not None:
            values[plural] = _fill_slots(sent, contact[plural], plural)
    if (persons := reading.elements(element, "ContactPersons")) is not None:
        values["ContactPersons"] = [_person(person) for person in persons]
    if terms := reading.nested(element, "PaymentTerms"):
        values["PaymentTerms"] = terms
    return values


def _person(person: Document) -> Document:
    shown: Document = {name: reading.text(person, name) for name in _PERSON_TEXTS}
    return shown | {"IncludeInEmails": reading.boolean(person, "IncludeInEmails")}


def _fill_slots(sent: list[Document], kept: list[Document], plural: str) -> list[Document]:
    """Return one entry for each kind of address or phone that Xero keeps: sent, kept or blank."""
    kind, kinds = _SLOTS[plural]
    slots: dict[str, Document] = {
        name: dict.fromkeys(_BLANKS[kind], "") for name in _SHOWN_SLOTS[plural]
    }
    for one in (*kept, *sent):
        if name := reading.choice(one, kind, kinds):
            slots.setdefault(name, {}).update(
                {key: value for key, value in one.items() if isinstance(value, str)}
            )
    return [values | {kind: name} for name, values in slots.items()]


def _problems(books: Books, contact: Document) -> list[str]:
    problems = [
        f"The {name} field must not be longer than {longest} characters."
        for name, longest in TEXT_LENGTHS.items()
        if len(contact.get(name, "")) > longest
    ]
    name = contact["Name"]
    if not name:
        problems.append("The contact name must be specified.")
    elif contact["ContactStatus"] == "ACTIVE":
        same = books.contact_named(name)
        if same and same["ContactStatus"] == "ACTIVE" and same["ContactID"] != contact["ContactID"]:
            problems.append(
                f"The contact name {name} is already assigned to another contact. "
                "The contact name must be unique across all active contacts."
            )
    if contact["EmailAddress"] and "@" not in contact["EmailAddress"].strip("@"):
        problems.append("Email address must be valid.")
    if len(contact["ContactPersons"]) > _MOST_PERSONS:
        problems.append(f"A contact may have up to {_MOST_PERSONS} contact persons.")
    number = contact.get("ContactNumber", "")
    same = books.contact_numbered(number) if number else None
    if same and same["ContactID"] != contact["ContactID"]:
        problems.append(f"The contact number {number} is already assigned to another contact.")
    return problems
