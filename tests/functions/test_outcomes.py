# SPDX-License-Identifier: Apache-2.0
"""An action is carried out once for its key, whatever happens to those who ask for it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.errors import (
    IdempotencyError,
    OutcomeUnknownError,
    UnavailableError,
    ValidationError,
)
from xero_connection.outcome_rows import OutcomeRows

from local.xero import SimulatorConfig
from local.xero.idempotency import IdempotencyStore
from tests.functions.records import LINE, contact, invoice
from tests.functions.stack import SESSION, TABLE, Context, Stack

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.xero.wire import Request, Response

CREATE = "invoices/create_invoice"
KEY = "order-1047"


class KilledError(BaseException):
    """The end of an invocation in the middle of what it does."""


def invoices(stack: Stack) -> list[dict[str, Any]]:
    """The invoices that are about Larkspur's desk."""
    (book,) = stack.xero.books.values()
    return [one for one in book.invoices.values() if one.get("Reference") == KEY]


def given(**changes: Any) -> dict[str, Any]:
    return {"invoice": invoice(Reference=KEY, **changes)}


def create(stack: Stack, asked: Any = None, **envelope: Any) -> Any:
    return stack.ask("action", CREATE, asked or given(), idempotency_key=KEY, **envelope)


def later(stack: Stack, seconds: float, key: str = KEY) -> None:
    """Let time go by for what is kept under a key, and for Xero's six minutes of memory."""
    rows = OutcomeRows(SESSION.client("dynamodb"), TABLE, now=time.time)
    row = rows.get(key)
    assert row is not None
    steps = [
        replace(step, sent_at=step.sent_at - seconds, last_at=step.last_at - seconds)
        for step in row.steps
    ]
    assert rows.put(replace(row, until=row.until - seconds, steps=steps), instead_of=row)
    if seconds >= 360:
        stack.xero.idempotency = IdempotencyStore()
    for one in invoices(stack):
        one["UpdatedDateUTC"] -= timedelta(seconds=seconds)


def interrupted(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, *, path: str, carried_out: bool
) -> Callable[[], None]:
    """Have the next write to a path end the invocation, before or after Xero has done it."""
    handle = stack.xero.handle

    def deadly(request: Request) -> Response:
        if request.method == "GET" or path not in request.path:
            return handle(request)
        if carried_out:
            handle(request)
        raise KilledError

    monkeypatch.setattr(stack.xero, "handle", deadly)
    return lambda: monkeypatch.setattr(stack.xero, "handle", handle)


@pytest.mark.promise("outcome-kept")
def test_a_repeat_long_after_xeros_six_minutes_is_answered_from_what_is_kept(stack: Stack) -> None:
    first = create(stack)
    later(stack, 3_600)
    calls = len(stack.sent())

    again = create(stack, fields=["InvoiceID"])

    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["output"] == {"invoice": {"InvoiceID": first["output"]["invoice"]["InvoiceID"]}}
    assert again["undo"] == first["undo"]
    assert again["usage"]["calls"] == 0
    assert len(stack.sent()) == calls
    assert len(invoices(stack)) == 1


@pytest.mark.promise("outcome-kept")
def test_an_amount_comes_back_from_what_is_kept_with_all_its_digits(stack: Stack) -> None:
    asked = given(LineItems=[LINE | {"UnitAmount": 33.3333, "Quantity": 3}])
    first, again = (create(stack, asked)["output"]["invoice"] for _ in range(2))
    assert first == again
    assert str(again["LineItems"][0]["UnitAmount"]) == "33.3333"


@pytest.mark.promise("same-key-same-request")
def test_the_same_key_is_refused_to_another_request(stack: Stack) -> None:
    create(stack)
    later(stack, 3_600)
    calls = len(stack.sent())
    with pytest.raises(IdempotencyError) as refused:
        create(stack, given(DueDate="2026-12-21"))
    assert refused.value.details == {"idempotency_key": KEY}
    with pytest.raises(IdempotencyError):
        stack.ask("action", "contacts/create_contact", {"contact": contact()}, idempotency_key=KEY)
    assert len(stack.sent()) == calls


@pytest.mark.promise("same-key-same-request")
def test_a_number_written_otherwise_is_the_same_request(stack: Stack) -> None:
    create(stack, given(LineItems=[LINE | {"Quantity": 1, "UnitAmount": 120.5}]))
    again = create(stack, given(LineItems=[LINE | {"Quantity": 1.0, "UnitAmount": "120.50"}]))
    assert again["replayed"]


@pytest.mark.promise("same-key-same-request")
@pytest.mark.parametrize("config", [SimulatorConfig(organisations=2)])
def test_the_same_key_is_refused_to_another_organisation(stack: Stack) -> None:
    first, second = (
        {"tenant_id": book.tenant_id, "tenant_name": book.organisation["Name"]}
        for book in stack.xero.books.values()
    )
    held = stack.held("token")
    stack.fill(token=held | {"tenants": [first, second]})
    asked = {"contact": contact()}
    stack.act("contacts/create_contact", asked, idempotency_key="k", tenant_id=first["tenant_id"])
    with pytest.raises(IdempotencyError):
        stack.act(
            "contacts/create_contact", asked, idempotency_key="k", tenant_id=second["tenant_id"]
        )


@pytest.mark.promise("refusals-do-not-stick")
def test_what_xero_has_refused_is_carried_out_once_corrected_with_the_same_key(
    stack: Stack,
) -> None:
    with pytest.raises(ValidationError):
        create(stack, given(LineItems=[LINE | {"AccountCode": "none"}]))
    assert create(stack)["replayed"] is False
    assert create(stack)["replayed"] is True
    assert len(invoices(stack)) == 1


@pytest.mark.promise("refusals-do-not-stick")
def test_what_xero_has_refused_is_asked_anew_when_xero_itself_was_corrected(stack: Stack) -> None:
    (book,) = stack.xero.books.values()
    account = book.account("200")
    assert account is not None
    account["Code"] = "gone"
    with pytest.raises(ValidationError):
        create(stack)
    account["Code"] = "200"
    create(stack)
    assert len(invoices(stack)) == 1


@pytest.mark.promise("one-at-work")
def test_of_two_at_once_one_works_and_the_other_hears_its_answer(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    handle = stack.xero.handle

    def slowly(request: Request) -> Response:
        if request.method == "PUT":
            begun.set()
            assert go_on.wait(20)
        return handle(request)

    monkeypatch.setattr(stack.xero, "handle", slowly)
    monkeypatch.setattr(stack, "slept", [])
    jobs = stack.function("action").requests.dispatcher.jobs
    object.__setattr__(jobs.once, "sleep", lambda _: go_on.set())
    with ThreadPoolExecutor() as pool:
        first = pool.submit(create, stack)
        assert begun.wait(20)
        second = pool.submit(create, stack)
        answers = [first.result(30), second.result(30)]

    assert [one["replayed"] for one in answers] == [False, True]
    assert len(invoices(stack)) == 1


@pytest.mark.promise("one-at-work")
def test_who_has_no_time_to_wait_for_the_other_is_told(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(stack, monkeypatch, path="/Invoices", carried_out=False)
    with pytest.raises(KilledError):
        create(stack)
    with pytest.raises(UnavailableError) as told:
        stack.invoke(
            "action",
            {"operation": CREATE, "input": given(), "idempotency_key": KEY},
            Context(milliseconds=3_100),
        )
    assert told.value.details == {"idempotency_key": KEY}
    assert 0 < (told.value.retry_after or 0) <= 40


@pytest.mark.promise("killed-anywhere")
@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("seconds", [60, 600])
def test_what_a_killed_invocation_has_left_is_ended_by_the_next(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, *, carried_out: bool, seconds: float
) -> None:
    restore = interrupted(stack, monkeypatch, path="/Invoices", carried_out=carried_out)
    with pytest.raises(KilledError):
        create(stack)
    restore()
    later(stack, seconds)

    answer = create(stack)

    (made,) = invoices(stack)
    assert answer["output"]["invoice"]["InvoiceID"] == made["InvoiceID"]
    assert create(stack)["replayed"] is True


@pytest.mark.promise("unknown-settled")
@pytest.mark.parametrize("carried_out", [False, True])
def test_an_unknown_write_is_settled_by_the_books_once_xero_has_forgotten_its_key(
    stack: Stack, *, carried_out: bool
) -> None:
    stack.fault("cut-after" if carried_out else "cut", 3, method="PUT")
    with pytest.raises(OutcomeUnknownError) as unknown:
        create(stack)
    assert unknown.value.retry_after
    assert unknown.value.details == {"idempotency_key": KEY}
    later(stack, 600)
    asked = len(stack.sent("PUT"))

    create(stack)

    assert len(stack.sent("PUT")) == asked + (0 if carried_out else 1)
    assert len(invoices(stack)) == 1


@pytest.mark.promise("unknown-settled")
def test_a_twin_that_another_request_has_made_is_not_taken_for_ones_own(stack: Stack) -> None:
    stack.fault("cut", 3, method="PUT")
    with pytest.raises(OutcomeUnknownError):
        create(stack)
    stack.ask("action", CREATE, given(), idempotency_key="twin")
    later(stack, 600)

    create(stack)

    assert len(invoices(stack)) == 2


@pytest.mark.promise("unknown-settled")
def test_a_number_left_blank_is_no_number_to_look_for(stack: Stack) -> None:
    (book,) = stack.xero.books.values()
    before = len(book.invoices)
    asked = {"invoice": invoice(InvoiceNumber="")}
    stack.fault("cut-after", 3, method="PUT")
    with pytest.raises(OutcomeUnknownError):
        create(stack, asked)
    later(stack, 600)
    list(book.invoices.values())[-1]["UpdatedDateUTC"] -= timedelta(seconds=600)
    create(stack, asked)
    assert len(book.invoices) == before + 1


@pytest.mark.promise("unknown-settled")
@pytest.mark.parametrize("name", ["invoice", "payment"])
def test_what_has_no_reference_is_not_looked_for_among_those_that_have_one(
    stack: Stack, name: str
) -> None:
    operation, plain = CREATE, invoice()
    if name == "payment":
        billed = create(stack, given(Status="AUTHORISED"))["output"]["invoice"]
        operation = "payments/create_payment"
        plain = {
            "Invoice": {"InvoiceID": billed["InvoiceID"]},
            "Account": {"Code": "090"},
            "Amount": 5,
            "Date": "2026-11-22",
        }
    wanted = {"named": {name: plain | {"Reference": KEY}}, "plain": {name: plain}}
    for key, asked in wanted.items():
        stack.fault("cut-after", 3, method="PUT")
        with pytest.raises(OutcomeUnknownError):
            stack.act(operation, asked, idempotency_key=key)
        later(stack, 600, key)
    (book,) = stack.xero.books.values()
    records = (book.invoices if name == "invoice" else book.shelves["Payments"]).values()
    before = len(records)
    for seconds, one in zip((600, 599), list(records)[-2:], strict=True):
        one["UpdatedDateUTC"] = datetime.now(UTC) - timedelta(seconds=seconds)

    for key, reference in (("plain", ""), ("named", KEY)):
        made = stack.act(operation, wanted[key], idempotency_key=key)[name]
        assert made.get("Reference", "") == reference

    assert len(records) == before


@pytest.mark.promise("unknown-settled")
def test_a_change_by_id_is_settled_by_the_record_itself(stack: Stack) -> None:
    made = create(stack)["output"]["invoice"]
    change = {"invoice_id": made["InvoiceID"], "invoice": {"DueDate": "2027-01-31"}}
    void = {"invoice_id": made["InvoiceID"]}
    for operation, asked in (
        ("invoices/update_invoice", change),
        ("invoices/delete_draft_invoice", void),
    ):
        stack.fault("cut-after", 3, method="POST")
        with pytest.raises(OutcomeUnknownError):
            stack.act(operation, asked, idempotency_key=operation)
        later(stack, 600, operation)
        sent = len(stack.sent("POST"))
        stack.act(operation, asked, idempotency_key=operation)
        assert len(stack.sent("POST")) == sent


@pytest.mark.promise("unknown-settled")
def test_what_the_books_cannot_tell_stays_unknown_and_is_not_sent_again(stack: Stack) -> None:
    made = create(stack, given(Status="AUTHORISED"))["output"]["invoice"]
    asked = {"invoice_id": made["InvoiceID"]}
    email = "invoices/email_invoice"
    stack.fault("cut-after", 3, method="POST")
    with pytest.raises(OutcomeUnknownError):
        stack.act(email, asked, idempotency_key=email)
    later(stack, 600, email)
    sent = len(stack.sent("POST"))
    for _ in range(2):
        with pytest.raises(OutcomeUnknownError) as unknown:
            stack.act(email, asked, idempotency_key=email)
        assert unknown.value.retry_after is None
        assert "new key" in unknown.value.advice
    assert len(stack.sent("POST")) == sent


@pytest.mark.promise("killed-anywhere")
def test_nothing_is_sent_while_the_table_cannot_note_it(stack: Stack) -> None:
    stack.client("dynamodb").down = True
    with pytest.raises(UnavailableError):
        create(stack)
    assert stack.sent("PUT") == []
    stack.client("dynamodb").down = False
    create(stack)
    assert len(invoices(stack)) == 1


@pytest.mark.promise("killed-anywhere")
def test_an_outcome_that_the_table_does_not_take_reaches_its_caller_and_is_not_doubled(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = stack.xero.handle

    def down(request: Request) -> Response:
        answer = handle(request)
        stack.client("dynamodb").down = request.method == "PUT"
        return answer

    monkeypatch.setattr(stack.xero, "handle", down)
    first = create(stack)
    stack.client("dynamodb").down = False
    later(stack, 600)
    again = create(stack)
    assert again["output"]["invoice"]["InvoiceID"] == first["output"]["invoice"]["InvoiceID"]
    assert len(invoices(stack)) == 1


def foreseen(stack: Stack, asked: Any = None, **envelope: Any) -> Any:
    """Say what a rehearsal tells of the key."""
    calls = len(stack.sent())
    told = create(stack, asked, dry_run=True, **envelope)["output"]["idempotency"]
    assert len(stack.sent()) == calls
    return told


@pytest.mark.promise("dry-run")
def test_a_rehearsal_says_what_the_key_would_meet(stack: Stack) -> None:
    stack.read("organisations/get_organisation")
    assert foreseen(stack) == "new"
    with pytest.raises(ValidationError):
        create(stack, given(LineItems=[LINE | {"AccountCode": "none"}]))
    assert foreseen(stack) == "new"
    stack.fault("cut-after", 3, method="PUT")
    with pytest.raises(OutcomeUnknownError):
        create(stack)
    assert foreseen(stack) == "under_way"
    assert foreseen(stack, given(DueDate="2026-12-21")) == "another_request"
    create(stack)
    assert foreseen(stack) == "done"
    assert foreseen(stack, given(DueDate="2026-12-21")) == "another_request"


@pytest.mark.promise("dry-run")
def test_a_rehearsal_says_what_the_key_of_one_at_work_would_meet(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = {"invoice_id": create(stack)["output"]["invoice"]["InvoiceID"], "line_items": [LINE]}
    restore = interrupted(stack, monkeypatch, path="/Invoices", carried_out=False)
    with pytest.raises(KilledError):
        stack.act("invoices/add_line_items", add, idempotency_key="add")
    restore()
    shown = stack.ask("action", "invoices/add_line_items", add, idempotency_key="add", dry_run=True)
    assert shown["output"]["idempotency"] == "under_way"


@pytest.mark.promise("dry-run")
def test_a_rehearsal_needs_no_table(stack: Stack) -> None:
    stack.read("organisations/get_organisation")
    stack.client("dynamodb").down = True
    assert foreseen(stack) is None


@pytest.mark.promise("one-at-a-document")
def test_two_that_add_lines_to_one_document_follow_each_other(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create(stack)["output"]["invoice"]
    read, waiting = threading.Event(), threading.Event()
    handle = stack.xero.handle

    def slowly(request: Request) -> Response:
        answer = handle(request)
        if request.method == "GET" and not read.is_set():
            # The first has read the lines and not yet written them.
            read.set()
            assert waiting.wait(20)
        return answer

    def wait(_: float) -> None:
        waiting.set()
        time.sleep(0.05)

    monkeypatch.setattr(stack.xero, "handle", slowly)
    object.__setattr__(stack.function("action").requests.dispatcher.jobs, "sleep", wait)
    add = "invoices/add_line_items"
    asked = [
        {"invoice_id": made["InvoiceID"], "line_items": [LINE | {"Description": name}]}
        for name in ("first", "second")
    ]
    with ThreadPoolExecutor() as pool:
        first = pool.submit(stack.act, add, asked[0], idempotency_key="first")
        assert read.wait(20)
        second = pool.submit(stack.act, add, asked[1], idempotency_key="second")
        first.result(30)
        lines = second.result(30)["invoice"]["LineItems"]

    assert [one["Description"] for one in lines] == ["Standing desk", "first", "second"]


@pytest.mark.promise("one-at-a-document")
@pytest.mark.parametrize("seconds", [30, 600])
def test_a_change_of_unknown_outcome_takes_nothing_from_a_later_one(
    stack: Stack, seconds: float
) -> None:
    made = create(stack)["output"]["invoice"]
    add = "invoices/add_line_items"
    first, second = (
        {"invoice_id": made["InvoiceID"], "line_items": [LINE | {"Description": name}]}
        for name in ("first", "second")
    )
    stack.fault("cut", 3, method="POST")
    with pytest.raises(OutcomeUnknownError):
        stack.act(add, first, idempotency_key="first")
    with pytest.raises(UnavailableError):
        stack.invoke(
            "action",
            {"operation": add, "input": second, "idempotency_key": "second"},
            Context(milliseconds=3_050),
        )
    later(stack, seconds, "first")
    stack.act(add, first, idempotency_key="first")
    lines = stack.act(add, second, idempotency_key="second")["invoice"]["LineItems"]
    assert [one["Description"] for one in lines] == ["Standing desk", "first", "second"]


@pytest.mark.promise("unknown-settled")
def test_lines_that_were_added_are_not_added_again_once_a_person_has_added_others(
    stack: Stack,
) -> None:
    made = create(stack)["output"]["invoice"]
    (mine,) = invoices(stack)
    asked = {
        "invoice_id": made["InvoiceID"],
        "line_items": [LINE | {"Description": "Mine"}],
    }
    add = "invoices/add_line_items"
    stack.fault("cut-after", 3, method="POST")
    with pytest.raises(OutcomeUnknownError):
        stack.act(add, asked, idempotency_key="add")
    ids = [{"LineItemID": one["LineItemID"]} for one in mine["LineItems"]]
    change = {"LineItems": [*ids, LINE | {"Description": "A person's"}]}
    given_ = {"invoice_id": made["InvoiceID"], "invoice": change}
    stack.act("invoices/update_invoice", given_, idempotency_key="person")
    later(stack, 600, "add")

    with pytest.raises(OutcomeUnknownError) as unknown:
        stack.act(add, asked, idempotency_key="add")

    assert unknown.value.retry_after is None
    (mine,) = invoices(stack)
    described = [one["Description"] for one in mine["LineItems"]]
    assert described == ["Standing desk", "Mine", "A person's"]


@pytest.mark.promise("unknown-settled")
def test_what_stands_in_the_way_does_not_make_a_write_less_unknown(stack: Stack) -> None:
    stack.fault("cut-after", 3, method="PUT")
    with pytest.raises(OutcomeUnknownError):
        create(stack)
    stack.fault("429-day:900", 3)
    with pytest.raises(OutcomeUnknownError) as unknown:
        create(stack)
    assert unknown.value.details == {"idempotency_key": KEY, "reason": "rate_limited"}
    assert (unknown.value.retry_after or 0) >= 900


@pytest.mark.promise("unknown-settled")
def test_the_key_of_an_unknown_write_is_not_given_up_for_a_new_one(stack: Stack) -> None:
    stack.fault("cut-after", 3, method="PUT")
    with pytest.raises(OutcomeUnknownError):
        create(stack)
    with pytest.raises(IdempotencyError) as refused:
        create(stack, given(DueDate="2026-12-21"))
    assert "repeat it unchanged" in refused.value.advice


@pytest.mark.promise("unknown-settled")
def test_an_approval_is_known_by_what_only_approved_documents_become(stack: Stack) -> None:
    made = create(stack)["output"]["invoice"]
    approve, asked = "invoices/approve_invoice", {"invoice_id": made["InvoiceID"]}
    stack.fault("cut-after", 3, method="POST")
    with pytest.raises(OutcomeUnknownError):
        stack.act(approve, asked, idempotency_key="approve")
    paid = {"Invoice": {"InvoiceID": made["InvoiceID"]}, "Account": {"Code": "090"}}
    stack.act("payments/create_payment", {"payment": paid | {"Amount": str(made["Total"])}})
    later(stack, 600, "approve")
    answer = stack.act(approve, asked, idempotency_key="approve")
    assert answer["invoice"]["Status"] == "PAID"


@pytest.mark.promise("unknown-settled")
def test_a_payment_that_was_taken_back_is_not_taken_for_the_next_one(stack: Stack) -> None:
    pay = "payments/create_payment"
    made = create(stack, given(Status="AUTHORISED"))["output"]["invoice"]
    paid = {"Invoice": {"InvoiceID": made["InvoiceID"]}, "Account": {"Code": "090"}}
    asked = {"payment": paid | {"Amount": 1, "Date": "2026-11-22"}}
    (book,) = stack.xero.books.values()
    stack.fault("cut", 3, method="PUT")
    with pytest.raises(OutcomeUnknownError):
        stack.act(pay, asked, idempotency_key="pay")
    twin = stack.act(pay, asked, idempotency_key="twin")["payment"]
    stack.act("payments/delete_payment", {"payment_id": twin["PaymentID"]})
    rows = SESSION.client("dynamodb")
    rows.delete_item(
        TableName=TABLE, Key={"pk": {"S": f"request#made#{twin['PaymentID'].lower()}"}}
    )
    later(stack, 600, "pay")
    book.shelves["Payments"][twin["PaymentID"]]["UpdatedDateUTC"] -= timedelta(seconds=590)
    with pytest.raises(OutcomeUnknownError) as unknown:
        stack.act(pay, asked, idempotency_key="pay")
    assert unknown.value.retry_after is None


@pytest.mark.promise("iso-dates")
def test_what_somebody_wrote_is_no_date_whatever_it_looks_like(stack: Stack) -> None:
    asked = given(LineItems=[LINE | {"Description": "/Date(0)/"}])
    shown = create(stack, asked, dry_run=True)["output"]["request"]["body"]
    assert shown["Invoices"][0]["LineItems"][0]["Description"] == "/Date(0)/"
    line = create(stack, asked)["output"]["invoice"]["LineItems"][0]
    assert line["Description"] == "/Date(0)/"
