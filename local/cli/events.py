# SPDX-License-Identifier: Apache-2.0
"""`events tail`: what happens on a stack's bus, as it happens."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from local import listener
from local.calling import lookup
from local.calling.arguments import exactly
from local.cli import options
from local.deployed import find
from local.listener import Event, Listener
from local.problems import Problem

app = typer.Typer(help="The events of the stack's bus.", no_args_is_help=True)

_EVERYTHING = {"source": [{"prefix": ""}]}
_WAIT_SECONDS = 10
# An event comes again within seconds or minutes, if it does.
_REMEMBERED = 10_000


def _ids(incomplete: str) -> list[tuple[str, str]]:
    return lookup.begins(incomplete)


def _sources(incomplete: str) -> list[str]:
    known = ("xero.webhooks", "xero.records", "xero.requests", "xero.results", "xero.connection")
    return [one for one in known if one.startswith(incomplete)]


@app.command()
def tail(
    context: typer.Context,
    source: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SOURCE",
            help="Only of this source, such as xero.records; may be given several times.",
            autocompletion=_sources,
        ),
    ] = None,
    detail_type: Annotated[
        list[str] | None,
        typer.Option(
            "--type",
            metavar="TYPE",
            help="Only of this detail-type, such as invoices/invoice_paid, or with a * at its end"
            " of those that begin so; may be given several times.",
            autocompletion=_ids,
        ),
    ] = None,
    pattern: Annotated[
        str | None,
        typer.Option(metavar="JSON", help="Only what matches this event pattern of EventBridge."),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option("--for", metavar="SECONDS", min=0, help="End after so long."),
    ] = None,
    stack: options.StackName = None,
    directory: options.Directory = options.HOME,
    *,
    as_json: options.AsJson = False,
) -> None:
    """Show events as they come, until Ctrl-C; a rule and a queue of its own, removed at the end."""
    console = options.console(context)
    wanted = pattern_of(source or [], detail_type or [], pattern)
    place = find(stack, directory)
    listener.clear(place, now=datetime.now(UTC))
    deadline = math.inf if seconds is None else time.monotonic() + seconds
    with listener.listening(place, wanted, read=exactly) as heard:
        console.note(f"Listening to the bus {place.bus} of {place.name}; Ctrl-C ends it.")
        for event in once_each(_live(heard, deadline)):
            if as_json:
                console.document(event)
            else:
                console.event(*summary(event))


def pattern_of(sources: list[str], types: list[str], pattern: str | None) -> dict[str, Any]:
    """Return the event pattern that options ask for.

    Raises:
        Problem: the pattern is no JSON object.
    """
    wanted: dict[str, Any] = {}
    if pattern is not None:
        try:
            wanted = exactly(pattern)
        except ValueError:
            wanted = {}
        if not isinstance(wanted, dict) or not wanted:
            raise Problem(
                '--pattern should be an object, such as {"detail": {"resource": ["invoices"]}}.'
            )
    wanted |= {"source": [_matcher(one) for one in sources]} if sources else {}
    wanted |= {"detail-type": [_matcher(one) for one in types]} if types else {}
    return wanted or _EVERYTHING


def once_each(events: Iterator[Event]) -> Iterator[Event]:
    """Yield each event once: EventBridge and SQS may deliver one several times."""
    seen: dict[tuple[str, str], None] = {}
    for event in events:
        # A replayed event has the id of the first, and is news all the same.
        one = (event["id"], event.get("replay-name", ""))
        if one not in seen:
            seen[one] = None
            yield event
        if len(seen) > _REMEMBERED:
            del seen[next(iter(seen))]


def summary(event: Event) -> tuple[str, str, str, str]:
    """Return when, from where and what an event is, and what it is about."""
    moment = datetime.fromisoformat(event["time"]).astimezone()
    detail = event.get("detail")
    about = _about(detail) if isinstance(detail, dict) else ""
    return f"{moment:%H:%M:%S}", str(event["source"]), str(event["detail-type"]), about


def _about(detail: Mapping[str, Any]) -> str:
    """Return ids and outcomes; never what a record holds."""
    error = detail.get("error")
    parts = []
    if detail.get("problem"):
        parts.append(f"{detail['problem']}: {detail.get('message', '')}")
    parts += [str(detail[name]) for name in ("resource_id", "reason") if detail.get(name)]
    if isinstance(error, dict):
        parts.append(f"failed: {error.get('code')}")
    elif "output" in detail:
        parts.append("done")
    if detail.get("correlation_id"):
        parts.append(f"correlation_id {detail['correlation_id']}")
    if isinstance(changed := detail.get("changed"), list) and changed:
        parts.append(f"changed {', '.join(map(str, changed))}")
    return "  ".join(parts)


def _live(
    heard: Listener, deadline: float, clock: Callable[[], float] = time.monotonic
) -> Iterator[Event]:
    while (left := deadline - clock()) > 0:
        yield from heard.take(math.ceil(min(left, _WAIT_SECONDS)))


def _matcher(text: str) -> Any:
    return {"prefix": text.removesuffix("*")} if text.endswith("*") else text
