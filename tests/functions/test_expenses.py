# SPDX-License-Identifier: Apache-2.0
"""What operations on linked transactions and classic expenses do to Xero's books."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.errors import NotFoundError, OutcomeUnknownError, ScopeError

from tests.functions.test_bank import SPENT, example
from tests.functions.test_outcomes import later

if TYPE_CHECKING:
    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("one-declaration")


@pytest.mark.promise("undo")
def test_a_line_is_linked_to_a_customer_and_unlinked(stack: Stack) -> None:
    made = stack.act("bank_transactions/create_bank_transaction", {"bank_transaction": SPENT})
    source = made["bank_transaction"]
    wish = {
        "SourceTransactionID": source["BankTransactionID"],
        "SourceLineItemID": source["LineItems"][0]["LineItemID"],
    }
    given = {"linked_transaction": wish}
    operation = "linked_transactions/create_linked_transaction"
    answer = stack.ask("action", operation, given, idempotency_key="1")
    assert stack.ask("action", operation, given, idempotency_key="1")["output"] == answer["output"]
    named = {"linked_transaction_id": answer["output"]["linked_transaction"]["LinkedTransactionID"]}
    customer = {"ContactID": source["Contact"]["ContactID"]}
    linked = stack.act(
        "linked_transactions/update_linked_transaction", named | {"linked_transaction": customer}
    )["linked_transaction"]
    assert (linked["Status"], linked["ContactID"]) == ("APPROVED", customer["ContactID"])
    waiting = {"contact_id": customer["ContactID"], "status": "APPROVED"}
    listed = stack.read("linked_transactions/list_linked_transactions", waiting)
    assert listed["linked_transactions"] == [
        stack.read("linked_transactions/get_linked_transaction", named)["linked_transaction"]
    ]
    assert stack.invoke("action", answer["undo"])["output"] == {"deleted": True, **named}
    with pytest.raises(NotFoundError):
        stack.read("linked_transactions/get_linked_transaction", named)


def test_a_receipt_is_claimed_and_the_claim_approved(stack: Stack) -> None:
    user = {"UserID": stack.read("users/list_users")["users"][0]["UserID"]}
    receipt = example("receipts/create_receipt") | {"User": user}
    made = stack.act("receipts/create_receipt", {"receipt": receipt})["receipt"]
    change = {"receipt_id": made["ReceiptID"], "receipt": {"Reference": "Cab"}}
    assert stack.act("receipts/update_receipt", change)["receipt"]["Reference"] == "Cab"
    wish = {"User": user, "Receipts": [{"ReceiptID": made["ReceiptID"]}]}
    claim = stack.act("expense_claims/create_expense_claim", {"expense_claim": wish})
    named = {"expense_claim_id": claim["expense_claim"]["ExpenseClaimID"]}
    approve = named | {"expense_claim": {"Status": "AUTHORISED"}}
    stack.act("expense_claims/update_expense_claim", approve)
    found = stack.read("expense_claims/get_expense_claim", named)["expense_claim"]
    assert (found["Status"], found["AmountDue"]) == ("AUTHORISED", made["Total"])
    listed = stack.read("receipts/list_receipts", {"status": "AUTHORISED"})["receipts"]
    assert [one["ReceiptID"] for one in listed] == [made["ReceiptID"]]
    given = {"user_id": user["UserID"], "status": "AUTHORISED"}
    claims = stack.read("expense_claims/list_expense_claims", given)["expense_claims"]
    assert [one["ExpenseClaimID"] for one in claims] == [named["expense_claim_id"]]


@pytest.mark.parametrize(
    "operation",
    ["journals/list_journals", "receipts/list_receipts", "expense_claims/list_expense_claims"],
)
def test_what_xero_gives_new_apps_no_scope_for_is_refused_with_it(
    stack: Stack, operation: str
) -> None:
    token = stack.log_in("accounting.invoices", "accounting.banktransactions")
    stack.fill(token=stack.held("token") | {"access_token": token})
    with pytest.raises(ScopeError):
        stack.read(operation)


@pytest.mark.promise("read-back")
def test_what_lists_show_without_its_lines_is_found_by_its_id(stack: Stack) -> None:
    """Of two receipts that differ in their lines alone, and the claims of them, each is found."""
    user = {"UserID": stack.read("users/list_users")["users"][0]["UserID"]}
    (book,) = stack.xero.books.values()
    had = len(book.shelves["Receipts"]), len(book.shelves["ExpenseClaims"])

    def made(operation: str, noun: str, number: str, wish: dict[str, Any]) -> dict[str, Any]:
        stack.fault("cut-after", 3, method="PUT")
        key = f"{noun}-{number}"
        with pytest.raises(OutcomeUnknownError):
            stack.act(operation, {noun: wish}, idempotency_key=key)
        later(stack, 600, key)
        collection = {"receipt": "Receipts", "expense_claim": "ExpenseClaims"}[noun]
        for one in book.shelves[collection].values():
            one["UpdatedDateUTC"] -= timedelta(seconds=600)
        answer: dict[str, Any] = stack.act(operation, {noun: wish}, idempotency_key=key)[noun]
        return answer

    for number in ("1", "2"):
        lines = [example("receipts/create_receipt")["LineItems"][0] | {"Description": number}]
        wish = example("receipts/create_receipt") | {"User": user, "LineItems": lines}
        receipt = made("receipts/create_receipt", "receipt", number, wish)
        assert receipt["LineItems"][0]["Description"] == number
        wish = {"User": user, "Receipts": [{"ReceiptID": receipt["ReceiptID"]}]}
        claim = made("expense_claims/create_expense_claim", "expense_claim", number, wish)
        assert [one["ReceiptID"] for one in claim["Receipts"]] == [receipt["ReceiptID"]]
    have = len(book.shelves["Receipts"]), len(book.shelves["ExpenseClaims"])
    assert have == (had[0] + 2, had[1] + 2)
