# SPDX-License-Identifier: Apache-2.0
"""A typed filter becomes one clause of Xero's language, whatever its value."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_connection.fields import Query, request_parts
from xero_connection.filters import Where, both
from xero_connection.lists import ListInput

from local.xero import filters

pytestmark = pytest.mark.promise("filters")

RECORD_ID = UUID("6f7594f2-f059-4d56-9e67-47ac9733bfe9")


@pytest.mark.parametrize(
    ("where", "value", "clause"),
    [
        (Where("Type"), "ACCREC", 'Type=="ACCREC"'),
        (Where("Name"), 'a" OR "b', 'Name=="a"" OR ""b"'),
        (Where("Contact.ContactID"), RECORD_ID, f'Contact.ContactID==Guid("{RECORD_ID}")'),
        (Where("Date", ">="), date(2026, 1, 9), "Date>=DateTime(2026,01,09)"),
        (
            Where("UpdatedDateUTC", ">="),
            datetime(2026, 1, 9, 3, 4, 5, tzinfo=UTC),
            "UpdatedDateUTC>=DateTime(2026,01,09,03,04,05)",
        ),
        (Where("AmountDue", ">="), Decimal("1E+3"), "AmountDue>=1000"),
        (Where("AmountDue", "<="), Decimal("0.10"), "AmountDue<=0.10"),
        (Where("IsReconciled"), True, "IsReconciled==true"),
        (Where("Status"), ["DRAFT", "PAID"], '(Status=="DRAFT" OR Status=="PAID")'),
        (Where("Name", "contains"), "ab", '(Name!=null AND Name.Contains("ab"))'),
        (Where("Name", "starts"), "ab", '(Name!=null AND Name.StartsWith("ab"))'),
    ],
)
def test_a_value_is_written_as_xero_reads_it(where: Where, value: Any, clause: str) -> None:
    assert where.clause(value) == clause


class Asked(ListInput):
    """Two filters beside a person's own."""

    name: Annotated[str | None, Where("Name")] = None
    status: Annotated[list[str] | None, Where("Status")] = None
    term: Annotated[str | None, Query("searchTerm")] = None


def test_filters_narrow_what_a_person_asks_for() -> None:
    asked = Asked(name="A", status=["B"], where='C=="c" OR D=="d"', term="t")

    assert request_parts(asked).query == {
        "searchTerm": "t",
        "where": 'Name=="A" AND (Status=="B") AND (C=="c" OR D=="d")',
    }
    assert "where" not in request_parts(Asked(term="t")).query
    assert both(None, ["A==1"]) == "A==1"


RECORDS = [{"Name": name, "Status": "ACTIVE"} for name in ("A", 'A"', "A\\", "B OR 1==1", "é")]


@given(st.text(max_size=30) | st.sampled_from([one["Name"] for one in RECORDS]))
def test_no_text_finds_another_record(text: str) -> None:
    where = request_parts(Asked(name=text, status=["ACTIVE"])).query["where"]
    found = [one["Name"] for one in RECORDS if filters.where(where, {"Name", "Status"})(one)]

    assert all(one.casefold() == text.casefold() for one in found)
