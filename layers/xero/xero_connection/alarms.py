# SPDX-License-Identifier: Apache-2.0
"""What a person has to see to: which problems there are, from what functions noted. No I/O.

What is said of them, and how often, is decided in `notices`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from xero_connection.deliveries import NO_KEY
from xero_connection.documents import iso, read_moment
from xero_connection.problems import PROBLEMS, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime


FAILING_AFTER: Final = timedelta(minutes=10)
"""A refresh that has failed for so long: a moment's outage is over by then, and a token is renewed
16 minutes before it ends, so there is still some time."""
TWICE_ON_SCHEDULE: Final = timedelta(minutes=4)
"""A refresh whose failures lie so far apart has failed on schedule twice, which comes every five
minutes, less what it may be late; what readers ask in between lies closer together."""
WARNING_DAYS: Final = (1, 7, 14)
"""How long before its end a supplied token is spoken of: time to plan, time to do it, last call."""
LAST_WARNING: Final = timedelta(hours=1)
"""A token of which nothing was said before its last hour is one that lasts minutes: its end is told
and nothing before, so once."""
WRONG_FOR: Final = timedelta(minutes=15)
"""Wrong signatures for so long, and none right since: by then Xero has repeated a genuine delivery
often enough, and a person has put the key that was changed at Xero a moment ago."""
WRONG_ON_PURPOSE: Final = timedelta(minutes=1)
"""So soon after a right signature a wrong one means nothing: an intent to receive has both, and
copies of the function note what they get in any order."""
SILENT_AFTER: Final = timedelta(hours=1)
"""A change that no webhook told of for so long: Xero's come within seconds, and what it repeats has
come by then."""
INTENT_AFTER: Final = timedelta(minutes=15)
"""A key that was put so long ago: the clicks in Xero's portal take minutes."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known; times in rows are ISO 8601, and what a row does not say is empty."""

    token: Mapping[str, str] = field(default_factory=dict)
    """The row of the token's state."""
    deliveries: Mapping[str, str] = field(default_factory=dict)
    """The row about deliveries."""
    heard: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    """Organisation and resource → the row about how its records are heard of."""
    key_known: bool = True
    """Whether it could be found out when the webhook key was put."""
    key_put_at: datetime | None = None
    """None while the secret is as it was deployed."""


def problems_of(facts: Facts, *, now: datetime) -> dict[str, list[Problem]]:
    """Return the problems there are, by name; what cannot be told now is left out."""
    found = {name: list(judge(facts, now)) for name, judge in _JUDGES.items()}
    if found["connection_revoked"]:
        # The refresh has not recovered; there is a better name for what is wrong with it.
        del found["refresh_failing"]
    if not facts.key_known:
        del found["intent_to_receive_due"], found["webhook_failing"]
    return found


def organisations(token: Mapping[str, str], name: str = "organisations") -> list[str]:
    """Return the ids that the row of the token's state lists under a name."""
    try:
        listed = json.loads(token.get(name) or "[]")
    except ValueError:
        return []
    return [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []


def _refresh_failing(facts: Facts, now: datetime) -> Iterator[Problem]:
    token = facts.token
    since = _moment(token, "failed_since")
    # Nobody renews what a person supplied, and what was never connected is not broken.
    if since is None or token.get("kind") in {"supplied", "none"} or _is_revoked(token):
        return
    ends, last = _moment(token, "ends_at"), _moment(token, "failed_at") or since
    ended = ends is not None and ends <= now
    if ended or now - since >= FAILING_AFTER or last - since >= TWICE_ON_SCHEDULE:
        state = "It has ended, so nothing can be asked of Xero. " if ended else ""
        yield Problem(
            kind=PROBLEMS["refresh_failing"],
            message=(
                f"The token could not be renewed since {iso(since)}. {state}"
                f"{token.get('message', '')}"
            ).strip(),
            since=since,
            data=_ends(ends),
        )


def _connection_revoked(facts: Facts, now: datetime) -> Iterator[Problem]:
    token = facts.token
    if _is_revoked(token):
        since = _moment(token, "failed_since") or now
        yield Problem(
            kind=PROBLEMS["connection_revoked"],
            message=(
                "Xero refuses to renew the token (invalid_grant): the consent was revoked, or has "
                "run out."
            ),
            since=since,
            data=_ends(_moment(token, "ends_at")),
        )


def _is_revoked(token: Mapping[str, str]) -> bool:
    return token.get("reason") == "invalid_grant" and bool(token.get("failed_since"))


def _token_expiring(facts: Facts, now: datetime) -> Iterator[Problem]:
    ends = _moment(facts.token, "ends_at")
    if ends is None or facts.token.get("kind") != "supplied":
        return
    left = ends - now
    passed = [days for days in WARNING_DAYS if left <= timedelta(days=days)]
    if not passed:
        return
    ended = left <= timedelta(0)
    days = max(0, -(-left // timedelta(days=1)))
    when = "ends within a day" if days == 1 else f"ends in {days} days"
    yield Problem(
        kind=PROBLEMS["token_expiring"],
        message=f"The token that was supplied {'has ended' if ended else when}: {iso(ends)}.",
        since=ends - timedelta(days=max(WARNING_DAYS)),
        about=iso(ends),
        stage="ended" if ended else str(passed[0]),
        opens=ended or left > LAST_WARNING,
        data={"days_left": days, **_ends(ends)},
    )


def _organisation_disconnected(facts: Facts, now: datetime) -> Iterator[Problem]:
    for tenant_id in organisations(facts.token, "gone"):
        yield Problem(
            kind=PROBLEMS["organisation_disconnected"],
            message="An organisation that was connected is not any more.",
            since=now,
            about=tenant_id,
            data={"tenant_id": tenant_id},
        )


def _webhook_silent(facts: Facts, now: datetime) -> Iterator[Problem]:
    for (tenant_id, resource), row in facts.heard.items():
        told, missed = _moment(row, "webhook_at"), _moment(row, "missed_at")
        if told is None or missed is None or missed <= told or now - missed <= SILENT_AFTER:
            continue
        yield Problem(
            kind=PROBLEMS["webhook_silent"],
            message=(
                f"The last webhook about {resource} came at {iso(told)}; of a change at "
                f"{iso(missed)} none has told."
            ),
            since=told,
            about=f"{tenant_id}#{resource}",
            data={"tenant_id": tenant_id, "resource": resource},
        )


def _webhook_failing(facts: Facts, now: datetime) -> Iterator[Problem]:
    row = facts.deliveries
    since, last = _moment(row, "wrong_since"), _moment(row, "wrong_at")
    right = _moment(row, "genuine_at")
    # Without a key nothing can be right, and who has put none does not wait for webhooks.
    if since is None or last is None or facts.key_put_at is None:
        return
    counts = right is None or last - right > WRONG_ON_PURPOSE
    if counts and now - since >= WRONG_FOR:
        empty = " The secret holds no webhook key." if row.get("refused_reason") == NO_KEY else ""
        yield Problem(
            kind=PROBLEMS["webhook_failing"],
            message=(
                f"Deliveries come with a wrong signature since {iso(since)}, and none came with a "
                f"right one since.{empty}"
            ),
            since=since,
        )


def _intent_to_receive_due(facts: Facts, now: datetime) -> Iterator[Problem]:
    put, right = facts.key_put_at, _moment(facts.deliveries, "genuine_at")
    if put is not None and now - put > INTENT_AFTER and (right is None or right < put):
        yield Problem(
            kind=PROBLEMS["intent_to_receive_due"],
            message=(
                f"The webhook key was put at {iso(put)}, and no delivery has come since that was "
                "signed with it."
            ),
            since=put,
        )


def _moment(row: Mapping[str, str], name: str) -> datetime | None:
    """Return what a row says, or None where it says nothing that is a moment."""
    try:
        return read_moment(row.get(name, ""))
    except (ValueError, OverflowError):
        return None


def _ends(ends: datetime | None) -> dict[str, str]:
    return {"ends_at": iso(ends)} if ends else {}


_JUDGES: Final = {
    "refresh_failing": _refresh_failing,
    "connection_revoked": _connection_revoked,
    "token_expiring": _token_expiring,
    "organisation_disconnected": _organisation_disconnected,
    "webhook_silent": _webhook_silent,
    "webhook_failing": _webhook_failing,
    "intent_to_receive_due": _intent_to_receive_due,
}
