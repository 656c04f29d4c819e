# SPDX-License-Identifier: Apache-2.0
"""How tracking categories and their options are written, listed and deleted.

Rules: https://developer.xero.com/documentation/api/accounting/trackingcategories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.xero import lists, reading, resources
from local.xero.envelopes import envelope
from local.xero.replies import ValidationError, XeroError, not_found
from local.xero.rules import uses

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Document, Request, Response

_NAME = "TrackingCategories"
STATUSES = ("ACTIVE", "ARCHIVED", "DELETED")
SHAPE: reading.Shape = {
    **dict.fromkeys(("TrackingCategoryID", "TrackingOptionID", "Name"), reading.text),
    "Status": reading.one_of(STATUSES),
}
_MOST_ACTIVE = 2
_MOST_OPTIONS = 100
_LONGEST = 100


def find(books: Books, key: str) -> Document | None:
    """Find a tracking category by id."""
    return books.shelves[_NAME].get(key.lower())


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Make a tracking category, or change an existing one's name or status.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    others = [one for one in writing.books.shelves[_NAME].values() if one is not existing]
    category = dict(existing) if existing else _blank(writing, "TrackingCategoryID")
    problems = _put_values(category, element, others)
    active = [one for one in (*others, category) if one["Status"] == "ACTIVE"]
    if category["Status"] == "ACTIVE" and len(active) > _MOST_ACTIVE:
        problems.append(f"There can be at most {_MOST_ACTIVE} active tracking categories")
    if problems:
        raise ValidationError(*problems)
    if existing is None:
        category["Options"] = []
        writing.books.put(_NAME, [category])
    else:
        existing.update(category)
        _rename(writing.books, existing, "TrackingCategoryID", "Name")
    kept = existing or category
    writing.changed(_NAME, kept, created=existing is None)
    return kept


def listed(writing: Writing, request: Request, _: list[str]) -> Response:
    """Answer with the categories and options that a list asks for, archived ones if it says so."""
    resource = resources.BY_NAME[_NAME]
    found = lists.select(writing.books, resource, request, writing.client_id).records
    if request.flag("includeArchived"):
        return envelope(writing, _NAME, found)
    shown = [
        one | {"Options": [option for option in one["Options"] if option["Status"] == "ACTIVE"]}
        for one in found
    ]
    return envelope(writing, _NAME, shown)


def delete(writing: Writing, _: Request, rest: list[str]) -> Response:
    """Delete a tracking category that no line names, and answer with what it was."""
    category = _category(writing.books, rest[0])
    if _is_used(writing.books, category, "TrackingCategoryID"):
        raise uses.refusal(category, "The tracking category is in use; archive it")
    del writing.books.shelves[_NAME][category["TrackingCategoryID"]]
    return envelope(writing, _NAME, [category | {"Status": "DELETED"}])


def create_option(writing: Writing, request: Request, rest: list[str]) -> Response:
    """Make one option of a category, or several."""
    category = _category(writing.books, rest[0])
    made: list[Document] = []
    for element in _options_sent(request):
        option = _blank(writing, "TrackingOptionID")
        _refuse(element, _put_values(option, element, [*category["Options"], *made]))
        made.append(option)
    if len(category["Options"]) + len(made) > _MOST_OPTIONS:
        raise uses.refusal({}, f"A category has at most {_MOST_OPTIONS} options")
    category["Options"] += made
    writing.changed(_NAME, category, created=False)
    return envelope(writing, "Options", [_shown(one) for one in made])


def update_option(writing: Writing, request: Request, rest: list[str]) -> Response:
    """Change an option's name or status."""
    category, option = _option(writing.books, rest)
    (element,) = _options_sent(request)
    others = [one for one in category["Options"] if one is not option]
    changed = dict(option)
    _refuse(element, _put_values(changed, element, others))
    option.update(changed)
    _rename(writing.books, option, "TrackingOptionID", "Option")
    writing.changed(_NAME, category, created=False)
    return envelope(writing, "Options", [_shown(option)])


def delete_option(writing: Writing, _: Request, rest: list[str]) -> Response:
    """Delete an option that no line names, and answer with what it was."""
    category, option = _option(writing.books, rest)
    if _is_used(writing.books, option, "TrackingOptionID"):
        raise uses.refusal(option, "The tracking option is in use; archive it")
    category["Options"].remove(option)
    writing.changed(_NAME, category, created=False)
    return envelope(writing, "Options", [_shown(option | {"Status": "DELETED"})])


def _blank(writing: Writing, id_field: str) -> Document:
    return {id_field: writing.make_id(), "Name": "", "Status": "ACTIVE"}


def _put_values(record: Document, element: Document, others: list[Document]) -> list[str]:
    """Put the name and the status that were sent into a record, and return what is wrong."""
    record["Name"] = name = reading.text(element, "Name") or record["Name"]
    record["Status"] = reading.choice(element, "Status", STATUSES) or record["Status"]
    problems = []
    if not name:
        problems.append("The name must be specified")
    if len(name) > _LONGEST:
        problems.append(f"The name has at most {_LONGEST} characters")
    if any(name.lower() == one["Name"].lower() for one in others):
        problems.append("The name must be unique")
    if record["Status"] == "DELETED":
        problems.append("Tracking is deleted with DELETE")
    return problems


def _refuse(element: Document, problems: list[str]) -> None:
    if problems:
        raise uses.refusal(element, "; ".join(problems))


def _options_sent(request: Request) -> list[Document]:
    """Return the options in a body: one as it is, or some in a list."""
    body = reading.body(request)
    sent = reading.elements(body, "Options") or [body]
    for one in sent:
        reading.check(one, SHAPE)
    return sent


def _category(books: Books, key: str) -> Document:
    found = find(books, key)
    if found is None:
        raise XeroError(not_found())
    return found


def _option(books: Books, rest: list[str]) -> tuple[Document, Document]:
    """Find the option at `{category}/Options/{option}`, and its category."""
    category = _category(books, rest[0])
    for option in category["Options"]:
        if option["TrackingOptionID"] == rest[2].lower():
            return category, option
    raise XeroError(not_found())


def _is_used(books: Books, record: Document, id_field: str) -> bool:
    return any(one.get(id_field) == record[id_field] for one in uses.tracked(books))


def _rename(books: Books, record: Document, id_field: str, name_field: str) -> None:
    """Have the lines that name a record say its name of now."""
    for one in uses.tracked(books):
        if one.get(id_field) == record[id_field]:
            one[name_field] = record["Name"]


def _shown(option: Document) -> Document:
    status = option["Status"]
    return option | {
        "HasValidationErrors": False,
        "IsDeleted": status == "DELETED",
        "IsArchived": status == "ARCHIVED",
        "IsActive": status == "ACTIVE",
    }
