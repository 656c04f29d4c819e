# SPDX-License-Identifier: Apache-2.0
"""`webhook`: the webhook's address and key, between a stack and Xero's developer portal."""

from datetime import timedelta
from typing import Annotated

import typer
from xero_connection.deliveries import key_name

from local.checks.verdicts import lasting
from local.cli import options
from local.cli.asking import Asking
from local.connecting import portal
from local.console import Console
from local.deployed import find
from local.problems import Problem
from local.webhook import key as webhook_key
from local.webhook.receiving import Outcome, Webhook

app = typer.Typer()

Wait = Annotated[
    float,
    typer.Option(
        min=0, metavar="SECONDS", help="How long to wait for what Xero sends; 0: do not wait."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Take a key that hardly looks like one.")]
_FIVE_MINUTES = 300
_LABEL = "webhook key"


@app.callback(invoke_without_command=True)
def webhook(
    context: typer.Context,
    wait: Wait = _FIVE_MINUTES,
    stack: options.StackName = None,
    directory: options.Directory = options.HOME,
    *,
    yes: Yes = False,
    as_json: options.AsJson = False,
) -> None:
    """Set the webhook up at Xero, put its key, and see intent to receive pass.

    The key is asked for without echo, or is the first line of standard input; no option takes it.
    """
    if context.invoked_subcommand:
        return
    console, place, asking = (
        options.console(context),
        find(stack, directory),
        Asking(as_json=as_json),
    )
    address = Webhook(place)
    held = address.keys()
    _look(console, address, wait)
    _show(console, place.webhook_url)
    key = asking.secret(_LABEL, empty="keep the present one" if held.current else "")
    new = key and key != held.current
    if new:
        _doubt(console, asking, key, yes=yes)
        address.put(webhook_key.Keys(key, ""))
        console.line("The key is in WebhookKeySecret.")
        if held.current:
            console.line(
                "What is signed with the one before is refused from now on. A change without that:"
                f" {address.command('webhook rotate')}."
            )
    else:
        console.line("The key that is in WebhookKeySecret stays.")
    console.heading("Now press “Send intent to receive” in the portal")
    _await(console, address, key or held.current, wait, again="webhook", changed=bool(new))


@app.command()
def rotate(
    context: typer.Context,
    wait: Wait = _FIVE_MINUTES,
    stack: options.StackName = None,
    directory: options.Directory = options.HOME,
    *,
    finish: Annotated[
        bool,
        typer.Option("--finish", help="Accept the new key alone, once Xero signs with it."),
    ] = False,
    yes: Yes = False,
    as_json: options.AsJson = False,
) -> None:
    """Change the key without a missed event: the new one is accepted beside the old one.

    Run it again with --finish when deliveries come with the new key.
    """
    console, place, asking = (
        options.console(context),
        find(stack, directory),
        Asking(as_json=as_json),
    )
    address = Webhook(place)
    held = address.keys()
    if not held.current:
        raise Problem(f"There is no key yet: {address.command('webhook')} puts one.")
    if finish:
        _finish(console, address, held, wait)
        return
    _look(console, address, wait)
    for line in _ROTATING:
        console.line(line)
    key = asking.secret(_LABEL)
    if key == held.current:
        if not held.previous:
            raise Problem("This is the key that is there: copy the one that the portal made.")
        console.line("This key is there already, with the one before it.")
    else:
        _doubt(console, asking, key, yes=yes)
        address.put(webhook_key.Keys(key, held.current))
        console.line("Both keys are accepted now; Xero repeats what was refused meanwhile.")
    _await(
        console, address, key, wait, again="webhook rotate --finish", changed=key != held.current
    )


def _finish(console: Console, address: Webhook, held: webhook_key.Keys, wait: float) -> None:
    if not held.previous:
        console.line("One key alone is accepted already.")
        console.document({"outcome": "finished", "changed": False})
        return
    if not address.is_shown(held.current):
        outcome = _watch(console, address, held.current, wait)
        if outcome is not Outcome.PASSED:
            raise Problem(
                "Nothing signed with the new key has come, so both stay accepted."
                f" {address.advice(outcome, wait)}"
            )
    address.put(webhook_key.Keys(held.current, ""))
    console.line("The new key alone is accepted now. Press “Send intent to receive” once")
    console.line("more: the stack then sees this key pass, and nothing is due.")
    console.document({"outcome": "finished", "changed": True})


def _look(console: Console, address: Webhook, wait: float) -> None:
    """Say what is wrong with the address, while the person has not begun to wait for anything."""
    trouble = address.trouble() if wait else ""
    if trouble:
        console.line(trouble)


def _show(console: Console, url: str) -> None:
    console.heading("In Xero's developer portal")
    for line in (
        f"1. Open {portal.URL}, choose your app,",
        "   and its tab “Webhooks”.",
        "2. Delivery URL, exactly as it stands here:",
        f"      {url}",
        "3. Categories: tick all that Xero offers; one too many does no harm.",
        "4. Press “Save”, and copy the webhooks key.",
    ):
        console.line(line)


_ROTATING = (
    "1. Keep this waiting, and open the tab “Webhooks” of your app in Xero's",
    "   developer portal.",
    "2. Have a new key made, copy it, and paste it here. From that moment Xero",
    "   signs with it: what comes before it is here is refused, and Xero sends",
    "   it again, so nothing is missed.",
    "3. Where the portal asks for it, press “Send intent to receive”.",
)


def _doubt(console: Console, asking: Asking, key: str, *, yes: bool) -> None:
    doubt = webhook_key.doubts(key)
    if doubt is None:
        return
    console.line(f"This may be no webhook key: it {doubt.text}.")
    if doubt.grave and not yes and not asking.agreed("Take it all the same?"):
        raise Problem(
            f"The key {doubt.text}: nothing was changed. Copy the whole key, or say --yes."
        )


def _await(
    console: Console, address: Webhook, key: str, wait: float, *, again: str, changed: bool
) -> None:
    if not wait:
        console.line(f"Not waited for: {address.command('check')} tells whether it passed.")
        console.document(_document(address, Outcome.NOT_WAITED, changed=changed))
        return
    try:
        outcome = _watch(console, address, key, wait)
    except KeyboardInterrupt:
        console.line(f"The key stays. Go on with {address.command(again)}.")
        raise
    if outcome is not Outcome.PASSED:
        raise Problem(f"{address.advice(outcome, wait)} The key stays.")
    if "rotate" in again:
        console.line(f"Xero signs with the new key. End the change: {address.command(again)}.")
    else:
        console.line(f"Xero sends events from now on. Next: {address.command('check')}.")
    console.document(_document(address, outcome, changed=changed))


def _watch(console: Console, address: Webhook, key: str, wait: float) -> Outcome:
    with console.step(f"Waiting for what Xero sends, {lasting(timedelta(seconds=wait))} at most"):
        return address.wait(key_name(key), wait, console.note)


def _document(address: Webhook, outcome: Outcome, *, changed: bool) -> dict[str, object]:
    return {"outcome": outcome.value, "webhook_url": address.url, "changed": changed}
