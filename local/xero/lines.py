# SPDX-License-Identifier: Apache-2.0
"""Line items: how the sent ones meet the kept ones, and what each must hold.

Rules: https://developer.xero.com/documentation/api/accounting/invoices.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from local.xero import reading, totals

if TYPE_CHECKING:
    from local.xero.books import Books, Writing
    from local.xero.wire import Document

_TEXTS = ("Description", "ItemCode", "AccountCode", "TaxType")
_NUMBERS = ("Quantity", "UnitAmount", "LineAmount", "TaxAmount", "DiscountRate", "DiscountAmount")
SHAPE: reading.Shape = {
    **dict.fromkeys(("LineItemID", *_TEXTS), reading.text),
    **dict.fromkeys(_NUMBERS, reading.number),
    "Tracking": reading.each(
        dict.fromkeys(("TrackingCategoryID", "TrackingOptionID", "Name", "Option"), reading.text)
    ),
}
_FACTORS = ("Quantity", "UnitAmount", "DiscountRate", "DiscountAmount")
_QUANTITY_PLACES = 4
_MOST_TRACKING = 2
_APPLIES = {
    "ASSET": "CanApplyToAssets",
    "EQUITY": "CanApplyToEquity",
    "EXPENSE": "CanApplyToExpenses",
    "LIABILITY": "CanApplyToLiabilities",
    "REVENUE": "CanApplyToRevenue",
}


@dataclass(slots=True)
class LineReader:
    """Reads the lines of one document, adding to `problems` what is wrong with them."""

    writing: Writing
    sale: bool
    approved: bool
    """True where the document is or becomes SUBMITTED or AUTHORISED, which needs whole lines."""
    line_amount_types: str
    taxed_anew: bool
    """True where the document's LineAmountTypes changed, so that no kept tax holds."""
    problems: list[str]
    discounts: bool | None = None
    """Whether lines may have discounts; where nothing is said, those of sales may."""

    def read(self, sent: list[Document], kept: list[Document]) -> list[Document]:
        """Return the document's new lines; kept ones that were not sent are gone."""
        known = {line["LineItemID"]: line for line in kept}
        return [self._line(one, known.get(reading.text(one, "LineItemID").lower())) for one in sent]

    def check_again(self, kept: list[Document]) -> list[Document]:
        """Return kept lines checked anew, since the document around them changed."""
        return [self._line({}, line) for line in kept]

    def _line(self, sent: Document, kept: Document | None) -> Document:
        line: Document = {"LineItemID": self.writing.make_id(), "Tracking": []}
        line |= kept or {}
        line |= {name: value for name in _TEXTS if (value := reading.text(sent, name))}
        numbers = {name: reading.number(sent, name) for name in _NUMBERS}
        line |= {name: value for name, value in numbers.items() if value is not None}
        if (tracking := reading.elements(sent, "Tracking")) is not None:
            line["Tracking"] = self._tracking(tracking)
        if not kept:
            self._fill_from_item(line)
        self._amount(line, kept, numbers["LineAmount"])
        self._code(line)
        rate = self._rate(line)
        unchanged = kept and _same(line, kept, "LineAmount", "TaxType")
        if numbers["TaxAmount"] is not None and self.line_amount_types != "NoTax":
            # Xero lets a client correct the tax it computed.
            line["TaxAmount"] = totals.round_to(numbers["TaxAmount"], 2)
        elif self.taxed_anew or not unchanged:
            line["TaxAmount"] = totals.line_tax(line["LineAmount"], rate, self.line_amount_types)
        return line

    def _fill_from_item(self, line: Document) -> None:
        code = line.get("ItemCode")
        if not code:
            return
        item = self.writing.books.item(code)
        if item is None:
            self.problems.append(f"Item code '{code}' is not valid")
            return
        details = item["SalesDetails" if self.sale else "PurchaseDetails"]
        offered = {
            "Description": item.get("Description" if self.sale else "PurchaseDescription"),
            "UnitAmount": details.get("UnitPrice"),
            "AccountCode": details.get("AccountCode", details.get("COGSAccountCode")),
            "TaxType": details.get("TaxType"),
        }
        for name, value in offered.items():
            if value is not None:
                line.setdefault(name, value)

    def _amount(self, line: Document, kept: Document | None, stated: Decimal | None) -> None:
        """Set what the line comes to, which a stated amount must match to the cent."""
        discounts = self.sale if self.discounts is None else self.discounts
        if not discounts and ("DiscountRate" in line or "DiscountAmount" in line):
            self.problems.append("Discounts are not supported on this type of document")
        if kept and _same(line, kept, *_FACTORS) and stated in (None, kept["LineAmount"]):
            line["LineAmount"] = kept["LineAmount"]
            return
        worked_out = stated is not None and self._work_out(line, stated)
        line["Quantity"] = totals.round_to(line.get("Quantity", 1), _QUANTITY_PLACES)
        if not kept or not _same(line, kept, "UnitAmount"):
            line["UnitAmount"] = totals.round_to(
                line.get("UnitAmount", totals.ZERO), self.writing.unit_places
            )
        expected = totals.line_amount(line)
        if stated is not None and worked_out:
            expected = totals.round_to(stated, 2)
        elif stated is not None and stated != expected:
            self.problems.append(
                f"The line total {totals.told(stated)} does not match the expected line total "
                f"{totals.told(expected)}"
            )
        line["LineAmount"] = expected

    def _work_out(self, line: Document, stated: Decimal) -> bool:
        """Set the one factor that was left out, and tell whether it could be."""
        gross = totals.undiscounted(line, stated)
        if "UnitAmount" not in line:
            quantity: Decimal = line.setdefault("Quantity", Decimal(1))
            if quantity:
                line["UnitAmount"] = gross / quantity
            return bool(quantity)
        if "Quantity" not in line and line["UnitAmount"]:
            line["Quantity"] = gross / line["UnitAmount"]
            return True
        return False

    def _code(self, line: Document) -> None:
        code = line.get("AccountCode")
        if not code:
            line.pop("AccountCode", None)
            if self.approved and line["UnitAmount"]:
                self.problems.append("Account code must be specified")
            return
        account = self.writing.books.account(code)
        if account is None or account["Type"] == "BANK":
            self.problems.append(f"Account code '{code}' is not a valid code for this document.")
        elif account["Status"] != "ACTIVE":
            self.problems.append(
                f"Account code '{code}' has been archived, or has been deleted. "
                "Each line item must reference a valid account."
            )
        else:
            line["AccountID"] = account["AccountID"]
            line.setdefault("TaxType", account["TaxType"])

    def _rate(self, line: Document) -> Decimal:
        tax_type = line.get("TaxType", "NONE")
        if self.line_amount_types == "NoTax":
            tax_type = line["TaxType"] = "NONE"
        books = self.writing.books
        rate = books.tax_rate(tax_type)
        if rate is None:
            self.problems.append(
                f"The TaxType code {tax_type} does not exist or cannot be used "
                "for this type of transaction."
            )
            return totals.ZERO
        account = books.account(line.get("AccountCode", ""))
        if account and not rate[_APPLIES[account["Class"]]]:
            self.problems.append(
                f"The TaxType code '{tax_type}' cannot be used with account code "
                f"'{account['Code']}'."
            )
        effective: Decimal = rate["EffectiveRate"]
        return effective

    def _tracking(self, sent: list[Document]) -> list[Document]:
        if len(sent) > _MOST_TRACKING:
            self.problems.append("A line may have up to two tracking categories")
        found = [find_tracking(self.writing.books, one) for one in sent[:_MOST_TRACKING]]
        if None in found:
            self.problems.append("The tracking category or option does not exist")
        return [one for one in found if one is not None]


def find_tracking(books: Books, sent: Document) -> Document | None:
    """Find the category and option that are named, by ids or by names."""
    for category in books.shelves["TrackingCategories"].values():
        if not _names(sent, category, "TrackingCategoryID", "Name"):
            continue
        if category["Status"] != "ACTIVE":
            continue
        for option in category["Options"]:
            wanted = {**sent, "Name": reading.text(sent, "Option")}
            named = _names(wanted, option, "TrackingOptionID", "Name")
            if named and option["Status"] == "ACTIVE":
                return {
                    "Name": category["Name"],
                    "Option": option["Name"],
                    "TrackingCategoryID": category["TrackingCategoryID"],
                    "TrackingOptionID": option["TrackingOptionID"],
                }
    return None


def _same(line: Document, kept: Document, *names: str) -> bool:
    return all(line.get(name) == kept.get(name) for name in names)


def _names(sent: Document, held: Document, id_field: str, name_field: str) -> bool:
    sent_id = reading.text(sent, id_field)
    if sent_id:
        return sent_id.lower() == str(held[id_field])
    return reading.text(sent, name_field) == str(held[name_field])
