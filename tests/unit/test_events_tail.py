# SPDX-License-Identifier: Apache-2.0
"""Which events are asked for, and what a person reads of each."""

from typing import Any

import pytest

from local.cli.events import once_each, pattern_of, summary


@pytest.mark.parametrize(
    ("asked", "pattern"),
    [
        (([], [], None), {"source": [{"prefix": ""}]}),
        ((["xero.records"], [], None), {"source": ["xero.records"]}),
        (([], ["invoices/*", "a/b"], None), {"detail-type": [{"prefix": "invoices/"}, "a/b"]}),
        ((["a"], [], '{"detail": {"x": [1]}}'), {"detail": {"x": [1]}, "source": ["a"]}),
    ],
)
def test_options_make_a_pattern(asked: Any, pattern: dict[str, Any]) -> None:
    assert pattern_of(*asked) == pattern


@pytest.mark.promise("events-tail")
def test_an_event_that_comes_again_is_shown_once_and_a_replayed_one_again() -> None:
    one, other = {"id": "1"}, {"id": "2"}
    replayed = {"id": "1", "replay-name": "r"}

    shown = once_each(iter([one, one, other, one, replayed, replayed]))

    assert list(shown) == [one, other, replayed]


def test_what_is_remembered_of_events_does_not_grow() -> None:
    many = ({"id": str(number % 20_000)} for number in range(40_000))

    assert sum(1 for _ in once_each(many)) == 40_000


@pytest.mark.parametrize(
    ("detail", "about"),
    [
        ({"resource_id": "r", "record": {"Name": "Ann"}}, "r"),
        ({"resource_id": "r", "changed": ["Name", "Status"]}, "r  changed Name, Status"),
        ({"output": {"contact": {"Name": "Ann"}}, "correlation_id": "c"}, "done  correlation_id c"),
        ({"error": {"code": "scope"}, "correlation_id": "c"}, "failed: scope  correlation_id c"),
        ({"problem": "webhook_silent", "message": "Nothing."}, "webhook_silent: Nothing."),
        ({}, ""),
        ("text", ""),
    ],
)
def test_a_line_says_what_an_event_is_about_and_nothing_of_a_record(
    detail: Any, about: str
) -> None:
    event = {
        "time": "2026-11-22T01:15:39Z",
        "source": "xero.records",
        "detail-type": "contacts/contact_updated",
        "detail": detail,
    }

    moment, *rest = summary(event)

    assert moment.endswith(":39")
    assert rest == ["xero.records", "contacts/contact_updated", about]
