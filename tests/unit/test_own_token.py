# SPDX-License-Identifier: Apache-2.0
"""What a token of one's own says of itself, and when it ends."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.connecting import own_token
from local.problems import Problem

NOW = datetime(2026, 11, 22, 12, 0, 30, 5, tzinfo=UTC)


def _jwt(said: Any) -> str:
    coded = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    return f"e30.{coded}.c2lnbmVk"


def test_a_token_of_xeros_tells_its_end_and_scopes() -> None:
    said = own_token.claims(_jwt({"exp": 1_795_348_800, "scope": ["accounting.contacts"]}))

    assert own_token.end_of(said) == datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert own_token.scopes_of(said) == ("accounting.contacts",)
    assert own_token.scopes_of({"scope": "openid profile"}) == ("openid", "profile")


@pytest.mark.parametrize("token", ["opaque", "a.b", "a.%%%.c", _jwt(["exp"]), "ä.ö.ü", _jwt(7)])
def test_any_other_token_tells_nothing(token: str) -> None:
    said = own_token.claims(token)

    assert own_token.end_of(said) is None
    assert own_token.scopes_of(said) == ()


@pytest.mark.parametrize("end", [True, "soon", 1e30])
def test_an_end_that_is_none_counts_as_untold(end: Any) -> None:
    assert own_token.end_of({"exp": end}) is None


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("90", NOW.replace(microsecond=0) + timedelta(days=90)),
        ("1 day", NOW.replace(microsecond=0) + timedelta(days=1)),
        ("2027-01-31", datetime(2027, 1, 31, tzinfo=UTC)),
        ("2027-01-31T12:00Z", datetime(2027, 1, 31, 12, tzinfo=UTC)),
        (" 2027-01-31T12:00+02:00 ", datetime(2027, 1, 31, 10, tzinfo=UTC)),
    ],
)
def test_an_end_is_given_in_days_as_a_date_or_as_a_time(text: str, end: datetime) -> None:
    assert own_token.read_end(text, NOW) == end


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("soon", "soon is no time"),
        ("2027-02-30", "2027-02-30 is no time"),
        ("2027-01-31T12:00", "has no time zone"),
        ("", "is no time"),
    ],
)
def test_another_end_is_refused_with_what_to_write(text: str, said: str) -> None:
    with pytest.raises(Problem, match=said):
        own_token.read_end(text, NOW)


def test_an_end_that_is_over_or_far_off_is_doubted() -> None:
    assert "has ended" in own_token.doubt(NOW, NOW)
    assert "half a year" in own_token.doubt(NOW + timedelta(days=184), NOW)
    assert own_token.doubt(NOW + timedelta(days=180), NOW) == ""
