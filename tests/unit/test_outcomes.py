# SPDX-License-Identifier: Apache-2.0
"""What is kept of a request, as a value: its keys at Xero, its fingerprint, its bytes."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.documents import to_json
from xero_connection.outcomes import Element, Outcome, Step, fingerprint, request_fingerprint

ID = UUID("6f7594f2-f059-4d56-9e67-47ac9733bfe9")


def outcome(**fields: Any) -> Outcome:
    asked = request_fingerprint("invoices/create_invoice", "a", {"Total": 1})
    usual = {"key": "order-1047", "owner": "me", "until": 5.5, "fingerprint": asked}
    return Outcome(**{**usual, "expires_at": 99, **fields})


def unpacked(body: bytes) -> Outcome:
    again = outcome()
    again.unpack(body)
    return again


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1}, {"a": 1.0}),
        ({"a": 1}, {"a": Decimal("1.00")}),
        ({"a": 100}, {"a": Decimal("1E+2")}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": [1, 2]}, {"a": (1, 2)}),
        ({"a": ID}, {"a": str(ID)}),
        ({"a": date(2026, 11, 22)}, {"a": "2026-11-22"}),
    ],
)
@pytest.mark.promise("same-key-same-request")
def test_what_means_the_same_has_the_same_fingerprint(one: Any, other: Any) -> None:
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1}, {"a": "1"}),
        ({"a": 1}, {"a": True}),
        ({"a": None}, {}),
        ({"a": 0}, {"a": None}),
        ({"a": [1, 2]}, {"a": [2, 1]}),
        ({"a": "x "}, {"a": "x"}),
        ({"a": Decimal("0.1")}, {"a": Decimal("0.10001")}),
        (["a", "b"], ["ab"]),
        ({"a": 1}, {"b": 1}),
    ],
)
@pytest.mark.promise("same-key-same-request")
def test_what_differs_has_another_fingerprint(one: Any, other: Any) -> None:
    assert fingerprint(one) != fingerprint(other)


def test_a_fingerprint_is_of_text_only() -> None:
    assert "Harbour" not in fingerprint({"Name": "Harbour"})
    with pytest.raises(TypeError):
        fingerprint({"a": {1, 2}})


@pytest.mark.promise("same-key-same-request")
def test_a_requests_fingerprint_begins_with_its_operation_and_organisation() -> None:
    one = outcome()
    same = request_fingerprint("invoices/create_invoice", "a", {"Total": 2})
    assert one.fingerprint != same
    assert same.startswith(one.scope)
    for operation, tenant in (("bills/create_bill", "a"), ("invoices/create_invoice", "b")):
        other = request_fingerprint(operation, tenant, {"Total": 1})
        assert not other.startswith(one.scope)


def test_xero_gets_the_callers_own_key_with_the_first_write_only() -> None:
    keys = [outcome(generation=again).xero_key(write) for again in range(4) for write in (1, 2, 3)]
    assert keys[0] == "order-1047"
    assert len(set(keys)) == len(keys)
    assert keys == [
        outcome(generation=again).xero_key(write) for again in range(4) for write in (1, 2, 3)
    ]


def test_the_keys_of_long_keys_differ_and_are_of_xeros_length() -> None:
    keys = [
        outcome(key="k" * 119 + end, generation=again).xero_key(write)
        for end in "ab"
        for again in (0, 1)
        for write in (1, 2)
    ]
    assert len(set(keys)) == len(keys)
    assert max(map(len, keys)) <= 128


@pytest.mark.promise("refusals-do-not-stick")
def test_what_was_refused_is_taken_back_and_new_to_xero() -> None:
    one = outcome(steps=[Step(key="a", answered=True), Step(key="b")])
    before = one.xero_key(2)
    one.refused()
    assert [step.key for step in one.steps] == ["a"]
    assert one.xero_key(2) != before


def test_a_request_has_begun_once_a_write_is_noted() -> None:
    assert not outcome().begun
    assert not outcome(steps=[Step(answered=True, document={})]).begun
    assert outcome(steps=[Step(answered=True), Step(key="a")]).begun


AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=4) | st.integers()
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | AMOUNTS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(document=DOCUMENTS, moment=st.floats(0, 4e9), index=st.integers(0, 500))
@pytest.mark.promise("outcome-kept")
def test_what_is_packed_comes_back_to_the_digit(document: Any, moment: float, index: int) -> None:
    one = outcome(
        steps=[
            Step(key="a", sent_at=moment, last_at=moment, answered=True, document=document),
            Step(fresh=True),
        ],
        elements={index: Element("f", document)},
        answer={"output": {"invoice": document}},
    )
    again = unpacked(one.packed())
    assert again == one
    assert to_json(again.answer) == to_json(one.answer)
    assert to_json(again.steps[0].document) == to_json(document)
    assert not again.steps[1].fresh


@pytest.mark.promise("outcome-kept")
def test_an_answer_too_large_for_a_row_is_kept_without_its_records() -> None:
    noise = [fingerprint(number) for number in range(15_000)]
    one = outcome(answer={"output": {"invoices": noise}, "undo": None})
    body = one.packed()
    assert len(body) < 400_000
    assert unpacked(body).answer == {"output": {}, "undo": None, "output_omitted": True}
    assert one.answer == {"output": {"invoices": noise}, "undo": None}


def test_five_hundred_invoices_in_the_middle_of_a_batch_fit_into_a_row() -> None:
    """Invoices as Xero answers them: ids by chance, which no compression makes smaller."""
    record = {
        "Type": "ACCREC",
        "Status": "DRAFT",
        "LineAmountTypes": "Exclusive",
        "CurrencyCode": "NZD",
        "DateString": "2026-11-22T00:00:00",
        "Contact": {"ContactStatus": "ACTIVE", "Addresses": [{"AddressType": "POBOX"}]},
        "ValidationErrors": [],
        "StatusAttributeString": "OK",
    }

    def invoice(number: int) -> dict[str, Any]:
        digits = fingerprint(number)
        lines = [
            {"LineItemID": str(UUID(fingerprint(number, line)[:32])), "UnitAmount": number + line}
            for line in range(3)
        ]
        ids = {"InvoiceID": str(UUID(digits[:32])), "InvoiceNumber": f"INV-{number}"}
        contact = record["Contact"] | {"ContactID": str(UUID(digits[32:]))}  # type: ignore[operator]
        return {**record, **ids, "Contact": contact, "LineItems": lines}

    steps = [
        Step(
            key=f"k{chunk}",
            answered=True,
            document={"Invoices": [invoice(50 * chunk + one) for one in range(50)]},
        )
        for chunk in range(10)
    ]
    assert len(outcome(steps=steps).packed()) < 350_000
