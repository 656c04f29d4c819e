# SPDX-License-Identifier: Apache-2.0
"""Sweeps: whatever fails, stops or changes meanwhile, the queue gets all that changed."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xero_connection import sweeps
from xero_connection.batches import is_batch
from xero_connection.client import NoAnswerError, Request, Response
from xero_connection.errors import CredentialError, UnavailableError
from xero_connection.findings import Swept, read_finding
from xero_connection.limits import Row
from xero_connection.resources import RESOURCES, Resource
from xero_connection.sweeper import chosen
from xero_connection.sweeps import cursor_key, kept_cursor

from tests.unit.books import (
    START,
    TENANT,
    DeadError,
    DownError,
    FixedSecret,
    Office,
    no_answer,
    table_down,
    uuid_of,
)
from tests.unit.ledger import Limits

INVOICES = RESOURCES["invoices"]
CONTACTS = RESOURCES["contacts"]
QUOTES = RESOURCES["quotes"]
ITEMS = RESOURCES["items"]
NOTHING_LEFT = {"complete": 0, "records": 0, "left": [], "without_scope": [], "refused": []}
MISSED = {"Records": [{"eventSource": "aws:sqs", "messageId": "m", "body": "{}"}]}


def found(office: Office) -> list[Swept]:
    """Return what the queue has got."""
    findings = [read_finding(one.text) for one in office.queue]
    return [one for one in findings if isinstance(one, Swept)]


def names(office: Office, resource: Resource = INVOICES) -> list[str]:
    """Return the names of the records that the queue has got, in order."""
    return [
        str(record["Name"])
        for one in found(office)
        if one.resource == resource
        for record in one.records.values()
    ]


def answering(status: int, path: str, **headers: str) -> Any:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    answer = Response(status=status, headers=named, body=b"{}")

    def before(request: Request) -> Response | None:
        return answer if request.path == path else None

    return before


def put(office: Office, name: str, resource: Resource = INVOICES) -> None:
    office.xero.put(resource, name, Name=name)


# What is swept


@pytest.mark.promise("baseline")
def test_the_first_sweep_reads_all_there_is_as_a_baseline() -> None:
    office = Office()
    for name in "abc":
        put(office, name)
    report = office.sweep()

    assert report == NOTHING_LEFT | {"complete": 1, "records": 3}
    (one,) = found(office)
    assert one.baseline_until == "2026-11-22T01:15:39Z"
    assert names(office) == ["a", "b", "c"]
    assert office.xero.requests[0].headers == {}


@pytest.mark.promise("sweep")
def test_a_later_sweep_reads_what_changed_since() -> None:
    office = Office()
    for name in "abc":
        put(office, name)
    office.clock.sleep(3600)
    office.sweep()
    office.queue.clear()
    office.clock.sleep(900)
    put(office, "b")
    office.sweep()

    assert names(office) == ["b"]
    assert [one.baseline_until for one in found(office)] == [""]
    assert office.xero.requests[-1].headers == {"If-Modified-Since": "2026-11-22T02:13:39"}


@pytest.mark.promise("sweep")
def test_each_kind_of_each_organisation_is_swept_from_its_own_cursor() -> None:
    office = Office(resources=(INVOICES, ITEMS), secret=FixedSecret(tenants=(TENANT, "another")))
    office.sweep()

    assert office.xero.tenants == [TENANT, TENANT, "another", "another"]
    assert sorted(office.rows.rows) == sorted(
        cursor_key(tenant, one) for tenant in (TENANT, "another") for one in (INVOICES, ITEMS)
    )


@pytest.mark.promise("sequence-gap")
def test_what_webhooks_missed_is_looked_for_among_what_webhooks_tell_of() -> None:
    office = Office(resources=(INVOICES, ITEMS))
    assert is_batch(MISSED)
    answer = office.sweep(MISSED)

    assert answer == {"batchItemFailures": []}
    assert [one.path for one in office.xero.requests] == ["/Invoices"]


@pytest.mark.promise("sequence-gap")
def test_a_look_for_what_was_missed_that_fails_comes_again() -> None:
    office = Office()
    office.xero.before = no_answer

    assert office.sweep(MISSED) == {"batchItemFailures": [{"itemIdentifier": "m"}]}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("invoices", ["invoices"]),
        (" contacts , invoices ", ["contacts", "invoices"]),
        (",".join(RESOURCES), list(RESOURCES)),
    ],
)
def test_the_kinds_to_sweep_are_chosen_by_name(text: str, wanted: list[str]) -> None:
    assert [one.name for one in chosen(text)] == wanted


@pytest.mark.parametrize("text", ["", ",", "invoices,", "Invoices", "tax_rates", "invoices;items"])
def test_an_unknown_kind_is_named_with_those_there_are(text: str) -> None:
    with pytest.raises(RuntimeError, match=r"SWEEP_RESOURCES names .*; there are contacts, inv"):
        chosen(text)


# What fails


@pytest.mark.parametrize("event", [MISSED, {"source": "aws.events"}, {}, None, [], "any"])
def test_without_a_token_nothing_is_swept_and_whoever_waits_is_told(event: Any) -> None:
    office = Office()
    office.secret.read = lambda *, fresh=False: "{}"  # type: ignore[method-assign]  # noqa: ARG005
    if event == MISSED:
        assert office.sweep(event) == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    elif event == {"source": "aws.events"}:
        assert "secret" in office.sweep(event)["reason"]
    else:
        with pytest.raises(CredentialError):
            office.sweeper.handle(event, office)

    (line,) = office.lines
    assert line["failed"] is True
    assert line["reason"].startswith("left: invoices; credential: ")
    assert (office.xero.requests, office.rows.rows) == ([], {})


@pytest.mark.parametrize("listing", [[5], [None], {"a": 1}, 5, [{"tenantType": "ORGANISATION"}]])
def test_a_list_of_organisations_that_is_none_is_an_outage(listing: Any) -> None:
    office = Office(secret=FixedSecret(tenants=()))
    body = json.dumps(listing).encode()
    office.xero.before = lambda _: Response(status=200, headers={}, body=body)
    with pytest.raises(UnavailableError):
        office.sweep({"now": "please"})


@pytest.mark.parametrize(
    "before",
    [
        answering(403, "/Invoices"),
        answering(401, "/Invoices", www_authenticate='Bearer error="insufficient_scope"'),
    ],
)
@pytest.mark.promise("sweep")
def test_a_kind_that_xero_refuses_is_said_to_be_so_and_holds_up_no_other(before: Any) -> None:
    office = Office(resources=(INVOICES, ITEMS))
    put(office, "a", ITEMS)
    office.xero.before = before
    report = office.sweep()

    assert (report["refused"], report["left"]) == (["invoices"], [])
    assert office.lines[-1]["failed"] is True
    assert "refused by Xero: invoices" in office.lines[-1]["reason"]
    assert names(office, ITEMS) == ["a"]
    assert not [key for key in office.rows.rows if "invoices" in key]
    # Word of missed webhooks would otherwise come again for two weeks, each time for nothing.
    assert office.sweep(MISSED) == {"batchItemFailures": []}


def test_a_kind_that_the_token_has_no_scope_for_costs_no_call() -> None:
    office = Office(
        resources=(INVOICES, ITEMS), secret=FixedSecret(scopes=["accounting.settings.read"])
    )
    report = office.sweep()

    assert report["without_scope"] == ["invoices"]
    assert [one.path for one in office.xero.requests] == ["/Items"]


def test_a_broad_scope_of_an_older_app_opens_documents_of_all_kinds() -> None:
    office = Office(
        resources=(INVOICES, QUOTES, CONTACTS),
        secret=FixedSecret(scopes=["accounting.transactions"]),
    )
    report = office.sweep()

    assert report["without_scope"] == ["contacts"]
    assert [one.path for one in office.xero.requests] == ["/Invoices", "/Quotes"]


@pytest.mark.promise("baseline")
def test_of_two_sweeps_at_once_the_second_leaves_everything_to_the_first() -> None:
    office = Office(resources=(INVOICES,), seconds=900)
    assert office.rows.take("cursor#turn", owner="the first", seconds=900)
    report = office.sweep()

    assert report == NOTHING_LEFT | {"left": ["invoices"], "reason": "another sweep is under way"}
    assert office.xero.requests == []
    assert office.sweep(MISSED) == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    office.rows.give_back("cursor#turn", owner="the first")
    assert office.sweep()["complete"] == 1


def fail_xero(office: Office) -> None:
    office.xero.before = lambda one: no_answer(one) if one.path == "/Invoices" else None


def break_xero(office: Office) -> None:
    office.xero.before = answering(200, "/Invoices")
    office.xero.kinds["Invoices"] = {uuid_of("a"): {"InvoiceID": 5}}
    office.xero.before = lambda _: None


def fail_queue(office: Office) -> None:
    def before() -> None:
        if office.xero.requests[-1].path == "/Invoices":
            raise DownError

    office.before_queue = before


def fail_table(office: Office) -> None:
    def before(_: str) -> None:
        if office.xero.requests and office.xero.requests[-1].path == "/Invoices":
            table_down("")

    office.rows.before = before


def spoil_row(office: Office) -> None:
    office.rows.rows[cursor_key(TENANT, INVOICES)] = {"since": "2026", "page": "one"}


@pytest.mark.parametrize(
    ("fail", "outcome"),
    [
        (fail_xero, "unavailable"),
        (break_xero, "unavailable"),
        (fail_queue, "failed"),
        (spoil_row, "failed"),
    ],
)
@pytest.mark.promise("sweep-cursor")
def test_a_failure_leaves_a_kind_where_it_was_and_holds_up_no_other(
    fail: Any, outcome: str
) -> None:
    office = Office(resources=(INVOICES, ITEMS))
    put(office, "a")
    put(office, "b", ITEMS)
    fail(office)
    before = dict(office.rows.rows)
    report = office.sweep()

    assert (report["left"], report["complete"]) == (["invoices"], 1)
    assert names(office, ITEMS) == ["b"]
    assert before.get(cursor_key(TENANT, INVOICES)) == office.rows.rows.get(
        cursor_key(TENANT, INVOICES)
    )
    line, last = office.lines
    assert (line["outcome"], line["resource"], line["failed"]) == (outcome, "invoices", True)
    assert (last["outcome"], last["reason"]) == ("unfinished", "left: invoices")


@pytest.mark.promise("sweep-cursor")
def test_a_cursor_that_cannot_be_kept_leaves_what_was_found_to_be_found_again() -> None:
    office = Office()
    put(office, "a")
    fail_table(office)
    assert office.sweep()["left"] == ["invoices"]
    office.rows.before = lambda _: None
    office.sweep()

    assert names(office) == ["a", "a"]


@pytest.mark.promise("baseline")
def test_a_list_too_long_for_xero_is_swept_from_now_on() -> None:
    office = Office()
    put(office, "old")
    office.clock.sleep(3600)
    put(office, "new")

    def before(request: Request) -> Response | None:
        body = json.dumps({"Message": "Too many."}).encode()
        return None if request.headers else Response(status=400, headers={}, body=body)

    office.xero.before = before
    assert office.sweep()["left"] == []
    assert names(office) == ["new"]
    # Whether a record is new cannot be told from now on.
    put(office, "old")
    office.sweep()
    office.work_off()
    assert set(office.names) == {"invoices/invoice_updated"}


def test_a_list_that_xero_refuses_for_another_reason_is_left() -> None:
    office = Office()
    office.xero.before = answering(400, "/Invoices")
    assert office.sweep()["left"] == ["invoices"]

    assert len(office.xero.requests) == 2


# Limits


@pytest.mark.promise("reserve")
def test_a_day_nearly_spent_in_one_organisation_is_not_spent_in_another() -> None:
    office = Office(resources=(INVOICES, ITEMS), secret=FixedSecret(tenants=(TENANT, "another")))

    def before(_: Request) -> Response | None:
        spent = office.xero.tenants[-1] == TENANT
        office.xero.headers = {"x-daylimit-remaining": "99" if spent else "900"}
        return None

    office.xero.before = before
    report = office.sweep()

    assert office.xero.tenants == [TENANT, "another", "another"]
    assert (report["left"], report["complete"]) == (["items"], 3)


@pytest.mark.promise("reserve")
def test_a_minute_nearly_spent_has_the_sweep_wait() -> None:
    office = Office(resources=(INVOICES, ITEMS, CONTACTS), seconds=900)
    office.xero.headers = {"x-minlimit-remaining": "19"}
    office.budget.limits[TENANT] = Limits(Row(doubt=0))
    start = office.clock()
    assert office.sweep()["left"] == []

    assert office.clock() - start == 2 * 60


@pytest.mark.promise("reserve")
def test_a_limit_that_is_used_up_is_waited_for_as_long_as_the_invocation_lasts() -> None:
    office = Office(seconds=100)
    office.xero.before = answering(429, "/Invoices", retry_after="30", x_rate_limit_problem="min")
    start = office.clock()
    report = office.sweep()

    assert report["left"] == ["invoices"]
    assert 60 <= office.clock() - start < 64
    assert len(office.xero.requests) == 3


@pytest.mark.promise("reserve")
def test_a_day_that_is_used_up_is_not_waited_for() -> None:
    office = Office(resources=(INVOICES, ITEMS), seconds=900)
    office.xero.before = answering(
        429, "/Invoices", retry_after="40000", x_rate_limit_problem="day"
    )
    report = office.sweep()

    assert report["left"] == ["invoices", "items"]
    assert len(office.xero.requests) == 1


def test_what_there_is_no_time_for_is_gone_on_with_the_next_time() -> None:
    office = Office(seconds=30)
    put(office, "a")
    assert office.sweep() == NOTHING_LEFT | {"left": ["invoices"]}

    office.seconds = 60
    office.sweep()
    assert names(office) == ["a"]


# Anything in any order


@dataclass(frozen=True)
class Fault:
    """What goes wrong at which of a run's calls, whatever is called."""

    kind: str
    at: int
    lasts: bool


@dataclass
class Model:
    """What has changed, and what the queue knows of it."""

    office: Office
    changes: int = 0
    newest: dict[str, int] = field(default_factory=dict)
    begun_with: dict[str, int] | None = None

    @property
    def resource(self) -> Resource:
        """The kind of record that is swept."""
        return self.office.resources[0]

    def change(self, name: str) -> None:
        """Change a record."""
        self.changes += 1
        self.newest[name] = self.changes
        dated = {"UpdatedDateUTC": None} if self.resource == UNDATED else {}
        self.office.xero.put(self.resource, name, Name=name, Total=self.changes, **dated)

    def taken(self) -> dict[str, int]:
        """Return the newest change of each record that the queue knows."""
        known: dict[str, int] = {}
        for one in found(self.office):
            for record in one.records.values():
                known[record["Name"]] = max(known.get(record["Name"], 0), record["Total"])
        return known

    def run(self, fault: Fault, between: list[list[str]], seconds: float) -> None:
        """Sweep once, with faults, and with changes before each of Xero's answers."""
        office, calls = self.office, 0
        waiting = list(between)

        def count(failure: Exception) -> None:
            nonlocal calls
            calls += 1
            if calls == fault.at or (fault.lasts and calls > fault.at):
                if fault.kind == "dies":
                    raise DeadError
                raise failure

        def before_xero(_: Request) -> Response | None:
            # An answer takes its time, in which others work.
            office.clock.sleep(1.3)
            for name in waiting.pop(0) if waiting else ():
                self.change(name)
            count(NoAnswerError(sent=True))
            return None

        office.xero.before = before_xero
        office.rows.before = lambda _: count(UnavailableError("The table is out."))
        office.before_queue = lambda: count(DownError())
        office.seconds = seconds
        if self.begun_with is None:
            self.begun_with = dict(self.newest)
        with suppress(DeadError):
            if not office.sweep()["left"]:
                self.check_complete()
        self.check_cursor()

    def check_complete(self) -> None:
        """Check that all that had changed before the sweep began, and not since, is known."""
        known = self.taken()
        assert self.begun_with is not None
        for name, change in self.begun_with.items():
            if self.newest[name] == change:
                assert known.get(name) == change
        self.begun_with = None

    def check_cursor(self) -> None:
        """Check that nothing that is not known was left behind."""
        row = self.office.rows.rows.get(cursor_key(TENANT, self.resource))
        since = kept_cursor(row).since if row else ""
        known = self.taken()
        for record in self.office.xero.kinds.get(self.resource.collection, {}).values():
            changed = record["UpdatedDateUTC"]
            if changed and changed.strftime("%Y-%m-%dT%H:%M:%S") < since:
                assert known[record["Name"]] == record["Total"]


UNDATED = RESOURCES["bank_transfers"]
NEVER = Fault("fails", 0, lasts=False)
NAMES = st.lists(st.sampled_from("abcdefghijklmnop"), max_size=7)
FAULTS = st.builds(Fault, st.sampled_from(["fails", "dies"]), st.integers(0, 12), st.booleans())
# Changes, the seconds until the sweep, its faults, the changes while it runs, its own seconds.
RUNS = st.tuples(
    NAMES,
    st.sampled_from([0, 0.4, 1, 90, 900]),
    FAULTS | st.just(NEVER),
    st.lists(NAMES, max_size=6),
    st.sampled_from([35, 40, 900]),
)


@settings(max_examples=400)
@given(
    st.sampled_from([INVOICES, QUOTES, UNDATED]),
    st.lists(RUNS, min_size=1, max_size=6),
    st.booleans(),
    st.sampled_from([None, "UpdatedDateUTC DESC"]),
)
@pytest.mark.promise("sweep-cursor")
def test_whatever_fails_or_changes_meanwhile_the_queue_gets_all_that_changed(
    resource: Resource, runs: list[Any], says_pages: bool, order: str | None
) -> None:
    """Three records a page; a sweep that was stopped goes on, and is complete when it says so."""
    model = Model(Office(resources=(resource,)))
    office = model.office
    office.xero.largest_page, office.xero.says_pages, office.xero.order = 3, says_pages, order
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweeps, "USUAL_PAGE", 3)
        for changed, pause, fault, between, seconds in runs:
            for name in changed:
                model.change(name)
            office.clock.sleep(pause)
            model.run(fault, between, seconds)
        office.clock.sleep(900)
        office.xero.requests.clear()
        # What a stopped one has left, and then all there is.
        for _ in range(2):
            model.run(NEVER, [], 10_000)

    assert model.begun_with is None
    assert model.taken() == model.newest
    assert len(office.xero.requests) <= 2 * (3 + 2 * len(model.newest))


@pytest.mark.promise("sweep-cursor")
def test_a_thousand_records_of_one_second_come_whole_though_one_changes_meanwhile() -> None:
    office = Office(seconds=900)
    for number in range(1200):
        put(office, f"r{number:04}")
    pages = 0

    def before(_: Request) -> Response | None:
        nonlocal pages
        pages += 1
        if pages == 3:
            office.clock.sleep(1)
            put(office, "r0000")
        return None

    office.xero.before = before
    assert office.sweep()["left"] == []

    assert set(names(office)) == {f"r{number:04}" for number in range(1200)}
    assert len(office.xero.requests) == 4
    row = office.rows.rows[cursor_key(TENANT, INVOICES)]
    assert kept_cursor(row).since == (START - timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%S")


@pytest.mark.promise("sweep-cursor")
def test_a_hundred_thousand_records_are_read_in_as_many_runs_as_it_takes() -> None:
    office = Office(seconds=40)
    office.xero.largest_page = 100
    for number in range(1000):
        office.clock.sleep(1)
        put(office, f"r{number}")

    def before(_: Request) -> Response | None:
        office.clock.sleep(1)
        return None

    office.xero.before = before
    runs = 1
    while office.sweep()["left"]:
        runs += 1
        assert runs < 20
    assert runs > 1
    assert len(set(names(office))) == 1000
    assert len(office.xero.requests) < 15
    assert {one.baseline_until for one in found(office)} == {found(office)[0].baseline_until}
