# SPDX-License-Identifier: Apache-2.0
"""The record function's work: a batch of findings, one turn for each organisation and resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from xero_connection.batches import to_come_again
from xero_connection.findings import UnreadableFindingError, read_finding
from xero_connection.publishing import buried
from xero_connection.turns import Message, Tools, Turn

if TYPE_CHECKING:
    from collections.abc import Mapping


class Context(Protocol):
    """What Lambda says about an invocation."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda ends the invocation."""


@dataclass(frozen=True, kw_only=True)
class Recorder(Tools):
    """The record function's work."""

    def handle(self, sources: list[dict[str, Any]], context: Context) -> dict[str, Any]:
        """Return the messages that are to come again.

        https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
        """
        end = self.clock() + context.get_remaining_time_in_millis() / 1000
        again: list[Mapping[str, Any]] = []
        turns: dict[tuple[str, str], list[Message]] = {}
        for source in sources:
            try:
                finding = read_finding(source["body"])
            except UnreadableFindingError as error:
                if not buried(self.bury, self.observer, source["body"], str(error)):
                    again.append(source)
                continue
            if finding:
                key = (finding.tenant_id, finding.resource.name)
                turns.setdefault(key, []).append(Message(source, finding))
        for messages in turns.values():
            turn = Turn(self, messages, end=end, owner=context.aws_request_id)
            again += [message.source for message in turn.work()]
        return to_come_again(again)
