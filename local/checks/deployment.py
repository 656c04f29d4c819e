# SPDX-License-Identifier: Apache-2.0
"""Judges what AWS runs: stack, functions, queues, schedules; and this machine's clock. No I/O."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from local.checks.facts import Facts, Metrics, Switch
from local.checks.verdicts import (
    Verdict,
    counted,
    failed,
    lasting,
    listed,
    passed,
    together,
    warned,
)
from local.deadletters.redriving import QUEUES

_BACKLOG = "backlog"
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
_REFUSED_BY = 300
_LEANING = 30
_LONG = timedelta(minutes=15)
_ANSWERS_THEIR_CALLER = frozenset({"action", "query"})
"""Functions whose failures are mostly their callers' own, who hear of them."""
_DEPLOY = "Deploy it again: `sam build && sam deploy`."


def stack(facts: Facts) -> Verdict:
    """Judge what CloudFormation says."""
    status = facts.stack.get()
    if status.endswith("_IN_PROGRESS"):
        return warned(f"It is being changed now ({status}).", "Check again when that is done.")
    if status == "UPDATE_ROLLBACK_COMPLETE":
        return warned(
            "The last update was taken back; what was before it runs.",
            "See why: `aws cloudformation describe-stack-events`, then `sam deploy` again.",
        )
    if not status.endswith("_COMPLETE") or "ROLLBACK" in status or "DELETE" in status:
        return failed(
            f"CloudFormation says {status}.",
            "See why: `aws cloudformation describe-stack-events`, then `sam deploy` again.",
        )
    return passed(f"It stands ({status}).")


def functions(facts: Facts) -> Verdict:
    """Judge whether all functions are there and start."""
    return together(
        _of_functions(facts), passed(f"{counted(len(facts.functions), 'function')}, all active.")
    )


def _of_functions(facts: Facts) -> Iterator[Verdict]:
    metrics = facts.metrics.value or Metrics()
    for name, read in facts.functions.items():
        started = facts.starts.get(name)
        crash = started.value.crash if started and started.value else ""
        function = read.get()
        invoked, errors = metrics.invoked.get(name, 0), metrics.failed.get(name, 0)
        if not function.state:
            yield failed(f"{name} is gone.", _DEPLOY)
        elif "Failed" in {function.state, function.update}:
            yield failed(f"{name} was not set up (Failed).", _DEPLOY)
        elif crash:
            yield failed(
                f"{name} does not start ({crash}).", f"See why: {facts.log_of(name)}. {_DEPLOY}"
            )
        elif function.state == "Pending" or function.update == "InProgress":
            yield warned(f"{name} is being set up.", "Check again in a minute.")
        elif 0 < invoked == errors and name not in _ANSWERS_THEIR_CALLER:
            yield warned(
                f"{name} failed each time in the last hour, {counted(errors, 'time')}.",
                f"See why: {facts.log_of(name)}.",
            )


def sources(facts: Facts) -> Verdict:
    """Judge whether the queues are worked off."""
    found = facts.sources.get()
    return together(
        (
            failed(
                f"{one.name} is {_said(one)}: its queue is not worked off.",
                f"`aws lambda update-event-source-mapping --uuid {one.id} --enabled`"
                if one.state
                else _DEPLOY,
            )
            for one in found
            if one.state not in {"Enabled", "Enabling", "Creating", "Updating"}
        ),
        passed(f"{counted(len(found), 'queue')}, all worked off."),
    )


def rules(facts: Facts) -> Verdict:
    """Judge whether schedules run and events are passed on."""
    found = facts.rules.get()
    return together(
        (
            failed(
                f"{one.name} is {_said(one)}.",
                f"`aws events enable-rule --name {one.id}{_on(one.bus)}`" if one.state else _DEPLOY,
            )
            for one in found
            if not one.state.startswith("ENABLED")
        ),
        passed(f"{counted(len(found), 'rule')}, all enabled."),
    )


def clock(facts: Facts) -> Verdict:
    """Judge this machine's clock by AWS's."""
    skew = facts.skew.get()
    off = f"It is {lasting(timedelta(seconds=abs(skew)))} {'fast' if skew > 0 else 'slow'}."
    todo = "Set this machine's clock, best by NTP."
    if abs(skew) >= _REFUSED_BY:
        return failed(f"{off} AWS refuses what is signed five minutes off.", todo)
    if abs(skew) > _LEANING:
        return warned(off, todo)
    return passed("It agrees with AWS's.")


def waiting(facts: Facts) -> Verdict:
    """Judge what waits in the queues."""
    held = _held(facts, {name: name for name in facts.queues.keys() - set(QUEUES.values())})
    said = _counts(held)
    oldest = facts.metrics.value.oldest if facts.metrics.value else {}
    late = {
        name: timedelta(seconds=oldest[name])
        for name in held
        if timedelta(seconds=oldest.get(name, 0)) > _LONG
    }
    if _BACKLOG in held:
        return warned(
            f"Webhooks wait that the bus refused: {said}.",
            f"They go on by themselves once it takes them; see {facts.log_of('webhook')}.",
        )
    if late:
        waits = listed(f"{name} since {lasting(span)}" for name, span in late.items())
        return warned(
            f"The oldest waits long: {waits} ({said}).",
            "See the lines about queues, Xero and limits here, and the functions' logs.",
        )
    return passed(f"At work: {said}." if held else "Nothing waits.")


def dead_letters(facts: Facts) -> Verdict:
    """Judge what could not be done."""
    held = _held(facts, {name: key for name, key in QUEUES.items() if key in facts.queues})
    if not held:
        return passed("There are none.")
    again = listed(facts.command(f"deadletters redrive {name}") for name in held)
    return failed(
        f"Not done and kept: {_counts(held)}.",
        f"See why: {facts.command('deadletters list')}; then put them back: {again}.",
    )


def _held(facts: Facts, names: Mapping[str, str]) -> dict[str, int]:
    """Return how many messages queues hold that hold some; names → keys of stack.json."""
    return {
        name: count for name, key in sorted(names.items()) if (count := facts.queues[key].get())
    }


def _counts(held: Mapping[str, int]) -> str:
    return listed(f"{name} {count:,}" for name, count in held.items())


def _said(one: Switch) -> str:
    return one.state.lower() or "gone"


def _on(bus: str) -> str:
    return f" --event-bus-name {bus}" if bus not in {"", "default"} else ""
