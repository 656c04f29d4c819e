# SPDX-License-Identifier: Apache-2.0
"""The records of one kind under their ids, with indexes by other values and by the last change."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, MutableMapping, ValuesView
from datetime import UTC, datetime

from local.xero.wire import Document

_NEVER = datetime.min.replace(tzinfo=UTC)

Indexes = Mapping[str, Callable[[Document], str]]
"""Name of an index to what it finds records by."""


class Shelf(MutableMapping[str, Document]):
    """Records in the order of creation; whoever changes one in place says so with `touch`.

    A list of 100,000 records is paged through by many requests while few of them change, so the
    index is made when it is asked for and kept until the next change.
    """

    def __init__(self, id_field: str, indexes: Indexes | None = None) -> None:
        """Hold nothing yet; records found by anything but their id need an index for it."""
        self.fields: set[str] = set()
        """Every field name that a record has had."""
        self.model: Document = {}
        """What a made-up record is like."""
        self.serial = 0
        """The last number that a record was given."""
        self._id_field = id_field
        self._records: dict[str, Document] = {}
        self._moments: dict[str, datetime] = {}
        self._indexes = indexes or {}
        self._found_by: dict[str, dict[str, dict[str, Document]]] = {
            name: {} for name in self._indexes
        }
        self._under: dict[str, dict[str, str]] = {name: {} for name in self._indexes}
        self._index: tuple[list[datetime], list[Document]] | None = None

    def __getitem__(self, key: str) -> Document:
        """Return the record with this id."""
        return self._records[key]

    def __setitem__(self, key: str, record: Document) -> None:
        """Put a record under its id."""
        self._records[key] = record
        self.touch(record)

    def __delitem__(self, key: str) -> None:
        """Take a record away for good."""
        del self._records[key]
        self._moments.pop(key, None)
        self._index = None
        for name in self._indexes:
            del self._found_by[name][self._under[name].pop(key)][key]

    def __iter__(self) -> Iterator[str]:
        """Go through the ids."""
        return iter(self._records)

    def __len__(self) -> int:
        """Count the records."""
        return len(self._records)

    def values(self) -> ValuesView[Document]:
        """Go through the records."""
        return self._records.values()

    def touch(self, record: Document, at: datetime | None = None) -> None:
        """Note that a record changed, and when, should it have no UpdatedDateUTC to say so."""
        self.fields.update(record)
        key = record[self._id_field]
        if at is not None and "UpdatedDateUTC" not in record:
            self._moments[key] = at
        self._index = None
        for name, value_of in self._indexes.items():
            value, before = value_of(record), self._under[name].get(key)
            if before is not None and before != value:
                del self._found_by[name][before][key]
            self._under[name][key] = value
            self._found_by[name].setdefault(value, {})[key] = self._records[key]

    def found_by(self, name: str, value: str) -> ValuesView[Document]:
        """Go through the records that an index has under a value; none are under an empty one."""
        return (self._found_by[name].get(value, {}) if value else {}).values()

    def moment(self, record: Document) -> datetime:
        """Return when a record last changed; long ago where nobody said."""
        said: datetime | None = record.get("UpdatedDateUTC")
        return said or self._moments.get(record[self._id_field], _NEVER)

    def changed_since(self, since: datetime | None) -> list[Document]:
        """Return the records changed at or after a time, the least recently changed first."""
        if self._index is None:
            ordered = sorted(self._records.values(), key=self.moment)
            self._index = [self.moment(one) for one in ordered], ordered
        moments, ordered = self._index
        return ordered[bisect_left(moments, since) if since else 0 :]
