# SPDX-License-Identifier: Apache-2.0
"""Money and dates on their whole way: from the caller into Xero's books and back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from xero_connection.catalogue import all_operations

from tests.functions.records import LINE, invoice, new_invoice

if TYPE_CHECKING:
    from tests.functions.stack import Stack


def line(**changes: Any) -> dict[str, Any]:
    return LINE | {"TaxType": "NONE"} | changes


def found(stack: Stack, made: dict[str, Any]) -> dict[str, Any]:
    given = {"invoice_id": made["InvoiceID"]}
    document: dict[str, Any] = stack.read("invoices/get_invoice", given)["invoice"]
    return document


@pytest.mark.promise("exact-money")
def test_a_tenth_and_two_tenths_make_three(stack: Stack) -> None:
    lines = [line(UnitAmount=0.1), line(UnitAmount=0.2)]
    document = found(stack, new_invoice(stack, LineItems=lines))
    assert document["Total"] == Decimal("0.3")
    assert [one["UnitAmount"] for one in document["LineItems"]] == [Decimal("0.1"), Decimal("0.2")]
    assert not any(isinstance(value, float) for value in document.values())


@pytest.mark.promise("exact-money")
@pytest.mark.parametrize(
    ("amount", "exact"),
    [
        (0.0001, "0.0001"),
        (1.0005, "1.0005"),
        (19.99, "19.99"),
        ("19.9900", "19.99"),
        (9_999_999_999.9999, "9999999999.9999"),
        ("1234567890.1234", "1234567890.1234"),
        (1e3, "1000"),
        (-12.5, "-12.5"),
    ],
)
def test_a_unit_price_keeps_its_four_places_and_fifteen_digits(
    stack: Stack, amount: Any, exact: str
) -> None:
    made = new_invoice(stack, LineItems=[line(UnitAmount=amount)])
    for document in (made, found(stack, made)):
        assert document["LineItems"][0]["UnitAmount"] == Decimal(exact)
    (book,) = stack.xero.books.values()
    held = book.invoices[made["InvoiceID"]]["LineItems"][0]["UnitAmount"]
    assert held == Decimal(exact)


@pytest.mark.promise("exact-money")
@pytest.mark.parametrize(
    "amount",
    [1.23456, 0.1 + 0.2, 123456789012345.67, "1e400", "NaN", "Infinity", True, "ten", "1,5", None],
)
def test_an_amount_that_is_not_exact_is_refused_before_anything_is_sent(
    stack: Stack, amount: Any
) -> None:
    given = {"invoice": invoice(LineItems=[line(LineAmount=amount, UnitAmount=amount)])}
    if amount is None:
        # Null is Xero's to judge: it says that there is no amount.
        assert stack.act("invoices/create_invoice", given)["invoice"]["Total"] == 0
        return
    answer = stack.ask("action", "invoices/create_invoice", given, on_error="return")
    assert answer["error"]["type"] == "InputError"
    assert "LineItems.0" in answer["error"]["message"]
    assert stack.sent() == []


@pytest.mark.promise("exact-money")
def test_a_rehearsal_shows_the_digits_that_would_be_sent(stack: Stack) -> None:
    given = {"invoice": invoice(LineItems=[line(UnitAmount="120.5000", Quantity=0.3)])}
    shown = stack.act("invoices/create_invoice", given, dry_run=True)["request"]["body"]
    (sent,) = shown["Invoices"][0]["LineItems"]
    assert (sent["UnitAmount"], sent["Quantity"]) == (Decimal("120.5000"), Decimal("0.3"))
    assert str(sent["UnitAmount"]) == "120.5000"


@pytest.mark.promise("exact-money")
def test_a_rate_keeps_all_its_places(stack: Stack) -> None:
    made = new_invoice(stack, CurrencyRate=1.234567891234)
    assert found(stack, made)["CurrencyRate"] == Decimal("1.234567891234")


@pytest.mark.promise("iso-dates")
@pytest.mark.parametrize("day", ["2026-01-01", "2024-02-29", "2026-04-05", "2026-10-04"])
def test_a_calendar_date_comes_back_as_the_day_it_was(stack: Stack, day: str) -> None:
    made = new_invoice(stack, Date=day, DueDate=day)
    for document in (made, found(stack, made)):
        assert (document["Date"], document["DueDate"]) == (day, day)
        assert document["UpdatedDateUTC"].endswith("Z")


@pytest.mark.promise("iso-dates")
@pytest.mark.parametrize(
    "operation",
    [
        one.id
        for one in all_operations()
        if one.kind == "query" and "list" in one.name
        if not any(field.is_required() for field in one.input.model_fields.values())
    ],
)
def test_no_list_holds_a_date_of_microsofts(stack: Stack, operation: str) -> None:
    new_invoice(stack, Status="AUTHORISED", ExpectedPaymentDate="2026-12-31")
    assert "/Date(" not in repr(stack.read(operation))


@pytest.mark.promise("iso-dates")
def test_a_refusal_of_xeros_holds_no_date_of_microsofts(stack: Stack) -> None:
    given = {"invoice": invoice(LineItems=[line(AccountCode="none")], Status="AUTHORISED")}
    answer = stack.ask("action", "invoices/create_invoice", given, on_error="return")
    assert answer["error"]["type"] == "ValidationError"
    assert "/Date(" not in repr(answer)
