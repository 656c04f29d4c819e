# SPDX-License-Identifier: Apache-2.0
"""What can go wrong, sorted by who must do what.

XeroConnectionError
├── RequestError                the caller changes the request
│   ├── UnknownOperationError       no such operation, or it belongs to the other function
│   ├── InputError                  the invocation does not fit the operation's input
│   ├── ValidationError             Xero refused the content; its messages are in `details`
│   ├── NotFoundError               Xero has no such record
│   ├── TenantError                 which organisation is meant is not clear
│   ├── ResponseTooLargeError       the answer does not fit into a Lambda response
│   └── IdempotencyError            the idempotency key was used for another request
├── ConnectionBrokenError       the owner repairs the connection
│   ├── CredentialError             a secret is empty, malformed or no longer accepted
│   ├── ScopeError                  the token lacks a scope
│   └── DisconnectedError           the organisation is not connected to the app any more
├── TemporaryError              anyone waits and repeats
│   ├── RateLimitedError            one of Xero's limits is used up
│   └── UnavailableError            Xero or the way to it is down
└── OutcomeUnknownError         nobody knows: a write whose answer never came

Each carries what a program needs to go on; none ever carries a token, a secret or a record. Only
Xero's own words in a ValidationError may repeat a name from the request.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


class XeroConnectionError(Exception):
    """Every error of the connection; its text is the error object as JSON."""

    code: ClassVar[str]
    retryable: ClassVar[bool] = False
    advice: str

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        details: Mapping[str, Any] | None = None,
        advice: str | None = None,
    ) -> None:
        """Keep the message for a person and the data for a program.

        Args:
            message: what happened and what to change, in one or two sentences.
            retry_after: seconds to wait before asking again, where that is known.
            details: data about the failure; never a secret, a token or a record.
            advice: what an agent should do next, where the class's own advice is too general.
        """
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after
        self.details = dict(details or {})
        if advice is not None:
            self.advice = advice

    def as_dict(self) -> dict[str, Any]:
        """Return the error object that answers and result events carry."""
        return {
            "type": type(self).__name__,
            "code": self.code,
            "message": self.message,
            "retryable": self.retryable,
            "retry_after": self.retry_after,
            "details": self.details,
            "advice": self.advice,
        }

    def __str__(self) -> str:
        """Return the error object as JSON: Lambda makes this the invocation's `errorMessage`."""
        return json.dumps(self.as_dict(), ensure_ascii=False)


class RequestError(XeroConnectionError):
    """The caller changes the request; the same request would fail again."""


class UnknownOperationError(RequestError):
    """There is no such operation here; `details.suggestions` names the nearest."""

    code = "unknown_operation"
    advice = "Choose an operation from the catalogue and invoke the function that serves its kind."


class InputError(RequestError):
    """The invocation does not fit the operation; `details.problems` says where and why."""

    code = "invalid_input"
    advice = "Correct the fields named in details.problems and ask again."

    @classmethod
    def at(
        cls,
        path: str,
        why: str,
        *,
        suggestion: str | None = None,
        details: Mapping[str, Any] | None = None,
        advice: str | None = None,
    ) -> Self:
        """Return the error of one field.

        Args:
            path: the field's, from the top of the invocation.
            why: what is wrong with it, without a full stop.
            suggestion: what was probably meant.
            details: more data beside `problems`.
            advice: as of every error.
        """
        problem = {"path": path, "message": why}
        hint = ""
        if suggestion is not None:
            problem["suggestion"] = suggestion
            hint = f" Did you mean {suggestion}?"
        return cls(
            f"{path}: {why}.{hint}",
            details={"problems": [problem], **(details or {})},
            advice=advice,
        )


class ValidationError(RequestError):
    """Xero refused the content; `details.messages` holds Xero's own words per element."""

    code = "refused_by_xero"
    advice = "Read details.messages, correct the document and ask again; the same key will do."


class NotFoundError(RequestError):
    """Xero has no record with this id in this organisation."""

    code = "not_found"
    advice = "Look the record up with a list or find operation in the same organisation."


class TenantError(RequestError):
    """The organisation is unknown, or several are connected and none was named."""

    code = "tenant"
    advice = "Pass tenant_id with the id or the exact name of a connected organisation."


class ResponseTooLargeError(RequestError):
    """The answer is larger than Lambda may return (6 MB)."""

    code = "response_too_large"
    advice = "Ask for fewer records with page_size, or for fewer fields with fields."


class IdempotencyError(RequestError):
    """The idempotency key was used for a different request."""

    code = "idempotency_key_reused"
    advice = "Use a new idempotency key for a new request, or repeat the first request unchanged."


class ConnectionBrokenError(XeroConnectionError):
    """The owner of the connection repairs it; no caller can."""


class CredentialError(ConnectionBrokenError):
    """A secret is empty, malformed or refused; the message names it and what to put in it."""

    code = "credential"
    advice = "Tell the owner of the connection what the message says; do not retry before."


class ScopeError(ConnectionBrokenError):
    """The token lacks a scope; `details.scopes` names those that would do."""

    code = "scope"
    advice = "Ask the owner to grant one of details.scopes to the Xero app and to consent again."


class DisconnectedError(ConnectionBrokenError):
    """The organisation has disconnected the app, or the user behind it lost access."""

    code = "disconnected"
    advice = "Ask the owner to connect the organisation to the Xero app again."


class TemporaryError(XeroConnectionError):
    """Anyone waits and repeats the same request."""

    retryable = True


class RateLimitedError(TemporaryError):
    """A limit of Xero's is used up; `details.limit` is minute, day, app or concurrent."""

    code = "rate_limited"
    advice = "Wait retry_after seconds and repeat the same request with the same idempotency key."


class UnavailableError(TemporaryError):
    """Xero, or the way to it, is down; nothing was changed."""

    code = "unavailable"
    advice = "Repeat the same request with the same idempotency key in a minute."


class OutcomeUnknownError(XeroConnectionError):
    """A write was sent and its answer never came; `details.idempotency_key` asks again."""

    code = "outcome_unknown"
    advice = (
        "Ask the very same again with details.idempotency_key after retry_after seconds: what was "
        "done is found out then. Never repeat it with a new key."
    )


def error_from(document: Mapping[str, Any]) -> XeroConnectionError:
    """Return the error that another function of the connection has raised."""
    kinds = {kind.__name__: kind for kind in _leaves(XeroConnectionError)}
    return kinds.get(str(document.get("type")), UnavailableError)(
        str(document.get("message", "Another function of the connection failed.")),
        retry_after=document.get("retry_after"),
        details=document.get("details"),
        advice=document.get("advice"),
    )


def _leaves(kind: type[XeroConnectionError]) -> list[type[XeroConnectionError]]:
    below = [leaf for child in kind.__subclasses__() for leaf in _leaves(child)]
    return below or [kind]
