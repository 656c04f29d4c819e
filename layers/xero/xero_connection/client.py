# SPDX-License-Identifier: Apache-2.0
"""What is said to Xero and what comes back, as values.

Sending is left to `http`, what an answer means to `meanings`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# Where each API lives under the origin. https://developer.xero.com/documentation/api
API_PATHS: Final = {
    "accounting": "/api.xro/2.0",
    "assets": "/assets.xro/1.0",
    "bankfeeds": "/bankfeeds.xro/1.0",
    "files": "/files.xro/1.0",
    "finance": "/finance.xro/1.0",
    "identity": "",
    "payroll_au": "/payroll.xro/1.0",
    # Australia's second version, New Zealand and the United Kingdom.
    "payroll": "/payroll.xro/2.0",
    "projects": "/projects.xro/2.0",
}

PDF: Final = "application/pdf"
JSON: Final = "application/json"
BYTES: Final = "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class File:
    """What is sent as the bytes that it is."""

    content: bytes = field(repr=False)
    content_type: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """One call to Xero, without what every call carries (origin, token, organisation)."""

    method: str
    path: str
    api: str = "accounting"
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Any = field(default=None, repr=False)
    """A document, or a `File`."""
    accept: str = JSON
    """What is answered; the bytes of anything but JSON are not read."""
    each: bool = False
    """Whether the errors of a document's elements are the caller's to read (`element_messages`)."""

    @property
    def writes(self) -> bool:
        """Whether the call may change something in Xero."""
        return self.method != "GET"

    @property
    def keyed(self) -> bool:
        """Whether Xero takes an idempotency key with it.

        What was deleted is not there to be deleted again: a repeat needs none.
        https://developer.xero.com/documentation/guides/idempotent-requests/idempotency/
        """
        return self.method in {"POST", "PUT", "PATCH"}


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
