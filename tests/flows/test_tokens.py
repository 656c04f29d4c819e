# SPDX-License-Identifier: Apache-2.0
"""Tokens that have ended, with many asking at once and functions ended in the middle."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from local.deployed import here
from local.listener import listening
from local.machine import calls, control, xero_peer
from local.machine.stack import Stack
from tests.flows.forms import post

QUERY = {"operation": "organisations/get_organisation"}
ENDED = {"access_token": "ended", "expires_at": "2026-01-01T00:00:00Z"}
_AT_ONCE = 12
"""A copy each of query and token; more of them take a small machine longer to start than to ask.

Fifty at the same moment are in unit/test_refresh.py.
"""
SCHEDULED = {"source": "aws.events"}
_PATIENCE_SECONDS = 30
_PAUSE_SECONDS = 0.05


def _put(stack: Stack, **secrets: Any) -> None:
    manager = stack.account.client("secretsmanager")
    for name, content in secrets.items():
        manager.put_secret_value(SecretId=stack.secrets[name], SecretString=json.dumps(content))


def _held(stack: Stack, name: str) -> Any:
    manager = stack.account.client("secretsmanager")
    return json.loads(manager.get_secret_value(SecretId=stack.secrets[name])["SecretString"])


def _asked(stack: Stack) -> int:
    """Return how often Xero was asked for a token."""
    log = xero_peer.request(stack.xero_url, "GET", "/_simulator/requests")["requests"]
    return sum(one["path"] == "/connect/token" for one in log)


def _consented(stack: Stack, app: dict[str, Any]) -> dict[str, Any]:
    """Return the credential that a person's consent makes."""
    scopes = "offline_access accounting.settings.read accounting.contacts"
    named = {name: app[name] for name in ("client_id", "client_secret")}
    where = {"redirect_uri": "https://app.example/"}
    asked = {"response_type": "code", "scope": scopes, **named, **where}
    location, _ = post(stack.xero_url, "/identity/connect/authorize", asked)
    code = parse_qs(urlsplit(location).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, **named, **where}
    _, granted = post(stack.xero_url, "/connect/token", form)
    refresh_token = json.loads(granted)["refresh_token"]
    return {"kind": "oauth2", **named, "refresh_token": refresh_token, "scopes": scopes}


@pytest.fixture(scope="module")
def app(fresh_directory: Path) -> dict[str, Any]:
    """Return what the fresh stack's Xero knows its app by."""
    known: dict[str, Any] = json.loads((fresh_directory / "xero.json").read_text())
    return known


@pytest.fixture
def consented(fresh_stack: Stack, app: dict[str, Any]) -> Iterator[Stack]:
    """A stack that a person has just connected, which is empty again afterwards."""
    _put(fresh_stack, credential=_consented(fresh_stack, app), token=ENDED, read_token=ENDED)
    yield fresh_stack
    xero_peer.request(fresh_stack.xero_url, "DELETE", "/_simulator/faults")
    _put(fresh_stack, credential={}, token={}, read_token={})
    for function in ("query", "action", "token"):
        control.end_copies(fresh_stack, function)
    for prefix in ("token#", "alarm#"):
        control.forget(fresh_stack, prefix)


@pytest.mark.promise("one-refresh")
def test_fifty_queries_with_a_token_that_has_ended_ask_xero_for_one(stack: Stack) -> None:
    _put(stack, token=ENDED, read_token=ENDED)
    control.end_copies(stack, "query")
    before = _asked(stack)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(lambda _: calls.invoke(stack, "query", QUERY), range(50)))
    assert [one.payload for one in answers if one.failed] == []
    # One for action's token, and one for query's own.
    assert _asked(stack) == before + 2


@pytest.mark.promise("refresh-survives")
def test_a_refresh_whose_answer_was_cut_is_recovered_with_the_same_refresh_token(
    consented: Stack,
) -> None:
    first = _held(consented, "credential")
    before = _asked(consented)
    cut = {"fault": "cut-after", "path": "/connect/token"}
    xero_peer.request(consented.xero_url, "POST", "/_simulator/faults", cut)

    lost = calls.invoke(consented, "token", SCHEDULED)
    assert (lost.failed, lost.payload["errorType"]) == (True, "UnavailableError")
    assert _held(consented, "credential") == first
    # Xero has given another by then, and takes the first inside its grace.
    assert calls.invoke(consented, "token", SCHEDULED).payload["refreshed"] is True

    assert _asked(consented) == before + 2
    assert _held(consented, "credential")["refresh_token"] != first["refresh_token"]
    answer = calls.invoke(consented, "query", QUERY)
    assert not answer.failed, answer.payload


@pytest.mark.promise("alarm-once")
@pytest.mark.promise("consent-gone")
def test_a_revoked_consent_is_an_event_once_and_one_when_somebody_connects_again(
    consented: Stack, app: dict[str, Any]
) -> None:
    with listening(here(consented), {"source": ["xero.connection"]}) as heard:
        assert calls.invoke(consented, "token", SCHEDULED).payload["refreshed"] is True
        assert calls.invoke(consented, "watch", SCHEDULED).payload == {"problems": [], "said": 0}
        named = {name: app[name] for name in ("client_id", "client_secret")}
        gone = {**named, "token": _held(consented, "credential")["refresh_token"]}
        post(consented.xero_url, "/connect/revocation", gone)
        # The token there is lasts on: only who asks for another learns of it.
        _put(consented, token=ENDED, read_token=ENDED)
        for _ in range(4):
            answer = calls.invoke(consented, "token", SCHEDULED)
            assert (answer.failed, answer.payload["refreshed"]) == (False, False)
            looked = calls.invoke(consented, "watch", SCHEDULED)
            assert looked.payload["problems"] == ["connection_revoked"]

        _put(consented, credential=_consented(consented, app))
        assert calls.invoke(consented, "token", {}).payload["refreshed"] is True
        for _ in range(3):
            assert calls.invoke(consented, "watch", SCHEDULED).payload["problems"] == []

        heard.wait_for(2)
        told, over = heard.collect(2)
    assert told["detail-type"] == "connections/connection_revoked"
    assert "invalid_grant" in told["detail"]["message"]
    assert "xero-connection connect" in told["detail"]["advice"]
    assert over["detail-type"] == "connections/problem_solved"
    assert over["detail"]["problem"] == "connection_revoked"


def _end_while_xero_is_asked(stack: Stack) -> None:
    """End the token function's copies while Xero is slow to answer them."""
    before = _asked(stack)
    slow = {"fault": "slow:3", "path": "/connect/token"}
    xero_peer.request(stack.xero_url, "POST", "/_simulator/faults", slow)
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(calls.invoke, stack, "token", {"refused": None})
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while _asked(stack) == before:
            assert time.monotonic() < deadline
            time.sleep(_PAUSE_SECONDS)
        control.end_copies(stack, "token")
        assert ended.result().failed
    control.end_turns(stack)


@pytest.mark.promise("refresh-survives")
def test_two_stacks_whose_functions_are_ended_in_the_middle_have_usable_tokens(
    stack: Stack, consented: Stack
) -> None:
    """A custom connection, and a consent whose refresh token had been used by then."""
    _put(stack, token=ENDED, read_token=ENDED)
    first = _held(consented, "credential")
    for one in (stack, consented):
        _end_while_xero_is_asked(one)
    assert _held(consented, "credential") == first
    for one in (stack, consented):
        control.end_copies(one, "query")
        answer = calls.invoke(one, "query", QUERY)
        assert not answer.failed, answer.payload
        assert not calls.invoke(one, "token", {}).failed
    assert _held(consented, "credential")["refresh_token"] != first["refresh_token"]
