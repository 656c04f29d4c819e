# SPDX-License-Identifier: Apache-2.0
"""`connect`: a stack and a Xero app, connected and shown to be."""

from typing import Annotated

import typer
from xero_connection.tokens import Token

from local.cli import options
from local.cli.asking import Asking
from local.cli.credentials import Session, Wishes
from local.connecting import portal, scopes
from local.connecting.portal import KINDS, Kind
from local.connecting.stored import Stored
from local.deployed import find

_NEXT = ("webhook", "check")


def connect(  # noqa: PLR0913, each is an option
    context: typer.Context,
    *,
    kind: Annotated[
        Kind | None, typer.Option(help="Of credential; it is asked for otherwise.")
    ] = None,
    client_id: Annotated[
        str | None, typer.Option(metavar="ID", help="Of the app in Xero's developer portal.")
    ] = None,
    asked_scopes: Annotated[
        str | None,
        typer.Option(
            "--scopes",
            metavar="SCOPES",
            help="Ask for these, with spaces or commas between. Without it: what all operations"
            " need, except journals, classic expenses and payment services, which Xero gives only"
            " to some, mostly older apps.",
        ),
    ] = None,
    port: Annotated[
        int,
        typer.Option(
            min=1, max=65_535, help="Of the address on this machine to which Xero comes back."
        ),
    ] = 8400,
    timeout: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="To wait for the consent.")
    ] = 300,
    expires: Annotated[
        str | None,
        typer.Option(
            metavar="END",
            help="When a token of your own ends: 90 (days), 2027-01-31 or 2027-01-31T12:00Z.",
        ),
    ] = None,
    stack: options.StackName = None,
    directory: options.Directory = options.HOME,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Ask for scopes that only read.")
    ] = False,
    browser: Annotated[
        bool | None,
        typer.Option(
            help="Open a browser, or print the address and take the one it ends at.",
            show_default="a browser, except over SSH",
        ),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep what was given even if it does not work.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Agree to what a token of your own would be asked about.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Connect a stack to Xero: a custom connection, a standard app, or a token of your own.

    Secrets are asked for without echo, or are lines of standard input; no option takes them.
    """
    if read_only and asked_scopes is not None:
        raise typer.BadParameter("--read-only and --scopes exclude each other")
    wished = scopes.read(asked_scopes) if asked_scopes is not None else None
    place, console = find(stack, directory), options.console(context)
    stored, asking = Stored(place), Asking(as_json=as_json)
    console.heading(f"Connecting {place.name}")
    present = stored.credential()
    if present:
        console.line(
            f"It has a credential ({present.get('kind')}, client id {present.get('client_id')});"
            " what works takes its place."
        )
    chosen = kind or Kind(asking.one_of("kind", KINDS, option="--kind"))
    wishes = Wishes(
        client_id=client_id,
        scopes=scopes.needed(read_only=read_only) if wished is None else wished,
        port=port,
        browser=browser,
        timeout=timeout,
        expires=expires,
        keep=keep,
        yes=yes,
    )
    session = Session(place, stored, console, asking, wishes)
    match chosen:
        case Kind.CUSTOM:
            asked = session.custom_connection()
        case Kind.APP:
            asked = session.standard_app()
        case Kind.TOKEN:
            asked = session.own_token()
    token = session.token()
    missing = scopes.missing(asked, token.scopes)
    console.heading("Connected")
    for line in (*_organisations(token), _end(token, chosen), *_scopes(token, missing)):
        console.line(line)
    if present:
        console.line("What is at work may use the token before this one for up to a minute.")
    console.heading("Next")
    for command in _NEXT:
        console.command(f"xero-connection {command} {place.option}".rstrip())
    console.document(
        {
            "stack": place.name,
            "kind": chosen.value,
            "organisations": [
                {"tenant_id": one.tenant_id, "tenant_name": one.tenant_name}
                for one in token.tenants or ()
            ],
            "expires_at": token.expires_at.isoformat() if token.expires_at else None,
            "scopes": list(token.scopes),
            "missing_scopes": list(missing),
        }
    )


def _organisations(token: Token) -> list[str]:
    tenants = token.tenants or ()
    lines = [f"{one.tenant_name or ''}  {one.tenant_id}".strip() for one in tenants]
    if not tenants:
        return ["No organisation yet: let the app's user allow one in Xero, then run `check`."]
    if len(tenants) > 1:
        lines.append("Each operation has to name one of them, as tenant_id.")
    return lines


def _end(token: Token, kind: Kind) -> str:
    if token.expires_at is None:
        return "The token does not say when it ends."
    if kind is Kind.TOKEN:
        return f"The token ends {token.expires_at:%Y-%m-%d %H:%M} UTC. Nobody renews it."
    return f"The token ends {token.expires_at:%H:%M} UTC; the stack renews it before, by itself."


def _scopes(token: Token, missing: tuple[str, ...]) -> list[str]:
    granted = scopes.without_identity(token.scopes)
    if not granted:
        return []
    lines = ["", f"Scopes ({len(granted)}):", *portal.columns(granted, indent=2)]
    if missing:
        lines += ["Asked for and not given:", *portal.columns(missing, indent=2)]
    return lines
