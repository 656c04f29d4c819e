# SPDX-License-Identifier: Apache-2.0
"""The AWS services the functions use; the only module that knows boto3.

Functions make what they need here once, when they start, and pass it on.
"""

from __future__ import annotations

import json
import math
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from xero_connection.errors import UnavailableError, error_from

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# botocore waits 60 s for a connection and 60 s for an answer. Xero waits 5 s for ours, in which
# up to three services may hang one after the other; repeating is left to whoever sent.
HURRIED: Final = Config(
    connect_timeout=1,
    read_timeout=1,
    retries={"total_max_attempts": 1, "mode": "standard"},
    max_pool_connections=16,
)
QUICK: Final = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"total_max_attempts": 3, "mode": "standard"},
)
# The token function may itself be waiting for Xero; invoking it twice would not be quicker.
PATIENT: Final = Config(
    connect_timeout=2,
    read_timeout=25,
    retries={"total_max_attempts": 1, "mode": "standard"},
)

_FRESH_READS: Final = 10
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
        fresh_every: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Name the secret.

        Args:
            client: of Secrets Manager.
            name: the secret's ARN.
            max_age: seconds for which what was read is used.
            fresh_every: seconds in which one more fresh read is allowed, beyond a first few; the
                others are answered from memory. So nobody outside can make the function ask
                Secrets Manager over and over, and a change still counts at once.
            clock: seconds that only go forward.
        """
        self.name = name
        self._client = client
        self._max_age = max_age
        self._fresh_every = fresh_every
        self._clock = clock
        self._text: str | None = None
        self._asked_at = float("-inf")
        self._fresh_left, self._fresh_counted_at = float(_FRESH_READS), clock()

    def read(self, *, fresh: bool = False) -> str:
        """Return the secret's text.

        Raises:
            UnavailableError: it cannot be had and nothing was read before.
        """
        now = self._clock()
        wanted = self._may_ask(now) if fresh else now >= self._asked_at + self._max_age
        if self._text is not None and not wanted:
            return self._text
        self._asked_at = now
        try:
            answer = self._client.get_secret_value(SecretId=self.name)
        except (ClientError, BotoCoreError) as error:
            if self._text is None:
                reason = _reason(error)
                raise UnavailableError(
                    f"The secret {self.name} cannot be read: {reason}."
                ) from None
            return self._text
        # A secret that was filled with bytes has no text; what is not there is said to be empty.
        text: str = answer.get("SecretString", "")
        self._text = text
        return text

    def _may_ask(self, now: float) -> bool:
        """Spend one of the fresh reads that are left."""
        if not self._fresh_every:
            return True
        earned = (now - self._fresh_counted_at) / self._fresh_every
        self._fresh_left = min(_FRESH_READS, self._fresh_left + earned)
        self._fresh_counted_at = now
        if self._fresh_left < 1:
            return False
        self._fresh_left -= 1
        return True

    def write(self, text: str) -> None:
        """Put a new version of the secret."""
        self._client.put_secret_value(SecretId=self.name, SecretString=text)
        self._text = text


def _reason(error: ClientError | BotoCoreError) -> str:
    """Return AWS's own word for a failure; its text names roles and accounts."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    return type(error).__name__


class Bus:
    """The event bus."""

    def __init__(
        self,
        client: Any,
        name: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Name the bus."""
        self._client = client
        self._name = name
        self._sleep = sleep
        self._clock = clock

    def put(self, entries: Sequence[dict[str, Any]], *, until: float) -> list[dict[str, Any]]:
        """Put entries on the bus, ten a call, and return those it refused in the end.

        Neither EventBridge nor botocore repeats an entry that failed inside a call that did not.
        https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html

        Args:
            entries: any number of them.
            until: the moment on the clock after which no further call is begun.
        """
        waiting = [{**entry, "EventBusName": self._name} for entry in entries]
        for attempt in range(_PUT_ATTEMPTS):
            if not waiting:
                break
            if attempt:
                self._sleep(0.05 * 2**attempt)
            starts = range(0, len(waiting), _ENTRIES_PER_CALL)
            batches = [waiting[start : start + _ENTRIES_PER_CALL] for start in starts]
            waiting = [entry for refused in self._put_all(batches, until) for entry in refused]
        return [
            {name: value for name, value in entry.items() if name != "EventBusName"}
            for entry in waiting
        ]

    def _put_all(
        self, batches: list[list[dict[str, Any]]], until: float
    ) -> list[list[dict[str, Any]]]:
        if len(batches) == 1:
            return [self._put_ten(batches[0], until)]
        with ThreadPoolExecutor(_PUT_WORKERS) as pool:
            return list(pool.map(self._put_ten, batches, [until] * len(batches)))

    def _put_ten(self, batch: list[dict[str, Any]], until: float) -> list[dict[str, Any]]:
        if self._clock() >= until:
            return batch
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

    def send(self, text: str, *, after: float = 0) -> None:
        """Put a message on the queue, to be seen after so many seconds (900 at the most)."""
        self._client.send_message(
            QueueUrl=self._url, MessageBody=text, DelaySeconds=math.ceil(after)
        )

    def show_again_after(self, receipt: str, seconds: float) -> None:
        """Let a message that failed come back after so many seconds, else after the queue's own."""
        with suppress(ClientError, BotoCoreError):
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
