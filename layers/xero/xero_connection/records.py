# SPDX-License-Identifier: Apache-2.0
"""A record's versions: which one is news, what it changes, and the events that say so. No I/O."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from xero_connection.documents import iso, read_moment, to_json
from xero_connection.events import RECORDS, entry, fits, short_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from xero_connection.findings import Told
    from xero_connection.resources import Meaning, Resource

_HASH_DIGITS: Final = 8
"""Long enough to see a field change, and of a record to tell no more than that to most."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """What is kept of a record's version: enough to tell what the next one changes."""

    moment: str
    """UpdatedDateUTC; empty for the few kinds of record to which Xero gives none."""
    status: str | None
    fields: Mapping[str, str]
    """Name of each top-level field → a digest of what it holds."""

    @property
    def name(self) -> str:
        """What tells it apart from the record's other versions."""
        return self.moment or json.dumps(self.fields, sort_keys=True)

    def supersedes(self, other: Version) -> bool:
        """Return whether it is newer; without dates, whether it is different."""
        if self.moment and other.moment:
            return read_moment(self.moment) > read_moment(other.moment)
        return self.fields != other.fields

    def changed(self, other: Version) -> list[str]:
        """Return the names of the fields that one of the two has and the other has differently."""
        names = self.fields.keys() | other.fields.keys()
        return sorted(name for name in names if self.fields.get(name) != other.fields.get(name))

    def is_before(self, moment: str) -> bool:
        """Return whether it was there at a moment; a version without a date counts as there."""
        return not self.moment or read_moment(self.moment) <= read_moment(moment)

    def as_row(self) -> dict[str, str]:
        """Return the attributes of its row in the table."""
        return {
            "moment": self.moment,
            "status": self.status or "",
            "fields": json.dumps(self.fields, separators=(",", ":")),
        }


def version_of(resource: Resource, record: Mapping[str, Any]) -> Version:
    """Return the version that a record is.

    Raises:
        RecursionError: it is nested beyond writing.
        TypeError: its date or its status is no text.
        ValueError: its date is none.
    """
    moment = record.get("UpdatedDateUTC") or ""
    record_id = str(record.get(resource.id_field))
    status = record.get(resource.status_field)
    if not isinstance(status, str | None):
        raise TypeError("a status that is no text")
    return Version(
        moment=moment and iso(read_moment(moment)),
        status=status,
        fields={name: _digest(record_id, name, value) for name, value in record.items()},
    )


def kept_version(row: Mapping[str, str]) -> Version:
    """Return the version that a row of the table is about."""
    return Version(
        moment=row["moment"], status=row["status"] or None, fields=json.loads(row["fields"])
    )


def row_key(tenant_id: str, resource: Resource, record_id: str) -> str:
    """Return the key of the row that keeps a record's last version."""
    return f"record#{tenant_id}#{resource.name}#{record_id}"


def news(
    resource: Resource,
    record: Mapping[str, Any],
    *,
    tenant_id: str,
    found_by: str,
    created: bool,
    version: Version,
    kept: Version | None,
) -> list[dict[str, Any]]:
    """Return the entries that tell of a new version of a record, the plain one first.

    Args:
        resource: the kind of record.
        record: as Xero has it now.
        tenant_id: of the organisation.
        found_by: `webhook` or `sweep`.
        created: whether the record is new, as far as nothing is kept of it.
        version: the record's.
        kept: the last version that was published, if any was.
    """
    happened = "created" if created and kept is None else "updated"
    record_id = str(UUID(record[resource.id_field]))
    occurred_at = version.moment or record.get("CreatedDateUTC")
    detail = {
        **_identity(resource, tenant_id, record_id),
        "event_type": "CREATE" if happened == "created" else "UPDATE",
        "occurred_at": occurred_at,
        "found_by": found_by,
        "changed": version.changed(kept) if kept else [],
        "previous_status": kept.status if kept else None,
    }
    names = [f"{resource.noun}_{happened}"]
    names += _meanings(resource, record, happened, version.status, kept)
    return [
        _with_record(
            f"{resource.name}/{name}",
            {"event_id": short_id(tenant_id, resource.name, record_id, version.name, name)}
            | detail,
            record,
            at=read_moment(occurred_at) if occurred_at else None,
        )
        for name in names
    ]


def unavailable(resource: Resource, told: Told, reason: str) -> dict[str, Any]:
    """Return the entry that tells of a record which Xero told of and does not give.

    Args:
        resource: the kind of record.
        told: what the webhook said.
        reason: `not_found`, or the code of the error that keeps it out of reach.
    """
    name = f"{resource.noun}_unavailable"
    detail = {
        "event_id": short_id(told.event_id, name),
        **_identity(resource, told.tenant_id, str(told.record_id)),
        "event_type": told.event_type,
        "occurred_at": told.occurred_at,
        "found_by": "webhook",
        "reason": reason,
    }
    return entry(RECORDS, f"{resource.name}/{name}", detail)


def _identity(resource: Resource, tenant_id: str, record_id: str) -> dict[str, Any]:
    return {
        "tenant_id": tenant_id,
        "tenant_type": "ORGANISATION",
        "resource": resource.name,
        "resource_id": record_id,
        "resource_url": resource.url(record_id),
        "event_category": resource.category,
    }


def _with_record(
    detail_type: str, detail: Mapping[str, Any], record: Mapping[str, Any], *, at: datetime | None
) -> dict[str, Any]:
    """Return an entry with the record where EventBridge takes it, else one that says it is not."""
    whole = entry(RECORDS, detail_type, {**detail, "record": record}, at=at)
    return (
        whole
        if fits(whole)
        else entry(RECORDS, detail_type, {**detail, "record_omitted": True}, at=at)
    )


def _meanings(
    resource: Resource,
    record: Mapping[str, Any],
    happened: str,
    status: str | None,
    kept: Version | None,
) -> Iterator[str]:
    # Of a record that is neither new nor known before, nobody can say what its status was.
    known = kept is not None or happened == "created"
    previous = kept.status if kept else None

    def holds(meaning: Meaning) -> bool:
        if meaning.of_type and meaning.of_type != record.get("Type"):
            return False
        if not meaning.entered:
            return meaning.happened == happened
        return known and status in meaning.entered and previous not in meaning.entered

    return (meaning.name for meaning in resource.meanings if holds(meaning))


def _digest(record_id: str, name: str, value: Any) -> str:
    """Return what tells a field's content from another of the same field in the same record."""
    text = to_json([record_id.lower(), name, value])
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_DIGITS]
