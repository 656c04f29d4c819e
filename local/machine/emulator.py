# SPDX-License-Identifier: Apache-2.0
"""Runs MiniStack, after teaching it the five things that the project needs of it.

Started by path in the emulator's own environment, so it imports nothing of this project.
`tests/conformance` holds them.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any

from ministack import app  # type: ignore[import-not-found]
from ministack.core import iam_actions  # type: ignore[import-not-found]
from ministack.services import eventbridge, lambda_svc, sqs  # type: ignore[import-not-found]

# Lambda hands a function no more than this, of which each record takes some beside its body.
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
_LARGEST_BATCH = 6 * 1024 * 1024
_BESIDE_THE_BODY = 1_000

Context = Callable[[str, str, bytes, dict[str, Any]], dict[str, Any]]

_entry_time: ContextVar[float | None] = ContextVar("entry_time", default=None)


def with_event_source(original: Context) -> Context:
    """Return `original` with the condition key `events:source` in a PutEvents request's context.

    Without it every statement conditioned on it would be denied, and the template's roles with it.
    A call whose entries have different sources gets an empty one, which no statement allows:
    MiniStack checks a call once, where AWS checks each entry.
    """

    def context(
        service: str, action: str, body: bytes, parameters: dict[str, Any]
    ) -> dict[str, Any]:
        found = original(service, action, body, parameters)
        if action == "events:PutEvents":
            sources = {entry.get("Source", "") for entry in json.loads(body).get("Entries", [])}
            found["events:source"] = sources.pop() if len(sources) == 1 else ""
        return found

    return context


def with_leading_keys(original: Context) -> Context:
    """Return `original` with DynamoDB's condition key `dynamodb:LeadingKeys` in the context.

    Without it a statement for some rows of a table would allow all of them.
    """

    def context(
        service: str, action: str, body: bytes, parameters: dict[str, Any]
    ) -> dict[str, Any]:
        found = original(service, action, body, parameters)
        if service == "dynamodb":
            found["dynamodb:LeadingKeys"] = [
                key.get("pk", {}).get("S", "") for key in _keys(json.loads(body))
            ]
        return found

    return context


def _keys(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a request says of each item, of which the key is a part."""
    yield from (request[name] for name in ("Key", "Item") if name in request)
    for asked in request.get("RequestItems", {}).values():
        if isinstance(asked, dict):
            yield from asked["Keys"]
        else:
            for one in asked:
                put = one.get("PutRequest")
                yield put["Item"] if put else one["DeleteRequest"]["Key"]
    for one in request.get("TransactItems", []):
        for part in one.values():
            yield part.get("Item") or part["Key"]


class _Timed(list[dict[str, Any]]):
    """Entries that tell their own time while they are gone through."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for entry in super().__iter__():
            _entry_time.set(entry.get("Time"))
            yield entry
        _entry_time.set(None)


def with_event_time(module: Any) -> None:
    """Have an event keep the time its entry gives, which MiniStack replaces by its own."""
    put_events, now = module._put_events, module._now_ts  # noqa: SLF001, there is no public way

    def put_timed_events(data: dict[str, Any], *arguments: Any, **options: Any) -> Any:
        timed = {**data, "Entries": _Timed(data.get("Entries", []))}
        return put_events(timed, *arguments, **options)

    def time_of_entry() -> float:
        return float(_entry_time.get() or now())

    module._put_events, module._now_ts = put_timed_events, time_of_entry  # noqa: SLF001


def with_batching_window(queues: Any, mappings: Any) -> None:
    """Have a queue's messages gather for as long as the mapping's batching window says.

    MiniStack hands over what is there, ten at the most. A queue of the FIFO kind has no window.
    """
    receive = queues._receive_messages_for_esm  # noqa: SLF001, there is no public way

    def receive_gathered(queue_url: str, batch_size: int) -> Any:
        queue = queues._get_q(queue_url)  # noqa: SLF001
        windows = [
            mapping["MaximumBatchingWindowInSeconds"]
            for _, _, mapping in mappings._iter_all_esms()  # noqa: SLF001
            if mapping["EventSourceArn"] == queue["attributes"]["QueueArn"]
        ]
        window = max(windows, default=0)
        if not window:
            return receive(queue_url, batch_size)
        with queues._queues_lock:  # noqa: SLF001
            # What a receive begins with, so that no message counts that it would take away.
            queues._expire_retained(queue)  # noqa: SLF001
            queues._dlq_sweep(queue)  # noqa: SLF001
            count = _due(queue["messages"], batch_size, window)
            hidden = int(queue["attributes"]["VisibilityTimeout"])
            return queues._collect_msgs(queue, count, hidden)  # noqa: SLF001

    queues._receive_messages_for_esm = receive_gathered  # noqa: SLF001


def _due(messages: Sequence[dict[str, Any]], batch_size: int, window: float) -> int:
    """Return how many to hand over now: a full batch, what the window gathered, or none."""
    now = time.time()
    waiting = [message for message in messages if message["visible_at"] <= now]
    size = 0
    for count, message in enumerate(waiting[:batch_size]):
        size += len(json.dumps(message["body"])) + _BESIDE_THE_BODY
        if count and size > _LARGEST_BATCH:
            return count
    if len(waiting) >= batch_size:
        return batch_size
    waited = any(now - message["visible_at"] >= window for message in waiting)
    return len(waiting) if waited else 0


def with_replay_filters(module: Any) -> None:
    """Have a replay reach only the rules it names, where MiniStack lets it reach all."""
    dispatch = module._dispatch_event  # noqa: SLF001

    def dispatch_filtered(event: dict[str, Any], *arguments: Any) -> None:
        replay = module._replays.get(event.get("ReplayName")) or {}  # noqa: SLF001
        named = replay.get("Destination", {}).get("FilterArns")
        if named:
            # The rules that an event has been through already are passed over.
            others = [key for key, rule in module._rules.items() if rule["Arn"] not in named]  # noqa: SLF001
            event = {**event, "_DispatchPath": [*event.get("_DispatchPath", []), *others]}
        dispatch(event, *arguments)

    module._dispatch_event = dispatch_filtered  # noqa: SLF001


def main() -> None:
    """Serve until told to stop; addresses and keys come from the environment."""
    context = with_leading_keys(with_event_source(iam_actions.request_tag_context))
    iam_actions.request_tag_context = context
    with_event_time(eventbridge)
    with_replay_filters(eventbridge)
    with_batching_window(sqs, lambda_svc)
    app.main()


if __name__ == "__main__":
    main()
