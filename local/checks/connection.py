# SPDX-License-Identifier: Apache-2.0
"""Judges the connection to Xero: credential, tokens, organisations, scopes, limits. No I/O."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from xero_connection.alarms import organisations as ids_in
from xero_connection.credentials import (
    CUSTOM_CONNECTION,
    INVALID_GRANT,
    Credential,
    read_credential,
)
from xero_connection.errors import CredentialError
from xero_connection.scopes import ABOUT_A_PERSON, END_OF_BROAD, read_scopes
from xero_connection.standing import STATE_KEY
from xero_connection.tokens import Token, read_token

from local.checks import scopes as known
from local.checks.facts import Facts, Invoked
from local.checks.verdicts import (
    Verdict,
    ago,
    failed,
    lasting,
    listed,
    moment,
    passed,
    skipped,
    together,
    warned,
)
from local.connecting.scopes import NOT_FOR_NEW_APPS
from local.outputs import plainly

_EMPTY = "empty"
"""The reason of an error about a secret that holds nothing."""
_SOON = timedelta(days=14)
_NOT_RENEWED = timedelta(minutes=4)
"""It should have been renewed long before so little is left."""
_FEW_TODAY = 100
"""Records and sweeps stop there and leave the rest to people and agents."""
_STATUS_PAGE = "https://status.xero.com"


def credential(facts: Facts) -> Verdict:
    """Judge what the token function asks Xero with."""
    connect = facts.command("connect")
    try:
        held = _credential(facts)
    except CredentialError as error:
        kind = " of an unknown kind" if error.details.get("reason") == "unknown_kind" else ""
        return failed(
            f"CredentialSecret holds no credential that can be read{kind}.",
            f"Put it in anew: {connect}.",
        )
    if held:
        return passed(f"Filled ({held.kind}).")
    if _token(facts, "token"):
        return passed("None: the token was supplied by a person.")
    return failed("CredentialSecret is empty.", f"Connect: {connect}.")


def token(facts: Facts) -> Verdict:
    """Judge whether there is a token that lasts."""
    connect = facts.command("connect")
    try:
        held = read_token(facts.secrets["token"].get(), name="TokenSecret")
    except CredentialError:
        return failed("TokenSecret holds something else than a token.", f"Connect: {connect}.")
    if held is None:
        return failed("There is none.", f"Mend the lines above and below, or connect: {connect}.")
    supplied = _is_supplied(facts)
    whose = "It was supplied and" if supplied else "It"
    if held.expires_at is None:
        return passed(f"{whose} names no end.")
    left = held.expires_at - facts.now
    if left <= timedelta(0):
        ended = f"{whose} ended {ago(held.expires_at, facts.now)}"
        if supplied:
            return failed(f"{ended}.", f"Supply another, or better connect an app: {connect}.")
        return failed(f"{ended} and was not renewed.", f"See Renewal here, and {_log(facts)}.")
    return _of_time_left(facts, left, f"{whose} lasts {lasting(left)} more.", supplied=supplied)


def _of_time_left(facts: Facts, left: timedelta, lasts: str, *, supplied: bool) -> Verdict:
    if supplied and left < _SOON:
        return warned(
            lasts, f"Supply another in time, or better connect an app: {facts.command('connect')}."
        )
    if not supplied and left < _NOT_RENEWED:
        return warned(f"{lasts} It should have been renewed.", f"See Renewal, and {_log(facts)}.")
    return passed(lasts)


def renewal(facts: Facts) -> Verdict:
    """Judge whether the token function can renew the token."""
    connect = facts.command("connect")
    answered = facts.starts["token"].get()
    row = facts.row(STATE_KEY)
    failing = bool(row.get("failed_since"))
    error = answered.error or {}
    reason = error.get("details", {}).get("reason") or (row.get("reason") if failing else "")
    if reason == INVALID_GRANT:
        return failed(
            "Xero takes the consent no more (invalid_grant): it was revoked, or not used for 60"
            " days.",
            f"Connect again: {connect}.",
        )
    if answered.crash:
        return failed(f"The token function fails ({answered.crash}).", f"See why: {_log(facts)}.")
    code = error.get("code") or (row.get("code") if failing else "")
    message = plainly(str(error.get("message") or row.get("message", "")))
    if code == CredentialError.code:
        none = failed("There is no credential to ask Xero with.", f"Connect: {connect}.")
        wrong = failed(message, f"Put the credential in anew: {connect}.")
        return none if reason == _EMPTY else wrong
    if code:
        return failed(message, f"Nothing to change if Xero is out ({_STATUS_PAGE}); check again.")
    if _is_supplied(facts):
        return skipped("A supplied token is renewed by nobody.")
    then = moment(row.get("refreshed_at", ""))
    return passed(f"Last renewed {ago(then, facts.now)}." if then else "The token function runs.")


def read_token_of_query(facts: Facts) -> Verdict:
    """Judge whether query has a token that only reads."""
    if "read_token" not in facts.secrets:
        return skipped("This version of the stack has none.")
    if _token(facts, "read_token") is None:
        return failed(
            "ReadTokenSecret is empty, so nothing can be read.", "Mend Token and Renewal first."
        )
    row = facts.row(STATE_KEY)
    if row.get("read_only") == "true":
        return passed("A token of its own that only reads.")
    acting = _token(facts, "token")
    if (
        acting
        and acting.scopes
        and set(acting.scopes) <= {*read_scopes(acting.scopes), *ABOUT_A_PERSON}
    ):
        return passed("The same as action's, which only reads too.")
    if row.get("kind") == CUSTOM_CONNECTION:
        return warned(
            "It uses action's token: Xero gave none with read scopes alone.",
            "Add the read scopes to the app in Xero's portal and authorise it again.",
        )
    return passed("The same as action's: Xero narrows no token of this kind.")


def xero(facts: Facts) -> Verdict:
    """Judge whether Xero answers and takes the token."""
    answered = facts.starts["query"].get()
    if answered.crash:
        return failed(f"query does not answer ({answered.crash}).", "See Functions here.")
    if answered.error:
        return _of_error(answered.error, facts)
    return passed("It answers and takes the token.")


def _of_error(error: Mapping[str, Any], facts: Facts) -> Verdict:
    message = plainly(str(error.get("message", "")))
    if error.get("details", {}).get("reason") == _EMPTY:
        return failed("There is no token to ask with.", "Mend Token first.")
    if error.get("code") == "unavailable":
        return failed(
            f"It cannot be reached. {message}",
            f"Nothing to change if Xero is out ({_STATUS_PAGE}); check again.",
        )
    if error.get("code") == "rate_limited":
        return warned(message, "Wait, or see Limits here.")
    return failed(
        message, f"See Credential and Renewal here; or connect: {facts.command('connect')}."
    )


def organisations(facts: Facts) -> Verdict:
    """Judge which organisations are connected, and whether each can be asked."""
    connect = facts.command("connect")
    answered = facts.starts["query"].get()
    if answered.answer is None:
        return failed("Nobody can tell now.", "Mend Xero's line first.")
    names = connected(answered)
    gone = [one for one in ids_in(facts.row(STATE_KEY), "gone") if one not in names]
    verdicts = [
        failed(f"Connected no more: {listed(gone)}.", f"Connect again: {connect}.")
        for _ in gone[:1]
    ]
    if not names:
        verdicts.append(failed("None is connected.", f"Connect one: {connect}."))
    for tenant_id, name in names.items():
        error = facts.organisations[tenant_id].get().error
        if error and error.get("code") not in {"rate_limited", "scope"}:
            verdicts.append(failed(f"{name}: {error.get('message')}", f"Connect again: {connect}."))
    return together(verdicts, passed(f"{listed(names.values())}."))


def connected(answered: Invoked) -> dict[str, str]:
    """Return the names of organisations by their ids, from the answer that lists connections."""
    listing = (answered.answer or {}).get("output", {}).get("connections", [])
    return {
        one["tenantId"]: one.get("tenantName") or one["tenantId"]
        for one in listing
        if one.get("tenantType") == "ORGANISATION"
    }


def scopes(facts: Facts) -> Verdict:
    """Judge which operations the tokens' scopes let run."""
    acting = _token(facts, "token")
    if acting is None:
        return failed("There is no token.", "Mend Token first.")
    reading = (_token(facts, "read_token") if "read_token" in facts.secrets else None) or acting
    if not acting.scopes:
        return skipped("The token does not tell its scopes.")
    operations = known.invoked()
    lacking = known.missing(operations, known.granted(acting.scopes), known.granted(reading.scopes))
    count = sum(one.total() for one in lacking.values())
    said = [f"{len(operations) - count} of {len(operations)} operations can run."]
    said += [
        f"{scope}: {listed(f'{name} ({one})' for name, one in sorted(by.items()))}"
        for scope, by in lacking.items()
        if scope not in NOT_FOR_NEW_APPS
    ]
    if len(said) > 1:
        said[0] += " Missing:"
        return warned(
            "\n".join(said),
            "Where you need them, add these scopes to the app in Xero's portal and connect again:"
            f" {facts.command('connect')}.",
        )
    if lacking:
        said.append(f"Xero gives only to some, mostly older apps: {listed(lacking)}.")
    return passed(" ".join(said))


def broad_scopes(facts: Facts) -> Verdict:
    """Judge whether scopes are about to end."""
    acting = _token(facts, "token")
    if acting is None:
        return skipped("There is no token.")
    if not acting.scopes:
        return skipped("The token does not tell its scopes.")
    ending = known.broad(acting.scopes)
    if not ending:
        return passed("None.")
    instead = listed(one for several in ending.values() for one in several)
    return warned(
        f"{listed(ending)}: Xero ends them in {END_OF_BROAD}.",
        f"Before then ask for {instead} instead, and connect again: {facts.command('connect')}.",
    )


def limits(facts: Facts) -> Verdict:
    """Judge what is left of Xero's limits."""
    names = connected(facts.starts["query"].value or Invoked())
    verdicts = list(_of_limits(facts, names))
    left = facts.left.get()
    said = [
        f"{names.get(tenant_id, tenant_id)}: {_left(one)}."
        for tenant_id, one in left.items()
        if one
    ]
    return together(verdicts, passed(" ".join(said)) if said else skipped("Nothing is known yet."))


def _of_limits(facts: Facts, names: Mapping[str, str]) -> Iterator[Verdict]:
    for tenant_id, left in facts.left.get().items():
        name = names.get(tenant_id, tenant_id)
        asked = facts.organisations.get(tenant_id)
        error = (asked.value.error if asked and asked.value else None) or {}
        refused = error.get("details", {}).get("limit") == "day"
        today = left.get("day_remaining")
        if refused or today == 0:
            yield failed(
                f"{name}: today's calls are used up.",
                "Wait: Xero counts anew within 24 hours. Find who makes so many calls; another plan"
                " of the app has more.",
            )
        elif today is not None and today <= _FEW_TODAY:
            yield warned(
                f"{name}: {_left(left)}; records and sweeps wait for the next day.",
                "Find who makes so many calls; another plan of the app has more.",
            )


def _left(left: Mapping[str, int]) -> str:
    words = {"day_remaining": "today", "minute_remaining": "this minute"}
    known_ones = listed(f"{left[name]:,} {when}" for name, when in words.items() if name in left)
    return f"{known_ones} left"


def _token(facts: Facts, name: str) -> Token | None:
    """Return a token, None where the secret holds none."""
    try:
        return read_token(facts.secrets[name].get(), name=name)
    except CredentialError:
        return None


def _is_supplied(facts: Facts) -> bool:
    """Return whether a person put the token there: the token function asks with nothing."""
    try:
        return _credential(facts) is None
    except CredentialError:
        return False


def _credential(facts: Facts) -> Credential | None:
    return read_credential(facts.secrets["credential"].get(), name="CredentialSecret")


def _log(facts: Facts) -> str:
    return facts.log_of("token")
