# SPDX-License-Identifier: Apache-2.0
"""Sends webhooks over HTTP: the intent-to-receive probes, and deliveries from a thread."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import requests

from local.xero import webhooks
from local.xero.webhooks import DEADLINE, Outcome

if TYPE_CHECKING:
    from local.xero.simulator import XeroSimulator
    from local.xero.wire import Document

_HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Accept": "*/*",
    "Accept-Encoding": "gzip,deflate",
    "User-Agent": "Simulated-Xero-Webhooks",
}


def post(url: str, body: bytes, signature: str) -> Outcome:
    """Send a signed body and return what came back within Xero's five seconds."""
    headers = _HEADERS | {"x-xero-signature": signature}
    start = time.monotonic()
    try:
        answer = requests.post(
            url, data=body, headers=headers, timeout=DEADLINE, allow_redirects=False
        )
    except requests.RequestException:
        return Outcome(None, seconds=time.monotonic() - start)
    seconds = time.monotonic() - start
    return Outcome(
        answer.status_code if seconds <= DEADLINE else None,
        body_empty=not answer.content,
        sets_cookie="Set-Cookie" in answer.headers,
        seconds=seconds,
    )


def intent_to_receive(simulator: XeroSimulator) -> Document:
    """Run the probe series against the configured address and switch the webhook by its outcome."""
    url, key = simulator.webhook_target()
    if not url:
        return {"passed": False, "probes": [], "reason": "No webhook address is set"}
    answers = [
        (probe, post(url, probe.body, probe.signature)) for probe in webhooks.probes(key=key)
    ]
    reason = webhooks.verdict(answers)
    simulator.webhook_proven(passed=reason is None)
    return {
        "passed": reason is None,
        "probes": [
            {
                "signed": "right" if probe.rightly_signed else "wrong",
                "status": outcome.status,
                "body_empty": outcome.body_empty,
                "seconds": round(outcome.seconds, 3),
            }
            for probe, outcome in answers
        ],
        "reason": reason,
    }


class DeliveryThread(threading.Thread):
    """Sends what the simulator's webhook has due, until stopped."""

    def __init__(self, simulator: XeroSimulator) -> None:
        """Make the thread; `start` starts it."""
        super().__init__(name="xero-webhooks", daemon=True)
        self._simulator = simulator
        self._stopping = threading.Event()

    def run(self) -> None:
        """Wait for deliveries and send them."""
        while not self._stopping.is_set():
            delivery = self._simulator.wait_for_delivery(self._stopping)
            if delivery is None:
                continue
            outcome = post(delivery.url, delivery.body, delivery.signature)
            self._simulator.settle_delivery(delivery, outcome)

    def stop(self) -> None:
        """End the thread, after the delivery under way."""
        self._stopping.set()
        self._simulator.wake()
        self.join()
