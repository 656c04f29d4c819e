# SPDX-License-Identifier: Apache-2.0
"""What operations on bank transactions, transfers and journals do to Xero's books, read back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.catalogue import find
from xero_connection.errors import InputError, NotFoundError, ScopeError, ValidationError
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
ENTERED = example("manual_journals/create_manual_journal")


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


# Manual journals and journals


@pytest.mark.promise("undo")
@pytest.mark.parametrize(("status", "after"), [("DRAFT", "DELETED"), ("POSTED", "VOIDED")])
def test_a_manual_journal_is_taken_back_as_its_status_allows(
    stack: Stack, status: str, after: str
) -> None:
    given = {"manual_journal": ENTERED | {"Status": status}}
    answer = stack.ask("action", "manual_journals/create_manual_journal", given)
    stack.invoke("action", answer["undo"])
    record_id = answer["output"]["manual_journal"]["ManualJournalID"]
    assert got(stack, "manual_journals", "manual_journal", record_id)["Status"] == after


@pytest.mark.promise("undo")
def test_a_draft_is_posted_into_the_ledger_and_voided(stack: Stack) -> None:
    made = stack.act("manual_journals/create_manual_journal", {"manual_journal": ENTERED})
    named = {"manual_journal_id": made["manual_journal"]["ManualJournalID"]}
    stack.act("manual_journals/update_manual_journal", named | {"manual_journal": {"Url": "u"}})
    before = stack.read("journals/list_journals")["journals"][-1]["JournalNumber"]
    answer = stack.ask("action", "manual_journals/post_manual_journal", named)
    ledger = stack.read("journals/list_journals", {"offset": before})
    assert ledger["next_offset"] is None
    (entry,) = ledger["journals"]
    assert (entry["SourceType"], entry["SourceID"]) == ("MANJOURNAL", named["manual_journal_id"])
    assert [line["NetAmount"] for line in entry["JournalLines"]] == [
        Decimal("75.5"),
        Decimal("-75.5"),
    ]
    for given in (
        {"journal_id": entry["JournalID"]},
        {"journal_number": entry["JournalNumber"]},
    ):
        assert stack.read("journals/get_journal", given)["journal"] == entry
    stack.invoke("action", answer["undo"])
    found = stack.read("manual_journals/list_manual_journals", {"narration_contains": "November"})
    assert [one["Status"] for one in found["manual_journals"]] == ["VOIDED"]


@pytest.mark.promise("typed-input")
def test_a_journal_that_does_not_come_to_zero_is_told_by_how_much(stack: Stack) -> None:
    lines = [line | {"LineAmount": abs(line["LineAmount"])} for line in ENTERED["JournalLines"]]
    given = {"manual_journal": ENTERED | {"JournalLines": lines}}
    with pytest.raises(InputError, match=r"151\.0+ too much debit"):
        stack.act("manual_journals/create_manual_journal", given)
    assert stack.sent("PUT") == []


def test_a_line_in_the_account_of_receivables_is_refused_by_xero(stack: Stack) -> None:
    lines = [ENTERED["JournalLines"][0], ENTERED["JournalLines"][1] | {"AccountCode": "610"}]
    given = {"manual_journals": [ENTERED, ENTERED | {"JournalLines": lines}]}
    answer = stack.act("manual_journals/create_manual_journals", given)
    assert [one["ok"] for one in answer["manual_journals"]] == [True, False]


def test_a_full_page_of_journals_says_how_to_go_on(stack: Stack) -> None:
    books = next(iter(stack.xero.books.values()))
    shelf = books.shelves["Journals"]
    last = len(shelf)
    for number in range(last + 1, last + 101):
        key = f"{number:08d}-0000-4000-8000-000000000000"
        shelf[key] = shelf.model | {"JournalID": key, "JournalNumber": number}
    page = stack.read("journals/list_journals", {"offset": last})
    assert (len(page["journals"]), page["next_offset"]) == (100, last + 100)
    end = stack.read("journals/list_journals", {"offset": page["next_offset"]})
    assert end == {"journals": [], "next_offset": None}
    with pytest.raises(NotFoundError):
        stack.read("journals/get_journal", {"journal_number": 9999})


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


# Linked transactions, receipts and expense claims


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


@pytest.mark.promise("read-back")
def test_a_claim_is_known_by_its_receipts(stack: Stack) -> None:
    read_back = find("expense_claims/create_expense_claim").read_back
    assert read_back
    user = {"UserID": stack.read("users/list_users")["users"][0]["UserID"]}
    wishes, made = [], []
    for number in ("1", "2"):
        receipt = example("receipts/create_receipt") | {"User": user, "Reference": number}
        one = stack.act("receipts/create_receipt", {"receipt": receipt}, idempotency_key=number)
        wishes.append({"User": user, "Receipts": [{"ReceiptID": one["receipt"]["ReceiptID"]}]})
        given = {"expense_claim": wishes[-1]}
        operation = "expense_claims/create_expense_claim"
        claim = stack.act(operation, given, idempotency_key=f"claim {number}")["expense_claim"]
        made.append(claim["ExpenseClaimID"])
    claims = stack.read("expense_claims/list_expense_claims")["expense_claims"]
    by_id = {one["ExpenseClaimID"]: one for one in claims}
    assert made_from(read_back, by_id, wishes[::-1], mine=()) == made[::-1]
