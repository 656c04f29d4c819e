# SPDX-License-Identifier: Apache-2.0
"""Many documents in one action: chunks, an answer for each, and repeats that double nothing."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.errors import OutcomeUnknownError

from tests.functions.records import LINE, invoice

if TYPE_CHECKING:
    from tests.functions.stack import Stack

pytestmark = pytest.mark.promise("batch-elements")

CREATE = "invoices/create_invoices"
KEY = "import-7"


def documents(count: int, *, wrong: frozenset[int] = frozenset()) -> list[dict[str, Any]]:
    """Invoices of which some name an account that is not there."""
    return [
        invoice(
            Reference=f"import {number}",
            LineItems=[LINE | {"AccountCode": "none" if number in wrong else "200"}],
        )
        for number in range(count)
    ]


def create(stack: Stack, given: list[dict[str, Any]], **envelope: Any) -> Any:
    return stack.ask("action", CREATE, {"invoices": given}, idempotency_key=KEY, **envelope)


def made(stack: Stack) -> list[str]:
    """The references of the invoices that came to be, in order."""
    (book,) = stack.xero.books.values()
    found = [str(one.get("Reference", "")) for one in book.invoices.values()]
    return sorted(one for one in found if one.startswith("import "))


def test_each_document_has_an_answer_of_its_own_fifty_to_a_call(stack: Stack) -> None:
    answer = create(stack, documents(120, wrong=frozenset({3, 77})))

    output = answer["output"]
    assert (output["succeeded"], output["failed"]) == (118, 2)
    assert [one["index"] for one in output["invoices"]] == list(range(120))
    assert [one["index"] for one in output["invoices"] if not one["ok"]] == [3, 77]
    assert answer["usage"]["calls"] == 3
    bad, good = output["invoices"][3], output["invoices"][4]
    assert (bad["invoice"], bad["undo"]) == (None, None)
    assert bad["error"]["type"] == "ValidationError"
    assert "none" in str(bad["error"]["details"]["messages"])
    assert good["error"] is None
    assert good["invoice"]["Reference"] == "import 4"
    assert good["undo"] == {
        "operation": "invoices/delete_draft_invoice",
        "input": {"invoice_id": good["invoice"]["InvoiceID"]},
        "tenant_id": answer["tenant_id"],
    }
    assert all(one["query"]["summarizeErrors"] == ["false"] for one in stack.sent("PUT"))


def test_a_repeat_sends_only_what_xero_has_not_taken(stack: Stack) -> None:
    first = create(stack, documents(60, wrong=frozenset({3, 57})))
    again = create(stack, documents(60, wrong=frozenset({57})))["output"]

    assert (again["succeeded"], again["failed"]) == (59, 1)
    assert [one["replayed"] for one in again["invoices"][:4]] == [True, True, True, False]
    assert again["invoices"][0]["invoice"] == first["output"]["invoices"][0]["invoice"]
    assert len(made(stack)) == 59
    last = create(stack, documents(60))
    assert last["output"]["failed"] == 0
    assert create(stack, documents(60))["replayed"] is True
    assert len(made(stack)) == len(set(made(stack))) == 60


def test_a_document_that_xero_has_taken_cannot_be_another_in_a_repeat(stack: Stack) -> None:
    create(stack, documents(3, wrong=frozenset({2})))
    changed = documents(3)
    changed[0]["DueDate"] = "2027-01-31"
    answers = create(stack, changed)["output"]["invoices"]
    assert [one["ok"] for one in answers] == [False, True, True]
    assert answers[0]["error"]["type"] == "IdempotencyError"
    assert len(made(stack)) == 3


@pytest.mark.parametrize("fault", ["cut-after", "cut"])
def test_a_call_whose_answer_never_came_is_settled_and_the_others_go_on(
    stack: Stack, fault: str
) -> None:
    stack.fault(fault, 3, method="PUT")
    with pytest.raises(OutcomeUnknownError) as unknown:
        create(stack, documents(70))
    assert unknown.value.details == {"idempotency_key": KEY}
    answer = create(stack, documents(70))["output"]
    assert answer["succeeded"] == 70
    assert len(made(stack)) == 70


def test_fields_are_picked_from_each_record(stack: Stack) -> None:
    answer = create(stack, documents(2, wrong=frozenset({1})), fields=["InvoiceNumber"])
    good, bad = answer["output"]["invoices"]
    assert good["invoice"].keys() == {"InvoiceNumber"}
    assert bad["invoice"] is None


def test_a_rehearsal_says_how_many_calls_it_takes(stack: Stack) -> None:
    stack.read("organisations/get_organisation")
    sent = len(stack.sent())
    answer = create(stack, documents(120), dry_run=True)["output"]
    assert answer["cost"] == {"calls": 3, "minute_remaining": 59, "day_remaining": 4999}
    assert len(answer["request"]["body"]["Invoices"]) == 50
    assert len(stack.sent()) == sent


def test_an_answer_too_large_for_lambda_says_what_became_of_each_document(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most of it was done by an invocation that was ended before."""
    given = [
        invoice(Reference=f"import {place}", LineItems=[LINE | {"Description": "x" * 4_000}] * 8)
        for place in range(200)
    ]
    stack.fault("cut-after", 3, method="PUT")
    monkeypatch.setattr("xero_connection.outcomes._LARGEST_BODY", 50_000_000)
    with pytest.raises(OutcomeUnknownError):
        create(stack, given)

    answer = create(stack, given)

    assert len(json.dumps(answer)) < 6_000_000
    assert answer["output_omitted"] is True
    assert [one["ok"] for one in answer["output"]["invoices"]] == [True] * 200
    assert {len(one["invoice"]["InvoiceID"]) for one in answer["output"]["invoices"]} == {36}
    assert len(made(stack)) == 200


def test_many_large_documents_are_kept_until_all_are_taken(stack: Stack) -> None:
    chance = random.Random(4)  # noqa: S311 - words that do not compress
    lines = [
        [LINE | {"Description": chance.randbytes(150).hex()} for _ in range(20)] for _ in range(120)
    ]
    given = [one | {"LineItems": own} for one, own in zip(documents(120), lines, strict=True)]
    wrong = [*given[:-1], given[-1] | {"LineItems": [LINE | {"AccountCode": "none"}]}]

    assert create(stack, wrong)["output"]["failed"] == 1
    answer = create(stack, given)["output"]

    assert answer["succeeded"] == 120
    assert len(made(stack)) == 120
    assert create(stack, given)["replayed"] is True
