# SPDX-License-Identifier: Apache-2.0
"""Messages as they travel: requests, responses, JSON, Xero's dates. Leaves meaning to others."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Document = dict[str, Any]
"""A record under Xero's field names; money is Decimal, dates are date or datetime."""

ZERO_ID = "00000000-0000-0000-0000-000000000000"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSOFT_DATE = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it arrived; header names are lower case. Secrets stay out of the repr."""

    method: str
    path: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    @classmethod
    def build(
        cls, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes
    ) -> Request:
        """Make a request from its target (path and query, or a whole URL)."""
        parts = urlsplit(target)
        return cls(
            method=method.upper(),
            path=parts.path,
            query=parse_qs(parts.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in headers},
            body=body,
        )

    def header(self, name: str) -> str:
        """Return the header's value, empty where it was not sent."""
        return self.headers.get(name.lower(), "").strip()

    def param(self, name: str) -> str:
        """Return a query parameter's first value, empty where absent; names ignore case."""
        for key, values in self.query.items():
            if key.lower() == name.lower():
                return values[0]
        return ""

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Read a query parameter as a boolean."""
        return self.param(name).lower() == "true" if self.param(name) else default

    def values(self, name: str) -> list[str]:
        """Read a query parameter as a comma-separated list."""
        return [part.strip() for part in self.param(name).split(",") if part.strip()]


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, and how the transport is to treat it.

    `delay` is in seconds; `cut` means that the connection is closed without an answer.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    delay: float = 0.0
    cut: bool = False


def new_id() -> str:
    """Return a fresh GUID."""
    return str(uuid.uuid4())


def is_id(text: str) -> bool:
    """Tell whether the text is a GUID."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def to_json(value: Any) -> bytes:
    """Write JSON as Xero does: dates as /Date(…)/, money as plain numbers.

    A Decimal goes through float, whose shortest form is exact up to 15 significant digits.
    """
    return json.dumps(value, default=_native, separators=(",", ":")).encode()


def from_json(body: bytes) -> Any:
    """Read JSON with exact numbers.

    Raises:
        ValueError: the body is not JSON.
    """
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _native(value: object) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return microsoft_date(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def as_moment(value: date) -> datetime:
    """Return the value as a time: a calendar date is its midnight in UTC."""
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


def microsoft_date(value: date) -> str:
    """Spell a time, or a calendar date, as /Date(milliseconds+0000)/."""
    return f"/Date({(as_moment(value) - _EPOCH) // timedelta(milliseconds=1)}+0000)/"


def iso_seconds(value: date) -> str:
    """Spell as Xero's ...String fields do, without zone: 2026-11-22T00:00:00."""
    return as_moment(value).strftime("%Y-%m-%dT%H:%M:%S")


def read_date(text: object) -> date:
    """Read a calendar date in any of the forms Xero takes.

    Raises:
        ValueError: it is none of them.
    """
    if not isinstance(text, str):
        raise ValueError("a date is text")  # noqa: TRY004 - one error for every bad date
    if match := _MICROSOFT_DATE.fullmatch(text):
        try:
            return (_EPOCH + timedelta(milliseconds=int(match[1]))).date()
        except OverflowError as error:
            raise ValueError("a date out of range") from error
    return datetime.fromisoformat(text).date()


def read_moment(text: str) -> datetime | None:
    """Read a time, ISO 8601, an HTTP date or /Date(…)/; None where it is none of them."""
    for reader in (_read_milliseconds, datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = reader(text)
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _read_milliseconds(text: str) -> datetime:
    match = _MICROSOFT_DATE.fullmatch(text)
    if match is None:
        raise ValueError("not a /Date(…)/")
    return _EPOCH + timedelta(milliseconds=int(match[1]))
