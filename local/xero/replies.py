# SPDX-License-Identifier: Apache-2.0
"""The shapes of Xero's answers, good and bad. Leaves to others when each is given."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from local.xero.wire import Response, new_id, to_json

if TYPE_CHECKING:
    from local.xero.wire import Document

JSON = {"Content-Type": "application/json; charset=utf-8"}


class XeroError(Exception):
    """A request ends here with the answer it carries."""

    def __init__(self, response: Response) -> None:
        """Keep the answer."""
        super().__init__(f"HTTP {response.status}")
        self.response = response


class ValidationError(Exception):
    """One element of a request breaks Xero's rules; the messages say how."""

    def __init__(self, *messages: str) -> None:
        """Keep the messages."""
        super().__init__("; ".join(messages))
        self.messages = messages


def json_reply(value: Any, status: int = HTTPStatus.OK) -> Response:
    """Answer with a JSON body."""
    return Response(status, JSON, to_json(value))


def text_reply(status: int, text: str, content_type: str = "text/plain") -> Response:
    """Answer with text."""
    return Response(status, {"Content-Type": f"{content_type}; charset=utf-8"}, text.encode())


def not_found() -> Response:
    """Answer as Xero does for an unknown path, method or id: plain text, not JSON."""
    return text_reply(HTTPStatus.NOT_FOUND, "The resource you're looking for cannot be found")


def refused(status: HTTPStatus, detail: str) -> Response:
    """Answer 401 or 403 in the shape Xero's gateway uses."""
    problem: Document = {
        "Type": None,
        "Title": status.phrase,
        "Status": int(status),
        "Detail": detail,
        "Instance": new_id(),
        "Extensions": {},
    }
    return json_reply(problem, status)


def api_exception(
    number: int, kind: str, message: str, elements: list[Document] | None = None
) -> Response:
    """Answer 400 in the accounting API's shape."""
    body: Document = {"ErrorNumber": number, "Type": kind, "Message": message}
    if elements is not None:
        body["Elements"] = elements
    return json_reply(body, HTTPStatus.BAD_REQUEST)


def validation_exception(elements: list[Document]) -> Response:
    """Answer 400 with the elements that failed."""
    return api_exception(10, "ValidationException", "A validation exception occurred", elements)


def post_data_invalid(reason: str) -> XeroError:
    """Make the error for a body that cannot be read into Xero's types."""
    return XeroError(api_exception(14, "PostDataInvalidException", reason))


def query_parse_error(reason: str) -> XeroError:
    """Make the error for a `where` or `order` that cannot be read."""
    return XeroError(api_exception(16, "QueryParseException", reason))
