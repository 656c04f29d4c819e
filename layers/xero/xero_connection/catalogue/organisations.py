# SPDX-License-Identifier: Apache-2.0
"""Organisations: the books that are connected.

https://developer.xero.com/documentation/api/accounting/organisation
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field

from xero_connection.fields import Output, Record
from xero_connection.operation import Call, Operation


class OrganisationRecord(Record):
    """An organisation as Xero answers it."""

    OrganisationID: UUID
    Name: str
    LegalName: str | None = None
    ShortCode: str | None = Field(default=None, description="Used in links into Xero's pages.")
    BaseCurrency: str | None = Field(default=None, description="Three-letter currency code.")
    CountryCode: str | None = None
    Timezone: str | None = Field(default=None, description="Xero's name of the time zone.")
    PaysTax: bool | None = None
    SalesTaxBasis: str | None = None
    SalesTaxPeriod: str | None = None
    DefaultSalesTax: str | None = None
    DefaultPurchasesTax: str | None = None
    FinancialYearEndDay: int | None = None
    FinancialYearEndMonth: int | None = None
    PeriodLockDate: str | None = Field(default=None, description="No changes up to this day.")
    EndOfYearLockDate: str | None = None
    OrganisationStatus: str | None = None
    OrganisationType: str | None = None
    IsDemoCompany: bool | None = None
    Edition: str | None = None
    Class: str | None = None
    Version: str | None = None
    LineOfBusiness: str | None = None
    RegistrationNumber: str | None = None
    TaxNumber: str | None = None
    CreatedDateUTC: str | None = None
    Addresses: list[dict[str, Any]] | None = None
    Phones: list[dict[str, Any]] | None = None
    ExternalLinks: list[dict[str, Any]] | None = None
    PaymentTerms: dict[str, Any] | None = None


class OrganisationOutput(Output):
    """One organisation."""

    organisation: OrganisationRecord


OPERATIONS = (
    Operation(
        id="organisations/get_organisation",
        kind="query",
        summary="Get the organisation: name, currency, time zone, tax basis, lock dates.",
        output=OrganisationOutput,
        call=Call(method="GET", path="/Organisation", collection="Organisations"),
        scopes=("accounting.settings.read", "accounting.settings"),
        advice="Look here for the base currency and the lock dates before writing documents.",
    ),
)
