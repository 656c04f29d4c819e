# SPDX-License-Identifier: Apache-2.0
"""Generated documents through the whole path: Xero's totals are those of an oracle of integers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any, Final

import pytest

from local.xero import SimulatorConfig
from local.xero.config import Limits
from tests.functions.records import invoice, new_invoice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.functions.stack import Stack

INVOICES: Final = 300
UNIT: Final = 10_000
"""An oracle's amounts are whole ten-thousandths: of a piece, of a dollar, of a per cent."""
RATES: Final = {"OUTPUT": 15 * UNIT, "TAX001": 82_500, "NONE": 0}


def half_away(numerator: int, denominator: int) -> int:
    """Return a fraction as a whole number, half of one away from zero."""
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


def number(units: int, places: int = 4) -> Decimal:
    """Return so many of the last place as a number."""
    return Decimal(f"{units}e-{places}")


@dataclass(frozen=True)
class Line:
    """One line and what it comes to."""

    quantity: int
    price: int
    rate: int | None
    discount: int | None
    tax_type: str
    with_amount: bool

    @property
    def cents(self) -> int:
        """Quantity times price less the discount."""
        gross = self.quantity * self.price
        if self.rate is not None:
            return half_away(gross * (100 * UNIT - self.rate), UNIT**3)
        return half_away(gross - (self.discount or 0) * UNIT, UNIT**2 // 100)

    def tax(self, line_amount_types: str) -> int:
        """Tax on the amount, or within it, in cents."""
        rate = RATES[self.tax_type]
        if line_amount_types == "NoTax":
            return 0
        if line_amount_types == "Inclusive":
            return half_away(self.cents * rate, 100 * UNIT + rate)
        return half_away(self.cents * rate, 100 * UNIT)

    def as_given(self, random: Random) -> dict[str, Any]:
        """Return the line as a caller writes it: numbers as JSON has them, or as text."""
        values = {
            "Quantity": number(self.quantity),
            "UnitAmount": number(self.price),
            "DiscountRate": None if self.rate is None else number(self.rate),
            "DiscountAmount": None if self.discount is None else number(self.discount),
            "LineAmount": number(self.cents, 2) if self.with_amount else None,
        }
        written = {
            name: random.choice([str, float])(value)
            for name, value in values.items()
            if value is not None
        }
        return {"Description": "Desk", "AccountCode": "200", "TaxType": self.tax_type, **written}


def some_line(random: Random) -> Line:
    """Return a line of the kinds that go wrong: many places, halves of cents, less than nothing."""
    quantity = random.choice([UNIT, random.randint(1, 99) * UNIT, random.randint(1, 5 * UNIT)])
    price = random.choice(
        [random.randint(1, 999) * 50, random.randint(1, 10**7), random.randint(1, 10**9)]
    )
    negative = random.random() < 0.15
    discounted = not negative and random.random() < 0.4
    rate = discount = None
    if discounted and random.random() < 0.5:
        rate = random.choice([random.randint(0, 100) * UNIT, random.randint(0, 100 * UNIT)])
    elif discounted:
        # Xero takes no more off than there is.
        discount = random.randint(0, quantity * price // UNIT // 100) * 100
    return Line(
        quantity=quantity,
        price=-price if negative else price,
        rate=rate,
        discount=discount,
        tax_type=random.choice(list(RATES)),
        with_amount=random.random() < 0.3,
    )


@dataclass(frozen=True)
class Generated:
    """An invoice, and what it comes to."""

    kind: str
    lines: list[Line]
    given: dict[str, Any]

    def check(self, made: dict[str, Any]) -> None:
        """Hold Xero's answer against it."""
        tax = sum(one.tax(self.kind) for one in self.lines)
        amounts = sum(one.cents for one in self.lines)
        sub_total = amounts - tax if self.kind == "Inclusive" else amounts
        said = (made["SubTotal"], made["TotalTax"], made["Total"])
        assert said == (number(sub_total, 2), number(tax, 2), number(sub_total + tax, 2))
        for line, answered in zip(self.lines, made["LineItems"], strict=True):
            assert answered["Quantity"] == number(line.quantity)
            assert answered["UnitAmount"] == number(line.price)
            assert answered["LineAmount"] == number(line.cents, 2)
            assert answered["TaxAmount"] == number(line.tax(self.kind), 2)


def some_invoices() -> list[Generated]:
    """Return invoices of every kind, the same every time."""
    random = Random(20261122)  # noqa: S311 - made to differ, not to be secret
    found = []
    for place in range(INVOICES):
        kind = random.choice(["Exclusive", "Inclusive", "NoTax"])
        lines = [some_line(random) for _ in range(random.randint(1, 6))]
        given = invoice(
            LineItems=[one.as_given(random) for one in lines],
            LineAmountTypes=kind,
            InvoiceNumber=f"M-{place}",
        )
        found.append(Generated(kind, lines, given))
    return found


@pytest.mark.promise("exact-money")
@pytest.mark.promise("line-amounts")
@pytest.mark.parametrize("config", [SimulatorConfig(limits=Limits(minute=10 * INVOICES))])
def test_what_is_created_has_the_totals_of_whole_numbers(stack: Stack) -> None:
    for one in some_invoices():
        one.check(new_invoice(stack, **one.given))


@pytest.mark.promise("exact-money")
@pytest.mark.promise("batches")
def test_what_is_created_together_has_the_totals_of_whole_numbers(stack: Stack) -> None:
    generated = some_invoices()
    given = {"invoices": [one.given for one in generated]}
    answer = stack.act("invoices/create_invoices", given)
    assert (answer["succeeded"], answer["failed"]) == (INVOICES, 0)
    for one, element in zip(generated, answer["invoices"], strict=True):
        one.check(element["invoice"])


@pytest.mark.promise("line-amounts")
def test_a_line_amount_that_is_a_cent_off_does_not_reach_xero(stack: Stack) -> None:
    wrong = {"Description": "Desk", "Quantity": 3, "UnitAmount": 0.335, "LineAmount": 1.0}
    answer = stack.ask(
        "action",
        "invoices/create_invoice",
        {"invoice": invoice(LineItems=[wrong])},
        on_error="return",
    )
    (problem,) = answer["error"]["details"]["problems"]
    assert answer["error"]["type"] == "InputError"
    assert problem["path"] == "input.invoice.LineItems.0.LineAmount"
    assert "0.01 too little" in problem["message"]
    assert stack.sent() == []


# The days on which a zone, a year or a leap shifts what is not held fast.
EDGES: Final = [
    date(2025, 12, 31),
    date(2026, 1, 1),
    date(2024, 2, 29),
    date(2026, 3, 29),
    date(2026, 4, 5),
    date(2026, 9, 27),
    date(2026, 10, 25),
    date(1999, 12, 31),
    date(1970, 1, 1),
    date(1969, 12, 31),
    date(2099, 12, 31),
]


@pytest.fixture(params=["UTC", "Pacific/Kiritimati", "Pacific/Niue", "Pacific/Auckland"])
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The time zone of this machine, for one test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.mark.promise("iso-dates")
def test_a_day_is_the_same_day_wherever_the_function_runs(stack: Stack, zone: str) -> None:
    for day in EDGES:
        due = day + timedelta(days=1)
        made = new_invoice(
            stack, Date=day.isoformat(), DueDate=due.isoformat(), InvoiceNumber=f"D-{zone}-{day}"
        )
        found = stack.read("invoices/get_invoice", {"invoice_id": made["InvoiceID"]})["invoice"]
        for document in (made, found):
            assert (document["Date"], document["DueDate"]) == (day.isoformat(), due.isoformat())


@pytest.mark.promise("iso-dates")
def test_a_day_that_is_left_out_is_the_organisations_own(stack: Stack) -> None:
    given = {"invoice": {name: one for name, one in invoice().items() if "Date" not in name}}
    shown = stack.act("invoices/create_invoice", given, dry_run=True)["request"]["body"]
    made = stack.act("invoices/create_invoice", given)["invoice"]
    assert "Date" not in shown["Invoices"][0]
    assert made["Date"]
