# SPDX-License-Identifier: Apache-2.0
"""Takes an operation's flow from step to step, also one that an earlier invocation had begun.

A write is noted before it is sent and never sent anew while it may have been carried out.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from xero_connection.batching import refused_whole
from xero_connection.client import unexpected
from xero_connection.errors import (
    IdempotencyError,
    NotFoundError,
    OutcomeUnknownError,
    RequestError,
    UnavailableError,
    ValidationError,
)
from xero_connection.outcomes import SETTLED_SECONDS, WINDOW_SECONDS, Step
from xero_connection.readback import (
    ABSENT,
    Search,
    is_same,
    look_by_id,
    made_from,
    records_in,
    seconds_too_young,
    sent_documents,
    shows,
    tells,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xero_connection.client import Request
    from xero_connection.connection import Connection
    from xero_connection.observe import Observer
    from xero_connection.operation import Done, Flow, Operation, ReadBack
    from xero_connection.outcomes import Outcome


class StartOverError(Exception):
    """A write was not carried out; the flow goes on from before what it followed from."""


class Keeper(Protocol):
    """What is kept of a request, as `once.Once` keeps it."""

    @property
    def now(self) -> Callable[[], float]:
        """The clock that it is kept by: seconds since 1970."""

    def save(self, outcome: Outcome) -> None:
        """Keep the outcome; raise where it cannot be."""

    def claim(self, outcome: Outcome, record_id: str) -> bool:
        """Take a record for the request's work; tell whether it could be."""

    def maker(self, record_id: str) -> str | None:
        """Tell the key of the request whose work a record is, as far as that is known."""


class Unkept:
    """The keeper of a query: there is nothing to keep."""

    now = staticmethod(time.time)

    def save(self, outcome: Outcome) -> None:
        """Keep nothing."""

    def claim(self, outcome: Outcome, record_id: str) -> bool:  # noqa: ARG002
        """Make nothing, and so take nothing."""
        return False

    def maker(self, record_id: str) -> str | None:  # noqa: ARG002
        """Know of nobody."""
        return None


@dataclass(kw_only=True)
class Drive:
    """One operation, asked for in one organisation, in one invocation."""

    operation: Operation
    connection: Connection
    tenant_id: str | None
    outcome: Outcome
    keeper: Keeper
    observer: Observer

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
                self.outcome.steps[number - 1].answered = False
                raise unexpected(request) from None
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
        if step.fresh or not request.writes:
            document = self._send(step, request)
        else:
            document = self._settle(step, request)
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
        keyed = replace(request, headers={**request.headers, "Idempotency-Key": step.key})
        try:
            document = self.connection.call(keyed, tenant_id=self.tenant_id)
        except ValidationError as error:
            if request.each:
                return refused_whole(request, error)
            self.outcome.refused()
            raise
        except IdempotencyError as error:
            if step.fresh:
                raise
            # The same step would be the same to Xero, had the code not changed in between.
            raise self._unknown(step) from error
        except RequestError:
            self.outcome.refused()
            raise
        except OutcomeUnknownError:
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
        if now - step.sent_at < WINDOW_SECONDS:
            # Xero still knows the key: it does it now, or says again what it did.
            step.last_at = now
            self.keeper.save(self.outcome)
            return self._send(step, request)
        if now - step.last_at < SETTLED_SECONDS:
            raise self._unknown(step)
        found = self._look(step, request)
        if found is not None:
            return found
        # What it followed from may have changed since.
        self.outcome.start_over()
        raise StartOverError

    def _look(self, step: Step, request: Request) -> Any | None:
        """Return what Xero would have answered, or None where nothing was carried out.

        Raises:
            OutcomeUnknownError: what the books hold does not tell.
        """
        if by_id := look_by_id(request):
            try:
                document = self.connection.call(by_id, tenant_id=self.tenant_id)
            except NotFoundError:
                return None
            return document if shows(request, document) else None
        read_back = self.operation.read_back
        if read_back and sent_documents(request)[0] == read_back.collection:
            return self._found(read_back, step, request)
        if self.operation.idempotency == "natural":
            return None
        raise self._unknown(step, settles=False)

    def _found(self, read_back: ReadBack, step: Step, request: Request) -> Any | None:
        """Look for what was sent among the records that were changed since."""
        collection, documents = sent_documents(request)
        if not all(tells(read_back, sent) for sent in documents):
            raise self._unknown(step, settles=False)
        search = Search(read_back, datetime.fromtimestamp(step.sent_at, UTC))
        while not search.ended:
            if search.hopeless:
                raise self._unknown(step, settles=False)
            search.take(self.connection.call(search.request(), tenant_id=self.tenant_id))
        known = self._known_ids(read_back)
        records = {
            one: record
            for one, record in search.records.items()
            if one not in known and any(is_same(read_back, record, sent) for sent in documents)
        }
        found = self._claimed(read_back, step, records, documents)
        if not any(found):
            return None
        if not all(found) and not request.each:
            raise self._unknown(step, settles=False)
        absent = {"StatusAttributeString": ABSENT}
        return {collection: [records[one] if one else absent for one in found]}

    def _claimed(
        self,
        read_back: ReadBack,
        step: Step,
        records: dict[str, Mapping[str, Any]],
        documents: list[Mapping[str, Any]],
    ) -> list[str | None]:
        """Return the id of each document's record, none of which another request can take."""
        makers = {one: self.keeper.maker(one) for one in records}
        mine = {one for one, key in makers.items() if key == self.outcome.key}
        free = {one: records[one] for one, key in makers.items() if key is None or one in mine}
        while True:
            found = made_from(read_back, free, documents, mine=mine)
            taken = [one for one in found if one]
            now = datetime.fromtimestamp(self.keeper.now(), UTC)
            ages = (seconds_too_young(free[one], now) for one in taken if one not in mine)
            if young := max(ages, default=0.0):
                raise self._unknown(step, wait=young)
            others = [one for one in taken if not self.keeper.claim(self.outcome, one)]
            if not others:
                return found
            for one in others:
                del free[one]

    def _known_ids(self, read_back: ReadBack) -> set[str]:
        """Return the ids of the records that this request is known to have made."""
        answers = [step.document for step in self.outcome.steps if step.key and step.answered]
        records = [one for answer in answers for one in records_in(answer, read_back.collection)]
        records += [element.record for element in self.outcome.elements.values()]
        return {str(record.get(read_back.id_field)) for record in records}

    def _claim_made(self, request: Request, document: Any) -> None:
        """Note what a write has made, so that it is never taken for another request's."""
        read_back = self.operation.read_back
        if read_back is None or sent_documents(request)[0] != read_back.collection:
            return
        for record in records_in(document, read_back.collection):
            record_id = record.get(read_back.id_field)
            if not record_id or record.get("StatusAttributeString") in {"ERROR", ABSENT}:
                continue
            try:
                self.keeper.claim(self.outcome, str(record_id))
            except UnavailableError as error:
                # It is made: the answer has to get through.
                self.observer.record(failed=True, outcome="not kept", reason=error.message)
                return

    def _unknown(
        self, step: Step, *, settles: bool = True, wait: float | None = None
    ) -> OutcomeUnknownError:
        """Return the error that says when asking again may tell more."""
        now = self.keeper.now()
        if settles and wait is None:
            age = now - step.sent_at
            if age < WINDOW_SECONDS:
                # Twice as long each time, and at once when the books are to be asked.
                wait = min(age, WINDOW_SECONDS - age)
            else:
                wait = step.last_at + SETTLED_SECONDS - now
            wait = max(_SOON, wait)
        return OutcomeUnknownError(
            "A write was sent to Xero and its answer never came; it may have been carried out.",
            retry_after=wait,
            details={"idempotency_key": self.outcome.key},
            advice=None if settles else _LOOK_YOURSELF,
        )


_SOON = 5.0
_LOOK_YOURSELF = (
    "Xero's books do not tell whether it was carried out, and it is not repeated. Look there; if "
    "it is missing, ask again with a new key."
)
