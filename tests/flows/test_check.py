# SPDX-License-Identifier: Apache-2.0
"""Each way to break a stack is named by `check` with its cure, and mended is no more."""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
from rich.console import Console
from typer.testing import CliRunner
from xero_connection import deliveries

from local.checks import gathering
from local.checks.table import CHECKS, Line, judged, shown
from local.cli.app import app
from local.deployed import Place, find
from local.machine import calls, control, embedded, xero_peer
from local.machine.stack import Options, Stack, running
from local.problems import Problem
from tests.flows import terminal

Breaking = Callable[[Stack], AbstractContextManager[None]]

PATIENCE_SECONDS = 60

_PAUSE_SECONDS = 0.2

_EMPTY = {"token": "{}", "read_token": "{}"}


class Fault(NamedTuple):
    """A way to break a stack, the line that names it, and words of what is found and to be done."""

    name: str
    breaking: Breaking
    line: str
    status: str
    found: str
    todo: str


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the files are of a stack that is there to be broken."""
    return tmp_path_factory.mktemp("broken")


@pytest.fixture(scope="module")
def stack(directory: Path) -> Iterator[Stack]:
    """Return a stack that is there to be broken."""
    with running(directory, Options()) as started:
        yield started


@pytest.fixture(scope="module")
def place(stack: Stack, directory: Path) -> Place:
    """Return where it is."""
    assert stack
    return find(None, directory)


def _checked(place: Place) -> dict[str, Line]:
    return {line.id: line for line in judged(gathering.gather(place))}


def _texts(stack: Stack) -> dict[str, str]:
    manager = stack.account.client("secretsmanager")
    return {
        name: manager.get_secret_value(SecretId=one)["SecretString"]
        for name, one in stack.secrets.items()
    }


def _put(stack: Stack, texts: Mapping[str, str]) -> None:
    manager = stack.account.client("secretsmanager")
    for name, text in texts.items():
        manager.put_secret_value(SecretId=stack.secrets[name], SecretString=text)


def _holding(**texts: str) -> Breaking:
    """Have secrets hold other texts."""
    return _changing(lambda _: texts)


def _changing(
    change: Callable[[dict[str, str]], Mapping[str, str]], *, renew: bool = False
) -> Breaking:
    @contextmanager
    def broken(stack: Stack) -> Iterator[None]:
        before = _texts(stack)
        _put(stack, change(before))
        if renew:
            calls.invoke(stack, "token", {})
        try:
            yield
        finally:
            _put(stack, before)
            assert not calls.invoke(stack, "token", {}).failed

    return broken


def _credential(**changes: Any) -> Callable[[dict[str, str]], Mapping[str, str]]:
    def changed(texts: dict[str, str]) -> Mapping[str, str]:
        return {"credential": json.dumps(json.loads(texts["credential"]) | changes), **_EMPTY}

    return changed


@contextmanager
def _nobody_connected(stack: Stack) -> Iterator[None]:
    token = json.loads(_texts(stack)["token"])["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{stack.xero_url}/connections"
    (connection,) = requests.get(url, headers=headers, timeout=PATIENCE_SECONDS).json()
    requests.delete(f"{url}/{connection['id']}", headers=headers, timeout=PATIENCE_SECONDS)
    yield
    xero_peer.request(stack.xero_url, "POST", "/_simulator/reset")


@contextmanager
def _signed_by_another(stack: Stack) -> Iterator[None]:
    def enter(key: str) -> None:
        wish = {"url": stack.webhook_url, "key": key}
        xero_peer.request(stack.xero_url, "PUT", "/_simulator/webhook", wish)
        xero_peer.intent_to_receive(stack.xero_url)

    enter("another key")
    (row,) = control.rows(stack, deliveries.KEY)
    long_ago = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    row |= {"genuine_at": {"S": long_ago}, "wrong_since": {"S": long_ago}}
    stack.account.client("dynamodb").put_item(TableName=stack.table, Item=row)
    yield
    enter(stack.webhook_key)


@contextmanager
def _a_dead_letter(stack: Stack) -> Iterator[None]:
    sqs, url = stack.account.client("sqs"), stack.queues["request_dead_letters"]
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    yield
    sqs.purge_queue(QueueUrl=url)


@contextmanager
def _no_calls_left(stack: Stack) -> Iterator[None]:
    xero_peer.request(stack.xero_url, "POST", "/_simulator/limits", {"day_used": 5_000})
    yield
    xero_peer.request(stack.xero_url, "POST", "/_simulator/limits", {"day_used": 0})
    control.forget(stack, "limit#")


@contextmanager
def _schedule_off(stack: Stack) -> Iterator[None]:
    events = stack.account.client("events")
    (name,) = [
        rule["Name"] for rule in events.list_rules()["Rules"] if "TokenFunction" in rule["Name"]
    ]
    events.disable_rule(Name=name)
    yield
    events.enable_rule(Name=name)


@contextmanager
def _queue_not_read(stack: Stack) -> Iterator[None]:
    client = stack.account.client("lambda")
    (source,) = client.list_event_source_mappings(FunctionName=stack.functions["record"])[
        "EventSourceMappings"
    ]
    client.update_event_source_mapping(UUID=source["UUID"], Enabled=False)
    yield
    client.update_event_source_mapping(UUID=source["UUID"], Enabled=True)


def _configured(function: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Breaking:
    """Have a function started with something else in its configuration."""

    @contextmanager
    def broken(stack: Stack) -> Iterator[None]:
        client, name = stack.account.client("lambda"), stack.functions[function]
        before = client.get_function_configuration(FunctionName=name)
        kept = {one: before[one] for one in ("Handler", "Environment")}
        client.update_function_configuration(FunctionName=name, **change(kept))
        control.end_copies(stack, function)
        yield
        client.update_function_configuration(FunctionName=name, **kept)
        control.end_copies(stack, function)

    return broken


def _with_variable(name: str, value: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda kept: {
        "Environment": {"Variables": kept["Environment"]["Variables"] | {name: value}}
    }


def _nowhere() -> str:
    return f"http://127.0.0.1:{embedded.free_port()}"


_ENDED = json.dumps({"access_token": "made-up", "expires_at": "2026-01-01T00:00:00Z"})
_BROAD = json.dumps(
    {"access_token": "made-up", "scopes": ["accounting.transactions", "accounting.settings"]}
)
_REVOKED = {"kind": "oauth2", "refresh_token": "revoked"}
_NO_HANDLER: Callable[[dict[str, Any]], dict[str, Any]] = lambda _: {"Handler": "nothing.there"}  # noqa: E731

FAULTS = (
    Fault(
        "an empty credential",
        _holding(credential="{}", **_EMPTY),
        "credential", "fail", "CredentialSecret is empty", "`xero-connection connect`",
    ),
    Fault(
        "a malformed credential",
        _holding(credential="client id: ABC", **_EMPTY),
        "credential", "fail", "no credential that can be read", "`xero-connection connect`",
    ),
    Fault(
        "a credential of an unknown kind",
        _changing(_credential(kind="password")),
        "credential", "fail", "of an unknown kind", "`xero-connection connect`",
    ),
    Fault(
        "a wrong client secret",
        _changing(_credential(client_secret="made-up")),
        "renewal", "fail", "invalid_client", "`xero-connection connect`",
    ),
    Fault(
        "a revoked consent",
        _changing(_credential(**_REVOKED)),
        "renewal", "fail", "invalid_grant", "Connect again: `xero-connection connect`",
    ),
    Fault(
        "no token",
        _holding(**_EMPTY, credential="{}"),
        "token", "fail", "There is none", "`xero-connection connect`",
    ),
    Fault(
        "a missing scope",
        _changing(
            _credential(scopes=["accounting.settings", "accounting.contacts.read"]), renew=True
        ),
        "scopes", "warn", "accounting.invoices: ", "connect again",
    ),
    Fault(
        "scopes that end",
        _holding(credential="{}", token=_BROAD),
        "broad_scopes", "warn", "September 2027", "accounting.invoices",
    ),
    Fault(
        "a supplied token that ended",
        _holding(credential="{}", token=_ENDED, read_token=_ENDED),
        "token", "fail", "ended", "`xero-connection connect`",
    ),
    Fault(
        "no organisation",
        _nobody_connected,
        "organisations", "fail", "None is connected", "`xero-connection connect`",
    ),
    Fault(
        "an empty webhook key",
        _holding(webhook_key="{}"),
        "webhook_key", "fail", "WebhookKeySecret is empty", "`xero-connection webhook`",
    ),
    Fault(
        "a malformed webhook key",
        _holding(webhook_key="the key"),
        "webhook_key", "fail", "no JSON object", "`xero-connection webhook`",
    ),
    Fault(
        "a webhook key that Xero has not",
        _signed_by_another,
        "deliveries", "fail", "wrong signature", "`xero-connection webhook`",
    ),
    Fault(
        "a webhook key with which nothing came",
        _holding(webhook_key=json.dumps({"current": "made-up" * 10})),
        "intent_to_receive", "fail", "Nothing signed with this key", "Send intent to receive",
    ),
    Fault(
        "a dead letter",
        _a_dead_letter,
        "dead_letters", "fail", "requests 1", "`xero-connection deadletters list`",
    ),
    Fault(
        "a day used up",
        _no_calls_left,
        "limits", "fail", "today's calls are used up", "Wait",
    ),
    Fault(
        "a schedule that is off",
        _schedule_off,
        "rules", "fail", "TokenFunctionRefresh is disabled", "aws events enable-rule --name",
    ),
    Fault(
        "a queue that nobody reads",
        _queue_not_read,
        "sources", "fail", "RecordSource is disabled", "update-event-source-mapping --uuid",
    ),
    Fault(
        "a function that does not start",
        _configured("record", _NO_HANDLER),
        "functions", "fail", "record does not start", "aws logs tail /aws/",
    ),
    Fault(
        "a webhook function that does not start",
        _configured("webhook", _NO_HANDLER),
        "address", "fail", "the function fails", "aws logs tail /aws/",
    ),
    Fault(
        "a Xero that is out",
        _configured("query", _with_variable("XERO_API_URL", _nowhere())),
        "xero", "fail", "cannot be reached", "status.xero.com",
    ),
)  # fmt: skip


def test_a_stack_that_is_well_passes(place: Place) -> None:
    lines = _checked(place)

    assert {one.status for one in lines.values()} <= {"pass", "skip"}, lines


@pytest.mark.promise("check")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_what_is_broken_is_named_with_its_cure(stack: Stack, place: Place, fault: Fault) -> None:
    with fault.breaking(stack):
        line = _checked(place)[fault.line]

    assert (line.status, fault.found in line.found) == (fault.status, True), line
    assert fault.todo in line.todo.replace(f" {place.option}", "")
    # A function that was just changed takes a moment.
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (line := _checked(place)[fault.line]).status not in {"pass", "skip"}:
        assert time.monotonic() < deadline, line
        time.sleep(_PAUSE_SECONDS)


@pytest.mark.promise("no-secrets-said")
def test_nothing_that_is_shown_holds_a_secret(stack: Stack, place: Place) -> None:
    facts = gathering.gather(place)
    console = Console(width=200, record=True, quiet=True)
    console.print(shown(judged(facts)))
    said = console.export_text() + repr(facts) + repr(judged(facts))

    held = [json.loads(text) for text in _texts(stack).values()]
    secrets = [
        value
        for one in held
        for name, value in one.items()
        if name in {"current", "client_secret", "access_token"}
    ]
    assert len(secrets) == 4
    assert not [one for one in secrets if one in said]


def test_a_terminal_shows_the_table_and_a_program_gets_the_same_lines(
    stack: Stack, place: Place, directory: Path
) -> None:
    words = ["check", "--directory", str(directory)]
    with _a_dead_letter(stack):
        # In a terminal no AWS of the test's is around.
        bare = {name: value for name, value in os.environ.items() if "AWS" not in name}
        with terminal.running(words, bare) as person:
            person.wait_for("Looking at the stack on this machine")
            assert person.end() == 1
        document = CliRunner().invoke(app, [*words, "--json"])

    lines = json.loads(document.stdout)
    assert (document.exit_code, [one["id"] for one in lines]) == (1, [one.id for one in CHECKS])
    assert all(one.keys() == {"id", "title", "status", "found", "todo"} for one in lines)
    for one in _checked(place).values():
        assert f"{'fail' if one.id == 'dead_letters' else one.status}  {one.title}" in person.shown


def test_a_stack_of_an_older_version_is_said_to_be_one(place: Place) -> None:
    with pytest.raises(Problem, match="older version"):
        gathering.gather(replace(place, secrets={}))


def test_what_cannot_be_read_fails_its_own_line(place: Place) -> None:
    def client(service: str) -> Any:
        return _Refusing() if service == "sqs" else place.client(service)

    lines = _checked(replace(place, client=client))

    unread = {one.id for one in lines.values() if "cannot be read" in one.found}
    assert unread == {"waiting", "dead_letters"}


class _Refusing:
    def __getattr__(self, name: str) -> Any:
        raise OSError("not allowed")
