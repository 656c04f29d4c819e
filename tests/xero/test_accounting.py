# SPDX-License-Identifier: Apache-2.0
"""Contacts, lists, envelopes and errors of the accounting API."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.xero import Limits, SimulatorConfig, XeroSimulator
from tests.xero.conftest import Client, invoice, load

if TYPE_CHECKING:
    from tests.xero.conftest import Clock

UNKNOWN = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def roomy(clock: Clock) -> Client:
    config = SimulatorConfig(limits=Limits(minute=10**6, day=10**6, app_minute=10**6))
    made = Client(XeroSimulator(config, clock=clock))
    made.log_in()
    return made


def names(answer: dict[str, Any]) -> list[str]:
    return [one["Name"] for one in answer["Contacts"]]


def test_a_contact_is_matched_by_id_then_number_then_name(client: Client) -> None:
    made = client.write("PUT", "Contacts", {"Name": "Juniper", "ContactNumber": "J-1"})
    contact_id = made["Contacts"][0]["ContactID"]
    for element in (
        {"ContactID": contact_id, "FirstName": "A"},
        {"ContactNumber": "J-1", "FirstName": "B"},
        {"Name": "JUNIPER", "FirstName": "C"},
    ):
        changed = client.write("POST", "Contacts", {"Contacts": [element]})["Contacts"][0]
        assert (changed["ContactID"], changed["FirstName"]) == (contact_id, element["FirstName"])
    assert client.read("Contacts/J-1")["Contacts"][0]["ContactID"] == contact_id


@pytest.mark.parametrize(
    ("element", "message"),
    [
        ({}, "The contact name must be specified."),
        (
            {"Name": "larkspur interiors"},
            (
                "The contact name larkspur interiors is already assigned to another contact. "
                "The contact name must be unique across all active contacts."
            ),
        ),
        ({"Name": "J", "EmailAddress": "nobody"}, "Email address must be valid."),
        ({"Name": "J" * 256}, "The Name field must not be longer than 255 characters."),
        (
            {"Name": "J", "ContactPersons": [{"FirstName": "A"}] * 6},
            "A contact may have up to 5 contact persons.",
        ),
    ],
)
def test_a_contact_that_breaks_a_rule_is_refused(
    client: Client, element: dict[str, Any], message: str
) -> None:
    assert client.messages("PUT", "Contacts", {"Contacts": [element]}) == [message]


def test_an_archived_contact_is_hidden_and_cannot_be_edited(client: Client) -> None:
    made = client.write("PUT", "Contacts", {"Name": "Juniper"})["Contacts"][0]
    path = f"Contacts/{made['ContactID']}"
    client.write("POST", path, {"ContactStatus": "ARCHIVED"})
    assert "Juniper" not in names(client.read("Contacts"))
    assert "Juniper" in names(client.read("Contacts", includeArchived="true"))
    assert "archived contact" in client.messages("POST", path, {"FirstName": "A"})[0]
    assert client.write("PUT", "Contacts", {"Name": "Juniper"})
    client.messages("POST", path, {"ContactStatus": "ACTIVE"})


def test_a_contacts_new_name_shows_on_its_documents(client: Client) -> None:
    one = client.read("Invoices/INV-0003")["Invoices"][0]
    client.write("POST", f"Contacts/{one['Contact']['ContactID']}", {"Name": "Copperline Two"})
    assert client.read("Invoices/INV-0003")["Invoices"][0]["Contact"]["Name"] == "Copperline Two"


def test_a_summary_leaves_the_details_out(client: Client) -> None:
    contact = client.read("Contacts", page=1, summaryOnly="true")["Contacts"][0]
    assert (contact["Addresses"], contact["Phones"]) == ([], [])
    assert "LineItems" not in client.read("Invoices", page=1, summaryOnly="true")["Invoices"][0]


def test_several_invoices_have_lines_only_where_a_page_is_asked_for(client: Client) -> None:
    unpaged = client.read("Invoices")
    assert "pagination" not in unpaged
    assert all("LineItems" not in one for one in unpaged["Invoices"])
    assert all(one["LineItems"] for one in client.read("Invoices", page=1)["Invoices"])


def test_pages_follow_each_other(client: Client) -> None:
    everything = [one["InvoiceID"] for one in client.read("Invoices", page=1)["Invoices"]]
    found = []
    for page in (1, 2, 3):
        answer = client.read("Invoices", page=page, pageSize=6)
        assert answer["pagination"] == {
            "page": page,
            "pageSize": 6,
            "pageCount": 3,
            "itemCount": 15,
        }
        found += [one["InvoiceID"] for one in answer["Invoices"]]
    assert found == everything
    assert client.read("Invoices", page=4, pageSize=6)["Invoices"] == []
    assert client.read("Invoices", page=1, pageSize=5000)["pagination"]["pageSize"] == 1000


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"where": 'Type=="ACCREC" AND Status=="PAID"'}, 2),
        ({"where": 'Contact.Name=="Glasshouse Power"'}, 2),
        ({"where": "AmountDue>0 AND DueDate<DateTime(2026,11,22)", "page": 1}, 3),
        ({"Statuses": "DRAFT,SUBMITTED"}, 4),
        ({"statuses": "DRAFT,SUBMITTED"}, 4),
        ({"InvoiceNumbers": "INV-0001,INV-0002"}, 2),
        ({"searchTerm": "larkspur"}, 2),
        ({"IDs": UNKNOWN}, 0),
        ({"createdByMyApp": "true"}, 0),
    ],
)
def test_a_list_is_narrowed(client: Client, query: dict[str, Any], count: int) -> None:
    assert len(client.read("Invoices", **query)["Invoices"]) == count


def test_a_list_is_narrowed_by_contact_and_by_ids(client: Client) -> None:
    first = client.read("Invoices/INV-0001")["Invoices"][0]
    found = client.read("Invoices", ContactIDs=first["Contact"]["ContactID"])["Invoices"]
    assert [one["InvoiceNumber"] for one in found] == ["INV-0001", "INV-0008"]
    both = client.read("Invoices", IDs=f"{found[0]['InvoiceID']},{found[1]['InvoiceID']}")
    assert both["Invoices"] == found


def test_a_list_comes_in_the_order_asked_for(client: Client) -> None:
    found = names(client.read("Contacts", order="Name DESC"))
    assert found == sorted(found, key=str.lower, reverse=True)


def test_modified_since_is_to_the_second_and_no_304_as_a_rule(client: Client, clock: Clock) -> None:
    since = clock.now.strftime("%Y-%m-%dT%H:%M:%S")
    client.write("PUT", "Contacts", {"Name": "Juniper"})
    headers = {"If-Modified-Since": since}
    answer = client.api("GET", "Contacts", headers=headers)
    assert names(load(answer)) == ["Juniper"]
    headers = {"If-Modified-Since": "Sun, 22 Nov 2026 01:15:40 GMT"}
    answer = client.api("GET", "Contacts", headers=headers)
    assert (answer.status, load(answer)["Contacts"]) == (200, [])


@pytest.mark.parametrize("query", [{"where": "Nope==1"}, {"order": "Nope"}, {"where": "Name=="}])
def test_a_filter_that_cannot_be_read_is_a_400(client: Client, query: dict[str, str]) -> None:
    response = client.api("GET", "Contacts", query=query)
    assert response.status == 400
    assert load(response)["ErrorNumber"] == 16
    assert load(response)["Type"] == "QueryParseException"


def test_apps_own_invoices_are_told_apart(client: Client) -> None:
    client.write("PUT", "Invoices", invoice())
    assert len(client.read("Invoices", createdByMyApp="true")["Invoices"]) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "Nothing"),
        ("GET", f"Invoices/{UNKNOWN}"),
        ("GET", f"Contacts/{UNKNOWN}"),
        ("POST", f"Invoices/{UNKNOWN}"),
        ("POST", "Accounts"),
        ("PUT", f"Invoices/{UNKNOWN}"),
        ("DELETE", "Contacts"),
        ("PATCH", "Contacts"),
        ("GET", f"Invoices/{UNKNOWN}/pdf"),
        ("GET", "Invoices/INV-0001/Nothing"),
    ],
)
def test_what_is_not_there_is_plain_text(client: Client, method: str, path: str) -> None:
    response = client.api(method, path, {"Reference": "x"})
    assert response.status == 404
    assert response.headers["Content-Type"].startswith("text/plain")
    assert response.body == b"The resource you're looking for cannot be found"


def test_an_unknown_id_among_elements_refuses_them_all(client: Client) -> None:
    elements = [{"Name": "Juniper"}, {"ContactID": UNKNOWN, "Name": "Else"}]
    assert client.api("POST", "Contacts", {"Contacts": elements}).status == 404
    assert "Juniper" not in names(client.read("Contacts"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"Contacts": 1}',
        b'{"Contacts": [1]}',
        b'{"Name": {}}',
        b'{"Name": "J", "ContactStatus": "Sleepy"}',
        b'{"Name": "J", "Phones": [{"PhoneType": "PIGEON"}]}',
        b'{"Name": NaN}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_cannot_be_read_is_error_14(client: Client, body: bytes) -> None:
    response = client.api("PUT", "Contacts", body)
    assert response.status == 400
    assert load(response)["ErrorNumber"] == 14
    assert load(response)["Type"] == "PostDataInvalidException"


@pytest.mark.parametrize(
    "fields",
    [
        {"Type": "SALE"},
        {"Date": "20261120"[:5]},
        {"Date": "/Date(999999999999999)/"},
        {"LineAmountTypes": "NO_TAX"},
        {"LineItems": [{"UnitAmount": "ten"}]},
        {"LineItems": [{"UnitAmount": "1e400"}]},
        {"LineItems": [{"Quantity": True}]},
        {"SentToContact": "perhaps"},
        {"Contact": "Larkspur Interiors"},
    ],
)
def test_a_value_of_the_wrong_kind_is_error_14(client: Client, fields: dict[str, Any]) -> None:
    response = client.api("PUT", "Invoices", invoice(**fields))
    assert response.status == 400
    assert load(response)["ErrorNumber"] == 14


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=20),
        st.sampled_from(
            [
                "ACCREC",
                "ACCPAY",
                "DRAFT",
                "AUTHORISED",
                "PAID",
                "200",
                "OUTPUT",
                "2026-11-20",
                "1e9",
            ]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    *("Type", "Status", "Contact", "ContactID", "Name", "LineItems", "Date"),
                    *("DueDate", "Quantity", "UnitAmount", "LineAmount", "TaxAmount", "Tracking"),
                    *("AccountCode", "TaxType", "DiscountRate", "Phones", "Addresses", "Option"),
                    *("InvoiceNumber", "ContactPersons", "CurrencyRate", "Invoices", "Contacts"),
                    *("Payments", "Invoice", "Account", "Code", "Amount", "Total", "Reference"),
                ]
            ),
            inner,
            max_size=8,
        ),
    ),
    max_leaves=30,
)


@given(
    body=JSON, resource=st.sampled_from(["Invoices", "Contacts", "Payments"]), element=st.booleans()
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_body_fails_otherwise_than_with_an_answer(
    roomy: Client, body: object, resource: str, *, element: bool
) -> None:
    whole = invoice(LineItems=[body], Contact={"Name": "A"}) if element else body
    response = roomy.api("POST", resource, json.dumps(whole).encode())
    assert response.status in {200, 400, 404}


def test_a_value_of_the_wrong_kind_refuses_the_elements_before_it_too(client: Client) -> None:
    elements = [{"Name": "Juniper"}, {"Name": "Clover", "ContactStatus": "Sleepy"}]
    assert client.api("PUT", "Contacts", {"Contacts": elements}).status == 400
    assert "Juniper" not in names(client.read("Contacts"))


def test_phones_that_were_not_sent_are_kept(client: Client) -> None:
    body = {"Name": "Juniper", "Phones": [{"PhoneType": "MOBILE", "PhoneNumber": "1"}]}
    made = client.write("PUT", "Contacts", body)["Contacts"][0]
    office = {"Phones": [{"PhoneType": "OFFICE", "PhoneNumber": "2"}]}
    changed = client.write("POST", f"Contacts/{made['ContactID']}", office)["Contacts"][0]
    numbers = {one["PhoneType"]: one["PhoneNumber"] for one in changed["Phones"]}
    assert numbers == {"DDI": "", "DEFAULT": "", "FAX": "", "MOBILE": "1", "OFFICE": "2"}


def test_summarised_errors_name_the_failures_and_create_the_rest(client: Client) -> None:
    elements = [{"Name": "Juniper"}, {"Name": "Larkspur Interiors"}]
    response = client.api("PUT", "Contacts", {"Contacts": elements})
    assert response.status == 400
    answer = load(response)
    assert (answer["ErrorNumber"], answer["Type"]) == (10, "ValidationException")
    assert [one["Name"] for one in answer["Elements"]] == ["Larkspur Interiors"]
    assert "Juniper" in names(client.read("Contacts"))


def test_errors_per_element_come_with_a_200(client: Client) -> None:
    elements = [invoice(), invoice(Status="AUTHORISED", DueDate=None)]
    answer = client.write(
        "PUT", "Invoices", {"Invoices": elements}, query={"summarizeErrors": "false"}
    )
    good, bad = answer["Invoices"]
    assert (good["StatusAttributeString"], good["HasErrors"]) == ("OK", False)
    assert (bad["StatusAttributeString"], bad["HasErrors"]) == ("ERROR", True)
    assert bad["ValidationErrors"] == [{"Message": "The document DueDate field must be specified."}]
    assert bad["Date"] == "/Date(1795132800000+0000)/"


def test_fields_that_xero_does_not_know_are_ignored(client: Client) -> None:
    made = client.write("PUT", "Contacts", {"Name": "Juniper", "FavouriteColour": "blue"})
    assert "FavouriteColour" not in made["Contacts"][0]


def test_an_answer_has_xeros_envelope(client: Client) -> None:
    answer = client.read("Organisation")
    assert answer["Status"] == "OK"
    assert answer["DateTimeUTC"] == "/Date(1795310139902+0000)/"
    assert {"Id", "ProviderName", "Organisations"} <= answer.keys()
