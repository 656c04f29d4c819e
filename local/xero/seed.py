# SPDX-License-Identifier: Apache-2.0
"""Fills the books of the demo company, and of more organisations where they are asked for.

Ids are the same at each start; dates are told back from the start's time.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from local.xero import (
    chart,
    contacts,
    invoices,
    payments,
    resources,
    rules,
    seed_documents,
    totals,
)
from local.xero.books import Books, Writing
from local.xero.wire import as_moment

if TYPE_CHECKING:
    from decimal import Decimal

    from local.xero.chart import AccountRow, InvoiceRow, ItemRow, TaxRow
    from local.xero.config import SimulatorConfig
    from local.xero.wire import Document

_NAMESPACE = uuid.UUID("6f1d2a52-8f4c-4f0e-9d57-0d6f6b1f7c11")
_AGE = timedelta(days=200)

MakeId = Callable[[str], str]


def organisations(config: SimulatorConfig, now: datetime) -> list[Books]:
    """Return the books of as many organisations as the configuration asks for."""
    return [_books(index, now, config.timezone) for index in range(config.organisations)]


def connections(books: Iterable[Books]) -> list[Document]:
    """Return one connection for each organisation."""
    consent = str(uuid.uuid5(_NAMESPACE, "consent"))
    return [
        {
            "id": str(uuid.uuid5(_NAMESPACE, f"connection/{one.tenant_id}")),
            "authEventId": consent,
            "tenantId": one.tenant_id,
            "tenantType": "ORGANISATION",
            "tenantName": one.organisation["Name"],
            "createdDateUtc": _seven_digits(one.organisation["CreatedDateUTC"]),
            "updatedDateUtc": _seven_digits(one.organisation["CreatedDateUTC"]),
        }
        for one in books
    ]


def _books(index: int, now: datetime, timezone: str) -> Books:
    tenant_id = str(uuid.uuid5(_NAMESPACE, f"organisation/{index}"))

    def make(name: str) -> str:
        return str(uuid.uuid5(_NAMESPACE, f"{tenant_id}/{name}"))

    created = now - _AGE
    books = Books(tenant_id, _organisation(index, tenant_id, created, timezone))
    books.put("Organisation", [books.organisation])
    books.put("Accounts", (_account(make, created, row) for row in chart.ACCOUNTS))
    books.put("TaxRates", map(_tax_rate, chart.TAX_RATES))
    books.put(
        "Currencies", ({"Code": code, "Description": name} for code, name in chart.CURRENCIES)
    )
    books.put("TrackingCategories", (_tracking(make, *row) for row in chart.TRACKING))
    books.put(
        "BrandingThemes",
        (
            {
                "BrandingThemeID": make(f"theme/{name}"),
                "Name": name,
                "SortOrder": position,
                "CreatedDateUTC": created,
            }
            for position, name in enumerate(chart.BRANDING_THEMES)
        ),
    )
    books.put("Items", (_item(make, created, row) for row in chart.ITEMS))
    books.put("Users", [_user(make, created)])
    _write_records(books, make, now)
    seed_documents.write(Writing(books, now, make_id=_numbered(make, "document")))
    rules.seed(Writing(books, now, make_id=_numbered(make, "rule")))
    for resource in resources.ALL:
        shelf = books.shelves[resource.name]
        first = next(iter(shelf.values()), {})
        # As it is now, whatever a test does to the record itself.
        shelf.model = dict(books.find(resource.name, resource.model) or first)
    return books


def _numbered(make: MakeId, kind: str) -> Callable[[], str]:
    """Return what makes one id after the other, the same ones at each start."""
    numbers = count(1)
    return lambda: make(f"{kind}/{next(numbers)}")


def _organisation(index: int, tenant_id: str, created: datetime, timezone: str) -> Document:
    name = "Harbour Lane Demo (Global)" if not index else f"Harbour Lane Demo {index + 1} (Global)"
    return {
        "OrganisationID": tenant_id,
        "Name": name,
        "LegalName": name,
        "PaysTax": True,
        "Version": "GLOBAL",
        "OrganisationType": "COMPANY",
        "OrganisationEntityType": "COMPANY",
        "BaseCurrency": "USD",
        "CountryCode": "US",
        "IsDemoCompany": True,
        "OrganisationStatus": "ACTIVE",
        "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 12,
        "SalesTaxBasis": "ACCRUALS",
        "SalesTaxPeriod": "QUARTERLY1",
        "DefaultSalesTax": "Based on Sales Account",
        "DefaultPurchasesTax": "Based on Purchases Account",
        "CreatedDateUTC": created,
        "Timezone": timezone,
        "ShortCode": f"!sim{index}",
        "Class": "DEMO",
        "Edition": "BUSINESS",
        "Addresses": [],
        "Phones": [],
        "ExternalLinks": [],
        "PaymentTerms": {},
    }


def _account(make: MakeId, created: datetime, row: AccountRow) -> Document:
    account: Document = {
        "AccountID": make(f"account/{row.code}"),
        "Code": row.code,
        "Name": row.name,
        "Status": "ARCHIVED" if row.code in chart.ARCHIVED_ACCOUNTS else "ACTIVE",
        "Type": row.kind,
        "TaxType": row.tax_type,
        "Class": chart.ACCOUNT_CLASSES[row.kind],
        "EnablePaymentsToAccount": row.code in chart.PAYMENT_ACCOUNTS,
        "ShowInExpenseClaims": False,
        "ReportingCode": "",
        "HasAttachments": False,
        "AddToWatchlist": False,
        "UpdatedDateUTC": created,
    }
    if row.kind == "BANK":
        account |= {
            "BankAccountNumber": f"00-0000-0000{row.code}-00",
            "BankAccountType": "BANK",
            "CurrencyCode": "USD",
        }
    if row.system:
        account["SystemAccount"] = row.system
    return account


def _tax_rate(row: TaxRow) -> Document:
    component = {
        "Name": row.name,
        "Rate": row.rate,
        "IsCompound": False,
        "IsNonRecoverable": False,
    }
    return {
        "Name": row.name,
        "TaxType": row.tax_type,
        "ReportTaxType": row.report,
        "CanApplyToAssets": True,
        "CanApplyToEquity": True,
        "CanApplyToExpenses": row.on_expenses,
        "CanApplyToLiabilities": True,
        "CanApplyToRevenue": row.on_revenue,
        "DisplayTaxRate": row.rate,
        "EffectiveRate": row.rate,
        "Status": "ACTIVE",
        "TaxComponents": [component],
    }


def _tracking(make: MakeId, name: str, options: tuple[str, ...]) -> Document:
    return {
        "TrackingCategoryID": make(f"tracking/{name}"),
        "Name": name,
        "Status": "ACTIVE",
        "Options": [
            {
                "TrackingOptionID": make(f"tracking/{name}/{option}"),
                "Name": option,
                "Status": "ACTIVE",
            }
            for option in options
        ],
    }


def _item(make: MakeId, created: datetime, row: ItemRow) -> Document:
    return {
        "ItemID": make(f"item/{row.code}"),
        "Code": row.code,
        "Name": row.name,
        "Description": row.name,
        "PurchaseDescription": row.name,
        "IsSold": True,
        "IsPurchased": True,
        "IsTrackedAsInventory": False,
        "SalesDetails": {"UnitPrice": row.sale, "AccountCode": "200", "TaxType": "OUTPUT"},
        "PurchaseDetails": {"UnitPrice": row.purchase, "AccountCode": "310", "TaxType": "INPUT"},
        "UpdatedDateUTC": created,
    }


def _user(make: MakeId, created: datetime) -> Document:
    return {
        "UserID": make("user"),
        "EmailAddress": "owner@example.com",
        "FirstName": "Avery",
        "LastName": "Demo",
        "UpdatedDateUTC": created,
        "IsSubscriber": True,
        "OrganisationRole": "STANDARD",
    }


def _write_records(books: Books, make: MakeId, now: datetime) -> None:
    """Write contacts and documents by the rules that hold for everyone, each at its time."""
    next_id = _numbered(make, "record")
    for days, (name, first, last, status) in enumerate(chart.CONTACTS):
        writing = Writing(books, now - _AGE + timedelta(days=days), make_id=next_id)
        element: Document = {
            "Name": name,
            "FirstName": first,
            "LastName": last,
            "EmailAddress": f"{name.split()[0].lower()}@example.com",
        }
        contact = contacts.write(writing, element, None)
        contact["ContactStatus"] = status
    for row in chart.INVOICES:
        _write_invoice(books, now, next_id, row)


def _write_invoice(
    books: Books, now: datetime, next_id: Callable[[], str], row: InvoiceRow
) -> None:
    written = now - timedelta(days=row.days_ago)
    day = books.today(written)
    first_status = {"PAID": "AUTHORISED", "VOIDED": "AUTHORISED", "DELETED": "DRAFT"}
    element: Document = {
        "Type": row.kind,
        "Status": first_status.get(row.status, row.status),
        "Contact": {"Name": row.contact},
        "Date": day.isoformat(),
        "DueDate": (day + timedelta(days=row.days_to_pay)).isoformat(),
        "LineItems": [seed_documents.line(*line) for line in row.lines],
    }
    if row.kind == "ACCPAY":
        element["InvoiceNumber"] = f"BILL-{next_id()[:4]}"
    writing = Writing(books, written, make_id=next_id)
    invoice = invoices.write(writing, element, None)
    if row.paid_share:
        _pay(books, invoice, row.paid_share, now, next_id)
    if row.status in ("VOIDED", "DELETED"):
        invoices.write(writing, {"Status": row.status}, invoice)


def _pay(
    books: Books, invoice: Document, share: Decimal, now: datetime, next_id: Callable[[], str]
) -> None:
    """Pay a share of an invoice on its due date."""
    paid_on = min(invoice["DueDate"], books.today(now))
    element: Document = {
        "Invoice": {"InvoiceID": invoice["InvoiceID"]},
        "Account": {"Code": seed_documents.BANK},
        "Amount": totals.round_to(invoice["Total"] * share, 2),
        "Date": paid_on.isoformat(),
    }
    writing = Writing(books, min(as_moment(paid_on), now), make_id=next_id)
    payments.write(writing, element, None)


def _seven_digits(moment: datetime) -> str:
    """Spell a time as /connections does: seven digits of fraction, no zone."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "0"
