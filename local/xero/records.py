# SPDX-License-Identifier: Apache-2.0
"""Makes, changes and removes records of any kind as a test wishes, past Xero's rules."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from local.xero import references, resources, zones
from local.xero.wire import Document, is_id, new_id, read_date, read_moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from local.xero.books import Books, Writing
    from local.xero.resource import Resource
    from local.xero.shelf import Shelf

MOST = 1_000_000
_LONGEST_SPREAD = 10 * 365 * 86_400
_MOMENT = re.compile(r"\w*DateUTC")
_DAY = re.compile(r"\w*Date")


def write(writing: Writing, wish: Document) -> list[str]:
    """Make or change the records that a wish lists, or make as many as it counts.

    What Xero would tell by webhook is in the writing's changes. Nothing follows from a change
    elsewhere in the books: sums and balances are as they are given.

    Raises:
        ValueError: the wish makes no sense; nothing was written.
    """
    resource = _resource(wish)
    if "count" in wish:
        return _make_many(writing, resource, wish)
    listed = wish.get("records")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise ValueError("records is a list of objects")
    read = [_read(writing.books, resource, one) for one in listed]
    return [_write(writing, resource, one) for one in read]


def remove(books: Books, wish: Document) -> None:
    """Take records away for good.

    Raises:
        ValueError: there is no such resource, or no record with one of the ids.
    """
    shelf = books.shelves[_resource(wish).name]
    ids = [str(one) for one in wish.get("ids") or []]
    if missing := [one for one in ids if one not in shelf]:
        raise ValueError(f"no record has the id {missing[0]}")
    for one in ids:
        del shelf[one]


def _resource(wish: Document) -> Resource:
    resource = resources.find(str(wish.get("resource")))
    if resource is None:
        raise ValueError(f"resource is one of {', '.join(resources.BY_NAME)}")
    return resource


def _read(books: Books, resource: Resource, sent: Document) -> Document:
    """Return fields with times and dates as such, and ids of other records as those records."""
    fields = references.resolve(books, _dated(sent))
    if "Timezone" in fields:
        zones.zone(str(fields["Timezone"]))
    key = fields.get(resource.id_field)
    if resource.id_field.endswith("ID"):
        if key is not None and not is_id(str(key)):
            raise ValueError(f"{resource.id_field} is a GUID")
        return fields if key is None else fields | {resource.id_field: str(key).lower()}
    if not isinstance(key, str):
        raise ValueError(f"a record of {resource.name} needs its {resource.id_field}")  # noqa: TRY004
    return fields


def _dated(sent: Document) -> Document:
    read: Document = {}
    for name, value in sent.items():
        if isinstance(value, dict):
            read[name] = _dated(value)
        elif isinstance(value, list):
            read[name] = [_dated(one) if isinstance(one, dict) else one for one in value]
        elif isinstance(value, str) and _MOMENT.fullmatch(name):
            read[name] = _moment(value)
        elif isinstance(value, str) and _DAY.fullmatch(name):
            read[name] = read_date(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            read[name] = Decimal(value)
        else:
            read[name] = value
    return read


def _moment(text: str) -> datetime:
    found = read_moment(text)
    if found is None:
        raise ValueError(f"'{text}' is not a time")
    return found


def _write(writing: Writing, resource: Resource, fields: Document) -> str:
    shelf = writing.books.shelves[resource.name]
    at: datetime = fields.pop("UpdatedDateUTC", writing.now)
    existing = shelf.get(fields.get(resource.id_field, ""))
    if existing is None:
        record = next(_copies(shelf, resource, writing.today, [at])) | fields
    else:
        record = existing
        record |= fields
        if "UpdatedDateUTC" in record:
            record["UpdatedDateUTC"] = at
    return _keep(writing, resource, record, at, created=existing is None)


def _make_many(writing: Writing, resource: Resource, wish: Document) -> list[str]:
    count, spread = wish["count"], wish.get("spread_seconds", 0)
    if not isinstance(count, int) or not 1 <= count <= MOST:
        raise ValueError(f"count is a whole number from 1 to {MOST}")
    if not isinstance(spread, int) or not 0 <= spread <= _LONGEST_SPREAD:
        raise ValueError(f"spread_seconds is a whole number from 0 to {_LONGEST_SPREAD}")
    if not resource.id_field.endswith("ID"):
        raise ValueError(f"records of {resource.name} are made one by one")
    step = timedelta(seconds=spread) / count
    moments = [writing.now - step * (count - 1 - index) for index in range(count)]
    shelf = writing.books.shelves[resource.name]
    return [
        _keep(writing, resource, record, at, created=True)
        for at, record in zip(
            moments, _copies(shelf, resource, writing.today, moments), strict=True
        )
    ]


def _keep(
    writing: Writing, resource: Resource, record: Document, at: datetime, *, created: bool
) -> str:
    resource.spell(record)
    key: str = record[resource.id_field]
    if created:
        writing.books.shelves[resource.name][key] = record
    writing.changed(resource.name, record, created=created, at=at)
    return key


def _copies(
    shelf: Shelf, resource: Resource, today: date, moments: Iterable[datetime]
) -> Iterator[Document]:
    """Make a record like the shelf's model for each moment, its calendar dates told from today."""
    model = shelf.model
    age = today - model["Date"] if "Date" in model else timedelta(0)
    days = {
        name: value + age
        for name, value in model.items()
        if isinstance(value, date) and not isinstance(value, datetime)
    }
    for at in moments:
        shelf.serial += 1
        record = model | days | {resource.id_field: new_id()}
        record |= {name: at for name in ("CreatedDateUTC", "UpdatedDateUTC") if name in model}
        if resource.number:
            name, spelling = resource.number
            record[name] = spelling.format(shelf.serial)
        if "LineItems" in model:
            record["LineItems"] = [one | {"LineItemID": new_id()} for one in model["LineItems"]]
        yield record
