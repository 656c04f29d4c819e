# SPDX-License-Identifier: Apache-2.0
"""From table to bus to table: publishes the records that are news, and notes what was published.

What is news is decided in `records`; table, bus and dead letters are passed in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from xero_connection.findings import swept_texts
from xero_connection.leases import Leases
from xero_connection.observe import place_of
from xero_connection.records import kept_version, news, row_key, version_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from xero_connection.observe import Observer
    from xero_connection.receiver import Publish
    from xero_connection.resources import Resource


# What a row says was not published of its record: anything, as for the baseline; or that it was
# created, since nothing was known of it when it was published as updated.
_ALL: Final = "all"
_CREATION: Final = "creation"
_UNREADABLE: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class Bury(Protocol):
    """Puts a message among the dead letters, as `aws.Queue.send` does."""

    def __call__(self, text: str, *, reason: str) -> None:
        """Put it there with the reason."""


class Rows(Leases, Protocol):
    """The table's rows, as `rows.Rows` has them."""

    def get(self, keys: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return those there are."""

    def put(self, rows: Mapping[str, Mapping[str, str]]) -> None:
        """Put rows in the place of those there are."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A record that may be news."""

    record: Mapping[str, Any]
    found_by: str
    created: bool
    """Whether it is new, where nothing is kept of it."""
    baseline_until: str = ""
    """Where it was found for the baseline: of an unknown record, a version from before is noted
    and not published."""
    texts: Sequence[str] = ()
    """The messages that are about it alone, if any."""

    @property
    def was_missed(self) -> bool:
        """Whether, being news, it is such as a webhook should have told of."""
        return self.found_by == "sweep" and not self.baseline_until

    def tells_more(self, unsaid: str, *, newer: bool) -> bool:
        """Return whether a webhook told what a row leaves unsaid; messages come in any order."""
        told = self.found_by == "webhook"
        return told and bool((unsaid and self.created) or (unsaid == _ALL and not newer))


@dataclass(kw_only=True)
class Publisher:
    """Publishes an organisation's records of one kind, and counts."""

    rows: Rows
    put: Publish
    bury: Bury
    observer: Observer
    tenant_id: str
    resource: Resource
    until: float
    """The moment after which nothing more is put on the bus."""
    published: int = 0
    repeated: int = 0
    missed: set[str] = field(default_factory=set)
    """The dates of what a sweep found first; what a baseline finds nobody was to tell of."""

    def publish(self, candidates: Mapping[UUID, Candidate]) -> set[UUID]:
        """Return those that are done with: published, noted, not news, or among the dead letters.

        Raises:
            UnavailableError: the table cannot be read, so nothing was published; or not be
                written, so what was published will be published again.
        """
        keys = {one: row_key(self.tenant_id, self.resource, str(one)) for one in candidates}
        kept = self.rows.get(list(keys.values()))
        fresh: dict[UUID, dict[str, str]] = {}
        entries: list[tuple[UUID, dict[str, Any]]] = []
        done: set[UUID] = set()
        for record_id, candidate in candidates.items():
            try:
                found = self._news(candidate, kept.get(keys[record_id]))
            except _UNREADABLE as error:
                if self._buried(candidate, place_of(error)):
                    done.add(record_id)
                continue
            if found is None:
                self.repeated += 1
                done.add(record_id)
                continue
            fresh[record_id], told = found
            entries += [(record_id, entry) for entry in told]
        refused = self._put(entries)
        for record_id, for_good in refused.items():
            if for_good and self._buried(candidates[record_id], "the bus can never take it"):
                done.add(record_id)
        safe = fresh.keys() - refused.keys()
        self.published += sum(record_id in safe for record_id, _ in entries)
        self.rows.put({keys[one]: fresh[one] for one in safe})
        self.missed |= {fresh[one]["moment"] for one in safe if candidates[one].was_missed} - {""}
        return done | safe

    def say(self, entry: dict[str, Any]) -> bool:
        """Return whether the bus took an entry that is about no version."""
        taken = not self.put([entry], until=self.until)
        self.published += taken
        return taken

    def _news(
        self, candidate: Candidate, row: Mapping[str, str] | None
    ) -> tuple[dict[str, str], list[dict[str, Any]]] | None:
        """Return the row to keep of a record and the entries to publish, or None for no news."""
        version = version_of(self.resource, candidate.record)
        before = kept_version(row) if row else None
        newer = before is None or version.supersedes(before)
        if row and candidate.tells_more(row.get("unsaid", ""), newer=newer):
            before = None
        elif not newer:
            return None
        noted = before is None and candidate.baseline_until
        if noted and version.is_before(candidate.baseline_until):
            return version.as_row() | {"unsaid": _ALL}, []
        entries = news(
            self.resource,
            candidate.record,
            tenant_id=self.tenant_id,
            found_by=candidate.found_by,
            created=candidate.created,
            version=version,
            kept=before,
        )
        unsaid = "" if before or candidate.created else _CREATION
        return version.as_row() | {"unsaid": unsaid}, entries

    def _put(self, entries: Sequence[tuple[UUID, dict[str, Any]]]) -> dict[UUID, bool]:
        """Return the records of which the bus refused an entry, and whether for good."""
        about = {id(entry): record_id for record_id, entry in entries}
        refused: dict[UUID, bool] = {}
        for refusal in self.put([entry for _, entry in entries], until=self.until):
            record_id = about[id(refusal.entry)]
            refused[record_id] = refusal.for_good or refused.get(record_id, False)
        return refused

    def _buried(self, candidate: Candidate, reason: str) -> bool:
        """Return whether the messages that would bring the record again are among the dead."""
        found = swept_texts(
            self.tenant_id,
            self.resource,
            [candidate.record],
            baseline_until=candidate.baseline_until,
        )
        return all(
            buried(self.bury, self.observer, text, reason) for text in candidate.texts or found
        )


def buried(bury: Bury, observer: Observer, text: str, reason: str) -> bool:
    """Return whether a message is among the dead letters now."""
    try:
        bury(text, reason=reason)
    except Exception as error:  # noqa: BLE001 - one bad message must not hold up the others
        observer.failure(error)
        return False
    observer.record(failed=True, outcome="buried", reason=reason)
    return True
