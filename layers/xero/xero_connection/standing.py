# SPDX-License-Identifier: Apache-2.0
"""How the connection stands, as the row `token#state` tells the next run and whoever watches.

No I/O. It holds no token: credentials are named by fingerprints.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from xero_connection.credentials import refusal
from xero_connection.documents import iso
from xero_connection.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.credentials import Credential
    from xero_connection.errors import XeroConnectionError
    from xero_connection.tokens import Token

STATE_KEY: Final = "token#state"
NONE: Final = "none"
SUPPLIED: Final = "supplied"
"""The kinds beside those of credentials: no token at all, and one that a person put there."""

# Somewhat longer than the schedule's pause: from one of its looks to the next, nobody else looks.
_REMEMBERED: Final = timedelta(minutes=8)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the row says; moments are ISO 8601, and empty where there is nothing to say."""

    kind: str = NONE
    refreshed_at: str = ""
    ends_at: str = ""
    """When the present token ends; empty where that is unknown."""
    failed_since: str = ""
    """The first of the present run of failures."""
    failed_at: str = ""
    code: str = ""
    reason: str = ""
    message: str = ""
    about: str = ""
    """Fingerprint of what has failed."""
    organisations: tuple[str, ...] = ()
    """Ids of those that are connected."""
    gone: tuple[str, ...] = ()
    """Ids of those that were, under the same credential."""
    read_only: bool = False
    """Whether query has a token of its own, with scopes that read."""
    credential: str = ""
    """Fingerprint of what the present token is of."""

    def as_row(self) -> dict[str, str]:
        """Return the attributes of the row."""
        return {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in asdict(self).items()
        }

    def knows(self, of: str) -> bool:
        """Return whether the organisations are those of a credential, as far as is known."""
        return self.credential in ("", of)

    def told(self, *, kind: str, of: str, token: Token, read_only: bool) -> Standing:
        """Return the standing with the present token.

        Args:
            kind: of the credential.
            of: its fingerprint.
            token: the token.
            read_only: as the field.
        """
        same = self if self.knows(of) else Standing()
        failing = self if self.about in (of, token.fingerprint) else Standing()
        standing = replace(
            failing,
            kind=kind,
            refreshed_at=self.refreshed_at,
            ends_at=iso(token.expires_at) if token.expires_at else "",
            organisations=same.organisations,
            gone=same.gone,
            read_only=read_only,
            credential=of,
        )
        if token.tenants is None:
            return standing
        now = tuple(sorted(tenant.tenant_id for tenant in token.tenants))
        before = {*same.organisations, *same.gone}
        return replace(standing, organisations=now, gone=tuple(sorted(before.difference(now))))

    def refreshed(self, *, at: datetime) -> Standing:
        """Return the standing after a success."""
        return replace(
            self,
            refreshed_at=iso(at),
            failed_since="",
            failed_at="",
            code="",
            reason="",
            message="",
            about="",
        )

    def failed(self, error: XeroConnectionError, *, about: str, at: datetime) -> Standing:
        """Return the standing after a failure."""
        goes_on = self.failed_since and self.about == about
        return replace(
            self,
            failed_since=self.failed_since if goes_on else iso(at),
            failed_at=iso(at),
            code=error.code,
            reason=str(error.details.get("reason", "")),
            message=error.message,
            about=about,
        )

    def known_failure(
        self, credential: Credential, *, name: str, came: datetime, now: datetime, by_reader: bool
    ) -> XeroConnectionError | None:
        """Return the failure that asking Xero again would only repeat.

        That is one which somebody has met since this run came, and waited, to ask the same; and,
        where a function asks, a refusal, until the schedule has looked again.

        Args:
            credential: with which Xero would be asked.
            name: of its secret.
            came: when this run began.
            now: the time.
            by_reader: whether it is a function that asks.
        """
        if not self.failed_at or self.about != credential.fingerprint:
            return None
        failed_at = datetime.fromisoformat(self.failed_at)
        refused = self.code != UnavailableError.code
        # The row's moments are milliseconds.
        came_at = came.replace(microsecond=came.microsecond // 1000 * 1000)
        if not (failed_at >= came_at or (by_reader and refused and now < failed_at + _REMEMBERED)):
            return None
        if refused:
            return refusal(self.reason, credential=credential, name=name)
        return UnavailableError(self.message)


def read_standing(row: Mapping[str, str]) -> Standing:
    """Return what the row says; one that is not there says nothing."""
    known = Standing().as_row()
    told = {name: row.get(name, value) for name, value in known.items()}
    return Standing(
        **{  # type: ignore[arg-type]
            **told,
            "organisations": tuple(json.loads(told["organisations"])),
            "gone": tuple(json.loads(told["gone"])),
            "read_only": told["read_only"] == "true",
        }
    )
