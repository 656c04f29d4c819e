# SPDX-License-Identifier: Apache-2.0
"""Requests made as events: each in a batch from the queue is carried out and its result published.

What may succeed later goes back to the queue; what cannot be answered stays there until the queue
moves it to the dead letters.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from xero_connection.answers import failed
from xero_connection.batches import is_batch, to_come_again
from xero_connection.catalogue import find
from xero_connection.cutting import without_records
from xero_connection.errors import OutcomeUnknownError, RateLimitedError, XeroConnectionError
from xero_connection.events import RESULTS, entry, fits
from xero_connection.invocation import (
    correlation_of,
    read_invocation,
    requested_operation,
)
from xero_connection.limits import EVENTS

if TYPE_CHECKING:
    from xero_connection.aws import Queue
    from xero_connection.bus import Bus
    from xero_connection.dispatch import Context, Dispatcher
    from xero_connection.observe import Observer

# Whatever else a result leaves out, it has room for this much of a correlation_id.
_LONGEST_ID: Final = 1_000
_PUBLISH_SECONDS: Final = 2.0
_FIRST_PAUSE: Final = 5.0
_LONGEST_PAUSE: Final = 900.0
# Less than this left of the invocation, and a request is not begun.
_LEAST_MILLISECONDS: Final = 5_000


class NotPublishedError(Exception):
    """The bus refused a result; the request is asked again with its key, and so answered again."""


@dataclass(frozen=True, kw_only=True)
class RequestQueue:
    """The action function's work for requests made as events."""

    dispatcher: Dispatcher
    bus: Bus
    queue: Queue
    observer: Observer
    max_receives: int

    def handle(self, event: Any, context: Context) -> Any:
        """Return the answer to any event, batches from the queue among them."""
        if is_batch(event):
            return self._handle_batch(event["Records"], context)
        if is_request(event):
            # A rule of the user's can name the function itself; Lambda then is the queue.
            self._answer(event, context, key=context.aws_request_id, last=False)
            return {"accepted": True}
        return self.dispatcher.handle(event, context)

    def _handle_batch(self, records: list[dict[str, Any]], context: Context) -> dict[str, Any]:
        """Return the messages that are to come again."""
        return to_come_again(one for one in records if not self._handle_record(one, context))

    def _handle_record(self, record: dict[str, Any], context: Context) -> bool:
        """Return whether the message is done with."""
        if context.get_remaining_time_in_millis() < _LEAST_MILLISECONDS:
            return False
        receives = int(record["attributes"]["ApproximateReceiveCount"])
        try:
            event, key = _asked(json.loads(record["body"]), record["messageId"])
            last = receives >= self.max_receives
            self._answer(event, context, key=key, last=last)
        except RateLimitedError as error:
            # A burst must not use up its receives by waiting for its turn: the request lines up
            # again as a new message, and stays the same request.
            pause = min(error.retry_after or _FIRST_PAUSE, _LONGEST_PAUSE)
            self.queue.send(_with_key(event, key), after=pause)
        except (XeroConnectionError, NotPublishedError) as error:
            pause = getattr(error, "retry_after", None) or 0
            if not isinstance(error, OutcomeUnknownError):
                pause = max(pause, _FIRST_PAUSE * 2 ** (receives - 1))
            self.queue.show_again_after(record["receiptHandle"], min(pause, _LONGEST_PAUSE))
            return False
        except Exception as error:  # noqa: BLE001 - one bad message must not hold up the others
            self.observer.failure(error)
            return False
        return True

    def _answer(self, event: Any, context: Context, *, key: str, last: bool) -> None:
        """Carry a request out and publish how it ended.

        Args:
            event: the request.
            context: of the invocation.
            key: the idempotency key where the event has neither one nor an id.
            last: whether it will not come again.

        Raises:
            XeroConnectionError: it may end otherwise later; how it ended now is published on the
                last try only.
            NotPublishedError: the bus refused the result.
        """
        invocation = None
        try:
            invocation = read_invocation(event, key=key)
            invocation.correlation_id = correlation_of(event)
            answer = self.dispatcher.carry_out(invocation, context, share=EVENTS)
        except XeroConnectionError as error:
            self.dispatcher.observe_refusal(invocation, error, context)
            if isinstance(error, RateLimitedError) or (_may_settle(error) and not last):
                raise
            self._publish(event, failed(requested_operation(event), error))
            if _may_settle(error):
                raise
            return
        self._publish(event, answer)

    def _publish(self, event: dict[str, Any], answer: dict[str, Any]) -> None:
        correlation_id = correlation_of(event)
        operation = requested_operation(event)
        result = entry(RESULTS, operation, {"correlation_id": correlation_id, **answer})
        if not fits(result):
            if "output" in answer:
                answer = without_records(find(answer["operation"]), answer)
            known_by = correlation_id and correlation_id[:_LONGEST_ID]
            result = entry(RESULTS, operation, {"correlation_id": known_by, **answer})
        if self.bus.put([result], until=self.dispatcher.clock() + _PUBLISH_SECONDS):
            self.observer.record(
                failed=True, outcome="result not published", correlation_id=correlation_id
            )
            raise NotPublishedError


def is_request(event: Any) -> bool:
    """Return whether the event is one of EventBridge's, delivered by a rule."""
    return isinstance(event, dict) and "detail-type" in event and "detail" in event


def _may_settle(error: XeroConnectionError) -> bool:
    """Return whether the same request, asked again, may end otherwise."""
    unknown = isinstance(error, OutcomeUnknownError) and error.retry_after is not None
    return error.retryable or unknown


def _asked(event: Any, message_id: str) -> tuple[Any, str]:
    """Return the request in a message, and the key it has where it brings none.

    An asynchronous invocation that failed is put among the dead letters inside what Lambda says of
    it: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    if isinstance(event, dict) and "requestPayload" in event:
        return event["requestPayload"], event["requestContext"]["requestId"]
    return event, message_id


def _with_key(event: Any, key: str) -> str:
    """Return a request as the text of a new message that is known by the same key."""
    if event.get("id"):
        return json.dumps(event)
    if not is_request(event):
        return json.dumps({**event, "idempotency_key": event.get("idempotency_key") or key})
    detail = event["detail"]
    if isinstance(detail, dict) and detail.get("idempotency_key") is None:
        event = {**event, "detail": {**detail, "idempotency_key": key}}
    return json.dumps(event)
