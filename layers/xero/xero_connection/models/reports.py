# SPDX-License-Identifier: Apache-2.0
"""Reports as Xero lays them out: rows of cells, in sections.

https://developer.xero.com/documentation/api/accounting/reports
"""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from xero_connection.fields import Amount, Output, Record


class ReportCell(Record):
    """A cell; its attributes say which account or document it is about."""

    Value: str | None = None
    Attributes: list[dict[str, Any]] | None = Field(
        default=None, description="Each with Id (account, invoiceID, …) and Value."
    )


class ReportRow(Record):
    """A row of a section."""

    RowType: str | None = Field(default=None, description="Row or SummaryRow.")
    Title: str | None = None
    Cells: list[ReportCell] | None = None


class ReportRows(Record):
    """The heading, or a section with its rows."""

    RowType: str | None = Field(default=None, description="Header, Section, Row or SummaryRow.")
    Title: str | None = None
    Cells: list[ReportCell] | None = None
    Rows: list[ReportRow] | None = None


class ReportRecord(Record):
    """A report as Xero answers it."""

    of_xero: ClassVar[str] = "ReportWithRow"

    ReportID: str | None = None
    ReportName: str | None = None
    ReportTitle: str | None = None
    ReportType: str | None = None
    ReportTitles: list[str] | None = Field(
        default=None, description="Name, organisation and the dates it is about."
    )
    ReportDate: str | None = Field(default=None, description="As a person reads it.")
    Rows: list[ReportRows] | None = None
    Fields: list[dict[str, Any]] | None = None
    UpdatedDateUTC: str | None = Field(default=None, description="ISO 8601 in UTC.")


class TenNinetyNineContact(Record):
    """What was paid to a contact, by box of the form."""

    Name: str | None = None
    FederalTaxIDType: str | None = None
    FederalTaxClassification: str | None = None
    City: str | None = None
    Zip: str | None = None
    State: str | None = None
    Email: str | None = None
    StreetAddress: str | None = None
    TaxID: str | None = None
    ContactId: str | None = None
    LegalName: str | None = None
    BusinessName: str | None = None
    Box1: Amount | None = None
    Box2: Amount | None = None
    Box3: Amount | None = None
    Box4: Amount | None = None
    Box5: Amount | None = None
    Box6: Amount | None = None
    Box7: Amount | None = None
    Box8: Amount | None = None
    Box9: Amount | None = None
    Box10: Amount | None = None
    Box11: Amount | None = None
    Box13: Amount | None = None
    Box14: Amount | None = None


class TenNinetyNineRecord(Record):
    """A 1099 report."""

    of_xero: ClassVar[str] = "Report"

    ReportName: str | None = None
    ReportType: str | None = None
    ReportTitle: str | None = None
    ReportDate: str | None = None
    UpdatedDateUTC: str | None = None
    Contacts: list[TenNinetyNineContact] | None = None


class FlatRow(Output):
    """One figure of a report."""

    section: str = Field(description="Title of the section; empty where it has none.")
    account: str = Field(description="What the row is about: an account, a total, a date.")
    period: str = Field(description="Heading of the column.")
    amount: Amount | None = Field(description="Exact; null where the cell holds text.")
    text: str | None = Field(description="What the cell holds where that is no amount.")
    total: bool = Field(description="Whether the row sums others up.")
    ids: dict[str, str] = Field(description="Whose figure it is, such as account: its AccountID.")
