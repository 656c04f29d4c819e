# SPDX-License-Identifier: Apache-2.0
"""Whether a text can be a webhook key, and what is read of arrivals."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from local.webhook.arrivals import Arrival, between, following
from local.webhook.key import Keys, doubts, read_keys

LIKE_XEROS = base64.b64encode(bytes(range(64))).decode()
FIRST = datetime(2026, 11, 23, 10, tzinfo=UTC)
SECOND = datetime(2026, 11, 23, 10, 0, 1, tzinfo=UTC)


def test_a_key_as_xero_makes_them_raises_no_doubt() -> None:
    assert len(LIKE_XEROS) == 88
    assert doubts(LIKE_XEROS) is None


@pytest.mark.parametrize(
    ("key", "grave"),
    [
        (LIKE_XEROS[:40] + " " + LIKE_XEROS[40:], True),
        ("12345", True),
        (LIKE_XEROS + "\x1b[201~", True),
        (LIKE_XEROS[:-1] + "ä", True),
        (LIKE_XEROS[:-1], False),
        (LIKE_XEROS[2:], False),
        ("-" * 86 + "==", False),
    ],
)
def test_what_is_hardly_a_key_is_doubted_more_than_what_is_only_unlike_xeros(
    key: str, grave: bool
) -> None:
    doubt = doubts(key)

    assert doubt is not None
    assert doubt.grave is grave
    assert key not in doubt.text


def test_the_secret_holds_what_was_put() -> None:
    for keys in (Keys("new", "old"), Keys("new", ""), Keys("", "")):
        assert read_keys(keys.as_json()) == keys
    assert read_keys("") == Keys("", "")
    assert json.loads(Keys("new", "").as_json()) == {"current": "new"}
    assert "new" not in repr(Keys("new", "old"))


@pytest.mark.parametrize("text", ["a key", "[]", '{"current": 1}', '{"previous": ["old"]}'])
def test_a_secret_that_holds_something_else_is_malformed(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own is one
        read_keys(text)


NOTHING: dict[str, str] = {}
REFUSED = {"wrong_at": "2026-11-23T10:00:00Z", "refused_reason": "wrong signature"}
PASSED = {"genuine_at": "2026-11-23T10:00:01Z", "genuine_key": "a"}
INTENT = {**PASSED, "intent_at": "2026-11-23T10:00:01Z"}


@pytest.mark.parametrize(
    ("before", "after", "arrived"),
    [
        (NOTHING, NOTHING, []),
        (REFUSED, REFUSED, []),
        (NOTHING, REFUSED, [Arrival(FIRST, "refused", reason="wrong signature")]),
        (NOTHING, {"refused_at": "2026-11-23T10:00:00Z"}, []),
        (REFUSED, REFUSED | PASSED, [Arrival(SECOND, "delivery", key="a")]),
        (
            NOTHING,
            INTENT | REFUSED,
            [
                Arrival(FIRST, "refused", reason="wrong signature"),
                Arrival(SECOND, "intent", key="a"),
            ],
        ),
    ],
)
def test_what_arrived_is_what_changed(
    before: Mapping[str, str], after: Mapping[str, str], arrived: list[Arrival]
) -> None:
    assert between(before, after) == arrived


def test_who_waits_looks_until_the_time_is_over() -> None:
    now, rows = 0.0, [NOTHING, REFUSED, REFUSED, REFUSED | PASSED]

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    found = following(lambda: rows.pop(0), NOTHING, seconds=1.4, clock=lambda: now, sleep=sleep)

    assert [len(come) for come in found] == [0, 1, 0, 1]
    assert now == pytest.approx(1.4)
