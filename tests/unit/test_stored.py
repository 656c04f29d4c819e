# SPDX-License-Identifier: Apache-2.0
"""The secrets of a connection: what is written, in whose turn, and what is put back."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.connecting.stored import CREDENTIAL, READ_TOKEN, TOKEN, CheckError, Stored
from local.deployed import Place
from local.problems import Problem


class Aws:
    """The services of one stack, and what was done with them, in order."""

    def __init__(self, answer: Any = None) -> None:
        """Take what the token function answers; a text is what it fails with."""
        self.texts = {CREDENTIAL: '{"before": 1}', TOKEN: "{}", READ_TOKEN: "{}"}
        self.done: list[str] = []
        self._answer = answer

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803, AWS's name
        """Return a secret's text."""
        self.done.append(f"read {SecretId}")
        return {"SecretString": self.texts[SecretId]}

    def put_secret_value(self, *, SecretId: str, SecretString: str) -> None:  # noqa: N803
        """Take a secret's text."""
        self.done.append(f"write {SecretId}")
        self.texts[SecretId] = SecretString

    def put_item(self, *, Item: Any, **_: Any) -> None:  # noqa: N803
        """Take the turn."""
        self.done.append(f"take {Item['pk']['S']}")

    def delete_item(self, **_: Any) -> None:
        """Give the turn back."""
        self.done.append("give back")

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        """Answer, or fail."""
        self.done.append(f"invoke {FunctionName} {Payload.decode()}")
        if not isinstance(self._answer, str):
            return {"Payload": io.BytesIO(json.dumps(self._answer).encode())}
        failed = {"errorType": "Some", "errorMessage": self._answer}
        return {"FunctionError": "x", "Payload": io.BytesIO(json.dumps(failed).encode())}


def _place(aws: Any, **rest: Any) -> Place:
    return Place(
        **{
            "name": "a stack",
            "client": lambda _, **__: aws,
            "bus": "",
            "bus_arn": "",
            "queues": {},
            "functions": {"token": "the-function"},
            "secrets": {one: one for one in (CREDENTIAL, TOKEN, READ_TOKEN)},
            "table": "rows",
            **rest,
        }
    )


def _try(aws: Aws, keeps: Callable[[BaseException], bool], error: BaseException | None) -> None:
    with Stored(_place(aws)).trial({CREDENTIAL: "new", TOKEN: "also new"}, keeps):
        aws.done.append("try")
        if error:
            raise error


def test_secrets_are_read_and_written_in_the_token_function_s_turn_and_tried_outside() -> None:
    aws = Aws()

    _try(aws, lambda _: False, None)

    writes = ["write credential", "write token"]
    reads = ["read credential", "read token", "read read_token"]
    assert aws.done == ["take lock#token", *reads, *writes, "give back", "try"]
    assert aws.texts == {CREDENTIAL: "new", TOKEN: "also new", READ_TOKEN: "{}"}


@pytest.mark.promise("connect-back")
@pytest.mark.parametrize("error", [CheckError("no"), KeyboardInterrupt()])
def test_what_fails_or_is_interrupted_puts_the_old_texts_back(error: BaseException) -> None:
    aws = Aws()

    with pytest.raises(type(error)):
        _try(aws, lambda _: False, error)

    assert aws.texts == {CREDENTIAL: '{"before": 1}', TOKEN: "{}", READ_TOKEN: "{}"}
    assert aws.done[-3:] == ["write credential", "write token", "give back"]
    assert aws.done.count("take lock#token") == 2


@pytest.mark.promise("connect-back")
def test_tokens_that_the_function_got_with_what_is_not_kept_are_put_back_too() -> None:
    aws = Aws()

    def fail() -> None:
        with Stored(_place(aws)).trial({CREDENTIAL: "new"}, lambda _: False):
            aws.texts |= {TOKEN: "of another organisation", READ_TOKEN: "of that one too"}
            raise CheckError("no")

    with pytest.raises(CheckError):
        fail()

    assert aws.texts == {CREDENTIAL: '{"before": 1}', TOKEN: "{}", READ_TOKEN: "{}"}


@pytest.mark.promise("connect-back")
def test_a_credential_that_has_been_rotated_meanwhile_is_put_back_and_another_one_stays() -> None:
    aws = Aws()
    new = {CREDENTIAL: '{"client_id": "new", "refresh_token": "first"}'}

    def meanwhile(text: str) -> None:
        with Stored(_place(aws)).trial(new, lambda _: False):
            aws.texts[CREDENTIAL] = text
            raise CheckError("no")

    with pytest.raises(CheckError):
        meanwhile(new[CREDENTIAL].replace("first", "second"))
    assert aws.texts[CREDENTIAL] == '{"before": 1}'

    with pytest.raises(Problem, match="Somebody else"):
        meanwhile("of somebody else")
    assert aws.texts[CREDENTIAL] == "of somebody else"


@pytest.mark.promise("connect-back")
def test_whoever_is_asked_what_now_and_interrupts_has_the_old_texts_back() -> None:
    aws = Aws()

    def asked(_: BaseException) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _try(aws, asked, CheckError("no"))

    assert aws.texts == {CREDENTIAL: '{"before": 1}', TOKEN: "{}", READ_TOKEN: "{}"}


def test_a_refusal_calls_the_secret_by_its_name_in_the_template() -> None:
    arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:my-stack-CredentialSecret-1A-b2C3"
    answer = json.dumps({"code": "credential", "message": f"Look into {arn}, or connect."})

    with pytest.raises(CheckError, match=r"^Look into CredentialSecret, or connect\.$"):
        Stored(_place(Aws(answer))).refresh()


def test_what_the_person_keeps_stays_although_it_failed() -> None:
    aws = Aws()

    with pytest.raises(CheckError):
        _try(aws, lambda _: True, CheckError("no"))

    assert aws.texts[CREDENTIAL] == "new"


def test_a_write_that_fails_half_way_is_taken_back_too() -> None:
    class Halting(Aws):
        def put_secret_value(self, **asked: Any) -> None:
            super().put_secret_value(**asked)
            if self.done.count("write token") == 1:
                raise ClientError({"Error": {"Code": "Throttling"}}, "PutSecretValue")

    aws = Halting()

    with pytest.raises(ClientError):
        _try(aws, lambda _: False, None)
    assert aws.texts[CREDENTIAL] == '{"before": 1}'


def test_a_turn_is_taken_by_the_clock_of_aws_whatever_this_machine_s_says() -> None:
    class Ahead(Aws):
        until = 0

        def get_secret_value(self, **asked: Any) -> dict[str, Any]:
            date = "Sun, 22 Nov 2026 01:00:00 GMT"
            return {
                **super().get_secret_value(**asked),
                "ResponseMetadata": {"HTTPHeaders": {"date": date}},
            }

        def put_item(self, *, Item: Any, **asked: Any) -> None:  # noqa: N803
            super().put_item(Item=Item, **asked)
            self.until = int(Item["until"]["N"])

    aws = Ahead()
    stored = Stored(_place(aws))
    stored.credential()

    with stored.trial({CREDENTIAL: "new"}, lambda _: False):
        left = aws.until - datetime(2026, 11, 22, 1, tzinfo=UTC).timestamp()

    assert 60 <= left <= 300


def test_a_table_that_does_not_answer_leaves_the_secrets_alone() -> None:
    class Mute(Aws):
        def put_item(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "PutItem")

    aws = Mute()

    with pytest.raises(Problem, match="AccessDenied"):
        _try(aws, lambda _: False, None)
    assert aws.done == []


def test_the_token_function_is_asked_for_a_new_token_as_by_a_person() -> None:
    aws = Aws({"refreshed": True})

    Stored(_place(aws)).refresh()

    assert aws.done == ["invoke the-function {}"]


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        ('{"type": "CredentialError", "message": "Xero refuses it."}', "Xero refuses it."),
        ("no JSON", r"The token function failed \(Some\); its log says why."),
    ],
)
def test_what_the_token_function_fails_with_is_said(failure: str, said: str) -> None:
    with pytest.raises(CheckError, match=said):
        Stored(_place(Aws(failure))).refresh()


@pytest.mark.parametrize("text", ["", "no JSON", "[]"])
def test_a_credential_that_is_none_counts_as_empty(text: str) -> None:
    aws = Aws()
    aws.texts[CREDENTIAL] = text

    assert Stored(_place(aws)).credential() == {}


def test_a_token_that_is_malformed_is_a_problem() -> None:
    aws = Aws()
    aws.texts[TOKEN] = "no JSON"

    with pytest.raises(Problem, match="malformed"):
        Stored(_place(aws)).token()


@pytest.mark.parametrize("old", [{"secrets": {}}, {"table": ""}])
def test_a_stack_of_an_older_version_is_refused(old: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="deploy it again"):
        Stored(_place(Aws(), **old))
