# SPDX-License-Identifier: Apache-2.0
"""Invokes the functions that carry operations out, once each, and reads what they answer."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from xero_connection.documents import to_json

from local.calling.arguments import exactly
from local.deployed import Place
from local.problems import Problem

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_LONGEST_RUN_SECONDS = 900
# Behind the function's own time comes that of a cold start.
_MARGIN_SECONDS = 20


class NoAnswerError(Problem):
    """The function may have begun, and how it ended is not known."""


def ask(place: Place, function: str, envelope: Mapping[str, Any]) -> Any:
    """Return a function's answer to an invocation, its decimals with every digit.

    Args:
        place: the stack.
        function: `action` or `query`.
        envelope: the invocation.

    Raises:
        NoAnswerError: it was asked, and no answer came.
        Problem: the stack has no such function.
    """
    if function not in place.functions:
        raise Problem(f"There is no function {function} in {place.name}: update it first.")
    name = place.functions[function]
    # What is repeated is the person's to decide, who has the key.
    config = Config(
        retries={"total_max_attempts": 1},
        read_timeout=_seconds(place, name) + _MARGIN_SECONDS,
    )
    try:
        answer = place.client("lambda", config=config).invoke(
            FunctionName=name, Payload=to_json(envelope).encode()
        )
        text = answer["Payload"].read()
    except HTTPClientError as error:
        raise NoAnswerError(f"No answer came from {function}: {type(error).__name__}.") from error
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        raise NoAnswerError(f"No answer came from {function}: AWS says {status}.") from error
    document = exactly(text)
    if "FunctionError" in answer:
        # Its text is not the connection's own, and may hold anything.
        kind = document.get("errorType") if isinstance(document, dict) else None
        raise NoAnswerError(
            f"The function {function} ended without an answer: {kind or 'no reason given'}."
            f" The log of {name} says more."
        )
    return document


def _seconds(place: Place, name: str) -> int:
    try:
        found = place.client("lambda").get_function_configuration(FunctionName=name)
    except ClientError:
        # Who may only invoke it waits as long as any function can run.
        return _LONGEST_RUN_SECONDS
    return int(found["Timeout"])
