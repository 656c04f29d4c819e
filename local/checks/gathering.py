# SPDX-License-Identifier: Apache-2.0
"""Gathers what a stack is judged by: all at once, each with its own time and its own failure."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import requests
from botocore.exceptions import BotoCoreError, ClientError

from local.checks import reading
from local.checks.connection import connected
from local.checks.facts import Facts, Invoked, Read, UnreadError
from local.deployed import Place
from local.problems import Problem

T = TypeVar("T")

AWS_SECONDS = 15.0
INVOKED_SECONDS = 35.0
"""A cold start, and the 30 seconds that a function has."""
_FUNCTIONS = {"query", "token", "webhook"}
_SECRETS = {"credential", "token", "webhook_key"}
_EXPECTED = (
    BotoCoreError,
    ClientError,
    UnreadError,
    OSError,
    LookupError,
    ValueError,
)


def gather(place: Place) -> Facts:
    """Return what is known of a stack; what cannot be read says so.

    Raises:
        Problem: it is of a version that knows nothing of what is judged.
    """
    if not (place.functions.keys() >= _FUNCTIONS and place.secrets.keys() >= _SECRETS):
        raise Problem(f"{place.name} is of an older version: deploy it again first.")
    cloudwatch, dynamodb, events, lambdas, manager, sqs, formation = (
        place.client(service)
        for service in (
            "cloudwatch",
            "dynamodb",
            "events",
            "lambda",
            "secretsmanager",
            "sqs",
            "cloudformation",
        )
    )

    def invoked(function: str, payload: Any) -> Callable[[], Read[Invoked]]:
        name = place.functions[function]
        return _apart(lambda: reading.invoked(lambdas, name, payload), INVOKED_SECONDS)

    starts = {
        name: invoked(name, payload)
        for name, payload in reading.HARMLESS.items()
        if name in place.functions
    }
    stack = _apart(lambda: reading.stack_status(formation, place.stack_name))
    sources = _apart(lambda: reading.sources(formation, lambdas, place.stack_name))
    rules = _apart(lambda: reading.rules(formation, events, place))
    functions = _each(place.functions, lambda name: reading.function(lambdas, name))
    secrets = _each(place.secrets, lambda one: reading.secret(manager, one))
    queues = _each(place.queues, lambda url: reading.messages(sqs, url))
    rows = _apart(lambda: reading.rows(dynamodb, place.table))
    metrics = _apart(lambda: reading.metrics(cloudwatch, place))
    address = _apart(lambda: reading.probe(place.webhook_url))
    skew = _apart(lambda: reading.skew(formation, place.stack_name))
    query = starts["query"]()
    tenants = list(connected(query.value or Invoked()))
    organisations = {one: invoked("query", reading.about(one)) for one in tenants}
    asked = {one: wait() for one, wait in organisations.items()}
    left = _apart(lambda: reading.left(dynamodb, place.table, tenants))
    return Facts(
        now=datetime.now(UTC),
        option=place.option,
        stack=stack(),
        functions={name: wait() for name, wait in functions.items()},
        sources=sources(),
        rules=rules(),
        starts={name: wait() for name, wait in starts.items()},
        organisations=asked,
        secrets={name: wait() for name, wait in secrets.items()},
        rows=rows(),
        left=left(),
        queues={name: wait() for name, wait in queues.items()},
        metrics=metrics(),
        address=address(),
        skew=skew(),
    )


def _each(named: Mapping[str, str], read: Callable[[str], T]) -> dict[str, Callable[[], Read[T]]]:
    return {name: _apart(partial(read, one)) for name, one in named.items()}


def _apart(work: Callable[[], T], seconds: float = AWS_SECONDS) -> Callable[[], Read[T]]:
    """Begin to read something, and return what waits for it.

    A thread that hangs is left behind: nobody waits for it, not even the end of the program.
    """
    done: list[Read[T]] = []

    def run() -> None:
        try:
            done.append(Read(work()))
        except requests.RequestException as error:
            # Its text is the library's, with objects and addresses of its own.
            done.append(Read(problem=f"no answer from there ({type(error).__name__})"))
        except _EXPECTED as error:
            done.append(Read(problem=str(error).strip(". ") or type(error).__name__))

    end = time.monotonic() + seconds
    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def wait() -> Read[T]:
        thread.join(max(0.0, end - time.monotonic()))
        return done[0] if done else Read(problem=f"no answer within {seconds:g} seconds")

    return wait
