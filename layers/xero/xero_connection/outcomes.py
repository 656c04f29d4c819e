# SPDX-License-Identifier: Apache-2.0
"""What is kept of a request for an action, so that asking again does nothing twice. No I/O.

A request is known by its idempotency key. While it is worked on, the steps it has taken are kept;
once it is done, its answer is.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final, Literal
from uuid import UUID

from xero_connection.documents import to_json

WINDOW_SECONDS: Final = 240.0
"""How long after it was first sent a write is repeated with its key.

Xero keeps a key for six minutes from the first call, and a repeat may wait its turn for a minute.
https://developer.xero.com/documentation/guides/idempotent-requests/idempotency/
"""
SETTLED_SECONDS: Final = 60.0
"""How long after a write was last sent Xero surely has ended it, one way or the other."""

# An item of the table may have 400 KB: what is larger is kept without its records.
_LARGEST_BODY: Final = 350_000
_DIGEST: Final = 16
_WHOLE: Final = {"ValidationErrors", "error", "undo"}
# Hexadecimal digits of a SHA-256.
_SCOPE: Final = 64

State = Literal["working", "open", "done"]


@dataclass
class Step:
    """One call that a request has made to Xero."""

    key: str = ""
    """The idempotency key it was sent with; empty for a GET."""
    sent_at: float = 0.0
    """When it was first sent with this key, in seconds since 1970; set before it is."""
    last_at: float = 0.0
    """The last moment at which it may have been sent."""
    answered: bool = False
    document: Any = None
    """What Xero answered."""
    fresh: bool = field(default=False, compare=False)
    """Whether this very invocation has begun it and knows that it was not sent yet. Not kept."""


@dataclass(frozen=True)
class Element:
    """A document of a batch that Xero has taken."""

    fingerprint: str
    record: Any


@dataclass
class Outcome:
    """A row of the table: how far a request has come."""

    key: str
    owner: str
    """The invocation that works on it, or was the last to."""
    until: float
    """The moment at which that invocation is over for sure, in seconds since 1970."""
    fingerprint: str
    """Of what was asked for: as much of its beginning as a request that takes its place has."""
    expires_at: int
    state: State = "working"
    generation: int = 0
    """How often it began anew: Xero keeps a refusal under its key, so the next has another."""
    steps: list[Step] = field(default_factory=list)
    elements: dict[int, Element] = field(default_factory=dict)
    """Of a batch: what Xero has taken of it, by place in the list."""
    answer: dict[str, Any] | None = None

    @property
    def scope(self) -> str:
        """The part of the fingerprint that says which operation in which organisation."""
        return self.fingerprint[:_SCOPE]

    @property
    def doubt(self) -> Step | None:
        """The write that may have been carried out and was not answered, where there is one."""
        last = self.steps[-1] if self.steps else None
        return last if last and last.key and not (last.answered or last.fresh) else None

    @property
    def begun(self) -> bool:
        """Whether something of it was, or may have been, carried out."""
        return any(step.key for step in self.steps)

    @property
    def open_to(self) -> str:
        """With what the fingerprint of a request begins that may take its place, if not begun."""
        return self.scope if self.elements else ""

    def is_free(self, now: float) -> bool:
        """Return whether no invocation works on it."""
        return self.state != "working" or self.until <= now

    def stands_for_another(self, fingerprint: str, *, now: float) -> bool:
        """Return whether its key is refused to a request of this fingerprint."""
        left = self.state == "working" and self.is_free(now) and not self.begun
        return not fingerprint.startswith(self.open_to if left else self.fingerprint)

    def xero_key(self, write: int) -> str:
        """Return the idempotency key that Xero gets with a write, the first of which is 1.

        The caller's own where that will do; else one that follows from it and is like no other.
        """
        if write == 1 and not self.generation:
            return self.key
        return f"{self.key[:80]}-{_digest(f'{self.key} {self.generation} {write}')}"

    def refused(self) -> None:
        """Take back the step that Xero refused; what is asked next with this key is new to Xero."""
        self.steps.pop()
        self.generation += 1

    def start_over(self) -> None:
        """Take back a step that was not carried out, with the reads that it followed from."""
        self.refused()
        while self.steps and not self.steps[-1].key:
            self.steps.pop()

    def packed(self) -> bytes:
        """Return all but the row's own attributes as compressed JSON."""
        steps = [
            {name: value for name, value in asdict(step).items() if name != "fresh"}
            for step in self.steps
        ]
        elements = {str(index): asdict(element) for index, element in self.elements.items()}
        kept: dict[str, Any] = {"steps": steps, "elements": elements, "answer": self.answer}
        body = zlib.compress(to_json(kept).encode())
        for smaller in (_without_parts, _without_output):
            if len(body) > _LARGEST_BODY:
                kept = smaller(kept)
                body = zlib.compress(to_json(kept).encode())
        return body

    def unpack(self, body: bytes) -> None:
        """Take what `packed` has made."""
        kept = json.loads(zlib.decompress(body), parse_float=Decimal)
        self.steps = [Step(**step) for step in kept["steps"]]
        self.elements = {int(index): Element(**one) for index, one in kept["elements"].items()}
        self.answer = kept["answer"]
        for step in self.steps:
            step.sent_at, step.last_at = float(step.sent_at), float(step.last_at)


def _without_parts(kept: dict[str, Any]) -> dict[str, Any]:
    """Return what is to be kept with records that have none of their lines and other parts."""
    answer = kept["answer"]
    steps = [{**step, "document": _thin(step["document"], depth=2)} for step in kept["steps"]]
    elements = {
        index: {**one, "record": _thin(one["record"], depth=0)}
        for index, one in kept["elements"].items()
    }
    output = answer and _thin(answer["output"], depth=3)
    return {
        "steps": steps,
        "elements": elements,
        "answer": answer and {**answer, "output": output},
    }


def _without_output(kept: dict[str, Any]) -> dict[str, Any]:
    answer = kept["answer"]
    return {**kept, "answer": answer and {**answer, "output": {}, "output_omitted": True}}


def _thin(value: Any, *, depth: int) -> Any:
    """Return a value without the parts that lie deeper, but for what a refusal says."""
    if isinstance(value, list):
        return [_thin(one, depth=depth - 1) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: part if name in _WHOLE else _thin(part, depth=depth - 1)
        for name, part in value.items()
        if name in _WHOLE or depth > 0 or not isinstance(part, dict | list)
    }


def request_fingerprint(operation_id: str, tenant_id: str | None, asked: Any) -> str:
    """Return the fingerprint of a request; that of operation and organisation comes first."""
    return fingerprint(operation_id, tenant_id) + fingerprint(asked)


def fingerprint(*parts: Any) -> str:
    """Return what tells one request from another, however its numbers and members are written."""
    return sha256(json.dumps(_plain(parts), sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Return a value in which what means the same is the same."""
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float | Decimal):
        return {"number": str(Decimal(str(value)).normalize())}
    if isinstance(value, str | date | UUID):
        return str(value)
    raise TypeError(f"no part of a request: {type(value).__name__}")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_DIGEST]
