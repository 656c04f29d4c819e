# SPDX-License-Identifier: Apache-2.0
"""A stack's webhook as a person sets it up: its key, its address, and what arrives there."""

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

import requests
from xero_connection.deliveries import NO_KEY, key_name

from local.checks import reading
from local.checks.verdicts import lasting
from local.deployed import Place
from local.problems import Problem
from local.webhook import arrivals
from local.webhook.key import Keys, read_keys

_XERO_WAITS = 5.0
_REFUSED = 401
# An intent to receive has wrong signatures first; its right one follows within seconds.
_RIGHT_ONE_FOLLOWS = timedelta(seconds=15)


class Outcome(StrEnum):
    """What came of waiting."""

    PASSED = "passed"
    NOT_WAITED = "not waited"
    NOTHING = "nothing arrived"
    WRONG = "wrong signatures only"
    OLD = "signed with the previous key only"
    NO_KEY = "the function found no key"


class Webhook:
    """The webhook of one stack."""

    def __init__(self, place: Place) -> None:
        """Take the stack.

        Raises:
            Problem: it is of a version that tells too little.
        """
        if "webhook_key" not in place.secrets or not (place.table and place.webhook_url):
            raise Problem(f"{place.name} is of an older version: deploy it again first.")
        self._place = place
        self._manager = place.client("secretsmanager")
        self._table = place.client("dynamodb")
        self.url = place.webhook_url

    def command(self, words: str) -> str:
        """Return a command for this stack, to be shown."""
        return f"`xero-connection {' '.join(filter(None, (words, self._place.option)))}`"

    def keys(self) -> Keys:
        """Return the keys there are; what nobody can read counts as none."""
        try:
            return read_keys(reading.secret(self._manager, self._place.secrets["webhook_key"]))
        except ValueError:
            return Keys("", "")

    def put(self, keys: Keys) -> None:
        """Put keys in the place of those there are."""
        self._manager.put_secret_value(
            SecretId=self._place.secrets["webhook_key"], SecretString=keys.as_json()
        )

    def is_shown(self, key: str) -> bool:
        """Return whether what came last with a right signature was signed with a key."""
        return self._row().get("genuine_key") == key_name(key)

    def trouble(self) -> str:
        """Return what keeps the address from answering as it should, empty where nothing does."""
        try:
            probe = reading.probe(self.url)
        except requests.RequestException:
            return f"{self.url} does not answer from here. {self._log()}"
        if probe.status != _REFUSED or not probe.is_empty:
            return (
                f"{self.url} answers {probe.status} where an empty 401 is due: Xero would refuse"
                f" that. {self._log()}"
            )
        if probe.seconds > _XERO_WAITS:
            return f"{self.url} took {probe.seconds:.1f} s; Xero waits {_XERO_WAITS:g} s."
        return ""

    def wait(self, key: str, seconds: float, tell: Callable[[str], None]) -> Outcome:
        """Wait until something comes that was signed with a key, and tell what comes meanwhile.

        Args:
            key: the key's name.
            seconds: how long at the most.
            tell: hears a line about each arrival.
        """
        outcome, wrong_since, warned = Outcome.NOTHING, None, False
        for come in arrivals.following(self._row, self._row(), seconds=seconds):
            for one in come:
                tell(f"{one.at.astimezone():%H:%M:%S}  {_said(one, key)}")
                if one.kind == "refused":
                    outcome = Outcome.NO_KEY if one.reason == NO_KEY else Outcome.WRONG
                    wrong_since = wrong_since or one.at
                elif one.key in {key, ""}:
                    return Outcome.PASSED
                else:
                    outcome = Outcome.OLD
                if (
                    wrong_since
                    and one.at - wrong_since > _RIGHT_ONE_FOLLOWS
                    and outcome is Outcome.WRONG
                    and not warned
                ):
                    warned = True
                    tell("Still none with this key: does the portal show the same one?")
        return outcome

    def advice(self, outcome: Outcome, seconds: float) -> str:
        """Return why nothing passed within so many seconds, and what to do."""
        if outcome is Outcome.NOTHING:
            return self.trouble() or (
                f"Nothing arrived within {lasting(timedelta(seconds=seconds))}. Is"
                f" {self.url} saved as the delivery URL, and “Send intent to receive” pressed?"
            )
        if outcome is Outcome.WRONG:
            return (
                "All that arrived was signed with another key: the one in the portal is not the"
                " one that was put here. Copy it from the tab “Webhooks” of the app whose delivery"
                " URL this is, and run this again."
            )
        if outcome is Outcome.OLD:
            return (
                "What arrived was signed with the key that was there before, not with this one: is"
                " this the one that the portal shows now, and was it copied whole?"
            )
        return f"The webhook function found no key. {self._log()}"

    def _row(self) -> dict[str, str]:
        return arrivals.read(self._table, self._place.table)

    def _log(self) -> str:
        found = reading.function(self._place.client("lambda"), self._place.functions["webhook"])
        return f"Its log says why: `aws logs tail {found.log_group} --since 1h`."


def _said(one: arrivals.Arrival, key: str) -> str:
    if one.kind == "refused":
        if one.reason == NO_KEY:
            return "refused: the function has found no key yet"
        return "a wrong signature was refused, as it must be"
    if one.key not in {key, ""}:
        return "a delivery came, signed with the key that was there before"
    if one.kind == "intent":
        return "intent to receive arrived and passed"
    return "a delivery arrived, rightly signed"
