# SPDX-License-Identifier: Apache-2.0
"""Repeating invoices: templates by which Xero makes invoices or bills on a schedule.

https://developer.xero.com/documentation/api/accounting/repeatinginvoices
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field

from xero_connection.fields import Amount, Currency, Day, Document, OneOf, Record
from xero_connection.models.lines import (
    ContactReference,
    ContactShown,
    LineItem,
    LineItemRecord,
    TaxTreatment,
)


class Recurrence(Document):
    """How often a document is made, and when each falls due."""

    of_xero: ClassVar[str] = "Schedule"
    Period: int | None = Field(default=None, ge=1, description="1 with WEEKLY: every week.")
    Unit: Annotated[str, OneOf("WEEKLY", "MONTHLY")] | None = None
    DueDate: int | None = Field(
        default=None, ge=0, description="Counted as DueDateType says: days, or a day of the month."
    )
    DueDateType: (
        Annotated[
            str,
            OneOf(
                "DAYSAFTERBILLDATE",
                "DAYSAFTERBILLMONTH",
                "DAYSAFTERINVOICEDATE",
                "DAYSAFTERINVOICEMONTH",
                "OFCURRENTMONTH",
                "OFFOLLOWINGMONTH",
            ),
        ]
        | None
    ) = None
    StartDate: Day | None = Field(default=None, description="Date of the first document.")
    EndDate: Day | None = Field(default=None, description="Left out: until it is deleted.")


class RecurrenceRecord(Recurrence, Record):
    """The schedule as Xero answers it."""

    of_xero: ClassVar[str] = "Schedule"
    NextScheduledDate: Day | None = Field(default=None, description="Date of the next document.")


class RepeatingInvoice(Document):
    """A template as it is sent; there is no way to change one."""

    Type: Annotated[str, OneOf("ACCREC", "ACCPAY")] | None = Field(
        default=None, description="ACCREC makes sales invoices, ACCPAY bills."
    )
    Contact: ContactReference | None = None
    Schedule: Recurrence | None = None
    LineItems: Sequence[LineItem] | None = Field(
        default=None, description="Texts may hold [Week], [Month], [Year] and the like."
    )
    LineAmountTypes: TaxTreatment | None = None
    Reference: str | None = Field(default=None, max_length=255, description="Sales invoices only.")
    BrandingThemeID: UUID | None = None
    CurrencyCode: Currency | None = Field(default=None, description="A code from list_currencies.")
    Status: Annotated[str, OneOf("DRAFT", "AUTHORISED")] | None = Field(
        default=None, description="The status in which each document is made."
    )
    ApprovedForSending: bool | None = Field(
        default=None, description="Xero e-mails each; needs AUTHORISED and an e-mail address."
    )
    SendCopy: bool | None = Field(default=None, description="The sender gets each e-mail too.")
    MarkAsSent: bool | None = Field(default=None, description="Each is shown as sent.")
    IncludePDF: bool | None = Field(default=None, description="Each e-mail carries the PDF.")


class RepeatingInvoiceRecord(RepeatingInvoice, Record):
    """A template as Xero answers it."""

    RepeatingInvoiceID: UUID | None = None
    ID: UUID | None = Field(default=None, description="The same id.")
    Contact: ContactShown | None = None
    Schedule: RecurrenceRecord | None = None
    LineItems: list[LineItemRecord] | None = None
    SubTotal: Amount | None = Field(default=None, description="Total without tax.")
    TotalTax: Amount | None = None
    Total: Amount | None = None
    HasAttachments: bool | None = None
    Attachments: list[dict[str, Any]] | None = None
