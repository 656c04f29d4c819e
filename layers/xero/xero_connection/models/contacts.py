# SPDX-License-Identifier: Apache-2.0
"""Contacts: customers and suppliers.

https://developer.xero.com/documentation/api/accounting/contacts
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field

from xero_connection.fields import Amount, Currency, Document, OneOf, Rate, Record
from xero_connection.fields import Rate as Percentage

LineAmountDefault = Annotated[str, OneOf("INCLUSIVE", "EXCLUSIVE", "NONE")]


class ContactPerson(Document):
    """A person at the contact, besides the contact's own."""

    FirstName: str | None = None
    LastName: str | None = None
    EmailAddress: str | None = None
    IncludeInEmails: bool | None = Field(
        default=None, description="Whether invoices by e-mail go to this person too."
    )


class Address(Document):
    """A postal or street address."""

    AddressType: Annotated[str, OneOf("POBOX", "STREET")]
    AddressLine1: str | None = Field(default=None, max_length=500)
    AddressLine2: str | None = Field(default=None, max_length=500)
    AddressLine3: str | None = Field(default=None, max_length=500)
    AddressLine4: str | None = Field(default=None, max_length=500)
    City: str | None = Field(default=None, max_length=255)
    Region: str | None = Field(default=None, max_length=255)
    PostalCode: str | None = Field(default=None, max_length=50)
    Country: str | None = Field(default=None, max_length=50)
    AttentionTo: str | None = Field(default=None, max_length=255)


class Phone(Document):
    """A telephone number."""

    PhoneType: Annotated[str, OneOf("DEFAULT", "DDI", "MOBILE", "FAX", "OFFICE")]
    PhoneNumber: str | None = Field(default=None, max_length=50)
    PhoneAreaCode: str | None = Field(default=None, max_length=10)
    PhoneCountryCode: str | None = Field(default=None, max_length=20)


class PaymentTerm(Document):
    """When a document falls due, counted from its date."""

    of_xero: ClassVar[str] = "Bill"
    Day: int | None = Field(default=None, ge=0, le=31)
    Type: (
        Annotated[
            str,
            OneOf("DAYSAFTERBILLDATE", "DAYSAFTERBILLMONTH", "OFCURRENTMONTH", "OFFOLLOWINGMONTH"),
        ]
        | None
    ) = None


class ContactTerms(Document):
    """The contact's own terms for bills and for sales."""

    of_xero: ClassVar[str] = "PaymentTerm"
    Bills: PaymentTerm | None = None
    Sales: PaymentTerm | None = None


class BatchPaymentDetails(Document):
    """What a batch payment to the contact carries."""

    BankAccountNumber: str | None = None
    BankAccountName: str | None = None
    Details: str | None = None
    Code: str | None = Field(default=None, max_length=12)
    Reference: str | None = Field(default=None, max_length=12)


class TrackingDefault(Document):
    """A tracking category with the option that the contact's lines start with."""

    of_xero: ClassVar[str] = "SalesTrackingCategory"
    TrackingCategoryName: str
    TrackingOptionName: str


class Contact(Document):
    """A contact as it is sent."""

    ContactID: UUID | None = Field(default=None, description="Xero's id of an existing contact.")
    ContactNumber: str | None = Field(
        default=None, max_length=50, description="The contact's id in a system outside Xero."
    )
    AccountNumber: str | None = Field(default=None, max_length=50)
    ContactStatus: Annotated[str, OneOf("ACTIVE", "ARCHIVED", "GDPRREQUEST")] | None = None
    Name: str | None = Field(
        default=None, min_length=1, max_length=255, description="Full name; unique in Xero today."
    )
    FirstName: str | None = Field(default=None, max_length=255)
    LastName: str | None = Field(default=None, max_length=255)
    CompanyNumber: str | None = Field(default=None, max_length=50)
    EmailAddress: str | None = Field(default=None, max_length=255)
    ContactPersons: list[ContactPerson] | None = Field(
        default=None, max_length=5, description="Replaces the persons that Xero has."
    )
    BankAccountDetails: str | None = None
    TaxNumber: str | None = Field(default=None, max_length=50)
    TaxNumberType: Annotated[str, OneOf("SSN", "EIN", "ITIN", "ATIN")] | None = None
    AccountsReceivableTaxType: str | None = None
    AccountsPayableTaxType: str | None = None
    Addresses: list[Address] | None = None
    Phones: list[Phone] | None = None
    SalesDefaultLineAmountType: LineAmountDefault | None = None
    PurchasesDefaultLineAmountType: LineAmountDefault | None = None
    DefaultCurrency: Currency | None = Field(
        default=None, description="A code from list_currencies."
    )
    XeroNetworkKey: str | None = None
    SalesDefaultAccountCode: str | None = None
    PurchasesDefaultAccountCode: str | None = None
    SalesTrackingCategories: list[TrackingDefault] | None = None
    PurchasesTrackingCategories: list[TrackingDefault] | None = None
    TrackingCategoryName: str | None = None
    TrackingCategoryOption: str | None = None
    PaymentTerms: ContactTerms | None = None
    BatchPayments: BatchPaymentDetails | None = None


class GroupShown(Record):
    """A group that a contact is in."""

    of_xero: ClassVar[str] = "ContactGroup"
    whole: ClassVar[bool] = False
    ContactGroupID: UUID | None = None
    Name: str | None = None
    Status: str | None = None


class ThemeShown(Record):
    """The branding theme of a contact's documents."""

    of_xero: ClassVar[str] = "BrandingTheme"
    whole: ClassVar[bool] = False
    BrandingThemeID: UUID | None = None
    Name: str | None = None


class BalanceRecord(Record):
    """What is due on approved documents, each in its own currency."""

    of_xero: ClassVar[str] = "AccountsReceivable"
    Outstanding: Amount | None = None
    Overdue: Amount | None = None


class BalancesRecord(Record):
    """What a contact owes, and is owed."""

    AccountsReceivable: BalanceRecord | None = Field(default=None, description="On sales invoices.")
    AccountsPayable: BalanceRecord | None = Field(default=None, description="On bills.")


class ContactRecord(Contact, Record):
    """A contact as Xero answers it."""

    IsSupplier: bool | None = Field(default=None, description="Has had a bill.")
    IsCustomer: bool | None = Field(default=None, description="Has had a sales invoice.")
    MergedToContactID: UUID | None = None
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")
    ContactGroups: list[GroupShown] | None = None
    Website: str | None = None
    BrandingTheme: ThemeShown | None = None
    Discount: Rate | None = Field(default=None, description="Percentage of each sales line.")
    Balances: BalancesRecord | None = None
    HasAttachments: bool | None = None
    Attachments: list[dict[str, Any]] | None = None


class CISSettingRecord(Record):
    """A contact's part in the Construction Industry Scheme of the United Kingdom."""

    CISEnabled: bool | None = Field(default=None, description="Whether it is a subcontractor.")
    Rate: Percentage | None = Field(
        default=None, description="Percentage that is deducted from what it is paid."
    )
