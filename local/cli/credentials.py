# SPDX-License-Identifier: Apache-2.0
"""How a credential of each kind gets into a stack: asked for, stored, tried, or put back."""

import json
import os
import sys
import threading
import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import typer
from xero_connection.credentials import CUSTOM_CONNECTION, OAUTH2
from xero_connection.tokens import Token

from local.cli.asking import Asking
from local.connecting import callback, consent, own_token, pages, peer, portal
from local.connecting.stored import CREDENTIAL, EMPTY, TOKEN, CheckError, Stored
from local.console import Console
from local.deployed import Place
from local.problems import Problem

_AGAIN, _BACK, _KEEP = "again", "back", "keep"
_ENDS = {
    _BACK: "Not connected. What was there before is back.",
    _KEEP: "Not connected. What you gave stays and is tried again when a token is needed.",
}


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the options say."""

    client_id: str | None
    scopes: tuple[str, ...]
    port: int
    browser: bool | None
    """None where the machine decides."""
    timeout: float
    expires: str | None
    keep: bool
    yes: bool


@dataclass(frozen=True)
class Session:
    """One run of the command."""

    place: Place
    stored: Stored
    console: Console
    asking: Asking
    wishes: Wishes

    def custom_connection(self) -> tuple[str, ...]:
        """Connect by client id and secret alone; return the scopes that were asked for."""
        present = self._present(CUSTOM_CONNECTION)
        asked = self.wishes.scopes
        self._steps("In Xero's developer portal", portal.custom_connection(asked))
        client_id = self._client_id(present)
        while True:
            secret = self._client_secret(present, client_id)
            credential = {"client_secret": secret, "scopes": list(asked)}
            if self._store(CUSTOM_CONNECTION, client_id, credential, again=True):
                return asked
            client_id = self._ask_client_id(client_id)

    def standard_app(self) -> tuple[str, ...]:
        """Connect by a consent in the browser; return the scopes that were asked for."""
        port, by_browser = self.wishes.port, self._by_browser()
        if by_browser:
            callback.require_free(port)
        elif not self.asking.may_paste:
            raise Problem(
                "With --json the consent needs a browser on this machine: --browser opens one."
            )
        present = self._present(OAUTH2)
        redirect_uri = consent.redirect_uri(port)
        self._steps("In Xero's developer portal", portal.standard_app(redirect_uri))
        client_id = self._client_id(present)
        none = "none, of a mobile or desktop app"
        secret = self._client_secret(present, client_id, none) or None
        asked = consent.begin(client_id, self.wishes.scopes, port)
        address = asked.address(self.place.xero.authorize_url)
        if not by_browser:
            self._exchange(asked, self._pasted(asked, address), secret)
            return asked.scopes
        with callback.listening(port, asked.state) as listener:
            self._open(address, listener.door(address))
            with self.console.step("Waiting for you to allow access in the browser"):
                code = listener.wait(self.wishes.timeout)
            self._exchange(asked, code, secret)
            names = [one.tenant_name or one.tenant_id for one in self.token().tenants or ()]
            listener.tell(pages.connected(self.place.name, names))
        return asked.scopes

    def own_token(self) -> tuple[str, ...]:
        """Connect by a token that the person has; nothing is asked of Xero with it but where to."""
        self._steps("A token of your own", portal.own_token())
        text = self.asking.secret("access token")
        said = own_token.claims(text)
        end = self._end(said)
        with self.console.step("Asking Xero which organisations it reaches"):
            tenants = peer.organisations(self.place.xero.api_url, text)
        if self.stored.credential() and not self._may("Empty the present credential"):
            raise Problem(
                "There is a credential, whose next token would take the place of yours. Nothing was"
                " changed; --yes empties it."
            )
        token = Token(
            access_token=text, expires_at=end, scopes=own_token.scopes_of(said), tenants=tenants
        )
        # The credential goes last: if this ends between the two, its refresh token is still there.
        self._tried({TOKEN: token.as_json(), CREDENTIAL: EMPTY})
        return ()

    def token(self) -> Token:
        """Return the token that the stack has now."""
        token = self.stored.token()
        if token is None:
            raise Problem("The token function ended well and left no token: its log says more.")
        return token

    def _present(self, kind: str) -> Mapping[str, Any]:
        present = self.stored.credential()
        return present if present.get("kind") == kind else {}

    def _steps(self, heading: str, lines: list[str]) -> None:
        if self.asking.interactive:
            self.console.heading(heading)
            for line in lines:
                self.console.line(line)
            self.console.line("")

    def _client_id(self, present: Mapping[str, Any]) -> str:
        return self.wishes.client_id or self._ask_client_id(str(present.get("client_id") or ""))

    def _ask_client_id(self, known: str) -> str:
        return self.asking.text("client id", option="--client-id", default=known)

    def _client_secret(self, present: Mapping[str, Any], client_id: str, none: str = "") -> str:
        kept = ""
        if present.get("client_id") == client_id:
            kept = str(present.get("client_secret") or "")
        empty = "keep the present one" if kept else none
        return self.asking.secret("client secret", empty=empty) or kept

    def _by_browser(self) -> bool:
        if self.wishes.browser is not None:
            return self.wishes.browser
        names = os.environ.keys()
        # Without a display only browsers for a terminal are found, and this one is in use.
        shown = sys.platform in {"darwin", "win32"} or names & {"DISPLAY", "WAYLAND_DISPLAY"}
        return "SSH_CONNECTION" not in names and bool(shown or "BROWSER" in names)

    def _open(self, address: str, door: str) -> None:
        self.console.heading("Consent")
        self.console.line("In the browser log in to Xero, choose the organisations, allow access.")
        self.console.line("Where no browser opens, open this address on this machine:")
        self._say_address(address)
        # Some browsers keep whoever opens them waiting until they are closed.
        threading.Thread(target=webbrowser.open, args=(door,), daemon=True).start()

    def _pasted(self, asked: consent.Consent, address: str) -> str:
        self.console.heading("Consent")
        self.console.line("Open this address in a browser, choose the organisations, allow access:")
        self._say_address(address)
        self.console.line(
            f"The browser then shows an error, or nothing, at {asked.redirect_uri}?code=…"
        )
        self.console.line("Copy that whole address from its address bar.")
        while True:
            try:
                return consent.pasted_code(self.asking.pasted("address"), asked.state)
            except consent.ForeignAnswerError as error:
                if not self.asking.interactive:
                    raise
                self.console.error(f"    {error} Copy the address once more.")

    def _say_address(self, address: str) -> None:
        self.console.line("")
        # On its own, so that a terminal that wraps it leaves it whole when it is copied.
        typer.echo(address, err=not self.asking.may_paste)
        self.console.line("")

    def _exchange(self, asked: consent.Consent, code: str, secret: str | None) -> None:
        with self.console.step("Exchanging the code for tokens"):
            granted = peer.exchange(self.place.xero.token_url, asked, code, secret)
        credential: dict[str, Any] = {"client_secret": secret} if secret else {}
        credential |= {
            "refresh_token": granted.refresh_token,
            "scopes": list(granted.scopes or asked.scopes),
        }
        self._store(OAUTH2, asked.client_id, credential)

    def _store(
        self, kind: str, client_id: str, rest: Mapping[str, Any], *, again: bool = False
    ) -> bool:
        text = json.dumps({"kind": kind, "client_id": client_id, **rest})
        return self._tried({CREDENTIAL: text}, again=again)

    def _tried(self, new: Mapping[str, str], *, again: bool = False) -> bool:
        """Store and try; return whether it works, or else the person wants another try.

        Raises:
            CheckError: it does not work.
        """
        then = _KEEP if self.wishes.keep else _BACK
        asks = self.asking.interactive and not self.wishes.keep

        def keeps(error: BaseException) -> bool:
            nonlocal then
            if not isinstance(error, CheckError):
                self.console.line("Putting back what was there before.")
                return False
            if asks:
                then = self._what_now(error, again=again)
            return then == _KEEP

        try:
            with (
                self.stored.trial(new, keeps),
                self.console.step("Storing it, and having the stack try it"),
            ):
                self.stored.refresh()
        except CheckError as error:
            if then == _AGAIN:
                return False
            raise CheckError(_ENDS[then] if asks else f"{error} {_ENDS[then]}") from None
        return True

    def _what_now(self, error: CheckError, *, again: bool) -> str:
        self.console.error(f"    {error}")
        answers = {_AGAIN: "give client id and secret once more"} if again else {}
        answers |= {
            _BACK: "put back what was there before",
            _KEEP: "leave what you gave where it is",
        }
        return self.asking.one_of("what now", answers, option="--keep")

    def _end(self, said: Mapping[str, Any]) -> datetime:
        now = datetime.now(UTC)
        ends = [end] if (end := own_token.end_of(said)) else []
        text = self.wishes.expires
        if not (text or ends):
            text = self.asking.text(
                "end of the token (in days, a date, or a time with its zone)",
                option="--expires",
                check=lambda text: own_token.read_end(text, now),
            )
        if text:
            ends.append(own_token.read_end(text, now))
        end = min(ends)
        doubt = own_token.doubt(end, now)
        if doubt and (end <= now or not self._may(f"{doubt} Take it")):
            raise Problem(f"{doubt} Nothing was changed; --expires says another end.")
        return end

    def _may(self, what: str) -> bool:
        return self.wishes.yes or self.asking.agreed(f"{what}?")
