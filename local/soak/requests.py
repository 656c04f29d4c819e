# SPDX-License-Identifier: Apache-2.0
"""Invoices and payments asked for by events, while Xero and AWS fail and functions are ended.

In the end it counts: each is in the books once, and each request has its result.
"""

import argparse
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from local.console import Console
from local.deployed import here
from local.listener import Listener, listening
from local.machine import calls, control, xero_peer
from local.machine.aws_front import AwsFront
from local.machine.stack import Stack
from local.soak.havoc import Havoc

PATIENCE_SECONDS = 1_800
MUST_BE_NONE = (
    "without a result",
    "with an error",
    "invoices too few",
    "invoices too many",
    "payments too few",
    "payments too many",
    "dead letters",
)

_CHANCES = {
    "cut-after": 0.06,
    "cut": 0.03,
    "500": 0.04,
    "500-after": 0.02,
    "503": 0.03,
    "503-after": 0.02,
    "429-minute:1": 0.05,
    "slow:1": 0.02,
    "html-error": 0.02,
    "empty": 0.02,
}
"""How many of the calls to Xero meet each fault."""
_LASTING = {"500-after"}
"""Xero keeps the failure under the key, so that a repeat says nothing new for six minutes."""
_PER_INVOICE = 50
"""Payments of one invoice."""
_AMOUNT = 2
_FUNCTION_SECONDS = 15
_ENTRIES = 10


@dataclass
class Asked:
    """The requests, by correlation_id, and how they ended."""

    requests: dict[str, tuple[str, Any]] = field(default_factory=dict)
    ended: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    repeated: int = 0
    """Results that came more than once."""


class Ear(threading.Thread):
    """Hears every result as it comes."""

    def __init__(self, listener: Listener, asked: Asked) -> None:
        """Hear through the listener."""
        super().__init__(daemon=True)
        self._listener = listener
        self._asked = asked
        self._stopping = threading.Event()

    def run(self) -> None:
        """Listen until stopped."""
        while not self._stopping.is_set():
            for event in self._listener.collect(1):
                detail = event["detail"]
                self._asked.repeated += detail["correlation_id"] in self._asked.ended
                self._asked.ended[detail["correlation_id"]] = detail
            self._listener.events.clear()

    def stop(self) -> None:
        """Listen no more."""
        self._stopping.set()
        self.join()


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this soak can be told."""
    parser.add_argument("--invoices", type=int, default=500)
    parser.add_argument("--payments", type=int, default=500)
    parser.add_argument(
        "--short",
        action="store_true",
        help="without the faults that are settled only when Xero has forgotten a key",
    )


def soak(stack: Stack, front: AwsFront, console: Console, told: argparse.Namespace) -> int:
    """Do it, and return how much is wrong."""
    chance = random.Random(told.seed)  # noqa: S311 - guards nothing
    _hurry(stack)
    asked = Asked()
    with console.step("Invoices to pay"):
        bills = [_to_pay(stack) for _ in range(-(-told.payments // _PER_INVOICE))]
    for number in range(told.invoices):
        asked.requests[f"invoice-{number}"] = ("invoices/create_invoice", _invoice(number))
    for number in range(told.payments):
        paid = bills[number // _PER_INVOICE]
        asked.requests[f"payment-{number}"] = ("payments/create_payment", _payment(paid, number))
    havoc = Havoc(stack, front, chance, functions=("action",), xero=False)
    started = time.monotonic()
    with listening(here(stack), {"source": ["xero.results"]}) as listener:
        ear = Ear(listener, asked)
        ear.start()
        _break_xero(stack, told)
        havoc.start()
        try:
            with console.step(f"{len(asked.requests)} requests, seed {told.seed}"):
                _ask_all(stack, chance, asked)
            with console.step("Until all have their result"):
                _wait(stack, asked, havoc)
        finally:
            havoc.stop()
            xero_peer.request(stack.xero_url, "DELETE", "/_simulator/faults")
            ear.stop()
    figures = _figures(stack, asked, told, bills) | {"seconds": round(time.monotonic() - started)}
    console.heading("Soaked")
    for name, figure in figures.items():
        console.line(f"{name:<32}{figure:>8,}")
    console.heading("Faults")
    for name, times in sorted(havoc.done.items()):
        console.line(f"{name:<32}{times:>8,}")
    return sum(figures[one] for one in MUST_BE_NONE)


def _hurry(stack: Stack) -> None:
    """Have what was ended come again sooner than on AWS, where it takes minutes."""
    control.come_again_after(stack, "requests", _FUNCTION_SECONDS + 5)
    # An outcome is under way as long as the function that was ended might have run.
    stack.account.client("lambda").update_function_configuration(
        FunctionName=stack.functions["action"], Timeout=_FUNCTION_SECONDS
    )


def _invoice(number: int) -> Any:
    """Return one of which every tenth has nothing of its own to be known by."""
    own = {"Reference": f"soak-{number}"} if number % 10 else {}
    line = {"Description": "Buoy", "Quantity": 1, "UnitAmount": 12.5, "AccountCode": "200"}
    return {
        "invoice": {"Contact": {"Name": "Soak & Sons"}, "Date": "2026-11-22", "LineItems": [line]}
        | own
    }


def _payment(invoice_id: str, number: int) -> Any:
    """Return one that is like all others of its invoice, but for each second one."""
    own = {"Reference": f"soak-{number}"} if number % 2 else {}
    return {
        "payment": {
            "Invoice": {"InvoiceID": invoice_id},
            "Account": {"Code": "090"},
            "Amount": _AMOUNT,
            "Date": "2026-11-22",
        }
        | own
    }


def _to_pay(stack: Stack) -> str:
    line = {
        "Description": "Boat",
        "Quantity": 1,
        "UnitAmount": 2 * _AMOUNT * _PER_INVOICE,
        "AccountCode": "200",
    }
    document = {
        "Contact": {"Name": "Payer & Sons"},
        "Status": "AUTHORISED",
        "DueDate": "2026-12-20",
        "LineItems": [line],
    }
    envelope = {"operation": "invoices/create_invoice", "input": {"invoice": document}}
    answer = calls.invoke(stack, "action", envelope)
    invoice_id: str = answer.payload["output"]["invoice"]["InvoiceID"]
    return invoice_id


def _break_xero(stack: Stack, told: argparse.Namespace) -> None:
    for place, (fault, chance) in enumerate(_CHANCES.items()):
        if told.short and fault in _LASTING:
            continue
        wish = {"fault": fault, "chance": chance, "seed": told.seed + place, "path": "/api.xro/"}
        xero_peer.request(stack.xero_url, "POST", "/_simulator/faults", wish)


def _ask_all(stack: Stack, chance: random.Random, asked: Asked) -> None:
    """Put all requests on the bus in any order, some of them twice, as EventBridge may."""
    ids = list(asked.requests)
    ids += chance.sample(ids, len(ids) // 20)
    chance.shuffle(ids)
    entries = [_entry(stack, one, *asked.requests[one]) for one in ids]
    client = stack.account.client("events")
    for start in range(0, len(entries), _ENTRIES):
        client.put_events(Entries=entries[start : start + _ENTRIES])


def _entry(stack: Stack, one: str, operation: str, given: Any) -> dict[str, Any]:
    detail = {"correlation_id": one, "idempotency_key": one, "input": given}
    return {
        "EventBusName": stack.bus,
        "Source": "xero.requests",
        "DetailType": operation,
        "Detail": json.dumps(detail),
    }


def _wait(stack: Stack, asked: Asked, havoc: Havoc) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        left = len(asked.requests.keys() - asked.ended.keys())
        if left < len(asked.requests) // 10 and havoc.is_alive():
            # The last of them are those that wait for Xero's six minutes; let them.
            havoc.stop()
        if not left and not control.waiting(stack, "requests"):
            return
        time.sleep(1)


def _figures(
    stack: Stack, asked: Asked, told: argparse.Namespace, bills: list[str]
) -> dict[str, int]:
    errors = Counter(
        one["error"]["type"] for one in asked.ended.values() if one.get("error") is not None
    )
    made = sum(1 for _ in _listed(stack, "invoices", 'Contact.Name=="Soak & Sons"'))
    payments = [
        one
        for one in _listed(stack, "payments", "")
        if one["Invoice"]["InvoiceID"] in bills and one["Status"] == "AUTHORISED"
    ]
    paid = sum((Decimal(str(one["Amount"])) for one in payments), Decimal(0))
    log = xero_peer.request(stack.xero_url, "GET", "/_simulator/requests")["requests"]
    return {
        "requests": len(asked.requests),
        "results": len(asked.ended),
        "results that came again": asked.repeated,
        "without a result": len(asked.requests.keys() - asked.ended.keys()),
        "with an error": errors.total(),
        "invoices": made,
        "invoices too few": max(0, told.invoices - made),
        "invoices too many": max(0, made - told.invoices),
        "payments": len(payments),
        "payments too few": max(0, told.payments - int(paid / _AMOUNT)),
        "payments too many": max(0, int(paid / _AMOUNT) - told.payments),
        "dead letters": control.waiting(stack, "request_dead_letters"),
        "calls to Xero": sum("/api.xro/" in one["path"] for one in log),
        **{f"error {name}": times for name, times in errors.items()},
    }


def _listed(stack: Stack, resource: str, where: str) -> Iterator[Mapping[str, Any]]:
    """Yield all records of a kind, read as any user would."""
    page = pages = 1
    while page <= pages:
        given = {"page": page, "page_size": 1000} | ({"where": where} if where else {})
        envelope = {"operation": f"{resource}/list_{resource}", "input": given}
        output = calls.invoke(stack, "query", envelope).payload["output"]
        yield from output[resource]
        pages = output["pagination"]["page_count"]
        page += 1
