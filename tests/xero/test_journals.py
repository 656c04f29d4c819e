# SPDX-License-Identifier: Apache-2.0
"""Manual journals: what is taken and when they count. Journals: how they are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from xero_python.accounting import ManualJournal, ManualJournalLine, ManualJournals

from tests.xero.writing import change, last_number, latest, make, read

if TYPE_CHECKING:
    from local.xero.wire import Document
    from tests.xero.conftest import Client, Clock
    from tests.xero.sdk import Sdk


# Manual journals


def journal(*amounts: float, **fields: Any) -> Document:
    codes = ("433", "620", "416")
    lines = [
        {"LineAmount": amount, "AccountCode": code}
        for amount, code in zip(amounts, codes, strict=False)
    ]
    return {"Narration": "Insurance", "JournalLines": lines, **fields}


def test_a_draft_journal_is_changed_posted_and_voided(client: Client) -> None:
    before = last_number(client)
    made = make(client, "ManualJournals", journal(75.5, -75.5, Date="2026-11-30"))
    assert (made["Status"], made["LineAmountTypes"]) == ("DRAFT", "NoTax")
    key = made["ManualJournalID"]
    assert (
        change(client, "ManualJournals", key, Narration="Van")["JournalLines"]
        == (made["JournalLines"])
    )
    assert latest(client, before) == []
    assert change(client, "ManualJournals", key, Status="POSTED")["Status"] == "POSTED"
    path = f"ManualJournals/{key}"
    for status in ("DRAFT", "DELETED", "ARCHIVED"):
        assert client.messages("POST", path, {"Status": status}) == [
            f"The status '{status}' cannot be applied to the document"
        ]
    assert change(client, "ManualJournals", key, Status="VOIDED")["Status"] == "VOIDED"
    assert latest(client, before) == [
        ("MANJOURNAL", [("433", 75.5), ("620", -75.5)]),
        ("MANJOURNAL", [("433", -75.5), ("620", 75.5)]),
    ]


@pytest.mark.parametrize(
    ("element", "message"),
    [
        (journal(100, -90), "The total debits (100.00) must equal total credits (-90.00)"),
        (journal(1, -1, Narration=""), "Narration must be specified"),
        (journal(0), "A manual journal must have at least two lines"),
        (journal(1, -1, Status="VOIDED"), "The status 'VOIDED' cannot be applied to the document"),
        *(
            (
                journal(JournalLines=[{"LineAmount": 0, "AccountCode": code}] * 2),
                f"Account code '{code}' is not a valid code for this document.",
            )
            for code in ("090", "610", "800", "820", "999")
        ),
    ],
)
def test_a_journal_that_breaks_a_rule_is_refused(
    client: Client, element: Document, message: str
) -> None:
    assert set(client.messages("PUT", "ManualJournals", element)) == {message}


def test_tax_on_a_journals_lines_counts_where_it_comes_on_top(client: Client) -> None:
    lines = [
        {"LineAmount": 100, "AccountCode": "433", "TaxType": "INPUT"},
        {"LineAmount": -115, "AccountCode": "620"},
    ]
    before = last_number(client)
    wish = journal(JournalLines=lines, LineAmountTypes="Exclusive", Status="POSTED")
    made = make(client, "ManualJournals", wish)
    assert made["JournalLines"][0]["TaxAmount"] == 15
    assert client.messages("PUT", "ManualJournals", wish | {"LineAmountTypes": "Inclusive"}) == [
        "The total debits (100.00) must equal total credits (-115.00)"
    ]
    assert latest(client, before) == [("MANJOURNAL", [("433", 100), ("620", -115), ("820", 15)])]


# Journals


def test_journals_come_by_number_after_an_offset(client: Client, clock: Clock) -> None:
    everything = client.read("Journals")["Journals"]
    numbers = [one["JournalNumber"] for one in everything]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 10
    rest = client.read("Journals", offset=4)["Journals"]
    assert rest == everything[4:]
    (by_number,) = client.read("Journals/5")["Journals"]
    assert read(client, "Journals", by_number["JournalID"]) == by_number == rest[0]
    paid = client.read("Journals", paymentsOnly="true")["Journals"]
    assert 0 < len(paid) < len(everything)
    assert not {one["SourceType"] for one in paid} & {"ACCREC", "ACCPAY"}
    clock.forward(minutes=1)
    accounts = {"FromBankAccount": {"Code": "090"}, "ToBankAccount": {"Code": "091"}}
    wish = accounts | {"Amount": 10.5}
    for _ in range(101):
        make(client, "BankTransfers", wish)
        clock.forward(seconds=2)
    assert len(client.read("Journals", offset=len(numbers))["Journals"]) == 100
    since = {"If-Modified-Since": clock.now.strftime("%Y-%m-%dT%H:%M:%S")}
    assert client.api("GET", "Journals", headers=since).body.count(b"JournalNumber") == 0


# Xero's SDK


@pytest.mark.promise("simulator-xero-sdk")
def test_the_sdk_posts_a_journal_and_finds_it_in_the_ledger(
    sdk: Sdk,
) -> None:
    api, tenant_id = sdk.accounting, sdk.tenant_id
    lines = [
        ManualJournalLine(line_amount=amount, account_code=code)
        for amount, code in ((75.5, "433"), (-75.5, "620"))
    ]
    wish = ManualJournal(narration="Insurance", journal_lines=lines, status="POSTED")
    wanted = ManualJournals(manual_journals=[wish])
    made = api.create_manual_journals(tenant_id, wanted).manual_journals[0]
    found = api.get_journals(tenant_id).journals[-1]
    assert (found.source_id, found.source_type) == (made.manual_journal_id, "MANJOURNAL")
    by_number = api.get_journal_by_number(tenant_id, found.journal_number).journals[0]
    assert by_number.journal_id == found.journal_id
