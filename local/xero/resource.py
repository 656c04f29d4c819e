# SPDX-License-Identifier: Apache-2.0
"""How one kind of record is found, listed and told of; the kinds themselves are in `kinds`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.xero.wire import iso_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.xero.wire import Document

FINE_PLACES = 4
"""Decimals of a unit amount where the request says unitdp=4, or the resource always has them."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Records that a list leaves out."""

    field: str
    values: tuple[str, ...]
    unless: str = ""
    """The parameter that asks for them; empty where none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One kind of record: how it is found, listed and told of."""

    name: str
    id_field: str
    keys: tuple[str, ...] = ()
    """Other fields whose value finds a record in the path."""
    model: str = ""
    """Key of the seeded record that made-up ones are like; the first where it is empty."""
    number: tuple[str, str] | None = None
    """The field that tells made-up records apart to people, and how it is spelled."""
    fields: frozenset[str] = frozenset()
    """Field names that a filter may name though no record holds them at the moment."""
    dated: bool = False
    """True where lists honour If-Modified-Since."""
    filtered: bool = True
    """True where lists honour `where`."""
    paged: bool = False
    sized: bool = False
    """True where `pageSize` counts too, and the answer has a `pagination` object."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Query parameter to the dotted field that it lists values of."""
    ranges: Mapping[str, str] = field(default_factory=dict)
    """Query parameters to the date that they bound: `Date` stands for DateFrom and DateTo."""
    searched: tuple[str, ...] = ()
    """Fields that `searchTerm` looks into."""
    hidden: Hidden | None = None
    lines: str = ""
    """The field that holds the lines."""
    bare: bool = False
    """True where a list leaves the lines out, unless it is asked for by pages and has them."""
    unit_places: int = 2
    unitdp: bool = False
    """True where `unitdp` may ask for more decimals."""
    spelled: tuple[str, ...] = ()
    """Dates beside which their text stands: DateString, UpdatedDateUTCString."""
    category: str = ""
    """The webhooks' category, empty where Xero has none."""
    told: tuple[str, ...] = ()
    """Fields that a webhook's `data` holds."""

    def spell(self, record: Document) -> None:
        """Write the texts that stand beside a record's dates."""
        for name in self.spelled:
            if name in record:
                zone = "Z" if name.endswith("UTC") else ""
                record[f"{name}String"] = iso_seconds(record[name]) + zone


TRADED = ("Date", "DueDate", "UpdatedDateUTC")
"""Dates that documents with a contact are spelled with."""
