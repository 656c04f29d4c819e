# SPDX-License-Identifier: Apache-2.0
"""Webhooks themselves: what is to be known of the way events come, and what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import Field

from xero_connection.events import WEBHOOKS, detail_of
from xero_connection.fields import Output
from xero_connection.operation import Operation
from xero_connection.trouble import problem_triggers
from xero_connection.webhooks import MISSED, missed_entry


class MissedDetail(Output):
    """`detail` of the event that tells of missed ones."""

    event_id: str = Field(description="The same for the same gap.")
    resource: str = Field(description="Always webhooks.")
    expected_sequence: int = Field(description="Place in Xero's sequence that should have come.")
    received_sequence: int = Field(description="Place that came instead.")
    missed: int = Field(description="How many events are between the two.")
    occurred_at: str = Field(description="Moment when it was noticed, ISO 8601 in UTC.")


OPERATIONS = (
    Operation(
        id=MISSED,
        kind="trigger",
        summary="Fires when Xero's numbering shows that events were sent and never received.",
        output=MissedDetail,
        sources=(WEBHOOKS,),
        example=detail_of(
            missed_entry(108, 115, now=datetime(2026, 11, 22, 1, 15, 40, tzinfo=UTC))
        ),
        advice="A sweep starts at once and finds what changed; there is nothing to be done.",
    ),
    *problem_triggers("webhooks"),
)
