# SPDX-License-Identifier: Apache-2.0
"""Hundreds of requests and queries at once on one organisation, which keeps to Xero's limits.

In the end it counts what Xero refused, and how long a person had to wait meanwhile.
"""

import argparse
import json
import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from local.console import Console
from local.deployed import here
from local.listener import listening
from local.machine import calls, xero_peer
from local.machine.aws_front import AwsFront
from local.machine.stack import Stack

MUST_BE_NONE = (
    "over sixty a minute",
    "over five at once",
    "refused beyond the first few",
    "requests without a result",
    "queries without an answer",
    "people without an answer",
)

_MINUTE, _AT_ONCE = 60, 5
_FIRST_FEW = 8
_PATIENCE_SECONDS = 1_200
_PERSON_EVERY = 5.0


@dataclass
class Person:
    """Somebody who asks now and then, and how long each answer took."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this trial can be told."""
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument(
        "--at-once", type=int, default=40, help="queries that are under way at a time"
    )
    parser.add_argument(
        "--latency", type=float, default=0.4, help="seconds that each of Xero's answers takes"
    )


def soak(stack: Stack, front: AwsFront, console: Console, told: argparse.Namespace) -> int:
    """Do it, and return how much is wrong."""
    del front
    _usage(stack, "DELETE")
    person, done = Person(), threading.Event()
    asking = threading.Thread(target=_ask_now_and_then, args=(stack, person, done))
    with console.step(f"{told.requests} requests, and a person"):
        asking.start()
        answered = _request_all(stack, told.requests)
        done.set()
        asking.join()
    step = f"{told.queries} queries, {told.at_once} at once"
    with console.step(step), ThreadPoolExecutor(told.at_once) as pool:
        failures = [one for one in pool.map(lambda _: _query(stack), range(told.queries)) if one]
    usage = _usage(stack, "GET")
    refused = sum(usage["refused"].values())
    figures = {
        "requests": told.requests,
        "requests without a result": told.requests - answered,
        "queries": told.queries,
        "queries without an answer": len(failures),
        "people's questions": len(person.seconds),
        "people without an answer": person.failed,
        "their wait in ms, median": round(1000 * statistics.median(person.seconds)),
        "longest": round(1000 * max(person.seconds)),
        "calls to Xero": usage["calls"],
        "most in a minute": usage["most_in_a_minute"],
        "over sixty a minute": max(0, usage["most_in_a_minute"] - _MINUTE),
        "most at once": usage["most_at_once"],
        "over five at once": max(0, usage["most_at_once"] - _AT_ONCE),
        "refused by Xero": refused,
        "refused beyond the first few": max(0, refused - _FIRST_FEW),
    }
    console.heading("Counted")
    for name, figure in figures.items():
        console.line(f"{name:<32}{figure:>8,}")
    for name, times in usage["refused"].items():
        console.line(f"{f'refused: {name}':<32}{times:>8,}")
    for name, times in Counter(failures).items():
        console.line(f"{f'unanswered: {name}':<32}{times:>8,}")
    return sum(figures[one] for one in MUST_BE_NONE)


def _usage(stack: Stack, method: str) -> Any:
    answer = xero_peer.request(stack.xero_url, method, "/_simulator/usage")
    return answer[stack.tenant_id] if answer else None


def _request_all(stack: Stack, count: int) -> int:
    """Put so many requests on the bus at once, and return how many were carried out."""
    entries = [
        {
            "EventBusName": stack.bus,
            "Source": "xero.requests",
            "DetailType": "contacts/create_contact",
            "Detail": json.dumps({"input": {"contact": {"Name": f"Burst {number}"}}}),
        }
        for number in range(count)
    ]
    client = stack.account.client("events")
    done: set[str] = set()
    with listening(here(stack), {"source": ["xero.results"]}) as listener:
        for start in range(0, count, 10):
            client.put_events(Entries=entries[start : start + 10])
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while len(done) < count and time.monotonic() < deadline:
            for event in listener.collect(1):
                if "error" not in event["detail"]:
                    done.add(event["detail"]["correlation_id"])
            listener.events.clear()
    return len(done)


def _ask_now_and_then(stack: Stack, person: Person, done: threading.Event) -> None:
    while not done.is_set():
        started = time.monotonic()
        answer = calls.invoke(stack, "query", {"operation": "organisations/get_organisation"})
        person.seconds.append(time.monotonic() - started)
        person.failed += answer.failed
        done.wait(_PERSON_EVERY)


def _query(stack: Stack) -> str:
    """Ask as somebody who comes back when told to wait; return the error there was in the end."""
    envelope = {
        "operation": "contacts/list_contacts",
        "input": {"page_size": 5},
        "on_error": "return",
    }
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        answer = calls.invoke(stack, "query", envelope).payload
        if "output" in answer:
            return ""
        # A function that failed as a whole says it in Lambda's words.
        error = answer.get("error") or {"type": answer.get("errorType", "none named")}
        if not error.get("retryable") or time.monotonic() > deadline:
            return str(error["type"])
        time.sleep(error["retry_after"] or 1)
