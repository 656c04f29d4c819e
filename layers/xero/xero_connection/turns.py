# SPDX-License-Identifier: Apache-2.0
"""One turn at an organisation's records of one kind, which nobody else has meanwhile.

What webhooks told of is asked for together; what a sweep found is there already.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from xero_connection.batches import parts
from xero_connection.connection import Connection
from xero_connection.errors import (
    DisconnectedError,
    NotFoundError,
    ScopeError,
    ValidationError,
    XeroConnectionError,
)
from xero_connection.findings import Swept, Told
from xero_connection.hearing import heard, heard_key
from xero_connection.leases import turn
from xero_connection.limits import BACKGROUND
from xero_connection.observe import place_of
from xero_connection.publishing import Bury, Candidate, Publisher, Rows
from xero_connection.records import unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from uuid import UUID

    from xero_connection.connection import Budget, Send, TokenSource
    from xero_connection.observe import Observer
    from xero_connection.receiver import Publish

# Kept of an invocation for what follows Xero's last answer, and for what follows the bus.
_AFTER_XERO: Final = 15.0
_AFTER_THE_BUS: Final = 10.0
_AT_ONCE: Final = 100
"""Records that go from table to bus to table together."""
_LOOKS: Final = 3
"""How often a record that Xero told of is looked for before it is said to be gone."""


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the work is done with."""

    tokens: TokenSource
    send: Send
    budget: Budget
    rows: Rows
    publish: Publish
    bury: Bury
    observer: Observer
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True)
class Message:
    """A message of the record queue, as Lambda hands it over, and what it says."""

    source: Mapping[str, Any]
    finding: Told | Swept


@dataclass
class _Found:
    """What the messages say of one record."""

    told: list[Told] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    receives: int = 1
    swept: list[Mapping[str, Any] | None] = field(default_factory=list)
    """As sweeps brought it; None where it is too large for a message."""
    baselines: list[str] = field(default_factory=list)
    """Those sweeps' `baseline_until`."""

    @property
    def there(self) -> Mapping[str, Any] | None:
        """The record, where what sweeps brought is surely as new as all that is said of it.

        A webhook may have told of a later change, and of two states only Xero knows the later.
        """
        first = self.swept[0] if self.swept and not self.told else None
        return first if all(one == first for one in self.swept) else None

    def candidate(self, record: Mapping[str, Any]) -> Candidate:
        """Return the record as what may be news."""
        if self.told:
            created = any(one.event_type == "CREATE" for one in self.told)
            return Candidate(record=record, found_by="webhook", created=created, texts=self.texts)
        baseline_until = min(self.baselines)
        # While the baseline is made, what is not known yet may be old all the same.
        return Candidate(
            record=record,
            found_by="sweep",
            created=not baseline_until,
            baseline_until=baseline_until,
        )


class Turn:
    """The findings of one batch about an organisation's records of one kind."""

    def __init__(
        self, tools: Tools, messages: Sequence[Message], *, end: float, owner: str
    ) -> None:
        """Take the messages, all of one organisation and resource, and when time is up."""
        self._tools = tools
        self._owner = owner
        self._end = end
        self._tenant_id = messages[0].finding.tenant_id
        self._resource = messages[0].finding.resource
        self._connection = Connection(
            tokens=tools.tokens,
            send=tools.send,
            deadline=end - _AFTER_XERO,
            budget=tools.budget,
            share=BACKGROUND,
            clock=tools.clock,
            sleep=tools.sleep,
        )
        self._publisher = Publisher(
            rows=tools.rows,
            put=tools.publish,
            bury=tools.bury,
            observer=tools.observer,
            tenant_id=self._tenant_id,
            resource=self._resource,
            until=end - _AFTER_THE_BUS,
        )
        self._found: dict[UUID, _Found] = {}
        self._messages = [(message, set(self._read(message))) for message in messages]
        self._open = set(self._found)

    def work(self) -> list[Message]:
        """Do what can be done, and return the messages that are to come again."""
        reason = None
        try:
            with turn(
                self._tools.rows,
                f"record#{self._tenant_id}#{self._resource.name}",
                owner=self._owner,
                end=self._end,
                patience=(self._end - self._tools.clock()) / 2,
                clock=self._tools.clock,
                sleep=self._tools.sleep,
            ) as mine:
                if mine:
                    self._publish_all()
                    self._note_heard()
                else:
                    reason = "another invocation has the turn"
        except XeroConnectionError as error:
            reason = f"{error.code}: {error.message}"
        except Exception as error:  # noqa: BLE001 - the batch's other turns must go on
            reason = place_of(error)
        again = [message for message, ids in self._messages if not self._open.isdisjoint(ids)]
        self._tools.observer.record(
            failed=bool(again),
            outcome="put off" if again else "recorded",
            reason=reason,
            tenant_id=self._tenant_id,
            resource=self._resource.name,
            events=self._publisher.published,
            repeated=self._publisher.repeated,
            parked=len(again),
            calls=self._connection.usage.calls,
        )
        return again

    def _read(self, message: Message) -> Iterator[UUID]:
        """Yield the records that a message is about."""
        finding = message.finding
        receives = int(message.source["attributes"]["ApproximateReceiveCount"])
        if isinstance(finding, Told):
            found = self._found.setdefault(finding.record_id, _Found())
            found.told.append(finding)
            found.texts.append(message.source["body"])
            found.receives = max(found.receives, receives)
            yield finding.record_id
            return
        for record_id, record in [*finding.records.items(), *((one, None) for one in finding.ids)]:
            found = self._found.setdefault(record_id, _Found())
            found.swept.append(record)
            found.baselines.append(finding.baseline_until)
            found.receives = max(found.receives, receives)
            yield record_id

    def _publish_all(self) -> None:
        there = {
            record_id: found.there
            for record_id, found in self._found.items()
            if found.there is not None
        }
        for some in parts(list(there.items()), _AT_ONCE):
            self._publish(dict(some))
        asked = [one for one in self._found if one not in there]
        try:
            self._ask_for(asked)
        except (DisconnectedError, ScopeError) as error:
            for record_id in self._open.intersection(asked):
                self._say_unavailable(record_id, error.code)

    def _note_heard(self) -> None:
        """Note when webhooks told of such records, and which changes they did not tell of.

        Raises:
            UnavailableError: the table does not take it; nothing that was published depends on it.
        """
        told, missed = any(one.told for one in self._found.values()), self._publisher.missed
        in_time = self._tools.clock() < self._end - _AFTER_THE_BUS
        if not (self._resource.told and (told or missed) and in_time):
            return
        key = heard_key(self._tenant_id, self._resource.name)
        kept = self._tools.rows.get([key]).get(key, {})
        row = heard(kept, told=told, missed=missed, now=self._tools.now())
        if row:
            self._tools.rows.put({key: row})

    def _publish(self, records: Mapping[UUID, Mapping[str, Any]]) -> None:
        self._open -= self._publisher.publish(
            {one: self._found[one].candidate(record) for one, record in records.items()}
        )

    def _ask_for(self, ids: Sequence[UUID]) -> None:
        """Get records from Xero and publish them, as many as time allows.

        Raises:
            RateLimitedError: the limits do not allow more of them.
        """
        if ids and not self._connection.may(self._resource.opened_by):
            raise ScopeError("The token lacks the scope for it.")
        together = self._resource.ids_per_call
        for some in parts(ids, together or _AT_ONCE):
            missing = list(some)
            if together:
                if not self._in_time():
                    return
                listed = self._listed(some)
                self._publish(listed)
                # What a list leaves out may only be late in it; a look of its own is the last.
                missing = [
                    one for one in some if one not in listed and self._found[one].receives >= _LOOKS
                ]
            for record_id in missing:
                if not self._in_time():
                    return
                self._get(record_id)

    def _in_time(self) -> bool:
        """Return whether a call may be begun."""
        return self._tools.clock() < self._end - _AFTER_XERO

    def _listed(self, ids: Sequence[UUID]) -> dict[UUID, Mapping[str, Any]]:
        call = self._resource.with_ids(ids)
        try:
            records = self._resource.records(self._connection.call(call, tenant_id=self._tenant_id))
        except (NotFoundError, ValidationError):
            return {}
        # Only those that were asked for, whatever else Xero's list may hold.
        return {one: record for one, record in records.items() if one in ids}

    def _get(self, record_id: UUID) -> None:
        """Publish a record that no list had, or say that it cannot be had."""
        call = self._resource.with_id(record_id)
        try:
            records = self._resource.records(self._connection.call(call, tenant_id=self._tenant_id))
        except (NotFoundError, ValidationError):
            records = {}
        if record_id in records:
            self._publish({record_id: records[record_id]})
        elif self._found[record_id].receives >= _LOOKS:
            self._say_unavailable(record_id, "not_found")

    def _say_unavailable(self, record_id: UUID, reason: str) -> None:
        """Publish that a record cannot be had, and what a sweep brought of it; that may be all."""
        found = self._found[record_id]
        told = found.told[-1:]
        if not all(self._publisher.say(unavailable(self._resource, one, reason)) for one in told):
            return
        brought = [record for record in found.swept if record]
        if brought:
            newest = max(brought, key=lambda record: str(record.get("UpdatedDateUTC")))
            self._publish({record_id: newest})
        else:
            self._open.discard(record_id)
