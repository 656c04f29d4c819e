# SPDX-License-Identifier: Apache-2.0
"""Takes an operation's flow from step to step, also one that an earlier invocation had begun.

A write is noted before it is sent and never sent anew while it may have been carried out.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from xero_connection.batching import refused_whole
from xero_connection.errors import (
    IdempotencyError,
    OutcomeUnknownError,
    RequestError,
    UnavailableError,
    ValidationError,
    XeroConnectionError,
)
from xero_connection.looking import Look, UnsettledError
from xero_connection.meanings import unexpected
from xero_connection.outcomes import SETTLED_SECONDS, WINDOW_SECONDS, Step
from xero_connection.readback import ABSENT, records_in, sent_documents
from xero_connection.retries import is_answer, is_gone_already

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from xero_connection.client import Request
    from xero_connection.connection import Connection
    from xero_connection.looking import Keeper
    from xero_connection.observe import Observer
    from xero_connection.operation import Done, Flow, Operation
    from xero_connection.outcomes import Outcome


_SOON: Final = 5.0
_LONG: Final = 900.0
_LOOK_YOURSELF: Final = (
    "Xero's books do not tell whether it was carried out, and it is not repeated. Look there; if "
    "it is missing, ask again with a new key."
)


class StartOverError(Exception):
    """A write was not carried out; the flow goes on from before what it followed from."""


class Unkept:
    """The keeper of a query: there is nothing to keep."""

    now = staticmethod(time.time)

    def save(self, outcome: Outcome) -> None:
        """Keep nothing."""

    def claim(self, outcome: Outcome, record_ids: Sequence[str]) -> set[str]:  # noqa: ARG002
        """Make nothing, and so take nothing."""
        return set(record_ids)

    def makers(self, record_ids: Sequence[str]) -> dict[str, str]:  # noqa: ARG002
        """Know of nobody."""
        return {}


@dataclass(kw_only=True)
class Drive:
    """One operation, asked for in one organisation, in one invocation."""

    operation: Operation
    connection: Connection
    tenant_id: str | None
    outcome: Outcome
    keeper: Keeper
    observer: Observer

    @property
    def _look(self) -> Look:
        return Look(
            operation=self.operation,
            connection=self.connection,
            tenant_id=self.tenant_id,
            outcome=self.outcome,
            keeper=self.keeper,
        )

    def run(self, begin: Callable[[], Flow]) -> Done:
        """Send each request of a flow that has no answer yet, and return how it ended.

        Args:
            begin: returns the flow at its beginning, as often as it is asked.

        Raises:
            XeroConnectionError: it could not be ended; the outcome tells how far it came.
        """
        while True:
            try:
                return self._follow(begin())
            except StartOverError:
                continue

    @contextmanager
    def doubting(self) -> Iterator[None]:
        """See to it that what is in the way of a write's answer does not make it less unknown."""
        try:
            yield
        except OutcomeUnknownError:
            raise
        except XeroConnectionError as error:
            if step := self.outcome.doubt:
                raise self._unknown(step, cause=error) from error
            raise

    def _follow(self, flow: Flow) -> Done:
        number = writes = 0
        given: Any = None
        while True:
            try:
                request = flow.send(given)
            except StopIteration as end:
                done: Done = end.value
                return done
            except (AttributeError, IndexError, KeyError, TypeError) as error:
                if not number:
                    raise
                self.observer.failure(error)
                step = self.outcome.steps[number - 1]
                step.answered = step.fresh = False
                raise (self._unknown(step) if request.writes else unexpected(request)) from None
            writes += request.writes
            given = self._answer(number, writes, request)
            number += 1

    def _answer(self, number: int, write: int, request: Request) -> Any:
        """Return Xero's answer to a step of the flow, kept or new."""
        steps = self.outcome.steps
        if number < len(steps) and steps[number].answered:
            return steps[number].document
        if number == len(steps):
            steps.append(Step(fresh=True))
            if request.writes:
                self._note(steps[number], write)
        step = steps[number]
        known = step.fresh or not request.writes
        document = self._send(step, request) if known else self._settle(step, request)
        step.answered, step.document = True, document
        return document

    def _note(self, step: Step, write: int) -> None:
        """Keep that a write is about to be sent for the first time under a key."""
        step.key = self.outcome.xero_key(write)
        step.sent_at = step.last_at = self.keeper.now()
        self.keeper.save(self.outcome)

    def _send(self, step: Step, request: Request) -> Any:
        if not request.writes:
            return self.connection.call(request, tenant_id=self.tenant_id)
        keyed = request
        if request.keyed:
            key = {"Idempotency-Key": step.key}
            keyed = replace(request, headers={**request.headers, **key})
        try:
            document = self.connection.call(keyed, tenant_id=self.tenant_id)
        except RequestError as error:
            if is_gone_already(request, error) and not step.fresh:
                return {}
            if not (step.fresh or is_answer(error)):
                raise self._unknown(step, cause=error) from error
            if request.each and isinstance(error, ValidationError):
                return refused_whole(request, error)
            if not isinstance(error, IdempotencyError):
                self.outcome.refused()
            raise
        except OutcomeUnknownError:
            step.fresh = False
            raise self._unknown(step) from None
        finally:
            step.last_at = self.keeper.now()
        self._claim_made(request, document)
        return document

    def _settle(self, step: Step, request: Request) -> Any:
        """Return the answer to a write that was sent by an earlier invocation, which heard none.

        Raises:
            StartOverError: it was not carried out.
            XeroConnectionError: it cannot be settled now.
        """
        now = self.keeper.now()
        if now - step.sent_at < WINDOW_SECONDS or not request.keyed:
            # Xero still knows the key: it does it now, or says again what it did. What was to be
            # deleted is, or is not there any more.
            step.last_at = now
            self.keeper.save(self.outcome)
            return self._send(step, request)
        if now - step.last_at < SETTLED_SECONDS:
            raise self._unknown(step)
        try:
            found = self._look.answer(step, request)
        except UnsettledError as error:
            raise self._unknown(step, settles=error.wait is not None, wait=error.wait) from None
        if found is not None:
            return found
        # What it followed from may have changed since.
        self.outcome.start_over()
        raise StartOverError

    def _claim_made(self, request: Request, document: Any) -> None:
        """Note what a write has made, so that it is never taken for another request's."""
        read_back = self.operation.read_back
        if read_back is None or sent_documents(request)[0] != read_back.collection:
            return
        made = [
            str(record[read_back.id_field])
            for record in records_in(document, read_back.collection)
            if record.get(read_back.id_field)
            and record.get("StatusAttributeString") not in {"ERROR", ABSENT}
        ]
        try:
            self.keeper.claim(self.outcome, made)
        except UnavailableError as error:
            # It is made: the answer has to get through.
            self.observer.record(failed=True, outcome="not kept", reason=error.message)

    def _unknown(
        self,
        step: Step,
        *,
        settles: bool = True,
        wait: float | None = None,
        cause: XeroConnectionError | None = None,
    ) -> OutcomeUnknownError:
        """Return the error that says when asking again may tell more, and what is in the way."""
        details = {"idempotency_key": self.outcome.key}
        if cause:
            details["reason"] = cause.code
        if settles and wait is None:
            now = self.keeper.now()
            age = now - step.sent_at
            # Twice as long each time, and at once when the books can be asked.
            until = step.sent_at + WINDOW_SECONDS
            if now >= until:
                until = step.last_at + SETTLED_SECONDS
            wait = min(age, until - now) if until > now else min(age, _LONG)
            wait = max(_SOON, wait, (cause.retry_after or 0.0) if cause else 0.0)
        return OutcomeUnknownError(
            "A write was sent to Xero and its answer never came; it may have been carried out.",
            retry_after=wait,
            details=details,
            advice=None if settles else _LOOK_YOURSELF,
        )
