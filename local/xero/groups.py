# SPDX-License-Identifier: Apache-2.0
"""How contact groups are written, who is in them, and the paths of that.

Rules: https://developer.xero.com/documentation/api/accounting/contactgroups.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from local.xero import reading
from local.xero.envelopes import envelope
from local.xero.replies import (
    ValidationError,
    XeroError,
    not_found,
    post_data_invalid,
    validation_exception,
)
from local.xero.wire import Document, Response, from_json

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Request

NAME = "ContactGroups"
STATUSES = ("ACTIVE", "DELETED")
SHAPE: reading.Shape = {
    **dict.fromkeys(("ContactGroupID", "Name"), reading.text),
    "Status": reading.one_of(STATUSES),
}


def find(books: Books, key: str) -> Document | None:
    """Find a group that was not deleted, by id."""
    found = books.shelves[NAME].get(key.lower())
    return found if found and found["Status"] == "ACTIVE" else None


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Make a group, or rename or delete an existing one.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    name = reading.text(element, "Name") or (existing["Name"] if existing else "")
    if not name:
        raise ValidationError("The contact group name must be specified")
    for one in writing.books.shelves[NAME].values():
        if one is not existing and one["Status"] == "ACTIVE" and one["Name"] == name:
            raise ValidationError("A Contact Group already exists with this name")
    group = existing or {"ContactGroupID": writing.make_id(), "Contacts": []}
    group["Name"] = name
    group["Status"] = reading.choice(element, "Status", STATUSES) or "ACTIVE"
    if existing is None:
        writing.books.put(NAME, [group])
    if group["Status"] == "DELETED":
        _take_out(group, list(group["Contacts"]))
    for contact in group["Contacts"]:
        _tell(contact, group, is_in=True)
    writing.changed(NAME, group, created=existing is None)
    return group


def join(group: Document, contacts: list[Document]) -> None:
    """Put contacts into a group; those that are in it already stay."""
    for contact in contacts:
        if contact not in group["Contacts"]:
            group["Contacts"].append(contact)
            _tell(contact, group, is_in=True)


def get(writing: Writing, _: Request, rest: list[str]) -> Response:
    """Answer with a group and who is in it."""
    group = _group(writing.books, rest[0])
    return envelope(writing, NAME, [group | {"Contacts": _members(group)}])


def add(writing: Writing, request: Request, rest: list[str]) -> Response:
    """Put contacts into a group; none of them where one cannot be."""
    group = _group(writing.books, rest[0])
    try:
        sent = reading.elements(from_json(request.body), "Contacts") or []
    except (AttributeError, ValueError) as error:
        raise post_data_invalid("JSON for post data was invalid") from error
    found = [_member(writing.books, one) for one in sent]
    join(group, found)
    writing.changed(NAME, group, created=False)
    return envelope(writing, "Contacts", [_shown(one) for one in found])


def remove_all(writing: Writing, _: Request, rest: list[str]) -> Response:
    """Take everybody out of a group."""
    group = _group(writing.books, rest[0])
    return _removed(writing, group, list(group["Contacts"]))


def remove_one(writing: Writing, _: Request, rest: list[str]) -> Response:
    """Take one contact out of a group."""
    group = _group(writing.books, rest[0])
    found = [one for one in group["Contacts"] if one["ContactID"] == rest[2].lower()]
    if not found:
        raise XeroError(not_found())
    return _removed(writing, group, found)


def _group(books: Books, key: str) -> Document:
    found = find(books, key)
    if found is None:
        raise XeroError(not_found())
    return found


def _removed(writing: Writing, group: Document, contacts: list[Document]) -> Response:
    _take_out(group, contacts)
    writing.changed(NAME, group, created=False)
    return Response(HTTPStatus.NO_CONTENT)


def _take_out(group: Document, contacts: list[Document]) -> None:
    for contact in contacts:
        group["Contacts"].remove(contact)
        _tell(contact, group, is_in=False)


def _tell(contact: Document, group: Document, *, is_in: bool) -> None:
    """Have a contact say whether it is in the group."""
    others = [
        one for one in contact["ContactGroups"] if one["ContactGroupID"] != group["ContactGroupID"]
    ]
    named = {name: group[name] for name in ("ContactGroupID", "Name", "Status")}
    contact["ContactGroups"] = [*others, named] if is_in else others


def _member(books: Books, sent: Document) -> Document:
    contact_id = reading.text(sent, "ContactID")
    contact = books.contacts.get(contact_id.lower())
    if contact is None:
        raise _refusal(sent, f"The contact {contact_id} could not be found")
    if contact["ContactStatus"] != "ACTIVE":
        raise _refusal(sent, "Unable to assign an Archived contact.")
    return contact


def _refusal(sent: Document, message: str) -> XeroError:
    return XeroError(validation_exception([sent | {"ValidationErrors": [{"Message": message}]}]))


def _members(group: Document) -> list[Document]:
    return [_shown(one) for one in group["Contacts"]]


def _shown(contact: Document) -> Document:
    """Return a contact as a group shows it."""
    blank: Document = {
        name: [] for name in ("Addresses", "Phones", "ContactGroups", "ContactPersons")
    }
    named = {name: contact[name] for name in ("ContactID", "Name")}
    return {**named, **blank, "HasValidationErrors": False}
