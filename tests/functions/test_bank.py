# SPDX-License-Identifier: Apache-2.0
"""What operations on bank transactions, transfers and journals do to Xero's books, read back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.catalogue import find
from xero_connection.errors import ValidationError
from xero_connection.invocation import read_input
from xero_connection.readback import made_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("one-declaration")


def example(operation: str) -> Any:
    """Return what an operation's example sends."""
    (sent,) = find(operation).example.values()
    return dict(sent) if isinstance(sent, dict) else sent


def got(stack: Stack, resource: str, noun: str, record_id: str) -> dict[str, Any]:
    given = {f"{noun}_id": record_id}
    record: dict[str, Any] = stack.read(f"{resource}/get_{noun}", given)[noun]
    return record


def transaction(stack: Stack, record_id: str) -> dict[str, Any]:
    return got(stack, "bank_transactions", "bank_transaction", record_id)


SPENT = example("bank_transactions/create_bank_transaction")
MOVED = example("bank_transfers/create_bank_transfer")


# Bank transactions


@pytest.mark.promise("undo")
def test_spent_money_is_recorded_once_changed_and_taken_back(stack: Stack) -> None:
    given = {"bank_transaction": SPENT}
    operation = "bank_transactions/create_bank_transaction"
    answer = stack.ask("action", operation, given, idempotency_key="1")
    made = answer["output"]["bank_transaction"]
    assert (made["Total"], made["Date"]) == (Decimal("50.03"), "2026-11-20")
    again = stack.ask("action", operation, given, idempotency_key="1")
    assert again["output"]["bank_transaction"]["BankTransactionID"] == made["BankTransactionID"]
    listed = stack.read("bank_transactions/list_bank_transactions", {"reference": "Card 4471"})
    assert [one["BankTransactionID"] for one in listed["bank_transactions"]] == [
        made["BankTransactionID"]
    ]
    change = {"bank_transaction_id": made["BankTransactionID"]}
    changed = stack.act(
        "bank_transactions/update_bank_transaction",
        change | {"bank_transaction": {"Reference": "Card 1"}},
    )["bank_transaction"]
    assert (changed["Reference"], changed["LineItems"]) == ("Card 1", made["LineItems"])
    deleted = stack.invoke("action", answer["undo"])
    assert deleted["output"]["bank_transaction"]["Status"] == "DELETED"
    assert deleted["undo"] is None
    assert transaction(stack, made["BankTransactionID"])["Status"] == "DELETED"


def test_filters_find_what_they_name_and_no_more(stack: Stack) -> None:
    everything = stack.read("bank_transactions/list_bank_transactions")["bank_transactions"]
    one = next(each for each in everything if each["Type"] == "SPEND-PREPAYMENT")
    filters: list[tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]] = [
        ({"type": "SPEND"}, lambda each: each["Type"] == "SPEND"),
        ({"status": "DELETED"}, lambda each: each["Status"] == "DELETED"),
        ({"reconciled": True}, lambda each: each["IsReconciled"] is True),
        ({"date_from": one["Date"]}, lambda each: each["Date"] >= one["Date"]),
        (
            {"contact_id": one["Contact"]["ContactID"]},
            lambda each: each.get("Contact", {}).get("Name") == one["Contact"]["Name"],
        ),
        (
            {"bank_account_id": one["BankAccount"]["AccountID"]},
            lambda each: each["BankAccount"]["Code"] == "090",
        ),
    ]
    for given, fits in filters:
        found = stack.read("bank_transactions/list_bank_transactions", given)
        assert found["bank_transactions"] == [each for each in everything if fits(each)]
        assert 0 < len(found["bank_transactions"]) < len(everything)


@pytest.mark.promise("undo")
def test_an_overpayment_makes_credit_that_goes_with_it(stack: Stack) -> None:
    line = {"Description": "Paid twice", "UnitAmount": 80, "Quantity": 1}
    wish = {one: SPENT[one] for one in ("Contact", "BankAccount", "Date")}
    given = {"bank_transaction": wish | {"Type": "RECEIVE-OVERPAYMENT", "LineItems": [line]}}
    answer = stack.ask("action", "bank_transactions/create_bank_transaction", given)
    made = answer["output"]["bank_transaction"]
    books = next(iter(stack.xero.books.values()))
    credit = books.shelves["Overpayments"][made["OverpaymentID"]]
    assert (credit["RemainingCredit"], credit["Status"]) == (80, "AUTHORISED")
    stack.invoke("action", answer["undo"])
    assert (credit["RemainingCredit"], credit["Status"]) == (0, "VOIDED")


@pytest.mark.promise("undo")
def test_of_many_bank_transactions_each_succeeds_or_fails_by_itself(stack: Stack) -> None:
    wrong = [SPENT["LineItems"][0] | {"AccountCode": "999"}]
    given = {"bank_transactions": [SPENT, SPENT | {"LineItems": wrong}]}
    answer = stack.act("bank_transactions/create_bank_transactions", given)
    assert [one["ok"] for one in answer["bank_transactions"]] == [True, False]
    good = answer["bank_transactions"][0]
    stack.invoke("action", good["undo"])
    record_id = good["bank_transaction"]["BankTransactionID"]
    assert transaction(stack, record_id)["Status"] == "DELETED"


def test_an_upsert_changes_the_one_that_is_named(stack: Stack) -> None:
    operation = "bank_transactions/upsert_bank_transaction"
    given = {"bank_transaction": SPENT}
    made = stack.act(operation, given, idempotency_key="1")["bank_transaction"]
    known = SPENT | {"BankTransactionID": made["BankTransactionID"], "Reference": "Card 7"}
    changed = stack.act(operation, {"bank_transaction": known}, idempotency_key="2")
    assert changed["bank_transaction"]["BankTransactionID"] == made["BankTransactionID"]
    assert transaction(stack, made["BankTransactionID"])["Reference"] == "Card 7"


def test_what_is_reconciled_is_not_deleted(stack: Stack) -> None:
    given = {"bank_transaction": SPENT | {"IsReconciled": True}}
    answer = stack.ask("action", "bank_transactions/create_bank_transaction", given)
    with pytest.raises(ValidationError) as refused:
        stack.invoke("action", answer["undo"])
    assert "reconciled" in refused.value.details["messages"][0]["messages"][0]


# Bank transfers


@pytest.mark.promise("undo")
def test_a_transfer_is_made_once_and_taken_back_on_both_sides(stack: Stack) -> None:
    operation, given = "bank_transfers/create_bank_transfer", {"bank_transfer": MOVED}
    answer = stack.ask("action", operation, given, idempotency_key="1")
    made = answer["output"]["bank_transfer"]
    again = stack.ask("action", operation, given, idempotency_key="1")
    assert again["output"]["bank_transfer"]["BankTransferID"] == made["BankTransferID"]
    assert got(stack, "bank_transfers", "bank_transfer", made["BankTransferID"])["Amount"] == (
        Decimal("750.25")
    )
    stack.invoke("action", answer["undo"])
    for side in ("From", "To"):
        assert transaction(stack, made[f"{side}BankTransactionID"])["Status"] == "DELETED"
    named = {"from_account_id": made["FromBankAccount"]["AccountID"], "date_from": made["Date"]}
    left = stack.read("bank_transfers/list_bank_transfers", named)["bank_transfers"]
    every = stack.read("bank_transfers/list_bank_transfers", named | {"include_deleted": True})
    ids = {one["BankTransferID"] for one in every["bank_transfers"]}
    assert ids - {one["BankTransferID"] for one in left} == {made["BankTransferID"]}


@pytest.mark.promise("batches")
def test_of_many_transfers_to_delete_each_succeeds_or_fails_by_itself(stack: Stack) -> None:
    made = [
        stack.act(
            "bank_transfers/create_bank_transfer",
            {"bank_transfer": MOVED | {"Reference": reference, "ToIsReconciled": kept}},
            idempotency_key=reference,
        )["bank_transfer"]
        for reference, kept in (("A", False), ("B", True))
    ]
    given = {"bank_transfers": [{"BankTransferID": one["BankTransferID"]} for one in made]}
    answer = stack.act("bank_transfers/delete_bank_transfers", given)
    assert [one["ok"] for one in answer["bank_transfers"]] == [True, False]
    statuses = [
        got(stack, "bank_transfers", "bank_transfer", one["BankTransferID"])["Status"]
        for one in made
    ]
    assert statuses == ["DELETED", "AUTHORISED"]


@pytest.mark.promise("read-back")
@pytest.mark.parametrize(
    ("operation", "listing"),
    [
        ("bank_transactions/create_bank_transaction", "bank_transactions/list_bank_transactions"),
        ("bank_transfers/create_bank_transfer", "bank_transfers/list_bank_transfers"),
        ("manual_journals/create_manual_journal", "manual_journals/list_manual_journals"),
    ],
)
def test_a_creation_is_known_from_others_by_what_was_sent(
    stack: Stack, operation: str, listing: str
) -> None:
    creating = find(operation)
    assert creating.read_back
    given, noun = creating.example, creating.record_key
    other = {noun: given[noun] | {"Date": "2026-11-21"}}
    for key, asked in (("1", other), ("2", given)):
        answer = stack.act(operation, asked, idempotency_key=key)
    records = stack.read(listing)[find(listing).record_key]
    by_id = {one[creating.read_back.id_field]: one for one in records}
    assert len(by_id) > 2
    sent = [creating.call.request(read_input(creating, one)).body for one in (given, other)]  # type: ignore[union-attr]
    documents = [one[creating.read_back.collection][0] for one in sent]
    found = made_from(creating.read_back, by_id, documents, mine=())
    assert found[0] == answer[noun][creating.read_back.id_field]
    assert found[1] not in {None, found[0]}
