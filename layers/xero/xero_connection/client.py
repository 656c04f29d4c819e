# SPDX-License-Identifier: Apache-2.0
"""What is said to Xero and what its answers mean, as values; sending is left to `http`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from xero_connection.documents import read_json
from xero_connection.errors import (
    DisconnectedError,
    IdempotencyError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    ScopeError,
    UnavailableError,
    ValidationError,
    XeroConnectionError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Where each API lives under the origin. https://developer.xero.com/documentation/api
API_PATHS: Final = {"accounting": "/api.xro/2.0", "identity": ""}

_WITHOUT_CONTENT: Final = frozenset({204, 304})

PDF: Final = "application/pdf"
JSON: Final = "application/json"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One call to Xero, without what every call carries (origin, token, organisation)."""

    method: str
    path: str
    api: str = "accounting"
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Any = field(default=None, repr=False)
    accept: str = JSON
    each: bool = False
    """Whether documents that Xero refuses are part of the answer and not an error."""

    @property
    def writes(self) -> bool:
        """Whether the call may change something in Xero."""
        return self.method != "GET"


@dataclass(frozen=True, kw_only=True)
class Response:
    """What came back; header names are lower-case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class NoAnswerError(Exception):
    """The call ended without an answer; `sent` says whether Xero may have received it."""

    def __init__(self, *, sent: bool) -> None:
        """Keep whether the request may have reached Xero."""
        super().__init__("no answer from Xero")
        self.sent = sent


class TokenRefusedError(Exception):
    """Xero answered 401: the token is expired, revoked or of another app."""


def read_answer(request: Request, response: Response) -> Any:
    """Return the document that Xero answered, or the PDF's bytes where one was asked for.

    Raises:
        TokenRefusedError: the token is not accepted; another one may be.
        XeroConnectionError: the error that Xero's answer means.
    """
    if response.status >= 400:  # noqa: PLR2004 - HTTP's own line between success and failure
        raise _error(request, response)
    if response.status in _WITHOUT_CONTENT:
        return {}
    # An empty body, or a redirection, would otherwise pass for an empty list.
    if response.status >= 300 or not response.body.strip():  # noqa: PLR2004 - HTTP's line
        raise unexpected(request)
    if request.accept == PDF:
        return response.body
    try:
        document = read_json(response.body)
    except ValueError:
        raise unexpected(request) from None
    if request.each:
        return document
    if isinstance(document, dict) and (problems := _element_problems(document)):
        # With summarizeErrors=false Xero answers 200 and says per element what it refused.
        raise ValidationError("Xero refused the document.", details={"messages": problems})
    return document


def no_answer(request: Request, *, sent: bool) -> XeroConnectionError:
    """Return what a call without an answer means for whoever asked."""
    if request.writes and sent:
        return OutcomeUnknownError(
            f"Xero's answer to {request.method} {request.path} never came; "
            "it may or may not have been carried out."
        )
    return UnavailableError("Xero could not be reached.")


def unexpected(request: Request) -> XeroConnectionError:
    """Return what an answer that is not what Xero documents means for whoever asked."""
    if request.writes:
        return no_answer(request, sent=True)
    return UnavailableError("Xero answered something else than it documents.")


def remaining(response: Response) -> dict[str, int]:
    """Return the calls left this minute and today, as far as Xero said.

    https://developer.xero.com/documentation/guides/oauth2/limits
    """
    names = {
        "minute_remaining": "x-minlimit-remaining",
        "day_remaining": "x-daylimit-remaining",
    }
    found = {ours: response.headers.get(theirs, "") for ours, theirs in names.items()}
    return {ours: int(text) for ours, text in found.items() if text.isdecimal()}


def _error(request: Request, response: Response) -> Exception:
    """Return the error that a failed status means."""
    if meaning := _MEANINGS.get(response.status):
        return meaning(request, response)
    if response.status < 500:  # noqa: PLR2004 - HTTP's line between the caller's and the server's
        return ValidationError(f"Xero refused the request with status {response.status}.")
    if request.writes:
        return no_answer(request, sent=True)
    return UnavailableError(f"Xero failed with status {response.status}.")


def _unauthorised(_: Request, response: Response) -> Exception:
    """Tell a missing scope from a token that is not accepted; both are 401 with another Detail."""
    if "AuthorizationUnsuccessful" in _detail(response) or _lacks_scope(response):
        return ScopeError("Xero refuses the call: the token lacks the scope for it.")
    return TokenRefusedError()


def _forbidden(_: Request, response: Response) -> Exception:
    if _lacks_scope(response):
        return ScopeError("Xero refuses the call: the token lacks the scope for it.")
    return DisconnectedError("Xero refuses this organisation to the app.")


def _not_found(request: Request, _: Response) -> Exception:
    return NotFoundError(f"Xero has nothing at {request.path}.")


def _offline(_: Request, __: Response) -> Exception:
    return UnavailableError("Xero, or the organisation, is offline.", retry_after=30)


def _refused(_: Request, response: Response) -> Exception:
    document = _json_or_empty(response)
    message = str(document.get("Message") or document.get("Detail") or "Xero refused the request.")
    if "different request" in message:
        return IdempotencyError("Xero has seen this idempotency key with another request.")
    problems = _element_problems(document) or [{"index": 0, "messages": [message]}]
    details: dict[str, Any] = {"messages": problems}
    if isinstance(document.get("ErrorNumber"), int):
        details["error_number"] = document["ErrorNumber"]
    return ValidationError("Xero refused the request: see details.messages.", details=details)


def _element_problems(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return Xero's messages per element, from either of the two places it puts them in."""
    elements = document.get("Elements")
    if not isinstance(elements, list):
        elements = next((value for value in document.values() if isinstance(value, list)), [])
        elements = [element if _refused_element(element) else None for element in elements]
    found = []
    for index, element in enumerate(elements):
        if messages := element_messages(element):
            found.append({"index": index, "messages": messages})
    return found


def element_messages(element: Any) -> list[str]:
    """Return Xero's messages about a document it refused, and about the parts in it."""
    try:
        return _messages(element)
    except RecursionError:
        return ["Xero's messages are nested too deeply to be read."]


def _refused_element(element: Any) -> bool:
    return isinstance(element, dict) and element.get("StatusAttributeString") == "ERROR"


def _messages(element: Any) -> list[str]:
    """Return the messages of an element and of the parts in it, in order."""
    if isinstance(element, list):
        return [message for part in element for message in _messages(part)]
    if not isinstance(element, dict):
        return []
    own = [
        str(problem.get("Message"))
        for problem in _listed(element.get("ValidationErrors"))
        if isinstance(problem, dict)
    ]
    nested = [
        message
        for name, part in element.items()
        if name not in {"ValidationErrors", "Warnings"}
        for message in _messages(part)
    ]
    return list(dict.fromkeys(own + nested))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _rate_limited(_: Request, response: Response) -> Exception:
    """Read which limit is used up; the values differ in case and form between Xero's APIs."""
    problem = response.headers.get("x-rate-limit-problem", "").lower()
    prefixes = {"app": "app", "da": "day", "con": "concurrent"}
    limit = next((ours for start, ours in prefixes.items() if problem.startswith(start)), "minute")
    text = response.headers.get("retry-after", "")
    # Xero sends no Retry-After with the concurrent limit: a slot is free within a second or two.
    retry_after = float(text) if text.isdecimal() else (1.0 if limit == "concurrent" else 60.0)
    return RateLimitedError(
        f"Xero's {limit} limit is used up.",
        retry_after=retry_after,
        details={"limit": limit},
    )


def _detail(response: Response) -> str:
    return str(_json_or_empty(response).get("Detail", ""))


def _lacks_scope(response: Response) -> bool:
    return "insufficient_scope" in response.headers.get("www-authenticate", "")


def _json_or_empty(response: Response) -> Mapping[str, Any]:
    """Read an error's body; 404 is plain text and gateways answer HTML."""
    try:
        document = read_json(response.body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


# https://developer.xero.com/documentation/api/accounting/responsecodes
_MEANINGS: Final[Mapping[int, Callable[[Request, Response], Exception]]] = {
    400: _refused,
    401: _unauthorised,
    403: _forbidden,
    404: _not_found,
    429: _rate_limited,
    503: _offline,
}
