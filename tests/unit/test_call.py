# SPDX-License-Identifier: Apache-2.0
"""What `call` says where no answer comes, and that it asks once."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from typer.testing import CliRunner, Result

from local.cli import call as command
from local.cli.app import app
from local.deployed import Place

UNKNOWN = {
    "type": "OutcomeUnknownError",
    "code": "outcome_unknown",
    "message": "The answer never came.",
    "retryable": False,
    "retry_after": 30,
    "details": {},
    "advice": "Ask the very same again.",
}
FULL_SECRET = "a-token-that-nobody-must-see"


class Lambda:
    """A Lambda that ends each invocation in one way."""

    def __init__(self, ending: Any, *, failed: bool = False) -> None:
        """Take the answer, or what is raised."""
        self.ending = ending
        self.failed = failed
        self.configs: list[Config | None] = []
        self.asked: list[Any] = []

    def client(self, _service: str, *, config: Config | None = None) -> "Lambda":
        """Return itself, and keep how it is to be asked."""
        self.configs.append(config)
        return self

    def get_function_configuration(self, **_: str) -> dict[str, Any]:
        """Return the function's time."""
        return {"Timeout": 40}

    def invoke(self, *, Payload: bytes, **_: str) -> dict[str, Any]:  # noqa: N803, as AWS has it
        """End in that way."""
        self.asked.append(json.loads(Payload))
        if isinstance(self.ending, BaseException):
            raise self.ending
        answer = {"Payload": BytesIO(json.dumps(self.ending).encode())}
        return answer | ({"FunctionError": "Unhandled"} if self.failed else {})


def _call(monkeypatch: pytest.MonkeyPatch, one: Lambda, *words: str) -> Result:
    functions = {"action": "the-action", "query": "the-query"}
    place = Place("a stack", one.client, "bus", "arn", {}, functions)
    monkeypatch.setattr(command, "find", lambda _stack, _directory: place)
    words = ("call", *words)
    monkeypatch.setattr("sys.argv", ["xero-connection", *words])
    return CliRunner().invoke(app, words, prog_name="xero-connection")


def _error(status: int) -> ClientError:
    said: Any = {"Error": {"Code": "X"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(said, "Invoke")


@pytest.mark.parametrize(
    "lambda_",
    [
        Lambda(ReadTimeoutError(endpoint_url="http://aws")),
        Lambda(_error(500)),
        Lambda({"errorType": "Sandbox.Timedout", "errorMessage": FULL_SECRET}, failed=True),
        Lambda(KeyboardInterrupt()),
    ],
)
@pytest.mark.promise("call-once")
def test_an_action_without_an_answer_may_be_done_and_the_command_to_ask_again_is_said(
    lambda_: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("create_contact", "contact.Name=Ann's")
    person = _call(monkeypatch, lambda_, *words)
    script = _call(monkeypatch, lambda_, *words, "--json")
    keys = [one["idempotency_key"] for one in lambda_.asked]

    again = "xero-connection call create_contact 'contact.Name=Ann'\"'\"'s'"
    assert "It may have been carried out" in person.stderr
    assert f"{again} --key {keys[0]}" in person.stderr
    error = json.loads(script.stdout)["error"]
    assert error["idempotency_key"] == keys[1]
    assert error["command"] == f"{again} --json --key {keys[1]}"
    assert FULL_SECRET not in person.output + script.output
    status = 130 if isinstance(lambda_.ending, KeyboardInterrupt) else 1
    assert (person.exit_code, script.exit_code) == (status, status)


@pytest.mark.promise("call-once")
def test_an_unknown_outcome_says_the_command_with_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Lambda({"operation": "contacts/create_contact", "error": UNKNOWN})
    words = ("create_contact", "contact.Name=Ann", "--key", "order-1")

    person, script = (_call(monkeypatch, one, *words, *more) for more in ((), ("--json",)))

    assert (person.exit_code, script.exit_code) == (1, 1)
    assert person.stderr.splitlines() == [
        "The answer never came.",
        "retry after: 30 s",
        "Ask the very same again.",
        "xero-connection call create_contact contact.Name=Ann --key order-1",
    ]
    said = json.loads(script.stdout)
    assert (said["error"], said["idempotency_key"]) == (UNKNOWN, "order-1")


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (ConnectTimeoutError(endpoint_url="http://aws"), "Connect timeout"),
        (_error(429), "(X)"),
    ],
)
def test_what_was_never_asked_is_not_called_unsure(
    ending: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = _call(monkeypatch, Lambda(ending), "create_contact", "contact.Name=Ann")

    assert result.exit_code == 1
    assert said in result.stderr
    assert "may have been" not in result.stderr


def test_a_query_without_an_answer_is_only_that(monkeypatch: pytest.MonkeyPatch) -> None:
    failing = Lambda(ReadTimeoutError(endpoint_url="http://aws"))
    timeout, interrupt = (
        _call(monkeypatch, one, "list_contacts") for one in (failing, Lambda(KeyboardInterrupt()))
    )

    assert (timeout.exit_code, interrupt.exit_code) == (1, 130)
    assert "No answer came from query" in timeout.stderr
    assert "idempotency_key" not in failing.asked[0]
    assert interrupt.stderr == ""


def test_it_asks_once_and_waits_longer_than_the_function_can_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = Lambda({"operation": "x", "output": {}, "usage": {}})

    assert _call(monkeypatch, one, "list_contacts", "--json").exit_code == 0
    config = one.configs[-1]
    assert config is not None
    assert config.retries == {"total_max_attempts": 1}  # type: ignore[attr-defined]
    assert config.read_timeout > 40  # type: ignore[attr-defined]


def test_a_batch_of_which_some_failed_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    output = {"contacts": [], "succeeded": 1, "failed": 1}
    one = Lambda({"operation": "contacts/create_contacts", "output": output, "usage": {}})

    result = _call(monkeypatch, one, "create_contacts", 'contacts=[{"Name":"Ann"}]')

    assert result.exit_code == 1
    assert "succeeded" in result.stdout


def test_a_document_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff")

    for name, why in (("missing", "No such file"), ("bytes", "it holds no text")):
        words = ("list_contacts", "--input", str(tmp_path / name))
        assert why in _call(monkeypatch, Lambda({}), *words).stderr
