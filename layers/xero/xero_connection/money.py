# SPDX-License-Identifier: Apache-2.0
"""What a line of a document comes to, exactly as Xero computes it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

_CENT: Final = Decimal("0.01")
# Three factors of 18 digits each have 54 together: nothing is rounded before the end.
_EXACT: Final = Context(prec=100, rounding=ROUND_HALF_UP)


def line_amount(
    quantity: Decimal,
    unit_amount: Decimal,
    *,
    discount_rate: Decimal | None = None,
    discount_amount: Decimal | None = None,
) -> Decimal:
    """Return quantity times price less the discount, rounded once, half a cent away from zero.

    https://developer.xero.com/documentation/guides/how-to-guides/rounding-in-xero

    Args:
        quantity: how many, to four places.
        unit_amount: price of one, to four places.
        discount_rate: per cent of the product.
        discount_amount: off the whole line, where there is no rate.
    """
    amount = _EXACT.multiply(quantity, unit_amount)
    if discount_rate is not None:
        left = _EXACT.subtract(Decimal(100), discount_rate).scaleb(-2, _EXACT)
        amount = _EXACT.multiply(amount, left)
    elif discount_amount is not None:
        amount = _EXACT.subtract(amount, discount_amount)
    return amount.quantize(_CENT, context=_EXACT)
