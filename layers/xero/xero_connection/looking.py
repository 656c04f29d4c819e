# SPDX-License-Identifier: Apache-2.0
"""Looks in Xero's books whether a write was carried out whose answer never came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from xero_connection.beside import look_beside, shows_beside
from xero_connection.client import Request
from xero_connection.errors import NotFoundError
from xero_connection.meanings import unexpected
from xero_connection.readback import (
    ABSENT,
    changed_after,
    exchangeable,
    is_gone,
    is_same,
    look_by_id,
    made_from,
    records_in,
    seconds_too_young,
    sent_documents,
    shows,
    still_as_read,
    tells,
)
from xero_connection.searching import search_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xero_connection.connection import Connection
    from xero_connection.operation import Operation, ReadBack
    from xero_connection.outcomes import Outcome, Step
    from xero_connection.searching import Search

# When others whose answer never came either have looked for what is theirs.
_OTHERS_SECONDS: Final = 300.0


class Keeper(Protocol):
    """What is kept of a request, as `once.Once` keeps it."""

    @property
    def now(self) -> Callable[[], float]:
        """The clock that it is kept by: seconds since 1970."""

    def save(self, outcome: Outcome) -> None:
        """Keep the outcome; raise where it cannot be."""

    def claim(self, outcome: Outcome, record_ids: Sequence[str]) -> set[str]:
        """Take records for the request's work; return those that are another's."""

    def makers(self, record_ids: Sequence[str]) -> dict[str, str]:
        """Tell the keys of the requests whose work records are, as far as they are known."""


class UnsettledError(Exception):
    """The books do not tell; they may after `wait` seconds, or never where that is None."""

    def __init__(self, *, wait: float | None = None) -> None:
        """Keep when to look again."""
        super().__init__("the books do not tell")
        self.wait = wait


@dataclass(frozen=True, kw_only=True)
class Look:
    """A look for what one request has made or changed."""

    operation: Operation
    connection: Connection
    tenant_id: str | None
    outcome: Outcome
    keeper: Keeper

    def answer(self, step: Step, request: Request) -> Any | None:
        """Return what Xero would have answered, or None where nothing was carried out.

        Raises:
            UnsettledError: what the books hold does not tell, or not yet.
            XeroConnectionError: they cannot be asked.
        """
        if by_id := look_by_id(request):
            try:
                document = self.connection.call(by_id, tenant_id=self.tenant_id)
            except NotFoundError:
                return None
            if shows(request, document):
                return document
            if self._is_anothers_by_now(step, request, document):
                raise UnsettledError
            return None
        if beside := look_beside(request):
            return self._beside(beside, step, request)
        read_back = self.operation.read_back
        if read_back and sent_documents(request)[0] == read_back.collection:
            return self._found(read_back, step, request)
        if self.operation.idempotency == "natural":
            return None
        raise UnsettledError

    def _is_anothers_by_now(self, step: Step, request: Request, document: Any) -> bool:
        """Return whether somebody else may have changed the record that a write was to change."""
        if not self.operation.alone:
            # What was wanted then is not what whoever changed it since wants.
            return changed_after(request, document, step.last_at)
        if self.operation.idempotency == "natural":
            return False
        # It may have been changed after this write, which would then be made a second time.
        reads = (one.document for one in reversed(self.outcome.steps) if not one.key)
        return not still_as_read(request, next(reads, None), document)

    def _beside(self, beside: Request, step: Step, request: Request) -> Any | None:
        """Look for a file or a note among those of its record."""
        try:
            document = self.connection.call(beside, tenant_id=self.tenant_id)
        except NotFoundError:
            return None
        return document if shows_beside(request, document, sent_at=step.sent_at) else None

    def _found(self, read_back: ReadBack, step: Step, request: Request) -> Any | None:
        """Look for what was sent among the records that were changed since."""
        collection, documents = sent_documents(request)
        if not all(tells(read_back, sent) for sent in documents):
            raise UnsettledError
        sent_at = datetime.fromtimestamp(step.sent_at, UTC)
        sent_on = sent_at.date()
        search = search_for(read_back, request, sent_at)
        while not search.ended:
            if search.hopeless:
                raise UnsettledError
            search.take(self.connection.call(search.request(), tenant_id=self.tenant_id))
        if read_back.parts_apart:
            self._complete(read_back, search, documents)
        known = self._known_ids(read_back)
        records = {
            one: record
            for one, record in search.records.items()
            if one not in known
            and any(is_same(read_back, record, sent, sent_on=sent_on) for sent in documents)
        }
        found = self._claimed(read_back, records, documents)
        if any(is_gone(records[one]) for one in found if one):
            # It may be one that was taken back before this one was asked for.
            raise UnsettledError
        if not any(found):
            return None
        if not all(found) and not request.each:
            raise UnsettledError
        absent = {"StatusAttributeString": ABSENT}
        return {collection: [records[one] if one else absent for one in found]}

    def _complete(
        self, read_back: ReadBack, search: Search, documents: list[Mapping[str, Any]]
    ) -> None:
        """Get the records whole that fit as far as a list shows them."""
        for one, record in search.records.items():
            unseen = ({**record, **_parts_of(sent)} for sent in documents)
            fits = map(partial(is_same, read_back), unseen, documents)
            if any(fits):
                whole = Request(method="GET", path=f"{read_back.path}/{one}", query=read_back.query)
                document = self.connection.call(whole, tenant_id=self.tenant_id)
                found = records_in(document, read_back.collection)
                if not found:
                    raise unexpected(whole)
                search.records[one] = found[0]

    def _claimed(
        self,
        read_back: ReadBack,
        records: dict[str, Mapping[str, Any]],
        documents: list[Mapping[str, Any]],
    ) -> list[str | None]:
        """Return the id of each document's record, none of which another request can take."""
        makers = self.keeper.makers(list(records))
        mine = {one for one, key in makers.items() if key == self.outcome.key}
        free = {one: records[one] for one in records if one not in makers or one in mine}
        while True:
            found = made_from(read_back, free, documents, mine=mine)
            taken = [one for one in found if one]
            now = datetime.fromtimestamp(self.keeper.now(), UTC)
            ages = (seconds_too_young(free[one], now) for one in taken if one not in mine)
            if young := max(ages, default=0.0):
                raise UnsettledError(wait=young)
            if not exchangeable(read_back, free, documents, found, mine=mine):
                raise UnsettledError(wait=_OTHERS_SECONDS)
            others = self.keeper.claim(self.outcome, taken)
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


def _parts_of(sent: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in sent.items() if isinstance(value, list)}
