# SPDX-License-Identifier: Apache-2.0
"""What a replay asks of AWS, and what it says while AWS takes its time or gives up."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.console import Console
from local.deployed import Place
from local.replaying import Range, ReplayError, check, read_range, replay

NOW = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
BUS_ARN = "arn:aws:events:ap-southeast-2:123456789012:event-bus/xero"
BEGAN = datetime(2026, 1, 1, 10, 0, 0, 900_000, tzinfo=UTC)
ARCHIVE = {"ArchiveName": "kept", "CreationTime": BEGAN, "RetentionDays": 30}


class Events:
    """EventBridge with archives, one of which is replayed in so many steps."""

    def __init__(self, *steps: dict[str, Any] | BaseException) -> None:
        """Take what is said of the replay, call by call."""
        self._steps = iter(steps)
        self.archives = [ARCHIVE]
        self.asked: dict[str, Any] = {}

    def list_archives(self, **_: str) -> dict[str, Any]:
        """Return the archives."""
        return {"Archives": self.archives}

    def start_replay(self, **asked: Any) -> None:
        """Keep what was asked."""
        self.asked = asked

    def describe_replay(self, **_: str) -> dict[str, Any]:
        """Return the next step, or raise it."""
        step = next(self._steps)
        if isinstance(step, BaseException):
            raise step
        return step


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)


def _replay(events: Events) -> str:
    place = Place("xero in ap-southeast-2", lambda _: events, "xero", BUS_ARN, {})
    end = datetime.now(UTC) - timedelta(hours=1)
    return replay(place, Range(end - timedelta(hours=1), end), [], Console())


def test_times_with_any_zone_are_the_same_moment() -> None:
    here = read_range("2026-11-22T23:00+13:00", "2026-11-22T12:00:00Z")

    assert here == Range(NOW.replace(hour=10, second=0), NOW.replace(second=0))


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (NOW - timedelta(hours=1), NOW + timedelta(seconds=1), "it is 2026-11-22T12:00:30Z"),
        (BEGAN - timedelta(seconds=1), NOW, "began at 2026-01-01T10:00:00Z"),
        (NOW - timedelta(days=30, seconds=1), NOW, "choose --from 2026-10-23T12:01:00Z"),
    ],
)
def test_what_the_archive_cannot_have_is_refused_with_what_it_can(
    start: datetime, end: datetime, said: str
) -> None:
    with pytest.raises(ReplayError, match=said):
        check(Range(start, end), ARCHIVE, NOW)


@pytest.mark.parametrize(
    ("start", "archive"),
    [
        (NOW - timedelta(days=30), ARCHIVE),
        (BEGAN.replace(microsecond=0), {**ARCHIVE, "RetentionDays": 0}),
    ],
)
def test_the_first_moment_of_the_archive_can_be_replayed(
    start: datetime, archive: dict[str, Any]
) -> None:
    check(Range(start, NOW), archive, NOW)


def test_the_bus_s_first_archive_is_replayed_to_all_rules() -> None:
    events = Events({"State": "COMPLETED"})
    events.archives.insert(0, {**ARCHIVE, "ArchiveName": "later", "CreationTime": NOW})

    name = _replay(events)

    archive = "arn:aws:events:ap-southeast-2:123456789012:archive/kept"
    assert (events.asked["ReplayName"], events.asked["EventSourceArn"]) == (name, archive)
    assert events.asked["Destination"] == {"Arn": BUS_ARN}


def test_progress_is_said_once_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    running = {"State": "RUNNING", "EventLastReplayedTime": NOW}

    _replay(Events({"State": "STARTING"}, running, running, {"State": "COMPLETED"}))

    assert capsys.readouterr().out.count("reached 2026-11-22T12:00:30Z") == 1


def test_a_replay_that_aws_gave_up_is_an_error_with_its_reason() -> None:
    with pytest.raises(ReplayError, match="is FAILED: the archive is gone"):
        _replay(Events({"State": "FAILED", "StateReason": "the archive is gone"}))


def test_who_stops_waiting_learns_that_the_replay_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(KeyboardInterrupt):
        _replay(Events({"State": "RUNNING"}, KeyboardInterrupt()))

    assert "aws events cancel-replay --replay-name replay-" in capsys.readouterr().out


def test_a_bus_without_an_archive_is_an_error() -> None:
    events = Events()
    events.archives = []

    with pytest.raises(ReplayError, match="has no archive"):
        _replay(events)
