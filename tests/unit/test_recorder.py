# SPDX-License-Identifier: Apache-2.0
"""The record function under any message and any fault: nothing is lost, repeated or in disorder."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xero_connection.client import NoAnswerError, Request
from xero_connection.errors import UnavailableError
from xero_connection.records import row_key, version_of
from xero_connection.resources import RESOURCES

from tests.unit.books import JSON, TENANT, DeadError, Message, Office, told_text, uuid_of

INVOICES = RESOURCES["invoices"]
TOLD = json.loads(told_text(INVOICES, "a"))["detail"]
SWEPT = {"tenant_id": TENANT, "resource": "invoices", "records": [], "baseline_until": ""}
RECORDS = st.dictionaries(
    st.sampled_from(["UpdatedDateUTC", "CreatedDateUTC", "Status", "Type", "X"]), JSON
).map(lambda fields: {"InvoiceID": str(uuid_of("b")), **fields})
TEXTS = (
    st.text()
    | JSON.map(json.dumps)
    | st.dictionaries(st.sampled_from([*TOLD]), JSON).map(
        lambda some: json.dumps({"detail": TOLD | some})
    )
    | st.dictionaries(st.sampled_from([*SWEPT, "ids"]), JSON).map(
        lambda some: json.dumps({"swept": SWEPT | some})
    )
    | st.lists(RECORDS, max_size=3).map(
        lambda some: json.dumps({"swept": SWEPT | {"records": some}})
    )
)


@settings(max_examples=300)
@given(st.lists(TEXTS, max_size=5))
@pytest.mark.promise("record-dead-letters")
def test_any_message_is_done_with_or_comes_again_or_is_kept_with_the_reason(
    texts: list[str],
) -> None:
    office = Office()
    office.xero.put(INVOICES, "c")
    office.queue += [*map(Message, texts), Message(told_text(INVOICES, "c"))]
    for _ in range(3):
        office.work_off()

    # Xero has none of the others, so that after three looks nothing is left to wait for.
    assert office.queue == []
    assert "invoices/invoice_updated" in office.names
    assert all(reason for _, reason in office.dead)
    for line in office.lines:
        assert line["outcome"] in {"recorded", "put off", "buried"}


# Any history


@dataclass(frozen=True)
class Fault:
    """What goes wrong in an invocation."""

    what: str
    at: int
    """At which of its calls, from one; it lasts from there."""


@dataclass
class History:
    """What became of a few records, and what an honest account of it is."""

    office: Office
    versions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    told_since: dict[str, bool] = field(default_factory=dict)
    invocations: int = 0
    may_repeat: bool = False
    """Whether an invocation died, or the table failed, after the bus took something."""

    def change(self, name: str, status: str, tells: int) -> None:
        """Change a record, which webhooks tell so often."""
        office = self.office
        office.clock.sleep(0.5)
        known = self.versions.setdefault(name, [])
        record = office.xero.put(
            INVOICES, name, Name=name, Type="ACCREC", Status=status, Total=len(known)
        )
        self.told_since[name] = bool(tells)
        for _ in range(tells):
            office.tell(INVOICES, name, "UPDATE" if known else "CREATE")
        shown = json.loads(office.xero.answer({"one": record}).body)["one"]
        known.append(shown | {"UpdatedDateUTC": record["UpdatedDateUTC"].isoformat()})

    def invoke(self, fault: Fault, work: Any) -> None:
        """Have a function do some work while something goes wrong."""
        office, calls = self.office, 0
        self.invocations += 1
        office.aws_request_id = f"invocation-{self.invocations}"

        def count(what: str, failure: Exception | None) -> None:
            nonlocal calls
            calls += 1
            if not fault.at or calls < fault.at:
                return
            if fault.what == "death":
                self.may_repeat |= bool(office.bus)
                raise DeadError
            if fault.what == what and failure:
                self.may_repeat |= what == "table" and bool(office.bus)
                raise failure

        def xero(_: Request) -> None:
            count("Xero", NoAnswerError(sent=True))

        def refuses(entry: dict[str, Any]) -> bool:
            # A record's entries share their fate, as those of a call that fails do.
            return fault.what == "bus" or (
                fault.what == "some of the bus" and str(uuid_of("a")) in entry["Detail"]
            )

        office.xero.before = xero
        office.rows.before = lambda _: count("table", UnavailableError("The table is out."))
        office.before_queue = lambda: count("queue", UnavailableError("The queue is out."))
        office.bus_refuses = refuses
        office.dead_down = fault.what == "queue"
        with suppress(DeadError):
            work()

    def some(self, places: list[int]) -> None:
        """Hand over some of the messages that wait, in this order."""
        waiting = self.office.queue
        chosen = dict.fromkeys(place % len(waiting) for place in places) if waiting else ()
        self.office.work_off([waiting[place] for place in chosen])

    def settle(self) -> None:
        """Have everything calm down: one last sweep, and the queue worked off."""
        calm = Fault("nothing", 0)
        for _ in range(2):
            self.office.clock.sleep(900)
            self.invoke(calm, self.office.sweep)
        for _ in range(4):
            self.office.clock.sleep(365)
            self.invoke(calm, self.office.work_off)

    def published(self) -> Iterator[tuple[str, int, dict[str, Any]]]:
        """Yield a record's name, the number of its version and the event, in order."""
        for detail in self.office.details:
            yield detail["record"]["Name"], detail["record"]["Total"], detail

    def check(self) -> None:
        """Compare what was published with what happened."""
        assert (self.office.queue, self.office.dead) == ([], [])
        newest: dict[str, int] = {}
        for name, number, detail in self.published():
            if not self.may_repeat:
                assert number >= newest.get(name, -1), "out of order"
                self._check_detail(name, number, detail, newest.get(name))
            newest[name] = max(number, newest.get(name, -1))
        for name, versions in self.versions.items():
            if newest.get(name) == len(versions) - 1:
                continue
            # Only what nobody told of, and the first sweep found, was noted and not published.
            row = self.office.rows.rows[row_key(TENANT, INVOICES, str(uuid_of(name)))]
            assert row["unsaid"]
            assert not self.told_since[name]
            assert row["moment"] == version_of(INVOICES, versions[-1]).moment
        if not self.may_repeat:
            assert not self.office.repeats

    def _check_detail(
        self, name: str, number: int, detail: dict[str, Any], last: int | None
    ) -> None:
        versions = self.versions[name]
        if not detail["changed"]:
            assert detail["previous_status"] is None
            return
        before = [
            one
            for one in versions[:number]
            if one["Status"] == detail["previous_status"]
            and {key for key in one if one[key] != versions[number][key]} == {*detail["changed"]}
        ]
        assert before
        if last is not None and last < number:
            assert versions[last] in before


NAMES = st.sampled_from("abc")
CHANGES = st.tuples(
    st.just("change"),
    NAMES,
    st.sampled_from(["DRAFT", "AUTHORISED", "PAID"]),
    st.sampled_from([0, 1, 1, 2]),
)
FAULTS = st.just(Fault("nothing", 0)) | st.builds(
    Fault,
    st.sampled_from(["death", "Xero", "table", "bus", "some of the bus", "queue"]),
    st.integers(1, 8),
)
WORK = st.tuples(st.just("work"), FAULTS, st.lists(st.integers(0, 7), max_size=6))
SWEEPS = st.tuples(st.just("sweep"), FAULTS)
PAUSES = st.tuples(st.just("pause"), st.sampled_from([1, 61, 365, 900]))


@settings(max_examples=400)
@given(st.booleans(), st.lists(CHANGES | WORK | SWEEPS | PAUSES, max_size=14))
@pytest.mark.promise("record-once")
@pytest.mark.promise("changed")
@pytest.mark.promise("records")
@pytest.mark.promise("sweep")
def test_whatever_fails_in_whatever_order_each_records_newest_version_is_published_once(
    baseline_first: bool, steps: list[tuple[Any, ...]]
) -> None:
    """Webhooks come late, twice, in any order or never; sweeps find what they leave out."""
    history = History(Office())
    office = history.office
    office.xero.largest_page = 3
    if baseline_first:
        history.invoke(Fault("nothing", 0), office.sweep)
    for kind, *step in steps:
        if kind == "change":
            history.change(*step)
        elif kind == "work":
            fault, places = step
            history.invoke(fault, lambda places=places: history.some(places))
        elif kind == "sweep":
            history.invoke(step[0], office.sweep)
        else:
            office.clock.sleep(*step)
    history.settle()

    history.check()
    assert not [one for one in Counter(office.names) if "unavailable" in one]
