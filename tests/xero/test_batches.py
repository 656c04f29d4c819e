# SPDX-License-Identifier: Apache-2.0
"""Many elements in one request: their order, their errors, numbers that come twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.xero.shelf import Shelf
from tests.xero.conftest import Client, invoice, load

if TYPE_CHECKING:
    from local.xero import XeroSimulator
    from local.xero.wire import Document, Response

EACH = {"summarizeErrors": "false"}


def draft(number: str, **fields: Any) -> Document:
    return invoice(InvoiceNumber=number, **fields)


def stated(answer: Document, name: str) -> list[str]:
    return [one["StatusAttributeString"] for one in answer[name]]


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_number_that_comes_twice_is_refused_the_second_time(client: Client, method: str) -> None:
    body = {"Invoices": [draft("S-1"), draft("S-2"), draft("S-1", Reference="second")]}
    answer = client.write(method, "Invoices", body, query=EACH)
    assert stated(answer, "Invoices") == ["OK", "OK", "ERROR"]
    assert answer["Invoices"][2]["ValidationErrors"] == [{"Message": "Invoice # must be unique."}]
    assert client.read("Invoices/S-1")["Invoices"][0]["Reference"] == ""


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_name_that_comes_twice_is_refused_the_second_time(client: Client, method: str) -> None:
    body = {"Contacts": [{"Name": "Juniper"}, {"Name": "JUNIPER"}, {"Name": "Clover"}]}
    answer = client.write(method, "Contacts", body, query=EACH)
    assert stated(answer, "Contacts") == ["OK", "ERROR", "OK"]


def test_posted_elements_change_what_was_there_before_the_request(client: Client) -> None:
    client.write("PUT", "Invoices", draft("S-1"))
    body = {"Invoices": [draft("S-1", Reference="a"), draft("S-2"), draft("S-1", Reference="b")]}
    answer = client.write("POST", "Invoices", body, query=EACH)
    assert [one["Reference"] for one in answer["Invoices"]] == ["a", "", "b"]
    assert answer["Invoices"][0]["InvoiceID"] == answer["Invoices"][2]["InvoiceID"]


@pytest.mark.parametrize("summarize", ["true", "false"])
def test_valid_elements_are_written_whatever_becomes_of_the_others(
    client: Client, summarize: str
) -> None:
    numbers = [f"S-{number}" for number in range(50)]
    elements = [
        draft(number, DueDate=None if index % 7 == 3 else "2026-12-04", Status="AUTHORISED")
        for index, number in enumerate(numbers)
    ]
    bad = numbers[3::7]
    response = client.api(
        "PUT", "Invoices", {"Invoices": elements}, query={"summarizeErrors": summarize}
    )
    answer = load(response)
    if summarize == "true":
        assert response.status == 400
        assert [one["InvoiceNumber"] for one in answer["Elements"]] == bad
    else:
        assert response.status == 200
        assert [one["InvoiceNumber"] for one in answer["Invoices"]] == numbers
        assert [one["HasErrors"] for one in answer["Invoices"]] == [one in bad for one in numbers]
    made = client.read("Invoices", InvoiceNumbers=",".join(numbers))["Invoices"]
    assert [one["InvoiceNumber"] for one in made] == [one for one in numbers if one not in bad]


def test_five_hundred_elements_do_not_look_through_all_records_for_each(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = {"resource": "Invoices", "count": 5000, "quiet": True}
    client.send("POST", "/_simulator/records", wish)
    client.send("POST", "/_simulator/records", wish | {"resource": "Contacts"})
    gone_through = 0
    values = Shelf.values

    def counted(shelf: Shelf) -> Any:
        nonlocal gone_through
        gone_through += len(shelf) if len(shelf) > 1000 else 0
        return values(shelf)

    monkeypatch.setattr(Shelf, "values", counted)
    contacts = [{"Name": f"Juniper {number}"} for number in range(500)]
    invoices = [draft(f"S-{number}", Contact=contacts[number]) for number in range(500)]

    def send(method: str, name: str, elements: list[Document]) -> Response:
        return client.api(method, name, {name: elements}, query=EACH)

    for method in ("PUT", "POST"):
        for name, elements in (("Contacts", contacts), ("Invoices", invoices)):
            answer = load(send(method, name, elements))
            assert stated(answer, name) == ["OK"] * 500
    assert gone_through == 0


def test_a_record_is_found_by_what_it_is_called_now(simulator: XeroSimulator) -> None:
    client = Client(simulator)
    client.log_in()
    made = client.write("PUT", "Contacts", {"Name": "Juniper", "ContactNumber": "J-1"})
    path = f"Contacts/{made['Contacts'][0]['ContactID']}"
    client.write("POST", path, {"Name": "Clover", "ContactNumber": "C-1"})
    books = next(iter(simulator.books.values()))
    assert books.contact_named("juniper") is None
    assert books.contact_numbered("J-1") is None
    found = books.contact_numbered("C-1")
    assert found is not None
    assert found is books.contact_named("CLOVER ")
    wish = {"resource": "Contacts", "ids": [found["ContactID"]]}
    client.send("DELETE", "/_simulator/records", wish)
    assert books.contact_named("Clover") is None
    assert client.write("PUT", "Contacts", {"Name": "Clover"})
