# SPDX-License-Identifier: Apache-2.0
"""How tax rates are matched and written; what Xero brings itself stays as it is.

Rules: https://developer.xero.com/documentation/api/accounting/taxrates.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING

from local.xero import reading, totals
from local.xero.replies import ValidationError
from local.xero.rules import uses

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Document

STATUSES = ("ACTIVE", "DELETED", "ARCHIVED", "PENDING")
_FLAGS = ("IsCompound", "IsNonRecoverable")
SHAPE: reading.Shape = {
    **dict.fromkeys(("Name", "TaxType", "ReportTaxType"), reading.text),
    "Status": reading.one_of(STATUSES),
    "TaxComponents": reading.each(
        {"Name": reading.text, "Rate": reading.number, **dict.fromkeys(_FLAGS, reading.boolean)}
    ),
}
_RATE_PLACES = 4
_HUNDRED = Decimal(100)
_PEOPLES_OWN = re.compile(r"TAX\d{3,}")


def find(books: Books, key: str) -> Document | None:
    """Find a tax rate by its type."""
    return books.find("TaxRates", key)


def match(books: Books, element: Document) -> Document | None:
    """Find the tax rate that a posted element means: by its type, then by its name."""
    if tax_type := reading.text(element, "TaxType"):
        return find(books, tax_type)
    return _named(books, reading.text(element, "Name"))


def write(writing: Writing, element: Document, existing: Document | None) -> Document:
    """Make a tax rate, or change an existing one in place.

    Raises:
        ValidationError: the element breaks a rule; nothing was written.
    """
    status = reading.choice(element, "Status", STATUSES)
    if existing is not None:
        _changeable(writing.books, existing, status)
    elif reading.text(element, "TaxType"):
        raise ValidationError("The TaxType does not exist; Xero gives a new rate its own")
    new: Document = {"TaxType": _next(writing.books), "Status": "ACTIVE"}
    rate = dict(existing or new)
    rate["Status"] = status or rate["Status"]
    name, report = (reading.text(element, one) for one in ("Name", "ReportTaxType"))
    rate |= {"Name": name} if name else {}
    rate["ReportTaxType"] = report or rate.get("ReportTaxType", "NONE")
    if (components := reading.elements(element, "TaxComponents")) is not None:
        rate["TaxComponents"] = [_component(one) for one in components]
    if problems := _problems(writing.books, rate, existing):
        raise ValidationError(*problems)
    rate |= _applies(rate["ReportTaxType"])
    rate["EffectiveRate"] = rate["DisplayTaxRate"] = _together(rate["TaxComponents"])
    if existing is None:
        writing.books.put("TaxRates", [rate])
    else:
        existing.update(rate)
    kept = existing or rate
    writing.changed("TaxRates", kept, created=existing is None)
    return kept


def _changeable(books: Books, rate: Document, status: str) -> None:
    if not _PEOPLES_OWN.fullmatch(rate["TaxType"]):
        raise ValidationError("A tax rate of Xero's own cannot be changed")
    if rate["Status"] == "DELETED":
        raise ValidationError("The tax rate has been deleted")
    if status == "DELETED" and uses.of_tax_rate(books, rate["TaxType"]):
        raise ValidationError("The tax rate is in use and cannot be deleted")


def _problems(books: Books, rate: Document, existing: Document | None) -> list[str]:
    problems = []
    if not rate.get("Name"):
        problems.append("The tax rate name must be specified")
    elif (same := _named(books, rate["Name"])) is not None and same is not existing:
        problems.append("The tax rate name must be unique")
    components = rate.get("TaxComponents")
    if not components:
        problems.append("A tax rate needs at least one component")
    for one in components or []:
        if not one["Name"]:
            problems.append("The tax component name must be specified")
        if one["Rate"] is None or one["Rate"] < 0:
            problems.append("The tax component rate must be zero or more")
    if sum(one["IsCompound"] for one in components or []) > 1:
        problems.append("Only one tax component can be compound")
    return problems


def _component(sent: Document) -> Document:
    rate = reading.number(sent, "Rate")
    return {
        "Name": reading.text(sent, "Name"),
        "Rate": None if rate is None else totals.round_to(rate, _RATE_PLACES),
        **{name: reading.boolean(sent, name) for name in _FLAGS},
    }


def _together(components: list[Document]) -> Decimal:
    """Return what the components come to: a compound one is on top of the others."""
    plain = sum((one["Rate"] for one in components if not one["IsCompound"]), Decimal(0))
    top = sum((one["Rate"] for one in components if one["IsCompound"]), Decimal(0))
    return totals.round_to(plain + top + plain * top / _HUNDRED, _RATE_PLACES)


def _applies(report: str) -> Document:
    return {
        "CanApplyToAssets": True,
        "CanApplyToEquity": True,
        "CanApplyToExpenses": not report.endswith("OUTPUT"),
        "CanApplyToLiabilities": True,
        "CanApplyToRevenue": not report.endswith("INPUT"),
    }


def _named(books: Books, name: str) -> Document | None:
    rates = books.shelves["TaxRates"].values()
    active = (one for one in rates if one["Status"] != "DELETED")
    return next((one for one in active if one["Name"].lower() == name.lower()), None)


def _next(books: Books) -> str:
    types = (f"TAX{number:03d}" for number in count(1))
    return next(one for one in types if one not in books.shelves["TaxRates"])
