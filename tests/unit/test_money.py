# SPDX-License-Identifier: Apache-2.0
"""What lines come to, held against an oracle that counts in integers and knows no decimals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from xero_connection.documents import read_json, to_json
from xero_connection.fields import document
from xero_connection.models.invoices import Invoice
from xero_connection.models.lines import LineItem
from xero_connection.money import line_amount

# An oracle's amounts are whole ten-thousandths.
UNIT: Final = 10_000
MANY: Final = settings(max_examples=2000)


def half_away(numerator: int, denominator: int) -> int:
    """Return a fraction as a whole number, half of one away from zero."""
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


@dataclass(frozen=True)
class Line:
    """A line in ten-thousandths: of a piece, of a dollar, of a per cent."""

    quantity: int
    price: int
    rate: int | None = None
    discount: int | None = None

    @property
    def cents(self) -> int:
        """What it comes to, in cents."""
        gross = self.quantity * self.price
        if self.rate is not None:
            return half_away(gross * (100 * UNIT - self.rate), UNIT**3)
        return half_away(gross - (self.discount or 0) * UNIT, UNIT**2 // 100)

    def as_given(self, **more: Any) -> dict[str, Any]:
        """Return the line as a caller writes it, in text."""
        values = {
            "Quantity": self.quantity,
            "UnitAmount": self.price,
            "DiscountRate": self.rate,
            "DiscountAmount": self.discount,
        }
        written = {name: text(one) for name, one in values.items() if one is not None}
        return {"Description": "Desk", **written, **more}


def text(units: int, places: int = 4) -> str:
    """Return so many of the last place as a number."""
    sign, digits = "-" if units < 0 else "", f"{abs(units):0{places + 1}d}"
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


PRICES = st.integers(-(10**10), 10**10) | st.integers(-30_000, 30_000)
QUANTITIES = st.integers(0, 10**8) | st.integers(-1000, 1000) | st.integers(1, 50).map(UNIT.__mul__)
LINES = st.builds(
    Line,
    quantity=QUANTITIES,
    price=PRICES,
    rate=st.none() | st.integers(0, 100 * UNIT) | st.integers(0, 100).map(UNIT.__mul__),
) | st.builds(
    Line, quantity=QUANTITIES, price=PRICES, discount=st.integers(0, 10**6).map((100).__mul__)
)


def decimal(units: int | None, places: int = 4) -> Decimal | None:
    return None if units is None else Decimal(text(units, places))


@MANY
@given(LINES)
@pytest.mark.promise("line-amounts")
def test_a_line_comes_to_what_whole_numbers_say(line: Line) -> None:
    amount = line_amount(
        Decimal(text(line.quantity)),
        Decimal(text(line.price)),
        discount_rate=decimal(line.rate),
        discount_amount=decimal(line.discount),
    )

    assert amount == Decimal(text(line.cents, 2))
    assert amount.as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("quantity", "price", "discounts", "amount"),
    [
        # half a cent goes away from zero
        ("1", "0.005", {}, "0.01"),
        ("1", "-0.005", {}, "-0.01"),
        ("0.5", "0.03", {}, "0.02"),
        ("3", "0.3350", {}, "1.01"),
        # and less than half towards it
        ("1", "0.0049", {}, "0.00"),
        ("1", "-0.0049", {}, "0.00"),
        # once only: the price is not rounded before
        ("1000", "0.0612", {}, "61.20"),
        ("3", "0.3333", {}, "1.00"),
        # nor is the discount
        ("1", "10.05", {"discount_rate": "33.3333"}, "6.70"),
        ("1", "5.5", {"discount_rate": "99.9"}, "0.01"),
        ("2", "19.99", {"discount_amount": "0.50"}, "39.48"),
        ("1", "795", {"discount_rate": "100"}, "0.00"),
        ("1", "0.01", {"discount_rate": "50"}, "0.01"),
        # eighteen digits in each lose none
        ("99999999999999.9999", "12345678901234.5678", {}, "1234567890123456778765432109.88"),
        (
            "99999999999999.9999",
            "99999999999999.9999",
            {"discount_rate": "0.0000000000000001"},
            "9999999999999999970000000000.00",
        ),
    ],
)
@pytest.mark.promise("line-amounts")
def test_an_amount_is_rounded_once_and_half_a_cent_away_from_zero(
    quantity: str, price: str, discounts: dict[str, str], amount: str
) -> None:
    less = {name: Decimal(value) for name, value in discounts.items()}

    assert line_amount(Decimal(quantity), Decimal(price), **less) == Decimal(amount)


# Lines as they are asked for


@MANY
@given(LINES, st.integers(-3, 3) | st.integers(-(10**6), 10**6))
@pytest.mark.promise("line-amounts")
def test_a_line_with_its_amount_is_taken_when_right_and_refused_by_the_difference(
    line: Line, off: int
) -> None:
    stated = text(line.cents + off, 2)
    if not off:
        assert LineItem.model_validate(line.as_given(LineAmount=stated)).LineAmount is not None
        return
    with pytest.raises(ValidationError) as caught:
        LineItem.model_validate(line.as_given(LineAmount=stated))
    (problem,) = caught.value.errors()
    assert problem["loc"] == ("LineAmount",)
    assert f"{text(abs(off), 2)} too {'much' if off > 0 else 'little'}" in problem["msg"]
    assert "leave it out" in problem["msg"]


LINE: Final = {"Quantity": 2, "UnitAmount": 10}
LINE_ID: Final = "6f7594f2-f059-4d56-9e67-47ac9733bfe9"


@pytest.mark.parametrize(
    "line",
    [
        # not enough to say what it comes to
        {"LineAmount": 5},
        {"LineAmount": 5, "Quantity": 2},
        {"LineAmount": 5, "UnitAmount": 2, "Quantity": None},
        {"LineAmount": None, **LINE},
        # an existing line may have a discount that is not sent
        {"LineAmount": 18, "LineItemID": LINE_ID, **LINE},
        # or come with both, as Xero has answered it
        {
            "LineAmount": 18,
            "LineItemID": LINE_ID,
            "DiscountRate": 10,
            "DiscountAmount": 2,
            **LINE,
        },
        # the amount in another writing
        {"LineAmount": "2e1", **LINE},
        {"LineAmount": 18.0, "DiscountRate": 10.0, **LINE},
    ],
)
@pytest.mark.promise("line-amounts")
def test_a_line_that_may_be_right_is_taken(line: dict[str, Any]) -> None:
    LineItem.model_validate(line)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"DiscountRate": 10, "DiscountAmount": 2, **LINE}, "DiscountAmount"),
        # none at all is a discount said twice, too
        ({"DiscountRate": 0, "DiscountAmount": 0, **LINE}, "DiscountAmount"),
        ({"DiscountRate": 10, "LineItemID": LINE_ID, "LineAmount": 20, **LINE}, "LineAmount"),
        ({"DiscountAmount": 2, "LineAmount": 20, **LINE}, "LineAmount"),
        ({"DiscountRate": 100.5, **LINE}, "DiscountRate"),
        ({"DiscountRate": -1, **LINE}, "DiscountRate"),
        ({"Quantity": 1.00001}, "Quantity"),
        ({"Quantity": "Infinity"}, "Quantity"),
        ({"UnitAmount": "NaN"}, "UnitAmount"),
        ({"UnitAmount": float("nan")}, "UnitAmount"),
        ({"TaxAmount": float("inf")}, "TaxAmount"),
    ],
)
@pytest.mark.promise("line-amounts")
def test_a_line_that_cannot_be_right_is_refused_for_one_field(
    line: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        LineItem.model_validate(line)

    assert [problem["loc"] for problem in caught.value.errors()] == [(field,)]


@pytest.mark.parametrize("discount", [{"DiscountRate": 5}, {"DiscountAmount": 0}])
@pytest.mark.promise("line-amounts")
def test_a_bill_takes_no_discount(discount: dict[str, Any]) -> None:
    lines = {"LineItems": [LINE, LINE | discount]}
    (name,) = discount

    Invoice.model_validate({"Type": "ACCREC", **lines})
    # Xero knows the type of a document that is there.
    Invoice.model_validate(lines)
    with pytest.raises(ValidationError) as caught:
        Invoice.model_validate({"Type": "ACCPAY", **lines})
    assert [problem["loc"] for problem in caught.value.errors()] == [("LineItems", 1, name)]


# On their way


@MANY
@given(st.lists(LINES, min_size=1, max_size=8))
@pytest.mark.promise("exact-money")
def test_every_number_of_a_document_keeps_its_digits(lines: list[Line]) -> None:
    asked = Invoice.model_validate({"LineItems": [line.as_given() for line in lines]})
    written = to_json(document(asked))

    for line, read in zip(lines, read_json(written)["LineItems"], strict=True):
        assert {name: str(value) for name, value in read.items()} == line.as_given()


@MANY
@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
@pytest.mark.promise("iso-dates")
def test_a_day_is_sent_as_the_day_it_is_and_a_left_out_one_is_not_sent(day: date) -> None:
    sent = to_json(document(Invoice.model_validate({"Date": day.isoformat()})))

    assert sent == f'{{"Date":"{day.isoformat()}"}}'
    assume(day < date(9999, 12, 31))
    assert (day + timedelta(days=1)).isoformat() not in sent


@pytest.mark.parametrize(
    "day",
    [
        "2026-11-22T00:00:00",
        "2026-11-22T23:59:59+13:00",
        "2026-02-29",
        "2026-13-01",
        "20261122",
        "22/11/2026",
        1795305600,
        "/Date(1795305600000+0000)/",
        "",
    ],
)
@pytest.mark.promise("iso-dates")
def test_what_is_not_just_a_day_is_refused(day: Any) -> None:
    with pytest.raises(ValidationError):
        Invoice.model_validate({"Date": day})
