# SPDX-License-Identifier: Apache-2.0
"""What is known of a stack when it is judged. What could not be read says why, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class UnreadError(Exception):
    """A judge needs what could not be read; the message says why."""


@dataclass(frozen=True)
class Read(Generic[T_co]):
    """Something that was read, or the reason why it was not."""

    value: T_co | None = field(default=None, repr=False)
    problem: str = ""

    def get(self) -> T_co:
        """Return it.

        Raises:
            UnreadError: it was not read.
        """
        if self.problem:
            raise UnreadError(self.problem)
        assert self.value is not None
        return self.value


@dataclass(frozen=True)
class Switch:
    """Something of the template that can be on or off."""

    name: str
    """Its logical id."""
    id: str
    """AWS's name for it."""
    state: str
    """AWS's word; empty where it is gone."""
    bus: str = ""
    """Of a rule."""


@dataclass(frozen=True)
class Function:
    """A function as AWS has it."""

    state: str
    """Empty where it is gone."""
    update: str = ""
    log_group: str = ""


@dataclass(frozen=True)
class Invoked:
    """How an invocation ended: with an answer, with one of our errors, or in some other way."""

    answer: Any = None
    error: Mapping[str, Any] | None = None
    crash: str = ""
    """AWS's name for the failure of a function that did not get so far as to say."""


@dataclass(frozen=True)
class Probe:
    """What the webhook's address answered to a request that nobody signed."""

    status: int
    is_empty: bool
    seconds: float


@dataclass(frozen=True)
class Metrics:
    """What CloudWatch counted lately; it tells nothing where nothing happened."""

    oldest: Mapping[str, float] = field(default_factory=dict)
    """Queue → seconds for which its oldest message has waited."""
    invoked: Mapping[str, int] = field(default_factory=dict)
    """Function → how often in the last hour."""
    failed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All of it. Functions, queues and secrets go by their names in stack.json."""

    now: datetime
    option: str = ""
    """What a command needs to mean the stack."""
    stack: Read[str]
    """CloudFormation's status of it."""
    functions: Mapping[str, Read[Function]] = field(default_factory=dict)
    sources: Read[Sequence[Switch]]
    """What hands messages of queues to functions."""
    rules: Read[Sequence[Switch]]
    starts: Mapping[str, Read[Invoked]] = field(default_factory=dict)
    """What functions answered to something harmless; query: which organisations are connected."""
    organisations: Mapping[str, Read[Invoked]] = field(default_factory=dict)
    """By their ids, what query answered when it was asked for them."""
    secrets: Mapping[str, Read[str]] = field(default_factory=dict, repr=False)
    rows: Read[Mapping[str, Mapping[str, str]]]
    """Rows of the table by their keys, as far as they hold texts."""
    left: Read[Mapping[str, Mapping[str, int]]]
    """Organisation → calls that are left of its limits, as far as that is known."""
    queues: Mapping[str, Read[int]] = field(default_factory=dict)
    """How many messages they hold."""
    metrics: Read[Metrics]
    address: Read[Probe]
    skew: Read[float]
    """Seconds by which this machine's clock is ahead of AWS's."""

    def row(self, key: str) -> Mapping[str, str]:
        """Return a row, empty where there is none.

        Raises:
            UnreadError: the table was not read.
        """
        return self.rows.get().get(key, {})

    def command(self, words: str) -> str:
        """Return a command of ours, for this very stack, to be shown."""
        return f"`xero-connection {' '.join(filter(None, (words, self.option)))}`"

    def log_of(self, function: str) -> str:
        """Return the command that shows a function's log."""
        read = self.functions.get(function, Read(problem="unknown"))
        group = read.value.log_group if read.value else ""
        return f"`aws logs tail {group} --since 1h`" if group else f"the log of {function}"
