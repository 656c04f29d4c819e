# SPDX-License-Identifier: Apache-2.0
"""Invoices: sums, statuses, lines, numbers, contacts, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.xero.conftest import invoice, load

if TYPE_CHECKING:
    from tests.xero.conftest import Client


def line(**fields: Any) -> dict[str, Any]:
    return {"Description": "Desk", "Quantity": 1, "UnitAmount": 10, "AccountCode": "200", **fields}


@pytest.mark.parametrize(
    ("kind", "lines", "sums"),
    [
        ("Exclusive", [line(UnitAmount="10.10")], (10.10, 1.52, 11.62)),
        ("Inclusive", [line(UnitAmount=115)], (100.0, 15.0, 115.0)),
        ("NoTax", [line(UnitAmount=115)], (115.0, 0.0, 115.0)),
        ("Exclusive", [line(UnitAmount=0.03)] * 3, (0.09, 0.0, 0.09)),
        ("Exclusive", [line(UnitAmount=0.10)] * 3, (0.30, 0.06, 0.36)),
        ("Exclusive", [line(UnitAmount=100, DiscountRate=12.5)], (87.50, 13.13, 100.63)),
        ("Exclusive", [line(UnitAmount=100, DiscountAmount=5)], (95.0, 14.25, 109.25)),
        ("Exclusive", [line(TaxType="TAX001", UnitAmount=200)], (200.0, 16.5, 216.5)),
        ("Exclusive", [line(TaxType="NONE")], (10.0, 0.0, 10.0)),
        ("Exclusive", [line(TaxAmount=1.49)], (10.0, 1.49, 11.49)),
        ("Exclusive", [line(Quantity=3, UnitAmount=10.005)], (30.03, 4.50, 34.53)),
        ("Exclusive", [{"ItemCode": "LAMP", "Quantity": 2}], (79.9, 11.99, 91.89)),
        ("Exclusive", [line(UnitAmount=None, LineAmount=30, Quantity=4)], (30.0, 4.5, 34.5)),
        ("Exclusive", [line(UnitAmount=None, LineAmount=10, Quantity=3)], (10.0, 1.5, 11.5)),
        ("Exclusive", [line(UnitAmount=None, LineAmount=10)], (10.0, 1.5, 11.5)),
        ("Exclusive", [line(Quantity=None, LineAmount=25)], (25.0, 3.75, 28.75)),
        (
            "Exclusive",
            [line(UnitAmount=None, LineAmount=90, DiscountRate=10)],
            (90.0, 13.5, 103.5),
        ),
        ("Exclusive", [line(UnitAmount=-2.5)], (-2.5, -0.38, -2.88)),
    ],
)
def test_a_document_adds_up(
    client: Client, kind: str, lines: list[Any], sums: tuple[float, float, float]
) -> None:
    made = client.write("PUT", "Invoices", invoice(LineAmountTypes=kind, LineItems=lines))
    one = made["Invoices"][0]
    assert (one["SubTotal"], one["TotalTax"], one["Total"]) == sums
    assert one["AmountDue"] == one["Total"]


def test_four_decimals_of_a_price_are_kept_only_when_asked_for(client: Client) -> None:
    body = invoice(LineItems=[line(Quantity=1000, UnitAmount="0.0125")])
    two = client.write("PUT", "Invoices", body)["Invoices"][0]
    four = client.write("PUT", "Invoices", body, query={"unitdp": 4})["Invoices"][0]
    assert (two["LineItems"][0]["UnitAmount"], two["SubTotal"]) == (0.01, 10.0)
    assert (four["LineItems"][0]["UnitAmount"], four["SubTotal"]) == (0.0125, 12.5)
    path = f"Invoices/{four['InvoiceID']}"
    assert client.read(path)["Invoices"][0]["LineItems"][0]["UnitAmount"] == 0.01
    assert client.read(path, unitdp=4)["Invoices"][0]["LineItems"][0]["UnitAmount"] == 0.0125


def test_approving_changes_no_price_and_no_corrected_tax(client: Client) -> None:
    body = invoice(LineItems=[line(UnitAmount="0.0125", Quantity=1000, TaxAmount=1.87)])
    draft = client.write("PUT", "Invoices", body, query={"unitdp": 4})["Invoices"][0]
    path = f"Invoices/{draft['InvoiceID']}"
    approved = client.write("POST", path, {"Status": "AUTHORISED"})["Invoices"][0]
    assert approved["Total"] == draft["Total"] == 14.37


@pytest.mark.parametrize("places", [2, 4])
def test_sums_that_are_right_are_taken(client: Client, places: int) -> None:
    fine = line(Quantity="2.5", UnitAmount="10.0051", DiscountRate=5)
    fine["LineAmount"] = "23.76" if places == 4 else "23.77"
    if places == 2:
        fine["UnitAmount"] = "10.01"
    sums = {"SubTotal": fine["LineAmount"], "TotalTax": 3.56 if places == 4 else 3.57}
    sums["Total"] = 27.32 if places == 4 else 27.34
    body = invoice(LineItems=[fine], **sums)
    made = client.write("PUT", "Invoices", body, query={"unitdp": places})["Invoices"][0]
    assert made["Total"] == sums["Total"]
    again = {name: made[name] for name in ("SubTotal", "TotalTax", "Total", "LineItems")}
    path = f"Invoices/{made['InvoiceID']}"
    assert client.write("POST", path, again, query={"unitdp": places})["Invoices"]


def test_a_line_whose_price_was_worked_out_keeps_its_amount(client: Client) -> None:
    body = invoice(LineItems=[line(UnitAmount=None, LineAmount=10, Quantity=3)])
    made = client.write("PUT", "Invoices", body)["Invoices"][0]
    path = f"Invoices/{made['InvoiceID']}"
    assert made["LineItems"][0]["UnitAmount"] == 3.33
    for change in ({"Status": "SUBMITTED"}, {"LineItems": made["LineItems"]}):
        changed = client.write("POST", path, change)["Invoices"][0]
        assert (changed["LineItems"][0]["LineAmount"], changed["Total"]) == (10.0, 11.5)
    line_id = made["LineItems"][0]["LineItemID"]
    more = {"LineItems": [{"LineItemID": line_id, "Quantity": 4}]}
    assert client.write("POST", path, more)["Invoices"][0]["SubTotal"] == 13.32


def test_another_kind_of_line_amounts_taxes_kept_lines_anew(client: Client) -> None:
    draft = client.write("PUT", "Invoices", invoice(LineItems=[line(UnitAmount=115)]))
    path = f"Invoices/{draft['Invoices'][0]['InvoiceID']}"
    changed = client.write("POST", path, {"LineAmountTypes": "Inclusive"})["Invoices"][0]
    assert (changed["SubTotal"], changed["TotalTax"], changed["Total"]) == (100.0, 15.0, 115.0)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (["DRAFT", "SUBMITTED", "DRAFT", "AUTHORISED", "VOIDED"], True),
        (["DRAFT", "DELETED"], True),
        (["SUBMITTED", "DELETED"], True),
        (["AUTHORISED", "AUTHORISED"], True),
        (["DRAFT", "VOIDED"], False),
        (["DRAFT", "PAID"], False),
        (["AUTHORISED", "DRAFT"], False),
        (["AUTHORISED", "DELETED"], False),
        (["AUTHORISED", "VOIDED", "VOIDED"], False),
        (["DRAFT", "DELETED", "DRAFT"], False),
        (["PAID"], False),
    ],
)
def test_a_status_goes_only_where_xero_lets_it(
    client: Client, path: list[str], *, allowed: bool
) -> None:
    first, *others = path
    response = client.api("PUT", "Invoices", invoice(Status=first))
    for status in others:
        invoice_id = load(response)["Invoices"][0]["InvoiceID"]
        response = client.api("POST", f"Invoices/{invoice_id}", {"Status": status})
        if response.status != 200:
            break
    assert response.status == (200 if allowed else 400)
    if allowed:
        assert load(response)["Invoices"][0]["Status"] == path[-1]


def test_a_document_with_a_payment_is_not_changed(client: Client) -> None:
    assert client.messages("POST", "Invoices/INV-0004", {"Status": "VOIDED"}) == [
        "This document cannot be edited as it has a payment or credit note allocated to it."
    ]
    assert client.messages("POST", "Invoices/INV-0001", {"Reference": "x"}) == [
        "Invoice not of valid status for modification"
    ]


def test_lines_left_out_are_deleted_and_ids_are_kept(client: Client) -> None:
    body = invoice(LineItems=[line(), line(Description="Lamp", UnitAmount=5), line()])
    one = client.write("PUT", "Invoices", body)["Invoices"][0]
    first, second, _ = one["LineItems"]
    changed = client.write(
        "POST",
        f"Invoices/{one['InvoiceID']}",
        {"LineItems": [{"LineItemID": second["LineItemID"], "Quantity": 3}, line()]},
    )["Invoices"][0]
    kept, new = changed["LineItems"]
    assert (kept["LineItemID"], kept["Description"], kept["LineAmount"]) == (
        second["LineItemID"],
        "Lamp",
        15.0,
    )
    assert new["LineItemID"] not in {first["LineItemID"], second["LineItemID"]}
    same = client.write("POST", f"Invoices/{one['InvoiceID']}", {"Reference": "R"})["Invoices"][0]
    assert same["LineItems"] == changed["LineItems"]
    gone = client.write("POST", f"Invoices/{one['InvoiceID']}", {"LineItems": []})["Invoices"][0]
    assert gone["LineItems"] == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"Contact": None}, "A contact must be specified for this type of transaction"),
        (
            {"LineItems": [line(AccountCode="999")]},
            "Account code '999' is not a valid code for this document.",
        ),
        (
            {"LineItems": [line(AccountCode="090")]},
            "Account code '090' is not a valid code for this document.",
        ),
        (
            {"LineItems": [line(AccountCode="408")]},
            (
                "Account code '408' has been archived, or has been deleted. "
                "Each line item must reference a valid account."
            ),
        ),
        (
            {"LineItems": [line(TaxType="Tax on Sales")]},
            (
                "The TaxType code Tax on Sales does not exist or cannot be used "
                "for this type of transaction."
            ),
        ),
        (
            {"LineItems": [line(TaxType="INPUT")]},
            "The TaxType code 'INPUT' cannot be used with account code '200'.",
        ),
        ({"LineItems": [line(ItemCode="NOPE")]}, "Item code 'NOPE' is not valid"),
        (
            {"LineItems": [line(LineAmount=11)]},
            "The line total 11.00 does not match the expected line total 10.00",
        ),
        (
            {"LineItems": [line(LineAmount="9.99")]},
            "The line total 9.99 does not match the expected line total 10.00",
        ),
        (
            {"LineItems": [line(LineAmount="10.0049")]},
            "The line total 10.0049 does not match the expected line total 10.00",
        ),
        (
            {"LineItems": [line(Quantity=3, UnitAmount=10.005, LineAmount=30.02)]},
            "The line total 30.02 does not match the expected line total 30.03",
        ),
        (
            {"LineItems": [line(UnitAmount=100, DiscountRate=12.5, LineAmount=100)]},
            "The line total 100.00 does not match the expected line total 87.50",
        ),
        (
            {"LineItems": [line(Quantity=0, UnitAmount=None, LineAmount=5)]},
            "The line total 5.00 does not match the expected line total 0.00",
        ),
        (
            {"LineItems": [line()], "SubTotal": "10.01"},
            "The document sub total does not equal the sum of the lines.",
        ),
        (
            {"LineItems": [line()], "TotalTax": 1.49},
            "The document tax total does not equal the sum of the tax on the lines.",
        ),
        (
            {"LineItems": [line()], "Total": 11.49},
            "The document total does not equal the sum of the lines.",
        ),
        (
            {"Status": "AUTHORISED", "LineItems": []},
            "One or more line items must be specified",
        ),
        (
            {"Status": "AUTHORISED", "DueDate": None},
            "The document DueDate field must be specified.",
        ),
        (
            {"Status": "AUTHORISED", "LineItems": [line(AccountCode=None)]},
            "Account code must be specified",
        ),
        ({"CurrencyCode": "JPY"}, "Organisation is not subscribed to currency JPY"),
        ({"InvoiceNumber": "INV-0001"}, "Invoice # must be unique."),
        (
            {"Contact": {"Name": "Old Mill Bakery"}},
            (
                "The contact with the specified contact details has been archived. The contact "
                "must be un-archived before creating new invoices or credit notes."
            ),
        ),
        (
            {"Type": "ACCPAY", "LineItems": [line(AccountCode="400", DiscountRate=5)]},
            "Discounts are not supported on this type of document",
        ),
    ],
)
def test_a_rule_that_is_broken_is_named(
    client: Client, fields: dict[str, Any], message: str
) -> None:
    assert client.messages("PUT", "Invoices", invoice(**fields)) == [message]


def test_an_approved_line_needs_a_description(client: Client) -> None:
    bare = invoice(Status="AUTHORISED", LineItems=[{"UnitAmount": 5, "AccountCode": "200"}])
    assert client.messages("PUT", "Invoices", bare) == [
        "Description must be specified for every line item"
    ]


def test_what_an_invoice_is_and_whom_it_is_for_has_to_be_known(client: Client) -> None:
    for change in ({"Type": None}, {"Contact": {"ContactID": "nobody"}}, {"Contact": {"X": 1}}):
        assert client.messages("PUT", "Invoices", invoice(**change))
    draft = client.write("PUT", "Invoices", invoice())["Invoices"][0]
    other = {"InvoiceID": draft["InvoiceID"], "Type": "ACCPAY"}
    assert client.messages("POST", "Invoices", {"Invoices": [other]}) == [
        "The type of an invoice cannot be changed"
    ]
    assert client.messages("PUT", "Invoices", invoice(Reference="R" * 256))


def test_an_invoice_is_changed_by_the_id_in_its_element(client: Client) -> None:
    draft = client.write("PUT", "Invoices", invoice())["Invoices"][0]
    change = {
        "InvoiceID": draft["InvoiceID"].upper(),
        "Contact": {"ContactID": draft["Contact"]["ContactID"]},
        "CurrencyCode": "EUR",
        "CurrencyRate": "0.92",
        "SentToContact": True,
    }
    one = client.write("POST", "Invoices", {"Invoices": [change]})["Invoices"][0]
    assert one["InvoiceID"] == draft["InvoiceID"]
    assert (one["CurrencyCode"], one["CurrencyRate"], one["SentToContact"]) == ("EUR", 0.92, True)
    unknown = {"InvoiceID": "11111111-2222-3333-4444-555555555555"}
    assert client.api("POST", "Invoices", {"Invoices": [unknown]}).status == 404
    mismatch = client.api("POST", f"Invoices/{draft['InvoiceID']}", unknown)
    assert load(mismatch)["ErrorNumber"] == 14


def test_numbers_are_given_in_turn_to_sales_only(client: Client) -> None:
    numbers = [
        client.write("PUT", "Invoices", invoice())["Invoices"][0]["InvoiceNumber"] for _ in range(2)
    ]
    assert numbers == ["INV-0010", "INV-0011"]
    bill = client.write(
        "PUT", "Invoices", invoice(Type="ACCPAY", LineItems=[line(AccountCode="400")])
    )
    assert bill["Invoices"][0]["InvoiceNumber"] == ""


def test_posting_a_sales_number_changes_and_a_bills_number_creates(client: Client) -> None:
    sale = client.write("PUT", "Invoices", invoice(InvoiceNumber="S-1"))["Invoices"][0]
    again = client.write("POST", "Invoices", invoice(InvoiceNumber="S-1", Reference="new"))
    assert again["Invoices"][0]["InvoiceID"] == sale["InvoiceID"]
    assert again["Invoices"][0]["Reference"] == "new"
    body = invoice(Type="ACCPAY", InvoiceNumber="B-1", LineItems=[line(AccountCode="400")])
    ids = {client.write("POST", "Invoices", body)["Invoices"][0]["InvoiceID"] for _ in range(2)}
    assert len(ids) == 2


def test_a_bare_name_finds_or_makes_the_contact(client: Client) -> None:
    known = client.write("PUT", "Invoices", invoice(Contact={"Name": "larkspur interiors"}))
    assert known["Invoices"][0]["Contact"]["Name"] == "Larkspur Interiors"
    new = client.write("PUT", "Invoices", invoice(Contact={"Name": "Juniper & Sons"}))
    contact_id = new["Invoices"][0]["Contact"]["ContactID"]
    assert client.read(f"Contacts/{contact_id}")["Contacts"][0]["Name"] == "Juniper & Sons"


def test_nothing_is_written_where_a_rule_is_broken(client: Client) -> None:
    before = client.send("GET", "/_simulator/state").body
    client.messages(
        "PUT",
        "Invoices",
        invoice(Contact={"Name": "Nobody Yet"}, LineItems=[line(AccountCode="999")]),
    )
    assert client.send("GET", "/_simulator/state").body == before


def test_dates_are_xeros_and_calendar_days_stay(client: Client) -> None:
    one = client.write("PUT", "Invoices", invoice(Date="/Date(1795132800000+0000)/"))["Invoices"][0]
    assert one["Date"] == "/Date(1795132800000+0000)/"
    assert one["DateString"] == "2026-11-20T00:00:00"
    assert one["DueDateString"] == "2026-12-04T00:00:00"
    assert one["UpdatedDateUTC"] == "/Date(1795310139902+0000)/"
    assert one["UpdatedDateUTCString"] == "2026-11-22T01:15:39Z"


def test_tracking_is_found_by_name(client: Client) -> None:
    tracked = line(Tracking=[{"Name": "Region", "Option": "North"}])
    one = client.write("PUT", "Invoices", invoice(LineItems=[tracked]))["Invoices"][0]
    tracking = one["LineItems"][0]["Tracking"][0]
    assert (tracking["Name"], tracking["Option"]) == ("Region", "North")
    assert tracking["TrackingOptionID"]
    wrong = line(Tracking=[{"Name": "Region", "Option": "Moon"}])
    assert client.messages("PUT", "Invoices", invoice(LineItems=[wrong]))


def test_an_invoice_is_e_mailed_shown_online_and_printed(client: Client) -> None:
    one = client.write("PUT", "Invoices", invoice(Status="AUTHORISED"))["Invoices"][0]
    path = f"Invoices/{one['InvoiceID']}"
    assert client.api("POST", f"{path}/Email").status == 204
    assert client.read(path)["Invoices"][0]["SentToContact"] is True
    link = client.read(f"{path}/OnlineInvoice")["OnlineInvoices"][0]["OnlineInvoiceUrl"]
    assert link.startswith("https://in.xero.com/")
    printed = client.api("GET", f"{path}/pdf")
    assert printed.headers["Content-Type"] == "application/pdf"
    assert client.api("GET", path, headers={"Accept": "application/pdf"}).body == printed.body
    draft = client.write("PUT", "Invoices", invoice())["Invoices"][0]["InvoiceID"]
    assert client.messages("POST", f"Invoices/{draft}/Email", {})


def test_the_pdf_has_its_table_where_it_says(client: Client) -> None:
    body = client.api("GET", "Invoices/INV-0001/pdf").body
    start = int(body.split(b"startxref\n")[1].split(b"\n")[0])
    assert body[start:].startswith(b"xref\n0 6\n")
    for number, entry in enumerate(body[start:].split(b"\n")[3:8], start=1):
        assert body[int(entry.split()[0]) :].startswith(b"%d 0 obj" % number)
