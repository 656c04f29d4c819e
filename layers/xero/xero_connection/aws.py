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
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from xero_connection.errors import UnavailableError, error_from

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

# botocore waits 60 s for a connection and 60 s for an answer. Xero waits 5 s for ours, in which
# four services may hang one after the other; repeating is left to whoever sent.
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

_REFRESH_SECONDS: Final = 30.0
"""After which the token function has ended."""
_LEAST_SECONDS: Final = 0.1
_FRESH_READS: Final = 10
_WORKERS: Final = 8
"""Calls of one service at a time."""


class Aws:
    """One session's clients, made when they are first asked for."""

    def __init__(self) -> None:
        """Open the session that all clients share."""
        self._session = boto3.Session()

    def client(self, service: str, config: Config = QUICK) -> Any:
        """Return a client of a service."""
        return self._session.client(service, config=config)  # type: ignore[call-overload]

    def hurried(self, service: str, *, seconds: float) -> Any:
        """Return a client of a service whose every call ends within so many seconds."""
        return Hurried(self.client(service, HURRIED), seconds=seconds)


class Hurried:
    """A client whose calls end in time whatever hangs.

    botocore's own timeouts do not bound a call: they begin anew for each address that a name has
    and for each piece of an answer, and none covers the name server.
    """

    def __init__(self, client: Any, *, seconds: float) -> None:
        """Take the client, and how long a call of it may take."""
        self._client = client
        self._seconds = seconds
        # One for each worker below, and as many for calls that were given up and still hang.
        self._pool = ThreadPoolExecutor(2 * _WORKERS)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a call of the client; one that takes too long raises a BotoCoreError."""
        operation = getattr(self._client, name)

        def call(**parameters: Any) -> Any:
            future = self._pool.submit(operation, **parameters)
            try:
                return future.result(self._seconds)
            except TimeoutError:
                future.cancel()
                raise ReadTimeoutError(endpoint_url=name) from None

        return call


class Secret:
    """A secret that is read often and changes seldom; an outage shows only when none was read."""

    def __init__(
        self,
        client: Any,
        name: str,
        *,
        max_age: float = 300.0,
        fresh_every: float = 0.0,
        remembers: bool = True,
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
            remembers: whether what was read before will do in an outage; it will not where another
                copy may have changed it since, as with a refresh token.
            clock: seconds that only go forward.
        """
        self.name = name
        self._client = client
        self._max_age = max_age
        self._fresh_every = fresh_every
        self._remembers = remembers
        self._clock = clock
        self._text: str | None = None
        self._asked_at = float("-inf")
        self._fresh_left, self._fresh_counted_at = float(_FRESH_READS), clock()

    def read(self, *, fresh: bool = False) -> str:
        """Return the secret's text.

        Raises:
            UnavailableError: it cannot be had, and nothing was read before that would do.
        """
        now = self._clock()
        wanted = self._may_ask(now) if fresh else now >= self._asked_at + self._max_age
        if self._text is not None and not wanted:
            return self._text
        self._asked_at = now
        try:
            answer = self._client.get_secret_value(SecretId=self.name)
        except (ClientError, BotoCoreError) as error:
            if self._text is None or not self._remembers:
                reason = reason_of(error)
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
        """Put a new version of the secret.

        Raises:
            UnavailableError: it was not taken, as far as is known.
        """
        try:
            self._client.put_secret_value(SecretId=self.name, SecretString=text)
        except (ClientError, BotoCoreError) as error:
            raise UnavailableError(
                f"The secret {self.name} cannot be written: {reason_of(error)}."
            ) from None
        self._text = text


class SecretHistory:
    """When a secret was put; its content is not read."""

    def __init__(self, client: Any, name: str) -> None:
        """Name the secret."""
        self._client = client
        self._name = name

    def put_at(self) -> datetime | None:
        """Return when what it holds was put, or None while it holds what it was deployed with.

        Of its versions, since its own date changes with its tags and its description too:
        https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html

        Raises:
            UnavailableError: Secrets Manager does not answer.
        """
        try:
            versions = self._client.list_secret_version_ids(SecretId=self._name)["Versions"]
        except (ClientError, BotoCoreError) as error:
            raise UnavailableError(f"No history of {self._name}: {reason_of(error)}.") from None
        stages = {
            stage: version["CreatedDate"]
            for version in versions
            for stage in version.get("VersionStages", ())
        }
        put_at: datetime | None = stages.get("AWSCURRENT") if "AWSPREVIOUS" in stages else None
        return put_at


def reason_of(error: ClientError | BotoCoreError) -> str:
    """Return AWS's own word for a failure; its text names roles and accounts."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    return type(error).__name__


def in_parallel(work: Callable[[Any], Any], parts: Sequence[Any]) -> list[Any]:
    """Return what comes of each part, in their order; a part that fails keeps no other back."""
    if len(parts) == 1:
        return [work(parts[0])]
    with ThreadPoolExecutor(_WORKERS) as pool:
        done = [pool.submit(work, part) for part in parts]
    return [one.result() for one in done]


class Queue:
    """A queue."""

    def __init__(self, client: Any, url: str) -> None:
        """Name the queue."""
        self._client = client
        self._url = url

    def send(
        self,
        text: str,
        *,
        group: str | None = None,
        once: str | None = None,
        after: float = 0,
        reason: str | None = None,
    ) -> None:
        """Put a message on the queue.

        Args:
            text: the message.
            group: within which a queue of the kind is first in, first out.
            once: by which such a queue knows for five minutes that it has the message; without it
                by the text.
            after: seconds after which it can be seen, 900 at the most.
            reason: why it is where a person has to look at it; goes beside the text.

        Raises:
            UnavailableError: the queue did not take it, as far as is known.
        """
        said: dict[str, Any] = {"MessageGroupId": group} if group else {}
        if once:
            said["MessageDeduplicationId"] = once
        if after:
            said["DelaySeconds"] = math.ceil(after)
        if reason:
            attribute = {"DataType": "String", "StringValue": reason}
            said["MessageAttributes"] = {"reason": attribute}
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=text, **said)
        except (ClientError, BotoCoreError) as error:
            raise UnavailableError(f"The queue takes nothing: {reason_of(error)}.") from None

    def show_again_after(self, receipt: str, seconds: float) -> None:
        """Let a message that failed come back after so many seconds, else after the queue's own."""
        with suppress(ClientError, BotoCoreError):
            self._client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=int(seconds)
            )


def refresher(client: Any, function: str) -> Callable[[str | None, float], None]:
    """Return a call that has the token function get a new token.

    It takes the fingerprint of the token that is of no use and the seconds in which the answer is
    of use, and raises what that function raises.
    """

    def refresh(refused: str | None, within: float) -> None:
        payload = json.dumps({"refused": refused}).encode()
        # Whoever waits longer than it lasts itself says nothing to its own caller.
        seconds = max(_LEAST_SECONDS, min(within, _REFRESH_SECONDS))
        try:
            result = Hurried(client, seconds=seconds).invoke(FunctionName=function, Payload=payload)
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
