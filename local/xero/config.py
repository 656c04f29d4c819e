# SPDX-License-Identifier: Apache-2.0
"""What a simulated Xero is set up with, and how that is read from a file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from local.xero import zones
from local.xero.scopes import ACCOUNTING_SCOPES

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """Calls allowed: per organisation a minute, at once and a day; per app a minute."""

    minute: int = 60
    concurrent: int = 5
    day: int = 5000
    app_minute: int = 10_000


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    """One app that Xero knows, and what surrounds it. Times are in seconds."""

    client_id: str = "simulated-client"
    client_secret: str = field(default="simulated-secret", repr=False)
    scopes: tuple[str, ...] = ACCOUNTING_SCOPES
    webhook_key: str = field(default="simulated-webhook-key", repr=False)
    webhook_url: str = ""
    organisations: int = 1
    timezone: str = "UTC"
    """Xero's name of the organisations' time zone, such as NEWZEALANDSTANDARDTIME."""

    limits: Limits = Limits()
    latency: float = 0.0
    """How long each answer of the accounting API takes."""
    webhook_window: float = 0.2
    """How long changes are gathered into one delivery."""
    webhook_retry: float = 5.0
    """Time between the repeats of a failed delivery, after an immediate one; Xero's is 15 min."""

    strict_refresh: bool = False
    """An old refresh token that is used after its grace ends the whole consent, as one that was
    stolen would; Xero is not known to do so."""
    not_modified: bool = False
    """Answer 304, which some clients of Xero have seen, to an If-Modified-Since with no changes."""

    def __post_init__(self) -> None:
        """Refuse a time zone that cannot be told the time in.

        Raises:
            ValueError: see `zones.zone`.
        """
        zones.zone(self.timezone)

    @classmethod
    def load(cls, path: Path) -> SimulatorConfig:
        """Read a JSON file whose keys are this class's fields; absent ones keep their defaults.

        Raises:
            ValueError: a key is unknown, or the file is not a JSON object.
        """
        settings = json.loads(path.read_text("utf-8"))
        if not isinstance(settings, dict):
            raise ValueError("the configuration is not a JSON object")  # noqa: TRY004
        if unknown := settings.keys() - {one.name for one in fields(cls)}:
            raise ValueError(f"unknown settings: {', '.join(sorted(unknown))}")
        if "scopes" in settings:
            scopes = settings["scopes"]
            settings["scopes"] = tuple(scopes.split() if isinstance(scopes, str) else scopes)
        if "limits" in settings:
            settings["limits"] = Limits(**settings["limits"])
        settings["webhook_url"] = settings.get("webhook_url") or ""
        return cls(**settings)
