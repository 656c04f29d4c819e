# SPDX-License-Identifier: Apache-2.0
"""What is deleted is deleted once: a repeat that finds nothing any more is no failure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.errors import NotFoundError, OutcomeUnknownError

if TYPE_CHECKING:
    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("unknown-settled")


@pytest.fixture
def item(stack: Stack) -> dict[str, Any]:
    """An item that nothing uses."""
    made = stack.act("items/create_item", {"item": {"Code": "SPARE", "Name": "Spare"}})["item"]
    return {"item_id": made["ItemID"]}


def test_what_was_never_there_is_not_found(stack: Stack, item: dict[str, Any]) -> None:
    assert stack.act("items/delete_item", item)["deleted"]
    with pytest.raises(NotFoundError):
        stack.act("items/delete_item", item)
    assert {one["idempotency_key"] for one in stack.sent(method="DELETE")} <= {None, ""}


@pytest.mark.parametrize("fault", ["cut-after", "cut", "500-after", "503"])
def test_a_deletion_that_was_cut_is_repeated_and_done(
    stack: Stack, item: dict[str, Any], fault: str
) -> None:
    stack.fault(fault, method="DELETE")
    output = stack.act("items/delete_item", item)

    assert output == {"deleted": True, "item_id": item["item_id"]}
    with pytest.raises(NotFoundError):
        stack.read("items/get_item", item)


def test_a_deletion_that_was_cut_to_the_end_is_settled_by_the_next_invocation(
    stack: Stack, item: dict[str, Any]
) -> None:
    stack.fault("cut-after", 10, method="DELETE")
    with pytest.raises(OutcomeUnknownError):
        stack.ask("action", "items/delete_item", item, idempotency_key="away-1")
    stack.admin("DELETE", "faults")
    answer = stack.ask("action", "items/delete_item", item, idempotency_key="away-1")
    again = stack.ask("action", "items/delete_item", item, idempotency_key="away-1")

    assert answer["output"]["deleted"]
    assert (answer["replayed"], again["replayed"]) == (False, True)
