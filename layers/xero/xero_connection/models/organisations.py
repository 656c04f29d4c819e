# SPDX-License-Identifier: Apache-2.0
"""Organisations: the books that are connected, and what Xero lets be done with them.

https://developer.xero.com/documentation/api/accounting/organisation
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from xero_connection.fields import Rate as Percentage
from xero_connection.fields import Record
from xero_connection.models.contacts import ContactTerms, Phone


class OrganisationAddress(Record):
    """An address of the organisation."""

    of_xero: ClassVar[str] = "AddressForOrganisation"
    AddressType: str | None = Field(default=None, description="POBOX, STREET or DELIVERY.")
    AddressLine1: str | None = None
    AddressLine2: str | None = None
    AddressLine3: str | None = None
    AddressLine4: str | None = None
    City: str | None = None
    Region: str | None = None
    PostalCode: str | None = None
    Country: str | None = None
    AttentionTo: str | None = None


class ExternalLink(Record):
    """A page of the organisation's elsewhere."""

    LinkType: str | None = Field(default=None, description="Facebook, Website and so on.")
    Url: str | None = None
    Description: str | None = None


class OrganisationRecord(Record):
    """An organisation as Xero answers it."""

    OrganisationID: UUID
    APIKey: str | None = Field(default=None, description="For documents from Xero to Xero.")
    Name: str
    LegalName: str | None = Field(default=None, description="What reports say.")
    ShortCode: str | None = Field(default=None, description="Used in links into Xero's pages.")
    BaseCurrency: str | None = Field(default=None, description="Three-letter currency code.")
    CountryCode: str | None = None
    Timezone: str | None = Field(default=None, description="Xero's name of the time zone.")
    PaysTax: bool | None = None
    SalesTaxBasis: str | None = None
    SalesTaxPeriod: str | None = None
    DefaultSalesTax: str | None = Field(
        default=None, description="How sales say their amounts, with or without tax."
    )
    DefaultPurchasesTax: str | None = Field(
        default=None, description="How purchases say their amounts, with or without tax."
    )
    FinancialYearEndDay: int | None = None
    FinancialYearEndMonth: int | None = None
    PeriodLockDate: str | None = Field(default=None, description="No changes up to this day.")
    EndOfYearLockDate: str | None = Field(
        default=None, description="No changes up to this day, by anybody but advisers."
    )
    OrganisationStatus: str | None = None
    OrganisationType: str | None = None
    OrganisationEntityType: str | None = None
    IsDemoCompany: bool | None = None
    Edition: str | None = Field(default=None, description="BUSINESS, or PARTNER with less in it.")
    Class: str | None = Field(default=None, description="The plan, such as PREMIUM.")
    Version: str | None = Field(default=None, description="Whose rules it keeps: AU, UK, GLOBAL.")
    LineOfBusiness: str | None = None
    RegistrationNumber: str | None = None
    EmployerIdentificationNumber: str | None = Field(default=None, description="In the US.")
    TaxNumber: str | None = None
    CreatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
    Addresses: list[OrganisationAddress] | None = None
    Phones: list[Phone] | None = None
    ExternalLinks: list[ExternalLink] | None = None
    PaymentTerms: ContactTerms | None = None


class OrganisationActionRecord(Record):
    """Something that the token may or may not do in the organisation."""

    of_xero: ClassVar[str] = "Action"
    Name: str = Field(description="Such as CreateApprovedInvoice.")
    Status: str | None = Field(default=None, description="ALLOWED or NOT-ALLOWED.")


class CISSettingsRecord(Record):
    """What the organisation is in the UK's Construction Industry Scheme."""

    of_xero: ClassVar[str] = "CISOrgSetting"
    CISContractorEnabled: bool | None = None
    CISSubContractorEnabled: bool | None = None
    Rate: Percentage | None = Field(default=None, description="Percentage that is deducted.")
