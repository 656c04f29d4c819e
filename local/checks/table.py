# SPDX-License-Identifier: Apache-2.0
"""All checks in the order of the table, and what each comes to."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.table import Table
from rich.text import Text

from local.checks import connection, deployment, webhook
from local.checks.facts import Facts, UnreadError
from local.checks.verdicts import Check, Status, Verdict, failed

CHECKS = (
    Check("stack", "Stack", deployment.stack),
    Check("functions", "Functions", deployment.functions),
    Check("sources", "Queues' readers", deployment.sources),
    Check("rules", "Schedules, rules", deployment.rules),
    Check("clock", "This clock", deployment.clock),
    Check("credential", "Credential", connection.credential),
    Check("token", "Token", connection.token),
    Check("renewal", "Renewal", connection.renewal),
    Check("read_token", "Query's token", connection.read_token_of_query),
    Check("xero", "Xero", connection.xero),
    Check("organisations", "Organisations", connection.organisations),
    Check("scopes", "Scopes", connection.scopes),
    Check("broad_scopes", "Broad scopes", connection.broad_scopes),
    Check("limits", "Limits", connection.limits),
    Check("webhook_key", "Webhook key", webhook.key),
    Check("address", "Delivery URL", webhook.address),
    Check("intent_to_receive", "Intent to receive", webhook.intent),
    Check("deliveries", "Deliveries", webhook.deliveries),
    Check("waiting", "Waiting", deployment.waiting),
    Check("dead_letters", "Dead letters", deployment.dead_letters),
    Check("alarms", "Alarms", webhook.alarms),
)
_COLOURS: dict[Status, str] = {"pass": "green", "warn": "yellow", "fail": "bold red", "skip": "dim"}
_UNREAD = "Look into that; the other lines do not depend on it."


@dataclass(frozen=True)
class Line:
    """A check and what it came to, as programs read it too."""

    id: str
    title: str
    status: Status
    found: str
    todo: str


def judged(facts: Facts, checks: Sequence[Check] = CHECKS) -> list[Line]:
    """Return what the checks come to; what could not be read fails its own line."""
    return [Line(one.id, one.title, **asdict(_judged(one, facts))) for one in checks]


def shown(lines: Sequence[Line]) -> Table:
    """Return the lines as a table that stays readable on a narrow terminal."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in lines:
        said = Text(one.found)
        if one.todo:
            said.append(f"\n→ {one.todo}", style="bold")
        table.add_row(Text(one.status, style=_COLOURS[one.status]), one.title, said)
    return table


def _judged(check: Check, facts: Facts) -> Verdict:
    try:
        return check.judge(facts)
    except UnreadError as error:
        return failed(f"It cannot be read: {error}.", _UNREAD)
