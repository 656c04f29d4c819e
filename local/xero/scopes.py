# SPDX-License-Identifier: Apache-2.0
"""The granular scopes, and which of them opens which resource.

Broad ones (accounting.transactions) are refused to apps made since 2 March 2026:
https://developer.xero.com/documentation/guides/oauth2/scopes/.
"""

_WITH_READ = (
    "accounting.invoices",
    "accounting.payments",
    "accounting.banktransactions",
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
)
IDENTITY_SCOPES = ("openid", "profile", "email", "offline_access")
VALID_SCOPES = frozenset(
    (
        *ACCOUNTING_SCOPES,
        *IDENTITY_SCOPES,
        "accounting.journals.read",
        "app.connections",
        "assets",
        "assets.read",
        "bankfeeds",
        "files",
        "files.read",
        "paymentservices",
        "projects",
        "projects.read",
    )
)

_RESOURCES = {
    **dict.fromkeys(
        ("invoices", "creditnotes", "purchaseorders", "quotes", "repeatinginvoices"),
        ("accounting.invoices",),
    ),
    **dict.fromkeys(("payments", "prepayments", "overpayments"), ("accounting.payments",)),
    **dict.fromkeys(("banktransactions", "banktransfers"), ("accounting.banktransactions",)),
    "manualjournals": ("accounting.manualjournals",),
    "contacts": ("accounting.contacts",),
    "contactgroups": ("accounting.contacts",),
    "items": ("accounting.settings", "accounting.invoices"),
    "accounts": ("accounting.settings",),
    "brandingthemes": ("accounting.settings",),
    "currencies": ("accounting.settings",),
    "invoicereminders": ("accounting.settings",),
    "organisation": ("accounting.settings",),
    "taxrates": ("accounting.settings",),
    "trackingcategories": ("accounting.settings",),
    "users": ("accounting.settings",),
}
_TAX_REPORTS = "taxreports"
_OF_REPORTS = {
    "agedpayablesbycontact": "aged",
    "agedreceivablesbycontact": "aged",
    **{name: name for name in _REPORTS},
}


def allows(granted: frozenset[str], resource: str, part: str = "", *, write: bool) -> bool:
    """Tell whether the granted scopes open a resource; unknown resources need none.

    `part` is what follows the resource's name in the path: each report has a scope of its own.
    """
    if resource.lower() == "reports":
        report = _OF_REPORTS.get(part.lower(), _TAX_REPORTS)
        return f"accounting.reports.{report}.read" in granted
    needed = _RESOURCES.get(resource.lower())
    if needed is None:
        return True
    suffixes = ("",) if write else ("", ".read")
    return any(scope + suffix in granted for scope in needed for suffix in suffixes)
