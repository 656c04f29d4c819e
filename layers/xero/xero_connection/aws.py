# SPDX-License-Identifier: Apache-2.0
"""The AWS services the functions use; the only module that knows boto3.

Functions make what they need here once, when they start, and pass it on.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from xero_connection.errors import UnavailableError, error_from

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SERVICES: Final = ("dynamodb", "events", "lambda", "secretsmanager", "sqs", "sts")
"""The services whose descriptions the layer keeps; the rest of botocore's data is left out."""

# botocore waits 60 s for a connection and 60 s for an answer. Xero waits 5 s for ours.
QUICK: Final = Config(
    connect_timeout=1,
    read_timeout=1.5,
    retries={"total_max_attempts": 2, "mode": "standard"},
    tcp_keepalive=True,
)
# The token function may itself be waiting for Xero.
PATIENT: Final = Config(connect_timeout=2, read_timeout=25, retries={"total_max_attempts": 1})

_ENTRIES_PER_CALL: Final = 10
_PUT_ATTEMPTS: Final = 3
_PUT_WORKERS: Final = 8


class Aws:
    """One session's clients, made when they are first asked for."""

    def __init__(self) -> None:
        """Open the session that all clients share."""
        self._session = boto3.Session()

    def client(self, service: str, config: Config = QUICK) -> Any:
        """Return a client of a service."""
        return self._session.client(service, config=config)  # type: ignore[call-overload]


class Secret:
    """A secret that is read often and changes seldom; an outage shows only when none was read."""

    def __init__(
        self,
        client: Any,
        name: str,
        *,
        max_age: float = 300.0,
        min_age: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Name the secret.

        Args:
            client: of Secrets Manager.
            name: the secret's ARN.
            max_age: seconds for which what was read is used.
            min_age: seconds between two fresh reads; in between, memory answers. So nobody
                outside can make the function ask Secrets Manager over and over.
            clock: seconds that only go forward.
        """
        self.name = name
        self._client = client
        self._max_age = max_age
        self._min_age = min_age
        self._clock = clock
        self._text: str | None = None
        self._asked_at = self._asked_fresh_at = float("-inf")

    def read(self, *, fresh: bool = False) -> str:
        """Return the secret's text.

        Raises:
            ClientError: Secrets Manager refuses and nothing was read before.
            BotoCoreError: it cannot be reached and nothing was read before.
        """
        now = self._clock()
        again_at = self._asked_fresh_at + self._min_age if fresh else self._asked_at + self._max_age
        if self._text is not None and now < again_at:
            return self._text
        self._asked_at = now
        if fresh:
            self._asked_fresh_at = now
        try:
            answer = self._client.get_secret_value(SecretId=self.name)
        except (ClientError, BotoCoreError):
            if self._text is None:
                raise
            return self._text
        text: str = answer["SecretString"]
        self._text = text
        return text

    def write(self, text: str) -> None:
        """Put a new version of the secret."""
        self._client.put_secret_value(SecretId=self.name, SecretString=text)
        self._text = text


class Bus:
    """The event bus."""

    def __init__(
        self, client: Any, name: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Name the bus."""
        self._client = client
        self._name = name
        self._sleep = sleep

    def put(self, entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Put entries on the bus, ten a call, and return those it refused in the end.

        Neither EventBridge nor botocore repeats an entry that failed inside a call that did not.
        https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
        """
        waiting = [{**entry, "EventBusName": self._name} for entry in entries]
        for attempt in range(_PUT_ATTEMPTS):
            if not waiting:
                break
            if attempt:
                self._sleep(0.05 * 2**attempt)
            starts = range(0, len(waiting), _ENTRIES_PER_CALL)
            batches = [waiting[start : start + _ENTRIES_PER_CALL] for start in starts]
            waiting = [entry for refused in self._put_all(batches) for entry in refused]
        return [
            {name: value for name, value in entry.items() if name != "EventBusName"}
            for entry in waiting
        ]

    def _put_all(self, batches: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
        if len(batches) == 1:
            return [self._put_ten(batches[0])]
        with ThreadPoolExecutor(_PUT_WORKERS) as pool:
            return list(pool.map(self._put_ten, batches))

    def _put_ten(self, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        try:
            results = self._client.put_events(Entries=batch)["Entries"]
        except (ClientError, BotoCoreError):
            return batch
        return [
            entry for entry, result in zip(batch, results, strict=True) if "ErrorCode" in result
        ]


class Queue:
    """A queue."""

    def __init__(self, client: Any, url: str) -> None:
        """Name the queue."""
        self._client = client
        self._url = url

    def send(self, text: str) -> None:
        """Put a message on the queue."""
        self._client.send_message(QueueUrl=self._url, MessageBody=text)

    def show_again_after(self, receipt: str, seconds: float) -> None:
        """Let a message that failed come back after so many seconds."""
        self._client.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=int(seconds)
        )


def refresher(client: Any, function: str) -> Callable[[str | None], None]:
    """Return a call that has the token function get a new token.

    It takes the fingerprint of the token that is of no use, and raises what that function raises.
    """

    def refresh(refused: str | None) -> None:
        payload = json.dumps({"refused": refused}).encode()
        try:
            result = client.invoke(FunctionName=function, Payload=payload)
        except (ClientError, BotoCoreError):
            raise UnavailableError("The token function could not be invoked.") from None
        if "FunctionError" not in result:
            return
        try:
            failure = json.loads(json.loads(result["Payload"].read())["errorMessage"])
        except (KeyError, TypeError, ValueError):
            failure = {}
        raise error_from(failure if isinstance(failure, dict) else {})

    return refresh
