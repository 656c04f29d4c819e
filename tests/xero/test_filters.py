# SPDX-License-Identifier: Apache-2.0
"""The language of `where` and `order`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.xero.filters import order, where
from local.xero.operands import QueryError

if TYPE_CHECKING:
    from local.xero.wire import Document

INVOICE: Document = {
    "InvoiceID": "0cb10d7a-c36c-5a1d-8ae7-5245ca315cb6",
    "Type": "ACCREC",
    "Total": Decimal("115.00"),
    "Date": date(2026, 11, 20),
    "UpdatedDateUTC": datetime(2026, 11, 22, 1, 15, 39, tzinfo=UTC),
    "SentToContact": False,
    "Reference": 'Desk "A"',
    "LineItems": [],
    "Contact": {"ContactID": "437ac0cb-4b40-5e33-b477-4cf1226f6e2c", "Name": "Larkspur Interiors"},
}
FIELDS = (*INVOICE, "DueDate")


@pytest.mark.parametrize(
    "expression",
    [
        'Type=="ACCREC"',
        'type = "ACCREC"',
        'Type<>"ACCPAY"',
        'Type=="ACCREC" AND Total>=115',
        'Type=="ACCREC" && Total < 115.01m',
        'Type=="ACCPAY" OR Total==115.0',
        'Type=="ACCPAY" AND Total==1 OR Total==115',
        'Type=="ACCREC" and (Total==1 or Total==115)',
        "Total > -1",
        "Date>=DateTime(2026,01,01) AND Date < DateTime(2026, 12, 1)",
        "Date == DateTime(2026,11,20)",
        'Date==DateTime.Parse("2026-11-20")',
        "UpdatedDateUTC>DateTime(2026,11,22,1,15,38)",
        'InvoiceID==Guid("0CB10D7A-C36C-5A1D-8AE7-5245CA315CB6")',
        'Contact.ContactID == Guid.Parse("437ac0cb-4b40-5e33-b477-4cf1226f6e2c")',
        'Contact.Name.Contains("spur")',
        'Contact.Name.StartsWith("Lark") AND Contact.Name.EndsWith("iors")',
        'Contact.Name.ToLower()=="larkspur interiors"',
        'Contact.Name.ToUpper().Contains("SPUR")==true',
        "SentToContact==false",
        "!SentToContact",
        "NOT(SentToContact)",
        "DueDate==null",
        "Date!=null AND Date.HasValue",
        "Date.Value > DateTime(2026,1,1)",
        'Reference=="Desk ""A"""',
        '"ACCREC"==Type',
    ],
)
def test_an_expression_that_is_true_of_the_invoice_keeps_it(expression: str) -> None:
    assert where(expression, FIELDS)(INVOICE)


@pytest.mark.parametrize(
    "expression",
    [
        'Type=="accrec"',
        "Total!=115",
        "DueDate>DateTime(2026,1,1)",
        'Contact.EmailAddress.Contains("@")',
        'Contact.EmailAddress=="a@example.com"',
        "SentToContact",
    ],
)
def test_an_expression_that_is_false_of_the_invoice_drops_it(expression: str) -> None:
    assert not where(expression, FIELDS)(INVOICE)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "Type",
        "Type==",
        '=="ACCREC"',
        'Type=="ACCREC',
        'Type=="ACCREC" AND',
        "(Total==1",
        "Total==1)",
        "Missing==1",
        "Total.Frobnicate()==1",
        'Total=="115"',
        "Total==1 Total==2",
        "LineItems==1",
        "Date==DateTime(2026,13,1)",
        "Date==DateTime()",
        "InvoiceID==Guid(1)",
        "Type.Contains(Type)",
        'Total.Contains("1")',
        "1;2",
        "(" * 100 + "Total==1" + ")" * 100,
        "DateTime",
        "Contact.",
    ],
)
def test_an_expression_that_makes_no_sense_is_refused(expression: str) -> None:
    with pytest.raises(QueryError):
        where(expression, FIELDS)(INVOICE)


PARTS = st.sampled_from(
    [
        *("(", ")", "==", "=", "!=", "<", ">=", "&&", "||", "!", ",", ".", " ", '"', "\\", "-"),
        *("AND", "OR", "NOT", "true", "null", "DateTime", "Guid", "(2026,1,1)", '("x")', "1.5m"),
        *("Type", "Total", "Date", "Contact.Name", ".Contains", ".ToLower()", ".HasValue"),
        *("LineItems", "SentToContact", "UpdatedDateUTC", '"ACCREC"', "99999999999999999999"),
    ]
)


@given(st.one_of(st.text(), st.lists(PARTS, max_size=25).map("".join)))
def test_no_expression_fails_otherwise_than_as_a_query_error(expression: str) -> None:
    try:
        answer = where(expression, FIELDS)(INVOICE)
    except QueryError:
        return
    assert answer in (True, False)


@given(st.one_of(st.text(), st.lists(PARTS, max_size=8).map(" ".join)))
def test_no_order_fails_otherwise_than_as_a_query_error(clause: str) -> None:
    try:
        ordered = order([INVOICE, INVOICE], clause, FIELDS)
    except QueryError:
        return
    assert ordered == [INVOICE, INVOICE]


def test_an_order_sorts_by_its_clauses_in_turn() -> None:
    documents: list[Document] = [
        {"Name": "b", "Total": Decimal(1)},
        {"Name": "A", "Total": Decimal(1)},
        {"Name": "c", "Total": Decimal(2)},
        {"Name": "d", "Total": None},
    ]
    ordered = order(documents, "Total DESC, Name", ["Name", "Total"])
    assert [one["Name"] for one in ordered] == ["c", "A", "b", "d"]


@pytest.mark.parametrize("clause", ["Missing", "Name SIDEWAYS", "Name ASC DESC", ","])
def test_an_order_that_makes_no_sense_is_refused(clause: str) -> None:
    with pytest.raises(QueryError):
        order([], clause, ["Name"])
