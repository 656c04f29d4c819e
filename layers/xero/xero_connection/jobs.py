# SPDX-License-Identifier: Apache-2.0
"""Does what an invocation asks for: a query as it is, an action once for its idempotency key."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from xero_connection.answers import addressed, addressed_all, all_replayed, only
from xero_connection.batching import Many
from xero_connection.driving import Drive, Unkept
from xero_connection.errors import (
    OutcomeUnknownError,
    RequestError,
    ScopeError,
    TemporaryError,
    UnavailableError,
    XeroConnectionError,
)
from xero_connection.handover import Files
from xero_connection.leases import turn
from xero_connection.lists import Listed
from xero_connection.outcomes import (
    SETTLED_SECONDS,
    WINDOW_SECONDS,
    Outcome,
    request_fingerprint,
)
from xero_connection.paging import Lister

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xero_connection.connection import Connection
    from xero_connection.fields import Input
    from xero_connection.invocation import Invocation
    from xero_connection.leases import Leases
    from xero_connection.looking import Keeper
    from xero_connection.observe import Observer
    from xero_connection.once import Once
    from xero_connection.operation import Flow, Operation
    from xero_connection.tokens import Tenant

# How long a change may stay unknown that its request is asked for again.
_UNSETTLED_SECONDS: Final = WINDOW_SECONDS + SETTLED_SECONDS


@dataclass(frozen=True, kw_only=True)
class Job:
    """One invocation that is understood."""

    operation: Operation
    asked: Input
    invocation: Invocation
    connection: Connection
    tenant: Tenant | None
    seconds: float
    """In which it has to be done, when it is begun."""

    @property
    def key(self) -> str:
        """The idempotency key."""
        return self.invocation.idempotency_key or ""

    @property
    def tenant_id(self) -> str | None:
        """The organisation's id, where the operation is about one."""
        return self.tenant.tenant_id if self.tenant else None


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """What jobs are done with."""

    observer: Observer
    once: Once | None = None
    """By which actions are kept; a query may be asked again as it is."""
    leases: Leases | None = None
    """Turns at a record that only one action may change at a time."""
    files: Files = field(default_factory=Files)
    """Where files come from and go to that do not travel by value."""
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def do(self, job: Job) -> tuple[dict[str, Any], bool]:
        """Return output and undo, and whether they are those of an earlier time.

        Raises:
            XeroConnectionError: it failed.
        """
        return self._act(job, self.once) if self.once else (self._ask(job), False)

    def foresee(
        self, operation: Operation, asked: Input, *, key: str, tenant_id: str | None
    ) -> str | None:
        """Return what `Once.foresee` tells of an action, None of a query and where it cannot."""
        if self.once is None:
            return None
        try:
            return self.once.foresee(key, _fingerprint(operation, asked, tenant_id))
        except UnavailableError:
            return None

    def _ask(self, job: Job) -> dict[str, Any]:
        """Return the output of a query."""
        with _named(job):
            if isinstance(job.asked, Listed):
                output = self._list(job, job.asked)
            else:
                output = self.files.delivered(job.asked, self._output(job, job.asked))
        return {"output": output, "undo": None}

    def _list(self, job: Job, asked: Listed) -> dict[str, Any]:
        """Return as much of a list as was asked for and an answer holds."""
        wanted = job.invocation.fields
        lister = Lister(
            record_key=job.operation.record_key,
            ask=lambda page: self._output(job, page),
            shown=lambda record: record if wanted is None else only(record, wanted),
            clock=self.clock,
            deadline=self.clock() + job.seconds,
        )
        return lister.answer(asked)

    def _output(self, job: Job, asked: Input) -> dict[str, Any]:
        outcome = Outcome(key=job.key, owner="", until=0, fingerprint="", expires_at=0)
        drive = self._drive(job, outcome, Unkept())
        return drive.run(lambda: job.operation.run(asked)).output

    def _act(self, job: Job, once: Once) -> tuple[dict[str, Any], bool]:
        """Return what an action has done, now or when it was asked for before."""
        operation = job.operation
        many = Many(operation, operation.batch, job.asked, {}) if operation.batch else None
        outcome = once.begin(
            job.key,
            _fingerprint(operation, job.asked, job.tenant_id),
            next(many.flow() if many else operation.run(job.asked)),
            seconds=job.seconds,
            patience=job.seconds,
        )
        if outcome.answer is not None:
            again = {**outcome.answer, "output": all_replayed(operation, outcome.answer["output"])}
            return again, True

        def begin() -> Flow:
            nonlocal many
            if operation.batch is None:
                return operation.run(self.files.fetched(job.asked))
            many = Many(operation, operation.batch, job.asked, outcome.elements)
            return many.flow()

        drive = self._drive(job, outcome, once)
        try:
            with _named(job), drive.doubting(), self._alone(job, outcome):
                done = drive.run(begin)
        except XeroConnectionError as error:
            kept = self._keep(lambda: once.leave(outcome))
            if isinstance(error, RequestError) and not kept:
                raise _untold(outcome, once) from error
            raise
        answer = {
            "output": addressed_all(operation, done.output, job.tenant),
            "undo": addressed(operation.way_back(done), job.tenant),
        }
        if many and not many.complete:
            outcome.elements = many.taken
            if not self._keep(lambda: once.reopen(outcome)):
                raise _untold(outcome, once)
        else:
            self._keep(lambda: once.end(outcome, answer))
        return answer, False

    def _drive(self, job: Job, outcome: Outcome, keeper: Keeper) -> Drive:
        return Drive(
            operation=job.operation,
            connection=job.connection,
            tenant_id=job.tenant_id,
            outcome=outcome,
            keeper=keeper,
            observer=self.observer,
        )

    @contextmanager
    def _alone(self, job: Job, outcome: Outcome) -> Iterator[None]:
        """Have the turn at the record that the operation changes, where it needs one.

        It is the request's, whichever invocation works on it: while it is not known whether one
        change was made, no other follows from what was there before.

        Raises:
            UnavailableError: another request has it.
        """
        name = job.operation.alone
        if not name or self.leases is None:
            yield
            return
        with turn(
            self.leases,
            f"lock#{job.tenant_id}#{getattr(job.asked, name)}",
            owner=job.key,
            end=self.clock() + _UNSETTLED_SECONDS,
            patience=job.seconds / 2,
            clock=self.clock,
            sleep=self.sleep,
            keeps=lambda: outcome.doubt is not None,
        ) as mine:
            if not mine:
                raise UnavailableError("Another action is changing this record.", retry_after=5)
            yield

    def _keep(self, keeping: Callable[[], None]) -> bool:
        """Keep what is over; where that fails, what was noted before tells the next enough."""
        try:
            keeping()
        except UnavailableError as error:
            self.observer.record(failed=True, outcome="not kept", reason=error.message)
            return False
        return True


def _untold(outcome: Outcome, once: Once) -> OutcomeUnknownError:
    """Return what is told instead of a refusal that could not be kept.

    Whoever hears of one may ask for something else with the same key, which would be refused for
    as long as the table says that the first may have been carried out.
    """
    return OutcomeUnknownError(
        "What Xero answered could not be kept; it is told when the very same is asked again.",
        retry_after=max(1.0, round(outcome.until - once.now())),
        details={"idempotency_key": outcome.key},
    )


def _fingerprint(operation: Operation, asked: Input, tenant_id: str | None) -> str:
    return request_fingerprint(operation.id, tenant_id, asked.model_dump(exclude_unset=True))


@contextmanager
def _named(job: Job) -> Iterator[None]:
    """Add to an error what the caller needs to go on."""
    try:
        yield
    except ScopeError as error:
        error.details["scopes"] = list(job.operation.scopes_of(job.asked))
        raise
    except (OutcomeUnknownError, TemporaryError) as error:
        if job.operation.kind == "action":
            error.details["idempotency_key"] = job.key
        raise
