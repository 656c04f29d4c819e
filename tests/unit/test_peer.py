# SPDX-License-Identifier: Apache-2.0
"""What a person is told of what Xero answers to a code, and to a token of theirs."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from local.connecting import peer
from local.connecting.consent import begin
from local.problems import Problem

TOKEN_URL = "https://identity.xero.com/connect/token"
Answers = Callable[[int, bytes], list[dict[str, Any]]]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Return a function that sets Xero's answer; it returns the requests that came."""

    def answering(status: int, body: bytes) -> list[dict[str, Any]]:
        came: list[dict[str, Any]] = []

        def request(method: str, url: str, **parts: Any) -> requests.Response:
            asked = requests.Request(method, url, data=parts["data"], auth=parts["auth"]).prepare()
            came.append({"headers": asked.headers, "body": asked.body})
            answer = requests.Response()
            answer.status_code, answer._content = status, body  # noqa: SLF001
            return answer

        monkeypatch.setattr(requests, "request", request)
        return came

    return answering


def _exchanged(secret: str | None = "a-secret") -> peer.Granted:
    return peer.exchange(TOKEN_URL, begin("ID", [], 8400), "CODE", secret)


def test_a_code_becomes_a_refresh_token(answers: Answers) -> None:
    came = answers(200, b'{"refresh_token": "R", "scope": "openid accounting.contacts"}')

    granted = _exchanged()

    assert granted == peer.Granted("R", ("openid", "accounting.contacts"))
    assert "R" not in repr(granted).partition("scopes")[0]
    assert came[0]["headers"]["Authorization"].startswith("Basic ")
    assert "client_id" not in came[0]["body"]


def test_an_app_without_a_secret_names_itself_in_the_form(answers: Answers) -> None:
    came = answers(200, b'{"refresh_token": "R"}')

    assert _exchanged(None).scopes == ()
    assert "client_id=ID" in came[0]["body"]
    assert "Authorization" not in came[0]["headers"]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (400, b'{"error": "invalid_client"}', "invalid_client.*not this app's"),
        (400, b'{"error": "invalid_grant"}', "older than five minutes"),
        (400, b'{"error": "else"}', r"\(else\)\."),
        (200, b'{"access_token": "A"}', r"\(200\)\."),
        (200, b"[]", r"\(200\)\."),
        (502, b"<html>", r"\(502\)\."),
    ],
)
def test_a_code_that_gives_nothing_is_said_with_the_reason(
    answers: Answers, status: int, body: bytes, said: str
) -> None:
    answers(status, body)

    with pytest.raises(Problem, match=f"{said}.*Nothing was changed"):
        _exchanged()


def test_xero_out_of_reach_is_said_without_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    def request(*_: Any, **__: Any) -> None:
        raise requests.ConnectTimeout("code=CODE")

    monkeypatch.setattr(requests, "request", request)

    with pytest.raises(Problem, match=r"could not be reached \(ConnectTimeout\)") as error:
        _exchanged()
    assert "CODE" not in str(error.value)


def test_a_token_s_organisations_are_listed_and_its_practices_not(answers: Answers) -> None:
    came = answers(
        200,
        b'[{"tenantId": "1", "tenantName": "Anna", "tenantType": "ORGANISATION"},'
        b' {"tenantId": "2", "tenantType": "PRACTICE"}]',
    )

    (tenant,) = peer.organisations("https://api.xero.com", "T")

    assert (tenant.tenant_id, tenant.tenant_name) == ("1", "Anna")
    assert came[0]["headers"]["Authorization"] == "Bearer T"


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, b"", "Xero refuses the token"),
        (503, b"", "Xero answered 503"),
        (200, b"<html>", "something else than it documents"),
    ],
)
def test_a_token_that_tells_no_organisations_is_said_to_be_of_no_use(
    answers: Answers, status: int, body: bytes, said: str
) -> None:
    answers(status, body)

    with pytest.raises(Problem, match=f"{said}.*Nothing was changed"):
        peer.organisations("https://api.xero.com", "T")
