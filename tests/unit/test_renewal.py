# SPDX-License-Identifier: Apache-2.0
"""Who asks for a token, and which of those there are will do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from xero_connection.credentials import Credential
from xero_connection.renewal import Ask, Kept, read_ask
from xero_connection.tokens import Token

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
CUSTOM = Credential(kind="custom_connection", client_id="an-id", client_secret="a")
CONSENT = Credential(kind="oauth2", client_id="an-id", refresh_token="a")
SCHEDULE = Ask(by="schedule", came=NOW)
READER = Ask(by="reader", came=NOW)


def token(text: str, minutes: float = 30) -> Token:
    return Token(access_token=text, expires_at=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("event", "by", "refused", "anew"),
    [
        ({"source": "aws.events"}, "schedule", None, False),
        ({"scheduled": True}, "schedule", None, False),
        ({"refused": "0f"}, "reader", "0f", False),
        ({"refused": None}, "reader", None, False),
        ({"refused": 5}, "reader", None, False),
        ({}, "person", None, True),
        (None, "person", None, True),
        ([], "person", None, True),
        ("refused", "person", None, True),
    ],
)
def test_an_event_says_who_asks(event: Any, by: Any, refused: str | None, anew: bool) -> None:
    assert read_ask(event, came=NOW) == Ask(by=by, came=NOW, refused=refused, anew=anew)


@pytest.mark.parametrize(
    ("credential", "full", "read", "ask", "will_do"),
    [
        (CUSTOM, token("a"), token("b"), SCHEDULE, True),
        (CUSTOM, token("a"), token("b"), READER, True),
        # the schedule looks ahead, readers do not
        (CUSTOM, token("a", 15), token("b"), SCHEDULE, False),
        (CUSTOM, token("a"), token("b", 15), SCHEDULE, False),
        (CUSTOM, token("a", 15), token("b", 1), READER, True),
        (CUSTOM, token("a"), token("b", 0.4), READER, False),
        (CUSTOM, None, token("b"), READER, False),
        (CUSTOM, token("a"), None, READER, False),
        # one of a pair is refused
        (CUSTOM, token("a"), token("b"), Ask(by="reader", came=NOW, refused="x"), True),
        *(
            (
                CUSTOM,
                token("a"),
                token("b"),
                Ask(by="reader", came=NOW, refused=token(text).fingerprint),
                False,
            )
            for text in ("a", "b")
        ),
        # a person wants a new one
        (CUSTOM, token("a"), token("b"), Ask(by="person", came=NOW, anew=True), False),
        # of a consent, and of a token that was supplied, there is but one
        (CONSENT, token("a"), token("a"), READER, True),
        (CONSENT, token("a"), token("b"), READER, False),
        (None, token("a"), token("a"), READER, True),
        (None, token("a"), token("b"), READER, False),
    ],
)
@pytest.mark.promise("token-refresh")
def test_tokens_will_do_or_not(
    credential: Credential | None, full: Token | None, read: Token | None, ask: Ask, will_do: bool
) -> None:
    assert Kept(credential=credential, full=full, read=read).will_do(ask, NOW) is will_do
