# SPDX-License-Identifier: Apache-2.0
"""What `check` makes of what was gathered: each line when all is well, and when it is not."""

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console
from xero_connection.deliveries import KEY as DELIVERIES
from xero_connection.deliveries import key_name
from xero_connection.documents import iso
from xero_connection.standing import STATE_KEY

from local.checks.facts import Facts, Function, Invoked, Metrics, Probe, Read, Switch
from local.checks.table import CHECKS, Line, judged, shown
from local.checks.verdicts import Check, ago, lasting
from local.connecting.scopes import needed

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TENANT = "0cb10d7a-c36c-5a1d-8ae7-5245ca315cb6"
KEY = "k" * 86 + "=="
CREDENTIAL = {"kind": "custom_connection", "client_id": "id", "client_secret": "secret"}
_JUDGES = {check.id: check for check in CHECKS}


def at(minutes: float) -> str:
    """Return the moment so many minutes from now."""
    return iso(NOW + timedelta(minutes=minutes))


def token(minutes: float = 20, **more: Any) -> str:
    return json.dumps({"access_token": "a-token", "expires_at": at(minutes), **more})


SECRETS = {
    "credential": json.dumps(CREDENTIAL),
    "token": token(scopes=["accounting.settings", "accounting.contacts"]),
    "read_token": token(scopes=["accounting.settings.read", "accounting.contacts.read"]),
    "webhook_key": json.dumps({"current": KEY}),
}
STATE = {"kind": "custom_connection", "refreshed_at": at(-3), "read_only": "true"}
ARRIVED = {"genuine_at": at(-30), "genuine_key": key_name(KEY), "intent_at": at(-90)}
LISTED = Invoked(
    answer={
        "output": {
            "connections": [
                {"tenantId": TENANT, "tenantType": "ORGANISATION", "tenantName": "Demo"},
                {"tenantId": "p", "tenantType": "PRACTICE", "tenantName": "Not one"},
            ]
        }
    }
)
QUEUES = ("requests", "records", "backlog", "sweeps")
LETTERS = ("request_dead_letters", "record_dead_letters", "backlog_dead_letters")

WELL = Facts(
    now=NOW,
    option="--stack books",
    stack=Read("UPDATE_COMPLETE"),
    functions={
        name: Read(Function("Active", "Successful", f"/aws/{name}"))
        for name in ("query", "action", "record", "token", "webhook")
    },
    sources=Read([Switch("RecordSource", "uuid", "Enabled")]),
    rules=Read([Switch("TokenRefresh", "rule", "ENABLED", "default")]),
    starts={"query": Read(LISTED), "token": Read(Invoked(answer={"refreshed": False}))},
    organisations={TENANT: Read(Invoked(answer={}))},
    secrets={name: Read(text) for name, text in SECRETS.items()},
    rows=Read({STATE_KEY: STATE, DELIVERIES: ARRIVED}),
    left=Read({TENANT: {"day_remaining": 4000, "minute_remaining": 58}}),
    queues={name: Read(0) for name in (*QUEUES, *LETTERS)},
    metrics=Read(Metrics()),
    address=Read(Probe(401, is_empty=True, seconds=0.2)),
    skew=Read(0.3),
)


def line(check: str, facts: Facts) -> Line:
    (found,) = judged(facts, [_JUDGES[check]])
    return found


def holding(**texts: str) -> Facts:
    """Return the facts with other texts in secrets."""
    held = {name: Read(text) for name, text in texts.items()}
    return replace(WELL, secrets={**WELL.secrets, **held})


def noting(key: str, row: Mapping[str, str], **more: Any) -> Facts:
    return replace(WELL, rows=Read({**WELL.rows.get(), key: row}), **more)


def starting(function: str, invoked: Invoked) -> Facts:
    return replace(WELL, starts={**WELL.starts, function: Read(invoked)})


def refused(code: str, message: str = "It was refused.", **details: Any) -> Invoked:
    return Invoked(error={"code": code, "message": message, "details": details})


def queued(**counts: int) -> Facts:
    return replace(WELL, queues={**WELL.queues, **{one: Read(n) for one, n in counts.items()}})


ALARM = {"turn": "1", "open": json.dumps({"": {"stage": "", "since": at(-60), "data": {}}})}
REVOKED = {**STATE, "failed_since": at(-9), "code": "credential", "reason": "invalid_grant"}
SUPPLIED = holding(credential="{}", token=token(60 * 24 * 3), read_token=token(60 * 24 * 3))
ALL = [
    "accounting.transactions", "accounting.contacts", "accounting.settings",
    "accounting.attachments", "accounting.reports.read",
]  # fmt: skip

NEW = needed()

CASES: list[tuple[str, Facts, str, str, str]] = [
    ("stack", WELL, "pass", "It stands", ""),
    ("stack", replace(WELL, stack=Read("UPDATE_IN_PROGRESS")), "warn", "changed now", "again"),
    ("stack", replace(WELL, stack=Read("UPDATE_ROLLBACK_COMPLETE")), "warn", "taken back", "sam"),
    ("stack", replace(WELL, stack=Read("ROLLBACK_COMPLETE")), "fail", "ROLLBACK", "sam deploy"),
    ("stack", replace(WELL, stack=Read("UPDATE_FAILED")), "fail", "UPDATE_FAILED", "sam deploy"),
    ("functions", WELL, "pass", "5 functions", ""),
    ("functions", replace(WELL, functions={"query": Read(Function(""))}), "fail", "gone", "sam"),
    (
        "functions", replace(WELL, functions={"query": Read(Function("Active", "Failed"))}),
        "fail", "not set up", "sam deploy",
    ),
    (
        "functions", replace(WELL, functions={"query": Read(Function("Pending"))}),
        "warn", "being set up", "in a minute",
    ),
    (
        "functions", starting("query", Invoked(crash="Runtime.ImportModuleError")),
        "fail", "query does not start (Runtime.ImportModuleError)", "aws logs tail /aws/query",
    ),
    (
        "functions", replace(WELL, metrics=Read(Metrics({}, {"record": 7}, {"record": 7}))),
        "warn", "record failed each time", "aws logs tail /aws/record",
    ),
    (
        "functions", replace(WELL, metrics=Read(Metrics({}, {"query": 7}, {"query": 7}))),
        "pass", "", "",
    ),
    ("sources", WELL, "pass", "1 queue", ""),
    (
        "sources", replace(WELL, sources=Read([Switch("RecordSource", "uuid", "Disabled")])),
        "fail", "RecordSource is disabled", "--uuid uuid --enabled",
    ),
    (
        "sources", replace(WELL, sources=Read([Switch("RecordSource", "uuid", "")])),
        "fail", "gone", "sam deploy",
    ),
    ("rules", WELL, "pass", "1 rule", ""),
    (
        "rules", replace(WELL, rules=Read([Switch("Refresh", "rule", "DISABLED", "default")])),
        "fail", "Refresh is disabled", "`aws events enable-rule --name rule`",
    ),
    (
        "rules", replace(WELL, rules=Read([Switch("RecordRule", "rule", "DISABLED", "books")])),
        "fail", "RecordRule", "--name rule --event-bus-name books",
    ),
    ("clock", WELL, "pass", "agrees", ""),
    ("clock", replace(WELL, skew=Read(-90.0)), "warn", "1 minute slow", "NTP"),
    ("clock", replace(WELL, skew=Read(400.0)), "fail", "6 minutes fast", "NTP"),
    ("credential", WELL, "pass", "custom_connection", ""),
    ("credential", SUPPLIED, "pass", "supplied by a person", ""),
    (
        "credential", holding(credential="", token="{}"),
        "fail", "is empty", "`xero-connection connect --stack books`",
    ),
    ("credential", holding(credential="[]"), "fail", "can be read", "connect"),
    ("credential", holding(credential='{"kind": "pat"}'), "fail", "unknown kind", "connect"),
    (
        "credential", holding(credential=json.dumps({**CREDENTIAL, "client_id": ""})),
        "fail", "can be read", "connect",
    ),
    ("token", WELL, "pass", "lasts 20 minutes", ""),
    ("token", holding(token="{}"), "fail", "none", "connect"),
    ("token", holding(token="no"), "fail", "something else", "connect"),
    ("token", holding(token=token(-5)), "fail", "5 minutes ago", "aws logs tail /aws/token"),
    ("token", holding(token=token(2)), "warn", "should have been renewed", "Renewal"),
    ("token", holding(token='{"access_token": "a"}'), "pass", "names no end", ""),
    ("token", SUPPLIED, "warn", "supplied and lasts 3 days", "Supply another"),
    ("token", holding(credential="{}", token=token(-5)), "fail", "ended", "Supply another"),
    ("renewal", WELL, "pass", "3 minutes ago", ""),
    ("renewal", SUPPLIED, "skip", "nobody", ""),
    ("renewal", noting(STATE_KEY, REVOKED), "fail", "(invalid_grant)", "Connect again"),
    (
        "renewal", starting("token", refused("credential", "Wrong.", reason="invalid_client")),
        "fail", "Wrong.", "connect",
    ),
    (
        "renewal", starting("token", refused("credential", "Long.", reason="empty")),
        "fail", "There is no credential", "Connect",
    ),
    ("renewal", starting("token", refused("unavailable", "Out.")), "fail", "Out.", "status.xero"),
    (
        "renewal", starting("token", Invoked(crash="Sandbox.Timedout")),
        "fail", "(Sandbox.Timedout)", "aws logs tail /aws/token",
    ),
    ("read_token", WELL, "pass", "only reads", ""),
    (
        "read_token", noting(STATE_KEY, {**STATE, "read_only": "false"}),
        "warn", "uses action's token", "read scopes",
    ),
    (
        "read_token", noting(STATE_KEY, {"kind": "oauth2", "read_only": "false"}),
        "pass", "same as action's", "",
    ),
    (
        "read_token",
        noting(STATE_KEY, {**STATE, "read_only": "false"}, secrets={
            **WELL.secrets, "token": Read(token(scopes=["accounting.contacts.read"])),
        }),
        "pass", "only reads too", "",
    ),
    ("read_token", holding(read_token="{}"), "fail", "is empty", "Renewal"),
    ("xero", WELL, "pass", "takes the token", ""),
    (
        "xero", starting("query", refused("credential", reason="empty")),
        "fail", "There is no token", "Token",
    ),
    ("xero", starting("query", refused("unavailable")), "fail", "be reached", "status.xero.com"),
    ("xero", starting("query", refused("rate_limited")), "warn", "refused", "Limits"),
    ("xero", starting("query", refused("credential")), "fail", "refused", "connect --stack books"),
    ("xero", starting("query", Invoked(crash="Unknown")), "fail", "(Unknown)", "Functions"),
    ("organisations", WELL, "pass", "Demo.", ""),
    (
        "organisations", starting("query", Invoked(answer={"output": {"connections": []}})),
        "fail", "None is connected", "connect",
    ),
    (
        "organisations", starting("query", refused("unavailable")), "fail", "Nobody", "Xero's line",
    ),
    (
        "organisations", noting(STATE_KEY, {**STATE, "gone": '["another"]'}),
        "fail", "no more: another", "Connect again",
    ),
    (
        "organisations",
        replace(WELL, organisations={TENANT: Read(refused("disconnected", "It left."))}),
        "fail", "Demo: It left.", "Connect again",
    ),
    (
        "organisations", replace(WELL, organisations={TENANT: Read(refused("rate_limited"))}),
        "pass", "Demo", "",
    ),
    ("scopes", WELL, "warn", "\naccounting.payments: ", "connect again"),
    ("scopes", holding(token=token(), read_token=token()), "skip", "not tell", ""),
    (
        "scopes",
        holding(token=token(scopes=ALL), read_token=token(scopes=ALL)),
        "warn", "Missing:\naccounting.budgets.read: budgets (", "connect",
    ),
    (
        "scopes", holding(token=token(scopes=NEW), read_token=token(scopes=NEW)),
        "pass", "only to some, mostly older apps: accounting.classicexpenses, ", "",
    ),
    ("broad_scopes", WELL, "pass", "None", ""),
    (
        "broad_scopes", holding(token=token(scopes=ALL)),
        "warn", "accounting.transactions: Xero ends them in September 2027", "accounting.invoices",
    ),
    ("limits", WELL, "pass", "Demo: 4,000 today, 58 this minute left", ""),
    ("limits", replace(WELL, left=Read({TENANT: {}})), "skip", "Nothing is known", ""),
    (
        "limits", replace(WELL, left=Read({TENANT: {"day_remaining": 60}})),
        "warn", "60 today left; records and sweeps wait", "Find who",
    ),
    (
        "limits", replace(WELL, left=Read({TENANT: {"day_remaining": 0}})),
        "fail", "used up", "Wait",
    ),
    (
        "limits",
        replace(WELL, organisations={TENANT: Read(refused("rate_limited", limit="day"))}),
        "fail", "Demo: today's calls are used up", "Wait",
    ),
    ("webhook_key", WELL, "pass", "Filled", ""),
    ("webhook_key", holding(webhook_key="{}"), "fail", "is empty", "webhook --stack books"),
    ("webhook_key", holding(webhook_key="key"), "fail", "no JSON object", "webhook --stack"),
    ("webhook_key", holding(webhook_key='{"current": "short"}'), "warn", "5 characters", "anew"),
    (
        "webhook_key", holding(webhook_key=json.dumps({"current": KEY, "previous": "old"})),
        "warn", "accepted too", "webhook rotate --finish --stack books",
    ),
    ("address", WELL, "pass", "in 0.2 s", ""),
    (
        "address", replace(WELL, address=Read(Probe(500, is_empty=False, seconds=1))),
        "fail", "answers 500", "aws logs tail /aws/webhook",
    ),
    (
        "address", replace(WELL, address=Read(Probe(429, is_empty=True, seconds=1))),
        "warn", "throttled", "ThrottleRate",
    ),
    (
        "address", replace(WELL, address=Read(Probe(404, is_empty=False, seconds=1))),
        "fail", "404 with a body", "sam deploy",
    ),
    (
        "address", replace(WELL, address=Read(Probe(401, is_empty=True, seconds=6))),
        "warn", "6.0 s; Xero waits 5", "MemorySize",
    ),
    ("intent_to_receive", WELL, "pass", "Passed 1 hour ago", ""),
    ("intent_to_receive", holding(webhook_key="{}"), "skip", "no key", ""),
    (
        "intent_to_receive", noting(DELIVERIES, {}),
        "fail", "Nothing signed", "Send intent to receive",
    ),
    (
        "intent_to_receive", holding(webhook_key=json.dumps({"current": "new", "previous": KEY})),
        "warn", "previous key", "webhook rotate --finish",
    ),
    ("deliveries", WELL, "pass", "30 minutes ago", ""),
    ("deliveries", noting(DELIVERIES, {}), "skip", "No right one", ""),
    (
        "deliveries", noting(DELIVERIES, {**ARRIVED, "wrong_at": at(-2)}),
        "fail", "2 minutes ago with a wrong signature", "somebody else is knocking",
    ),
    (
        "deliveries", noting(DELIVERIES, {"genuine_at": at(-0.8), "wrong_at": at(-0.5)}),
        "warn", "wrong signature", "in a minute",
    ),
    (
        "deliveries", noting(DELIVERIES, {"genuine_at": at(-9), "wrong_at": at(-8.9)}),
        "pass", "9 minutes ago", "",
    ),
    ("waiting", WELL, "pass", "Nothing waits", ""),
    ("waiting", queued(records=1200), "pass", "records 1,200", ""),
    ("waiting", queued(backlog=2), "warn", "the bus refused: backlog 2", "/aws/webhook"),
    (
        "waiting", replace(queued(records=2), metrics=Read(Metrics({"records": 7200.0}))),
        "warn", "records since 2 hours", "queues, Xero and limits",
    ),
    ("dead_letters", WELL, "pass", "none", ""),
    (
        "dead_letters", queued(record_dead_letters=2),
        "fail", "records 2", "`xero-connection deadletters redrive records --stack books`",
    ),
    ("alarms", WELL, "pass", "None", ""),
    (
        "alarms", noting("alarm#connection_revoked", ALARM),
        "fail", "connection_revoked since 2026-11-23T11:00:00Z", "xero-connection connect",
    ),
]  # fmt: skip


@pytest.mark.promise("check")
@pytest.mark.parametrize(
    ("check", "facts", "status", "found", "todo"),
    CASES,
    ids=[f"{number}-{case[0]}-{case[2]}" for number, case in enumerate(CASES)],
)
def test_each_line_says_what_is_so_and_what_to_do(
    check: str, facts: Facts, status: str, found: str, todo: str
) -> None:
    said = line(check, facts)

    assert (said.status, found in said.found, todo in said.todo) == (status, True, True), said
    assert bool(said.todo) is (status in {"warn", "fail"})


def test_every_check_is_tried_on_both_sides() -> None:
    tried = {(check, status in {"warn", "fail"}) for check, _, status, _, _ in CASES}

    assert tried >= {(check.id, bad) for check in CHECKS for bad in (False, True)}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_what_cannot_be_read_is_said_and_fails_its_own_line_alone(check: Check) -> None:
    unread: Read[Any] = Read(problem="AccessDenied")
    nothing = Facts(
        now=NOW, stack=unread, sources=unread, rules=unread, rows=unread, left=unread,
        metrics=unread, address=unread, skew=unread,
        functions=dict.fromkeys(WELL.functions, unread),
        starts=dict.fromkeys(WELL.starts, unread),
        organisations=dict.fromkeys(WELL.organisations, unread),
        secrets=dict.fromkeys(WELL.secrets, unread),
        queues=dict.fromkeys(WELL.queues, unread),
    )  # fmt: skip

    (said,) = judged(nothing, [check])

    assert (said.status, said.found) == ("fail", "It cannot be read: AccessDenied.")


def test_metrics_that_cannot_be_read_leave_the_counts() -> None:
    facts = replace(queued(records=2), metrics=Read(problem="AccessDenied"))

    assert (line("waiting", facts).status, line("functions", facts).status) == ("pass", "pass")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_fits_the_terminal(width: int) -> None:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(shown(judged(queued(record_dead_letters=2))))
    text = console.export_text()

    assert max(map(len, text.splitlines())) <= width
    assert "deadletters" in text


@pytest.mark.promise("no-secrets-said")
def test_no_secret_is_in_what_was_gathered_as_text() -> None:
    said = repr(WELL) + repr(judged(WELL)) + repr(judged(noting(STATE_KEY, REVOKED)))

    assert not [one for one in (KEY, "a-token", '"secret"') if one in said]


def test_spans_are_said_in_their_largest_unit() -> None:
    said = [lasting(timedelta(seconds=one)) for one in (0, 1, 59, 60, 3599, 3600, 86400, 180000)]

    assert said == [
        "0 seconds", "1 second", "59 seconds", "1 minute", "59 minutes", "1 hour", "1 day",
        "2 days",
    ]  # fmt: skip
    assert ago(NOW - timedelta(seconds=2), NOW) == "just now"
