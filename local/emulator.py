# SPDX-License-Identifier: Apache-2.0
"""Runs MiniStack, after teaching its PutEvents the two things that the project needs of it.

Started by path in the emulator's own environment, so it imports nothing of this project.
`tests/conformance` holds both.
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
    iam_actions.request_tag_context = with_event_source(iam_actions.request_tag_context)
    with_event_time(eventbridge)
    app.main()


if __name__ == "__main__":
    main()
