# SPDX-License-Identifier: Apache-2.0
"""What each function is told through its environment; a variable is its field's name in capitals.

Plain dataclasses, because the webhook function does without pydantic.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

API_URL = "https://api.xero.com"
IDENTITY_URL = "https://identity.xero.com"


@dataclass(frozen=True, kw_only=True)
class WebhookSettings:
    """What `webhook` is told."""

    bus_name: str
    webhook_key_secret: str
    backlog_queue_url: str
    backlog_dead_letter_queue_url: str
    table_name: str


@dataclass(frozen=True, kw_only=True)
class CallerSettings:
    """What every function is told that calls Xero's API."""

    token_secret: str
    """The secret of the token that is the function's to use."""
    token_function: str
    table_name: str
    xero_api_url: str = API_URL


@dataclass(frozen=True, kw_only=True)
class QuerySettings(CallerSettings):
    """What `query` is told."""

    files_days: int
    files_bucket: str = ""
    """Empty where the stack keeps no files."""


@dataclass(frozen=True, kw_only=True)
class ActionSettings(CallerSettings):
    """What `action` is told."""

    bus_name: str
    request_queue_url: str
    request_max_receives: int
    outcome_hours: int
    raw_writes: str
    """`true` where guarded operations may be carried out."""
    files_bucket: str = ""
    """Empty where the stack keeps no files."""


@dataclass(frozen=True, kw_only=True)
class TokenSettings:
    """What `token` is told."""

    credential_secret: str
    token_secret: str
    read_token_secret: str
    table_name: str
    xero_api_url: str = API_URL
    xero_identity_url: str = IDENTITY_URL


@dataclass(frozen=True, kw_only=True)
class RecordSettings(CallerSettings):
    """What `record` is told."""

    bus_name: str
    record_dead_letter_queue_url: str


@dataclass(frozen=True, kw_only=True)
class SweepSettings(CallerSettings):
    """What `sweep` is told."""

    record_queue_url: str
    sweep_resources: str


@dataclass(frozen=True, kw_only=True)
class WatchSettings:
    """What `watch` is told."""

    bus_name: str
    table_name: str
    webhook_key_secret: str


Settings = TypeVar(
    "Settings",
    WebhookSettings,
    QuerySettings,
    ActionSettings,
    TokenSettings,
    RecordSettings,
    SweepSettings,
    WatchSettings,
)


def read_settings(kind: type[Settings], environment: Mapping[str, str]) -> Settings:
    """Return a function's settings.

    Raises:
        RuntimeError: a variable is missing or not a number; the message names it.
    """
    values: dict[str, Any] = {}
    for field in fields(kind):
        variable = field.name.upper()
        if text := environment.get(variable):
            values[field.name] = _number(variable, text) if field.type == "int" else text
        elif field.default is MISSING:
            raise RuntimeError(f"the environment variable {variable} is not set")
    return kind(**values)


def _number(variable: str, text: str) -> int:
    if not text.isdecimal():
        raise RuntimeError(f"the environment variable {variable} is not a whole number")
    return int(text)
