# SPDX-License-Identifier: Apache-2.0
"""The page about the commands: each with its arguments and options, as its `--help` says them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from typer import Context
from typer.core import TyperGroup
from typer.main import get_command

from local.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME: Final = "xero-connection"
_BAR: Final = r"\|"
_INTRODUCTION: Final = """\
# Commands

Generated from the commands by `make generate`; do not edit.

`make up` installs `xero-connection` in `.venv/bin`; `python -m local` is the same. A command means
the stack on this machine where one is up, else the only one in the region that AWS's own tools
use, or the one that `--stack` names. `xero-connection --install-completion` teaches the shell to
complete commands, operations and queues.

```sh
xero-connection operations void invoice      # what is there for it
xero-connection operations void_invoice      # all about one
xero-connection call list_invoices page_size=5 'statuses=["AUTHORISED"]'
xero-connection call create_contact contact.Name=Ann --dry-run
xero-connection events tail --type 'invoices/*'
xero-connection deadletters list requests
```

A value of `call` is JSON where it parses as JSON (numbers with all their digits, true, lists,
objects), else text; where the operation takes text, a number is text. `contact.Name=…` goes into an
object, `ids[]=…` to the end of a list, `LineItems[0].Description=…` into an element. `@FILE` is
what a file holds; the `content` of an attachment becomes base64 by itself. An action has an
idempotency key, given with `--key` or made and said: the same command with it cannot act twice.

With `--json`, standard output holds one JSON document and nothing else, of `events tail` one for
each event; a failure is `{"error": {…}}`. The exit status is 0 when it is done, 1 when it failed,
2 when there is no such command, option or choice (standard error says why), and 130 when it
was interrupted. Secrets are never taken as arguments and never printed.
"""


def page() -> str:
    """Return the page."""
    group = get_command(app)
    return "\n".join([_INTRODUCTION, *_sections(group, Context(group, info_name=_NAME))])


def _sections(command: Any, context: Context) -> Iterator[str]:
    """Yield the section of a command, of a group what it does by itself and those in it."""
    is_group = isinstance(command, TyperGroup)
    if not is_group or command.invoke_without_command:
        yield from _section(command, context)
    if is_group:
        for name in command.list_commands(context):
            inner = command.commands[name]
            yield from _sections(inner, Context(inner, info_name=name, parent=context))


def _section(command: Any, context: Context) -> Iterator[str]:
    yield f"## {context.command_path.removeprefix(f'{_NAME} ')}"
    yield ""
    yield command.help
    yield ""
    records = [one.get_help_record(context) for one in command.params]
    if any(records):
        yield "| | |"
        yield "|---|---|"
    for words, meaning in filter(None, records):
        cells = (f"`{words}`", " ".join(meaning.split()))
        yield f"| {' | '.join(cell.replace('|', _BAR) for cell in cells)} |"
    yield ""
