# SPDX-License-Identifier: Apache-2.0
"""Replays a time range from the archive of a stack's bus.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
"""

import math
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from local.console import Console
from local.deployed import Place
from local.problems import Problem

# An event is in the archive some time after the bus took it.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
_ARCHIVED_AFTER = timedelta(minutes=10)
_LONGEST_PAUSE = 5.0
_UNDER_WAY = {"STARTING", "RUNNING"}


class ReplayError(Problem):
    """It cannot be replayed; the message says what to change."""


class Range(NamedTuple):
    """The events whose `time` lies between."""

    start: datetime
    end: datetime


def read_range(start: str, end: str) -> Range:
    """Read the two times, in ISO 8601 with a zone.

    Raises:
        ReplayError: one cannot be read, has no zone, or they are the wrong way round.
    """
    asked = Range(_moment("--from", start), _moment("--to", end))
    if asked.end <= asked.start:
        raise ReplayError(f"--to {end} is not after --from {start}: choose a later --to.")
    return asked


def _moment(option: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ReplayError(f"{option} {text} is no time: write it like 2026-11-22T10:00Z.") from None
    if moment.tzinfo is None:
        raise ReplayError(
            f"{option} {text} has no time zone: write 2026-11-22T10:00Z for UTC,"
            " or 2026-11-22T10:00+13:00."
        )
    return moment.astimezone(UTC)


def check(asked: Range, archive: Mapping[str, Any], now: datetime) -> None:
    """See that the archive can have the range.

    Args:
        asked: the range.
        archive: as ListArchives describes it.
        now: the present time.

    Raises:
        ReplayError: part of it is still to come, or is not or no longer in the archive.
    """
    if asked.end > now:
        raise ReplayError(
            f"--to {_said(asked.end)} is still to come: it is {_said(now)}. Choose an earlier one."
        )
    # Events tell their time in whole seconds.
    began = archive["CreationTime"].astimezone(UTC).replace(microsecond=0)
    if asked.start < began:
        raise ReplayError(
            f"The archive began at {_said(began)}: choose that --from or a later one."
        )
    days = archive.get("RetentionDays")
    if days and asked.start < (oldest := now - timedelta(days=days)):
        minutes = math.ceil(oldest.timestamp() / 60)
        kept = datetime.fromtimestamp(minutes * 60, UTC)
        raise ReplayError(
            f"The archive keeps {days} days: choose --from {_said(kept)} or a later one."
        )


def replay(place: Place, asked: Range, rules: Sequence[str], console: Console) -> str:
    """Replay a range, to these rules of the bus or to all, and wait until it is done.

    Returns:
        The replay's name, which each replayed event carries.

    Raises:
        ReplayError: the range or a rule is not there, or AWS gave up.
    """
    events, now = place.client("events"), datetime.now(UTC)
    archive = _archive(place, events)
    check(asked, archive, now)
    destination: dict[str, Any] = {"Arn": place.bus_arn}
    if rules:
        destination["FilterArns"] = [_rule_arn(place, events, rule) for rule in rules]
    if now - asked.end < _ARCHIVED_AFTER:
        console.line(
            "Events reach the archive up to 10 minutes late: the last ones may be missing now."
        )
    name = f"replay-{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    events.start_replay(
        ReplayName=name,
        EventSourceArn=_arn_of(archive, place),
        EventStartTime=asked.start,
        EventEndTime=asked.end,
        Destination=destination,
    )
    try:
        with console.step(f"{name}: {_said(asked.start)} to {_said(asked.end)}, {place.name}"):
            _wait(events, name, console)
    except KeyboardInterrupt:
        console.line(f"It goes on; `aws events cancel-replay --replay-name {name}` ends it.")
        raise
    return name


def _archive(place: Place, events: Any) -> dict[str, Any]:
    """Return the stack's archive: the bus's first one, should a person have added others."""
    found = events.list_archives(EventSourceArn=place.bus_arn)["Archives"]
    if not found:
        raise ReplayError(f"The bus {place.bus} has no archive: deploy the stack again.")
    return min(found, key=lambda archive: archive["CreationTime"])


def _arn_of(archive: Mapping[str, Any], place: Place) -> str:
    """Return the archive's ARN, which ListArchives leaves out."""
    return f"{place.bus_arn.partition(':event-bus/')[0]}:archive/{archive['ArchiveName']}"


def _rule_arn(place: Place, events: Any, name: str) -> str:
    try:
        return str(events.describe_rule(Name=name, EventBusName=place.bus)["Arn"])
    except events.exceptions.ResourceNotFoundException:
        raise ReplayError(
            f"The bus has no rule {name}: `aws events list-rules --event-bus-name {place.bus}`"
            " shows those it has."
        ) from None


def _wait(events: Any, name: str, console: Console) -> None:
    pause, seen = 0.1, None
    while (found := events.describe_replay(ReplayName=name))["State"] in _UNDER_WAY:
        reached = found.get("EventLastReplayedTime")
        if reached and reached != seen:
            console.note(f"reached {_said(reached)}")
            seen = reached
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
    if found["State"] != "COMPLETED":
        reason = found.get("StateReason") or "AWS gives no reason"
        raise ReplayError(f"{name} is {found['State']}: {reason}.")


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
