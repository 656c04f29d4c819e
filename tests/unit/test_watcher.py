# SPDX-License-Identifier: Apache-2.0
"""The watch function's work on fakes: what is said when bus, table or Secrets Manager are out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from xero_connection.bus import Refusal
from xero_connection.deliveries import KEY as DELIVERIES
from xero_connection.documents import iso
from xero_connection.errors import UnavailableError
from xero_connection.events import detail_of
from xero_connection.hearing import heard_key
from xero_connection.problems import PROBLEMS
from xero_connection.standing import STATE_KEY
from xero_connection.watcher import Watcher

from tests.unit.books import TENANT

START = datetime(2026, 11, 22, 1, 15, 40, tzinfo=UTC)
FIVE = timedelta(minutes=5)
REVOKED = {
    "kind": "oauth2",
    "failed_since": "2026-11-22T01:15:00Z",
    "reason": "invalid_grant",
    "organisations": f'["{TENANT}"]',
}


@dataclass
class World:
    """What a watcher has to do with."""

    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    now: datetime = START
    key_put_at: datetime | None = None
    secrets_down: bool = False
    reads_down: bool = False
    write_fails: Callable[[int], bool] = lambda _: False
    """Whether a write fails, by its number."""
    bus_refuses: Callable[[dict[str, Any]], bool] = lambda _: False
    bus: list[dict[str, Any]] = field(default_factory=list)
    reads: list[list[str]] = field(default_factory=list)
    writes: int = 0
    metric: dict[str, bool] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def watch(self, times: int = 1) -> dict[str, Any]:
        """Look so often, every five minutes, and return the last answer."""
        watcher = Watcher(
            rows=self,
            webhook_key=self,
            publish=self.publish,
            observer=self,  # type: ignore[arg-type]
            clock=lambda: 0.0,
            now=lambda: self.now,
        )
        for _ in range(times):
            answer = watcher.handle()
            self.now += FIVE
        return answer

    @property
    def said(self) -> list[str]:
        """The triggers of what the bus has taken, without their resources."""
        return [entry["DetailType"].partition("/")[2] for entry in self.bus]

    @property
    def present(self) -> set[str]:
        """The problems that the metric tells of."""
        assert self.metric.keys() == PROBLEMS.keys()
        return {name for name, there in self.metric.items() if there}

    def get(self, keys: Sequence[str]) -> dict[str, dict[str, str]]:
        """Be the table that is read."""
        if self.reads_down:
            raise UnavailableError("The table cannot be read.")
        self.reads.append(list(keys))
        return {key: self.rows[key] for key in keys if key in self.rows}

    def put(self, rows: Mapping[str, Mapping[str, str]]) -> None:
        """Be the table that is written to."""
        assert rows
        self.writes += 1
        if self.write_fails(self.writes):
            raise UnavailableError("The table cannot be written.")
        self.rows |= {key: dict(row) for key, row in rows.items()}

    def put_at(self) -> datetime | None:
        """Be Secrets Manager."""
        if self.secrets_down:
            raise UnavailableError("No history.")
        return self.key_put_at

    def publish(self, entries: list[dict[str, Any]], *, until: float) -> list[Refusal]:
        """Be the bus."""
        assert entries
        assert until == 15
        refused = [entry for entry in entries if self.bus_refuses(entry)]
        self.bus += [entry for entry in entries if entry not in refused]
        return [Refusal(entry, for_good=False) for entry in refused]

    def problems(self, present: Mapping[str, bool]) -> None:
        """Be the metric."""
        self.metric = dict(present)

    def record(self, **fields: Any) -> None:
        """Be the log."""
        self.lines.append(fields)


def revoked() -> World:
    return World(rows={STATE_KEY: dict(REVOKED)})


def test_a_new_stack_has_nothing_to_say_and_writes_nothing() -> None:
    world = World()

    assert world.watch(3) == {"problems": [], "said": 0}
    assert (world.bus, world.writes, world.present) == ([], 0, set())
    assert [line["outcome"] for line in world.lines] == ["watched"] * 3


@pytest.mark.promise("alarm-once")
def test_a_problem_is_said_once_while_it_lasts_once_when_it_is_over_and_again_when_it_is_back() -> (
    None
):
    world = revoked()
    assert world.watch(20) == {"problems": ["connection_revoked"], "said": 0}
    assert world.said == ["connection_revoked"]
    assert world.present == {"connection_revoked"}

    world.rows[STATE_KEY] |= {"failed_since": "", "reason": ""}
    assert world.watch(20)["problems"] == []
    assert world.said == ["connection_revoked", "problem_solved"]
    assert world.present == set()
    assert detail_of(world.bus[1])["problem"] == "connection_revoked"

    world.rows[STATE_KEY] |= REVOKED
    world.watch(20)
    assert world.said == ["connection_revoked", "problem_solved", "connection_revoked"]


def test_a_refresh_that_fails_is_not_said_to_be_mended_when_it_has_a_better_name() -> None:
    world = World(rows={STATE_KEY: REVOKED | {"reason": ""}})
    world.watch(3)
    assert world.said == ["refresh_failing"]

    world.rows[STATE_KEY]["reason"] = "invalid_grant"
    world.watch()
    assert world.said == ["refresh_failing", "connection_revoked"]
    assert world.present == {"refresh_failing", "connection_revoked"}

    world.rows[STATE_KEY]["failed_since"] = ""
    world.watch()
    assert world.said[2:] == ["problem_solved"] * 2


@pytest.mark.promise("alarm-once")
def test_what_the_bus_refuses_is_said_as_soon_as_it_is_back() -> None:
    world = revoked()
    world.rows[STATE_KEY]["gone"] = '["a"]'
    world.bus_refuses = lambda entry: "revoked" in entry["DetailType"]
    world.watch(3)
    assert world.said == ["organisation_disconnected"]
    assert world.present == {"connection_revoked", "organisation_disconnected"}
    assert world.lines[0] | {"outcome": "the bus refuses", "failed": True} == world.lines[0]

    world.bus_refuses = lambda _: False
    world.watch(3)
    assert world.said == ["organisation_disconnected", "connection_revoked"]


def test_a_table_that_cannot_be_read_has_nothing_said() -> None:
    world = revoked()
    world.reads_down = True
    with pytest.raises(UnavailableError):
        world.watch()

    assert (world.bus, world.metric) == ([], {})


@pytest.mark.promise("alarm-once")
def test_a_table_that_takes_nothing_has_nothing_said_over_and_over_and_the_metric_tells() -> None:
    world = revoked()
    world.write_fails = lambda _: True
    for _ in range(3):
        with pytest.raises(UnavailableError):
            world.watch()
    assert (world.bus, world.present) == ([], {"connection_revoked"})

    world.write_fails = lambda _: False
    world.watch(3)
    assert world.said == ["connection_revoked"]


@pytest.mark.promise("alarm-once")
def test_what_ends_between_bus_and_table_is_said_again_under_the_same_id() -> None:
    world = revoked()
    world.write_fails = lambda number: number == 2
    with pytest.raises(UnavailableError):
        world.watch()
    world.watch(3)

    assert world.said == ["connection_revoked"] * 2
    assert len({detail_of(entry)["event_id"] for entry in world.bus}) == 1


def test_while_secrets_manager_is_out_what_hangs_on_the_key_stays_as_it_is() -> None:
    world = World(key_put_at=START - timedelta(hours=1))
    world.watch()
    assert world.said == ["intent_to_receive_due"]

    world.secrets_down = True
    world.rows[STATE_KEY] = dict(REVOKED)
    world.watch(3)
    assert world.said == ["intent_to_receive_due", "connection_revoked"]
    assert world.present == {"intent_to_receive_due", "connection_revoked"}

    world.secrets_down = False
    world.rows[DELIVERIES] = {"genuine_at": iso(START)}
    world.watch()
    assert world.said[2:] == ["problem_solved"]


@pytest.mark.promise("alarms")
def test_each_organisation_and_kind_that_webhooks_tell_of_is_looked_at() -> None:
    world = revoked()
    world.rows[STATE_KEY] = {"organisations": f'["{TENANT}", "other"]'}
    hour = timedelta(hours=1)
    for tenant_id, resource in ((TENANT, "invoices"), ("other", "contacts"), ("other", "quotes")):
        world.rows[heard_key(tenant_id, resource)] = {
            "webhook_at": iso(START - 3 * hour),
            "missed_at": iso(START - 2 * hour),
        }
    world.watch()

    assert [(one["tenant_id"], one["resource"]) for one in map(detail_of, world.bus)] == [
        (TENANT, "invoices"),
        ("other", "contacts"),
    ]
    assert len(world.reads) == 2
    assert len(world.reads[1]) == 2 * 6


@pytest.mark.promise("alarm-once")
def test_a_supplied_token_is_spoken_of_four_times_in_two_weeks_and_one_of_minutes_once() -> None:
    for life, times in (
        (timedelta(days=20), 4),
        (timedelta(hours=5), 2),
        (timedelta(minutes=30), 1),
    ):
        ends = iso(START + life)
        world = World(rows={STATE_KEY: {"kind": "supplied", "ends_at": ends}})
        while world.now < START + life + timedelta(hours=1):
            world.watch()
        assert world.said == ["token_expiring"] * times
        assert "has ended" in detail_of(world.bus[-1])["message"]

        world.rows[STATE_KEY]["ends_at"] = iso(world.now + timedelta(days=60))
        world.watch(2)
        assert world.said[times:] == ["problem_solved"]
        assert detail_of(world.bus[-1])["ends_at"] == ends


@pytest.mark.promise("alarm-once")
def test_a_forger_alone_raises_one_alarm_until_a_genuine_delivery_comes() -> None:
    world = World(key_put_at=START - timedelta(days=9))
    row = world.rows[DELIVERIES] = {"genuine_at": iso(START - timedelta(days=1))}
    row["wrong_since"] = iso(START)
    for _ in range(200):
        row["wrong_at"] = iso(world.now)
        world.watch()
    assert world.said == ["webhook_failing"]

    del row["wrong_since"]
    row["genuine_at"] = iso(world.now)
    world.watch(20)
    assert world.said == ["webhook_failing", "problem_solved"]
