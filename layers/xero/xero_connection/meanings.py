# SPDX-License-Identifier: Apache-2.0
"""What Xero's answers mean: a document, one of our errors, and what is left of its limits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from xero_connection.client import JSON, TokenRefusedError
from xero_connection.documents import read_json
from xero_connection.errors import OutcomeUnknownError, XeroConnectionError
from xero_connection.lessons import Said
from xero_connection.retries import Came

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xero_connection.client import Request, Response

_WITHOUT_CONTENT: Final = frozenset({204, 304})


def read_answer(request: Request, response: Response) -> Any:
    """Return the document that Xero answered, or the bytes where a file was asked for.

    Raises:
        TokenRefusedError: the token is not accepted; another one may be.
        XeroConnectionError: the error that Xero's answer means.
    """
    if response.status >= 400:  # noqa: PLR2004 - HTTP's own line between success and failure
        raise _error(request, response)
    if response.status in _WITHOUT_CONTENT:
        return {}
    # A redirection, or an empty body, would otherwise pass for an empty list.
    if response.status >= 300:  # noqa: PLR2004 - HTTP's line
        raise _meaning(Came.REDIRECTED, request)
    if request.accept != JSON and response.body:
        return response.body
    if not response.body.strip():
        raise unexpected(request)
    try:
        document = read_json(response.body)
    except ValueError:
        raise unexpected(request) from None
    if request.each or not isinstance(document, dict):
        return document
    if problems := _element_problems(document):
        # With summarizeErrors=false Xero answers 200 and says per element what it refused.
        details = {"messages": problems}
        raise _meaning(Came.ELEMENTS, request, "Xero refused the document.", details=details)
    return document


def no_answer(request: Request, *, sent: bool) -> XeroConnectionError:
    """Return what a call without an answer means for whoever asked."""
    came = Came.NO_ANSWER if sent else Came.NOT_CONNECTED
    return _meaning(came, request, "Xero could not be reached.")


def unexpected(request: Request) -> XeroConnectionError:
    """Return what an answer that is not what Xero documents means for whoever asked."""
    return _meaning(Came.UNREADABLE, request)


def _meaning(
    came: Came,
    request: Request,
    message: str = "Xero answered something else than it documents.",
    **more: Any,
) -> XeroConnectionError:
    """Return the error that what came is for whoever asked."""
    kind = came.error(writes=request.writes)
    if kind is OutcomeUnknownError:
        return OutcomeUnknownError(
            f"Xero's answer to {request.method} {request.path} never came; "
            "it may or may not have been carried out."
        )
    return kind(message, **more)


def said(response: Response) -> Said:
    """Return what an answer says of Xero's limits.

    https://developer.xero.com/documentation/guides/oauth2/limits
    """
    told = Said(
        minute=_number(response, "x-minlimit-remaining"),
        day=_number(response, "x-daylimit-remaining"),
        app=_number(response, "x-appminlimit-remaining"),
    )
    if response.status != _TOO_MANY:
        return told
    came = _spent(response)
    wait = _number(response, "retry-after")
    if wait is None:
        # None comes with the concurrent limit: a slot is free within a second or two.
        wait = 1 if came is Came.CONCURRENT else 60
    return replace(told, refused=came.name.lower(), retry_after=float(wait))


def remaining(response: Response) -> dict[str, int]:
    """Return the calls left this minute and today, as far as Xero said."""
    told = said(response)
    found = {"minute_remaining": told.minute, "day_remaining": told.day}
    return {name: number for name, number in found.items() if number is not None}


def _error(request: Request, response: Response) -> Exception:
    """Return the error that a failed status means."""
    if meaning := _MEANINGS.get(response.status):
        return meaning(request, response)
    message = f"Xero refused the request with status {response.status}."
    if response.status < 500:  # noqa: PLR2004 - HTTP's line between the caller's and the server's
        return _meaning(Came.OTHERWISE, request, message)
    return _failed(Came.FAILED)(request, response)


def _failed(came: Came) -> Callable[[Request, Response], Exception]:
    """Return the reader of a failure on Xero's side."""

    def failed(request: Request, response: Response) -> Exception:
        wait = _number(response, "retry-after")
        return _meaning(
            came, request, f"Xero failed with status {response.status}.", retry_after=wait
        )

    return failed


def _not_implemented(request: Request, _: Response) -> Exception:
    return _meaning(Came.NOT_IMPLEMENTED, request, "Xero does not do this.")


def _unauthorised(request: Request, response: Response) -> Exception:
    """Tell a missing scope from a token that is not accepted; both are 401 with another Detail."""
    if "AuthorizationUnsuccessful" in _detail(response) or _lacks_scope(response):
        return _without_scope(request)
    return TokenRefusedError()


def _forbidden(request: Request, response: Response) -> Exception:
    if _lacks_scope(response):
        return _without_scope(request)
    return _meaning(Came.DISCONNECTED, request, "Xero refuses this organisation to the app.")


def _without_scope(request: Request) -> Exception:
    message = "Xero refuses the call: the token lacks the scope for it."
    return _meaning(Came.SCOPE, request, message)


def _not_found(request: Request, _: Response) -> Exception:
    return _meaning(Came.NOT_FOUND, request, f"Xero has nothing at {request.path}.")


def _refused(request: Request, response: Response) -> Exception:
    document = _json_or_empty(response)
    if not document:
        return _meaning(Came.OTHERWISE, request, "Xero refused the request.")
    message = str(document.get("Message") or document.get("Detail") or "Xero refused the request.")
    if "different request" in message:
        message = "Xero has seen this idempotency key with another request."
        return _meaning(Came.KEY_REUSED, request, message)
    problems = _element_problems(document) or [{"index": 0, "messages": [message]}]
    details: dict[str, Any] = {"messages": problems}
    if isinstance(document.get("ErrorNumber"), int):
        details["error_number"] = document["ErrorNumber"]
    message = "Xero refused the request: see details.messages."
    return _meaning(Came.REFUSED, request, message, details=details)


def _element_problems(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return Xero's messages per element, from either of the two places it puts them in."""
    elements = document.get("Elements")
    if not isinstance(elements, list):
        elements = next((value for value in document.values() if isinstance(value, list)), [])
        elements = [element if _refused_element(element) else None for element in elements]
    found = enumerate(map(element_messages, elements))
    return [{"index": index, "messages": messages} for index, messages in found if messages]


def element_messages(element: Any) -> list[str]:
    """Return Xero's messages about a document it refused, and about the parts in it."""
    try:
        return _messages(element)
    except RecursionError:
        return ["Xero's messages are nested too deeply to be read."]


def _refused_element(element: Any) -> bool:
    return isinstance(element, dict) and element.get("StatusAttributeString") == "ERROR"


def _messages(element: Any) -> list[str]:
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


def _rate_limited(request: Request, response: Response) -> Exception:
    told = said(response)
    return _meaning(
        _spent(response),
        request,
        f"Xero's {told.refused} limit is used up.",
        retry_after=told.retry_after,
        details={"limit": told.refused},
    )


def _spent(response: Response) -> Came:
    """Read which limit is used up; the values differ in case and form between Xero's APIs."""
    problem = response.headers.get("x-rate-limit-problem", "").lower()
    prefixes = {"app": Came.APP, "da": Came.DAY, "con": Came.CONCURRENT}
    return next((came for one, came in prefixes.items() if problem.startswith(one)), Came.MINUTE)


def _number(response: Response, header: str) -> int | None:
    text = response.headers.get(header, "")
    return int(text) if text.isdecimal() and len(text) < _LONGEST_NUMBER else None


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


_TOO_MANY: Final = 429
_LONGEST_NUMBER: Final = 10

# https://developer.xero.com/documentation/api/accounting/responsecodes
_MEANINGS: Final[Mapping[int, Callable[[Request, Response], Exception]]] = {
    400: _refused,
    401: _unauthorised,
    403: _forbidden,
    404: _not_found,
    408: _failed(Came.PENDING),
    409: _failed(Came.PENDING),
    425: _failed(Came.PENDING),
    _TOO_MANY: _rate_limited,
    501: _not_implemented,
    502: _failed(Came.GATEWAY),
    503: _failed(Came.OFFLINE),
    504: _failed(Came.GATEWAY),
}
