# SPDX-License-Identifier: Apache-2.0
"""What the demo company starts with: accounts, tax rates, items and other lists, as tables.

All names are made up. `seed` turns the tables into records.
"""

from decimal import Decimal
from typing import NamedTuple


class AccountRow(NamedTuple):
    """One account of the chart."""

    code: str
    name: str
    kind: str
    tax_type: str
    system: str = ""


class TaxRow(NamedTuple):
    """One tax rate, in per cent."""

    tax_type: str
    name: str
    rate: Decimal
    report: str
    on_revenue: bool
    on_expenses: bool


class ItemRow(NamedTuple):
    """One thing that is bought and sold."""

    code: str
    name: str
    sale: Decimal
    purchase: Decimal


class InvoiceRow(NamedTuple):
    """One invoice or bill; its lines are of items or accounts, with quantities."""

    kind: str
    status: str
    contact: str
    days_ago: int
    days_to_pay: int
    lines: tuple[tuple[str, int], ...]
    paid_share: Decimal = Decimal(0)


class DocumentRow(NamedTuple):
    """One document with a contact and lines of items or accounts."""

    kind: str
    status: str
    contact: str
    days_ago: int
    lines: tuple[tuple[str, int], ...]


class TransferRow(NamedTuple):
    """One transfer from the bank account to the savings."""

    status: str
    days_ago: int
    amount: Decimal


class JournalRow(NamedTuple):
    """One manual journal, its entries by account."""

    status: str
    days_ago: int
    narration: str
    entries: tuple[tuple[str, Decimal], ...]


ACCOUNT_CLASSES = {
    "BANK": "ASSET",
    "CURRENT": "ASSET",
    "FIXED": "ASSET",
    "INVENTORY": "ASSET",
    "NONCURRENT": "ASSET",
    "PREPAYMENT": "ASSET",
    "CURRLIAB": "LIABILITY",
    "LIABILITY": "LIABILITY",
    "PAYG": "LIABILITY",
    "TERMLIAB": "LIABILITY",
    "EQUITY": "EQUITY",
    "DEPRECIATN": "EXPENSE",
    "DIRECTCOSTS": "EXPENSE",
    "EXPENSE": "EXPENSE",
    "OVERHEADS": "EXPENSE",
    "OTHERINCOME": "REVENUE",
    "REVENUE": "REVENUE",
    "SALES": "REVENUE",
}

ACCOUNTS = (
    AccountRow("090", "Business Bank Account", "BANK", "NONE"),
    AccountRow("091", "Business Savings Account", "BANK", "NONE"),
    AccountRow("200", "Sales", "REVENUE", "OUTPUT"),
    AccountRow("260", "Other Revenue", "REVENUE", "OUTPUT"),
    AccountRow("270", "Interest Income", "OTHERINCOME", "NONE"),
    AccountRow("310", "Cost of Goods Sold", "DIRECTCOSTS", "INPUT"),
    AccountRow("400", "Advertising", "EXPENSE", "INPUT"),
    AccountRow("404", "Bank Fees", "EXPENSE", "NONE"),
    AccountRow("408", "Cleaning", "EXPENSE", "INPUT"),
    AccountRow("412", "Consulting & Accounting", "EXPENSE", "INPUT"),
    AccountRow("416", "Depreciation", "EXPENSE", "NONE"),
    AccountRow("420", "Entertainment", "EXPENSE", "INPUT"),
    AccountRow("425", "Freight & Courier", "EXPENSE", "INPUT"),
    AccountRow("429", "General Expenses", "EXPENSE", "INPUT"),
    AccountRow("433", "Insurance", "EXPENSE", "INPUT"),
    AccountRow("445", "Light, Power, Heating", "EXPENSE", "INPUT"),
    AccountRow("453", "Office Expenses", "EXPENSE", "INPUT"),
    AccountRow("461", "Printing & Stationery", "EXPENSE", "INPUT"),
    AccountRow("469", "Rent", "EXPENSE", "INPUT"),
    AccountRow("477", "Wages and Salaries", "EXPENSE", "NONE"),
    AccountRow("489", "Telephone & Internet", "EXPENSE", "INPUT"),
    AccountRow("493", "Travel", "EXPENSE", "INPUT"),
    AccountRow("497", "Bank Revaluations", "EXPENSE", "NONE", "BANKCURRENCYGAIN"),
    AccountRow("498", "Unrealised Currency Gains", "EXPENSE", "NONE", "UNREALISEDCURRENCYGAIN"),
    AccountRow("499", "Realised Currency Gains", "EXPENSE", "NONE", "REALISEDCURRENCYGAIN"),
    AccountRow("610", "Accounts Receivable", "CURRENT", "NONE", "DEBTORS"),
    AccountRow("620", "Prepayments", "CURRENT", "NONE"),
    AccountRow("630", "Inventory", "INVENTORY", "NONE"),
    AccountRow("710", "Office Equipment", "FIXED", "INPUT"),
    AccountRow("800", "Accounts Payable", "CURRLIAB", "NONE", "CREDITORS"),
    AccountRow("801", "Unpaid Expense Claims", "CURRLIAB", "NONE", "UNPAIDEXPCLM"),
    AccountRow("820", "Sales Tax", "CURRLIAB", "NONE", "GST"),
    AccountRow("840", "Historical Adjustment", "CURRLIAB", "NONE", "HISTORICAL"),
    AccountRow("860", "Rounding", "CURRLIAB", "NONE", "ROUNDING"),
    AccountRow("877", "Tracking Transfers", "CURRLIAB", "NONE", "TRACKINGTRANSFERS"),
    AccountRow("900", "Loan", "TERMLIAB", "NONE"),
    AccountRow("960", "Retained Earnings", "EQUITY", "NONE", "RETAINEDEARNINGS"),
    AccountRow("970", "Owner A Funds Introduced", "EQUITY", "NONE"),
)
ARCHIVED_ACCOUNTS = ("408",)
PAYMENT_ACCOUNTS = ("090", "091", "970")

TAX_RATES = (
    TaxRow("OUTPUT", "Tax on Sales", Decimal(15), "OUTPUT", True, False),
    TaxRow("INPUT", "Tax on Purchases", Decimal(15), "INPUT", False, True),
    TaxRow("GSTONIMPORTS", "Sales Tax on Imports", Decimal(0), "GSTONIMPORTS", False, True),
    TaxRow("TAX001", "City Levy", Decimal("8.25"), "OUTPUT", True, True),
    TaxRow("NONE", "Tax Exempt", Decimal(0), "NONE", True, True),
)

CURRENCIES = (
    ("USD", "United States Dollar"),
    ("EUR", "Euro"),
    ("GBP", "British Pound"),
    ("NZD", "New Zealand Dollar"),
)

TRACKING = (
    ("Region", ("Eastside", "North", "South", "West Coast")),
    ("Salesperson", ("Counter", "Online")),
)

BRANDING_THEMES = ("Standard", "Special Projects")

ITEMS = (
    ItemRow("DESK", "Standing desk", Decimal("480.00"), Decimal("310.00")),
    ItemRow("CHAIR", "Office chair", Decimal("229.50"), Decimal("140.00")),
    ItemRow("LAMP", "Desk lamp", Decimal("39.95"), Decimal("18.20")),
    ItemRow("SETUP", "Assembly, one hour", Decimal("85.00"), Decimal("0.00")),
)

CONTACTS = (
    ("Larkspur Interiors", "Mina", "Okoro", "ACTIVE"),
    ("Bramblewood School", "Tom", "Adeyemi", "ACTIVE"),
    ("Copperline Cafe", "Ines", "Halloran", "ACTIVE"),
    ("Northgate Dental", "Priya", "Sandoval", "ACTIVE"),
    ("Quillfeather Press", "Jonas", "Wexley", "ACTIVE"),
    ("Saltmarsh Yachts", "Greta", "Lindholm", "ACTIVE"),
    ("Tamarind Travel", "Omar", "Brightwell", "ACTIVE"),
    ("Ferrous Timber Supply", "Ada", "Kowalczyk", "ACTIVE"),
    ("Glasshouse Power", "", "", "ACTIVE"),
    ("Pebble Street Rentals", "Ruth", "Castellan", "ACTIVE"),
    ("Swiftlet Couriers", "", "", "ACTIVE"),
    ("Umber Print Works", "Leo", "Marchetti", "ACTIVE"),
    ("Old Mill Bakery", "Nora", "Finch", "ARCHIVED"),
)

INVOICES = (
    InvoiceRow(
        "ACCREC", "PAID", "Larkspur Interiors", 80, 14, (("DESK", 2), ("CHAIR", 2)), Decimal(1)
    ),
    InvoiceRow("ACCREC", "PAID", "Bramblewood School", 71, 20, (("LAMP", 30),), Decimal(1)),
    InvoiceRow("ACCREC", "AUTHORISED", "Copperline Cafe", 55, 14, (("CHAIR", 8), ("SETUP", 2))),
    InvoiceRow("ACCREC", "AUTHORISED", "Northgate Dental", 41, 30, (("DESK", 4),), Decimal("0.5")),
    InvoiceRow("ACCREC", "VOIDED", "Quillfeather Press", 38, 14, (("LAMP", 4),)),
    InvoiceRow("ACCREC", "AUTHORISED", "Saltmarsh Yachts", 20, 30, (("DESK", 1), ("LAMP", 2))),
    InvoiceRow("ACCREC", "SUBMITTED", "Tamarind Travel", 9, 14, (("CHAIR", 3),)),
    InvoiceRow("ACCREC", "DRAFT", "Larkspur Interiors", 4, 14, (("SETUP", 5),)),
    InvoiceRow("ACCREC", "DELETED", "Bramblewood School", 3, 14, (("LAMP", 1),)),
    InvoiceRow("ACCPAY", "PAID", "Ferrous Timber Supply", 66, 20, (("DESK", 5),), Decimal(1)),
    InvoiceRow("ACCPAY", "PAID", "Glasshouse Power", 60, 14, (("445", 1),), Decimal(1)),
    InvoiceRow("ACCPAY", "AUTHORISED", "Pebble Street Rentals", 30, 10, (("469", 1),)),
    InvoiceRow("ACCPAY", "AUTHORISED", "Swiftlet Couriers", 15, 30, (("425", 12),)),
    InvoiceRow("ACCPAY", "SUBMITTED", "Umber Print Works", 8, 14, (("461", 3),)),
    InvoiceRow("ACCPAY", "DRAFT", "Glasshouse Power", 2, 14, (("445", 1),)),
)
ACCOUNT_PRICES = {
    "425": Decimal("14.75"),
    "445": Decimal("183.40"),
    "461": Decimal("62.00"),
    "469": Decimal("1850.00"),
    "610": Decimal("45.00"),
    "800": Decimal("20.00"),
}

# The first of each is what a made-up record of its kind is like.
CREDIT_NOTES = (
    DocumentRow("ACCRECCREDIT", "AUTHORISED", "Copperline Cafe", 33, (("CHAIR", 1),)),
    DocumentRow("ACCRECCREDIT", "DRAFT", "Tamarind Travel", 6, (("LAMP", 2),)),
    DocumentRow("ACCPAYCREDIT", "AUTHORISED", "Umber Print Works", 18, (("461", 1),)),
    DocumentRow("ACCRECCREDIT", "VOIDED", "Quillfeather Press", 36, (("LAMP", 4),)),
)
BANK_TRANSACTIONS = (
    DocumentRow("SPEND", "AUTHORISED", "Glasshouse Power", 50, (("445", 1),)),
    DocumentRow("SPEND", "AUTHORISED", "Swiftlet Couriers", 22, (("425", 4),)),
    DocumentRow("RECEIVE", "AUTHORISED", "Bramblewood School", 17, (("LAMP", 3),)),
    DocumentRow("SPEND", "DELETED", "Umber Print Works", 14, (("461", 1),)),
    DocumentRow("RECEIVE-PREPAYMENT", "AUTHORISED", "Saltmarsh Yachts", 12, (("DESK", 1),)),
    DocumentRow("SPEND-PREPAYMENT", "AUTHORISED", "Ferrous Timber Supply", 25, (("DESK", 1),)),
    DocumentRow("RECEIVE-OVERPAYMENT", "AUTHORISED", "Northgate Dental", 10, (("610", 1),)),
    DocumentRow("SPEND-OVERPAYMENT", "AUTHORISED", "Pebble Street Rentals", 7, (("800", 1),)),
)
PURCHASE_ORDERS = (
    DocumentRow("PURCHASEORDER", "AUTHORISED", "Ferrous Timber Supply", 16, (("DESK", 6),)),
    DocumentRow("PURCHASEORDER", "BILLED", "Umber Print Works", 29, (("461", 3),)),
    DocumentRow("PURCHASEORDER", "DRAFT", "Ferrous Timber Supply", 1, (("CHAIR", 10),)),
)
QUOTES = (
    DocumentRow("QUOTE", "SENT", "Northgate Dental", 11, (("DESK", 2), ("SETUP", 2))),
    DocumentRow("QUOTE", "ACCEPTED", "Saltmarsh Yachts", 21, (("DESK", 1), ("LAMP", 2))),
    DocumentRow("QUOTE", "DRAFT", "Quillfeather Press", 2, (("CHAIR", 6),)),
)
REPEATING_INVOICES = (
    DocumentRow("ACCREC", "AUTHORISED", "Bramblewood School", 35, (("SETUP", 1),)),
    DocumentRow("ACCPAY", "DRAFT", "Pebble Street Rentals", 30, (("469", 1),)),
)
CONTACT_GROUPS = (
    ("Schools", ("Bramblewood School",)),
    ("Travel and sea", ("Saltmarsh Yachts", "Tamarind Travel")),
)
BANK_TRANSFERS = (
    TransferRow("AUTHORISED", 45, Decimal("2500.00")),
    TransferRow("DELETED", 28, Decimal("400.00")),
    TransferRow("AUTHORISED", 13, Decimal("750.00")),
)
MANUAL_JOURNALS = (
    JournalRow(
        "POSTED",
        40,
        "Depreciation of office equipment",
        (("416", Decimal("120.00")), ("710", Decimal("-120.00"))),
    ),
    JournalRow(
        "DRAFT",
        5,
        "Insurance paid in advance",
        (("620", Decimal("300.00")), ("433", Decimal("-300.00"))),
    ),
)
