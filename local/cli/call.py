# SPDX-License-Identifier: Apache-2.0
"""`call`: an action or a query of a stack, from a terminal or a script."""

import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from xero_connection.describe import input_schema
from xero_connection.files import FileInput
from xero_connection.operation import Operation

from local.calling import layout, lookup
from local.calling.arguments import ArgumentsError, read_document, with_words
from local.calling.asking import NoAnswerError, ask
from local.cli import options, ready
from local.cli.options import INTERRUPTED
from local.console import Console
from local.deployed import Place, find
from local.problems import Problem

_SAID_OF_PAGES = ("pagination", "next_cursor", "stopped_by")
_UNSURE = "It may have been carried out. Ask again with the same key, which cannot do it twice:"


def _ids(incomplete: str) -> list[tuple[str, str]]:
    return lookup.begins(incomplete, invoked=True)


def call(  # noqa: PLR0913, it has as many options as it has
    context: typer.Context,
    operation: Annotated[
        str,
        typer.Argument(
            metavar="OPERATION",
            help="Id of an action or query, or its part behind the slash.",
            autocompletion=_ids,
        ),
    ],
    values: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KEY=VALUE",
            help="The input, such as invoice_id=… or contact.Name=Ann or ids[]=…; a value is JSON"
            " where it parses as JSON, else text, and @FILE is what a file holds.",
            show_default=False,
        ),
    ] = None,
    *,
    document: Annotated[
        str | None,
        typer.Option(
            "--input",
            metavar="FILE",
            help="The input as a JSON document, - for standard input; values are added to it.",
        ),
    ] = None,
    tenant: Annotated[
        str | None,
        typer.Option(metavar="NAME|ID", help="The organisation, where several are connected."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            metavar="KEY",
            help="Idempotency key of an action: a repeat with it cannot act twice.",
        ),
    ] = None,
    fields: Annotated[
        str | None, typer.Option(metavar="A,B", help="Only these fields of the records.")
    ] = None,
    stack: options.StackName = None,
    directory: options.Directory = options.HOME,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the request that would be sent; send nothing.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask before what cannot be taken back easily.")
    ] = False,
    as_json: options.AsJson = False,  # noqa: ARG001, it is remembered
) -> None:
    """Carry out an action or a query and show its answer."""
    console = options.console(context)
    asked = _invoked(operation)
    envelope: dict[str, Any] = {
        "operation": asked.id,
        "input": _input(asked, document, values or []),
        "on_error": "return",
    }
    wanted = [name.strip() for name in fields.split(",") if name.strip()] if fields else []
    envelope |= {"tenant_id": tenant} if tenant else {}
    envelope |= {"fields": wanted} if wanted else {}
    envelope |= {"dry_run": True} if dry_run else {}
    place = find(stack, directory)
    acts = asked.kind == "action" and not dry_run
    if acts and asked.destructive and not yes:
        _confirm(asked, place)
    if acts and not key:
        key = f"call-{secrets.token_hex(8)}"
        console.note(f"key {key}: the same command with --key {key} acts once")
    envelope |= {"idempotency_key": key} if key and asked.kind == "action" else {}
    with _answered(context, console, key if acts else None), console.waiting(f"{asked.id} …"):
        answer = ask(place, asked.kind, envelope)
    if "error" in answer:
        _say_error(context, console, answer, key if acts else None)
        raise typer.Exit(1)
    console.document(answer)
    _show(context, console, answer, wanted)
    if asked.batch and answer["output"].get("failed"):
        raise typer.Exit(1)


def _invoked(name: str) -> Operation:
    found = lookup.operation(name)
    if found.kind == "trigger":
        raise Problem(
            f"{found.id} is a trigger: it happens by itself. `events tail --type {found.id}` shows"
            " it as it happens."
        )
    return found


def _input(operation: Operation, document: str | None, values: list[str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if document == "-":
        given = read_document(sys.stdin.read(), "What came on standard input")
    elif document is not None:
        try:
            text = Path(document).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it holds no text"
            raise ArgumentsError(f"{document} cannot be read: {why}.") from error
        given = read_document(text, document)
    as_file = issubclass(operation.input, FileInput)
    return with_words(given, values, input_schema(operation), encoded=as_file)


def _confirm(operation: Operation, place: Place) -> None:
    question = f"{operation.id} in {place.name}: {operation.summary} Go on?"
    if not sys.stdin.isatty():
        raise Problem(
            f"{operation.id} takes something away, so it asks first, and nobody is at a terminal:"
            " nothing was sent. --yes says yes beforehand."
        )
    if not options.agreed(question):
        raise Problem("Nothing was sent.")


@contextmanager
def _answered(context: typer.Context, console: Console, key: str | None) -> Iterator[None]:
    """Say, where an action is left without an answer, how to ask again."""
    try:
        yield
    except NoAnswerError as error:
        _say_unsure(context, console, str(error), key)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        if key:
            _say_unsure(context, console, "Interrupted.", key)
        raise typer.Exit(INTERRUPTED) from None


def _say_unsure(context: typer.Context, console: Console, why: str, key: str | None) -> None:
    if key is None:
        console.error(why)
        return
    again = ready.again(context, key)
    console.error(f"{why} {_UNSURE}", idempotency_key=key, command=again)


def _say_error(
    context: typer.Context, console: Console, answer: Mapping[str, Any], key: str | None
) -> None:
    error = answer["error"]
    if error.get("code") == "invalid_input":
        shows = f"{context.find_root().info_name} operations {answer['operation']}"
        error = {**error, "advice": f"The fields, and an example: `{shows}`"}
    again, said = "", dict(answer)
    if key and (error.get("retryable") or error.get("code") == "outcome_unknown"):
        again = ready.again(context, key)
        said |= {"idempotency_key": key, "command": again}
    console.document(said)
    console.complain("\n".join(layout.error_lines(error)), command=again)


def _show(
    context: typer.Context, console: Console, answer: Mapping[str, Any], wanted: list[str]
) -> None:
    """Lay an answer out for a person."""
    output = answer["output"]
    name = layout.records_in(output)
    table = layout.table_of(output[name], wanted, console.width) if name else None
    if table is None:
        console.json(output)
    else:
        console.table(table)
        rest = {one: output[one] for one in output.keys() - {name, *_SAID_OF_PAGES}}
        if rest:
            console.json(rest)
        if page := layout.page_of(output):
            console.line(page)
    console.line("dry run: nothing was sent" if answer.get("dry_run") else layout.closing(answer))
    if output.get("next_cursor"):
        console.command(f"next: {ready.with_value(context, 'cursor', output['next_cursor'])}")
    if undo := answer.get("undo"):
        console.command(f"undo: {ready.call(context, undo)}")
