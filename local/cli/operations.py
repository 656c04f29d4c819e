# SPDX-License-Identifier: Apache-2.0
"""`operations`: what can be called and what can be heard, found offline."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text
from xero_connection.catalogue import all_operations
from xero_connection.describe import input_schema
from xero_connection.operation import Kind, Operation

from local.calling import lookup
from local.cli import options, ready
from local.console import Console
from local.derived.metadata import described
from local.derived.pages import input_tables

_STYLES: Mapping[Kind, str] = {"trigger": "magenta", "action": "yellow", "query": "cyan"}


def _ids(incomplete: str) -> list[tuple[str, str]]:
    return lookup.begins(incomplete)


def operations(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORDS",
            help="Words that all must stand in it, or an id: then its whole page.",
            autocompletion=_ids,
            show_default=False,
        ),
    ] = None,
    *,
    kind: Annotated[Kind | None, typer.Option(help="Only those of this kind.")] = None,
    as_json: options.AsJson = False,  # noqa: ARG001, it is remembered
) -> None:
    """Search what can be called and heard, best first; needs neither a stack nor a network."""
    console = options.console(context)
    one = lookup.exact(words[0]) if words and len(words) == 1 else None
    if one:
        console.document(described(one))
        _page(context, console, one)
        return
    found = lookup.search(words or [], kind) if words else _all(kind)
    if not found and words and len(words) == 1 and "/" in words[0]:
        lookup.operation(words[0])
    console.document([{"id": one.id, "kind": one.kind, "summary": one.summary} for one in found])
    if not found:
        console.line("Nothing has all of these words. Fewer of them find more.")
        return
    table = _table("operation", "kind", "")
    for one in found:
        table.add_row(Text(one.id), Text(one.kind, style=_STYLES[one.kind]), Text(one.summary))
    console.table(table)


def _all(kind: Kind | None) -> list[Operation]:
    return [one for one in all_operations() if kind in {None, one.kind}]


def _page(context: typer.Context, console: Console, one: Operation) -> None:
    console.heading(one.id)
    console.line(f"{one.kind.capitalize()}. {one.summary}")
    if one.advice:
        console.line(one.advice)
    for name, fact in _facts(one):
        console.line(f"{name}: {fact}")
    if one.kind == "trigger":
        console.heading("Event's detail")
        console.json(one.example)
        return
    for fields in input_tables(input_schema(one)):
        console.heading(fields.title or "Input")
        if not fields.rows:
            console.line("None.")
            continue
        table = _table("field", "type", "")
        for row in fields.rows:
            table.add_row(*map(Text, row))
        console.table(table)
    console.heading("Example")
    console.command(ready.call(context, {"operation": one.id, "input": one.example}))


def _facts(one: Operation) -> Iterator[tuple[str, Any]]:
    if one.kind == "trigger":
        yield "sources", " and ".join(one.sources)
        return
    if one.scopes:
        yield "scopes", " or ".join(one.scopes) + (", by its input" if one.scopes_for else "")
    if one.kind == "action":
        yield "takes something away", "yes, so it asks first" if one.destructive else "no"
        yield "undo", ", ".join(undo.operation for undo in one.undo) or "none of its own"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=any(columns))
    for place, name in enumerate(columns):
        table.add_column(Text(name, style="bold"), overflow="fold", no_wrap=place == 0)
    return table
