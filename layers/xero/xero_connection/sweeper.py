# SPDX-License-Identifier: Apache-2.0
"""The sweep function's work: what changed since the last time goes to the record queue.

So what no webhook told of is found all the same. How far it has come is decided in `sweeps`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from xero_connection.batches import is_batch, to_come_again
from xero_connection.connection import Connection
from xero_connection.errors import (
    DisconnectedError,
    RateLimitedError,
    ScopeError,
    ValidationError,
    XeroConnectionError,
)
from xero_connection.findings import swept_texts
from xero_connection.leases import turn
from xero_connection.limits import BACKGROUND
from xero_connection.observe import place_of
from xero_connection.resources import RESOURCES
from xero_connection.sweeps import Cursor, Step, cursor_key, kept_cursor, step, without_baseline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xero_connection.connection import Budget, Send, TokenSource
    from xero_connection.observe import Observer
    from xero_connection.publishing import Rows
    from xero_connection.resources import Resource

# Kept of an invocation for the answer that is awaited, the queue and the table.
_MARGIN_SECONDS: Final = 30.0
_TURN: Final = "cursor#turn"
# Most sweeps take no longer; whoever comes during a first one is not kept waiting.
_PATIENCE_SECONDS: Final = 15.0


class Context(Protocol):
    """What Lambda says about an invocation."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the invocation."""


class Enqueue(Protocol):
    """Puts a message on the record queue, as `aws.Queue.send` does."""

    def __call__(self, text: str) -> None:
        """Send the text."""


class Due(NamedTuple):
    """One kind of record of one organisation, and where its sweep goes on."""

    connection: Connection
    """The organisation's own, since it has limits of its own."""
    tenant_id: str
    resource: Resource
    row: Mapping[str, str]
    """The cursor's; empty where there is none yet."""
    deadline: float
    """After which no call is begun."""


class NotNowError(Exception):
    """The invocation's time leaves no room for another call."""


@dataclass(kw_only=True)
class Report:
    """How a sweep went, by kind of record."""

    complete: int = 0
    records: int = 0
    left: list[str] = field(default_factory=list)
    """What the next one has to go on with."""
    without_scope: list[str] = field(default_factory=list)
    """What the token does not open, and so was not asked for."""
    refused: list[str] = field(default_factory=list)
    """What Xero refuses, though the token should open it; or the whole organisation."""
    reason: str = ""
    """Why nothing could be done."""
    calls: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the function's answer."""
        return {
            "complete": self.complete,
            "records": self.records,
            "left": self.left,
            "without_scope": self.without_scope,
            "refused": self.refused,
            **({"reason": self.reason} if self.reason else {}),
        }


@dataclass(frozen=True, kw_only=True)
class Sweeper:
    """The sweep function's work."""

    resources: Sequence[Resource]
    tokens: TokenSource
    send: Send
    budget: Budget
    rows: Rows
    enqueue: Enqueue
    observer: Observer
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def handle(self, event: Any, context: Context) -> dict[str, Any]:
        """Sweep, and say how it went.

        Args:
            event: a batch from the sweep queue, each message of which tells of webhooks that never
                came; or anything else, such as the schedule's, for everything.
            context: of the invocation.

        Raises:
            XeroConnectionError: there is no token, or no list of organisations.
        """
        missed = is_batch(event)
        end = self.clock() + context.get_remaining_time_in_millis() / 1000
        resources = [one for one in self.resources if one.told or not missed]
        report = Report()
        try:
            # Two at once would make two baselines, and ask for everything twice.
            with turn(
                self.rows,
                _TURN,
                owner=context.aws_request_id,
                end=end,
                patience=_PATIENCE_SECONDS,
                clock=self.clock,
                sleep=self.sleep,
            ) as mine:
                if mine:
                    self._sweep_all(self._due(resources, end - _MARGIN_SECONDS), report)
                else:
                    report.left += [one.name for one in resources]
                    report.reason = "another sweep is under way"
        except XeroConnectionError as error:
            report.left += [one.name for one in resources]
            report.reason = f"{error.code}: {error.message}"
            # Of the schedule nobody waits for the answer: Lambda would only repeat the failure.
            scheduled = isinstance(event, dict) and event.get("source") == "aws.events"
            if not (missed or scheduled):
                raise
        finally:
            self._say(report)
        if missed:
            # What Xero refuses it will refuse again soon: that is left to the schedule.
            return to_come_again(event["Records"] if report.left else ())
        return report.as_dict()

    def _say(self, report: Report) -> None:
        lists = {"left": report.left, "refused by Xero": report.refused}
        reasons = [f"{name}: {', '.join(names)}" for name, names in lists.items() if names]
        if report.reason:
            reasons.append(report.reason)
        self.observer.record(
            failed=bool(reasons),
            outcome="unfinished" if reasons else "swept",
            reason="; ".join(reasons) or None,
            events=report.records,
            calls=report.calls,
        )

    def _due(self, resources: Sequence[Resource], deadline: float) -> list[Due]:
        """Return what is to be swept; first what has waited longest, so that all have their turn.

        Raises:
            XeroConnectionError: there is no token, no list of organisations, or no table.
        """
        connections = {
            tenant.tenant_id: self._connection(deadline)
            for tenant in self._connection(deadline).tenants()
        }
        keys = {
            cursor_key(tenant_id, resource): (tenant_id, resource)
            for tenant_id in connections
            for resource in resources
        }
        rows = self.rows.get(list(keys))
        found = [
            Due(connections[tenant_id], tenant_id, resource, rows.get(key, {}), deadline)
            for key, (tenant_id, resource) in keys.items()
        ]
        return sorted(found, key=lambda due: due.row.get("looked_at", ""))

    def _connection(self, deadline: float) -> Connection:
        return Connection(
            tokens=self.tokens,
            send=self.send,
            deadline=deadline,
            budget=self.budget,
            share=BACKGROUND,
            clock=self.clock,
            sleep=self.sleep,
        )

    def _sweep_all(self, due: Sequence[Due], report: Report) -> None:
        spent: set[str] = set()
        for one in due:
            name = one.resource.name
            try:
                if not one.connection.may(one.resource.opened_by):
                    report.without_scope.append(name)
                    continue
                if one.tenant_id in spent:
                    report.left.append(name)
                    continue
                self._sweep(one, report)
                report.complete += 1
            except (DisconnectedError, ScopeError):
                report.refused.append(name)
            except (NotNowError, RateLimitedError):
                spent.add(one.tenant_id)
                report.left.append(name)
            except XeroConnectionError as error:
                report.left.append(name)
                self._failed(one, error.code, error.message)
            except Exception as error:  # noqa: BLE001 - the other kinds must not wait for this one
                report.left.append(name)
                self._failed(one, "failed", place_of(error))
        report.calls = sum(one.usage.calls for one in {one.connection for one in due})

    def _failed(self, due: Due, outcome: str, reason: str) -> None:
        self.observer.record(
            failed=True,
            outcome=outcome,
            reason=reason,
            tenant_id=due.tenant_id,
            resource=due.resource.name,
        )

    def _sweep(self, due: Due, report: Report) -> None:
        """Sweep one kind of record of one organisation from its cursor to the end.

        Raises:
            NotNowError: there is more; it goes on from where it is.
            RateLimitedError: the same, for the organisation's limits.
            Exception: Xero, the table or the queue failed; it goes on from where it is.
        """
        key = cursor_key(due.tenant_id, due.resource)
        cursor = kept_cursor(due.row) if due.row else Cursor()
        complete = False
        while not complete:
            if self.clock() >= due.deadline:
                raise NotNowError
            taken = self._step(due, cursor)
            for text in swept_texts(
                due.tenant_id, due.resource, taken.records, baseline_until=taken.baseline_until
            ):
                self.enqueue(text)
            # Only now, so that what ends in between repeats a page and leaves nothing out.
            self.rows.put({key: taken.cursor.as_row()})
            report.records += len(taken.records)
            cursor, complete = taken.cursor, taken.complete

    def _step(self, due: Due, cursor: Cursor) -> Step:
        resource, connection = due.resource, due.connection
        now = self.now()
        try:
            document = connection.call(cursor.request(resource), tenant_id=due.tenant_id)
        except ValidationError:
            if cursor.since:
                raise
            # Xero refuses lists of more than 100,000: what is there already is then not known.
            return Step(records=[], baseline_until="", cursor=without_baseline(now), complete=False)
        return step(resource, cursor, document, now=now)


def chosen(names: str) -> list[Resource]:
    """Return the resources that a list of their names, parted by commas, chooses.

    Raises:
        RuntimeError: there is no such resource; the message names those there are.
    """
    wanted = [name.strip() for name in names.split(",")]
    if unknown := [name for name in wanted if name not in RESOURCES]:
        raise RuntimeError(
            f"SWEEP_RESOURCES names {', '.join(unknown)}; there are {', '.join(RESOURCES)}"
        )
    return [RESOURCES[name] for name in wanted]
