# SPDX-License-Identifier: Apache-2.0
"""Xero's JSON to Python and back: amounts stay exact decimals, Microsoft dates become ISO 8601."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

# `/Date(1518685950940+0000)/`: milliseconds since 1970 in UTC; the offset is for display only.
# https://developer.xero.com/documentation/api/accounting/requests-and-responses
_MICROSOFT_DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_ZEROS: Final = 100


def read_json(text: bytes | str) -> Any:
    """Return the JSON value in `text` with exact decimals and ISO 8601 dates.

    Raises:
        ValueError: the text is not JSON.
    """
    try:
        return json.loads(
            text, parse_float=Decimal, parse_constant=_refuse, object_hook=_with_iso_dates
        )
    except (InvalidOperation, RecursionError):
        raise ValueError("a number or a nesting is beyond what can be held") from None


def to_json(value: Any) -> str:
    """Return `value` as JSON text in which every decimal keeps all its digits.

    The standard library can write a decimal only as a binary float or as a string.

    Raises:
        TypeError: the value holds something JSON has no form for.
    """
    if isinstance(value, Decimal):
        # Few characters can stand for a number of gigabytes; such a one keeps its exponent.
        return format(value, "f") if abs(value.adjusted()) <= _MOST_ZEROS else str(value)
    if isinstance(value, dict):
        members = (f"{json.dumps(str(key))}:{to_json(item)}" for key, item in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(to_json, value)) + "]"
    if isinstance(value, datetime):
        return json.dumps(iso(value))
    if isinstance(value, date | UUID):
        return json.dumps(str(value))
    return json.dumps(value)


def read_moment(text: str) -> datetime:
    """Return a moment in UTC, which is also what a text without a zone means: Xero sends such.

    Raises:
        OverflowError: it is beyond what can be held.
        TypeError: it is no text.
        ValueError: it is no moment.
    """
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def iso(moment: datetime) -> str:
    """Return an aware moment as ISO 8601 in UTC, with milliseconds only where there are some."""
    utc = moment.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds" if utc.microsecond else "seconds").replace(
        "+00:00", "Z"
    )


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _with_iso_dates(document: dict[str, Any]) -> dict[str, Any]:
    for name, value in document.items():
        # In any other field it is what somebody wrote.
        is_date = "Date" in name or name.endswith("UTC")
        if is_date and isinstance(value, str) and (found := _MICROSOFT_DATE.fullmatch(value)):
            try:
                moment = _EPOCH + timedelta(milliseconds=int(found[1]))
            except OverflowError:
                continue
            # Document dates are calendar dates at midnight UTC: turning them through any zone
            # would shift a day. Only the names that end in UTC are moments.
            calendar = moment.time() == _EPOCH.time() and not name.endswith("UTC")
            document[name] = moment.date().isoformat() if calendar else iso(moment)
    return document
