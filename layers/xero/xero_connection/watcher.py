# SPDX-License-Identifier: Apache-2.0
"""The watch function's work: reads what was noted, and says which problems are new or over.

What is a problem is decided in `alarms`, what is said of it in `notices`.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from xero_connection import deliveries
from xero_connection.alarms import Facts, organisations, problems_of
from xero_connection.errors import UnavailableError
from xero_connection.hearing import heard_key
from xero_connection.notices import after, due, read_said, row_key
from xero_connection.problems import PROBLEMS
from xero_connection.resources import RESOURCES
from xero_connection.standing import STATE_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xero_connection.notices import Notice, Said
    from xero_connection.observe import Observer
    from xero_connection.receiver import Publish

_PUBLISH_SECONDS: Final = 15.0
_TOLD: Final = tuple(name for name, resource in RESOURCES.items() if resource.told)


class Rows(Protocol):
    """The table's rows, as `rows.Rows` has them."""

    def get(self, keys: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return those there are; raise UnavailableError where the table does not tell."""

    def put(self, rows: Mapping[str, Mapping[str, str]]) -> None:
        """Put rows in the place of those there are; raise UnavailableError where it takes none."""


class History(Protocol):
    """When a secret was put, as `aws.SecretHistory` knows."""

    def put_at(self) -> datetime | None:
        """Return when, or None while it is as deployed; raise UnavailableError where none tells."""


class Watcher:
    """The watch function's work."""

    def __init__(
        self,
        *,
        rows: Rows,
        webhook_key: History,
        publish: Publish,
        observer: Observer,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take what the work is done with.

        Args:
            rows: of the table.
            webhook_key: when the webhook key was put; what it is nobody here knows.
            publish: puts entries on the bus and returns what it refused.
            observer: writes the metric and the line.
            clock: the one that `publish` looks at too.
            now: the time.
        """
        self._rows = rows
        self._webhook_key = webhook_key
        self._publish = publish
        self._observer = observer
        self._clock = clock
        self._now = now

    def handle(self) -> dict[str, Any]:
        """Say what is new, and return the names of the problems there are and how much was said.

        An event goes to the bus before its row says so: what ends in between says it again, under
        the same id; the other way round it would never be said.

        Raises:
            UnavailableError: the table cannot be read, so nothing is known; or not be written, so
                what was said will be said again.
        """
        now = self._now()
        facts, said = self._facts()
        found = problems_of(facts, now=now)
        notices = {name: due(PROBLEMS[name], said[name], found[name], now=now) for name in found}
        present = {name: bool(after(said[name], notices.get(name, ())).open) for name in PROBLEMS}
        # Whoever is told by the metric is told while bus and table are out.
        self._observer.problems(present)
        # A table that takes nothing would have the same said over and over, so it is asked first.
        self._keep({name: said[name] for name, some in notices.items() if some})
        taken = self._say(notices)
        self._keep({name: after(said[name], some) for name, some in taken.items() if some})
        told = sum(map(len, taken.values()))
        wanted = sum(map(len, notices.values()))
        self._observer.record(
            failed=told < wanted,
            outcome="watched" if told == wanted else "the bus refuses",
            events=told,
            parked=wanted - told,
        )
        return {"problems": [name for name in PROBLEMS if present[name]], "said": told}

    def _facts(self) -> tuple[Facts, dict[str, Said]]:
        keys = {name: row_key(kind) for name, kind in PROBLEMS.items()}
        rows = self._rows.get([STATE_KEY, deliveries.KEY, *keys.values()])
        token = rows.get(STATE_KEY, {})
        heard = {
            (tenant_id, resource): heard_key(tenant_id, resource)
            for tenant_id in organisations(token)
            for resource in _TOLD
        }
        heard_rows = self._rows.get(list(heard.values())) if heard else {}
        try:
            put_at, known = self._webhook_key.put_at(), True
        except UnavailableError:
            put_at, known = None, False
        facts = Facts(
            token=token,
            deliveries=rows.get(deliveries.KEY, {}),
            heard={about: heard_rows.get(key, {}) for about, key in heard.items()},
            key_known=known,
            key_put_at=put_at,
        )
        return facts, {name: read_said(rows.get(key, {})) for name, key in keys.items()}

    def _keep(self, said: Mapping[str, Said]) -> None:
        if said:
            self._rows.put({row_key(PROBLEMS[name]): one.as_row() for name, one in said.items()})

    def _say(self, notices: Mapping[str, Sequence[Notice]]) -> dict[str, list[Notice]]:
        """Return the notices that the bus has taken."""
        entries = [notice.entry for some in notices.values() for notice in some]
        until = self._clock() + _PUBLISH_SECONDS
        refused = {id(one.entry) for one in self._publish(entries, until=until)} if entries else ()
        return {
            name: [notice for notice in some if id(notice.entry) not in refused]
            for name, some in notices.items()
        }
