# SPDX-License-Identifier: Apache-2.0
"""Which problems there are: each threshold, on both its sides."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.alarms import Facts, organisations, problems_of
from xero_connection.documents import iso
from xero_connection.problems import PROBLEMS, Problem

NOW = datetime(2026, 11, 22, 1, 15, 40, tzinfo=UTC)
TENANT = "c2cc9b6e-9458-4c7d-93cc-f02b81b0594f"
SECOND = timedelta(seconds=1)


def ago(**time: float) -> str:
    return iso(NOW - timedelta(**time))


def ahead(**time: float) -> str:
    return iso(NOW + timedelta(**time))


def found(facts: Facts) -> list[Problem]:
    return [one for some in problems_of(facts, now=NOW).values() for one in some]


def names(facts: Facts) -> list[str]:
    return [one.kind.name for one in found(facts)]


def failing(since: str, last: str = "", **more: str) -> Facts:
    """Return what is known where refreshes failed."""
    told = {"kind": "oauth2", "failed_since": since, "failed_at": last or since}
    return Facts(token=told | {"message": "Xero was out."} | more)


def supplied(ends: str) -> Facts:
    return Facts(token={"kind": "supplied", "ends_at": ends})


def signed(*, since: str, last: str, right: str = "", **more: Any) -> Facts:
    """Return what is known where signatures were wrong, and one was right at a moment."""
    row = {"wrong_since": since, "wrong_at": last, "genuine_at": right}
    return Facts(deliveries=row, **({"key_put_at": NOW - timedelta(days=9)} | more))


def test_where_nothing_is_known_nothing_is_wrong() -> None:
    assert found(Facts()) == []
    assert problems_of(Facts(), now=NOW).keys() == PROBLEMS.keys()


# The token


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        # for ten minutes
        (failing(ago(minutes=9, seconds=59)), False),
        (failing(ago(minutes=10)), True),
        # twice on schedule
        (failing(ago(minutes=5), ago(minutes=1, seconds=1)), False),
        (failing(ago(minutes=5), ago(minutes=1)), True),
        # sooner when the token has ended
        (failing(ago(seconds=5), ends_at=ahead(seconds=1)), False),
        (failing(ago(seconds=5), ends_at=ago()), True),
        # what nobody renews
        (failing(ago(hours=1), kind="supplied"), False),
        (failing(ago(hours=1), kind="none"), False),
        (failing(ago(hours=1), kind="custom_connection"), True),
        # a refresh has worked since
        (failing(""), False),
        (failing("yesterday"), False),
        (failing(ago(hours=1), "some time ago"), True),
    ],
)
@pytest.mark.promise("alarms")
def test_a_refresh_that_fails_is_a_problem_once_it_has_failed_for_some_time(
    facts: Facts, wrong: bool
) -> None:
    assert names(facts) == ["refresh_failing"] * wrong


def test_what_the_token_function_said_of_the_failure_is_passed_on() -> None:
    (problem,) = found(failing(ago(hours=1), ends_at=ago(minutes=20)))

    assert problem.message == (
        "The token could not be renewed since 2026-11-22T00:15:40Z. It has ended, so nothing can "
        "be asked of Xero. Xero was out."
    )
    assert problem.since == NOW - timedelta(hours=1)
    assert problem.data == {"ends_at": ago(minutes=20)}


@pytest.mark.promise("alarms")
def test_a_revoked_consent_is_a_problem_at_once_and_no_failing_refresh_besides() -> None:
    revoked = failing(ago(seconds=1), reason="invalid_grant")

    assert names(revoked) == ["connection_revoked"]
    assert "refresh_failing" not in problems_of(revoked, now=NOW)
    # It ends when a refresh works, whatever is left of it in the row.
    assert names(failing("", reason="invalid_grant")) == []


@pytest.mark.parametrize(
    ("left", "stage", "days"),
    [
        (timedelta(days=14) + SECOND, None, None),
        (timedelta(days=14), "14", 14),
        (timedelta(days=14) - SECOND, "14", 14),
        (timedelta(days=7) + SECOND, "14", 8),
        (timedelta(days=7), "7", 7),
        (timedelta(days=1) + SECOND, "7", 2),
        (timedelta(days=1), "1", 1),
        (SECOND, "1", 1),
        (timedelta(0), "ended", 0),
        (-timedelta(days=9), "ended", 0),
    ],
)
@pytest.mark.promise("alarms")
def test_a_supplied_token_is_spoken_of_at_14_7_and_1_days_and_when_it_has_ended(
    left: timedelta, stage: str | None, days: int | None
) -> None:
    problems = found(supplied(iso(NOW + left)))

    assert [one.stage for one in problems] == [stage] * (stage is not None)
    assert [one.data["days_left"] for one in problems] == [days] * (stage is not None)
    assert {one.about for one in problems} <= {iso(NOW + left)}


@pytest.mark.parametrize(
    ("left", "opens"),
    [(timedelta(hours=1), False), (timedelta(hours=1) + SECOND, True), (timedelta(0), True)],
)
def test_of_a_token_that_lasts_minutes_only_its_end_is_worth_saying(
    left: timedelta, opens: bool
) -> None:
    (problem,) = found(supplied(iso(NOW + left)))

    assert problem.opens is opens


@pytest.mark.parametrize("kind", ["oauth2", "custom_connection", "none", ""])
def test_a_token_that_renews_itself_does_not_expire(kind: str) -> None:
    assert found(Facts(token={"kind": kind, "ends_at": ago(hours=1)})) == []


@pytest.mark.parametrize("ends", ["", "some day", "9999-99-99"])
def test_a_token_whose_end_nobody_knows_does_not_expire(ends: str) -> None:
    assert found(supplied(ends)) == []


@pytest.mark.promise("alarms")
def test_each_organisation_that_is_gone_is_a_problem_of_its_own() -> None:
    problems = found(Facts(token={"gone": json.dumps(["a", "b"]), "organisations": '["c"]'}))

    assert [(one.kind.name, one.about) for one in problems] == [
        ("organisation_disconnected", "a"),
        ("organisation_disconnected", "b"),
    ]
    assert [one.data for one in problems] == [{"tenant_id": "a"}, {"tenant_id": "b"}]


@pytest.mark.parametrize("text", ["", "[", "{}", "null", "5", '[5, null, "a"]'])
def test_a_list_of_organisations_that_is_none_is_empty(text: str) -> None:
    assert set(organisations({"organisations": text})) <= {"a"}
    assert organisations({}) == []


# Webhooks


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        (signed(since=ago(minutes=14, seconds=59), last=ago(minutes=1)), False),
        (signed(since=ago(minutes=15), last=ago(minutes=1)), True),
        (signed(since=ago(minutes=15), last=ago(minutes=15)), True),
        # an intent to receive has right and wrong ones
        (signed(since=ago(hours=1), last=ago(hours=1), right=ago(minutes=61)), False),
        (signed(since=ago(hours=1), last=ago(minutes=5), right=ago(minutes=61)), True),
        (signed(since=ago(hours=1), last=ago(hours=1), right=ago(minutes=61, seconds=1)), True),
        # one was right since
        (signed(since="", last=ago(hours=1), right=ago(minutes=5)), False),
        (signed(since=ago(hours=1), last=ago(hours=1), right=ago(minutes=5)), False),
        # who has put no key waits for nothing
        (signed(since=ago(hours=1), last=ago(minutes=5), key_put_at=None), False),
        (Facts(deliveries={"refused_at": ago(hours=1), "refused_reason": "no signature"}), False),
    ],
)
@pytest.mark.promise("alarms")
def test_webhooks_fail_when_signatures_are_wrong_and_none_was_right_for_a_while(
    facts: Facts, wrong: bool
) -> None:
    assert [one for one in names(facts) if one == "webhook_failing"] == ["webhook_failing"] * wrong


def test_a_key_that_was_taken_away_is_said_to_be() -> None:
    facts = signed(since=ago(hours=1), last=ago(minutes=5), right=ago(days=1))
    without = Facts(
        deliveries={**facts.deliveries, "refused_reason": "no webhook key"},
        key_put_at=facts.key_put_at,
    )

    assert "holds no webhook key" not in found(facts)[0].message
    assert "holds no webhook key" in found(without)[0].message


def heard(told: str, missed: str) -> Facts:
    return Facts(heard={(TENANT, "invoices"): {"webhook_at": told, "missed_at": missed}})


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        (heard(ago(days=2), ago(hours=1)), False),
        (heard(ago(days=2), ago(hours=1, seconds=1)), True),
        # newer than the last webhook
        (heard(ago(hours=2), ago(hours=2)), False),
        (heard(ago(hours=2, seconds=1), ago(hours=2)), True),
        # what webhooks never told of they need not tell of
        (heard("", ago(hours=2)), False),
        (heard(ago(days=2), ""), False),
        (Facts(heard={(TENANT, "invoices"): {}}), False),
    ],
)
@pytest.mark.promise("alarms")
def test_webhooks_are_silent_when_a_sweep_alone_found_a_change(facts: Facts, wrong: bool) -> None:
    problems = found(facts)

    assert [one.kind.name for one in problems] == ["webhook_silent"] * wrong
    for one in problems:
        assert one.about == f"{TENANT}#invoices"
        assert one.data == {"tenant_id": TENANT, "resource": "invoices"}


@pytest.mark.parametrize(
    ("put", "right", "wrong"),
    [
        (timedelta(minutes=15), "", False),
        (timedelta(minutes=15) + SECOND, "", True),
        (timedelta(days=1), ago(days=1, seconds=1), True),
        (timedelta(days=1), ago(days=1), False),
        (timedelta(days=1), ago(hours=1), False),
        # never put
        (None, "", False),
    ],
)
@pytest.mark.promise("alarms")
def test_the_intent_to_receive_is_due_while_a_key_was_put_and_nothing_signed_came(
    put: timedelta | None, right: str, wrong: bool
) -> None:
    facts = Facts(deliveries={"genuine_at": right}, key_put_at=None if put is None else NOW - put)

    assert names(facts) == ["intent_to_receive_due"] * wrong


def test_what_hangs_on_the_key_is_not_judged_while_nobody_tells_of_it() -> None:
    judged = problems_of(Facts(key_known=False), now=NOW)

    assert PROBLEMS.keys() - judged.keys() == {"intent_to_receive_due", "webhook_failing"}


# Whatever is in the rows

TEXTS = st.sampled_from(["", "x", "[", ago(days=40), ago(minutes=30), ago(), ahead(days=3)])
NAMES = [
    "kind", "failed_since", "failed_at", "ends_at", "reason", "gone", "organisations",
    "genuine_at", "wrong_at", "wrong_since", "refused_reason", "webhook_at", "missed_at",
]  # fmt: skip
ROWS = st.dictionaries(st.sampled_from(NAMES), TEXTS | st.sampled_from(["supplied", "oauth2"]))


@given(ROWS, ROWS, ROWS, st.none() | st.just(NOW - timedelta(days=1)))
def test_whatever_the_rows_say_something_is_made_of_it(
    token: dict[str, str], deliveries: dict[str, str], row: dict[str, str], put: datetime | None
) -> None:
    facts = Facts(
        token=token, deliveries=deliveries, heard={(TENANT, "contacts"): row}, key_put_at=put
    )

    for problem in found(facts):
        assert problem.message.endswith(("Z.", ".", "Xero."))
        assert problem.since.tzinfo
