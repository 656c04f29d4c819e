# SPDX-License-Identifier: Apache-2.0
"""Sums and conditions in the emulator's table: limits are counted with them."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from xero_connection.budgets import Budgets
from xero_connection.lessons import Said
from xero_connection.limits import PEOPLE

from local.machine.aws import Account

pytestmark = pytest.mark.promise("emulator")


class Log:
    """Says so if the table could not be used."""

    def record(self, **fields: Any) -> None:
        """Fail."""
        raise AssertionError(fields)


def test_calls_that_are_booked_at_once_are_counted_and_have_a_place_each(account: Account) -> None:
    table = account.client("dynamodb")
    table.create_table(
        TableName="limits",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )

    def book(budgets: Budgets) -> Any:
        ticket = budgets.enter("an-organisation", PEOPLE, patience=60)
        assert ticket
        return ticket

    def copy() -> Budgets:
        return Budgets(table, "limits", observer=Log(), sleep=lambda _: None)  # type: ignore[arg-type]

    with ThreadPoolExecutor(8) as pool:
        tickets = list(pool.map(book, [copy() for _ in range(24)]))
    starts = sorted(ticket.start for ticket in tickets)

    assert min(later - one for one, later in pairwise(starts)) >= 250
    assert min(ticket.row.minute_left for ticket in tickets) == 60 - 24

    last = copy()
    last.leave(book(last), Said(minute=28))
    assert book(last).row.free < 28
