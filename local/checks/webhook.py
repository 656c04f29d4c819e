# SPDX-License-Identifier: Apache-2.0
"""Judges the webhook: its key, its address, what arrived, and what the stack watches. No I/O."""

from xero_connection import deliveries as noted
from xero_connection.alarms import WRONG_ON_PURPOSE
from xero_connection.notices import read_said, row_key
from xero_connection.problems import PROBLEMS

from local.checks.facts import Facts
from local.checks.verdicts import (
    Verdict,
    ago,
    failed,
    listed,
    moment,
    passed,
    skipped,
    together,
    warned,
)
from local.webhook.key import Keys, doubts, read_keys

_XERO_WAITS = 5.0
_REFUSED = 401
_THROTTLED = 429
_BROKEN = 500


def key(facts: Facts) -> Verdict:
    """Judge what the secret holds."""
    try:
        keys = _keys(facts)
    except ValueError:
        return failed(
            "WebhookKeySecret holds no JSON object.", f"Put it anew: {facts.command('webhook')}."
        )
    if not keys.current:
        return failed(
            "WebhookKeySecret is empty, so every delivery is refused.",
            f"Put the key from Xero's portal: {facts.command('webhook')}.",
        )
    doubt = doubts(keys.current)
    if doubt and facts.row(noted.KEY).get("genuine_key") != noted.key_name(keys.current):
        return warned(
            f"It does not look like Xero's: {doubt.text}.",
            f"If nothing passes, put it anew: {facts.command('webhook')}.",
        )
    if keys.previous:
        return warned(
            "Filled; the key before it is accepted too.",
            f"End the change: {facts.command('webhook rotate --finish')}.",
        )
    return passed("Filled.")


def address(facts: Facts) -> Verdict:
    """Judge what the delivery URL answers to what nobody signed."""
    probe = facts.address.get()
    if probe.status >= _BROKEN:
        return failed(
            f"It answers {probe.status}: the function fails.",
            f"See why: {facts.log_of('webhook')}.",
        )
    if probe.status == _THROTTLED:
        return warned(
            "It is throttled (429).", "Raise ThrottleRate or the account's Lambda concurrency."
        )
    if probe.status != _REFUSED or not probe.is_empty:
        return failed(
            f"It answers {probe.status}{'' if probe.is_empty else ' with a body'}, where an empty"
            " 401 is due.",
            "Something stands before the stack, or the URL is another's: `sam deploy` again.",
        )
    if probe.seconds > _XERO_WAITS:
        return warned(
            f"It took {probe.seconds:.1f} s; Xero waits {_XERO_WAITS:g}.",
            "A first start may; check again. Else raise the function's MemorySize.",
        )
    return passed(f"It refuses what is not signed, in {probe.seconds:.1f} s.")


def intent(facts: Facts) -> Verdict:
    """Judge whether Xero has been shown that the key is right."""
    try:
        keys = _keys(facts)
    except ValueError:
        keys = Keys("", "")
    if not keys.current:
        return skipped("There is no key yet.")
    row = facts.row(noted.KEY)
    right = moment(row.get("genuine_at", ""))
    if right and row.get("genuine_key") == noted.key_name(keys.current):
        shown = moment(row.get("intent_at", ""))
        passed_at = f"Passed {ago(shown, facts.now)}." if shown else ""
        return passed(passed_at or f"Shown by a delivery {ago(right, facts.now)}.")
    if right and row.get("genuine_key") == noted.key_name(keys.previous):
        return warned(
            "What comes is still signed with the previous key.",
            f"Save the new one in Xero's portal, then {facts.command('webhook rotate --finish')}.",
        )
    return failed(
        "Nothing signed with this key has come.",
        "In Xero's portal, Webhooks tab: “Send intent to receive”;"
        f" {facts.command('webhook')} waits for it and says why it fails.",
    )


def deliveries(facts: Facts) -> Verdict:
    """Judge what has arrived."""
    row = facts.row(noted.KEY)
    right, wrong = moment(row.get("genuine_at", "")), moment(row.get("wrong_at", ""))
    last = (
        f"The last right one came {ago(right, facts.now)}." if right else "No right one has come."
    )
    if wrong is None or (right and right >= wrong):
        return passed(last) if right else skipped(last)
    found = f"The last came {ago(wrong, facts.now)} with a wrong signature. {last}"
    if right is None or wrong - right > WRONG_ON_PURPOSE:
        return failed(
            found,
            "Put the key that the Webhooks tab in Xero's portal shows:"
            f" {facts.command('webhook')}. If it is the same, somebody else is knocking.",
        )
    if facts.now - wrong < WRONG_ON_PURPOSE:
        return warned(found, "An intent to receive has such too: check again in a minute.")
    return passed(last)


def alarms(facts: Facts) -> Verdict:
    """Judge what the watch function has said and not taken back."""
    rows = facts.rows.get()
    found = {name: read_said(rows.get(row_key(kind), {})).open for name, kind in PROBLEMS.items()}
    return together(
        (
            failed(
                f"{name} since {listed(sorted({one.since for one in held.values()}))}.",
                PROBLEMS[name].advice,
            )
            for name, held in found.items()
            if held
        ),
        passed("None is open."),
    )


def _keys(facts: Facts) -> Keys:
    return read_keys(facts.secrets["webhook_key"].get())
