# SPDX-License-Identifier: Apache-2.0
"""The history of records of many kinds, and notes on it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from xero_connection.errors import OutcomeUnknownError, ScopeError

from local.xero.idempotency import IdempotencyStore
from tests.functions.records import kinds_of, new_invoice, of_invoice, record_of
from tests.functions.stack import token_secret
from tests.functions.test_outcomes import later

if TYPE_CHECKING:
    from tests.functions.stack import Stack

KEY = "note-7"


@pytest.mark.promise("history")
def test_a_note_on_each_kind_of_record_is_in_its_history(stack: Stack) -> None:
    for kind in kinds_of("history/get_history"):
        record = record_of(stack, kind)
        given = {**record, "note": "Called twice."}

        made = stack.act("history/add_history_note", given, idempotency_key=kind)["note"]
        again = stack.ask("action", "history/add_history_note", given, idempotency_key=kind)

        assert again["replayed"] is True
        told = stack.read("history/get_history", record)["history"]
        assert made["Details"] == "Called twice."
        assert [one["Details"] for one in told if one["Changes"] == "Note"] == ["Called twice."]
        assert told[0]["DateUTC"] == made["DateUTC"]


@pytest.mark.promise("history")
def test_the_history_says_what_was_done(stack: Stack) -> None:
    made = new_invoice(stack)
    named = {"invoice_id": made["InvoiceID"]}
    stack.act("invoices/approve_invoice", named)
    record = {"resource": "invoices", "record_id": made["InvoiceID"]}
    told = stack.read("history/get_history", record, fields=["Changes"])["history"]
    assert told == [{"Changes": "Approved"}, {"Changes": "Created"}]


@pytest.mark.parametrize("fault", ["cut", "cut-after"])
@pytest.mark.promise("history")
@pytest.mark.promise("unknown-settled")
def test_a_note_whose_answer_was_lost_is_there_once(stack: Stack, fault: str) -> None:
    record = of_invoice(stack)
    given = {**record, "note": "Called\ntwice. "}
    stack.fault(fault, 3, path="History")
    with pytest.raises(OutcomeUnknownError):
        stack.act("history/add_history_note", given, idempotency_key=KEY)
    later(stack, 400, KEY)
    (book,) = stack.xero.books.values()
    for entry in book.history.of(record["record_id"]):
        entry["DateUTC"] -= timedelta(seconds=400)
    stack.xero.idempotency = IdempotencyStore()

    made = stack.act("history/add_history_note", given, idempotency_key=KEY)["note"]

    assert made["Details"].split() == ["Called", "twice."]
    told = stack.read("history/get_history", record)["history"]
    assert len([one for one in told if one["Changes"] == "Note"]) == 1


@pytest.mark.parametrize(
    ("kind", "scope"),
    [("contacts", "accounting.contacts"), ("payments", "accounting.payments")],
)
@pytest.mark.promise("error-tree")
def test_a_missing_scope_is_the_one_of_the_records_kind(
    stack: Stack, kind: str, scope: str
) -> None:
    held = stack.held("token")
    token = stack.log_in("accounting.invoices", "accounting.attachments.read")
    stack.fill(token=held | token_secret(token))
    stack.start_again()
    record = record_of(stack, kind)
    with pytest.raises(ScopeError) as reading:
        stack.read("history/get_history", record)
    with pytest.raises(ScopeError) as writing:
        stack.act("history/add_history_note", {**record, "note": "Called."})
    assert reading.value.details["scopes"] == [f"{scope}.read", scope]
    assert writing.value.details["scopes"] == [scope]
    invoice = record_of(stack, "invoices")
    assert stack.read("history/get_history", invoice)["history"]
    assert stack.read("attachments/list_attachments", invoice)["attachments"] == []
    file = {**invoice, "file_name": "a.txt", "content": "YQ=="}
    with pytest.raises(ScopeError) as attaching:
        stack.act("attachments/upload_attachment", file)
    assert attaching.value.details["scopes"] == ["accounting.attachments"]
