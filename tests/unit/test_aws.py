# SPDX-License-Identifier: Apache-2.0
"""The AWS services: what is asked of them how often, and what happens when they fail."""

import io
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from botocore.stub import Stubber
from moto import mock_aws
from xero_connection.aws import HURRIED, PATIENT, QUICK, Aws, Hurried, Queue, Secret, refresher
from xero_connection.errors import CredentialError, UnavailableError


class Clock:
    """Seconds that go forward when they are told to."""

    def __init__(self) -> None:
        """Start anywhere."""
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


class Secrets:
    """Secrets Manager with one secret, which can be out, and counts how often it is asked."""

    def __init__(self, text: str) -> None:
        """Put the secret's text."""
        self.text: str | None = text
        self.reads = 0

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803 - boto3's spelling
        """Return the secret's value."""
        self.reads += 1
        if self.text is None:
            raise ConnectTimeoutError(endpoint_url=SecretId)
        return {"SecretString": self.text}

    def put_secret_value(self, *, SecretId: str, SecretString: str) -> None:  # noqa: N803
        """Put a new value."""
        assert SecretId
        self.text = SecretString


@pytest.fixture
def aws() -> Iterator[Aws]:
    with mock_aws():
        yield Aws()


# Secrets


def test_a_secret_is_read_and_written(aws: Aws) -> None:
    client = aws.client("secretsmanager")
    arn = client.create_secret(Name="s", SecretString="{}")["ARN"]
    secret = Secret(client, arn)

    assert secret.read() == "{}"
    secret.write("a")
    assert secret.read() == secret.read(fresh=True) == "a"
    assert client.get_secret_value(SecretId=arn)["SecretString"] == "a"


def test_a_secret_that_cannot_be_written_is_a_matter_of_time(aws: Aws) -> None:
    with pytest.raises(UnavailableError, match="ResourceNotFoundException"):
        Secret(aws.client("secretsmanager"), "arn:none").write("a")


def test_a_secret_that_others_change_is_not_answered_from_memory(aws: Aws) -> None:
    client = aws.client("secretsmanager")
    secret = Secret(client, client.create_secret(Name="s")["ARN"], remembers=False)
    secret.write("a")
    client.delete_secret(SecretId="s", ForceDeleteWithoutRecovery=True)
    with pytest.raises(UnavailableError):
        secret.read(fresh=True)


def test_a_secret_filled_with_bytes_is_an_empty_one(aws: Aws) -> None:
    client = aws.client("secretsmanager")
    arn = client.create_secret(Name="s", SecretBinary=b"{}")["ARN"]

    assert Secret(client, arn).read() == ""


def test_a_secret_that_is_not_there_is_named_with_the_reason(aws: Aws) -> None:
    with pytest.raises(UnavailableError, match=r"nowhere .*ResourceNotFound"):
        Secret(aws.client("secretsmanager"), "nowhere").read()


def test_a_secret_is_asked_for_again_only_when_it_is_old() -> None:
    client, clock = Secrets("old"), Clock()
    secret = Secret(client, "s", max_age=300, clock=clock)
    assert secret.read() == "old"
    client.text = "new"

    clock.now += 299
    assert (secret.read(), client.reads) == ("old", 1)
    clock.now += 1
    assert (secret.read(), client.reads) == ("new", 2)


@pytest.mark.promise("key-change")
def test_a_fresh_read_goes_past_memory_but_not_over_and_over() -> None:
    client, clock = Secrets("old"), Clock()
    secret = Secret(client, "s", fresh_every=5, clock=clock)
    assert secret.read() == "old"
    client.text = "new"

    assert secret.read(fresh=True) == "new"
    for _ in range(1000):
        assert secret.read(fresh=True) == "new"
    # The first read, and ten fresh ones at once.
    assert client.reads == 11
    clock.now += 5
    secret.read(fresh=True)
    secret.read(fresh=True)
    assert client.reads == 12


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.promise("key-change")
def test_what_was_read_last_is_used_while_secrets_manager_is_out(fresh: bool) -> None:
    client, clock = Secrets("kept"), Clock()
    secret = Secret(client, "s", max_age=300, fresh_every=5, clock=clock)
    secret.read()
    client.text = None
    clock.now += 301

    assert secret.read(fresh=fresh) == "kept"
    assert secret.read() == "kept"
    # The outage is looked at once; after that memory answers at once.
    assert client.reads == 2


def test_an_outage_shows_where_nothing_was_read_before_and_ends_with_it() -> None:
    client = Secrets("back")
    secret = Secret(client, "s")
    client.text = None
    with pytest.raises(UnavailableError, match="ConnectTimeoutError"):
        secret.read()

    client.text = "back"
    assert secret.read() == "back"


# Queues


def test_a_message_comes_back_later(aws: Aws) -> None:
    client = aws.client("sqs")
    url = client.create_queue(QueueName="q")["QueueUrl"]
    queue = Queue(client, url)
    client.send_message(QueueUrl=url, MessageBody="a text")

    (message,) = client.receive_message(QueueUrl=url)["Messages"]
    assert message["Body"] == "a text"
    queue.show_again_after(message["ReceiptHandle"], 0.9)
    (again,) = client.receive_message(QueueUrl=url)["Messages"]
    queue.show_again_after(again["ReceiptHandle"], 900)
    assert "Messages" not in client.receive_message(QueueUrl=url)


def test_a_queue_that_is_not_there_is_an_error_so_that_xero_delivers_again(aws: Aws) -> None:
    queue = Queue(aws.client("sqs"), "https://sqs.ap-southeast-2.amazonaws.com/1/nowhere")

    with pytest.raises(UnavailableError, match="NonExistentQueue"):
        queue.send("a text", group="entries")


def test_a_message_is_sent_within_its_group_and_the_same_one_is_kept_once(aws: Aws) -> None:
    client = aws.client("sqs")
    fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    url = client.create_queue(QueueName="q.fifo", Attributes=fifo)["QueueUrl"]
    queue = Queue(client, url)
    for text in ("a", "b", "a"):
        queue.send(text, group="g")

    received = client.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["MessageGroupId"]
    )["Messages"]
    assert [one["Body"] for one in received] == ["a", "b"]
    assert {one["Attributes"]["MessageGroupId"] for one in received} == {"g"}


@pytest.mark.promise("record-dead-letters")
def test_a_message_for_a_person_has_the_reason_beside_its_text(aws: Aws) -> None:
    client = aws.client("sqs")
    url = client.create_queue(QueueName="q")["QueueUrl"]
    Queue(client, url).send("a text", reason="not JSON")

    (message,) = client.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert message["Body"] == "a text"
    assert message["MessageAttributes"]["reason"]["StringValue"] == "not JSON"


@pytest.mark.parametrize(("after", "seconds"), [(0, None), (0.2, 1), (30, 30), (899.5, 900)])
def test_a_message_is_seen_no_sooner_than_it_is_meant_to_be(
    after: float, seconds: int | None
) -> None:
    sent: dict[str, Any] = {}

    class Sqs:
        def send_message(self, **parameters: Any) -> None:
            sent.update(parameters)

    Queue(Sqs(), "a-queue").send("a text", after=after)
    assert sent.pop("DelaySeconds", None) == seconds
    assert sent == {"QueueUrl": "a-queue", "MessageBody": "a text"}


# The token function


class Function:
    """Lambda with one function that ends as it is told."""

    def __init__(self, **result: Any) -> None:
        """Take what the invocation answers."""
        self.result = result
        self.asked: Any = None

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        """Answer the invocation."""
        self.asked = (FunctionName, json.loads(Payload))
        return self.result


def failing(payload: bytes) -> Function:
    return Function(FunctionError="Unhandled", Payload=io.BytesIO(payload))


def test_the_token_function_is_told_which_token_is_of_no_use() -> None:
    function = Function(StatusCode=200)

    refresher(function, "token-function")("a-fingerprint", 30)
    assert function.asked == ("token-function", {"refused": "a-fingerprint"})


@pytest.mark.promise("empty-secrets")
def test_the_token_functions_error_is_raised_as_its_own() -> None:
    error = CredentialError("Put it there.", details={"secret": "s"})
    payload = json.dumps({"errorType": "CredentialError", "errorMessage": str(error)})

    with pytest.raises(CredentialError) as caught:
        refresher(failing(payload.encode()), "token-function")(None, 30)
    assert caught.value.as_dict() == error.as_dict()


@pytest.mark.parametrize(
    "payload",
    [
        # what Lambda itself says
        b'{"errorMessage": "2026-11-22T01:15:39Z 6f75 Task timed out after 30.00 seconds"}',
        b'{"errorType": "Runtime.ExitError", "errorMessage": "exit status 1"}',
        # nothing of use
        b'{"errorMessage": "[]"}',
        b'{"errorMessage": "null"}',
        b'{"errorMessage": null}',
        b"{}",
        b"[]",
        b"null",
        b"",
        b"\xff",
    ],
)
@pytest.mark.promise("error-tree")
def test_any_other_end_of_the_token_function_is_an_outage(payload: bytes) -> None:
    with pytest.raises(UnavailableError):
        refresher(failing(payload), "token-function")(None, 30)


def test_a_token_function_that_cannot_be_invoked_is_an_outage(aws: Aws) -> None:
    client = aws.client("lambda", PATIENT)
    with Stubber(client) as stub:
        stub.add_client_error("invoke", "AccessDeniedException")
        with pytest.raises(UnavailableError):
            refresher(client, "token-function")(None, 30)


def test_a_token_function_that_answers_too_late_is_an_outage() -> None:
    service = Hanging()
    with pytest.raises(UnavailableError):
        refresher(service, "token-function")(None, 0.01)
    service.let_go.set()


# Time


@pytest.mark.parametrize("config", [HURRIED, QUICK, PATIENT])
def test_every_client_has_an_end_to_its_patience(config: Any) -> None:
    client = Aws().client("sqs", config)

    assert client.meta.config.connect_timeout <= 2
    assert client.meta.config.read_timeout <= 25
    assert client.meta.config.retries["total_max_attempts"] <= 3


class Hanging:
    """A service that answers when it is told to."""

    def __init__(self) -> None:
        """Hang."""
        self.let_go = threading.Event()

    def ask(self, *, answer: str) -> str:
        """Answer after all."""
        assert self.let_go.wait(60)
        return answer

    def invoke(self, **_: Any) -> dict[str, Any]:
        """Answer after all."""
        return {"StatusCode": self.ask(answer="200")}


@pytest.mark.promise("four-seconds")
def test_a_hurried_call_ends_though_its_service_hangs_and_the_next_one_is_no_worse_off() -> None:
    service = Hanging()
    client = Hurried(service, seconds=0.01)
    for _ in range(3):
        with pytest.raises(ReadTimeoutError):
            client.ask(answer="late")

    service.let_go.set()
    assert Hurried(service, seconds=60).ask(answer="in time") == "in time"


def test_a_hurried_client_says_what_its_service_says(aws: Aws) -> None:
    client = aws.hurried("secretsmanager", seconds=60)
    client.create_secret(Name="s", SecretString="{}")

    assert client.get_secret_value(SecretId="s")["SecretString"] == "{}"
    with pytest.raises(ClientError):
        client.get_secret_value(SecretId="none")


def test_whoever_hurries_gives_up_within_the_seconds_that_xero_waits() -> None:
    config = Aws().client("sqs", HURRIED).meta.config

    assert config.connect_timeout + config.read_timeout <= 2
    assert config.retries["total_max_attempts"] == 1
