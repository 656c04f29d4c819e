# SPDX-License-Identifier: Apache-2.0
"""What the token function is asked, and whether the tokens there are will do. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from xero_connection.credentials import Credential
    from xero_connection.errors import CredentialError
    from xero_connection.tokens import Token

# A token lasts 30 minutes and the schedule comes every 5: it is renewed each third time, and twice
# more before it ends where that fails. So readers never find one about to end, a refresh token is
# never older than that, and Secrets Manager keeps few versions.
RENEW_BELOW: Final = timedelta(minutes=16)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Who wants a token, and when they came."""

    by: Literal["schedule", "reader", "person"]
    came: datetime
    refused: str | None = None
    """Fingerprint of the token that a reader found of no use; None where it had none."""
    anew: bool = False
    """Whether the present tokens do not count, however long they last."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What the secrets hold."""

    credential: Credential | None
    full: Token | None
    """In TokenSecret."""
    read: Token | None
    """In ReadTokenSecret."""
    problem: CredentialError | None = None
    """Why there is no credential, where it is not that the secret is empty."""

    def full_will_do(self, ask: Ask, now: datetime) -> bool:
        """Return whether the token in TokenSecret is what is asked for."""
        return self._will_do(self.full, ask, now)

    def read_will_do(self, ask: Ask, now: datetime) -> bool:
        """Return whether the token in ReadTokenSecret is."""
        return self._will_do(self.read, ask, now) and not self._outdated

    def read_lasts(self, ask: Ask, now: datetime) -> bool:
        """Return whether the token in ReadTokenSecret is still better than none."""
        return self.read is not None and self.read.lasts(now) and ask.refused not in self._pair

    def will_do(self, ask: Ask, now: datetime) -> bool:
        """Return whether nothing is to be done."""
        return self.full_will_do(ask, now) and self.read_will_do(ask, now)

    @property
    def is_copied(self) -> bool:
        """Whether readers have the very token that is in TokenSecret."""
        full, read = (one.as_json() if one else "" for one in (self.full, self.read))
        return full == read

    @property
    def _outdated(self) -> bool:
        """Whether readers have a copy of another token than they should."""
        own = self.problem or (self.credential and not self.credential.rotates)
        return not own and not self.is_copied

    @property
    def _pair(self) -> set[str]:
        return {one.fingerprint for one in (self.full, self.read) if one}

    def _will_do(self, token: Token | None, ask: Ask, now: datetime) -> bool:
        if token is None or ask.anew:
            return False
        if ask.by == "schedule":
            return token.lasts(now, RENEW_BELOW)
        # Several copies find the same token refused at once; the first one's new token is theirs.
        # Where one token of a pair is refused, the other is worth nothing either.
        return ask.refused not in self._pair and token.lasts(now)


def read_ask(event: Any, *, came: datetime) -> Ask:
    """Return what an event asks for.

    Args:
        event: of the schedule; or a function's, with `refused`; or anything else, a person's.
        came: when it did.
    """
    asked = event if isinstance(event, dict) else {}
    if asked.get("source") == "aws.events" or asked.get("scheduled") is True:
        return Ask(by="schedule", came=came)
    if "refused" in asked:
        refused = asked["refused"]
        return Ask(by="reader", came=came, refused=refused if isinstance(refused, str) else None)
    return Ask(by="person", came=came, anew=True)
