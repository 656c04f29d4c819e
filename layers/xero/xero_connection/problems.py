# SPDX-License-Identifier: Apache-2.0
"""The things a person has to see to: what each is called, when it is told, what to do. No I/O.

Whether there is one is decided in `alarms`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One thing that can be wrong."""

    name: str
    resource: str
    """What it is of; with the name, the id of its trigger."""
    summary: str
    """When it fires, as the end of "Fires when"."""
    advice: str
    """What to do."""

    @property
    def id(self) -> str:
        """The id of its trigger."""
        return f"{self.resource}/{self.name}"


_KINDS: Final = (
    Kind(
        name="refresh_failing",
        resource="connections",
        summary="the token can no longer be renewed, for another reason than a revoked consent",
        advice=(
            "Run `xero-connection check`: it says whether Xero, the network or the credential is "
            "in the way. While Xero is out there is nothing to be done."
        ),
    ),
    Kind(
        name="connection_revoked",
        resource="connections",
        summary="Xero refuses the consent that the connection was given",
        advice="Connect again with `xero-connection connect`.",
    ),
    Kind(
        name="token_expiring",
        resource="connections",
        summary="a token that a person supplied ends in 14, in 7 or in one day, or has ended",
        advice=(
            "Supply a new one with `xero-connection connect`, or connect an app there whose token "
            "renews itself."
        ),
    ),
    Kind(
        name="organisation_disconnected",
        resource="connections",
        summary="an organisation is connected no more",
        advice=(
            "Connect it again with `xero-connection connect`; where it was disconnected on purpose "
            "there is nothing to be done."
        ),
    ),
    Kind(
        name="webhook_silent",
        resource="webhooks",
        summary="a change was found by a sweep alone, of a kind that webhooks told of before",
        advice=(
            "Look into Xero's developer portal whether the webhook is still on, and start it again "
            "with `xero-connection webhook`. Sweeps find the changes meanwhile, later."
        ),
    ),
    Kind(
        name="webhook_failing",
        resource="webhooks",
        summary="deliveries come with wrong signatures, and none with a right one",
        advice=(
            "Where the webhook key was changed at Xero, put the new one with `xero-connection "
            "webhook`. Else somebody else is knocking, and nothing of theirs gets in."
        ),
    ),
    Kind(
        name="intent_to_receive_due",
        resource="webhooks",
        summary="a webhook key was put, and nothing signed with it has come",
        advice=(
            "Send the intent to receive from Xero's developer portal; `xero-connection webhook` "
            "waits for it, and says why it failed."
        ),
    ),
)
PROBLEMS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in _KINDS}
"""By their names."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something that is wrong now."""

    kind: Kind
    message: str
    since: datetime
    about: str = ""
    """Of which of several it is, where there can be several."""
    stage: str = ""
    """It is said again when this changes."""
    opens: bool = True
    """Whether it is worth saying where it was not said before."""
    data: Mapping[str, Any] = field(default_factory=dict)
