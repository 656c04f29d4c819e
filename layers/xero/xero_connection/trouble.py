# SPDX-License-Identifier: Apache-2.0
"""The triggers that problems of the connection fire, and the details that their events carry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from xero_connection.alarms import Facts, problems_of
from xero_connection.events import CONNECTION, detail_of
from xero_connection.fields import Output
from xero_connection.notices import SOLVED, Said, after, due
from xero_connection.operation import Operation
from xero_connection.problems import PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.problems import Kind


class ProblemDetail(Output):
    """`detail` of an event from source `xero.connection`: what a person has to see to."""

    event_id: str = Field(description="The same for the same notice.")
    problem: str = Field(description="What it is, such as token_expiring.")
    message: str = Field(description="What is wrong, for a person.")
    advice: str = Field(description="What to do.")
    since: str = Field(description="Since when it is so, as far as is known, ISO 8601 in UTC.")
    tenant_id: str | None = Field(description="Organisation, where it is about one.")
    resource: str | None = Field(description="Kind of record, where it is about one.")
    ends_at: str | None = Field(description="When the token ends, where it is about that.")
    days_left: int | None = Field(description="Days until then, one that has begun counted.")


class SolvedDetail(ProblemDetail):
    """`detail` of the event that tells of a problem that is over."""

    solved_at: str = Field(description="When that was noticed, ISO 8601 in UTC.")


_NOW: Final = datetime(2026, 11, 22, 1, 15, 40, tzinfo=UTC)
_TENANT_ID: Final = "c2cc9b6e-9458-4c7d-93cc-f02b81b0594f"


def _ago(**time: float) -> str:
    return (_NOW - timedelta(**time)).isoformat()


_FAILED: Final = {
    "kind": "oauth2",
    "failed_since": _ago(minutes=12),
    "failed_at": _ago(minutes=2),
    "message": "Xero's identity service could not be reached.",
}
_SIGNED: Final = {"wrong_since": _ago(minutes=20), "wrong_at": _ago(minutes=1)}
_EXAMPLES: Final[Mapping[str, Facts]] = {
    "refresh_failing": Facts(token=_FAILED),
    "connection_revoked": Facts(token=_FAILED | {"reason": "invalid_grant"}),
    "token_expiring": Facts(token={"kind": "supplied", "ends_at": _ago(days=-7, minutes=1)}),
    "organisation_disconnected": Facts(token={"gone": f'["{_TENANT_ID}"]'}),
    "webhook_silent": Facts(
        heard={
            (_TENANT_ID, "invoices"): {
                "webhook_at": _ago(days=2),
                "missed_at": _ago(hours=2),
            }
        }
    ),
    "webhook_failing": Facts(deliveries=_SIGNED, key_put_at=_NOW - timedelta(days=9)),
    "intent_to_receive_due": Facts(key_put_at=_NOW - timedelta(minutes=20)),
}
"""What has to be known for each problem to be one."""


def problem_triggers(resource: str) -> tuple[Operation, ...]:
    """Return the triggers of the problems of `connections` or `webhooks`."""
    return tuple(
        Operation(
            id=kind.id,
            kind="trigger",
            summary=f"Fires when {kind.summary}.",
            output=ProblemDetail,
            example=_told(kind),
            sources=(CONNECTION,),
            advice=kind.advice,
        )
        for kind in PROBLEMS.values()
        if kind.resource == resource
    )


def solved_trigger() -> Operation:
    """Return the trigger of a problem that is over."""
    return Operation(
        id=SOLVED,
        kind="trigger",
        summary="Fires when a problem that was told of is over.",
        output=SolvedDetail,
        example=_solved(PROBLEMS["connection_revoked"]),
        sources=(CONNECTION,),
        advice="There is nothing to be done; problem says which one it was.",
    )


def _told(kind: Kind) -> dict[str, Any]:
    found = problems_of(_EXAMPLES[kind.name], now=_NOW)[kind.name]
    (notice,) = due(kind, Said(), found, now=_NOW)
    return detail_of(notice.entry)


def _solved(kind: Kind) -> dict[str, Any]:
    found = problems_of(_EXAMPLES[kind.name], now=_NOW)[kind.name]
    said = after(Said(), due(kind, Said(), found, now=_NOW))
    (notice,) = due(kind, said, [], now=_NOW + timedelta(hours=1))
    return detail_of(notice.entry)
