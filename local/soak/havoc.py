# SPDX-License-Identifier: Apache-2.0
"""Breaks one thing after the other in a running stack, at random, and mends it again."""

import random
import threading
from collections import Counter
from collections.abc import Sequence
from typing import Any

from local.machine import control, xero_peer
from local.machine.aws_front import AwsFront
from local.machine.stack import Stack

_AWS: tuple[dict[str, Any], ...] = (
    {"service": "events", "kind": "refuse"},
    {"service": "events", "kind": "refuse", "code": "ThrottlingException", "status": 400},
    {"service": "events", "kind": "entries", "text": "a"},
    {"service": "events", "kind": "entries", "text": "7e"},
    {"service": "events", "kind": "drop"},
    {"service": "events", "kind": "drop-answer", "times": 3},
    {"service": "events", "kind": "hang"},
    {"service": "events", "kind": "delay", "seconds": 0.6},
    {"service": "dynamodb", "kind": "refuse"},
    {"service": "dynamodb", "kind": "unprocessed", "operation": "BatchGetItem"},
    {"service": "dynamodb", "kind": "unprocessed", "operation": "BatchWriteItem"},
    {"service": "dynamodb", "kind": "drop"},
    {"service": "dynamodb", "kind": "hang"},
    {"service": "sqs", "kind": "refuse"},
    {"service": "sqs", "kind": "drop-answer", "times": 3},
    {"service": "secretsmanager", "kind": "refuse"},
    {"service": "secretsmanager", "kind": "hang"},
    {"service": "lambda", "kind": "refuse"},
)
_XERO = (
    "429-minute:1",
    "429-minute:20",
    "500",
    "503",
    "slow:1",
    "cut",
    "cut-after",
    "html-error",
    "empty",
    "expired-token",
)


class Havoc(threading.Thread):
    """Breaks things until it is stopped."""

    def __init__(
        self,
        stack: Stack,
        front: AwsFront,
        chance: random.Random,
        *,
        functions: Sequence[str],
        xero: bool = True,
    ) -> None:
        """Take what is to be broken; without `xero`, its faults are somebody else's."""
        super().__init__(daemon=True)
        self._stack = stack
        self._front = front
        self._chance = chance
        self._functions = functions
        self._xero = xero
        self._stopping = threading.Event()
        self.done: Counter[str] = Counter()
        """How often each kind of thing was broken."""

    def run(self) -> None:
        """Break and mend in turn."""
        acts = [self._break_aws, self._break_aws, self._break_aws, self._end]
        acts += [self._break_xero] if self._xero else []
        while not self._stopping.is_set():
            # Two at once are worse than one after the other: bus and backlog, token and table.
            for act in self._chance.choices(acts, k=self._chance.randint(1, 2)):
                act()
            self._stopping.wait(self._chance.uniform(0.3, 2))
            self._mend()
            self._stopping.wait(self._chance.uniform(0.2, 1.5))

    def stop(self) -> None:
        """Break nothing more, and mend all."""
        self._stopping.set()
        self.join()
        self._mend()

    def _break_aws(self) -> None:
        fault = self._chance.choice(_AWS)
        self._front.add(**fault)
        self.done[f"{fault['service']} {fault['kind']}"] += 1

    def _break_xero(self) -> None:
        kind = self._chance.choice(_XERO)
        self._ask("POST", "faults", {"fault": kind, "times": self._chance.randint(1, 5)})
        self.done[f"xero {kind}"] += 1
        if self._chance.random() < 1 / 3:
            self._ask("POST", "expire-tokens")
            self.done["xero expire-tokens"] += 1

    def _end(self) -> None:
        function = self._chance.choice(self._functions)
        control.end_copies(self._stack, function)
        self.done[f"{function} ended"] += 1

    def _mend(self) -> None:
        self._front.mend()
        if self._xero:
            self._ask("DELETE", "faults")

    def _ask(self, method: str, route: str, wish: Any = None) -> None:
        xero_peer.request(self._stack.xero_url, method, f"/_simulator/{route}", wish)
