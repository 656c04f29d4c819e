# SPDX-License-Identifier: Apache-2.0
"""What lines and documents come to: amounts, discounts and tax, rounded as Xero rounds them.

Tax is rounded per line to two decimals and then added up:
https://developer.xero.com/documentation/guides/how-to-guides/rounding-in-xero/.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.xero.wire import Document

HUNDRED = Decimal(100)
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Totals:
    """A document's sums."""

    sub_total: Decimal
    total_tax: Decimal
    total: Decimal
    total_discount: Decimal


def round_to(value: Decimal | int, places: int) -> Decimal:
    """Round half away from zero."""
    return Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def line_amount(line: Document) -> Decimal:
    """Return quantity times unit amount less the discount, at two decimals."""
    return round_to(_gross(line) - discount(line), 2)


def discount(line: Document) -> Decimal:
    """Return what a line is discounted by, unrounded."""
    if "DiscountRate" in line:
        rate: Decimal = line["DiscountRate"]
        return _gross(line) * rate / HUNDRED
    amount: Decimal = line.get("DiscountAmount", ZERO)
    return amount


def undiscounted(line: Document, amount: Decimal) -> Decimal:
    """Return what a line with its discount would come to without it, unrounded."""
    if "DiscountRate" in line:
        share: Decimal = 1 - line["DiscountRate"] / HUNDRED
        return amount / share if share else ZERO
    return amount + discount(line)


def line_tax(amount: Decimal, rate: Decimal, line_amount_types: str) -> Decimal:
    """Return the tax on, or within, an amount at a rate in per cent."""
    if line_amount_types == "NoTax":
        return ZERO
    if line_amount_types == "Inclusive":
        return round_to(amount - amount / (1 + rate / HUNDRED), 2)
    return round_to(amount * rate / HUNDRED, 2)


def told(amount: Decimal) -> str:
    """Spell an amount with two decimals, and more only where it has more."""
    exponent = int(amount.normalize().as_tuple().exponent)
    return f"{amount:.{max(2, -exponent)}f}"


def add_up(lines: Iterable[Document], line_amount_types: str) -> Totals:
    """Return the sums of a document's lines."""
    listed = list(lines)
    amounts = sum((line["LineAmount"] for line in listed), ZERO)
    tax = sum((line["TaxAmount"] for line in listed), ZERO)
    sub_total = amounts - tax if line_amount_types == "Inclusive" else amounts
    discounts = sum((round_to(discount(line), 2) for line in listed), ZERO)
    return Totals(sub_total, tax, sub_total + tax, discounts)


def _gross(line: Document) -> Decimal:
    gross: Decimal = line["Quantity"] * line["UnitAmount"]
    return gross
