# SPDX-License-Identifier: Apache-2.0
"""The secrets of a stack that a connection is made of, written in the token function's own turn.

So a refresh under way does not overwrite what a person has just put there, nor the other way round.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Any

from xero_connection.aws import QUICK
from xero_connection.errors import XeroConnectionError, error_from
from xero_connection.leases import turn
from xero_connection.refresh import TURN
from xero_connection.rows import Rows
from xero_connection.tokens import Token, read_token

from local.deployed import Place
from local.outputs import plainly
from local.problems import Problem

CREDENTIAL = "credential"
TOKEN = "token"  # noqa: S105, it is a name
READ_TOKEN = "read_token"  # noqa: S105, it is a name
EMPTY = "{}"

_TURN_SECONDS = 60
_READ_SECONDS = 20
"""Of a turn; what is left is long enough for the writes, with botocore's repeats."""
_PATIENCE_SECONDS = 60


class CheckError(Problem):
    """The token function could do nothing with a credential; the message says why."""


class Stored:
    """Credential and token of one stack."""

    def __init__(self, place: Place) -> None:
        """Take the stack.

        Raises:
            Problem: it is of a version that cannot be connected this way.
        """
        if not {CREDENTIAL, TOKEN} <= place.secrets.keys() or not place.table:
            raise Problem(f"{place.name} is of an older version: deploy it again first.")
        self._place = place
        # The credential comes first: a token that cannot be put back is asked for anew.
        self._names = [one for one in (CREDENTIAL, TOKEN, READ_TOKEN) if one in place.secrets]
        self._manager = place.client("secretsmanager", config=QUICK)
        self._behind = 0.0
        """Seconds by which this machine's clock is behind AWS's, by which turns end."""
        self._rows = Rows(
            place.client("dynamodb", config=QUICK),
            place.table,
            now=lambda: time.time() + self._behind,
        )

    def credential(self) -> Mapping[str, Any]:
        """Return the present credential, empty where there is none that can be read."""
        try:
            document = json.loads(self._read(CREDENTIAL))
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}

    def token(self) -> Token | None:
        """Return the present token."""
        try:
            return read_token(self._read(TOKEN), name=self._place.secrets[TOKEN])
        except XeroConnectionError as error:
            raise Problem(error.message) from None

    @contextmanager
    def trial(
        self, new: Mapping[str, str], keeps: Callable[[BaseException], bool]
    ) -> Iterator[None]:
        """Put new texts into secrets, in this order; if the block fails, put all old ones back.

        Also those of secrets that the token function has filled meanwhile: a token of a credential
        that is not kept would have actions write into its organisation.

        Args:
            new: texts by the secrets' short names.
            keeps: tells whether the new ones stay although the block failed.
        """
        old: dict[str, str] = {}
        try:
            with self._turn():
                old |= self._read_in_time()
                self._write(new)
            yield
        except BaseException as error:
            kept = False
            try:
                kept = bool(old) and keeps(error)
            finally:
                # Whoever is asked may interrupt that too.
                if old and not kept:
                    with self._turn():
                        self._put_back(old, new)
            raise

    def refresh(self) -> None:
        """Have the token function get, or spread, a token.

        Raises:
            CheckError: it cannot.
        """
        answer = self._place.client("lambda").invoke(
            FunctionName=self._place.functions["token"], Payload=b"{}"
        )
        said = json.load(answer["Payload"])
        if "FunctionError" not in answer:
            return
        try:
            error = error_from(json.loads(said["errorMessage"]))
        except (KeyError, TypeError, ValueError):
            kind = str(said.get("errorType", "")) if isinstance(said, dict) else ""
            raise CheckError(f"The token function failed ({kind}); its log says why.") from None
        raise CheckError(plainly(error.message))

    def _put_back(self, old: Mapping[str, str], new: Mapping[str, str]) -> None:
        present = self._read_in_time()
        known = [texts[CREDENTIAL] for texts in (old, new) if CREDENTIAL in texts]
        if _lasting(present[CREDENTIAL]) not in map(_lasting, known):
            raise Problem("Somebody else has connected it meanwhile; what they put there stays.")
        self._write({name: old[name] for name in old if present[name] != old[name]})

    def _read_in_time(self) -> dict[str, str]:
        """Return all texts while the turn lasts on for long enough to write others."""
        until = time.monotonic() + _READ_SECONDS
        texts = {name: self._read(name) for name in self._names}
        if time.monotonic() > until:
            raise Problem("Secrets Manager answers too slowly to change anything: try again.")
        return texts

    def _read(self, name: str) -> str:
        answer = self._manager.get_secret_value(SecretId=self._place.secrets[name])
        if date := answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date"):
            self._behind = parsedate_to_datetime(date).timestamp() - time.time()
        return str(answer.get("SecretString") or EMPTY)

    def _write(self, texts: Mapping[str, str]) -> None:
        for name, text in texts.items():
            self._manager.put_secret_value(SecretId=self._place.secrets[name], SecretString=text)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        try:
            with turn(
                self._rows,
                TURN,
                owner=f"connect#{secrets.token_hex(8)}",
                end=time.monotonic() + _PATIENCE_SECONDS + _TURN_SECONDS,
                patience=_PATIENCE_SECONDS,
                clock=time.monotonic,
                sleep=time.sleep,
            ) as ours:
                if not ours:
                    raise Problem("The token is being refreshed all the time: try again.")
                yield
        except XeroConnectionError as error:
            raise Problem(error.message) from None


def _lasting(text: str) -> Any:
    """Return what of a credential stays when the token function gets a token with it."""
    try:
        document = json.loads(text)
    except ValueError:
        return text
    return document | {"refresh_token": ""} if isinstance(document, dict) else document
