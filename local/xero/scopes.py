# SPDX-License-Identifier: Apache-2.0
"""The granular scopes, and which of them opens which resource.

Broad ones (accounting.transactions) are refused to apps made since 2 March 2026:
https://developer.xero.com/documentation/guides/oauth2/scopes/.
"""

_WITH_READ = (
    "accounting.invoices",
    "accounting.payments",
    "accounting.banktransactions",
    "accounting.classicexpenses",
    "accounting.manualjournals",
    "accounting.settings",
    "accounting.contacts",
    "accounting.attachments",
)
_REPORTS = (
    "aged",
    "balancesheet",
    "banksummary",
    "budgetsummary",
    "executivesummary",
    "profitandloss",
    "trialbalance",
    "taxreports",
    "tenninetynine",
)
ACCOUNTING_SCOPES = (
    *(scope + suffix for scope in _WITH_READ for suffix in ("", ".read")),
    *(f"accounting.reports.{report}.read" for report in _REPORTS),
    "accounting.budgets.read",
    "paymentservices",
    "accounting.journals.read",
)
"""Those of an app from before March 2026: a new one gets neither journals nor classic expenses."""
IDENTITY_SCOPES = ("openid", "profile", "email", "offline_access")
VALID_SCOPES = frozenset(
    (
        *ACCOUNTING_SCOPES,
        *IDENTITY_SCOPES,
        "app.connections",
        "assets",
        "assets.read",
        "bankfeeds",
        "files",
        "files.read",
        "projects",
        "projects.read",
    )
)

_RESOURCES = {
    **dict.fromkeys(
        ("invoices", "creditnotes", "purchaseorders", "quotes", "repeatinginvoices"),
        ("accounting.invoices",),
    ),
    **dict.fromkeys(
        ("payments", "batchpayments", "prepayments", "overpayments"), ("accounting.payments",)
    ),
    "paymentservices": ("paymentservices",),
    **dict.fromkeys(("banktransactions", "banktransfers"), ("accounting.banktransactions",)),
    "manualjournals": ("accounting.manualjournals",),
    "journals": ("accounting.journals",),
    "linkedtransactions": ("accounting.invoices",),
    **dict.fromkeys(("expenseclaims", "receipts"), ("accounting.classicexpenses",)),
    "contacts": ("accounting.contacts",),
    "contactgroups": ("accounting.contacts",),
    "items": ("accounting.settings", "accounting.invoices"),
    "accounts": ("accounting.settings",),
    "brandingthemes": ("accounting.settings",),
    "budgets": ("accounting.budgets",),
    "currencies": ("accounting.settings",),
    "invoicereminders": ("accounting.settings",),
    "organisation": ("accounting.settings",),
    "setup": ("accounting.settings",),
    "taxrates": ("accounting.settings",),
    "trackingcategories": ("accounting.settings",),
    "users": ("accounting.settings",),
}
_PARTS = {"attachments": ("accounting.attachments",), "paymentservices": ("paymentservices",)}
"""What stands under a record's own path and needs a scope of its own."""
_TAX_REPORTS = "taxreports"
_OF_REPORTS = {
    "agedpayablesbycontact": "aged",
    "agedreceivablesbycontact": "aged",
    **{name: name for name in _REPORTS},
}


def allows(granted: frozenset[str], resource: str, *rest: str, write: bool) -> bool:
    """Tell whether the granted scopes open a resource; unknown resources need none.

    `rest` is what follows the resource's name in the path: each report has a scope of its own, and
    so have some parts of a record.
    """
    name, part = (one.lower() for one in (*rest, "", "")[:2])
    if resource.lower() == "reports":
        report = _OF_REPORTS.get(name, _TAX_REPORTS)
        return f"accounting.reports.{report}.read" in granted
    needed = _PARTS.get(part) or _RESOURCES.get(resource.lower())
    if needed is None:
        return True
    suffixes = ("",) if write else ("", ".read")
    return any(scope + suffix in granted for scope in needed for suffix in suffixes)
