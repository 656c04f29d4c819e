# SPDX-License-Identifier: Apache-2.0
"""Runs MiniStack, after teaching it the three things that the project needs of it.

Started by path in the emulator's own environment, so it imports nothing of this project.
`tests/conformance` holds them.
"""

import json
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from ministack import app  # type: ignore[import-not-found]
from ministack.core import iam_actions  # type: ignore[import-not-found]
from ministack.services import eventbridge  # type: ignore[import-not-found]

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


def main() -> None:
    """Serve until told to stop; addresses and keys come from the environment."""
    context = with_leading_keys(with_event_source(iam_actions.request_tag_context))
    iam_actions.request_tag_context = context
    with_event_time(eventbridge)
    app.main()


if __name__ == "__main__":
    main()
